// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects in memory: their addresses taken apart into a pointer, indexes and an offset. */
#include "code/path_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "code/infer.h"
#include "code/known_lists.h"
#include "code/sum.h"

#include "util/banned.h"

enum { MAX_DEPTH = 24, MAX_NUMBER = 1 << 24 };

static bool is_pointer_like(const struct inq_value *v)
{
	return v->kind == INQ_VAL_LOAD ? v->size == 8
				       : v->kind != INQ_VAL_SCALE && v->kind != INQ_VAL_BINOP;
}

/* The number that term @i of @s stands for, of steps or of the value itself. */
static bool term_number(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			const struct inq_sum *s, unsigned int i, uint64_t *ret)
{
	const struct inq_value *init;
	uint64_t now, then;
	int64_t step;

	if (!inq_eval_value(&p->e, ctx, s->v[i], &now, NULL))
		return false;
	if (s->step[i]) {
		if (!inq_value_induction(s->v[i], &init, &step) ||
		    !inq_eval_value(&p->e, ctx, init, &then, NULL) || (int64_t)(now - then) % step)
			return false;
		now = (uint64_t)((int64_t)(now - then) / step);
	} else if ((now >> 31) == 1) {
		now = (uint64_t)(int64_t)(int32_t)now; /* an int that is negative */
	}
	*ret = now;
	return (int64_t)now < MAX_NUMBER && (int64_t)now > -MAX_NUMBER;
}

/* Widened, or cut to a size: still the same to who reads it.  A remainder is not. */
static bool is_extension(const struct inq_value *v)
{
	return v->kind == INQ_VAL_BINOP && !v->b &&
	       (v->op == INQ_OP_MOVSX ||
		(v->op == INQ_OP_AND &&
		 (v->c == UINT8_MAX || v->c == UINT16_MAX || v->c == UINT32_MAX)));
}

/* What an index is called: by its own name, by its number, or just i. */
static void name_index(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
		       const struct inq_sum *s, unsigned int i, struct inq_path_index *ret)
{
	const struct inq_value *v = s->v[i];
	struct inq_cexpr x = {0};
	bool quiet = p->quiet;

	*ret = (struct inq_path_index){.v = v, .scale = s->step[i] ? s->step[i] : s->mult[i]};
	ret->has_number = term_number(p, ctx, s, i, &ret->number);
	while (is_extension(v))
		v = v->a;
	p->quiet = true;
	if (!s->step[i] && v->kind != INQ_VAL_PHI)
		x = inq_path_value(p, ctx, v);
	p->quiet = quiet;
	if (x.typed && !x.address) {
		ret->text = x.text;
	} else if (ret->has_number) {
		ret->is_number = true;
		ret->text = inq_path_str(
			p, inq_arena_printf(p->arena, "%" PRId64, (int64_t)ret->number));
	} else {
		ret->text = "i";
	}
}

/* __per_cpu_offset[i]: the area of another CPU; *@ret_cpu is i. */
static bool is_percpu_offset(const struct inq_path_text *p, const struct inq_value *v,
			     const struct inq_value **ret_cpu)
{
	uint64_t array = p->e.c->percpu_offset;
	const struct inq_value *i = v->a;
	int64_t c = 0;

	if (!array || v->kind != INQ_VAL_LOAD || v->size != 8)
		return false;
	if (i->kind == INQ_VAL_ADD && !i->b) {
		c = i->c;
		i = i->a;
	}
	if ((uint64_t)c != array || i->kind != INQ_VAL_SCALE || i->c != 8)
		return false;
	*ret_cpu = i->a;
	return true;
}

/* Which term is the pointer; s->n: none, it is a constant. */
static unsigned int pointer_term(const struct inq_sum *s)
{
	unsigned int best = s->n;

	for (unsigned int i = 0; i < s->n; i++) {
		if (s->mult[i] != 1 || s->step[i])
			continue;
		if (best == s->n || (!is_pointer_like(s->v[best]) && is_pointer_like(s->v[i])))
			best = i;
	}
	/* a variable's address, and an index of bytes */
	return best < s->n && s->c < -4096 && !is_pointer_like(s->v[best]) ? s->n : best;
}

