// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers for expressions, from registers, stack slots, callers and memory. */
#include "code/eval.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum { MAX_DEPTH = 40, MAX_STEPS = 3000 };

bool inq_eval_init(struct inq_eval *e, struct inq_code *c, const struct inq_ustack *s,
		   unsigned int cpu)
{
	*e = (struct inq_eval){.c = c, .s = s, .cpu = cpu};
	e->ctx = inq_arena_calloc(&e->arena, s->n + 1, sizeof(struct inq_frame_ctx *));
	e->tried = inq_arena_calloc(&e->arena, s->n + 1, sizeof(bool));
	if (e->ctx && e->tried)
		return true;
	inq_arena_deinit(&e->arena);
	return false;
}

void inq_eval_deinit(struct inq_eval *e)
{
	inq_arena_deinit(&e->arena);
}

/* The instruction that frame @fr stands at: the call, for a return address. */
static int frame_insn(const struct inq_function *f, const struct inq_uframe *fr)
{
	if (fr->exact_ip)
		return inq_function_insn_at(f, fr->ip);
	return inq_function_insn_before(f, fr->ip);
}

static void find_cfa(const struct inq_arch *arch, const struct inq_uframe *fr,
		     struct inq_frame_ctx *ctx)
{
	int64_t off;
	uint64_t sp;

	ctx->cfa = fr->cfa;
	if (!inq_value_cfa_offset(arch, inq_state_reg(ctx->state, arch->sp), &off))
		return;
	sp = fr->sp;
	if (sp || inq_regs_get(&fr->regs, arch->sp, &sp))
		ctx->cfa = sp - (uint64_t)off;
}

static void add_fact(const struct inq_frame_ctx *ctx, const struct inq_value *v, uint64_t val)
{
	struct inq_fact *f = &ctx->facts->v[ctx->facts->n];

	if (v->kind == INQ_VAL_CONST || v == ctx->vals->unknown)
		return;
	*f = (struct inq_fact){.base = v, .val = val};
	if (v->kind == INQ_VAL_ADD && !v->b) {
		f->base = v->a;
		f->c = v->c;
	}
	ctx->facts->n++;
}

/* Where a slot is in memory. */
static uint64_t slot_addr(const struct inq_frame_ctx *ctx, int64_t off)
{
	const struct inq_value *al = ctx->vals->aligned;
	int64_t base;

	if (off > -INQ_FRAME_MAX)
		return ctx->cfa + (uint64_t)off;
	if (!al || !inq_value_cfa_offset(ctx->fn->code->arch, al->a, &base))
		return 0;
	return ((ctx->cfa + (uint64_t)base) & (uint64_t)al->c) + (uint64_t)(off - INQ_ALIGNED);
}

/* What registers and stack slots hold. */
static void collect_facts(struct inq_eval *e, const struct inq_frame_ctx *ctx)
{
	const struct inq_arch *arch = e->c->arch;
	const struct inq_state *st = ctx->state;
	uint64_t val;

	ctx->facts->collected = true;
	ctx->facts->v =
		inq_arena_calloc(&e->arena, arch->nr_regs + st->nr_slots, sizeof(*ctx->facts->v));
	if (!ctx->facts->v)
		return;
	for (unsigned int r = 0; r < arch->nr_regs; r++)
		if (inq_reg_in(ctx->known, (inq_reg)r) && inq_regs_get(ctx->regs, (inq_reg)r, &val))
			add_fact(ctx, st->regs[r], val);
	for (unsigned int i = 0; i < st->nr_slots && ctx->cfa; i++) {
		const struct inq_slot *slot = &st->slots[i];

		val = 0;
		if (e->c->env->try_read(e->c->env_ctx, slot_addr(ctx, slot->off), &val, slot->size))
			add_fact(ctx, slot->v, val);
	}
}

