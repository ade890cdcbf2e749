// SPDX-License-Identifier: GPL-2.0-or-later
/* The access path of an instruction: which operand, and what it all comes to. */
#include "code/path.h"

#include <inttypes.h>
#include <string.h>

#include "code/locks.h"
#include "code/path_text.h"

#include "util/banned.h"

/* The address of @op as the registers have it now; else by what is known of @addr. */
static bool operand_address(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			    const struct inq_operand *op, const struct inq_value *addr,
			    uint64_t *ret)
{
	const struct inq_mem *m = &op->mem;
	uint64_t at = (uint64_t)m->disp, val;

	if (m->other_seg)
		return false;
	if (m->percpu || (m->base != INQ_REG_NONE && !inq_regs_get(ctx->regs, m->base, &val)))
		return inq_eval_value(&p->e, ctx, addr, ret, NULL);
	if (m->base != INQ_REG_NONE)
		at += val;
	if (m->index != INQ_REG_NONE) {
		if (!inq_regs_get(ctx->regs, m->index, &val))
			return inq_eval_value(&p->e, ctx, addr, ret, NULL);
		at += val * m->scale;
	}
	*ret = at;
	return true;
}

/* Could the address have been the one that faulted? */
static bool is_suspect(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
		       const struct inq_operand *op, const struct inq_value *addr)
{
	const struct inq_code *c = p->e.c;
	unsigned char byte;
	uint64_t val;

	return operand_address(p, ctx, op, addr, &val) &&
	       (!c->env->is_kernel_addr(c->env_ctx, val) ||
		!c->env->try_read(c->env_ctx, val, &byte, 1));
}

/* The memory operand that is asked about; NULL: the instruction has none. */
static const struct inq_operand *choose_operand(struct inq_path_text *p,
						const struct inq_frame_ctx *ctx,
						const struct inq_value **ret_addr)
{
	const struct inq_insn *insn = &ctx->fn->f.insns[ctx->insn];
	const struct inq_operand *chosen = NULL;

	for (unsigned int i = 0; i < insn->nr_operands; i++) {
		const struct inq_operand *op = &insn->operands[i];
		const struct inq_value *addr;

		if (op->kind != INQ_OPERAND_MEM || insn->op == INQ_OP_LEA)
			continue;
		addr = inq_state_address(ctx->vals, ctx->state, &op->mem);
		if (chosen && !is_suspect(p, ctx, op, addr))
			continue;
		chosen = op;
		*ret_addr = addr;
		if (is_suspect(p, ctx, op, addr))
			break;
	}
	return chosen;
}

static uint64_t bad_value(struct inq_path_text *p, const struct inq_path_base *b, uint64_t addr)
{
	uint64_t val;

	if (b->v && inq_eval_value(&p->e, b->ctx, b->v, &val, NULL))
		return val + (uint64_t)b->bias;
	return addr - (uint64_t)b->off + (uint64_t)b->bias;
}

/* Widened or cut: what is behind it is what counts. */
static const struct inq_value *unwrap(const struct inq_value *v)
{
	while (v->kind == INQ_VAL_BINOP && !v->b && (v->op == INQ_OP_AND || v->op == INQ_OP_MOVSX))
		v = v->a;
	return v;
}

/* With a pointer that is good, it is the index beside it that is bad. */
static const struct inq_value *culprit_value(struct inq_path_text *p)
{
	const struct inq_path_base *b = &p->base;
	const struct inq_code *c = p->e.c;
	unsigned char byte;
	uint64_t val;

	if (!b->v || !b->index || !inq_eval_value(&p->e, b->ctx, b->v, &val, NULL) ||
	    !c->env->is_kernel_addr(c->env_ctx, val) ||
	    !c->env->try_read(c->env_ctx, val, &byte, 1))
		return b->v;
	return b->index;
}

/* Who came by the bad pointer: up through the callers that merely got it as an argument. */
static size_t blame_frame(struct inq_path_text *p, const struct inq_value **ret_v,
			  const struct inq_frame_ctx **ret_ctx)
{
	const struct inq_frame_ctx *ctx = p->base.ctx ? p->base.ctx : p->access;
	const struct inq_value *v = culprit_value(p);

	if (!v)
		return ctx->frame;
	for (unsigned int i = 0; i < INQ_UNWIND_FRAMES; i++) {
		struct inq_frame_ctx *caller;
		bool sure;

		v = unwrap(v);
		while (v->kind == INQ_VAL_ADD && !v->b)
			v = v->a;
		if (v->kind != INQ_VAL_ENTRY || v->reg == p->e.c->arch->sp ||
		    !inq_eval_caller_value(&p->e, ctx, v->reg, &caller, &v, &sure))
			break;
		ctx = caller;
	}
	*ret_v = v;
	*ret_ctx = ctx;
	return ctx->frame;
}

