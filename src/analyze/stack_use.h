/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_STACK_USE_H
#define INQ_ANALYZE_STACK_USE_H

#include "analyze/analysis.h"

/*
 * Which function has how much of a stack that overflowed, and whether functions call each
 * other round and round.
 */

/**
 * Fill the verdict's table of who uses how much of the stack of fault @f, largest first.
 * Nothing where the frames' stack pointers are not known.
 */
void inq_stack_use_make(struct inq_analysis *a, const struct inq_fault *f);

/**
 * The function of the stack of @f that is to blame for its overflow: of those that call each other
 * without end the one with the largest frames, a module's before the kernel's; without such
 * a round the module's function that has most of the stack, if that is an eighth of it.  NULL:
 * nobody stands out.
 */
const struct inq_frame *inq_stack_use_blame(struct inq_case *c, const struct inq_fault *f,
					    bool *ret_recursion);

/** "a -> b [mod], 18 rounds of 752 bytes"; "" where there is no round.  In the arena. */
const char *inq_say_recursion(struct inq_case *c, const struct inq_fault *f);

#endif