static bool fill_ctx(struct inq_eval *e, size_t frame, struct inq_frame_ctx *ctx)
{
	const struct inq_arch *arch = e->c->arch;
	const struct inq_uframe *fr = &e->s->v[frame];
	struct inq_error *err;
	int insn;

	/* A return address may lie behind its function's end: look for the call. */
	err = inq_code_func(e->c, fr->exact_ip ? fr->ip : fr->ip - 1, &ctx->fn);
	if (!err && (insn = frame_insn(&ctx->fn->f, fr)) >= 0) {
		ctx->insn = (unsigned int)insn;
		err = inq_values_at(e->c, &ctx->fn->f, ctx->insn, &ctx->state);
		if (!err)
			err = inq_values_get(ctx->fn, &ctx->vals);
	}
	if (err) {
		e->no_memory |= err->code == INQ_ERR_NOMEM;
		inq_error_destroy(err);
		return false;
	}
	if (!ctx->state)
		return false;
	ctx->frame = frame;
	ctx->regs = &fr->regs;
	/*
	 * Behind a call only preserved registers are as they were before it; a repeated string
	 * instruction has moved its own.
	 */
	ctx->known = fr->regs.known;
	if (!fr->exact_ip && !fr->at_call)
		ctx->known &= arch->callee_saved | UINT64_C(1) << arch->sp;
	else if (fr->exact_ip && ctx->fn->f.insns[ctx->insn].rep)
		ctx->known &= ~ctx->fn->f.insns[ctx->insn].writes;
	find_cfa(arch, fr, ctx);
	ctx->facts = inq_arena_new(&e->arena, struct inq_facts);
	return ctx->facts;
}

struct inq_frame_ctx *inq_eval_frame(struct inq_eval *e, size_t frame)
{
	struct inq_frame_ctx *ctx;

	if (frame >= e->s->n)
		return NULL;
	if (e->tried[frame])
		return e->ctx[frame];
	e->tried[frame] = true;
	if (e->s->v[frame].regs.user)
		return NULL;
	ctx = inq_arena_new(&e->arena, struct inq_frame_ctx);
	if (!ctx) {
		e->no_memory = true;
		return NULL;
	}
	if (!fill_ctx(e, frame, ctx))
		return NULL;
	e->ctx[frame] = ctx;
	return ctx;
}

/* The tail call in @fn to the function that starts at @start; -1: none. */
static int find_tail_call(struct inq_code *c, const struct inq_function *fn, uint64_t start)
{
	for (unsigned int i = 0; i < fn->nr_insns; i++) {
		const struct inq_insn *insn = &fn->insns[i];
		const struct inq_callee *to;

		if ((insn->op != INQ_OP_JMP && insn->op != INQ_OP_JCC) || !insn->target)
			continue;
		to = inq_code_callee(c, insn->target);
		if (to && to->is_start && to->start == start)
			return (int)i;
	}
	return -1;
}

/* @callee was called and ended in a tail call to @ctx's function: stand at that jump. */
static struct inq_frame_ctx *virtual_ctx(struct inq_eval *e, const struct inq_frame_ctx *ctx,
					 const struct inq_callee *callee)
{
	struct inq_frame_ctx *v;
	struct inq_error *err;
	int insn = -1;

	if (ctx->virtual || !callee || !callee->is_start || callee->size > 4096)
		return NULL;
	v = inq_arena_new(&e->arena, struct inq_frame_ctx);
	if (!v)
		return NULL;
	err = inq_code_func(e->c, callee->start, &v->fn);
	if (!err)
		insn = find_tail_call(e->c, &v->fn->f, ctx->fn->f.sym.addr);
	if (insn >= 0) {
		v->insn = (unsigned int)insn;
		err = inq_values_at(e->c, &v->fn->f, v->insn, &v->state);
		if (!err)
			err = inq_values_get(v->fn, &v->vals);
	}
	if (insn < 0 || err) {
		inq_error_destroy(err);
		return NULL;
	}
	v->frame = ctx->frame;
	v->cfa = ctx->cfa;
	v->virtual = true;
	v->regs = ctx->regs;
	return v;
}

static enum inq_certainty worse(enum inq_certainty a, enum inq_certainty b)
{
	return a < b ? a : b;
}

