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

static bool is_struct(struct inq_type t)
{
	enum inq_type_kind k = inq_type_kind(t);

	return k == INQ_TYPE_STRUCT || k == INQ_TYPE_UNION;
}

/* An address is the outermost member's that begins there: &x->lock, not &x->lock.raw.val. */
static void shorten(struct inq_type type, int64_t off, struct inq_strbuf *sb, struct inq_type *ret)
{
	for (size_t i = 1; i < sb->len; i++) {
		char was = sb->str[i];
		struct inq_member m;

		if (was != '.' && was != '[')
			continue;
		sb->str[i] = '\0';
		if (inq_type_member(type, sb->str, &m) && m.offset == off) {
			*ret = m.type;
			sb->len = i;
			return;
		}
		sb->str[i] = was;
	}
}

bool inq_path_member(struct inq_path_text *p, struct inq_type type, int64_t off, size_t size,
		     const char **ret_path, const char **ret_member, struct inq_type *ret)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	const char *name = inq_type_name(inq_type_strip(type));

	if (!is_struct(type) || off < 0 || off > UINT32_MAX ||
	    !inq_type_path_at(type, (uint32_t)off, size, &sb, ret) || !sb.len)
		return false;
	if (!size)
		shorten(type, off, &sb, ret);
	if (!*name)
		name = inq_type_name(type);
	*ret_path = inq_path_str(p, inq_arena_strdup(p->arena, inq_strbuf_str(&sb)));
	*ret_member =
		inq_path_str(p, inq_arena_printf(p->arena, "%s.%s", *name ? name : "?", *ret_path));
	return true;
}

static const char *size_type(size_t size)
{
	return size == 1 ? "u8" : size == 2 ? "u16" : size == 4 ? "u32" : "u64";
}

/* *(u64 *)(rax + 0x8) */
static struct inq_cexpr untyped_object(struct inq_path_text *p, const char *base, const char *index,
				       int64_t off, size_t size)
{
	struct inq_cexpr x = {0};
	char disp[40] = "";

	if (off)
		snprintf(disp, sizeof(disp), " %c 0x%" PRIx64, off < 0 ? '-' : '+',
			 off < 0 ? 0 - (uint64_t)off : (uint64_t)off);
	if (!index && !off)
		x.text = inq_arena_printf(p->arena, "*(%s *)%s", size_type(size), base);
	else
		x.text = inq_arena_printf(p->arena, "*(%s *)(%s%s%s%s)", size_type(size), base,
					  index ? " + " : "", index ? index : "", disp);
	inq_path_str(p, x.text);
	return x;
}

/* Split an index off: i * scale. */
static const char *index_text(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			      const struct inq_value *v, int64_t *ret_scale)
{
	struct inq_cexpr x;
	bool quiet = p->quiet;
	const char *reg = inq_path_reg_text(p, v);

	*ret_scale = 1;
	if (v->kind == INQ_VAL_SCALE) {
		*ret_scale = v->c;
		v = v->a;
		if (strcmp(inq_path_reg_text(p, v), "?"))
			reg = inq_path_reg_text(p, v);
	}
	while (v->kind == INQ_VAL_BINOP && (v->op == INQ_OP_AND || v->op == INQ_OP_MOVSX) && !v->b)
		v = v->a;
	p->quiet = true;
	x = inq_path_value(p, ctx, v);
	p->quiet = quiet;
	return x.typed && !x.address ? x.text : reg;
}

static const char *scaled(struct inq_path_text *p, const char *index, int64_t scale)
{
	if (!index || scale == 1)
		return index;
	return inq_path_str(p, inq_arena_printf(p->arena, "%s * %" PRId64, index, scale));
}

/* "a[0].b" with an index of @scale bytes: the subscript of that array, replaced. */
static const char *with_index(struct inq_path_text *p, const char *path, const char *index)
{
	const char *at = strrchr(path, '['), *end = at ? strchr(at, ']') : NULL;

	if (!at || !end)
		return NULL;
	if (!strncmp(at, "[0]", 3))
		return inq_path_str(p, inq_arena_printf(p->arena, "%.*s[%s]%s", (int)(at - path),
							path, index, end + 1));
	return inq_path_str(p, inq_arena_printf(p->arena, "%.*s + %s]%s", (int)(end - path), path,
						index, end + 1));
}

/* An array of scalars: base[i + n]. */
static struct inq_cexpr element(struct inq_path_text *p, const char *base, struct inq_type type,
				const char *index, int64_t n)
{
	struct inq_cexpr x = {.type = type, .typed = true};

	if (!index)
		x.text = inq_arena_printf(p->arena, "%s[%" PRId64 "]", base, n);
	else if (n)
		x.text = inq_arena_printf(p->arena, "%s[%s %c %" PRId64 "]", base, index,
					  n < 0 ? '-' : '+', n < 0 ? -n : n);
	else
		x.text = inq_arena_printf(p->arena, "%s[%s]", base, index);
	inq_path_str(p, x.text);
	return x;
}

