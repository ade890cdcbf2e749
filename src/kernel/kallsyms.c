// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "util/bisect.h"
#include "util/banned.h"

/*
 * By name: buckets of chained symbol numbers.  A name's hash is a polynomial, so that the hash
 * of a whole name follows from the hashes of its tokens without expanding it.  Names repeat
 * (three thousand "__func__.0"), so chains, not open addressing; 8 bits of hash beside each link
 * spare most expansions.
 */
enum {
	MARK_EVERY = 16,     /* symbols between two remembered places in names */
	CHAIN_MAX = 1 << 16, /* only a damaged table has so many symbols in one bucket */
	LINK_BITS = 24,	     /* of a link: symbol number + 1; the rest: hash tag */
	NAME_LEN_MAX = 1024, /* compressed length, twice KSYM_NAME_LEN */
};
#define LINK_MASK ((UINT32_C(1) << LINK_BITS) - 1)
#define HASH_BASE UINT64_C(0x9ddfea08eb382d69)

struct token {
	const char *str;
	uint16_t len;
	uint64_t hash;	    /* of str */
	uint64_t power;	    /* HASH_BASE ^ len */
	uint64_t tail_hash; /* of str + 1: a name's first token carries the type before it */
	bool unprintable;   /* no name has such characters: it is damaged */
};

struct inq_kallsyms {
	struct inq_kallsyms_tables t;
	enum inq_kallsyms_encoding encoding;
	struct token token[INQ_KALLSYMS_TOKENS];
	uint32_t *marks; /* offset in names of symbol i * MARK_EVERY */
	uint32_t *heads; /* links, by hash */
	uint32_t *links; /* links, by symbol */
	unsigned int shift;
	uint32_t *order; /* symbols by value; NULL: as they stand */
	bool *lost;	 /* by marker: the names behind it are in doubt */
	uint32_t nr_nameless;
};

void inq_kallsyms_tables_deinit(struct inq_kallsyms_tables *t)
{
	free(t->names);
	free(t->markers);
	free(t->tokens);
	free(t->token_index);
	free(t->values);
	*t = (struct inq_kallsyms_tables){0};
}

void inq_kallsyms_destroy(struct inq_kallsyms *ks)
{
	if (!ks)
		return;
	inq_kallsyms_tables_deinit(&ks->t);
	free(ks->marks);
	free(ks->heads);
	free(ks->links);
	free(ks->order);
	free(ks->lost);
	free(ks);
}

uint32_t inq_kallsyms_count(const struct inq_kallsyms *ks)
{
	return ks->t.n;
}

uint32_t inq_kallsyms_nameless(const struct inq_kallsyms *ks)
{
	return ks->nr_nameless;
}

enum inq_kallsyms_encoding inq_kallsyms_encoding(const struct inq_kallsyms *ks)
{
	return ks->encoding;
}

static uint64_t hash_chars(const char *s, size_t n)
{
	uint64_t h = 0;

	for (size_t i = 0; i < n; i++)
		h = h * HASH_BASE + (unsigned char)s[i];
	return h;
}

static uint64_t hash_finish(uint64_t h)
{
	return (h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15);
}

static bool tokens_init(struct inq_kallsyms *ks)
{
	for (int i = 0; i < INQ_KALLSYMS_TOKENS; i++) {
		struct token *tok = &ks->token[i];
		size_t off = ks->t.token_index[i];
		const char *nul;

		if (off >= ks->t.tokens_len)
			return false;
		tok->str = ks->t.tokens + off;
		nul = memchr(tok->str, 0, ks->t.tokens_len - off);
		if (!nul)
			return false;
		tok->len = (uint16_t)(nul - tok->str);
		tok->hash = hash_chars(tok->str, tok->len);
		tok->power = 1;
		for (unsigned int j = 0; j < tok->len; j++)
			tok->power *= HASH_BASE;
		tok->tail_hash = tok->len ? hash_chars(tok->str + 1, tok->len - 1u) : 0;
		for (unsigned int j = 0; j < tok->len; j++)
			tok->unprintable |= tok->str[j] <= ' ' || tok->str[j] > '~';
	}
	return true;
}