/* Whether the call at @caller leads to @ctx's function; @ret_through: by a tail call in there. */
static bool call_reaches(struct inq_eval *e, const struct inq_frame_ctx *caller,
			 const struct inq_frame_ctx *ctx, bool *ret_sure,
			 const struct inq_callee **ret_through)
{
	const struct inq_insn *insn = &caller->fn->f.insns[caller->insn];
	const struct inq_callee *callee;
	enum inq_certainty how;
	uint64_t target = insn->target;

	*ret_through = NULL;
	*ret_sure = false;
	if (!target && insn->nr_operands) {
		struct inq_state st = *caller->state;
		const struct inq_value *v = inq_state_operand(&st, insn, &insn->operands[0]);

		if (!inq_eval_value(e, caller, v, &target, &how))
			return true; /* through a pointer: as good as any */
	}
	callee = inq_code_callee(e->c, target);
	if (!callee)
		return false;
	if (callee->start == ctx->fn->f.sym.addr) {
		*ret_sure = true;
		return true;
	}
	*ret_through = callee;
	return true;
}

bool inq_eval_caller_value(struct inq_eval *e, const struct inq_frame_ctx *ctx, inq_reg reg,
			   struct inq_frame_ctx **ret_ctx, const struct inq_value **ret,
			   bool *ret_sure)
{
	struct inq_frame_ctx *caller = inq_eval_frame(e, ctx->frame + 1);
	const struct inq_callee *through;

	if (!caller || e->s->v[caller->frame].exact_ip ||
	    caller->fn->f.insns[caller->insn].op != INQ_OP_CALL)
		return false;
	if (!call_reaches(e, caller, ctx, ret_sure, &through))
		return false;
	if (through) {
		caller = virtual_ctx(e, ctx, through);
		if (!caller)
			return false;
		*ret_sure = true;
	}
	*ret_ctx = caller;
	*ret = inq_state_reg(caller->state, reg);
	return true;
}

static bool eval(struct inq_eval *e, const struct inq_frame_ctx *ctx, const struct inq_value *v,
		 uint64_t *ret, enum inq_certainty *how);

static bool eval_entry(struct inq_eval *e, const struct inq_frame_ctx *ctx, inq_reg reg,
		       uint64_t *ret, enum inq_certainty *how)
{
	const struct inq_arch *arch = e->c->arch;
	struct inq_frame_ctx *caller;
	const struct inq_value *v;
	bool sure;

	if (reg == arch->sp) {
		*ret = ctx->cfa - INQ_CALL_PUSH;
		*how = INQ_CERTAIN;
		return ctx->cfa;
	}
	if (e->inwards_only || ctx->frame + 1 >= e->s->n)
		return false;
	if (inq_reg_in(arch->callee_saved, reg) || e->s->v[ctx->frame + 1].exact_ip) {
		*how = INQ_CERTAIN;
		return inq_regs_get(&e->s->v[ctx->frame + 1].regs, reg, ret);
	}
	if (!inq_eval_caller_value(e, ctx, reg, &caller, &v, &sure) ||
	    !eval(e, caller, v, ret, how))
		return false;
	if (!sure)
		*how = worse(*how, INQ_LIKELY);
	return true;
}

static bool from_facts(struct inq_eval *e, const struct inq_frame_ctx *ctx,
		       const struct inq_value *v, uint64_t *ret, enum inq_certainty *how)
{
	const struct inq_value *base = v;
	int64_t c = 0;

	if (v->kind == INQ_VAL_ADD && !v->b) {
		base = v->a;
		c = v->c;
	}
	if (!ctx->facts)
		return false;
	if (!ctx->facts->collected)
		collect_facts(e, ctx);
	for (unsigned int i = 0; i < ctx->facts->n; i++) {
		const struct inq_fact *f = &ctx->facts->v[i];

		if (f->base != base)
			continue;
		*ret = f->val - (uint64_t)f->c + (uint64_t)c;
		/* Loaded at several places: maybe not the same each time. */
		*how = base->kind == INQ_VAL_LOAD && !base->site ? INQ_LIKELY : INQ_CERTAIN;
		return true;
	}
	return false;
}

