/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_ANALYZE_H
#define INQ_ANALYZE_ANALYZE_H

#include "model/case.h"
#include "util/error.h"

/**
 * Reason over the facts of @c: runs every rule, fills `findings` and `verdict`, adds derived
 * evidence.  Facts are not changed.  To be called once per case.
 *
 * Never judges what the facts don't carry: without a finding the class is "none".
 * Cost: linear in tasks, waits and holds.  Errors: NOMEM only.
 */
struct inq_error *inq_analyze(struct inq_case *c) inq_must_check;

#endif