/* Take the terms of another CPU's, or this one's, area out of the sum. */
static void take_percpu(struct inq_path_text *p, const struct inq_frame_ctx *ctx, struct inq_sum *s,
			struct inq_path_address *ret)
{
	const struct inq_value *cpu;

	for (unsigned int i = 0; s->n > 1 && i < s->n; i++) {
		if (s->mult[i] != 1 || s->step[i])
			continue;
		if (is_percpu_offset(p, s->v[i], &cpu)) {
			struct inq_sum one = {.v = {cpu}, .mult = {1}, .n = 1};
			struct inq_path_index index;

			name_index(p, ctx, &one, 0, &index);
			ret->cpu = strcmp(index.text, "i") ? index.text : "cpu";
		} else if (s->v[i]->kind == INQ_VAL_PERCPU_BASE) {
			ret->this_cpu = true;
		} else {
			continue;
		}
		s->n--;
		s->v[i] = s->v[s->n];
		s->mult[i] = s->mult[s->n];
		s->step[i] = s->step[s->n];
		return;
	}
}

static bool take_apart(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
		       const struct inq_value *v, struct inq_path_address *ret)
{
	struct inq_sum s = {0};
	unsigned int base;

	*ret = (struct inq_path_address){0};
	inq_sum_add(&s, v);
	if (s.failed)
		return false;
	take_percpu(p, ctx, &s, ret);
	base = pointer_term(&s);
	ret->base = base < s.n ? s.v[base] : NULL;
	ret->off = s.c;
	for (unsigned int i = 0; i < s.n; i++) {
		if (i == base)
			continue;
		if (ret->nr_index == INQ_PATH_INDEXES)
			return false;
		name_index(p, ctx, &s, i, &ret->index[ret->nr_index++]);
	}
	return true;
}

/* How far a helper's own loop, over bytes that are its caller's, has come. */
static void fold_helper_loop(const struct inq_frame_ctx *ctx, struct inq_path_address *a)
{
	int64_t off = a->off;

	if (!a->base || a->base->kind != INQ_VAL_ENTRY || !inq_path_is_helper(&ctx->fn->f.sym))
		return;
	for (unsigned int i = 0; i < a->nr_index; i++) {
		if (!a->index[i].has_number)
			return;
		off += (int64_t)a->index[i].number * a->index[i].scale;
	}
	a->off = off;
	a->nr_index = 0;
}

/* An argument that its own function can't name: the same address in the caller's terms. */
static bool continue_in_caller(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			       const struct inq_path_address *a, size_t size, struct inq_cexpr *ret)
{
	struct inq_frame_ctx *caller;
	const struct inq_value *v;
	bool sure;

	if (a->nr_index || a->cpu || a->this_cpu || a->base->kind != INQ_VAL_ENTRY ||
	    inq_path_argument_is_named(p, ctx, a->base) ||
	    !inq_eval_caller_value(&p->e, ctx, a->base->reg, &caller, &v, &sure) ||
	    v->kind == INQ_VAL_CLOBBER)
		return false;
	*ret = inq_path_object(p, caller, inq_node_addc(caller->vals, v, a->off), size);
	return ret->text;
}

/* per_cpu_ptr(base, cpu) */
static void of_cpu(struct inq_path_text *p, const struct inq_path_address *a, struct inq_cexpr *x)
{
	if (!x->text || (!a->cpu && !a->this_cpu))
		return;
	if (a->cpu)
		x->text = inq_arena_printf(p->arena, "per_cpu_ptr(%s%s, %s)", x->address ? "&" : "",
					   x->text, a->cpu);
	else
		x->text = inq_arena_printf(p->arena, "this_cpu_ptr(%s%s)", x->address ? "&" : "",
					   x->text);
	inq_path_str(p, x->text);
	x->points |= x->address;
	x->address = false;
	x->member = NULL;
}

