// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "kernel/types.h"
#include "util/banned.h"

/*
 * Members by path, and paths by offset.  Types of a dump may refer to themselves or fan out
 * without end: every search has a depth and a budget of members that it may look at.
 */
enum { DEPTH_MAX = 24, BUDGET = 20000 };

static bool is_composite(struct inq_type t)
{
	enum inq_type_kind kind = inq_type_kind(t);

	return kind == INQ_TYPE_STRUCT || kind == INQ_TYPE_UNION;
}

/* A direct member @name[0..len), or one of an anonymous member. */
static bool find_member(struct inq_type t, const char *name, size_t len, int depth, int *budget,
			struct inq_member *ret)
{
	struct inq_member m;

	for (unsigned int i = 0; inq_type_nth_member(t, i, &m); i++) {
		struct inq_member inner;

		if (--*budget < 0)
			return false;
		if (*m.name) {
			if (strncmp(m.name, name, len) != 0 || m.name[len])
				continue;
			*ret = m;
			return true;
		}
		if (!depth || !find_member(m.type, name, len, depth - 1, budget, &inner))
			continue;
		inner.offset += m.offset;
		*ret = inner;
		return true;
	}
	return false;
}

/* "[3]" at *@path: move @m to that element. */
static bool take_index(const char **path, struct inq_member *m)
{
	char *end;
	unsigned long n = strtoul(*path + 1, &end, 10);
	size_t len = inq_type_array_len(m->type);
	struct inq_type elem = inq_type_target(m->type);
	size_t size = inq_type_size(elem);

	if (*end != ']' || end == *path + 1 || inq_type_kind(m->type) != INQ_TYPE_ARRAY)
		return false;
	if (!size || (len && n >= len) || n > (UINT32_MAX - m->offset) / size)
		return false;
	m->offset += (uint32_t)(n * size);
	m->type = elem;
	*path = end + 1;
	return true;
}

bool inq_type_member(struct inq_type t, const char *path, struct inq_member *ret)
{
	struct inq_member at = {.type = t}, m;
	int budget = BUDGET;

	for (;;) {
		size_t len = strcspn(path, ".[");

		if (!len || at.bit_size || !find_member(at.type, path, len, DEPTH_MAX, &budget, &m))
			return false;
		m.offset += at.offset;
		path += len;
		while (*path == '[') {
			if (!take_index(&path, &m))
				return false;
		}
		at = m;
		if (!*path)
			break;
		if (*path++ != '.')
			return false;
	}
	*ret = at;
	return true;
}

/* How well a path answers the question; of a union's members the best is taken. */
enum fit {
	FIT_NONE,
	FIT_INSIDE, /* in the midst of a scalar */
	FIT_START,  /* at the start of a scalar of another size */
	FIT_SIZE,   /* a scalar of the size asked for */
	FIT_PTR,    /* a pointer, 8 bytes asked for */
};

struct step {
	const char *member; /* NULL: an index */
	size_t index;
};

struct path {
	struct step v[2 * DEPTH_MAX];
	size_t n;
	struct inq_type type;
	enum fit fit;
};

static bool push(struct path *p, struct step s)
{
	if (p->n >= sizeof(p->v) / sizeof(p->v[0]))
		return false;
	p->v[p->n++] = s;
	return true;
}

static size_t member_size(const struct inq_member *m)
{
	return m->bit_size ? (m->bit_offset + m->bit_size + 7u) / 8u : inq_type_size(m->type);
}

static void descend(struct path *p, struct inq_type t, uint32_t offset, size_t size, int depth,
		    int *budget);

static void scalar(struct path *p, struct inq_type t, uint32_t offset, size_t size, size_t have)
{
	p->type = t;
	if (offset)
		p->fit = FIT_INSIDE;
	else if (size && have != size)
		p->fit = FIT_START;
	else if (size == 8 && inq_type_kind(t) == INQ_TYPE_PTR)
		p->fit = FIT_PTR;
	else
		p->fit = FIT_SIZE;
}

static void array(struct path *p, struct inq_type t, uint32_t offset, size_t size, int depth,
		  int *budget)
{
	struct inq_type elem = inq_type_target(t);
	size_t elem_size = inq_type_size(elem);

	/* A string is read in larger pieces than its characters. */
	if (!offset && elem_size == 1 && size != 1) {
		p->type = t;
		p->fit = FIT_SIZE;
		return;
	}
	if (!elem_size || !push(p, (struct step){.index = offset / elem_size}))
		return;
	descend(p, elem, (uint32_t)(offset % elem_size), size, depth, budget);
}

static void composite(struct path *p, struct inq_type t, uint32_t offset, size_t size, int depth,
		      int *budget)
{
	struct path best = {.fit = FIT_NONE};
	struct inq_member m, next;

	for (unsigned int i = 0; inq_type_nth_member(t, i, &m); i++) {
		struct path try = *p;
		size_t len = member_size(&m);
		/* a flexible array has no size, and holds all that follows; an empty one further up
		 * is a mark (__cacheline_group_begin) and holds nothing */
		bool flexible = !len && inq_type_kind(m.type) == INQ_TYPE_ARRAY &&
				!inq_type_nth_member(t, i + 1, &next);

		if (--*budget < 0)
			break;
		if (offset < m.offset || (!flexible && offset - m.offset >= len))
			continue;
		if (*m.name && !push(&try, (struct step){.member = m.name}))
			continue;
		if (m.bit_size)
			scalar(&try, m.type, offset - m.offset, size, len);
		else
			descend(&try, m.type, offset - m.offset, size, depth, budget);
		if (try.fit > best.fit)
			best = try;
	}
	if (best.fit)
		*p = best;
}

static void descend(struct path *p, struct inq_type t, uint32_t offset, size_t size, int depth,
		    int *budget)
{
	size_t have = inq_type_size(t);

	if (!depth || --*budget < 0)
		return;
	switch (inq_type_kind(t)) {
	case INQ_TYPE_STRUCT:
	case INQ_TYPE_UNION:
		composite(p, t, offset, size, depth - 1, budget);
		break;
	case INQ_TYPE_ARRAY:
		array(p, t, offset, size, depth - 1, budget);
		break;
	case INQ_TYPE_INT:
	case INQ_TYPE_PTR:
		if (offset < have)
			scalar(p, t, offset, size, have);
		break;
	default:
		break;
	}
}

bool inq_type_path_at(struct inq_type t, uint32_t offset, size_t size, struct inq_strbuf *sb,
		      struct inq_type *ret_type)
{
	struct path p = {.fit = FIT_NONE};
	int budget = BUDGET;

	if (!is_composite(t) && inq_type_kind(t) != INQ_TYPE_ARRAY)
		return false;
	descend(&p, t, offset, size, DEPTH_MAX, &budget);
	if (!p.fit)
		return false;
	for (size_t i = 0; i < p.n; i++) {
		if (!p.v[i].member)
			inq_strbuf_addf(sb, "[%zu]", p.v[i].index);
		else
			inq_strbuf_addf(sb, "%s%s", i ? "." : "", p.v[i].member);
	}
	*ret_type = p.type;
	return true;
}
