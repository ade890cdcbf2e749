// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/types.h"

#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/internal.h"
#include "util/banned.h"

/* Longest chain of typedefs, qualifiers and arrays that is followed: BTF may hold cycles. */
enum { CHAIN_MAX = 64, PTR_BYTES = 8 };

struct inq_types *inq_types_create(void)
{
	return calloc(1, sizeof(struct inq_types));
}

void inq_types_destroy(struct inq_types *t)
{
	if (!t)
		return;
	inq_btf_destroy(t->image);
	free(t);
}

/* One type, one value: what a module's BTF takes from the image's is the image's. */
static struct inq_type make(const struct btf *btf, uint32_t id)
{
	const struct btf *base = btf ? btf__base_btf(btf) : NULL;

	if (base && id < btf__type_cnt(base))
		btf = base;
	return (struct inq_type){btf, id};
}

static const struct btf_type *raw(struct inq_type t)
{
	return t.btf ? btf__type_by_id(t.btf, t.id) : NULL;
}

bool inq_types_find_image_struct(struct inq_kernel *k, const char *name, struct inq_type *ret)
{
	const struct inq_btf *image = k->types->image;
	uint32_t id = image ? inq_btf_find_struct(image, name) : 0;

	if (!id)
		return false;
	*ret = make(image->btf, id);
	return true;
}

bool inq_type_find_struct(struct inq_kernel *k, const char *name, struct inq_type *ret)
{
	if (inq_types_find_image_struct(k, name, ret))
		return true;
	for (size_t i = 0; i < k->modules->n; i++) {
		const struct inq_btf *b = inq_module_btf(k, &k->modules->v[i]);
		uint32_t id = b ? inq_btf_find_struct(b, name) : 0;

		if (id) {
			*ret = make(b->btf, id);
			return true;
		}
	}
	return false;
}

static struct inq_btf *btf_of(struct inq_kernel *k, const struct inq_module *module)
{
	return module ? inq_module_btf(k, module) : k->types->image;
}

bool inq_type_find_func(struct inq_kernel *k, const char *name, const struct inq_module *module,
			struct inq_type *ret)
{
	struct inq_btf *b = btf_of(k, module);
	uint32_t id = b ? inq_btf_find_func(b, name) : 0;
	const struct btf_type *t = id ? btf__type_by_id(b->btf, id) : NULL;
	struct inq_type proto;

	if (!t)
		return false;
	proto = make(b->btf, t->type);
	if (inq_type_kind(proto) != INQ_TYPE_FUNC)
		return false;
	*ret = proto;
	return true;
}

static bool find_global(struct inq_kernel *k, const char *name, struct inq_type *ret);

bool inq_type_find_var(struct inq_kernel *k, const char *name, const struct inq_module *module,
		       struct inq_type *ret)
{
	struct inq_btf *b = btf_of(k, module);
	uint32_t id = b ? inq_btf_find_var(b, name) : 0;
	const struct btf_type *t = id ? btf__type_by_id(b->btf, id) : NULL;

	if (t) {
		*ret = make(b->btf, t->type);
		return true;
	}
	return !module && find_global(k, name, ret);
}

/* The type of @kind that refers to @target: "struct x *" of struct x. */
static bool find_referrer(const struct btf *btf, uint32_t target, uint32_t kind, uint32_t len,
			  uint32_t *ret)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_kind(t) != kind)
			continue;
		if (kind == BTF_KIND_ARRAY
			    ? btf_array(t)->type == target && (!len || btf_array(t)->nelems == len)
			    : t->type == target) {
			*ret = id;
			return true;
		}
	}
	return false;
}