/* What pointer @v is in this dump; 0: not known. */
static uint64_t pointer_now(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			    const struct inq_value *v)
{
	uint64_t now;

	return inq_eval_value(&p->e, ctx, v, &now, NULL) ? now : 0;
}

static const char *container_text(struct inq_path_text *p, const char *pointer,
				  struct inq_type outer, struct inq_strbuf *member)
{
	return inq_path_str(p,
			    inq_arena_printf(p->arena, "container_of(%s, struct %s, %s)", pointer,
					     inq_type_name(outer), inq_strbuf_str(member)));
}

/*
 * What @v is computed from may tell its type: in a loop over list_entry() it is a typed pointer
 * to a member, less that member's offset.
 */
static struct inq_infer_hint hint_of(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				     const struct inq_value *v)
{
	const struct inq_value *hinted = p->hinted;
	struct inq_infer_hint hint = {.tentative = p->nr_phis, .pointer = pointer_now(p, ctx, v)};
	bool quiet = p->quiet;

	p->quiet = true;
	p->hinted = v;
	for (unsigned int i = 0; v->kind == INQ_VAL_PHI && i < v->nr_phi; i++) {
		const struct inq_value *a = v->phi[i];
		struct inq_type t;
		struct inq_cexpr x;

		if (a->kind != INQ_VAL_ADD || a->b || a->c >= 0 || a->a == v)
			continue;
		x = inq_path_value(p, ctx, a->a);
		if (!x.typed || x.address)
			continue;
		t = x.points ? x.type : inq_type_target(x.type);
		if (inq_type_kind(t) != INQ_TYPE_STRUCT || !inq_type_size(t))
			continue;
		hint.type = inq_type_strip(t);
		hint.off = -a->c;
		inq_known_list(p->e.c, x.member, hint.off, &hint.whole);
		break;
	}
	p->quiet = quiet;
	p->hinted = hinted;
	return hint;
}

/* The struct around the member that @b points to: list_entry() and its kin. */
static bool container(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
		      const struct inq_path_address *a, const struct inq_cexpr *b,
		      struct inq_type type, size_t size, struct inq_cexpr *ret)
{
	cleanup_strbuf struct inq_strbuf member = INQ_STRBUF_INIT;
	struct inq_path_address at = *a;
	struct inq_type outer;
	const char *base;
	uint32_t off;

	if (inq_type_kind(type) != INQ_TYPE_STRUCT || a->cpu || a->this_cpu || b->address ||
	    !inq_infer_container(ctx->fn, a->base, pointer_now(p, ctx, a->base), type, &outer,
				 &member, &off))
		return false;
	base = container_text(p, b->text, outer, &member);
	at.off += off;
	return inq_path_behind(p, base, "->", outer, at, size, ret);
}

enum { NETDEV_ALIGN = 32 };

/* Where the room for somebody's own data begins behind a struct; 0: it has none. */
static uint32_t private_start(struct inq_type type, const char **ret_member)
{
	struct inq_member m, last = {0};
	size_t elem;

	for (unsigned int i = 0; inq_type_nth_member(type, i, &m); i++)
		last = m;
	elem = inq_type_size(inq_type_target(last.type));
	*ret_member = last.name;
	if (inq_type_kind(last.type) == INQ_TYPE_ARRAY && !inq_type_array_len(last.type) &&
	    (elem == 1 || elem == 8) && inq_type_kind(inq_type_target(last.type)) == INQ_TYPE_INT)
		return last.offset;
	/* struct net_device has had priv[] since 6.11 (13cabc47f8ae) */
	if (strcmp(inq_type_name(inq_type_strip(type)), "net_device") != 0)
		return 0;
	return (uint32_t)((inq_type_size(type) + NETDEV_ALIGN - 1) & ~(size_t)(NETDEV_ALIGN - 1));
}