/* Bytes of the name at @off of names; *@off is moved to its first byte. */
static bool name_length(const struct inq_kallsyms *ks, size_t *off, size_t *ret)
{
	size_t left = ks->t.names_len - *off;
	const unsigned char *p = ks->t.names + *off;
	size_t len, head = 1;

	if (!left)
		return false;
	len = p[0];
	/* Before 6.1 no name is as long as 128 bytes, so bit 7 means two bytes everywhere. */
	if (len & 0x80) {
		if (left < 2)
			return false;
		len = (len & 0x7f) | (size_t)p[1] << 7;
		head = 2;
	}
	if (!len || len > NAME_LEN_MAX || len > left - head)
		return false;
	*off += head;
	*ret = len;
	return true;
}

/* Behind which marker symbol @i stands. */
static uint32_t group_of(uint32_t i)
{
	return i / INQ_KALLSYMS_MARKED;
}

static uint32_t group_end(const struct inq_kallsyms *ks, uint32_t group)
{
	uint32_t end = (group + 1) * INQ_KALLSYMS_MARKED;

	return end < ks->t.n ? end : ks->t.n;
}

/* Whether the names of @group can be read from @off on; *@ret_end is where they end. */
static bool walk_group(const struct inq_kallsyms *ks, uint32_t group, size_t off, size_t *ret_end)
{
	size_t len;

	if (off > ks->t.names_len)
		return false;
	for (uint32_t i = group * INQ_KALLSYMS_MARKED; i < group_end(ks, group); i++) {
		if (!name_length(ks, &off, &len))
			return false;
		off += len;
	}
	*ret_end = off;
	return true;
}

/* Whether the names of @group start at @off and end where the next marker says. */
static bool fits(const struct inq_kallsyms *ks, uint32_t group, size_t off)
{
	size_t end;

	return walk_group(ks, group, off, &end) &&
	       (group_end(ks, group) == ks->t.n || end == ks->t.markers[group + 1]);
}

/*
 * Where the names of @group start, of which the names before say *@off: either that or the marker
 * may be damaged.  False: they are in doubt.
 */
static bool find_group(const struct inq_kallsyms *ks, uint32_t group, size_t *off)
{
	size_t end;

	if (!ks->t.markers)
		return walk_group(ks, group, *off, &end);
	if (fits(ks, group, *off))
		return true;
	if (fits(ks, group, ks->t.markers[group])) {
		*off = ks->t.markers[group];
		return true;
	}
	/* perhaps it is the next marker alone */
	return *off == ks->t.markers[group] && walk_group(ks, group, *off, &end) &&
	       fits(ks, group + 1, end);
}

static void index_name(struct inq_kallsyms *ks, uint32_t i, const unsigned char *p, size_t len)
{
	uint64_t h = ks->token[p[0]].tail_hash;
	uint32_t *head, tag;

	for (size_t j = 1; j < len; j++) {
		const struct token *tok = &ks->token[p[j]];

		h = h * tok->power + tok->hash;
	}
	h = hash_finish(h);
	tag = (uint32_t)(h & 0xff) << LINK_BITS;
	head = &ks->heads[h >> ks->shift];
	ks->links[i] = (*head & LINK_MASK) | tag;
	*head = i + 1;
}

static bool index_names(struct inq_kallsyms *ks)
{
	size_t off = 0, len;

	for (uint32_t group = 0, i = 0; i < ks->t.n; group++) {
		if (!find_group(ks, group, &off)) {
			if (!ks->t.markers)
				return false;
			ks->lost[group] = true;
			ks->nr_nameless += group_end(ks, group) - i;
			i = group_end(ks, group);
			off = i < ks->t.n ? ks->t.markers[group + 1] : off;
			continue;
		}
		for (; i < group_end(ks, group); i++) {
			if (i % MARK_EVERY == 0)
				ks->marks[i / MARK_EVERY] = (uint32_t)off;
			if (!name_length(ks, &off, &len))
				return false;
			index_name(ks, i, ks->t.names + off, len);
			off += len;
		}
	}
	return ks->nr_nameless < ks->t.n;
}

static struct inq_error *index_alloc(struct inq_kallsyms *ks)
{
	unsigned int bits = 4;

	while ((UINT32_C(1) << bits) < ks->t.n)
		bits++;
	ks->shift = 64 - bits;
	ks->marks = calloc(ks->t.n / MARK_EVERY + 1, sizeof(*ks->marks));
	ks->heads = calloc(UINT32_C(1) << bits, sizeof(*ks->heads));
	ks->links = calloc(ks->t.n, sizeof(*ks->links));
	ks->lost = calloc(group_of(ks->t.n) + 1, sizeof(*ks->lost));
	return ks->marks && ks->heads && ks->links && ks->lost ? NULL : &inq_enomem;
}

