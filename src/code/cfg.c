// SPDX-License-Identifier: GPL-2.0-or-later
/* Basic blocks and edges of a decoded function, in reverse post order. */
#include "code/code.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum { MAX_TABLE = 512 };

struct edge {
	unsigned int from, to; /* instructions, later blocks */
};

struct cfg {
	struct inq_code_func *fn;
	inq_vec(struct edge) edges;
	unsigned char *leader; /* per instruction */
	unsigned int *block;   /* instruction -> block, in address order */
	unsigned int *first;   /* block -> its first instruction; one more than blocks */
	unsigned int nr;       /* blocks */
	bool indirect;	       /* a jump whose targets are not known */
};

static bool add_edge(struct cfg *g, unsigned int from, unsigned int to)
{
	struct edge *e = inq_vec_push(&g->edges);

	if (!e)
		return false;
	*e = (struct edge){from, to};
	return true;
}

/* The targets of `jmp *table(,index,8)`, as long as they are instructions of this function. */
static bool table_edges(struct cfg *g, unsigned int i)
{
	const struct inq_code *c = g->fn->code;
	const struct inq_function *f = &g->fn->f;
	const struct inq_operand *op = &f->insns[i].operands[0];
	uint64_t target;
	unsigned int n;

	g->indirect = true;
	if (!f->insns[i].nr_operands || op->kind != INQ_OPERAND_MEM ||
	    op->mem.base != INQ_REG_NONE || op->mem.index == INQ_REG_NONE || op->mem.scale != 8 ||
	    op->mem.percpu)
		return true;
	for (n = 0; n < MAX_TABLE; n++) {
		int to;

		if (!c->env->try_read(c->env_ctx, (uint64_t)op->mem.disp + n * 8, &target, 8))
			break;
		to = inq_function_insn_at(f, target);
		if (to < 0)
			break;
		if (!add_edge(g, i, (unsigned int)to))
			return false;
	}
	g->indirect = !n;
	return true;
}

/* Whether execution can go on behind instruction @insn. */
static bool falls_through(struct inq_code *c, const struct inq_insn *insn)
{
	const struct inq_callee *callee;

	switch (insn->op) {
	case INQ_OP_JMP:
	case INQ_OP_RET:
		return false;
	case INQ_OP_TRAP:
		return c->env->trap_returns(c->env_ctx, insn->addr);
	case INQ_OP_CALL:
		callee = insn->target ? inq_code_callee(c, insn->target) : NULL;
		return !callee || callee->role != INQ_CALLEE_NORETURN;
	default:
		return true;
	}
}

static bool is_block_end(const struct inq_insn *insn, bool falls)
{
	return !falls || insn->op == INQ_OP_JCC;
}

static bool insn_edges(struct cfg *g, unsigned int i)
{
	struct inq_function *f = &g->fn->f;
	const struct inq_insn *insn = &f->insns[i];
	bool falls = falls_through(g->fn->code, insn);
	bool next = i + 1 < f->nr_insns && insn[1].addr == insn->addr + insn->len;

	if ((!next || is_block_end(insn, falls)) && i + 1 < f->nr_insns)
		g->leader[i + 1] = 1;
	if (insn->op == INQ_OP_JCC && next && !add_edge(g, i, i + 1))
		return false;
	if (insn->op != INQ_OP_JMP && insn->op != INQ_OP_JCC)
		return true;
	if (insn->target) {
		int to = inq_function_insn_at(f, insn->target);

		return to < 0 || add_edge(g, i, (unsigned int)to);
	}
	return table_edges(g, i);
}

/* Leaders, edges between instructions, and fall-through into leaders. */
static bool find_edges(struct cfg *g)
{
	struct inq_function *f = &g->fn->f;
	int entry = inq_function_insn_at(f, f->sym.addr);

	g->leader[0] = 1;
	if (entry > 0)
		g->leader[entry] = 1;
	for (unsigned int i = 0; i < f->nr_insns; i++)
		if (!insn_edges(g, i))
			return false;
	for (size_t i = 0; i < g->edges.n; i++)
		g->leader[g->edges.v[i].to] = 1;
	for (unsigned int i = 0; i + 1 < f->nr_insns; i++) {
		const struct inq_insn *insn = &f->insns[i];

		if (g->leader[i + 1] && insn[1].addr == insn->addr + insn->len &&
		    insn->op != INQ_OP_JCC && falls_through(g->fn->code, insn) &&
		    !add_edge(g, i, i + 1))
			return false;
	}
	return true;
}