/* A module's data behind the struct that @b points to. */
static bool private_data(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			 const struct inq_path_address *a, const struct inq_cexpr *b,
			 struct inq_type type, size_t size, struct inq_cexpr *ret)
{
	struct inq_path_address at = *a;
	struct inq_type inner;
	const char *member, *base;
	uint32_t start;

	if (inq_type_kind(type) != INQ_TYPE_STRUCT || a->cpu || a->this_cpu || b->address)
		return false;
	start = private_start(type, &member);
	if (!start || a->off < start ||
	    !inq_infer_private(ctx->fn, a->base, pointer_now(p, ctx, a->base), inq_type_strip(type),
			       start, &inner))
		return false;
	if (strcmp(inq_type_name(inq_type_strip(type)), "net_device") != 0)
		base = inq_arena_printf(p->arena, "((struct %s *)%s->%s)", inq_type_name(inner),
					b->text, member);
	else
		base = inq_arena_printf(p->arena, "((struct %s *)netdev_priv(%s))",
					inq_type_name(inner), b->text);
	at.off -= start;
	return inq_path_behind(p, inq_path_str(p, base), "->", inner, at, size, ret);
}

/* A name for a pointer that has none but the register that it is in. */
static const char *pointer_name(struct inq_path_text *p, const struct inq_value *v)
{
	return v->kind == INQ_VAL_PHI ? "pos" : inq_path_reg_text(p, v);
}

/* The name of pointer @b, now that it is known to point to a struct @t. */
static const char *name_of_type(struct inq_path_text *p, const struct inq_path_address *a,
				const struct inq_cexpr *b, struct inq_type t,
				const struct inq_infer_hint *hint, bool outermost)
{
	cleanup_strbuf struct inq_strbuf member = INQ_STRBUF_INIT;

	if (strcmp(b->text, inq_path_reg_text(p, a->base)) != 0 && strcmp(b->text, "pos") != 0)
		return b->text;
	if (inq_type_known(hint->type) &&
	    inq_infer_member_path(t, (uint32_t)hint->off, hint->type, &member)) {
		if (outermost) {
			p->base.x = (struct inq_cexpr){.text = "pos"};
			p->base.bias = hint->off;
		}
		return container_text(p, "pos", t, &member);
	}
	return inq_path_str(
		p, inq_arena_printf(p->arena, "((struct %s *)%s)", inq_type_name(t), b->text));
}

/* What @b points to, or is the address of; none: not known. */
static struct inq_type pointee(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			       const struct inq_path_address *a, struct inq_cexpr *b,
			       bool outermost)
{
	struct inq_type type = b->type, t;
	bool is_void = b->typed;
	struct inq_infer_hint hint;

	if (b->typed && !b->address && !b->points)
		type = inq_type_kind(type) == INQ_TYPE_PTR ? inq_type_target(type) : INQ_TYPE_NONE;
	if (b->typed && inq_type_size(type))
		return type;
	if (b->address || a->cpu || a->this_cpu || !a->base || a->base == p->hinted)
		return INQ_TYPE_NONE;
	hint = hint_of(p, ctx, a->base);
	t = hint.whole;
	if (!inq_type_known(t) && !inq_infer_pointee(ctx->fn, a->base, &hint, &t))
		return INQ_TYPE_NONE;
	b->typed = b->points = true;
	b->type = t;
	if (is_void)
		b->text = inq_path_str(p, inq_arena_printf(p->arena, "((struct %s *)%s)",
							   inq_type_name(t), b->text));
	else
		b->text = name_of_type(p, a, b, t, &hint, outermost);
	return t;
}

/*
 * Where it came from can't be written, what it points to is known: it is called as programmers
 * would, "timer" for a struct timer_list.
 */
