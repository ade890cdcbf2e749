/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SLEEPING_LOCKS_H
#define INQ_INSPECT_SLEEPING_LOCKS_H

#include "code/locks.h"
#include "inspect/inspect.h"

/**
 * Read the sleeping lock of @kind at @addr (mutex, rwsem, percpu_rwsem, rt_mutex and PREEMPT_RT's
 * other locks, semaphore, completion): add it as a resource with its word and a line on its state,
 * and, when its own field names a holder, the hold.  Its wait list goes into in->queued_on: a task
 * that stands there certainly waits for this lock.  Once per lock.  INQ_NONE: no memory.
 */
inq_id inq_sleeping_lock(struct inq_inspect *in, enum inq_resource_kind kind, uint64_t addr);
/** The same for a lock of whatever kind, sleeping or spinning. */
inq_id inq_any_lock(struct inq_inspect *in, enum inq_lock_kind kind, uint64_t addr);

/**
 * Add that the lock at resource @id, whose word has been read, says that @task (the address of a
 * task_struct) holds it.  One that is no task's makes it a lock whose owner is gone, or corrupt.
 */
void inq_lock_owner_add(struct inq_inspect *in, inq_id id, uint64_t task);

/**
 * Add as holders of the case's semaphores who took them last, where the kernel keeps that, and
 * where the code that waits for one gives it back (resource.given_back, kept): of an event or a
 * pool the last taker is no holder.  Once, when all waits are known.
 */
void inq_semaphore_last_holders(struct inq_inspect *in);

#endif
