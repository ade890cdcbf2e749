// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lock sets by forward data flow.  For each lock, the set of ways in which it may stand
 * compared with the function's entry; ways that meet are united, so "held on every path" is
 * the set {HELD}.
 */
#include "code/lock_flow.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum { MAX_ROUNDS = 64 };

/* Of locks that are lost in loops one is remembered. */
static void unite_lost(struct inq_lock_flow *x, struct inq_lock_set *to,
		       const struct inq_lock_set *from)
{
	bool moves = from->lost_moves && (!to->lost || (to->lost_moves && to->lost == from->lost));

	if (!from->lost || (to->lost && to->lost_moves == moves))
		return;
	if (!to->lost) {
		to->lost = from->lost;
		to->lost_kind = from->lost_kind;
		to->lost_site = from->lost_site;
	}
	to->lost_moves = moves;
	x->changed = true;
}

/* Unite @from into @to. */
void inq_lock_flow_unite(struct inq_lock_flow *x, struct inq_lock_set *to,
			 const struct inq_lock_set *from, bool first)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct inq_lock_elt *s = &from->v[i];
		size_t n = to->n;
		struct inq_lock_elt *d = inq_lockset_get(to, s->expr, s->kind);
		unsigned char mask;

		if (!d) {
			x->failed |= to->n < INQ_LOCKSET_MAX;
			continue;
		}
		if (to->n > n && first) {
			*d = *s;
			x->changed = true;
			continue;
		}
		mask = d->mask | s->mask;
		if (d->try_site != s->try_site || d->if_zero != s->if_zero ||
		    d->if_nonzero != s->if_nonzero)
			d->try_site = 0;
		if (s->site && (!d->site || s->site < d->site) && s->mask != INQ_LS_UNTOUCHED)
			d->site = s->site;
		x->changed |= mask != d->mask || d->downgraded < s->downgraded;
		d->mask = mask;
		d->downgraded |= s->downgraded;
	}
	unite_lost(x, to, from);
	/* What the other way knows nothing of is untouched there. */
	for (size_t i = 0; !first && i < to->n; i++) {
		struct inq_lock_set other = *from;

		if (inq_lockset_find(&other, to->v[i].expr) || to->v[i].mask & INQ_LS_UNTOUCHED)
			continue;
		to->v[i].mask |= INQ_LS_UNTOUCHED;
		to->v[i].try_site = 0;
		x->changed = true;
	}
}

/* A lock in an object at NULL hasn't been taken. */
static bool is_part_of(const struct inq_value *expr, const struct inq_value *v)
{
	int64_t c;

	return expr == v || (inq_lock_split(expr, &c) == v && c >= 0 && c < 4096);
}

/* What the branch tells about tries and locks, on the way to block @to.  False: no way is that. */
bool inq_lock_flow_decide(const struct inq_lock_branch *br, unsigned int to,
			  struct inq_lock_set *set)
{
	bool nonzero = to == br->nonzero;

	for (size_t i = 0; br->v && i < set->n; i++) {
		struct inq_lock_elt *e = &set->v[i];

		if (br->v->kind == INQ_VAL_CALL && e->try_site == br->v->site) {
			/* the result may be looked at again, where the ways have met */
			e->mask = nonzero ? e->if_nonzero : e->if_zero;
		} else if (!nonzero && is_part_of(e->expr, br->v)) {
			e->mask &= ~INQ_LS_HELD;
			if (!e->mask)
				return false;
		}
	}
	return true;
}

bool inq_lockset_copy(struct inq_lock_set *dst, const struct inq_lock_set *src)
{
	dst->n = 0;
	for (size_t i = 0; i < src->n; i++) {
		struct inq_lock_elt *e = inq_vec_push(dst);

		if (!e)
			return false;
		*e = src->v[i];
	}
	dst->lost = src->lost;
	dst->lost_kind = src->lost_kind;
	dst->lost_site = src->lost_site;
	dst->lost_moves = src->lost_moves;
	return true;
}

/* Events of block @b before instruction @end. */
void inq_lock_flow_events(struct inq_lock_flow *x, unsigned int b, unsigned int end,
			  struct inq_lock_set *set)
{
	for (size_t i = x->first[b]; i < x->first[b + 1]; i++) {
		const struct inq_lock_event *ev = &x->events.v[i];

		if (ev->insn < end &&
		    !inq_lockset_apply(x->fn->code->arch, set, ev, x->f->insns[ev->insn].addr))
			x->failed = true;
	}
}