static const char *variable_of_type(struct inq_path_text *p, struct inq_type t)
{
	static const char *const tails[] = {"_struct", "_list"};
	const char *name = inq_type_name(t);
	size_t n = strlen(name);

	for (size_t i = 0; i < array_size(tails); i++) {
		size_t tail = strlen(tails[i]);

		if (n > tail && strcmp(name + n - tail, tails[i]) == 0)
			return inq_path_str(p, inq_arena_strndup(p->arena, name, n - tail));
	}
	return name;
}

static struct inq_cexpr object_of_base(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				       const struct inq_path_address *a, size_t size,
				       bool outermost)
{
	struct inq_cexpr b, x = {0};
	struct inq_type type;

	b = inq_path_value(p, ctx, a->base);
	of_cpu(p, a, &b);
	if (!b.text || !strcmp(b.text, "?")) {
		b.text = pointer_name(p, a->base);
		b.typed = false;
	}
	if (outermost)
		p->base = (struct inq_path_base){
			.x = b,
			.ctx = ctx,
			.v = a->cpu || a->this_cpu ? NULL : a->base,
			.off = a->off,
			.index = a->nr_index ? a->index[0].v : NULL,
		};
	type = pointee(p, ctx, a, &b, outermost);
	if (inq_type_known(type) && strchr(b.text, '?') && *inq_type_name(type))
		b.text = variable_of_type(p, type);
	if (inq_type_known(type)) {
		const char *arrow = b.address ? "." : "->";

		if (private_data(p, ctx, a, &b, type, size, &x) ||
		    inq_path_behind(p, b.text, arrow, type, *a, size, &x) ||
		    container(p, ctx, a, &b, type, size, &x)) {
			if (b.address && !x.member && !a->off && !a->nr_index)
				x.member = b.member;
			return x;
		}
	}
	return inq_path_untyped(p, b.text, a, size);
}

static struct inq_cexpr object(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			       const struct inq_value *v, size_t size)
{
	bool outermost = p->outermost;
	struct inq_path_address a;
	struct inq_cexpr x = {0};

	p->outermost = false;
	if (!take_apart(p, ctx, v, &a))
		return x;
	if (!a.base || a.base->kind == INQ_VAL_PERCPU_BASE) {
		x = a.base ? inq_path_percpu(p, a.off, size) : inq_path_global(p, &a, size);
		if (outermost)
			p->base = (struct inq_path_base){.x = x, .ctx = ctx};
		return x;
	}
	fold_helper_loop(ctx, &a);
	p->outermost = outermost;
	if (continue_in_caller(p, ctx, &a, size, &x))
		return x;
	p->outermost = false;
	return object_of_base(p, ctx, &a, size, outermost);
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

/* One sum of the shape; *@v becomes what its pointer was loaded from, NULL: it was not. */
static void add_shape(struct inq_path_text *p, const struct inq_value **v, struct inq_strbuf *sb)
{
	const struct inq_code *c = p->e.c;
	struct inq_symbol sym;
	struct inq_sum s = {0};
	unsigned int base;

	inq_sum_add(&s, *v);
	base = pointer_term(&s);
	if (base == s.n && c->env->symbol_at(c->env_ctx, (uint64_t)s.c, &sym)) {
		inq_strbuf_add(sb, sym.name);
		s.c = (int64_t)((uint64_t)s.c - sym.addr);
	}
	inq_strbuf_addf(sb, "+%" PRIx64 "%s", (uint64_t)s.c, s.n > 1 || base == s.n ? "[]" : "");
	*v = base < s.n && s.v[base]->kind == INQ_VAL_LOAD ? s.v[base]->a : NULL;
}

const char *inq_path_shape(struct inq_path_text *p, const struct inq_value *v)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	add_shape(p, &v, &sb);
	if (v) {
		inq_strbuf_add(&sb, " of ");
		add_shape(p, &v, &sb);
	}
	return inq_path_str(p, sb.failed ? NULL : inq_arena_strdup(p->arena, inq_strbuf_str(&sb)));
}