/* "struct NAME" and "union NAME", any other kind by its plain name. */
static bool find_base(const struct inq_btf *b, const char *text, size_t len, uint32_t *ret)
{
	char name[128];
	bool is_struct = !strncmp(text, "struct ", 7);
	size_t skip = is_struct ? 7 : !strncmp(text, "union ", 6) ? 6 : 0;
	int32_t id;

	text += skip;
	len -= skip;
	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, text, len);
	name[len] = '\0';
	if (skip) {
		*ret = inq_btf_find_struct(b, name);
		return *ret != 0;
	}
	id = btf__find_by_name_kind(b->btf, name, BTF_KIND_TYPEDEF);
	if (id <= 0)
		id = btf__find_by_name_kind(b->btf, name, BTF_KIND_INT);
	*ret = (uint32_t)id;
	return id > 0;
}

/* Resolve the table's text: a base type, then stars, then one "[]" or "[N]". */
static bool find_global(struct inq_kernel *k, const char *name, struct inq_type *ret)
{
	const char *text = inq_global_type_name(name);
	const struct inq_btf *b = k->types->image;
	const char *p;
	size_t len;
	uint32_t id;

	if (!text || !b)
		return false;
	len = strcspn(text, "*[");
	p = text + len;
	while (len && text[len - 1] == ' ')
		len--;
	if (!find_base(b, text, len, &id))
		return false;
	for (; *p == '*'; p++) {
		if (!find_referrer(b->btf, id, BTF_KIND_PTR, 0, &id))
			return false;
	}
	if (*p == '[') {
		uint32_t n = (uint32_t)strtoul(p + 1, NULL, 10);

		if (!find_referrer(b->btf, id, BTF_KIND_ARRAY, n, &id))
			return false;
	}
	*ret = make(b->btf, id);
	return true;
}

bool inq_type_enum_value(struct inq_kernel *k, const char *type, const char *name, int64_t *ret)
{
	const struct inq_btf *b = k->types->image;
	uint32_t id = b ? inq_btf_find_enum(b, type) : 0;
	const struct btf_type *t = id ? btf__type_by_id(b->btf, id) : NULL;

	for (unsigned int i = 0; t && i < btf_vlen(t); i++) {
		bool wide = btf_is_enum64(t);
		uint32_t off = wide ? btf_enum64(t)[i].name_off : btf_enum(t)[i].name_off;
		const char *n = btf__name_by_offset(b->btf, off);

		if (!n || strcmp(n, name) != 0)
			continue;
		*ret = wide ? (int64_t)btf_enum64_value(&btf_enum64(t)[i])
			    : (int64_t)btf_enum(t)[i].val;
		return true;
	}
	return false;
}

struct inq_type inq_type_strip(struct inq_type t)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		const struct btf_type *r = raw(t);

		if (!r)
			return INQ_TYPE_NONE;
		switch (btf_kind(r)) {
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_TYPE_TAG:
			t = make(t.btf, r->type);
			break;
		default:
			return t;
		}
	}
	return INQ_TYPE_NONE;
}

enum inq_type_kind inq_type_kind(struct inq_type t)
{
	const struct btf_type *r = raw(inq_type_strip(t));

	if (!r)
		return INQ_TYPE_UNKNOWN;
	switch (btf_kind(r)) {
	case BTF_KIND_UNKN:
		return INQ_TYPE_VOID;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
		return INQ_TYPE_INT;
	case BTF_KIND_PTR:
		return INQ_TYPE_PTR;
	case BTF_KIND_STRUCT:
		return INQ_TYPE_STRUCT;
	case BTF_KIND_UNION:
		return INQ_TYPE_UNION;
	case BTF_KIND_FWD:
		return btf_kflag(r) ? INQ_TYPE_UNION : INQ_TYPE_STRUCT;
	case BTF_KIND_ARRAY:
		return INQ_TYPE_ARRAY;
	case BTF_KIND_FUNC_PROTO:
		return INQ_TYPE_FUNC;
	default:
		return INQ_TYPE_UNKNOWN;
	}
}

bool inq_type_is_modules(struct inq_type t)
{
	t = inq_type_strip(t);
	for (int i = 0; i < CHAIN_MAX && inq_type_kind(t) == INQ_TYPE_ARRAY; i++)
		t = inq_type_strip(inq_type_target(t));
	return t.btf && btf__base_btf(t.btf);
}

