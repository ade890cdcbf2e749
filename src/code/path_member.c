// SPDX-License-Identifier: GPL-2.0-or-later
/* Members and elements: what lies at an offset, and at an index, behind a pointer. */
#include "code/path_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "code/infer.h"
#include "util/banned.h"

enum { MAX_PATH = 512 };

static bool is_struct(struct inq_type t)
{
	enum inq_type_kind k = inq_type_kind(t);

	return k == INQ_TYPE_STRUCT || k == INQ_TYPE_UNION;
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
		/* an address is the outermost member's: &x->lock, not &x->lock.raw.val */
		inq_infer_outermost(type, off, (struct inq_type){0}, &sb, ret);
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

static void add_term(struct inq_strbuf *sb, const struct inq_path_index *i)
{
	inq_strbuf_addf(sb, " + %s", i->text);
	if (i->scale != 1)
		inq_strbuf_addf(sb, " * %" PRId64, i->scale);
}

struct inq_cexpr inq_path_untyped(struct inq_path_text *p, const char *base,
				  const struct inq_path_address *a, size_t size)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_cexpr x = {0};
	uint64_t off = (uint64_t)a->off;
	bool named = false;

	/* indexes that are but numbers are part of the offset */
	for (unsigned int i = 0; i < a->nr_index; i++) {
		if (a->index[i].is_number)
			off += a->index[i].number * (uint64_t)a->index[i].scale;
		else
			named = true;
	}
	inq_strbuf_addf(&sb, "*(%s *)", size_type(size ? size : 8));
	if (named || off)
		inq_strbuf_addc(&sb, '(');
	inq_strbuf_add(&sb, base);
	for (unsigned int i = 0; i < a->nr_index; i++)
		if (!a->index[i].is_number)
			add_term(&sb, &a->index[i]);
	if (off)
		inq_strbuf_addf(&sb, " %c 0x%" PRIx64, off >> 63 ? '-' : '+',
				off >> 63 ? 0 - off : off);
	if (named || off)
		inq_strbuf_addc(&sb, ')');
	x.text =
		inq_path_str(p, sb.failed ? NULL : inq_arena_strdup(p->arena, inq_strbuf_str(&sb)));
	return x;
}

/* Index @i beside the constant one @n: "i", "i + 2". */
static void add_subscript(struct inq_strbuf *sb, const struct inq_path_index *i, uint64_t scale,
			  int64_t n, bool numbers)
{
	int64_t mult = i->scale / (int64_t)scale;

	if (i->has_number && (numbers || i->is_number)) {
		inq_strbuf_addf(sb, "[%" PRId64 "]", n + (int64_t)i->number * mult);
		return;
	}
	inq_strbuf_addf(sb, "[%s", i->text);
	if (mult != 1)
		inq_strbuf_addf(sb, " * %" PRId64, mult);
	if (n)
		inq_strbuf_addf(sb, " %c %" PRId64, n < 0 ? '-' : '+', n < 0 ? -n : n);
	inq_strbuf_addc(sb, ']');
}

/* The index of @a that goes in steps of @size bytes (of a multiple, when @loosely); taken off. */
static bool take_index(struct inq_path_address *a, uint64_t size, bool loosely,
		       struct inq_path_index *ret)
{
	for (unsigned int i = 0; size && i < a->nr_index; i++) {
		uint64_t scale = (uint64_t)a->index[i].scale;

		if (loosely ? a->index[i].scale <= 0 || scale % size : scale != size)
			continue;
		*ret = a->index[i];
		a->index[i] = a->index[--a->nr_index];
		return true;
	}
	return false;
}

/* The index of @a with the largest steps that are a multiple of @size, taken off. */
static bool take_largest(struct inq_path_address *a, uint64_t size, struct inq_path_index *ret)
{
	int64_t largest = 0;

	for (unsigned int i = 0; size && i < a->nr_index; i++)
		if (a->index[i].scale > largest && !((uint64_t)a->index[i].scale % size))
			largest = a->index[i].scale;
	return largest && take_index(a, (uint64_t)largest, false, ret);
}

/*
 * The subscript @n of elements @elem, with what indexes of @a go in their steps.  BTF has all
 * dimensions of an array in one: where structs are in it, longer steps are those of an outer one.
 */
static bool add_element(struct inq_path_address *a, struct inq_type elem, int64_t n, bool last,
			bool numbers, struct inq_strbuf *sb)
{
	uint64_t size = inq_type_size(elem);
	struct inq_path_index outer, index;

	if (!take_index(a, size, false, &index)) {
		if (!last || !take_largest(a, size, &index))
			return false;
	} else if (last && is_struct(elem) && take_largest(a, size, &outer)) {
		int64_t row = outer.scale / (int64_t)size;

		add_subscript(sb, &outer, (uint64_t)outer.scale, n / row, numbers);
		n %= row;
	}
	add_subscript(sb, &index, size, n, numbers);
	return true;
}

/* The number in the subscript at @path, and its end; 0: it has none. */
static size_t read_subscript(const char *path, int64_t *ret)
{
	size_t end;

	*ret = 0;
	for (end = 1; path[end] && path[end] != ']'; end++)
		if (path[end] >= '0' && path[end] <= '9')
			*ret = *ret * 10 + (path[end] - '0');
	return path[end] ? end + 1 : 0;
}

/*
 * "rows[0].cells[2].n" of @type with the indexes of @a in the subscripts whose elements have
 * their sizes: "rows[i].cells[j + 2].n".  False: one finds no place.
 */
