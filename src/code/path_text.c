// SPDX-License-Identifier: GPL-2.0-or-later
/* Values and objects in memory as C text: pointers, members, arrays. */
#include "code/path_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/banned.h"

enum { MAX_DEPTH = 24, MAX_STEPS = 32 };

const char *inq_path_str(struct inq_path_text *p, const char *s)
{
	p->failed |= !s;
	return s ? s : "?";
}

inq_reg inq_path_reg(const struct inq_path_text *p, const struct inq_value *v)
{
	const struct inq_arch *arch = p->e.c->arch;

	for (unsigned int r = 0; p->access && r < arch->nr_regs; r++)
		if (inq_reg_in(p->access->known, (inq_reg)r) &&
		    inq_state_reg(p->access->state, (inq_reg)r) == v)
			return (inq_reg)r;
	return INQ_REG_NONE;
}

const char *inq_path_reg_text(struct inq_path_text *p, const struct inq_value *v)
{
	inq_reg r = inq_path_reg(p, v);

	return r == INQ_REG_NONE ? "?" : p->e.c->arch->reg_names[r];
}

/* The load of @v nearest before the access, when it is done at several places. */
static uint64_t load_site(const struct inq_frame_ctx *ctx, const struct inq_value *v)
{
	const struct inq_function *f = &ctx->fn->f;
	const struct inq_block *b;
	struct inq_state st = {0};
	uint64_t site = v->site;

	if (v->kind != INQ_VAL_LOAD || site)
		return v->kind == INQ_VAL_LOAD || v->kind == INQ_VAL_CALL ? site : 0;
	b = &f->blocks[inq_function_block_of(f, ctx->insn)];
	if (!inq_values_block_state(ctx->vals, (unsigned int)(b - f->blocks), &st))
		return 0;
	for (unsigned int i = b->first; i < ctx->insn; i++) {
		const struct inq_insn *insn = &f->insns[i];

		for (unsigned int k = 1; k < insn->nr_operands; k++)
			if (insn->operands[k].kind == INQ_OPERAND_MEM &&
			    inq_state_operand(&st, insn, &insn->operands[k]) == v)
				site = insn->addr;
		inq_state_step(&st, insn);
	}
	inq_state_deinit(&st);
	return site;
}

void inq_path_note(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
		   const struct inq_value *v, const struct inq_cexpr *x)
{
	struct inq_path_step *s;
	uint64_t val;

	if (p->quiet || !x->text || x->address || p->steps.n >= MAX_STEPS)
		return;
	s = inq_vec_push(&p->steps);
	if (!s) {
		p->failed = true;
		return;
	}
	s->expr = x->text;
	s->member = x->member;
	s->type = x->type;
	s->reg = ctx == p->access ? inq_path_reg(p, v) : INQ_REG_NONE;
	s->site = load_site(ctx, v);
	if (s->reg != INQ_REG_NONE)
		inq_regs_get(p->access->regs, s->reg, &s->reg_value);
	if (v->kind != INQ_VAL_LOAD || !inq_eval_value(&p->e, ctx, v->a, &s->addr, NULL))
		return;
	val = 0;
	s->has_value =
		v->size <= 8 && p->e.c->env->try_read(p->e.c->env_ctx, s->addr, &val, v->size);
	if (s->has_value)
		s->value = val;
}

/* Of several ways, the one whose number is what is there now. */
static struct inq_cexpr phi_value(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				  const struct inq_value *v)
{
	const struct inq_value *chosen = NULL;
	struct inq_cexpr x = {0};
	uint64_t now, val;
	unsigned int fits = 0;

	if (!inq_eval_value(&p->e, ctx, v, &now, NULL))
		return x;
	for (unsigned int i = 0; i < v->nr_phi; i++) {
		if (v->phi[i] == v || v->phi[i]->kind == INQ_VAL_CONST ||
		    !inq_eval_value(&p->e, ctx, v->phi[i], &val, NULL) || val != now)
			continue;
		chosen = v->phi[i];
		fits++;
	}
	if (fits == 1)
		return inq_path_value(p, ctx, chosen);
	return x;
}

