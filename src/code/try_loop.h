/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_TRY_LOOP_H
#define INQ_CODE_TRY_LOOP_H

#include "code/locks.h"

/** A lock that a loop tries for until it gets it: while (!spin_trylock(lock)). */
struct inq_tried_lock {
	enum inq_lock_kind kind; /**< NONE: the loop is no such */
	uint64_t addr;		 /**< 0: not known */
	enum inq_certainty addr_how;
	uint64_t site; /**< address of the call that tries */
	bool gives_up; /**< the loop also gives locks up: what it holds it may not hold all the
			  while */
};

/**
 * Whether the smallest loop around where frame @frame of @s stands, running on @cpu, ends only
 * when it gets a lock that it tries for.  A loop with any other way out, by a count, a time or
 * a signal, is none; so is a frame that @s doesn't have, and one of user mode.  Errors: NOMEM only;
 * code that can't be read is none.
 */
struct inq_error *inq_lock_tried(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				 unsigned int cpu, struct inq_tried_lock *ret) inq_must_check;

#endif
