/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_FUNCTION_H
#define INQ_CODE_FUNCTION_H

#include "arch/arch.h"
#include "kernel/kernel.h"
#include "kernel/symtab.h"
#include "util/error.h"

/*
 * A function's instructions and control flow graph, from its first byte to its
 * last as the symbol table gives them, plus its .cold part.  Made on demand and kept
 * by the inq_code context; borrowed from it.
 */
struct inq_block {
	unsigned int first, n; /**< instructions [first, first + n) of the function */
	unsigned int *succ;    /**< successor block numbers */
	unsigned int nr_succ;
	unsigned int *pred;
	unsigned int nr_pred;
	bool reachable; /**< from the entry */
};

struct inq_function {
	struct inq_symbol sym;
	struct inq_insn *insns; /**< by address within each part */
	unsigned int nr_insns;
	struct inq_block *blocks; /**< blocks[0] is the entry; reverse post order */
	unsigned int nr_blocks;
	bool complete; /**< false: an indirect jump without known targets, undecodable or missing
			  bytes */
};

/** The code understander of one dump; caches functions and their values. */
struct inq_code;
struct inq_error *inq_code_create(struct inq_kernel *k, const struct inq_arch *arch,
				  struct inq_code **ret) inq_must_check;
void inq_code_destroy(struct inq_code *c);

/** must: the function that @addr lies in.  NOTFOUND: no symbol; FAULT/EXCLUDED: text not in the
 * dump. */
struct inq_error *inq_code_function(struct inq_code *c, uint64_t addr,
				    const struct inq_function **ret) inq_must_check;

/** Whether instruction number @insn of @f lies in a loop: its block can be reached from itself. */
struct inq_error *inq_function_in_loop(const struct inq_function *f, unsigned int insn,
				       bool *ret) inq_must_check;

/** Number of the instruction that ends at @addr (the call of a return address); -1: none does. */
int inq_function_insn_before(const struct inq_function *f, uint64_t addr);

/** Number of the instruction at @addr in @f; -1: none starts there. */
int inq_function_insn_at(const struct inq_function *f, uint64_t addr);

/** Where @insn of @f leaves for another function, by a call or a jump: its target; 0: it doesn't,
 * or indirectly. */
uint64_t inq_function_call_target(const struct inq_function *f, const struct inq_insn *insn);

#endif