/* A type for a PHI that no way tells: that of its alternatives, the name is the register's. */
static struct inq_cexpr phi_type(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				 const struct inq_value *v)
{
	struct inq_cexpr x = {0};
	bool quiet = p->quiet;

	p->quiet = true;
	for (unsigned int i = 0; i < v->nr_phi && !x.typed; i++)
		if (v->phi[i] != v && v->phi[i]->kind != INQ_VAL_CONST)
			x = inq_path_value(p, ctx, v->phi[i]);
	p->quiet = quiet;
	x.text = inq_path_reg_text(p, v);
	if (!strcmp(x.text, "?") || x.typed)
		x.text = "pos";
	x.member = NULL;
	/* an address may be that of a first member: what is behind it must tell */
	x.typed &= !x.address;
	x.address = false;
	return x;
}

/* A PHI that is asked for on the way to its own type says nothing. */
static struct inq_cexpr phi(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			    const struct inq_value *v)
{
	struct inq_cexpr x = {0};

	for (unsigned int i = 0; i < p->nr_phis; i++)
		if (p->phis[i] == v)
			return x;
	if (p->nr_phis == array_size(p->phis))
		return x;
	p->phis[p->nr_phis++] = v;
	x = phi_value(p, ctx, v);
	if (!x.text)
		x = phi_type(p, ctx, v);
	p->nr_phis--;
	return x;
}

static struct inq_cexpr load_value(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				   const struct inq_value *v)
{
	return inq_path_object(p, ctx, v->a, v->size);
}

/* The address of a member, or a sum. */
static struct inq_cexpr address_value(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				      const struct inq_value *v)
{
	struct inq_cexpr x = inq_path_object(p, ctx, v, 0);

	x.address = true;
	if (x.typed)
		return x;
	if (v->b || v->c < 0 || strcmp(inq_path_reg_text(p, v), "?"))
		return (struct inq_cexpr){0};
	x = inq_path_value(p, ctx, v->a);
	if (x.text)
		x.text = inq_path_str(p, inq_arena_printf(p->arena, "%s%s + 0x%" PRIx64,
							  x.address ? "&" : "", x.text,
							  (uint64_t)v->c));
	x.typed = x.address = x.points = false;
	return x;
}

static struct inq_cexpr value(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			      const struct inq_value *v)
{
	struct inq_cexpr x = {0};
	int64_t off;

	switch (v->kind) {
	case INQ_VAL_CONST:
		x = inq_path_variable(p, v->c);
		x.address = true;
		return x;
	case INQ_VAL_LOAD:
		return load_value(p, ctx, v);
	case INQ_VAL_ENTRY:
		return inq_path_argument(p, ctx, v);
	case INQ_VAL_CALL:
		return inq_path_call(p, v);
	case INQ_VAL_ADD:
		if (inq_value_cfa_offset(p->e.c->arch, v, &off))
			return x;
		return address_value(p, ctx, v);
	case INQ_VAL_PHI:
		return phi(p, ctx, v);
	case INQ_VAL_BINOP:
		/* Flags in a pointer's low bits, cut off. */
		if (v->op != INQ_OP_AND || v->b || v->c >= 0 || v->c < -4096)
			return x;
		return inq_path_value(p, ctx, v->a);
	default:
		return x;
	}
}

struct inq_cexpr inq_path_value(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				const struct inq_value *v)
{
	struct inq_cexpr x = {0};

	if (p->depth >= MAX_DEPTH)
		return x;
	p->depth++;
	x = value(p, ctx, v);
	p->depth--;
	if (x.text && v->kind != INQ_VAL_PHI && v->kind != INQ_VAL_BINOP)
		inq_path_note(p, ctx, v, &x);
	return x;
}
