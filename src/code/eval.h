/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_EVAL_H
#define INQ_CODE_EVAL_H

#include "code/frames.h"
#include "code/state.h"

/*
 * Private to the code floor: one frame of a stack with its function's state, and
 * numbers for expressions there.
 */

/* A register or stack slot whose expression and number are both known: base + c == val. */
struct inq_fact {
	const struct inq_value *base;
	int64_t c;
	uint64_t val;
};

/* Collected when they are first asked for. */
struct inq_facts {
	bool collected;
	struct inq_fact *v;
	unsigned int n;
};

struct inq_frame_ctx {
	size_t frame;
	struct inq_code_func *fn;
	struct inq_values *vals;
	unsigned int insn;	       /* at the exact ip, or the call that ip returns from */
	const struct inq_state *state; /* before it */
	uint64_t cfa;		       /* 0: unknown */
	uint64_t known;		       /* registers that hold at `state` what `regs` says */
	const struct inq_regs *regs;
	struct inq_facts *facts;
	bool virtual; /* a function that left no frame: it ended in a tail call */
};

/* An evaluation over one stack; init with inq_eval_init(), ends with inq_eval_deinit(). */
struct inq_eval {
	struct inq_code *c;
	const struct inq_ustack *s;
	unsigned int cpu;
	unsigned int depth, steps; /* bounds of a query */
	bool inwards_only;	   /* don't ask the callers */
	bool no_memory;
	struct inq_frame_ctx **ctx; /* per frame; NULL: not tried, or in vain */
	bool *tried;
	struct inq_arena arena;
};

bool inq_eval_init(struct inq_eval *e, struct inq_code *c, const struct inq_ustack *s,
		   unsigned int cpu);
void inq_eval_deinit(struct inq_eval *e);
/* The frame's context; NULL: its code can't be had.  Borrowed from @e. */
struct inq_frame_ctx *inq_eval_frame(struct inq_eval *e, size_t frame);
/* try: the number of @v at @ctx. */
bool inq_eval_value(struct inq_eval *e, const struct inq_frame_ctx *ctx, const struct inq_value *v,
		    uint64_t *ret, enum inq_certainty *ret_how);
/*
 * Where the value of entry register @reg comes from: the caller's context (real or virtual) and
 * the expression there.  False: not known.  @ret_sure: it is this call for certain.
 */
bool inq_eval_caller_value(struct inq_eval *e, const struct inq_frame_ctx *ctx, inq_reg reg,
			   struct inq_frame_ctx **ret_ctx, const struct inq_value **ret,
			   bool *ret_sure);

#endif
