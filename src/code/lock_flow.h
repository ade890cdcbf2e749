/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_LOCK_FLOW_H
#define INQ_CODE_LOCK_FLOW_H

#include "code/lockset.h"

/* Private to the code floor: lock sets as they flow over one function's graph (lockset.c), which
 * lock_summary.c sums up. */

/* The branch that ends a block, as a question whether a value is zero. */
struct inq_lock_branch {
	const struct inq_value *v; /* NULL: no such question */
	unsigned int nonzero;	   /* successor block when it isn't zero */
};

struct inq_lock_flow {
	struct inq_code_func *fn;
	const struct inq_function *f;
	struct inq_values *vals;
	struct inq_lock_events events;
	size_t *first;		 /* per block, and one more: its first event */
	struct inq_lock_set *in; /* per block */
	bool *seen;
	struct inq_lock_branch *branches;
	bool changed, failed;
};

/* must: let the sets of @x->fn flow until they stand; events.n is 0 where it has no locks. */
struct inq_error *inq_lock_flow_run(struct inq_lock_flow *x, unsigned int depth) inq_must_check;
void inq_lock_flow_deinit(struct inq_lock_flow *x);
/* Unite @from into @to; @first: nothing has been united into it yet.  Sets @x->failed. */
void inq_lock_flow_unite(struct inq_lock_flow *x, struct inq_lock_set *to,
			 const struct inq_lock_set *from, bool first);
/* Apply to @set the events of block @b before instruction @end. */
void inq_lock_flow_events(struct inq_lock_flow *x, unsigned int b, unsigned int end,
			  struct inq_lock_set *set);
/* What the branch tells about tries and locks, on the way to block @to.  False: no way is that. */
bool inq_lock_flow_decide(const struct inq_lock_branch *br, unsigned int to,
			  struct inq_lock_set *set);
/* @dst becomes what @src is; false: no memory. */
bool inq_lockset_copy(struct inq_lock_set *dst, const struct inq_lock_set *src);

#endif
