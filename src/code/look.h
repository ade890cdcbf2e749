/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_LOOK_H
#define INQ_CODE_LOOK_H

#include "code/state.h"

/* Private to the code floor. */

/* What a function does that only looks, as "is it ready?" does. */
struct inq_look {
	const struct inq_value *addr; /* what it reads, in its own terms */
	uint8_t size;
};

/*
 * Whether @callee only looks at one place of memory: no loop, no call, nothing written but its own
 * stack.  What it reads on the way to that place counts as part of the way.  False: it does more,
 * or its code can't be had.  *@ret_no_memory is only ever set.
 */
bool inq_callee_looks(struct inq_code *c, const struct inq_callee *callee, struct inq_look *ret,
		      bool *ret_no_memory);

#endif
