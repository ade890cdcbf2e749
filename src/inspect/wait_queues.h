/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_WAIT_QUEUES_H
#define INQ_INSPECT_WAIT_QUEUES_H

#include "inspect/inspect.h"

/** Where a task stands in a wait queue. */
struct inq_queued {
	uint64_t entry; /**< its struct wait_queue_entry */
	uint64_t head;	/**< the struct wait_queue_head */
	uint64_t func;	/**< wait_queue_entry.func: what wakes it */
	size_t private; /**< offset of wait_queue_entry.private, bytes */
	size_t frame;	/**< of its stack, that the entry lies in */
};

/**
 * try: the wait queue that sleeping @task stands in by an entry on its own stack, in the frames
 * that called the scheduler from frame @from outwards: wait_event() and its kind are inlined and
 * leave no function of their own.  The entry names the task and is linked into a list, so what
 * is left over from an earlier wait is not taken for one.  The innermost of several.
 * Cost: reads at most 2 KiB of the stack, and each queue once.
 */
bool inq_wait_queue_of(struct inq_inspect *in, inq_id task, size_t from, struct inq_queued *ret);

#endif
