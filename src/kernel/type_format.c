// SPDX-License-Identifier: GPL-2.0-or-later
#include <bpf/btf.h>
#include <string.h>

#include "kernel/types.h"
#include "util/banned.h"

/*
 * C declarators read inside out: what stands left of the name and what stands right of it are
 * made apart ("void (*" and ")(int)").  @left bounds the parts: types may refer to themselves.
 */
enum { PARTS_MAX = 256, PARAMS_MAX = 32 };

static void spell(struct inq_type t, struct inq_strbuf *sb, const struct inq_strbuf *inner,
		  int *left);

static void spell_params(struct inq_type t, const struct btf_type *r, struct inq_strbuf *sb,
			 int *left)
{
	const char *sep = "";

	inq_strbuf_addc(sb, '(');
	for (unsigned int i = 0; i < btf_vlen(r) && i < PARAMS_MAX; i++, sep = ", ") {
		const struct btf_param *p = &btf_params(r)[i];
		const struct inq_strbuf none = INQ_STRBUF_INIT;

		inq_strbuf_add(sb, sep);
		if (!p->type && !p->name_off)
			inq_strbuf_add(sb, "...");
		else
			spell((struct inq_type){t.btf, p->type}, sb, &none, left);
	}
	inq_strbuf_add(sb, btf_vlen(r) ? ")" : "void)");
}

/* @inner is what the type is applied to: "*x", "x[3]", "" */
static void spell_named(const char *word, const char *name, struct inq_strbuf *sb,
			const struct inq_strbuf *inner)
{
	inq_strbuf_add(sb, word);
	inq_strbuf_add(sb, *name ? name : "{...}");
	if (inner->len)
		inq_strbuf_addf(sb, "%s%s", inner->str[0] == '[' ? "" : " ", inner->str);
}

/* DWARF, and so BTF, says "long unsigned int" where a C programmer writes "unsigned long". */
static const char *int_name(const char *name)
{
	static const char *const names[][2] = {
		{"long unsigned int", "unsigned long"},
		{"long int", "long"},
		{"long long int", "long long"},
		{"long long unsigned int", "unsigned long long"},
		{"short int", "short"},
		{"short unsigned int", "unsigned short"},
		{"_Bool", "bool"},
	};

	for (size_t i = 0; i < array_size(names); i++) {
		if (!strcmp(name, names[i][0]))
			return names[i][1];
	}
	return name;
}

static bool is_wrapper(const struct btf_type *r)
{
	return r && (btf_is_array(r) || btf_is_func_proto(r));
}

static void spell_ptr(struct inq_type t, const struct btf_type *r, struct inq_strbuf *sb,
		      const struct inq_strbuf *inner, int *left)
{
	bool wrap = is_wrapper(btf__type_by_id(t.btf, r->type));
	cleanup_strbuf struct inq_strbuf in = INQ_STRBUF_INIT;

	inq_strbuf_addf(&in, "%s*%s%s", wrap ? "(" : "", inq_strbuf_str(inner), wrap ? ")" : "");
	spell((struct inq_type){t.btf, r->type}, sb, &in, left);
}

static void spell_qualified(struct inq_type t, const struct btf_type *r, const char *word,
			    struct inq_strbuf *sb, const struct inq_strbuf *inner, int *left)
{
	const struct btf_type *target = btf__type_by_id(t.btf, r->type);
	cleanup_strbuf struct inq_strbuf in = INQ_STRBUF_INIT;

	if (target && btf_is_ptr(target)) {
		/* the pointer itself is const: "char *const" */
		inq_strbuf_addf(&in, "%s%s%s", word, inner->len ? " " : "", inq_strbuf_str(inner));
	} else {
		inq_strbuf_addf(sb, "%s ", word);
		inq_strbuf_add(&in, inq_strbuf_str(inner));
	}
	spell((struct inq_type){t.btf, r->type}, sb, &in, left);
}

static void spell(struct inq_type t, struct inq_strbuf *sb, const struct inq_strbuf *inner,
		  int *left)
{
	const struct btf_type *r = t.btf ? btf__type_by_id(t.btf, t.id) : NULL;
	cleanup_strbuf struct inq_strbuf in = INQ_STRBUF_INIT;
	const char *name = inq_type_name(t);

	if (!r || --*left < 0) {
		inq_strbuf_add(sb, "?");
		return;
	}
	switch (btf_kind(r)) {
	case BTF_KIND_UNKN:
		spell_named("", "void", sb, inner);
		break;
	case BTF_KIND_STRUCT:
		spell_named("struct ", name, sb, inner);
		break;
	case BTF_KIND_UNION:
		spell_named("union ", name, sb, inner);
		break;
	case BTF_KIND_FWD:
		spell_named(btf_kflag(r) ? "union " : "struct ", name, sb, inner);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		spell_named("enum ", name, sb, inner);
		break;
	case BTF_KIND_PTR:
		spell_ptr(t, r, sb, inner, left);
		break;
	case BTF_KIND_ARRAY:
		inq_strbuf_addf(&in, "%s[%u]", inq_strbuf_str(inner), btf_array(r)->nelems);
		spell((struct inq_type){t.btf, btf_array(r)->type}, sb, &in, left);
		break;
	case BTF_KIND_FUNC_PROTO:
		inq_strbuf_add(&in, inq_strbuf_str(inner));
		spell_params(t, r, &in, left);
		spell((struct inq_type){t.btf, r->type}, sb, &in, left);
		break;
	case BTF_KIND_CONST:
		spell_qualified(t, r, "const", sb, inner, left);
		break;
	case BTF_KIND_VOLATILE:
		spell_qualified(t, r, "volatile", sb, inner, left);
		break;
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		spell((struct inq_type){t.btf, r->type}, sb, inner, left);
		break;
	case BTF_KIND_INT:
		spell_named("", int_name(name), sb, inner);
		break;
	default:
		spell_named("", name, sb, inner);
		break;
	}
}

void inq_type_format(struct inq_type t, struct inq_strbuf *sb)
{
	const struct inq_strbuf none = INQ_STRBUF_INIT;

	int left = PARTS_MAX;

	spell(t, sb, &none, &left);
}
