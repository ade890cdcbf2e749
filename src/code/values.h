/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_VALUES_H
#define INQ_CODE_VALUES_H

#include "code/function.h"

/*
 * What each register and stack slot holds at each point of a function, as an
 * expression over the function's entry state: value numbering over the control flow
 * graph.  Equal expressions are one node (hash-consed), so `==` on pointers is equality.
 * One engine serves saved registers, lock sets and the slice of a fault.
 */
enum inq_value_kind {
	INQ_VAL_CONST,	     /**< c */
	INQ_VAL_ENTRY,	     /**< register `reg` as the function was entered */
	INQ_VAL_PERCPU_BASE, /**< the per-CPU base of the CPU it runs on */
	INQ_VAL_LOAD,	     /**< `size` bytes read from address a (by the instruction at `site`) */
	INQ_VAL_ADD,	     /**< a + b, or a + c when b is NULL (c may be negative) */
	INQ_VAL_SCALE,	     /**< a * c */
	INQ_VAL_BINOP,	     /**< op(a, b or c), when nothing better is known */
	INQ_VAL_CALL, /**< the value returned by the call at `site` (callee in `c`, 0 indirect) */
	INQ_VAL_CLOBBER, /**< unknown: left by the instruction at `site` in register `reg` */
	INQ_VAL_PHI, /**< one of the values of the predecessors of block c, for location `reg`/slot
		      */
};

struct inq_value {
	enum inq_value_kind kind;
	enum inq_op op; /**< of BINOP */
	inq_reg reg;	/**< of ENTRY, CLOBBER, PHI */
	uint8_t size;	/**< of LOAD, bytes */
	int64_t c;
	uint64_t site; /**< address of the instruction that made it (LOAD, CALL, CLOBBER); 0:
			  several */
	const struct inq_value *a, *b;
	const struct inq_value *const
		*phi; /**< of PHI: nr_phi alternatives, may refer back to it */
	unsigned int nr_phi;
};

/** The state before one instruction. */
struct inq_state;

/** must: the state of @f just before instruction number @insn; borrowed from @c until the next call
 *  with another function. */
struct inq_error *inq_values_at(struct inq_code *c, const struct inq_function *f, unsigned int insn,
				const struct inq_state **ret) inq_must_check;
/** What @reg holds; never NULL. */
const struct inq_value *inq_state_reg(const struct inq_state *s, inq_reg reg);
/** What the 8-byte stack slot at CFA + @offset holds; NULL: not written by this function. */
const struct inq_value *inq_state_slot(const struct inq_state *s, int64_t offset);

#endif