static void number_blocks(struct cfg *g)
{
	struct inq_function *f = &g->fn->f;

	for (unsigned int i = 0; i < f->nr_insns; i++) {
		if (g->leader[i])
			g->first[g->nr++] = i;
		g->block[i] = g->nr - 1;
	}
	g->first[g->nr] = f->nr_insns;
	for (size_t i = 0; i < g->edges.n; i++) {
		g->edges.v[i].from = g->block[g->edges.v[i].from];
		g->edges.v[i].to = g->block[g->edges.v[i].to];
	}
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

/* Sort, and drop double ones. */
static void sort_edges(struct cfg *g)
{
	size_t n = 0;

	if (!g->edges.n)
		return;
	qsort(g->edges.v, g->edges.n, sizeof(*g->edges.v), compare_edges);
	for (size_t i = 1; i < g->edges.n; i++)
		if (compare_edges(&g->edges.v[n], &g->edges.v[i]))
			g->edges.v[++n] = g->edges.v[i];
	g->edges.n = n + 1;
}

/*
 * Reverse post order by depth-first search without recursion.  @start[b] is the first
 * edge of block b.  @order[i]: the i-th block; unreachable ones come last.
 */
static bool order_blocks(struct cfg *g, const size_t *start, unsigned int *order,
			 unsigned int *nr_reachable)
{
	cleanup_free unsigned int *stack = calloc(g->nr, sizeof(*stack));
	cleanup_free size_t *pos = calloc(g->nr, sizeof(*pos));
	cleanup_free unsigned char *seen = calloc(g->nr, 1);
	unsigned int entry, depth = 0, out = g->nr, rest;
	int at = inq_function_insn_at(&g->fn->f, g->fn->f.sym.addr);

	if (!stack || !pos || !seen)
		return false;
	entry = at < 0 ? 0 : g->block[at];
	seen[entry] = 1;
	pos[entry] = start[entry];
	stack[depth++] = entry;
	while (depth) {
		unsigned int b = stack[depth - 1];

		if (pos[b] < start[b + 1]) {
			unsigned int to = g->edges.v[pos[b]++].to;

			if (!seen[to]) {
				seen[to] = 1;
				pos[to] = start[to];
				stack[depth++] = to;
			}
			continue;
		}
		order[--out] = b;
		depth--;
	}
	*nr_reachable = g->nr - out;
	memmove(order, order + out, *nr_reachable * sizeof(*order));
	rest = *nr_reachable;
	for (unsigned int b = 0; b < g->nr; b++)
		if (!seen[b])
			order[rest++] = b;
	return true;
}

/* An instruction that a compiler puts between functions or behind a jump. */
static bool is_padding(const struct inq_function *f, const struct inq_block *b)
{
	for (unsigned int i = b->first; i < b->first + b->n; i++)
		if (f->insns[i].op != INQ_OP_NOP && f->insns[i].op != INQ_OP_TRAP)
			return false;
	return true;
}

static bool fill_blocks(struct cfg *g, const size_t *start, const unsigned int *order,
			unsigned int nr_reachable)
{
	struct inq_function *f = &g->fn->f;
	struct inq_arena *arena = &g->fn->arena;
	cleanup_free unsigned int *rank = calloc(g->nr, sizeof(*rank));
	unsigned int *succ = inq_arena_calloc(arena, g->edges.n, sizeof(*succ));
	unsigned int *pred = inq_arena_calloc(arena, g->edges.n, sizeof(*pred));

	f->blocks = inq_arena_calloc(arena, g->nr, sizeof(*f->blocks));
	if (!rank || !f->blocks || (g->edges.n && (!succ || !pred)))
		return false;
	f->nr_blocks = g->nr;
	for (unsigned int i = 0; i < g->nr; i++)
		rank[order[i]] = i;
	for (unsigned int i = 0; i < g->nr; i++) {
		struct inq_block *b = &f->blocks[i];
		unsigned int old = order[i];

		b->first = g->first[old];
		b->n = g->first[old + 1] - b->first;
		b->reachable = i < nr_reachable;
		b->succ = succ;
		for (size_t e = start[old]; e < start[old + 1]; e++) {
			b->succ[b->nr_succ++] = rank[g->edges.v[e].to];
			f->blocks[rank[g->edges.v[e].to]].nr_pred++;
		}
		succ += b->nr_succ;
	}
	for (unsigned int i = 0; i < g->nr; i++) {
		f->blocks[i].pred = pred;
		pred += f->blocks[i].nr_pred;
		f->blocks[i].nr_pred = 0;
	}
	for (unsigned int i = 0; i < g->nr; i++)
		for (unsigned int s = 0; s < f->blocks[i].nr_succ; s++) {
			struct inq_block *to = &f->blocks[f->blocks[i].succ[s]];

			to->pred[to->nr_pred++] = i;
		}
	return true;
}

static void check_complete(struct cfg *g)
{
	struct inq_function *f = &g->fn->f;

	for (unsigned int i = 0; i < f->nr_blocks; i++) {
		const struct inq_block *b = &f->blocks[i];
		const struct inq_insn *last = &f->insns[b->first + b->n - 1];
		bool end = last + 1 == f->insns + f->nr_insns ||
			   last[1].addr != last->addr + last->len;

		/* An indirect jump that leaves nothing unexplained is a tail call. */
		if (!b->reachable && g->indirect && !is_padding(f, b))
			f->complete = false;
		if (b->reachable && end && falls_through(g->fn->code, last))
			f->complete = false;
	}
}

struct inq_error *inq_function_make_blocks(struct inq_code_func *fn)
{
	struct cfg g = {.fn = fn};
	unsigned int n = fn->f.nr_insns, reachable;
	cleanup_free unsigned char *leader = calloc(n, 1);
	cleanup_free unsigned int *block = calloc(n, sizeof(*block));
	cleanup_free unsigned int *first = calloc(n + 1, sizeof(*first));
	cleanup_free unsigned int *order = calloc(n, sizeof(*order));
	cleanup_free size_t *start = calloc(n + 2, sizeof(*start));
	struct inq_error *err = &inq_enomem;

	g.leader = leader;
	g.block = block;
	g.first = first;
	if (!leader || !block || !first || !order || !start || !find_edges(&g))
		goto out;
	number_blocks(&g);
	sort_edges(&g);
	for (size_t i = 0, b = 0; b <= g.nr; b++) {
		while (i < g.edges.n && g.edges.v[i].from < b)
			i++;
		start[b] = i;
	}
	if (!order_blocks(&g, start, order, &reachable) ||
	    !fill_blocks(&g, start, order, reachable))
		goto out;
	check_complete(&g);
	err = NULL;
out:
	inq_vec_deinit(&g.edges);
	return err;
}

unsigned int inq_function_block_of(const struct inq_function *f, unsigned int insn)
{
	for (unsigned int b = 0; b < f->nr_blocks; b++)
		if (insn - f->blocks[b].first < f->blocks[b].n)
			return b;
	return 0;
}

struct inq_error *inq_function_in_loop(const struct inq_function *f, unsigned int insn, bool *ret)
{
	unsigned int from;
	cleanup_free bool *seen = calloc(f->nr_blocks ? f->nr_blocks : 1, sizeof(*seen));
	cleanup_free unsigned int *todo = calloc(f->nr_blocks + 1, sizeof(*todo));
	unsigned int n = 0;

	if (!seen || !todo)
		return &inq_enomem;
	*ret = false;
	if (insn >= f->nr_insns)
		return NULL;
	from = inq_function_block_of(f, insn);
	todo[n++] = from;
	while (n) {
		const struct inq_block *b = &f->blocks[todo[--n]];

		for (unsigned int i = 0; i < b->nr_succ; i++) {
			if (b->succ[i] == from) {
				*ret = true;
				return NULL;
			}
			if (seen[b->succ[i]])
				continue;
			seen[b->succ[i]] = true;
			todo[n++] = b->succ[i];
		}
	}
	return NULL;
}
