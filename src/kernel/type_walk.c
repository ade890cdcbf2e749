// SPDX-License-Identifier: GPL-2.0-or-later
/* The structs that a module's code may use. */
#include <bpf/btf.h>

#include "kernel/internal.h"
#include "util/banned.h"

/* Reference number @n of @t: members, parameters, what it points to.  False: no more. */
static bool reference(const struct btf_type *t, uint32_t n, uint32_t *ret)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (n < btf_vlen(t))
			*ret = btf_members(t)[n].type;
		return n < btf_vlen(t);
	case BTF_KIND_FUNC_PROTO:
		if (n < btf_vlen(t))
			*ret = btf_params(t)[n].type;
		return n < btf_vlen(t);
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VAR:
		*ret = t->type;
		return !n;
	case BTF_KIND_ARRAY:
		*ret = btf_array(t)->type;
		return !n;
	default:
		return false;
	}
}

/* The struct of the image that @t is, or points to. */
static bool image_struct(const struct inq_btf *own, struct inq_type t, struct inq_type *ret)
{
	t = inq_type_strip(t);
	if (inq_type_kind(t) == INQ_TYPE_PTR)
		t = inq_type_strip(inq_type_target(t));
	if (inq_type_kind(t) != INQ_TYPE_STRUCT || t.id >= own->first || !inq_type_size(t))
		return false;
	*ret = (struct inq_type){btf__base_btf(own->btf), t.id};
	return true;
}

bool inq_struct_walk_next(struct inq_struct_walk *w, struct inq_type *ret)
{
	const struct inq_btf *b = w->module ? inq_module_btf(w->k, w->module) : w->k->types->image;

	if (!b)
		return false;
	if (w->id < b->first)
		w->id = b->first;
	for (; w->id < b->count; w->id++, w->sub = 0) {
		const struct btf_type *t = btf__type_by_id(b->btf, w->id);
		uint32_t to = 0;

		if (!w->sub++ && btf_kind(t) == BTF_KIND_STRUCT && t->size) {
			*ret = (struct inq_type){b->btf, w->id};
			return true;
		}
		while (w->module && reference(t, w->sub - 1, &to)) {
			w->sub++;
			if (image_struct(b, (struct inq_type){b->btf, to}, ret))
				return true;
		}
	}
	return false;
}
