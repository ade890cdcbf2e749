/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_STACK_H
#define INQ_MODEL_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base.h"

/* Part of the case (model/case.h): frames, and in which context each runs. */

enum inq_frame_context {
	INQ_FRAME_TASK,
	INQ_FRAME_SOFTIRQ,
	INQ_FRAME_IRQ,
	INQ_FRAME_EXCEPTION,
	INQ_FRAME_NMI,
	INQ_FRAME_USER,
};

struct inq_frame {
	uint64_t ip, sp;
	const char *symbol; /**< NULL: none */
	uint64_t offset;    /**< of ip in symbol */
	const char *module; /**< NULL: the kernel image */
	const char *how;    /**< "regs", "orc", "fp", "scan"; static */
	enum inq_frame_context context;
	bool exact_ip;	  /**< ip stands at the instruction itself, not behind a call */
	bool in_loop;	  /**< ip lies in a loop of its function; looked at on running CPUs only */
	uint64_t pt_regs; /**< this frame was interrupted and its registers saved there; 0: not */
	const char *source;  /**< "kernel/exit.c:871", by DWARF; NULL: not known */
	const char *inlined; /**< "utsname() inlined at a.c:45", innermost first; NULL: not */
};

/** Frames innermost first.  `complete`: reached user mode or the first frame. */
struct inq_stack {
	struct inq_frame *v;
	size_t n;
	bool complete;
	const char *end; /**< why it ended when not complete; static or arena */
	uint64_t end_addr;
	bool has_user_regs; /**< it was entered from user mode with these */
	uint64_t user_ip, user_sp;
	int64_t syscall_nr; /**< system call it is in; -1: none or unknown */
};

#endif
