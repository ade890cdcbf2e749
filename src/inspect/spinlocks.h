/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SPINLOCKS_H
#define INQ_INSPECT_SPINLOCKS_H

#include "code/locks.h"
#include "inspect/inspect.h"

/** The model's kind of the code floor's lock kind. */
enum inq_resource_kind inq_lock_resource_kind(enum inq_lock_kind kind);

/** sizeof a lock of @kind; 0: unknown. */
size_t inq_lock_size(struct inq_inspect *in, enum inq_resource_kind kind);

/** The lock of @kind at @addr as a resource of the case, with its name and word.  INQ_NONE: no
 * memory. */
inq_id inq_lock_resource(struct inq_inspect *in, enum inq_lock_kind kind, uint64_t addr);

#endif
