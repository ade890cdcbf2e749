/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_LOCK_USE_H
#define INQ_CODE_LOCK_USE_H

#include "code/locks.h"

/** What code that takes a lock does with it: a semaphore may be a lock, a pool or an event. */
enum inq_lock_use {
	INQ_LOCK_USE_UNKNOWN,
	INQ_LOCK_USE_LOCK,  /**< gives it back on every way out */
	INQ_LOCK_USE_KEPT,  /**< gives it back on some ways out and keeps it on others */
	INQ_LOCK_USE_EVENT, /**< never gives it back: somebody else signals by it */
};

/**
 * What the code that is waiting to take a lock of @kind is to do with it, by the function of
 * frame @frame of @s, which called the primitive, and, where that leaves it held, by its callers of
 * the same module.  Errors: NOMEM only; code that can't be read is UNKNOWN.
 */
struct inq_error *inq_lock_use_of(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				  enum inq_lock_kind kind, enum inq_lock_use *ret) inq_must_check;

#endif
