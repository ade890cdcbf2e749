// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of outer frames, and values and arguments at a frame. */
#include "code/eval.h"

#include "util/banned.h"

/* What the function of frame @inner saved on its entry belongs to frame @inner + 1. */
static void restore_from(struct inq_eval *e, size_t inner, struct inq_uframe *outer)
{
	const struct inq_arch *arch = e->c->arch;
	struct inq_frame_ctx *ctx = inq_eval_frame(e, inner);
	uint64_t val;

	if (!ctx)
		return;
	for (unsigned int r = 0; r < arch->nr_regs; r++)
		if (inq_reg_in(arch->callee_saved & ~outer->regs.known, (inq_reg)r) &&
		    inq_eval_value(e, ctx, inq_node_entry(ctx->vals, (inq_reg)r), &val, NULL))
			inq_regs_set(&outer->regs, (inq_reg)r, val);
}

struct inq_error *inq_frames_restore_regs(struct inq_code *c, unsigned int cpu,
					  struct inq_ustack *s)
{
	struct inq_eval e;
	bool no_memory;

	if (!inq_eval_init(&e, c, s, cpu))
		return &inq_enomem;
	e.inwards_only = true;
	for (size_t i = 0; i + 1 < s->n; i++) {
		struct inq_uframe *outer = &s->v[i + 1];

		/* Behind a frame found by scanning others may be missing. */
		if (outer->how == INQ_HOW_SCAN && !outer->exact_ip)
			break;
		if (!outer->exact_ip && !outer->regs.user)
			restore_from(&e, i, outer);
	}
	no_memory = e.no_memory || e.arena.failed;
	inq_eval_deinit(&e);
	return no_memory ? &inq_enomem : NULL;
}

bool inq_frame_eval(struct inq_code *c, const struct inq_ustack *s, size_t frame, unsigned int cpu,
		    const struct inq_value *v, uint64_t *ret, enum inq_certainty *ret_how)
{
	struct inq_frame_ctx *ctx;
	struct inq_eval e;
	bool ok = false;

	if (!inq_eval_init(&e, c, s, cpu))
		return false;
	ctx = inq_eval_frame(&e, frame);
	if (ctx)
		ok = inq_eval_value(&e, ctx, v, ret, ret_how);
	inq_eval_deinit(&e);
	return ok;
}

bool inq_frame_arg(struct inq_code *c, const struct inq_ustack *s, size_t frame, unsigned int cpu,
		   unsigned int n, uint64_t *ret, enum inq_certainty *ret_how)
{
	struct inq_frame_ctx *ctx;
	struct inq_eval e;
	bool ok = false;

	if (n >= c->arch->nr_arg_regs || !inq_eval_init(&e, c, s, cpu))
		return false;
	ctx = inq_eval_frame(&e, frame);
	if (ctx)
		ok = inq_eval_value(&e, ctx, inq_node_entry(ctx->vals, c->arch->arg_regs[n]), ret,
				    ret_how);
	inq_eval_deinit(&e);
	return ok;
}
