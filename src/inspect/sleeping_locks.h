/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SLEEPING_LOCKS_H
#define INQ_INSPECT_SLEEPING_LOCKS_H

#include "inspect/inspect.h"

/**
 * Read the sleeping lock of @kind at @addr (mutex, rwsem, percpu_rwsem, rt_mutex, semaphore,
 * completion): add it as a resource with its word and a line on its state, and, when its own field
 * names a holder, the hold.  Its wait list goes into in->queued_on: a task that stands there
 * certainly waits for this lock.  Once per lock.  INQ_NONE: no memory.
 */
inq_id inq_sleeping_lock(struct inq_inspect *in, enum inq_resource_kind kind, uint64_t addr);

/**
 * try: the rt_mutex (or what PREEMPT_RT and PI futexes build on one) that the task_struct @task is
 * queued on, by its own pi_blocked_on; 0: none, or not known.
 */
uint64_t inq_rtmutex_blocked_on(struct inq_inspect *in, uint64_t task);

#endif
