/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UNWIND_UNWIND_PRIV_H
#define INQ_UNWIND_UNWIND_PRIV_H

/* What the unwinder's techniques share. */

#include "unwind/orc.h"
#include "unwind/unwind.h"

enum { INQ_UNWIND_STACKS = 16 };

/** The stacks that a CPU has besides its task's. */
struct inq_cpu_stacks {
	struct inq_stack_range v[INQ_UNWIND_STACKS];
	size_t n;
	bool known; /**< asked for already */
};

struct inq_unwinder {
	struct inq_kernel *k;
	const struct inq_arch *arch;
	struct inq_arch_layout layout;
	struct inq_orc orc;
	bool has_orc;
	uint64_t image_start, image_end; /**< _stext, _end; 0: unknown */
	uint64_t init_start, init_end;	 /**< _sinittext, _einittext; freed after boot */
	struct inq_cpu_stacks *cpus;	 /**< per CPU; filled when first needed */
	struct inq_hashmap roles;	 /**< ip -> role, see context.c */
};

/** One stack's walk: where it stands and where it may go. */
struct inq_unwind_state {
	struct inq_unwinder *u;
	struct inq_stack_range stacks[INQ_UNWIND_STACKS + 2];
	size_t nr_stacks;
	size_t stack;	      /**< index of the one that sp lies in */
	uint32_t visited;     /**< bit per stack that was left */
	struct inq_regs regs; /**< at the current frame */
	uint64_t pt_regs;     /**< where they came from; 0: not from a pt_regs */
	bool exact;	      /**< regs.ip is where it stands, not a return address */
	bool at_call;	      /**< see struct inq_uframe */
	bool literal;	      /**< ORC look-up by ip itself and not by the byte before */
	enum inq_how how;
	enum inq_unwind_end end; /**< when a step says INQ_STEP_END */
	uint64_t end_addr;
};

/** What a technique made of one frame. */
enum inq_step {
	INQ_STEP_OK,   /**< the state is the next outer frame's */
	INQ_STEP_USER, /**< the next outer frame is user space: its registers are in the state */
	INQ_STEP_END,  /**< ended, see `end` */
	INQ_STEP_NO,   /**< this technique can't tell: try the next one; the state is untouched */
};

/** Apply the ORC entry of the current frame; *@ret_cfa is its CFA (0: it has none). */
enum inq_step inq_step_orc(struct inq_unwind_state *s, uint64_t *ret_cfa);
/** What the function's own instructions have done to the stack pointer, up to where it stands. */
enum inq_step inq_step_code(struct inq_unwind_state *s, uint64_t *ret_cfa);
/** Follow the frame-pointer chain, or a return address on top of the stack that proves itself. */
enum inq_step inq_step_fp(struct inq_unwind_state *s, uint64_t *ret_cfa);
/** The nearest word on the stack that returns behind a call of the current function. */
enum inq_step inq_step_scan(struct inq_unwind_state *s, uint64_t *ret_cfa);
/** A call through a bad pointer, to where no code is (the caller's to know): nothing but the return
 * address was pushed since. */
enum inq_step inq_step_bad_ip(struct inq_unwind_state *s, uint64_t *ret_cfa);
/** Go on with what the pt_regs at @addr interrupted. @whole: all of it is there, else only
 * ip, cs, flags, sp, ss. */
enum inq_step inq_step_pt_regs(struct inq_unwind_state *s, uint64_t addr, bool whole);
/** Go on with the caller: return address @ip, its @sp, and @fp when @fp_known. */
enum inq_step inq_step_call(struct inq_unwind_state *s, uint64_t ip, uint64_t sp, bool fp_known,
			    uint64_t fp, enum inq_how how);

/** Let @s go over the task's stack of @size bytes at @start, and the guard page below. */
void inq_unwind_add_task_stack(struct inq_unwind_state *s, uint64_t start, uint64_t size);
/** Walk from s->regs. Errors: NOMEM only. */
struct inq_error *inq_unwind_start(struct inq_unwind_state *s, struct inq_ustack *ret);

/** The stack that [@sp, @sp + @size) lies in; false: none. */
bool inq_unwind_stack_of(const struct inq_unwind_state *s, uint64_t sp, uint64_t size, size_t *ret);
/** try: a word of one of the stacks. */
bool inq_unwind_read(const struct inq_unwind_state *s, uint64_t addr, uint64_t *ret);
/** Whether @ip may be code: text, or generated code within reach of the image. */
bool inq_unwind_is_code(struct inq_unwinder *u, uint64_t ip);
/** Whether @ip may be code that the kernel generated (BPF, trampolines): in no table, near the
 * image. */
bool inq_unwind_is_generated(struct inq_unwinder *u, uint64_t ip);
/** try: the call instruction right before return address @ret_addr. */
bool inq_unwind_call_before(struct inq_unwinder *u, uint64_t ret_addr, struct inq_insn *ret);
/** Whether a direct call of @target is really an indirect one. */
bool inq_unwind_is_thunk(struct inq_unwinder *u, uint64_t target);
/** Start of the function that @ip lies in; 0: unknown. */
uint64_t inq_unwind_function(struct inq_unwinder *u, uint64_t ip);

/** Set each frame's context, from the outermost to the innermost. */
void inq_unwind_set_contexts(struct inq_unwinder *u, struct inq_ustack *stack);

#endif
