/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UNWIND_UNWIND_H
#define INQ_UNWIND_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "kernel/kernel.h"
#include "util/error.h"

/** How a frame was found; from most to least certain. */
enum inq_how {
	INQ_HOW_REGS, /**< the registers of a CPU, a pt_regs, or a switched-out task */
	INQ_HOW_ORC,  /**< from the frame below by the kernel's own ORC tables */
	INQ_HOW_CODE, /**< by what the function's instructions did to the stack pointer since its
			 entry, where the tables have nothing; a call precedes it */
	INQ_HOW_FP,   /**< by the frame-pointer chain, checked */
	INQ_HOW_SCAN, /**< the nearest word on the stack that returns behind a call of the very
			 function that the inner frame runs: may be stale */
};
const char *inq_how_name(enum inq_how how); /**< static: "regs", "orc", "code", "fp", "scan" */

/** One frame, innermost first in a stack. */
struct inq_uframe {
	uint64_t ip;  /**< where execution stands, or will return to */
	uint64_t sp;  /**< stack pointer at `ip` */
	uint64_t cfa; /**< sp before the call that made this frame was executed (ORC's CFA: return
			   address is at cfa - 8 on x86_64); 0: unknown */
	uint64_t pt_regs; /**< of an interrupted frame: address of the pt_regs that it was taken
			     from; 0: none */
	bool exact_ip;	  /**< `ip` is the instruction itself (registers, interrupted), not a return
			     address */
	enum inq_how how;
	enum inq_context ctx;
	enum inq_stack_kind stack;
	bool at_call; /**< a return address, and regs are those at its call: what was called ran not
		       * one instruction */
	struct inq_regs regs; /**< at `ip`, as far as known: all when exact_ip, else sp, fp and what
				 the unwind could restore (code/ can restore more) */
};

/** Why an unwind ended. */
enum inq_unwind_end {
	INQ_UNWIND_COMPLETE,   /**< reached user mode, a task's first frame, or the idle entry */
	INQ_UNWIND_BAD_FRAME,  /**< the next frame is off every stack, or its ip is no text */
	INQ_UNWIND_NO_DATA,    /**< no ORC for an address, and no other technique found the next */
	INQ_UNWIND_UNREADABLE, /**< stack memory is not in the dump */
	INQ_UNWIND_LOOP,       /**< frames don't move outwards, or more than the bound */
};
const char *inq_unwind_end_name(enum inq_unwind_end end);

/** A call stack across all stacks; init with {0}. */
struct inq_ustack {
	struct inq_uframe *v; /**< n frames, innermost first */
	size_t n;
	size_t max;
	enum inq_unwind_end end;
	uint64_t end_addr; /**< where it ended when not COMPLETE */
	bool user_regs_known;
	struct inq_regs
		user_regs; /**< user-space registers at the kernel's entry, when user_regs_known */
};
void inq_ustack_deinit(struct inq_ustack *s);

/**
 * Frame @i of @s if it has kernel code to look at; NULL: it is user space's, or @s doesn't have
 * it: the case shows a frame more for a CPU that was stopped in user mode.
 */
static inline const struct inq_uframe *inq_ustack_frame(const struct inq_ustack *s, size_t i)
{
	return i < s->n && !s->v[i].regs.user ? &s->v[i] : NULL;
}

enum { INQ_UNWIND_FRAMES = 256 }; /**< bound of one stack */

/** Unwinder of one dump: caches ORC look-ups and stack ranges. */
struct inq_unwinder;
struct inq_error *inq_unwinder_create(struct inq_kernel *k, const struct inq_arch *arch,
				      struct inq_unwinder **ret) inq_must_check;
void inq_unwinder_destroy(struct inq_unwinder *u);

/** Which technique the kernel image allows: "orc" (its tables), else "fp". Static. */
const char *inq_unwinder_technique(const struct inq_unwinder *u);

/**
 * Unwind from @regs of @cpu, whose current task's stack is [@task_stack, + @task_stack_size).
 * Never fails as a whole: what could be had is in *@ret, and `end` says why it ended.
 * Errors: NOMEM only.
 */
struct inq_error *inq_unwind_cpu(struct inq_unwinder *u, unsigned int cpu,
				 const struct inq_regs *regs, uint64_t task_stack,
				 uint64_t task_stack_size, struct inq_ustack *ret) inq_must_check;

/**
 * Unwind a switched-out task from its saved registers; likewise. Where the dump has its stack, but
 * not the place in its task_struct that says how far that reaches (a makedumpfile that is older
 * than the kernel may leave out pages of slabs), the registers are looked for on the stack: `how`
 * of the first frame is then INQ_HOW_SCAN.
 */
struct inq_error *inq_unwind_task(struct inq_unwinder *u, uint64_t task, uint64_t task_stack,
				  uint64_t task_stack_size, struct inq_ustack *ret) inq_must_check;

#endif
