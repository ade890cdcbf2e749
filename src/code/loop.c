// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/loop.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum { MAX_DEPTH = 40 };

unsigned int inq_loop_blocks(const struct inq_function *f, unsigned int from, unsigned int head,
			     bool *ret_body)
{
	unsigned int *work = calloc(f->nr_blocks, sizeof(*work)), n = 0, size = 1;

	if (!work)
		return 0;
	memset(ret_body, 0, f->nr_blocks * sizeof(*ret_body));
	ret_body[head] = true;
	if (from != head) {
		ret_body[from] = true;
		work[n++] = from;
		size++;
	}
	while (n) {
		const struct inq_block *blk = &f->blocks[work[--n]];

		for (unsigned int i = 0; i < blk->nr_pred; i++) {
			if (ret_body[blk->pred[i]])
				continue;
			ret_body[blk->pred[i]] = true;
			work[n++] = blk->pred[i];
			size++;
		}
	}
	free(work);
	return size;
}

/* A way back from block @from to @head, and how many blocks it closes a loop of. */
struct way_back {
	unsigned int from, head, size;
};

struct ways_back {
	struct way_back *v;
	size_t n;
	size_t max;
};

static int by_size(const void *a, const void *b)
{
	const struct way_back *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* The ways back that close a loop around block @b. */
static bool find_ways(const struct inq_function *f, const bool *alive, unsigned int b, bool *body,
		      struct ways_back *ret)
{
	for (unsigned int from = 0; from < f->nr_blocks; from++) {
		for (unsigned int i = 0; i < f->blocks[from].nr_succ; i++) {
			unsigned int head = f->blocks[from].succ[i], size;
			struct way_back *w;

			/* blocks are in reverse post order: a way back closes a loop */
			if (head > from || !(alive ? alive[from] : f->blocks[from].reachable))
				continue;
			size = inq_loop_blocks(f, from, head, body);
			if (size && !body[b])
				continue;
			w = size ? inq_vec_push(ret) : NULL;
			if (!w)
				return false;
			*w = (struct way_back){from, head, size};
		}
	}
	return true;
}

bool inq_loop_around(const struct inq_function *f, const bool *alive, unsigned int b, size_t nth,
		     bool *ret_body, bool *ret_no_memory)
{
	struct ways_back ways = {0};
	bool found = false;

	if (!find_ways(f, alive, b, ret_body, &ways)) {
		*ret_no_memory = true;
	} else if (nth < ways.n) {
		qsort(ways.v, ways.n, sizeof(*ways.v), by_size);
		found = inq_loop_blocks(f, ways.v[nth].from, ways.v[nth].head, ret_body);
		*ret_no_memory |= !found;
	}
	inq_vec_deinit(&ways);
	return found;
}

bool inq_loop_has(const struct inq_function *f, const bool *body, uint64_t site)
{
	int insn = site ? inq_function_insn_at(f, site) : -1;

	return insn >= 0 && body[inq_function_block_of(f, (unsigned int)insn)];
}

static bool makes(const struct inq_function *f, const bool *body, const struct inq_value *v,
		  unsigned int depth)
{
	if (!v)
		return false;
	if (depth >= MAX_DEPTH)
		return true;
	switch (v->kind) {
	case INQ_VAL_PHI:
		return (uint64_t)v->c >= f->nr_blocks || body[v->c];
	case INQ_VAL_CALL:
	case INQ_VAL_CLOBBER:
		return inq_loop_has(f, body, v->site);
	default:
		return makes(f, body, v->a, depth + 1) || makes(f, body, v->b, depth + 1);
	}
}

bool inq_loop_makes(const struct inq_function *f, const bool *body, const struct inq_value *v)
{
	return makes(f, body, v, 0);
}
