// SPDX-License-Identifier: GPL-2.0-or-later
/* Which struct of a module fits all uses of a pointer. */
#include "code/infer.h"

#include <stdint.h>
#include <string.h>

#include "code/infer_fit.h"

#include "util/banned.h"

enum {
	MIN_EXACT = 2, /* different members that make a fit more than chance, without other proof */
	MAX_CANDIDATES = 20000,
	NEST = 3,    /* structs within structs, where a member is looked for */
	MIN_ODD = 4, /* members that must agree where the object is of another size */
};

/* Those that would do, of one kind. */
struct fitting {
	struct inq_type best;
	uint32_t off;
	struct inq_fit score;
	unsigned int n;
};

struct choice {
	const struct inq_uses *u;
	struct inq_code *code;
	struct inq_type embedded;
	uint64_t object_size;	   /* exact, 0: unknown */
	struct inq_held held;	   /* what the pointer points to */
	struct fitting own, image; /* a module's own structs, and the kernel's that it may use */
	const struct fitting *best;
};

/* A module's BTF may have the kernel's structs once more. */
static bool is_own(const struct choice *ch, struct inq_type t)
{
	struct inq_type other;

	return inq_type_is_modules(t) &&
	       (!ch->code->env->struct_type(ch->code->env_ctx, inq_type_name(t), &other) ||
		inq_type_is_modules(other));
}

/* One whose size is proven, whose object has its size, and whose members are used as they are,
 * beats those that merely would do, too. */
static int rank(const struct inq_fit *s)
{
	return (s->proof ? 3 : 0) + (s->small ? 0 : 1) + (s->weak ? 0 : 1);
}

static void consider(struct choice *ch, struct inq_type t, uint32_t off)
{
	size_t size = inq_type_size(t);
	struct fitting *f;
	struct inq_fit s;

	if (ch->object_size && ch->object_size % size)
		return;
	if (!inq_fit(t, off, ch->u, ch->object_size > size, &ch->held, &s))
		return;
	s.proof |= ch->object_size == size;
	f = is_own(ch, t) ? &ch->own : &ch->image;
	if (f->n && inq_fit_same_struct(f->best, t) && f->off == off)
		return;
	if (f->n && rank(&s) < rank(&f->score))
		return;
	if (f->n && rank(&s) > rank(&f->score))
		f->n = 0;
	f->n++;
	f->best = t;
	f->off = off;
	f->score = s;
}

/* @t around the member that is known: at each place where it has one of that type. */
static void consider_around(struct choice *ch, struct inq_type outer, struct inq_type t,
			    uint32_t base, unsigned int depth)
{
	struct inq_member m;

	for (unsigned int i = 0; inq_type_nth_member(t, i, &m); i++) {
		struct inq_type mt = inq_type_strip(m.type);

		if (inq_type_kind(mt) != INQ_TYPE_STRUCT && inq_type_kind(mt) != INQ_TYPE_UNION)
			continue;
		if (inq_fit_same_struct(mt, ch->embedded))
			consider(ch, outer, base + m.offset);
		else if (depth)
			consider_around(ch, outer, mt, base + m.offset, depth - 1);
	}
}

/*
 * The one that it must be.  Many of the kernel's structs are so big that most uses would fit
 * somewhere in them: a module's own beats them, but only with more than one member to show.
 */
static bool settle(struct choice *ch)
{
	const struct fitting *own = &ch->own;
	bool known = inq_type_known(ch->embedded);

	ch->best = own->n ? own : &ch->image;
	if (ch->best->n != 1 || (ch->best->score.small && ch->best->score.exact < MIN_ODD))
		return false;
	if (ch->best == own && ch->image.n)
		return own->score.proof || (known && own->score.exact > MIN_EXACT);
	return ch->best->score.proof || (known && ch->best->score.exact) ||
	       (ch->best == own && own->score.exact >= MIN_EXACT);
}

static bool choose(struct choice *ch, struct inq_code *c, const struct inq_module *module)
{
	struct inq_struct_walk w = {.module = module};
	struct inq_type t;

	ch->code = c;
	if (ch->u->overflow || (!ch->u->n && !ch->u->nr_sinks && !ch->u->stored_stride))
		return false;
	for (unsigned int i = 0; i < MAX_CANDIDATES && c->env->next_struct(c->env_ctx, &w, &t);
	     i++) {
		if (!*inq_type_name(t))
			continue;
		if (inq_type_known(ch->embedded))
			consider_around(ch, t, t, 0, NEST);
		else
			consider(ch, t, 0);
	}
	return settle(ch);
}

bool inq_infer_outermost(struct inq_type t, int64_t off, struct inq_type want,
			 struct inq_strbuf *sb, struct inq_type *ret)
{
	for (size_t i = 1; i < sb->len; i++) {
		char was = sb->str[i];
		struct inq_member m;

		if (was != '.' && was != '[')
			continue;
		sb->str[i] = '\0';
		if (inq_type_member(t, sb->str, &m) && m.offset == off &&
		    (!inq_type_known(want) || inq_fit_same_struct(inq_type_strip(m.type), want))) {
			*ret = m.type;
			sb->len = i;
			return true;
		}
		sb->str[i] = was;
	}
	return false;
}

