/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_FACTS_H
#define INQ_REPORT_FACTS_H

#include <stddef.h>

#include "model/case.h"
#include "report/json_out.h"
#include "util/error.h"

/*
 * A case's facts as JSON, both ways, from one description of the model's structs.  They stand
 * under the key "facts" of a JSON report: `inquest -f json` saves a case, inq_case_load()
 * reads it again, so rules are tested from small files and reports made again without a
 * vmcore.  Findings and verdict are not loaded: analyze makes them anew.
 *
 * What is unknown is left out, and what is left out is unknown.  Objects refer to each other
 * by their index in the tables.
 */

/** Write the tables of @c (not evidence, gaps, findings, verdict) as members of @j's object. */
void inq_facts_write(const struct inq_case *c, struct inq_json *j);

/** Write the members of the contract's "dump" object; unknown ones are null. */
void inq_facts_write_dump(const struct inq_case *c, struct inq_json *j);

/**
 * Read a saved case from @json (@len bytes): "dump", "evidence", "gaps" and "facts" of a JSON
 * report.  References out of range become INQ_NONE.  The caller destroys *@ret.
 * Errors: BADDATA (no JSON, or a member of another type), NOMEM.
 */
struct inq_error *inq_case_load(const char *json, size_t len, struct inq_case **ret) inq_must_check;
/** The same from a file.  Errors: OS as well. */
struct inq_error *inq_case_load_file(const char *path, struct inq_case **ret) inq_must_check;

#endif
