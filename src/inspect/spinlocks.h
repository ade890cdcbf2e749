/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SPINLOCKS_H
#define INQ_INSPECT_SPINLOCKS_H

#include "code/locks.h"
#include "inspect/inspect.h"

/** The model's kind of the code floor's lock kind. */
enum inq_resource_kind inq_lock_resource_kind(enum inq_lock_kind kind);

/**
 * Name resource @id, which has no name of its own (it lies in the heap), after the member that
 * argument @arg of frame @frame of stack @stack is: "port.lock".
 */
void inq_lock_name_by_argument(struct inq_inspect *in, inq_id id, inq_id stack, size_t frame,
			       unsigned int cpu, unsigned int arg);
/** The same after expression @held->expr of the frame that holds it. */
void inq_lock_name_by_hold(struct inq_inspect *in, inq_id id, inq_id stack, unsigned int cpu,
			   const struct inq_held_lock *held);

/** The lock of @kind at @addr as a resource of the case, with its name and word.  INQ_NONE: no
 * memory. */
inq_id inq_lock_resource(struct inq_inspect *in, enum inq_lock_kind kind, uint64_t addr);

#endif
