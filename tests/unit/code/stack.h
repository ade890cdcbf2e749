/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CODE_STACK_H
#define TESTS_CODE_STACK_H

/* Stacks by hand for the tests of frames, locks and paths. */

#include "fake.h"

#include "code/frames.h"

enum { FAKE_FRAMES = 6 };

struct fake_stack {
	struct inq_ustack s;
	struct inq_uframe frames[FAKE_FRAMES];
};

/* A frame at @label; @sp there, and its CFA. */
static inline struct inq_uframe *fake_frame(struct fake_stack *st, const char *label, bool exact,
					    uint64_t sp, uint64_t cfa)
{
	struct inq_uframe *fr = &st->frames[st->s.n++];

	assert_true(st->s.n <= FAKE_FRAMES);
	st->s.v = st->frames;
	fr->ip = sample(label);
	fr->sp = sp;
	fr->cfa = cfa;
	fr->exact_ip = exact;
	fr->how = exact ? INQ_HOW_REGS : INQ_HOW_ORC;
	inq_regs_set(&fr->regs, RSP, sp);
	return fr;
}

#endif