static bool eval_load(struct inq_eval *e, const struct inq_frame_ctx *ctx,
		      const struct inq_value *v, uint64_t *ret, enum inq_certainty *how)
{
	uint64_t addr, val = 0;

	if (!v->size || v->size > 8 || !eval(e, ctx, v->a, &addr, how))
		return false;
	if (!e->c->env->try_read(e->c->env_ctx, addr, &val, v->size))
		return false;
	*ret = val;
	*how = worse(*how, INQ_LIKELY);
	return true;
}

/* What all ways agree on. */
static bool eval_phi(struct inq_eval *e, const struct inq_frame_ctx *ctx, const struct inq_value *v,
		     uint64_t *ret, enum inq_certainty *how)
{
	unsigned int known = 0;

	*how = INQ_LIKELY;
	for (unsigned int i = 0; i < v->nr_phi; i++) {
		enum inq_certainty h;
		uint64_t x;

		if (v->phi[i] == v || !eval(e, ctx, v->phi[i], &x, &h))
			continue;
		if (known && x != *ret)
			return false;
		*ret = x;
		*how = worse(*how, h);
		known++;
	}
	if (known < v->nr_phi)
		*how = INQ_POSSIBLE;
	return known;
}

static bool eval_two(struct inq_eval *e, const struct inq_frame_ctx *ctx, const struct inq_value *v,
		     uint64_t *a, uint64_t *b, enum inq_certainty *how)
{
	enum inq_certainty h = INQ_CERTAIN;

	*b = (uint64_t)v->c;
	if (!eval(e, ctx, v->a, a, how) || (v->b && !eval(e, ctx, v->b, b, &h)))
		return false;
	*how = worse(*how, h);
	return true;
}

static bool eval_kind(struct inq_eval *e, const struct inq_frame_ctx *ctx,
		      const struct inq_value *v, uint64_t *ret, enum inq_certainty *how)
{
	uint64_t a, b;

	switch (v->kind) {
	case INQ_VAL_ENTRY:
		return eval_entry(e, ctx, v->reg, ret, how);
	case INQ_VAL_PERCPU_BASE:
		*how = INQ_CERTAIN;
		return e->c->env->percpu_base(e->c->env_ctx, e->cpu, ret);
	case INQ_VAL_LOAD:
		return eval_load(e, ctx, v, ret, how);
	case INQ_VAL_ADD:
	case INQ_VAL_SCALE:
		if (!eval_two(e, ctx, v, &a, &b, how))
			return false;
		*ret = v->kind == INQ_VAL_ADD ? a + b : a * b;
		return true;
	case INQ_VAL_BINOP:
		return eval_two(e, ctx, v, &a, &b, how) && inq_op_compute(v->op, a, b, ret);
	case INQ_VAL_PHI:
		return eval_phi(e, ctx, v, ret, how);
	case INQ_VAL_CALL:
		v = inq_value_of_call(ctx->fn, v);
		if (!v || !eval(e, ctx, v, ret, how))
			return false;
		*how = worse(*how, INQ_LIKELY);
		return true;
	default:
		return false;
	}
}

static bool eval(struct inq_eval *e, const struct inq_frame_ctx *ctx, const struct inq_value *v,
		 uint64_t *ret, enum inq_certainty *how)
{
	bool ok;

	if (v->kind == INQ_VAL_CONST) {
		*ret = (uint64_t)v->c;
		*how = INQ_CERTAIN;
		return true;
	}
	if (from_facts(e, ctx, v, ret, how))
		return true;
	if (e->depth >= MAX_DEPTH || e->steps >= MAX_STEPS)
		return false;
	e->depth++;
	e->steps++;
	ok = eval_kind(e, ctx, v, ret, how);
	e->depth--;
	return ok;
}

bool inq_eval_value(struct inq_eval *e, const struct inq_frame_ctx *ctx, const struct inq_value *v,
		    uint64_t *ret, enum inq_certainty *ret_how)
{
	enum inq_certainty how;
	uint64_t val;

	if (!e->depth)
		e->steps = 0;
	if (!eval(e, ctx, v, &val, &how))
		return false;
	*ret = val;
	if (ret_how)
		*ret_how = how;
	return true;
}