/* "node.next" becomes "node": the member of type @want at @off. */
bool inq_infer_member_path(struct inq_type t, uint32_t off, struct inq_type want,
			   struct inq_strbuf *sb)
{
	struct inq_type innermost;

	return inq_type_known(want) && inq_type_path_at(t, off, 0, sb, &innermost) && !sb->failed &&
	       inq_infer_outermost(t, off, inq_type_strip(want), sb, &innermost);
}

/* Who takes the pointer itself says what it is, if that agrees with all else. */
static bool told_by_sink(const struct inq_uses *u, const struct inq_held *held,
			 struct inq_type *ret)
{
	const struct inq_use_sink *told = NULL;
	struct inq_fit s;

	for (unsigned int i = 0; i < u->nr_sinks; i++) {
		if (u->sinks[i].off)
			continue;
		if (told && !inq_fit_same_struct(told->type, u->sinks[i].type))
			return false;
		told = &u->sinks[i];
	}
	if (!told || !inq_fit(told->type, 0, u, false, held, &s))
		return false;
	*ret = told->type;
	return true;
}

/* What was found out of a pointer once; known: false when nothing was. */
struct answer {
	struct inq_type type;
	uint32_t off;
	bool known;
};

/* Nodes live as long as the code understander does. */
static uint64_t answer_key(const struct inq_value *v, struct inq_type embedded)
{
	return (uint64_t)(uintptr_t)v ^ (uint64_t)embedded.id << 32 ^ (embedded.btf ? 1 : 0);
}

static const struct answer *find_answer(const struct inq_code *c, uint64_t key)
{
	uint64_t at;

	return inq_hashmap_get(&c->pointees, key, &at) ? (const struct answer *)(uintptr_t)at
						       : NULL;
}

static bool keep_answer(struct inq_code *c, uint64_t key, const struct answer *a)
{
	struct answer *kept = inq_arena_new(&c->arena, struct answer);

	if (!kept)
		return false;
	*kept = *a;
	return inq_hashmap_put(&c->pointees, key, (uintptr_t)kept) && a->known;
}

/* What memory is like where @pointer (0: not known) points to. */
static struct inq_held held_at(const struct inq_code *c, uint64_t pointer)
{
	struct inq_held held = {.pointer = pointer};

	if (!pointer || !inq_code_object_at(c, pointer, &held.object))
		held.object = (struct inq_object){0};
	return held;
}

/* The stack, and what nothing is known of, is no pointer of a type. */
static bool may_be_typed(const struct inq_code_func *fn, const struct inq_value *v)
{
	return !(v->kind == INQ_VAL_ENTRY && v->reg == fn->code->arch->sp) &&
	       !(v->kind == INQ_VAL_CLOBBER && !v->site) && v->kind != INQ_VAL_BINOP;
}

bool inq_infer_pointee(struct inq_code_func *fn, const struct inq_value *v,
		       const struct inq_infer_hint *hint, struct inq_type *ret)
{
	uint64_t key = answer_key(v, INQ_TYPE_NONE);
	const struct answer *known = find_answer(fn->code, key);
	struct inq_subject s = {.v = v};
	struct inq_uses u = {0};
	struct choice ch = {.u = &u};
	struct answer a = {0};

	if (known) {
		*ret = known->type;
		return known->known;
	}
	if (!may_be_typed(fn, v) || !inq_uses_collect(&u, fn, &s))
		return false;
	u.alloc_size = inq_value_alloc_size(fn, v);
	ch.held = held_at(fn->code, hint->pointer);
	if (inq_type_known(hint->type) && u.nr_sinks < INQ_SINKS_MAX)
		u.sinks[u.nr_sinks++] = (struct inq_use_sink){hint->off, hint->type};
	a.known = told_by_sink(&u, &ch.held, &a.type);
	/* of all structs of the image always several would do */
	if (!a.known && (fn->f.sym.module || inq_type_known(hint->type)) &&
	    choose(&ch, fn->code, fn->f.sym.module))
		a = (struct answer){.type = ch.best->best, .known = true};
	*ret = a.type;
	if (hint->tentative && !a.known)
		return false;
	return keep_answer(fn->code, key, &a);
}