static bool with_indexes(struct inq_type type, const char *path, struct inq_path_address *a,
			 bool numbers, struct inq_strbuf *sb)
{
	char prefix[MAX_PATH];
	size_t len = strlen(path), done = 0, end;

	if (len >= sizeof(prefix))
		return false;
	memcpy(prefix, path, len + 1);
	for (size_t i = 0; i < len; i++) {
		struct inq_member m;
		int64_t n;

		if (path[i] != '[')
			continue;
		end = read_subscript(path + i, &n);
		if (!end)
			return false;
		end += i;
		prefix[end] = '\0';
		if (inq_type_member(type, prefix, &m)) {
			cleanup_strbuf struct inq_strbuf element = INQ_STRBUF_INIT;

			if (add_element(a, m.type, n, !strchr(path + end, '['), numbers,
					&element)) {
				inq_strbuf_addn(sb, path + done, i - done);
				inq_strbuf_add(sb, inq_strbuf_str(&element));
				sb->failed |= element.failed;
				done = end;
			}
		}
		prefix[end] = path[end];
		i = end - 1;
	}
	inq_strbuf_add(sb, path + done);
	return !a->nr_index && !sb->failed;
}

static const char *keep(struct inq_path_text *p, struct inq_strbuf *sb)
{
	return inq_path_str(p, sb->failed ? NULL : inq_arena_strdup(p->arena, inq_strbuf_str(sb)));
}

/* base[i].  The constant part of the subscript is taken off a->off. */
static const char *element(struct inq_path_text *p, const char *base, struct inq_path_address *a,
			   uint64_t size, const struct inq_path_index *i)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	int64_t n = 0;

	inq_strbuf_add(&sb, base);
	if (size <= INT64_MAX && a->off >= 0) {
		n = a->off / (int64_t)size;
		a->off %= (int64_t)size;
	} else if (size <= INT64_MAX) {
		n = -((-a->off + (int64_t)size - 1) / (int64_t)size);
		a->off -= n * (int64_t)size;
	}
	if (i)
		add_subscript(&sb, i, size, n, false);
	else
		inq_strbuf_addf(&sb, "[%" PRId64 "]", n);
	return keep(p, &sb);
}

/* The member at what is left of @a in struct @type. */
static bool member_behind(struct inq_path_text *p, const char *base, const char *arrow,
			  struct inq_type type, struct inq_path_address *a, size_t size,
			  struct inq_cexpr *ret)
{
	cleanup_strbuf struct inq_strbuf text = INQ_STRBUF_INIT, name = INQ_STRBUF_INIT;
	struct inq_path_address again = *a;
	const char *path, *dot;

	if (!inq_path_member(p, type, a->off, size, &path, &ret->member, &ret->type))
		return false;
	inq_strbuf_addf(&text, "%s%s", base, arrow);
	dot = strchr(ret->member, '.');
	if (!with_indexes(type, path, a, false, &text) || !dot)
		return false;
	/* the member's name has numbers, where they are known */
	inq_strbuf_addn(&name, ret->member, (size_t)(dot + 1 - ret->member));
	with_indexes(type, path, &again, true, &name);
	ret->member = keep(p, &name);
	ret->text = keep(p, &text);
	ret->typed = true;
	return true;
}

static bool scalar_behind(struct inq_path_text *p, const char *base, const char *arrow,
			  struct inq_type type, struct inq_path_address *a, struct inq_cexpr *ret)
{
	uint64_t size = inq_type_size(type);
	struct inq_path_index index;
	bool has_index = take_index(a, size, true, &index);

	if (!size || a->nr_index || a->off % (int64_t)size)
		return false;
	*ret = (struct inq_cexpr){.type = type, .typed = true};
	if (has_index || a->off)
		ret->text = element(p, base, a, size, has_index ? &index : NULL);
	else
		ret->text = inq_path_str(p, strcmp(arrow, "->")
						    ? inq_arena_strdup(p->arena, base)
						    : inq_arena_printf(p->arena, "*%s", base));
	return true;
}

const char *inq_path_element(struct inq_path_text *p, const char *base, struct inq_path_address *a,
			     size_t size)
{
	struct inq_path_index index;
	bool has_index = take_index(a, size, false, &index);

	return element(p, base, a, size, has_index ? &index : NULL);
}

bool inq_path_behind(struct inq_path_text *p, const char *base, const char *arrow,
		     struct inq_type type, struct inq_path_address a, size_t size,
		     struct inq_cexpr *ret)
{
	struct inq_path_index index;
	uint64_t elem = inq_type_size(type);

	*ret = (struct inq_cexpr){0};
	p->module_terms |= !p->quiet && inq_type_is_modules(type);
	if (!is_struct(type) && inq_type_kind(type) != INQ_TYPE_ARRAY)
		return scalar_behind(p, base, arrow, type, &a, ret);
	if (*base == '*')
		base = inq_path_str(p, inq_arena_printf(p->arena, "(%s)", base));
	if (take_index(&a, elem, false, &index)) {
		base = element(p, base, &a, elem, &index);
		arrow = ".";
	}
	for (int depth = 0; depth < 4 && inq_type_kind(type) == INQ_TYPE_ARRAY; depth++) {
		bool has_index;

		type = inq_type_target(type);
		elem = inq_type_size(type);
		if (!elem)
			return false;
		has_index = take_index(&a, elem, inq_type_kind(type) != INQ_TYPE_ARRAY, &index);
		base = element(p, base, &a, elem, has_index ? &index : NULL);
		arrow = ".";
	}
	if (is_struct(type))
		return member_behind(p, base, arrow, type, &a, size, ret);
	*ret = (struct inq_cexpr){.text = base, .type = type, .typed = true};
	return !a.nr_index && !a.off;
}
