/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_RT_LOCKS_H
#define INQ_INSPECT_RT_LOCKS_H

#include "inspect/inspect.h"

/* What PREEMPT_RT makes of other locks; rt_locks.c draws them. */

/**
 * Read the lock at resource @id, an rwlock_t or rw_semaphore of PREEMPT_RT: its word, a line on its
 * state, how many readers it has or which writer holds it (the hold is added).  False: this kernel
 * has none such.
 */
bool inq_rt_rw_read(struct inq_inspect *in, inq_id id);

/**
 * try: the lock of @kind that the task_struct @task is queued on, by its own pi_blocked_on: an
 * rt_mutex, or what holds one inside; 0: none, not known, or what it is queued on can't be of
 * @kind.
 */
uint64_t inq_rt_blocked_on(struct inq_inspect *in, uint64_t task, enum inq_resource_kind kind);

#endif