/* The bad value in terms of who came by it, where it was passed on to the access. */
static void set_blame(struct inq_path_text *p, struct inq_path *path)
{
	const struct inq_frame_ctx *ctx = p->access;
	const struct inq_value *v = NULL;
	struct inq_cexpr x;

	path->origin = p->origin;
	path->origin_frame = p->origin_frame;
	path->blame_frame = blame_frame(p, &v, &ctx);
	if (!v || v->kind != INQ_VAL_LOAD || path->blame_frame == p->access->frame)
		return;
	p->quiet = true;
	x = inq_path_value(p, ctx, v);
	if (!x.text || x.address || !strcmp(x.text, "?"))
		return;
	path->origin = x.text;
	path->origin_frame = path->blame_frame;
	if (!path->bad_member)
		path->bad_member = x.member;
}

static struct inq_error *finish(struct inq_path_text *p, const struct inq_cexpr *x, uint64_t addr,
				bool known, struct inq_path *ret)
{
	const struct inq_path_base *b = &p->base;
	struct inq_path path = {.expr = x->text ? x->text : "?", .typed = x->text && x->typed};
	struct inq_path_step *steps;

	path.bad = b->x.text ? b->x.text : path.expr;
	path.bad_member = b->x.member;
	path.bad_value = bad_value(p, b, addr);
	path.offset = (uint32_t)(known ? addr - path.bad_value : (uint64_t)b->off);
	set_blame(p, &path);
	steps = inq_arena_calloc(p->arena, p->steps.n + 1, sizeof(*steps));
	if (!steps || p->failed || p->e.no_memory || p->arena->failed)
		return &inq_enomem;
	if (p->steps.n)
		memcpy(steps, p->steps.v, p->steps.n * sizeof(*steps));
	path.shape = path.typed && !p->module_terms ? NULL : p->shape;
	path.steps = steps;
	path.nr_steps = p->steps.n;
	*ret = path;
	return NULL;
}

/* As the disassembler would say it: *(u64 *)(rsp + rax * 8 + 0x10). */
static const char *plain_text(struct inq_path_text *p, const struct inq_operand *op)
{
	const struct inq_arch *arch = p->e.c->arch;
	const struct inq_mem *m = &op->mem;
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	uint64_t disp = (uint64_t)m->disp;
	bool sum = m->disp || m->index < arch->nr_regs;

	inq_strbuf_addf(&sb, "*(u%u *)%s", op->size * 8u, sum ? "(" : "");
	if (m->base < arch->nr_regs)
		inq_strbuf_add(&sb, arch->reg_names[m->base]);
	if (m->index < arch->nr_regs)
		inq_strbuf_addf(&sb, "%s%s", m->base < arch->nr_regs ? " + " : "",
				arch->reg_names[m->index]);
	if (m->index < arch->nr_regs && m->scale > 1)
		inq_strbuf_addf(&sb, " * %u", m->scale);
	if (m->disp)
		inq_strbuf_addf(&sb, " %c 0x%" PRIx64, m->disp < 0 ? '-' : '+',
				m->disp < 0 ? 0 - disp : disp);
	if (sum)
		inq_strbuf_addc(&sb, ')');
	return inq_path_str(p, inq_arena_strdup(p->arena, inq_strbuf_str(&sb)));
}

/* The divisor of a division that failed: a value, not an address. */
static struct inq_error *divisor_path(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				      struct inq_path *ret)
{
	const struct inq_insn *insn = &ctx->fn->f.insns[ctx->insn];
	const struct inq_operand *op = &insn->operands[0];
	struct inq_state st = *ctx->state;
	const struct inq_value *v;
	struct inq_cexpr x;
	uint64_t val = 0;
	bool known;

	v = inq_state_operand(&st, insn, op);
	known = inq_eval_value(&p->e, ctx, v, &val, NULL);
	x = inq_path_value(p, ctx, unwrap(v));
	if (!x.text && op->kind == INQ_OPERAND_REG && op->reg < p->e.c->arch->nr_regs)
		x.text = p->e.c->arch->reg_names[op->reg];
	p->base = (struct inq_path_base){.x = x, .ctx = ctx, .v = v};
	return finish(p, &x, val, known, ret);
}

static struct inq_error *access_path(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				     struct inq_path *ret)
{
	const struct inq_code *c = p->e.c;
	const struct inq_operand *op;
	const struct inq_value *v;
	struct inq_cexpr x;
	uint64_t addr = 0;
	bool known;