uint64_t inq_kallsyms_value(const struct inq_kallsyms *ks, uint32_t i)
{
	int32_t v;

	if (ks->encoding == INQ_KALLSYMS_ABSOLUTE)
		return ((const uint64_t *)ks->t.values)[i];
	v = ((const int32_t *)ks->t.values)[i];
	switch (ks->encoding) {
	case INQ_KALLSYMS_ABSOLUTE_PERCPU:
		return v >= 0 ? (uint64_t)v : ks->t.relative_base - 1 - (uint64_t)(int64_t)v;
	case INQ_KALLSYMS_BASE_RELATIVE:
		return ks->t.relative_base + (uint32_t)v;
	default:
		return ks->t.values_addr + 4 * (uint64_t)i + (uint64_t)(int64_t)v;
	}
}

static bool encoding_possible(const struct inq_kallsyms *ks, enum inq_kallsyms_encoding e)
{
	if (e == INQ_KALLSYMS_ABSOLUTE || ks->t.is_absolute)
		return e == INQ_KALLSYMS_ABSOLUTE && ks->t.is_absolute;
	return e == INQ_KALLSYMS_PLACE_RELATIVE || ks->t.has_relative_base;
}

/* Whether _stext, or any symbol where its name is lost, has the value @stext. */
static bool has_stext(const struct inq_kallsyms *ks, uint64_t stext)
{
	uint32_t i;

	if (inq_kallsyms_by_name(ks, "_stext", &i))
		return inq_kallsyms_value(ks, i) == stext;
	for (i = 0; i < ks->t.n; i++) {
		if (ks->lost[group_of(i)] && inq_kallsyms_value(ks, i) == stext)
			return true;
	}
	return false;
}

/* The encoding in which _stext is what VMCOREINFO says. */
static struct inq_error *find_encoding(struct inq_kallsyms *ks, uint64_t stext)
{
	uint32_t i;

	if (!ks->nr_nameless && !inq_kallsyms_by_name(ks, "_stext", &i))
		return inq_error_create(INQ_ERR_BADDATA, 0, "kallsyms: no symbol _stext");
	for (int e = 0; e < INQ_KALLSYMS_ENCODINGS; e++) {
		ks->encoding = (enum inq_kallsyms_encoding)e;
		if (encoding_possible(ks, ks->encoding) && has_stext(ks, stext))
			return NULL;
	}
	return inq_error_create(INQ_ERR_BADDATA, ks->t.values_addr,
				"kallsyms: no known encoding gives _stext its address");
}

static int compare_values(const void *a, const void *b, void *arg)
{
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	uint64_t x = inq_kallsyms_value(arg, i), y = inq_kallsyms_value(arg, j);

	if (x != y)
		return x < y ? -1 : 1;
	return i < j ? -1 : i > j;
}

/* The kernel sorts them; but a table that isn't sorted must not make us miss symbols. */
static bool sort_values(struct inq_kallsyms *ks)
{
	uint32_t i;

	for (i = 1; i < ks->t.n; i++) {
		if (inq_kallsyms_value(ks, i - 1) > inq_kallsyms_value(ks, i))
			break;
	}
	if (i >= ks->t.n)
		return true;
	ks->order = calloc(ks->t.n, sizeof(*ks->order));
	if (!ks->order)
		return false;
	for (i = 0; i < ks->t.n; i++)
		ks->order[i] = i;
	qsort_r(ks->order, ks->t.n, sizeof(*ks->order), compare_values, ks);
	return true;
}

struct inq_error *inq_kallsyms_create(struct inq_kallsyms_tables *t, uint64_t stext,
				      struct inq_kallsyms **ret)
{
	struct inq_kallsyms *ks;
	struct inq_error *err;

	if (!t->n || t->n > INQ_KALLSYMS_MAX || t->names_len > UINT32_MAX)
		return inq_error_create(INQ_ERR_BADDATA, 0, "kallsyms: %u symbols", t->n);
	ks = calloc(1, sizeof(*ks));
	if (!ks)
		return &inq_enomem;
	ks->t = *t;
	err = index_alloc(ks);
	if (!err && !tokens_init(ks))
		err = inq_error_create(INQ_ERR_BADDATA, 0, "kallsyms: damaged token table");
	if (!err && !index_names(ks))
		err = inq_error_create(INQ_ERR_BADDATA, 0, "kallsyms: damaged names");
	if (!err)
		err = find_encoding(ks, stext);
	if (!err && !sort_values(ks))
		err = &inq_enomem;
	if (err) {
		ks->t = (struct inq_kallsyms_tables){0};
		inq_kallsyms_destroy(ks);
		return err;
	}
	*t = (struct inq_kallsyms_tables){0};
	*ret = ks;
	return NULL;
}