static bool scalar_behind(struct inq_path_text *p, const char *base, const char *arrow,
			  struct inq_type type, const char *index, int64_t scale, int64_t off,
			  struct inq_cexpr *ret)
{
	int64_t elem = (int64_t)inq_type_size(type);

	if (elem <= 0 || off % elem || (index && scale != elem))
		return false;
	if (index || off) {
		*ret = element(p, base, type, index, off / elem);
		return true;
	}
	*ret = (struct inq_cexpr){.type = type, .typed = true};
	ret->text = strcmp(arrow, "->") ? inq_arena_strdup(p->arena, base)
					: inq_arena_printf(p->arena, "*%s", base);
	inq_path_str(p, ret->text);
	return true;
}

/* The object at @off behind a pointer to @type, written @base: base->member, base[i], *base. */
static struct inq_cexpr behind_pointer(struct inq_path_text *p, const char *base, const char *arrow,
				       struct inq_type type, const char *index, int64_t scale,
				       int64_t off, size_t size)
{
	const char *itext = index, *whole = base, *path;
	struct inq_cexpr x = {0};

	if (!is_struct(type))
		return scalar_behind(p, base, arrow, type, index, scale, off, &x)
			       ? x
			       : untyped_object(p, base, scaled(p, index, scale), off, size);
	if (index && (size_t)scale == inq_type_size(type)) {
		base = inq_path_str(p, inq_arena_printf(p->arena, "%s[%s]", base, index));
		arrow = ".";
		itext = NULL;
	}
	if (inq_path_member(p, type, off, size, &path, &x.member, &x.type)) {
		if (itext)
			path = with_index(p, path, itext);
		if (path) {
			x.typed = true;
			x.text = inq_arena_printf(p->arena, "%s%s%s", base, arrow, path);
			inq_path_str(p, x.text);
			return x;
		}
	}
	return untyped_object(p, whole, scaled(p, index, scale), off, size);
}

static const struct inq_value *split_const(const struct inq_value *v, int64_t *c)
{
	*c = 0;
	if (v->kind != INQ_VAL_ADD || v->b)
		return v;
	*c = v->c;
	return v->a;
}

static bool is_pointer_like(const struct inq_value *v)
{
	return v->kind == INQ_VAL_LOAD ? v->size == 8
				       : v->kind != INQ_VAL_SCALE && v->kind != INQ_VAL_BINOP;
}

/* An argument that its own function can't name: the same address in the caller's terms. */
static bool continue_in_caller(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			       const struct inq_value *base, int64_t off, size_t size,
			       struct inq_cexpr *ret)
{
	struct inq_frame_ctx *caller;
	const struct inq_value *v;
	bool sure;

	if (base->kind != INQ_VAL_ENTRY || inq_path_argument_is_named(p, ctx, base) ||
	    !inq_eval_caller_value(&p->e, ctx, base->reg, &caller, &v, &sure) ||
	    v->kind == INQ_VAL_CLOBBER)
		return false;
	*ret = inq_path_object(p, caller, inq_node_addc(caller->vals, v, off), size);
	return ret->text;
}

/* __per_cpu_offset[i]: the area of another CPU; *@ret_cpu is i, NULL for a constant. */
static bool is_percpu_offset(const struct inq_path_text *p, const struct inq_value *v,
			     const struct inq_value **ret_cpu)
{
	uint64_t array = p->e.c->percpu_offset;
	const struct inq_value *i;
	int64_t c;

	if (!array || v->kind != INQ_VAL_LOAD || v->size != 8)
		return false;
	i = split_const(v->a, &c);
	if ((uint64_t)c != array || i->kind != INQ_VAL_SCALE || i->c != 8)
		return false;
	*ret_cpu = i->a;
	return true;
}

/* Take an address apart: pointer, index, constant. */
static const struct inq_value *split_address(const struct inq_value *v,
					     const struct inq_value **ret_index, int64_t *ret_off)
{
	const struct inq_value *base = split_const(v, ret_off);

	*ret_index = NULL;
	if (base->kind != INQ_VAL_ADD || !base->b)
		return base;
	if (!is_pointer_like(base->a) && is_pointer_like(base->b)) {
		*ret_index = base->a;
		return base->b;
	}
	*ret_index = base->b;
	return base->a;
}