struct inq_type inq_type_target(struct inq_type t)
{
	const struct btf_type *r;

	t = inq_type_strip(t);
	r = raw(t);
	if (!r)
		return INQ_TYPE_NONE;
	switch (btf_kind(r)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FUNC_PROTO:
		return make(t.btf, r->type);
	case BTF_KIND_ARRAY:
		return make(t.btf, btf_array(r)->type);
	default:
		return INQ_TYPE_NONE;
	}
}

size_t inq_type_size(struct inq_type t)
{
	size_t n = 1;

	for (int i = 0; i < CHAIN_MAX; i++) {
		const struct btf_type *r;

		t = inq_type_strip(t);
		r = raw(t);
		if (!r)
			return 0;
		switch (btf_kind(r)) {
		case BTF_KIND_ARRAY:
			if (__builtin_mul_overflow(n, (size_t)btf_array(r)->nelems, &n) || !n)
				return 0;
			t = make(t.btf, btf_array(r)->type);
			break;
		case BTF_KIND_PTR:
			return __builtin_mul_overflow(n, PTR_BYTES, &n) ? 0 : n;
		case BTF_KIND_INT:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_FLOAT:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			return __builtin_mul_overflow(n, (size_t)r->size, &n) ? 0 : n;
		default:
			return 0;
		}
	}
	return 0;
}

bool inq_type_is_signed(struct inq_type t)
{
	const struct btf_type *r = raw(inq_type_strip(t));

	if (!r)
		return false;
	if (btf_is_int(r))
		return btf_int_encoding(r) & BTF_INT_SIGNED;
	/* kind_flag says signed since 6.0 (6089fb325cf7); before, all enums were printed signed */
	return (btf_is_enum(r) || btf_is_enum64(r)) && btf_kflag(r);
}

size_t inq_type_array_len(struct inq_type t)
{
	const struct btf_type *r = raw(inq_type_strip(t));

	return r && btf_is_array(r) ? btf_array(r)->nelems : 0;
}

bool inq_type_func_param(struct inq_type func, unsigned int n, struct inq_type *ret,
			 const char **ret_name)
{
	const struct btf_type *r;
	const struct btf_param *p;
	const char *name;

	func = inq_type_strip(func);
	r = raw(func);
	if (!r || !btf_is_func_proto(r) || n >= btf_vlen(r))
		return false;
	p = &btf_params(r)[n];
	if (!p->type && !p->name_off) /* "..." */
		return false;
	name = btf__name_by_offset(func.btf, p->name_off);
	*ret = make(func.btf, p->type);
	if (ret_name)
		*ret_name = name ? name : "";
	return true;
}

const char *inq_type_name(struct inq_type t)
{
	const struct btf_type *r = raw(t);
	const char *name = r ? btf__name_by_offset(t.btf, r->name_off) : NULL;

	return name ? name : "";
}

static void member_fill(struct inq_type outer, const struct btf_type *r, unsigned int i,
			struct inq_member *ret)
{
	const struct btf_member *m = &btf_members(r)[i];
	uint32_t bits = btf_member_bit_offset(r, i);
	const char *name = btf__name_by_offset(outer.btf, m->name_off);

	*ret = (struct inq_member){
		.type = make(outer.btf, m->type),
		.offset = bits / 8,
		.bit_offset = (uint8_t)(bits % 8),
		.bit_size = (uint8_t)btf_member_bitfield_size(r, i),
		.name = name ? name : "",
	};
}

bool inq_type_nth_member(struct inq_type t, unsigned int n, struct inq_member *ret)
{
	const struct btf_type *r;

	t = inq_type_strip(t);
	r = raw(t);
	if (!r || !btf_is_composite(r) || n >= btf_vlen(r))
		return false;
	member_fill(t, r, n, ret);
	return true;
}