/* The bytes of symbol @i's compressed name. */
static bool name_bytes(const struct inq_kallsyms *ks, uint32_t i, const unsigned char **ret,
		       size_t *ret_len)
{
	size_t off, len;

	if (i >= ks->t.n || ks->lost[group_of(i)])
		return false;
	off = ks->marks[i / MARK_EVERY];
	for (uint32_t skip = i % MARK_EVERY;; skip--) {
		if (!name_length(ks, &off, &len))
			return false;
		if (!skip)
			break;
		off += len;
	}
	*ret = ks->t.names + off;
	*ret_len = len;
	return true;
}

bool inq_kallsyms_name(const struct inq_kallsyms *ks, uint32_t i, char *ret_type, char *buf,
		       size_t size)
{
	const unsigned char *p;
	size_t len, used = 0;
	bool first = true;

	if (!size || !name_bytes(ks, i, &p, &len))
		return false;
	for (size_t j = 0; j < len; j++) {
		const struct token *tok = &ks->token[p[j]];
		const char *s = tok->str;
		size_t n = tok->len;

		if (tok->unprintable)
			return false;
		if (first && n) {
			*ret_type = *s++;
			n--;
			first = false;
		}
		if (n > size - 1 - used)
			n = size - 1 - used;
		memcpy(buf + used, s, n);
		used += n;
	}
	buf[used] = '\0';
	return !first;
}

/* Whether symbol @i is called @name; *@ret_type is its type. */
static bool name_is(const struct inq_kallsyms *ks, uint32_t i, const char *name, size_t name_len,
		    char *ret_type)
{
	const unsigned char *p;
	size_t len, skip = 1;

	if (!name_bytes(ks, i, &p, &len))
		return false;
	for (size_t j = 0; j < len; j++) {
		const struct token *tok = &ks->token[p[j]];
		const char *s = tok->str;
		size_t n = tok->len;

		if (skip && n) {
			*ret_type = *s++;
			n--;
			skip = 0;
		}
		if (n > name_len || memcmp(s, name, n))
			return false;
		name += n;
		name_len -= n;
	}
	return !name_len && !skip;
}

static bool is_global(char type)
{
	return type >= 'A' && type <= 'Z';
}

bool inq_kallsyms_by_name(const struct inq_kallsyms *ks, const char *name, uint32_t *ret)
{
	size_t len = strlen(name);
	uint64_t h = hash_finish(hash_chars(name, len));
	uint32_t tag = (uint32_t)(h & 0xff), i, left = CHAIN_MAX;
	bool found = false, global = false;
	char type = 0;

	/* Later symbols come first in a chain, and no link points forward. */
	for (i = ks->heads[h >> ks->shift]; i && left--; i = ks->links[i - 1] & LINK_MASK) {
		if (ks->links[i - 1] >> LINK_BITS != tag)
			continue;
		if (!name_is(ks, i - 1, name, len, &type) || (global && !is_global(type)))
			continue;
		global = is_global(type);
		found = true;
		*ret = i - 1;
	}
	return found;
}

static uint32_t at(const struct inq_kallsyms *ks, uint32_t rank)
{
	return ks->order ? ks->order[rank] : rank;
}

/* How many symbols have a value at or below @addr. */
static uint32_t rank_above(const struct inq_kallsyms *ks, uint64_t addr)
{
	return (uint32_t)inq_bisect(ks->t.n, i,
				    inq_kallsyms_value(ks, at(ks, (uint32_t)i)) <= addr);
}

bool inq_kallsyms_by_addr(const struct inq_kallsyms *ks, uint64_t addr, uint32_t *ret)
{
	uint32_t rank = rank_above(ks, addr);
	uint64_t value;

	if (!rank)
		return false;
	rank--;
	value = inq_kallsyms_value(ks, at(ks, rank));
	while (rank && inq_kallsyms_value(ks, at(ks, rank - 1)) == value)
		rank--;
	*ret = at(ks, rank);
	return true;
}

bool inq_kallsyms_next_value(const struct inq_kallsyms *ks, uint32_t i, uint64_t *ret)
{
	uint32_t rank = rank_above(ks, inq_kallsyms_value(ks, i));

	if (rank >= ks->t.n)
		return false;
	*ret = inq_kallsyms_value(ks, at(ks, rank));
	return true;
}