	if (ctx->fn->f.insns[ctx->insn].op == INQ_OP_DIV && ctx->fn->f.insns[ctx->insn].nr_operands)
		return divisor_path(p, ctx, ret);
	op = choose_operand(p, ctx, &v);
	if (!op)
		return inq_error_create(INQ_ERR_NOTSUP, ctx->fn->f.insns[ctx->insn].addr,
					"the instruction has no memory operand");
	known = operand_address(p, ctx, op, v, &addr);
	p->outermost = true;
	p->shape = inq_path_shape(p, v);
	/* of a lock what the caller calls it, not the word inside */
	x = inq_path_object(p, ctx, v, inq_lock_primitive(ctx->fn->f.sym.name) ? 0 : op->size);
	if (!x.typed && (!x.text || strchr(x.text, '?')) && op->mem.base < c->arch->nr_regs) {
		x.text = plain_text(p, op);
		p->base = (struct inq_path_base){
			.ctx = ctx, .off = op->mem.disp, .v = ctx->state->regs[op->mem.base]};
		p->base.x.text = c->arch->reg_names[op->mem.base];
	}
	return finish(p, &x, addr, known, ret);
}

/* The pointer that an indirect call went through. */
static struct inq_error *call_path(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				   struct inq_path *ret)
{
	const struct inq_insn *insn = &ctx->fn->f.insns[ctx->insn];
	struct inq_state st = *ctx->state;
	const struct inq_value *v;
	struct inq_cexpr x;
	uint64_t val = 0;
	bool known;

	if (insn->op != INQ_OP_CALL || insn->target || !insn->nr_operands)
		return inq_error_create(INQ_ERR_NOTSUP, insn->addr, "no indirect call");
	v = inq_state_operand(&st, insn, &insn->operands[0]);
	known = inq_eval_value(&p->e, ctx, v, &val, NULL);
	x = inq_path_value(p, ctx, v);
	p->base = (struct inq_path_base){.x = x, .ctx = ctx, .v = v};
	return finish(p, &x, val, known, ret);
}

struct inq_error *inq_path_of_access(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				     unsigned int cpu, struct inq_arena *arena,
				     struct inq_path *ret)
{
	struct inq_path_text p = {.arena = arena};
	struct inq_frame_ctx *ctx;
	struct inq_error *err;

	if (!inq_eval_init(&p.e, c, s, cpu))
		return &inq_enomem;
	ctx = inq_eval_frame(&p.e, frame);
	p.access = ctx;
	if (!ctx)
		err = p.e.no_memory ? &inq_enomem
				    : inq_error_create(INQ_ERR_NOTFOUND,
						       frame < s->n ? s->v[frame].ip : 0,
						       "no code at this frame");
	else if (s->v[frame].exact_ip)
		err = access_path(&p, ctx, ret);
	else
		err = call_path(&p, ctx, ret);
	inq_vec_deinit(&p.steps);
	inq_eval_deinit(&p.e);
	return err;
}

/* The object at @v as text, with types or not at all; ends @p. */
static struct inq_error *object_text(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				     const struct inq_value *v, const char **ret_expr,
				     const char **ret_member)
{
	struct inq_cexpr x = {0};
	bool no_memory;

	p->quiet = true;
	p->access = ctx;
	if (ctx)
		x = inq_path_object(p, ctx, v, 0);
	no_memory = p->e.no_memory || p->failed || p->arena->failed;
	inq_vec_deinit(&p->steps);
	inq_eval_deinit(&p->e);
	if (no_memory)
		return &inq_enomem;
	*ret_expr = x.typed ? x.text : NULL;
	*ret_member = x.typed ? x.member : NULL;
	return NULL;
}

struct inq_error *inq_path_of_pointer(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				      unsigned int cpu, const struct inq_value *v,
				      struct inq_arena *arena, const char **ret_expr,
				      const char **ret_member)
{
	struct inq_path_text p = {.arena = arena};

	if (!inq_eval_init(&p.e, c, s, cpu))
		return &inq_enomem;
	return object_text(&p, inq_eval_frame(&p.e, frame), v, ret_expr, ret_member);
}

struct inq_error *inq_path_of_argument(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				       unsigned int cpu, unsigned int n, struct inq_arena *arena,
				       const char **ret_expr, const char **ret_member)
{
	struct inq_path_text p = {.arena = arena};
	struct inq_frame_ctx *ctx, *caller = NULL;
	const struct inq_value *v = NULL;
	bool sure;

	if (!inq_eval_init(&p.e, c, s, cpu))
		return &inq_enomem;
	ctx = n < c->arch->nr_arg_regs ? inq_eval_frame(&p.e, frame) : NULL;
	if (ctx && !inq_eval_caller_value(&p.e, ctx, c->arch->arg_regs[n], &caller, &v, &sure))
		caller = NULL;
	return object_text(&p, caller, v, ret_expr, ret_member);
}
