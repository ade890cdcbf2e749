// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/type_writer.h"

#include <bpf/btf.h>
#include <string.h>

#include "util/cleanup.h"

#include "util/banned.h"

/* More than any kernel has. */
enum { TYPES_MAX = 1 << 21, PARTS_MAX = 1 << 24 };

void inq_tw_init(struct inq_type_writer *w, const struct inq_btf *base)
{
	*w = (struct inq_type_writer){.base = base, .first = base ? base->count : 1};
}

void inq_tw_deinit(struct inq_type_writer *w)
{
	inq_vec_deinit(&w->types);
	inq_vec_deinit(&w->parts);
	inq_hashmap_deinit(&w->same);
}

struct inq_tw_type *inq_tw_type(struct inq_type_writer *w, uint32_t id)
{
	return id >= w->first && id - w->first < w->types.n ? &w->types.v[id - w->first] : NULL;
}

static size_t add_parts(struct inq_type_writer *w, const struct inq_tw_part *parts, size_t n)
{
	size_t first = w->parts.n;

	for (size_t i = 0; i < n && !w->failed; i++) {
		struct inq_tw_part *p = w->parts.n < PARTS_MAX ? inq_vec_push(&w->parts) : NULL;

		w->failed |= !p;
		if (p)
			*p = parts[i];
	}
	return first;
}

uint32_t inq_tw_add(struct inq_type_writer *w, const struct inq_tw_type *t,
		    const struct inq_tw_part *parts, size_t n)
{
	size_t first = add_parts(w, parts, n);
	struct inq_tw_type *own;

	own = !w->failed && w->types.n < TYPES_MAX ? inq_vec_push(&w->types) : NULL;
	if (!own) {
		w->failed = true;
		return 0;
	}
	*own = *t;
	own->first = first;
	own->n = n;
	return w->first + (uint32_t)w->types.n - 1;
}

void inq_tw_set_parts(struct inq_type_writer *w, uint32_t id, const struct inq_tw_part *parts,
		      size_t n)
{
	size_t first = add_parts(w, parts, n);
	struct inq_tw_type *t = inq_tw_type(w, id);

	if (!t || w->failed)
		return;
	t->first = first;
	t->n = n;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	return s ? inq_hash_bytes(h, s, strlen(s) + 1) : inq_hash_bytes(h, "\1", 2);
}

uint32_t inq_tw_share(struct inq_type_writer *w, const struct inq_tw_type *t,
		      const struct inq_tw_part *parts, size_t n)
{
	uint32_t words[] = {t->kind, t->size, t->type, t->encoding, (uint32_t)n};
	uint64_t h = inq_hash_bytes(INQ_HASH_START, words, sizeof(words)), id;

	h = hash_text(h, t->name);
	for (size_t i = 0; i < n; i++) {
		h = inq_hash_bytes(h, &parts[i].type, sizeof(parts[i].type));
		h = hash_text(h, parts[i].name);
		h = inq_hash_bytes(h, &parts[i].value, sizeof(parts[i].value));
	}
	if (inq_hashmap_get(&w->same, h, &id))
		return (uint32_t)id;
	id = inq_tw_add(w, t, parts, n);
	w->failed |= !inq_hashmap_put(&w->same, h, id);
	return (uint32_t)id;
}

/* The head of one type; parts follow it. */
static int write_type(struct btf *b, const struct inq_tw_type *t, bool is_signed)
{
	int type = (int)t->type;

	switch (t->kind) {
	case BTF_KIND_INT:
		return btf__add_int(b, t->name, t->size, (int)t->encoding);
	case BTF_KIND_FLOAT:
		return btf__add_float(b, t->name, t->size);
	case BTF_KIND_PTR:
		return btf__add_ptr(b, type);
	case BTF_KIND_ARRAY:
		return btf__add_array(b, 0, type, t->size);
	case BTF_KIND_STRUCT:
		return btf__add_struct(b, t->name, t->size);
	case BTF_KIND_UNION:
		return btf__add_union(b, t->name, t->size);
	case BTF_KIND_ENUM:
		return btf__add_enum(b, t->name, t->size);
	case BTF_KIND_ENUM64:
		return btf__add_enum64(b, t->name, t->size, is_signed);
	case BTF_KIND_FWD:
		return btf__add_fwd(b, t->name, t->size ? BTF_FWD_UNION : BTF_FWD_STRUCT);
	case BTF_KIND_TYPEDEF:
		return btf__add_typedef(b, t->name, type);
	case BTF_KIND_CONST:
		return btf__add_const(b, type);
	case BTF_KIND_VOLATILE:
		return btf__add_volatile(b, type);
	case BTF_KIND_RESTRICT:
		return btf__add_restrict(b, type);
	case BTF_KIND_FUNC:
		return btf__add_func(b, t->name, BTF_FUNC_STATIC, type);
	case BTF_KIND_FUNC_PROTO:
		return btf__add_func_proto(b, type);
	default:
		return btf__add_var(b, t->name, BTF_VAR_STATIC, type);
	}
}

static int write_part(struct btf *b, unsigned int kind, const struct inq_tw_part *p)
{
	switch (kind) {
	case BTF_KIND_ENUM:
		return btf__add_enum_value(b, p->name, p->value);
	case BTF_KIND_ENUM64:
		return btf__add_enum64_value(b, p->name, (uint64_t)p->value);
	case BTF_KIND_FUNC_PROTO:
		return btf__add_func_param(b, p->name, (int)p->type);
	default:
		return btf__add_field(b, p->name, (int)p->type, p->bits, (int)p->bit_size);
	}
}

/* libbpf stops at what it doesn't take, and numbers would no longer be those that were given. */
static bool write_all(const struct inq_type_writer *w, struct btf *b)
{
	for (size_t i = 0; i < w->types.n; i++) {
		const struct inq_tw_type *t = &w->types.v[i];
		const struct inq_tw_part *p = t->n ? &w->parts.v[t->first] : NULL;
		bool is_signed = false;

		for (size_t j = 0; j < t->n; j++)
			is_signed |= p[j].value < 0;
		if (write_type(b, t, is_signed) != (int)(w->first + i))
			return false;
		for (size_t j = 0; j < t->n; j++) {
			if (write_part(b, t->kind, &p[j]))
				return false;
		}
	}
	return true;
}

/* The base is copied: writing over it would move the names that others hold pointers to. */
static bool copy_base(const struct inq_btf *base, struct btf **ret)
{
	uint32_t len;
	const void *raw = base ? btf__raw_data(base->btf, &len) : NULL;

	*ret = raw ? btf__new(raw, len) : NULL;
	return *ret || !base;
}

struct inq_error *inq_tw_finish(struct inq_type_writer *w, struct inq_btf **ret)
{
	struct inq_error *err = w->failed ? &inq_enomem : NULL;
	struct btf *base = NULL, *b = NULL;
	const void *raw = NULL;
	uint32_t len = 0;

	if (!err && !copy_base(w->base, &base))
		err = &inq_enomem;
	if (!err)
		b = base ? btf__new_empty_split(base) : btf__new_empty();
	if (b && !write_all(w, b))
		err = inq_error_create(INQ_ERR_BADDATA, 0, "types that BTF can't hold");
	if (b && !err)
		raw = btf__raw_data(b, &len);
	if (!err)
		err = raw ? inq_btf_create(raw, len, w->base ? w->base->btf : NULL, ret)
			  : &inq_enomem;
	btf__free(b);
	btf__free(base);
	return err;
}
