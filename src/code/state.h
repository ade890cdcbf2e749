/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_STATE_H
#define INQ_CODE_STATE_H

#include "code/code.h"

/*
 * Private to the code floor: expression nodes of one function (nodes.c), the state of
 * registers and stack slots and what an instruction does to it (state.c), and the
 * fixpoint over the graph (values.c).
 */

/* Bytes that a call pushes: the CFA is so far above the stack pointer at entry. */
enum { INQ_CALL_PUSH = 8 };

struct inq_slot {
	int64_t off; /* from the CFA */
	uint8_t size;
	const struct inq_value *v;
};

struct inq_state {
	struct inq_values *vals;
	const struct inq_value *regs[INQ_NR_REGS_MAX];
	struct inq_slot *slots; /* by offset, not overlapping */
	unsigned int nr_slots, max_slots;
	bool failed; /* no memory for a slot */
};

struct inq_values {
	struct inq_code_func *fn;
	struct inq_value **table; /* hash-consed nodes, open addressing */
	size_t nr_nodes, mask;
	const struct inq_value *unknown; /* never NULL once set up */
	bool overflow;			 /* too many nodes: the rest is `unknown` */
	struct inq_state *in;		 /* before each reachable block */
	unsigned int nr_in;
	struct inq_state saved;		 /* behind the first block */
	struct inq_hashmap at;		 /* instruction -> struct inq_state *, those asked for */
	const struct inq_value *aligned; /* the stack pointer after `and`; NULL: none */
	int64_t escaped[16];		 /* CFA offsets whose addresses got out */
	unsigned int nr_escaped;
	bool escapes_grew;
};

/* Nodes.  All return the one node for the expression; vals->unknown when there is no room. */
const struct inq_value *inq_node_const(struct inq_values *v, int64_t c);
const struct inq_value *inq_node_entry(struct inq_values *v, inq_reg reg);
const struct inq_value *inq_node_percpu(struct inq_values *v);
const struct inq_value *inq_node_add(struct inq_values *v, const struct inq_value *a,
				     const struct inq_value *b);
const struct inq_value *inq_node_addc(struct inq_values *v, const struct inq_value *a, int64_t c);
const struct inq_value *inq_node_scale(struct inq_values *v, const struct inq_value *a, int64_t c);
const struct inq_value *inq_node_binop(struct inq_values *v, enum inq_op op,
				       const struct inq_value *a, const struct inq_value *b);
const struct inq_value *inq_node_binopc(struct inq_values *v, enum inq_op op,
					const struct inq_value *a, int64_t c);
const struct inq_value *inq_node_load(struct inq_values *v, const struct inq_value *addr,
				      uint8_t size, uint64_t site);
const struct inq_value *inq_node_call(struct inq_values *v, uint64_t site, uint64_t target);
const struct inq_value *inq_node_clobber(struct inq_values *v, uint64_t site, inq_reg reg);
/* The value of a location where block @block begins: register, or slot @off (reg NONE). */
struct inq_value *inq_node_phi(struct inq_values *v, unsigned int block, inq_reg reg, int64_t off);
/* @a cut to its low @size bytes, zero-extended. */
const struct inq_value *inq_node_trunc(struct inq_values *v, const struct inq_value *a,
				       unsigned int size);
/* The result of a binary operation on numbers; false: not one that we know. */
bool inq_op_compute(enum inq_op op, uint64_t a, uint64_t b, uint64_t *ret);

/* Whether @v is a fixed place of this function's stack, as an offset from the CFA. */
bool inq_value_cfa_offset(const struct inq_arch *arch, const struct inq_value *v, int64_t *ret);
/*
 * The same, also relative to a stack pointer that the function has aligned (vals->aligned):
 * such a place is INQ_ALIGNED + its offset from there.  The two regions don't meet.
 */
enum { INQ_ALIGNED = -(1 << 30), INQ_FRAME_MAX = 1 << 20 };
bool inq_value_stack_offset(struct inq_values *vals, const struct inq_value *v, int64_t *ret);

/*
 * @v, an expression of a called function, in the caller's terms with the state @s before the call
 * at
 * @site; NULL: can't be said.  @depth: 0.
 */
const struct inq_value *inq_value_translate(const struct inq_state *s, const struct inq_value *v,
					    uint64_t site, unsigned int depth);
/* The CALL node @call of @fn as what the callee computes; NULL: not known. */
const struct inq_value *inq_value_of_call(struct inq_code_func *fn, const struct inq_value *call);

/* State. */
void inq_state_init(struct inq_state *s, struct inq_values *vals);
bool inq_state_copy(struct inq_state *dst, const struct inq_state *src);
void inq_state_deinit(struct inq_state *s);
const struct inq_slot *inq_state_find_slot(const struct inq_state *s, int64_t off);
void inq_state_set_slot(struct inq_state *s, int64_t off, uint8_t size, const struct inq_value *v);
/* What the operand holds, zero-extended to 64 bits. */
const struct inq_value *inq_state_operand(struct inq_state *s, const struct inq_insn *insn,
					  const struct inq_operand *op);
const struct inq_value *inq_state_address(struct inq_values *vals, const struct inq_state *s,
					  const struct inq_mem *mem);
/* Turn @s from before @insn into after it. */
void inq_state_step(struct inq_state *s, const struct inq_insn *insn);

/* must: the values of @fn, made once. */
struct inq_error *inq_values_get(struct inq_code_func *fn, struct inq_values **ret) inq_must_check;
void inq_values_deinit(struct inq_values *vals);
/* A copy of the state before block @block, to be stepped; false: no memory. */
bool inq_values_block_state(struct inq_values *vals, unsigned int block, struct inq_state *ret);

#endif
