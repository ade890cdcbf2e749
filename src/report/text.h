/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_TEXT_H
#define INQ_REPORT_TEXT_H

#include "report/holders.h"
#include "report/page.h"

/* The parts of the text report. */

/** WHO WAITS FOR WHOM: alike waits on one line, ending at the culprit. */
void inq_text_waits(struct inq_page *p, const struct inq_holders *h);
/** CPUS: a table.  Errors: NOMEM. */
struct inq_error *inq_text_cpus(struct inq_page *p) inq_must_check;
/** STACKS of the culprit and its victims' CPUs, alike ones folded. */
void inq_text_stacks(struct inq_page *p);
/** TIMELINE, EVIDENCE, GAPS. */
void inq_text_timeline(struct inq_page *p);
void inq_text_evidence(struct inq_page *p);
void inq_text_gaps(struct inq_page *p);

#endif