static void flow_block(struct inq_lock_flow *x, unsigned int b, struct inq_lock_set *scratch)
{
	const struct inq_block *blk = &x->f->blocks[b];

	for (unsigned int s = 0; s < blk->nr_succ; s++) {
		unsigned int to = blk->succ[s];

		scratch->n = 0;
		if (!inq_lockset_copy(scratch, &x->in[b])) {
			x->failed = true;
			return;
		}
		inq_lock_flow_events(x, b, UINT32_MAX, scratch);
		if (blk->nr_succ > 1 && !inq_lock_flow_decide(&x->branches[b], to, scratch))
			continue;
		/* blocks are in reverse post order: a way back closes a loop */
		if (to <= b && !inq_lockset_go_round(x->vals, b, to, scratch)) {
			x->failed = true;
			return;
		}
		x->changed |= !x->seen[to];
		inq_lock_flow_unite(x, &x->in[to], scratch, !x->seen[to]);
		x->seen[to] = true;
	}
}

static bool sets_flags(const struct inq_insn *insn)
{
	switch (insn->op) {
	case INQ_OP_NOP:
	case INQ_OP_MOV:
	case INQ_OP_MOVSX:
	case INQ_OP_LEA:
	case INQ_OP_PUSH:
	case INQ_OP_POP:
	case INQ_OP_JCC:
		return false;
	default:
		return true;
	}
}

/* The register that @insn compares with zero; NULL: it does something else. */
static const struct inq_operand *tested_reg(const struct inq_insn *insn)
{
	const struct inq_operand *a = &insn->operands[0], *b = &insn->operands[1];

	if (insn->nr_operands != 2 || a->kind != INQ_OPERAND_REG)
		return NULL;
	if (insn->op == INQ_OP_TEST && b->kind == INQ_OPERAND_REG && b->reg == a->reg)
		return a;
	if (insn->op == INQ_OP_CMP && b->kind == INQ_OPERAND_IMM && !b->imm)
		return a;
	return NULL;
}

/* What is compared with zero, as the value of the branch; false: nothing is. */
static bool find_question(struct inq_lock_flow *x, struct inq_state *st,
			  const struct inq_insn *test, const struct inq_insn *jcc,
			  struct inq_lock_branch *br, bool *ret_zero)
{
	const struct inq_operand *op = tested_reg(test);

	if (inq_lock_word_branch(st, x->f, test, jcc, &br->v, ret_zero))
		return true;
	*ret_zero = jcc->cond == INQ_COND_EQ;
	if (!op || (jcc->cond != INQ_COND_EQ && jcc->cond != INQ_COND_NE))
		return false;
	br->v = inq_state_operand(st, test, op);
	/* Of a result only the low part may have been looked at. */
	if (br->v->kind == INQ_VAL_BINOP && br->v->op == INQ_OP_AND && !br->v->b &&
	    br->v->a->kind == INQ_VAL_CALL && (br->v->c & 0xff) == 0xff)
		br->v = br->v->a;
	return true;
}

static void find_branch(struct inq_lock_flow *x, struct inq_values *vals, unsigned int b,
			struct inq_state *st)
{
	const struct inq_block *blk = &x->f->blocks[b];
	unsigned int test = blk->first + blk->n - 1;
	const struct inq_insn *jcc = &x->f->insns[test];
	struct inq_lock_branch br = {0};
	bool zero;

	if (jcc->op != INQ_OP_JCC || blk->nr_succ != 2 || jcc->cond == INQ_COND_OTHER)
		return;
	while (test > blk->first && !sets_flags(&x->f->insns[test]))
		test--;
	if (!tested_reg(&x->f->insns[test]) && !inq_lock_word_like(x->fn->code, &x->f->insns[test]))
		return;
	if (!inq_values_block_state(vals, b, st)) {
		x->failed = true;
		return;
	}
	for (unsigned int i = blk->first; i < test; i++)
		inq_state_step(st, &x->f->insns[i]);
	if (!find_question(x, st, &x->f->insns[test], jcc, &br, &zero))
		return;
	for (unsigned int s = 0; s < 2; s++) {
		bool taken = x->f->insns[x->f->blocks[blk->succ[s]].first].addr == jcc->target;

		if (taken != zero)
			br.nonzero = blk->succ[s];
	}
	x->branches[b] = br;
}

static struct inq_error *flow_init(struct inq_lock_flow *x, unsigned int depth)
{
	unsigned int n = x->f->nr_blocks;
	struct inq_state st = {0};
	struct inq_values *vals;
	struct inq_error *err;
	size_t at = 0;

