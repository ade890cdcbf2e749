// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frame pointers: kernels built with them, and code that the kernel generates (BPF,
 * trampolines), which has frame pointers and no tables.
 *
 *	[fp]     the caller's fp
 *	[fp + 8] return address
 *
 * Entry code writes the address of a pt_regs there instead, with its lowest bit set.
 */
#include "unwind/unwind_priv.h"

#include "util/banned.h"

/* Right at a function's entry the return address is still on top of the stack. */
static bool called_just_now(struct inq_unwind_state *s, uint64_t *ret_ip, uint64_t *ret_sp)
{
	uint64_t sp, ip, start = inq_unwind_function(s->u, s->regs.ip);
	struct inq_insn call;

	if (!s->exact || !inq_regs_get(&s->regs, s->u->arch->sp, &sp) ||
	    !inq_unwind_read(s, sp, &ip))
		return false;
	if (!start || !inq_unwind_call_before(s->u, ip, &call))
		return false;
	/* It proves itself when the call goes to this very function. */
	if (call.target != start)
		return false;
	*ret_ip = ip;
	*ret_sp = sp + 8;
	return true;
}

enum inq_step inq_step_fp(struct inq_unwind_state *s, uint64_t *ret_cfa)
{
	uint64_t fp = 0, ip, sp, outer;
	bool known = inq_regs_get(&s->regs, s->u->arch->fp, &fp);
	struct inq_insn call;
	size_t stack;

	if (called_just_now(s, &ip, &sp)) {
		*ret_cfa = sp;
		return inq_step_call(s, ip, sp, known, fp, INQ_HOW_FP);
	}
	/* A kernel with tables uses the register for anything else, but in the code it generates.
	 */
	if (s->u->has_orc && !inq_unwind_is_generated(s->u, s->regs.ip))
		return INQ_STEP_NO;
	if (!known || !inq_regs_get(&s->regs, s->u->arch->sp, &sp))
		return INQ_STEP_NO;
	if (fp & 1)
		return inq_unwind_stack_of(s, fp & ~UINT64_C(1), 8, &stack)
			       ? inq_step_pt_regs(s, fp & ~UINT64_C(1), true)
			       : INQ_STEP_NO;
	if (fp & 7 || !inq_unwind_stack_of(s, fp, 16, &stack) || (stack == s->stack && fp < sp))
		return INQ_STEP_NO;
	if (!inq_unwind_read(s, fp + 8, &ip) || !inq_unwind_read(s, fp, &outer))
		return INQ_STEP_NO;
	if (!inq_unwind_is_code(s->u, ip) || !inq_unwind_call_before(s->u, ip, &call))
		return INQ_STEP_NO;
	*ret_cfa = fp + 16;
	return inq_step_call(s, ip, fp + 16, true, outer, INQ_HOW_FP);
}
