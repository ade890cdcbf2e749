/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_FAULT_PATH_H
#define INQ_INSPECT_FAULT_PATH_H

#include "inspect/inspect.h"
#include "util/error.h"

/**
 * Fill in what of @f its code tells: the expression of the access, the bad value, its path through
 * memory with evidence for each step, the function that came by it, and what lies at the address.
 * @f's kind, place, stack and frame are known, and its address where the machine or the log has it;
 * @cpu is what per-CPU data is read of.  A path that can't be followed is a gap.  Error: NOMEM.
 */
struct inq_error *inq_fault_explain(struct inq_inspect *in, struct inq_fault *f,
				    unsigned int cpu) inq_must_check;

#endif