	err = inq_lock_events_find(x->fn, depth, &x->events);
	if (err || !x->events.n)
		return err;
	err = inq_values_get(x->fn, &vals);
	if (err)
		return err;
	x->vals = vals;
	x->first = calloc(n + 1, sizeof(*x->first));
	x->in = calloc(n, sizeof(*x->in));
	x->seen = calloc(n, sizeof(*x->seen));
	x->branches = calloc(n, sizeof(*x->branches));
	if (!x->first || !x->in || !x->seen || !x->branches)
		return &inq_enomem;
	for (unsigned int b = 0; b < n; b++) {
		const struct inq_block *blk = &x->f->blocks[b];

		x->first[b] = at;
		while (at < x->events.n && x->events.v[at].insn - blk->first < blk->n)
			at++;
		if (blk->reachable)
			find_branch(x, vals, b, &st);
	}
	x->first[n] = at;
	inq_state_deinit(&st);
	return x->failed ? &inq_enomem : NULL;
}

/* Let the sets flow until they stand. */
struct inq_error *inq_lock_flow_run(struct inq_lock_flow *x, unsigned int depth)
{
	struct inq_lock_set scratch = {0};
	struct inq_error *err = flow_init(x, depth);

	if (err || !x->events.n)
		return err;
	x->seen[0] = true;
	x->changed = true;
	for (unsigned int round = 0; x->changed && round < MAX_ROUNDS && !x->failed; round++) {
		x->changed = false;
		for (unsigned int b = 0; b < x->f->nr_blocks; b++)
			if (x->seen[b])
				flow_block(x, b, &scratch);
	}
	inq_vec_deinit(&scratch);
	return x->failed ? &inq_enomem : NULL;
}

void inq_lock_flow_deinit(struct inq_lock_flow *x)
{
	for (unsigned int b = 0; x->in && b < x->f->nr_blocks; b++)
		inq_vec_deinit(&x->in[b]);
	inq_vec_deinit(&x->events);
	free(x->first);
	free(x->in);
	free(x->seen);
	free(x->branches);
}

/* A copy of @set that lives as long as @fn, found again by @insn. */
static const struct inq_lock_set *keep_set(struct inq_code_func *fn, unsigned int insn,
					   const struct inq_lock_set *set)
{
	struct inq_lock_set *kept = inq_arena_new(&fn->arena, struct inq_lock_set);

	if (!kept)
		return NULL;
	kept->v = inq_arena_calloc(&fn->arena, set->n + 1, sizeof(*kept->v));
	if (!kept->v)
		return NULL;
	if (set->n)
		memcpy(kept->v, set->v, set->n * sizeof(*kept->v));
	kept->n = kept->max = set->n;
	kept->lost = set->lost;
	kept->lost_kind = set->lost_kind;
	kept->lost_site = set->lost_site;
	kept->lost_moves = set->lost_moves;
	if (!inq_hashmap_put(&fn->lock_sets, insn, (uintptr_t)kept))
		return NULL;
	return kept;
}

void inq_lockset_refresh(struct inq_code_func *fn)
{
	if ((fn->looked_deep == fn->code->deep && fn->looked_for == fn->code->nr_watches) ||
	    fn->summary_busy)
		return;
	fn->looked_deep = fn->code->deep;
	fn->looked_for = fn->code->nr_watches;
	fn->lockless = false;
	fn->summary = NULL;
	inq_hashmap_deinit(&fn->lock_sets);
	fn->lock_sets = INQ_HASHMAP_INIT;
}

void inq_locks_look_deep(struct inq_code *c, bool deep)
{
	c->deep = deep;
}

struct inq_error *inq_lockset_at(struct inq_code_func *fn, unsigned int insn,
				 const struct inq_lock_set **ret)
{
	static const struct inq_lock_set nothing;
	struct inq_lock_flow x = {.fn = fn, .f = &fn->f};
	struct inq_lock_set set = {0};
	struct inq_error *err;
	unsigned int b;
	uint64_t known;

	*ret = &nothing;
	inq_lockset_refresh(fn);
	if (fn->lockless)
		return NULL;
	if (inq_hashmap_get(&fn->lock_sets, insn, &known)) {
		*ret = (const struct inq_lock_set *)(uintptr_t)known;
		return NULL;
	}
	err = inq_lock_flow_run(&x, 0);
	b = inq_function_block_of(&fn->f, insn);
	fn->lockless = !err && !x.events.n;
	if (!err && x.events.n && x.seen[b] && !inq_lockset_copy(&set, &x.in[b]))
		err = &inq_enomem;
	if (!err && !fn->lockless) {
		inq_lock_flow_events(&x, b, insn, &set);
		*ret = keep_set(fn, insn, &set);
		if (!*ret)
			err = &inq_enomem;
	}
	inq_vec_deinit(&set);
	inq_lock_flow_deinit(&x);
	return err;
}
