/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_COVERAGE_H
#define INQ_ANALYZE_COVERAGE_H

#include "model/case.h"

/** How much of the system was seen: what "nobody" rests on. */
struct inq_coverage {
	size_t looked_at; /**< stacks of tasks and CPUs that were unwound to their end */
	size_t missing;	  /**< that were not, or not to their end */
	bool whole;	  /**< nothing is missing */
	bool all_tasks;	  /**< no list of tasks broke off: who is in none is no task */
};

struct inq_coverage inq_coverage_of(const struct inq_case *c);

#endif
