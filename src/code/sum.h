/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_SUM_H
#define INQ_CODE_SUM_H

#include "code/values.h"

/*
 * Private to the code floor: an address as the sum that it is.  A pointer that a loop moves on
 * is where it began and so many steps.
 */
enum { INQ_SUM_TERMS = 8 };

struct inq_sum {
	const struct inq_value *v[INQ_SUM_TERMS];
	int64_t mult[INQ_SUM_TERMS]; /* each so many times */
	int64_t step[INQ_SUM_TERMS]; /* of a running pointer: bytes each time round; else 0 */
	unsigned int n;
	int64_t c;   /* and a constant */
	bool failed; /* too many terms */
};

/* Add @v to @s, which begins zeroed. */
void inq_sum_add(struct inq_sum *s, const struct inq_value *v);

#endif
