/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_RCU_NODES_H
#define INQ_INSPECT_RCU_NODES_H

#include "inspect/inspect.h"

/** Whom a grace period waits for. */
struct inq_rcu_blockers {
	size_t n;    /**< CPUs and tasks that it waits for */
	bool looked; /**< all nodes could be read: no blocker means that it waits for nobody */
};

/** Which of them are of interest. */
enum inq_rcu_which {
	INQ_RCU_ALL,
	INQ_RCU_SLEEPERS, /**< tasks that sleep in a read-side section; `looked` is false then */
};

/**
 * Add to @resource, an RCU grace period, the CPUs and preempted tasks that the leaves of
 * rcu_state say it waits for: of the normal grace period in progress, or of the expedited one.
 * Which of them is in progress is for the caller to know.  Those known to be in a read-side
 * section are shared holds; a CPU that merely has passed no quiescent state is not.  What can't be
 * read becomes a gap.
 */
struct inq_rcu_blockers inq_rcu_blockers(struct inq_inspect *in, inq_id resource, bool expedited,
					 enum inq_rcu_which which);

#endif
