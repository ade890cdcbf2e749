/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_LOOP_H
#define INQ_CODE_LOOP_H

#include "code/code.h"

/* Private to the code floor: the loops of a function's graph. */

/*
 * The blocks that lead to block @from not by way of @head, these two included, into @ret_body (per
 * block of @f); how many.  0: no memory.
 */
unsigned int inq_loop_blocks(const struct inq_function *f, unsigned int from, unsigned int head,
			     bool *ret_body);
/*
 * Loop number @nth around block @b, from 0, the smallest, outwards, into @ret_body; closed by a way
 * back from a block that is @alive (per block; NULL: reachable).  False: there is none.
 * *@ret_no_memory is only ever set.
 */
bool inq_loop_around(const struct inq_function *f, const bool *alive, unsigned int b, size_t nth,
		     bool *ret_body, bool *ret_no_memory);
/* Whether the loop makes @v anew in each turn.  What is loaded changes with where from. */
bool inq_loop_makes(const struct inq_function *f, const bool *body, const struct inq_value *v);
/* Whether the instruction at @site lies in the loop. */
bool inq_loop_has(const struct inq_function *f, const bool *body, uint64_t site);

#endif
