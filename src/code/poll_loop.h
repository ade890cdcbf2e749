/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_POLL_LOOP_H
#define INQ_CODE_POLL_LOOP_H

#include "code/locks.h"

/** A word of memory that a loop reads until somebody else changes it. */
struct inq_polled_word {
	/** BIT_SPINLOCK: until the bit is clear; SEQCOUNT: until no write section is under way, or
	 * none was during a read; WORD: until it gets it as a lock; SEMANTICS unknown: NONE */
	enum inq_lock_kind kind;
	uint64_t addr; /**< of a bit: of the byte that it lies in; 0: not known */
	enum inq_certainty addr_how;
	const struct inq_value
		*expr; /**< addr as an expression; borrowed.  NULL: it polls nothing */
	uint8_t size;  /**< of what is read, bytes */
	uint8_t bit;   /**< of BIT_SPINLOCK, in the byte at addr */
	bool tries;    /**< of BIT_SPINLOCK: the loop's function sets the bit when it is clear */
	bool guess;    /**< `kind` is only what it may be: a bit that is looked at, an odd number */
	uint64_t site; /**< address of an instruction that reads it */
};

/**
 * Whether the smallest loop around where frame @frame of @s stands, running on @cpu, only waits:
 * each way out depends on what it reads in its turns from one place of memory, and what it does
 * besides changes no memory but its stack, the CPU's own (the preempt count) and that place, by
 * tries; of functions it calls such as sleep, delay, let others run or only look at that place.  So
 * nothing but somebody else can end it.  A loop that also ends by a count, by the time or by a
 * signal is none. Errors: NOMEM only; code that can't be read polls nothing.
 */
struct inq_error *inq_loop_polls(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				 unsigned int cpu, struct inq_polled_word *ret) inq_must_check;

#endif
