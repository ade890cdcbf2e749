// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kallsyms_load.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum {
	NAME_BYTES_MAX = 64,	   /* mean compressed length of a name that we believe */
	TOKEN_BYTES_MAX = 1 << 16, /* token_index is 16 bits wide */
	TABLE_ALIGN = 8,
	PAGE = 4096,
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

static size_t align_up(size_t v)
{
	return (v + TABLE_ALIGN - 1) & ~(size_t)(TABLE_ALIGN - 1);
}

/* Whether @markers are what every INQ_KALLSYMS_MARKED names of some bytes make; a few may be
 * damaged. */
static bool are_markers(const uint32_t *markers, size_t n)
{
	size_t bad = 0;

	for (size_t i = 1; i < n; i++) {
		uint32_t step = markers[i] - markers[i - 1];

		bad += step < INQ_KALLSYMS_MARKED || step > INQ_KALLSYMS_MARKED * NAME_BYTES_MAX;
	}
	return n > 1 && (markers[0] == 0 || markers[1]) && bad <= n / 8;
}

/*
 * The markers lie behind the names, and right before the token table or (6.2, 60443c88f3a8, to
 * 6.3) before 3 bytes for each symbol that lie there.  Not finding them is no error.
 */
static bool find_markers(struct inq_kallsyms_tables *t)
{
	size_t n = (t->n - 1) / INQ_KALLSYMS_MARKED + 1, len = n * sizeof(*t->markers);
	const size_t between[] = {0, align_up((size_t)t->n * 3)};

	t->markers = malloc(len);
	if (!t->markers)
		return false;
	for (size_t i = 0; i < array_size(between); i++) {
		size_t back = align_up(len) + between[i];

		if (back > t->names_len)
			continue;
		memcpy(t->markers, t->names + t->names_len - back, len);
		if (are_markers(t->markers, n))
			return true;
	}
	free(t->markers);
	t->markers = NULL;
	return true;
}

/* Zeros stand for what can't be read: no name starts so. */
static void read_pages(struct inq_dump *dump, uint64_t addr, unsigned char *buf, size_t len)
{
	size_t n;

	for (size_t done = 0; done < len; done += n) {
		n = PAGE - (addr + done) % PAGE;
		n = n < len - done ? n : len - done;
		if (!inq_dump_try_read(dump, addr + done, buf + done, n))
			memset(buf + done, 0, n);
	}
}

static struct inq_error *read_names(struct inq_dump *dump, const struct places *p,
				    struct inq_kallsyms_tables *t)
{
	size_t max = (size_t)t->n * NAME_BYTES_MAX;
	cleanup_error struct inq_error *err = NULL;

	t->names_len = table_room(p, p->names, max);
	t->names = malloc(t->names_len);
	if (!t->names)
		return &inq_enomem;
	err = inq_dump_read(dump, p->names, t->names, t->names_len, "kallsyms_names");
	if (err == &inq_enomem)
		return take_ptr(err);
	if (err)
		read_pages(dump, p->names, t->names, t->names_len);
	if (t->names_len < max && !find_markers(t))
		return &inq_enomem;
	/* without markers nothing tells where names go on behind a hole */
	return t->markers ? NULL : take_ptr(err);
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
