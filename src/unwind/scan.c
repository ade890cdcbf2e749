// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last resort, and the one way after a jump to nowhere: return addresses found
 * on the stack.  A word is taken only where the code before it proves that it can be the
 * return address of *this* frame; stacks are full of words that once were one.
 */
#include "unwind/unwind_priv.h"

#include "util/banned.h"

enum { SCAN_WORDS = 512 };

/* What was called has done nothing: but for the return address all is as it was at the call. */
static void keep_regs(struct inq_unwind_state *s, const struct inq_regs *at)
{
	uint64_t v;

	for (unsigned int r = 0; r < s->u->arch->nr_regs; r++)
		if (r != s->u->arch->sp && inq_regs_get(at, (inq_reg)r, &v))
			inq_regs_set(&s->regs, (inq_reg)r, v);
	s->at_call = true;
}

enum inq_step inq_step_bad_ip(struct inq_unwind_state *s, uint64_t *ret_cfa)
{
	uint64_t sp, ip, fp = 0;
	struct inq_regs at = s->regs;
	struct inq_insn call;
	enum inq_step step;
	bool known;

	if (!s->exact)
		return INQ_STEP_NO;
	if (!inq_regs_get(&s->regs, s->u->arch->sp, &sp) || !inq_unwind_read(s, sp, &ip) ||
	    !inq_unwind_is_code(s->u, ip) || !inq_unwind_call_before(s->u, ip, &call))
		return INQ_STEP_NO;
	/* A direct call has gone where it says, unless that only jumps on through a register. */
	if (call.target && !inq_unwind_is_thunk(s->u, call.target))
		return INQ_STEP_NO;
	known = inq_regs_get(&s->regs, s->u->arch->fp, &fp);
	*ret_cfa = sp + 8;
	step = inq_step_call(s, ip, sp + 8, known, fp, INQ_HOW_ORC);
	if (step == INQ_STEP_OK)
		keep_regs(s, &at);
	return step;
}

enum inq_step inq_step_scan(struct inq_unwind_state *s, uint64_t *ret_cfa)
{
	uint64_t start = inq_unwind_function(s->u, s->regs.ip), sp, ip;
	const struct inq_stack_range *stack = &s->stacks[s->stack];
	struct inq_insn call;

	if (!start || !inq_regs_get(&s->regs, s->u->arch->sp, &sp))
		return INQ_STEP_NO;
	for (unsigned int i = 0; i < SCAN_WORDS && sp + 8 <= stack->end; i++, sp += 8) {
		if (!inq_unwind_read(s, sp, &ip))
			return INQ_STEP_NO;
		if (!inq_unwind_is_code(s->u, ip) || !inq_unwind_call_before(s->u, ip, &call))
			continue;
		if (call.target != start)
			continue;
		*ret_cfa = sp + 8;
		return inq_step_call(s, ip, sp + 8, false, 0, INQ_HOW_SCAN);
	}
	return INQ_STEP_NO;
}
