/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_FRAMES_H
#define INQ_CODE_FRAMES_H

#include "code/values.h"
#include "unwind/unwind.h"

/*
 * What code means for one frame of a real stack: callee-saved registers of outer
 * frames, values of expressions, locks held.
 */

/**
 * Fill in the registers that the unwind left open: for each frame, what its inner
 * frames saved in their prologues (values.h tells which stack slot holds which entry
 * register), read from the stack.  Also resolves entry registers (arguments) of inner
 * frames where the caller's state tells them.  @s is changed in place.
 */
struct inq_error *inq_frames_restore_regs(struct inq_code *c, unsigned int cpu,
					  struct inq_ustack *s) inq_must_check;

/** How sure a value is. */
enum inq_certainty {
	INQ_UNKNOWN,
	INQ_POSSIBLE, /**< some path, or a value read from memory that may have changed since */
	INQ_LIKELY,
	INQ_CERTAIN, /**< every path, registers or stack slots that this frame owns */
};

/**
 * try: the number that @v stands for in frame @frame of @s, running on @cpu.  Solves entry
 * values from registers and slots that hold related expressions now, reads memory for LOADs.
 * @ret_how may be NULL.
 */
bool inq_frame_eval(struct inq_code *c, const struct inq_ustack *s, size_t frame, unsigned int cpu,
		    const struct inq_value *v, uint64_t *ret, enum inq_certainty *ret_how);

/** try: argument @n (from 0) with which the function of frame @frame was called. */
bool inq_frame_arg(struct inq_code *c, const struct inq_ustack *s, size_t frame, unsigned int cpu,
		   unsigned int n, uint64_t *ret, enum inq_certainty *ret_how);

#endif