/* per_cpu_ptr(base, cpu) */
static struct inq_cexpr other_cpu(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				  const struct inq_value *base, const struct inq_value *cpu)
{
	struct inq_cexpr x = inq_path_value(p, ctx, base);
	int64_t scale;

	if (!x.text)
		return x;
	x.text = inq_path_str(p, inq_arena_printf(p->arena, "per_cpu_ptr(%s%s, %s)",
						  x.address ? "&" : "", x.text,
						  index_text(p, ctx, cpu, &scale)));
	if (x.address)
		x.points = true;
	x.address = false;
	x.member = NULL;
	return x;
}

/* "table.slots[0]" with the index as it is: "table.slots[3]". */
static const char *member_of_index(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				   const struct inq_value *index, const char *member)
{
	const struct inq_value *i = index->kind == INQ_VAL_SCALE ? index->a : index;
	char number[24];
	const char *text;
	uint64_t val;

	if (!strstr(member, "[0]") || !inq_eval_value(&p->e, ctx, i, &val, NULL) || val > 1 << 20)
		return member;
	snprintf(number, sizeof(number), "%" PRIu64, val);
	text = with_index(p, member, number);
	return text ? text : member;
}

static struct inq_cexpr object_of_base(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				       const struct inq_value *base, const struct inq_value *index,
				       int64_t off, size_t size, bool outermost)
{
	const struct inq_value *cpu = NULL;
	const char *itext = NULL, *arrow;
	struct inq_type type;
	struct inq_cexpr b, x;
	int64_t scale = 1;

	if (index && is_percpu_offset(p, base, &cpu))
		base = index;
	else if (index)
		is_percpu_offset(p, index, &cpu);
	b = cpu ? other_cpu(p, ctx, base, cpu) : inq_path_value(p, ctx, base);
	arrow = b.address ? "." : "->";
	type = b.type;
	if (cpu)
		index = NULL;
	if (index)
		itext = index_text(p, ctx, index, &scale);
	if (!b.text)
		b.text = inq_path_reg_text(p, base);
	if (outermost)
		p->base = (struct inq_path_base){b, ctx, cpu ? NULL : base, off, index};
	if (b.typed && !b.address && !b.points)
		type = inq_type_kind(type) == INQ_TYPE_PTR ? inq_type_target(type) : INQ_TYPE_NONE;
	if (b.typed && inq_type_size(type)) {
		x = behind_pointer(p, b.text, arrow, type, itext, scale, off, size);
		if (b.address && !x.member && !off && !index)
			x.member = b.member;
		if (index && x.member)
			x.member = member_of_index(p, ctx, index, x.member);
		return x;
	}
	return untyped_object(p, b.text, scaled(p, itext, scale), off, size);
}

static struct inq_cexpr object(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			       const struct inq_value *v, size_t size)
{
	const struct inq_value *base, *index;
	bool outermost = p->outermost;
	struct inq_cexpr x;
	int64_t off;

	p->outermost = false;
	base = split_address(v, &index, &off);
	if (base->kind == INQ_VAL_CONST || base->kind == INQ_VAL_PERCPU_BASE) {
		x = base->kind == INQ_VAL_CONST ? inq_path_global(p, base->c + off, size)
						: inq_path_percpu(p, off, size);
		if (outermost)
			p->base = (struct inq_path_base){.x = x, .ctx = ctx};
		return x;
	}
	if (!index) {
		p->outermost = outermost;
		if (continue_in_caller(p, ctx, base, off, size, &x))
			return x;
		p->outermost = false;
	}
	return object_of_base(p, ctx, base, index, off, size, outermost);
}

struct inq_cexpr inq_path_object(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				 const struct inq_value *v, size_t size)
{
	struct inq_cexpr x = {0};

	if (p->depth >= MAX_DEPTH)
		return x;
	p->depth++;
	x = object(p, ctx, v, size);
	p->depth--;
	return x;
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
	x.member = NULL;
	x.typed &= !x.address && strcmp(x.text, "?");
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
	const struct inq_value *base, *index;
	int64_t off;

	x.address = true;
	if (x.typed)
		return x;
	base = split_address(v, &index, &off);
	x = (struct inq_cexpr){0};
	if (index || off < 0 || strcmp(inq_path_reg_text(p, v), "?"))
		return x;
	x = inq_path_value(p, ctx, base);
	if (x.text)
		x.text = inq_path_str(p, inq_arena_printf(p->arena, "%s%s + 0x%" PRIx64,
							  x.address ? "&" : "", x.text,
							  (uint64_t)off));
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
		x = inq_path_global(p, v->c, 0);
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
		x = phi_value(p, ctx, v);
		return x.text ? x : phi_type(p, ctx, v);
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
