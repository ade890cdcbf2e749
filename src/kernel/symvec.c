// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/symvec.h"

#include <stdlib.h>
#include <string.h>

#include "util/bisect.h"
#include "util/vec.h"
#include "util/banned.h"

void inq_symvec_deinit(struct inq_symvec *s)
{
	free(s->v);
	free(s->strtab);
	inq_hashmap_deinit(&s->names);
	*s = (struct inq_symvec){0};
}

bool inq_symvec_add(struct inq_symvec *s, const struct inq_symvec_entry *e)
{
	void *v = s->v;

	if (!inq_vec_grow(&v, s->n, &s->max, sizeof(*s->v)))
		return false;
	s->v = v;
	s->v[s->n++] = *e;
	return true;
}

static bool is_global(char type)
{
	return type >= 'A' && type <= 'Z';
}

static int compare(const void *a, const void *b)
{
	const struct inq_symvec_entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static uint64_t hash_name(const char *name)
{
	return inq_hash_bytes(INQ_HASH_START, name, strlen(name));
}

void inq_symvec_sort(struct inq_symvec *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), compare);
	inq_hashmap_deinit(&s->names);
	/* Backwards and global ones last: what is put last stays. */
	for (int global = 0; global < 2; global++) {
		for (size_t i = s->n; i-- > 0;) {
			if (is_global(s->v[i].type) == global &&
			    !inq_hashmap_put(&s->names, hash_name(inq_symvec_name(s, i)), i))
				return;
		}
	}
}

const char *inq_symvec_name(const struct inq_symvec *s, size_t i)
{
	return s->v[i].name < s->strtab_len ? s->strtab + s->v[i].name : "";
}

/* How many start at or below @addr. */
static size_t rank_above(const struct inq_symvec *s, uint64_t addr)
{
	return inq_bisect(s->n, i, s->v[i].addr <= addr);
}

bool inq_symvec_by_addr(const struct inq_symvec *s, uint64_t addr, size_t *ret)
{
	size_t end = rank_above(s, addr), first = end;

	if (!end)
		return false;
	while (first && s->v[first - 1].addr == s->v[end - 1].addr)
		first--;
	*ret = first;
	/* An empty object (a struct lock_class_key without lockdep) shares its place with another.
	 */
	for (size_t i = first; i < end; i++) {
		if (s->v[i].size > addr - s->v[i].addr) {
			*ret = i;
			break;
		}
	}
	return true;
}

bool inq_symvec_by_name(const struct inq_symvec *s, const char *name, size_t *ret)
{
	uint64_t i;

	if (!inq_hashmap_get(&s->names, hash_name(name), &i) ||
	    strcmp(inq_symvec_name(s, i), name) != 0)
		return false;
	*ret = i;
	return true;
}

uint64_t inq_symvec_gap(const struct inq_symvec *s, size_t i)
{
	size_t next = rank_above(s, s->v[i].addr);

	return next < s->n ? s->v[next].addr - s->v[i].addr : 0;
}