bool inq_infer_container(struct inq_code_func *fn, const struct inq_value *v, uint64_t pointer,
			 struct inq_type embedded, struct inq_type *ret, struct inq_strbuf *sb,
			 uint32_t *ret_off)
{
	uint64_t key = answer_key(v, embedded);
	const struct answer *known = find_answer(fn->code, key);
	struct inq_subject s = {.v = v};
	struct inq_uses u = {0};
	struct choice ch = {.u = &u, .embedded = inq_type_strip(embedded)};
	struct answer a = {0};

	if (known) {
		a = *known;
	} else {
		if (!may_be_typed(fn, v) || !inq_uses_collect(&u, fn, &s))
			return false;
		ch.held = held_at(fn->code, pointer);
		if (choose(&ch, fn->code, fn->f.sym.module))
			a = (struct answer){ch.best->best, ch.best->off, true};
		keep_answer(fn->code, key, &a);
	}
	*ret_off = a.off;
	*ret = a.type;
	return a.known && inq_infer_member_path(a.type, a.off, embedded, sb);
}

bool inq_infer_private(struct inq_code_func *fn, const struct inq_value *v, uint64_t pointer,
		       struct inq_type outer, uint32_t start, struct inq_type *ret)
{
	uint64_t key = answer_key(v, outer) + start;
	const struct answer *known = find_answer(fn->code, key);
	struct inq_subject s = {.v = v};
	struct inq_uses all = {0}, u = {0};
	struct choice ch = {.u = &u};
	struct answer a = {0};

	if (!known) {
		if (!may_be_typed(fn, v) || !inq_uses_collect(&all, fn, &s))
			return false;
		u.overflow = all.overflow;
		for (unsigned int i = 0; i < all.n; i++) {
			if (all.v[i].off < start)
				continue;
			u.v[u.n] = all.v[i];
			u.v[u.n++].off -= start;
		}
		for (unsigned int i = 0; i < all.nr_sinks; i++) {
			if (all.sinks[i].off < start)
				continue;
			u.sinks[u.nr_sinks] = all.sinks[i];
			u.sinks[u.nr_sinks++].off -= start;
		}
		ch.held = held_at(fn->code, pointer ? pointer + start : 0);
		if (choose(&ch, fn->code, fn->f.sym.module) && ch.best == &ch.own)
			a = (struct answer){.type = ch.best->best, .known = true};
		keep_answer(fn->code, key, &a);
		known = &a;
	}
	*ret = known->type;
	return known->known;
}

/* An array of words: all accesses are of one size, and some are by an index in steps of it. */
static uint8_t element_size(const struct inq_uses *u)
{
	uint8_t size = u->n ? u->v[0].size : 0;
	bool indexed = false;

	for (unsigned int i = 0; i < u->n; i++) {
		if (!size || u->v[i].size != size || u->v[i].off % size ||
		    (u->v[i].stride && u->v[i].stride != size))
			return 0;
		indexed |= u->v[i].stride;
	}
	return indexed && !u->nr_sinks && !u->overflow ? size : 0;
}

/*
 * An array, whatever of: its elements, whose addresses go to functions, are as far apart as all
 * indices say.
 */
static uint64_t common_stride(const struct inq_uses *u, uint64_t size)
{
	int64_t stride = u->arg_stride;

	if (u->overflow || u->arg_strides_differ)
		return 0;
	for (unsigned int i = 0; i < u->n; i++) {
		if (u->v[i].stride && u->v[i].stride != stride)
			return 0;
	}
	return stride > 0 && (uint64_t)stride < size && size % (uint64_t)stride == 0
		       ? (uint64_t)stride
		       : 0;
}

bool inq_infer_variable(struct inq_code *c, const struct inq_symbol *sym,
			struct inq_variable_shape *ret)
{
	struct inq_variable_shape shape = {.pointer = sym->size == 8};
	struct inq_subject s = {0};
	struct inq_uses u = {0};
	struct choice ch = {.u = &u};
	struct inq_variable_shape *kept;
	uint64_t known, target;

	if (!sym->module || !sym->size)
		return false;
	if (inq_hashmap_get(&c->shapes, sym->addr, &known)) {
		*ret = *(const struct inq_variable_shape *)(uintptr_t)known;
		return inq_type_known(ret->type) || ret->element;
	}
	if (shape.pointer) {
		s.pointer = sym->addr;
		if (c->env->try_read(c->env_ctx, sym->addr, &target, sizeof(target)))
			ch.held = held_at(c, target);
	} else {
		s.object = sym->addr;
		s.object_size = ch.object_size = sym->size;
	}
	if (!inq_uses_collect_module(&u, c, sym->module, &s))
		return false;
	if (told_by_sink(&u, &ch.held, &shape.type) || choose(&ch, c, sym->module)) {
		if (!inq_type_known(shape.type))
			shape.type = ch.best->best;
		shape.array = !shape.pointer && inq_type_size(shape.type) < sym->size;
	} else if (!shape.pointer) {
		shape.element = element_size(&u);
	}
	if (!shape.pointer)
		shape.stride = shape.element ? shape.element : common_stride(&u, sym->size);
	*ret = shape;
	kept = inq_arena_new(&c->arena, struct inq_variable_shape);
	if (!kept)
		return false;
	*kept = shape;
	return inq_hashmap_put(&c->shapes, sym->addr, (uintptr_t)kept) &&
	       (inq_type_known(shape.type) || shape.element);
}
