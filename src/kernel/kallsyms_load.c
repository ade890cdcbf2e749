// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kallsyms_load.h"

#include <stdlib.h>

#include "util/banned.h"

enum {
	NAME_BYTES_MAX = 64,	   /* mean compressed length of a name that we believe */
	TOKEN_BYTES_MAX = 1 << 16, /* token_index is 16 bits wide */
};

struct places {
	uint64_t names, num_syms, tokens, token_index, values, relative_base;
	uint64_t stext;
};

static struct inq_error *find_places(struct inq_dump *dump, struct inq_kallsyms_tables *t,
				     struct places *ret)
{
	struct places p = {0};

	if (!inq_dump_vmcoreinfo_symbol(dump, "_stext", &p.stext) ||
	    !inq_dump_vmcoreinfo_symbol(dump, "kallsyms_names", &p.names) ||
	    !inq_dump_vmcoreinfo_symbol(dump, "kallsyms_num_syms", &p.num_syms) ||
	    !inq_dump_vmcoreinfo_symbol(dump, "kallsyms_token_table", &p.tokens) ||
	    !inq_dump_vmcoreinfo_symbol(dump, "kallsyms_token_index", &p.token_index))
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "VMCOREINFO names no kallsyms");
	if (!inq_dump_vmcoreinfo_symbol(dump, "kallsyms_offsets", &p.values)) {
		if (!inq_dump_vmcoreinfo_symbol(dump, "kallsyms_addresses", &p.values))
			return inq_error_create(INQ_ERR_NOTFOUND, 0,
						"VMCOREINFO names no kallsyms_offsets");
		t->is_absolute = true;
	}
	t->has_relative_base =
		inq_dump_vmcoreinfo_symbol(dump, "kallsyms_relative_base", &p.relative_base);
	t->values_addr = p.values;
	*ret = p;
	return NULL;
}

/* The table at @start ends at the latest where the next one starts, or after @max bytes. */
static size_t table_room(const struct places *p, uint64_t start, size_t max)
{
	const uint64_t others[] = {p->names,	   p->num_syms, p->tokens,
				   p->token_index, p->values,	p->relative_base};

	for (size_t i = 0; i < array_size(others); i++) {
		if (others[i] > start && others[i] - start < max)
			max = (size_t)(others[i] - start);
	}
	return max;
}

static struct inq_error *read_tokens(struct inq_dump *dump, const struct places *p,
				     struct inq_kallsyms_tables *t)
{
	size_t index_len = INQ_KALLSYMS_TOKENS * sizeof(*t->token_index);

	t->tokens_len = table_room(p, p->tokens, TOKEN_BYTES_MAX);
	t->tokens = malloc(t->tokens_len);
	t->token_index = malloc(index_len);
	if (!t->tokens || !t->token_index)
		return &inq_enomem;
	t->tokens_len = inq_dump_read_prefix(dump, p->tokens, t->tokens, t->tokens_len);
	return inq_dump_read(dump, p->token_index, t->token_index, index_len,
			     "kallsyms_token_index");
}

static struct inq_error *read_names(struct inq_dump *dump, const struct places *p,
				    struct inq_kallsyms_tables *t)
{
	t->names_len = table_room(p, p->names, (size_t)t->n * NAME_BYTES_MAX);
	t->names = malloc(t->names_len);
	if (!t->names)
		return &inq_enomem;
	return inq_dump_read(dump, p->names, t->names, t->names_len, "kallsyms_names");
}

static struct inq_error *read_values(struct inq_dump *dump, const struct places *p,
				     struct inq_kallsyms_tables *t)
{
	size_t len = (size_t)t->n * (t->is_absolute ? 8 : 4);
	struct inq_error *err;

	t->values = malloc(len);
	if (!t->values)
		return &inq_enomem;
	err = inq_dump_read(dump, p->values, t->values, len, "kallsyms_offsets");
	if (err || !t->has_relative_base)
		return err;
	return inq_dump_read(dump, p->relative_base, &t->relative_base, sizeof(t->relative_base),
			     "kallsyms_relative_base");
}

struct inq_error *inq_kallsyms_load(struct inq_dump *dump, struct inq_kallsyms **ret)
{
	struct inq_kallsyms_tables t = {0};
	struct inq_error *err;
	struct places p = {0};

	err = find_places(dump, &t, &p);
	if (err)
		return err;
	err = inq_dump_read(dump, p.num_syms, &t.n, sizeof(t.n), "kallsyms_num_syms");
	if (!err && (!t.n || t.n > INQ_KALLSYMS_MAX))
		err = inq_error_create(INQ_ERR_BADDATA, p.num_syms, "kallsyms: %u symbols", t.n);
	if (!err)
		err = read_tokens(dump, &p, &t);
	if (!err)
		err = read_names(dump, &p, &t);
	if (!err)
		err = read_values(dump, &p, &t);
	if (!err)
		err = inq_kallsyms_create(&t, p.stext, ret);
	inq_kallsyms_tables_deinit(&t);
	return err;
}
