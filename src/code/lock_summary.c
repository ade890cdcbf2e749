// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a function as a whole does to its caller's locks: the sets at all of its exits united, also
 * apart by what it returns there.  "Returns NULL with nothing held, or the object with its lock
 * held" then is no "held on some path" for a caller that has looked.
 */
#include "code/lock_flow.h"

#include "util/banned.h"

enum {
	MAX_LENGTH = 6, /* blocks that one way out is followed back over */
	MAX_WAYS = 64,
};

/* The ways out of a function, sets united. */
struct exits {
	struct inq_lock_flow *x;
	/* whatever is returned, zero, something else, an error number */
	struct inq_lock_set all, zero, nonzero, error;
	bool any, any_zero, any_nonzero, any_error;
	unsigned int path[MAX_LENGTH]; /* blocks of the way that is looked at, the exit first */
	unsigned int n;
	unsigned int ways;
	struct inq_lock_set scratch;
};

static const struct inq_insn *last_insn(const struct inq_function *f, unsigned int b)
{
	return &f->insns[f->blocks[b].first + f->blocks[b].n - 1];
}

/* Whether a block ends the function: by a return or a tail call. */
static bool leaves(const struct inq_function *f, unsigned int b)
{
	const struct inq_insn *last = last_insn(f, b);

	return last->op == INQ_OP_RET ||
	       ((last->op == INQ_OP_JMP || last->op == INQ_OP_JCC) &&
		(!last->target || inq_function_insn_at(f, last->target) < 0));
}

/* Tries whose result is what is returned: they were made by the call at @site. */
static void settle_tries(struct inq_lock_set *set, uint64_t site, bool nonzero)
{
	for (size_t i = 0; i < set->n; i++) {
		struct inq_lock_elt *e = &set->v[i];

		if (site && e->try_site == site)
			e->mask = nonzero ? e->if_nonzero : e->if_zero;
	}
}

static void unite_some(struct exits *e, struct inq_lock_set *to, bool *any,
		       const struct inq_lock_set *set, uint64_t site, bool nonzero)
{
	if (!inq_lockset_copy(&e->scratch, set)) {
		e->x->failed = true;
		return;
	}
	settle_tries(&e->scratch, site, nonzero);
	inq_lock_flow_unite(e->x, to, &e->scratch, !*any);
	*any = true;
}

/* -MAX_ERRNO to -1, as an int or a long. */
static bool is_error(const struct inq_value *v)
{
	int64_t c = v->kind == INQ_VAL_CONST ? v->c : 0;

	if (c == (int64_t)(uint32_t)c)
		c = (int32_t)c;
	return c < 0 && c >= -4095;
}

/* It is left with @set, returning @v (NULL: what the tail call at @site returns). */
static void leave(struct exits *e, const struct inq_lock_set *set, const struct inq_value *v,
		  uint64_t site)
{
	bool is_const = v && v->kind == INQ_VAL_CONST;

	inq_lock_flow_unite(e->x, &e->all, set, !e->any);
	e->any = true;
	if (v)
		site = v->kind == INQ_VAL_CALL ? v->site : 0;
	if (!is_const || !v->c)
		unite_some(e, &e->zero, &e->any_zero, set, site, false);
	if (!is_const || v->c)
		unite_some(e, &e->nonzero, &e->any_nonzero, set, site, true);
	if (v && is_error(v))
		unite_some(e, &e->error, &e->any_error, set, site, true);
}

/* What is returned on the path, whose innermost block begins with @s; NULL: what a tail call does.
 */
static const struct inq_value *returned(struct exits *e, struct inq_state *s)
{
	const struct inq_function *f = e->x->f;

	for (unsigned int i = e->n; i-- > 0;) {
		const struct inq_block *blk = &f->blocks[e->path[i]];

		for (unsigned int k = blk->first; k < blk->first + blk->n; k++)
			inq_state_step(s, &f->insns[k]);
	}
	e->x->failed |= s->failed;
	return last_insn(f, e->path[0])->op == INQ_OP_RET
		       ? inq_state_reg(s, e->x->fn->code->arch->ret_reg)
		       : NULL;
}

/* Let @set, as it is before the path's innermost block, go to the exit.  False: no way is that. */
static bool go_out(struct exits *e, struct inq_lock_set *set)
{
	struct inq_lock_flow *x = e->x;

	for (unsigned int i = e->n; i-- > 0;) {
		unsigned int b = e->path[i], to = i ? e->path[i - 1] : 0;

		inq_lock_flow_events(x, b, UINT32_MAX, set);
		if (!i)
			break;
		if (x->f->blocks[b].nr_succ > 1 && !inq_lock_flow_decide(&x->branches[b], to, set))
			return false;
		if (to <= b && !inq_lockset_go_round(x->vals, b, to, set))
			x->failed = true;
	}
	return true;
}

/* Whether @v, which is returned, depends on how block @b was come to, and that can be followed. */
static bool is_mixed(const struct exits *e, unsigned int b, const struct inq_value *v)
{
	const struct inq_block *blk = &e->x->f->blocks[b];

	if (!v || v->kind != INQ_VAL_PHI || v->c != (int64_t)b || e->n == MAX_LENGTH ||
	    e->ways + blk->nr_pred > MAX_WAYS)
		return false;
	for (unsigned int i = 0; i < blk->nr_pred; i++)
		for (unsigned int k = 0; k < e->n; k++)
			if (blk->pred[i] == e->path[k])
				return false;
	return true;
}

/* All ways to the exit that come through block @b, which is the innermost of the path. */
static void ways_through(struct exits *e, unsigned int b)
{
	struct inq_lock_flow *x = e->x;
	const struct inq_block *blk = &x->f->blocks[b];
	struct inq_lock_set set = {0};
	struct inq_state s = {0};
	const struct inq_value *v = NULL;

	e->ways++;
	if (inq_values_block_state(x->vals, b, &s))
		v = returned(e, &s);
	else
		x->failed = true;
	inq_state_deinit(&s);
	if (!x->failed && is_mixed(e, b, v)) {
		for (unsigned int i = 0; i < blk->nr_pred && !x->failed; i++) {
			if (!x->seen[blk->pred[i]])
				continue;
			e->path[e->n++] = blk->pred[i];
			ways_through(e, blk->pred[i]);
			e->n--;
		}
		return;
	}
	x->failed |= !inq_lockset_copy(&set, &x->in[b]);
	if (!x->failed && go_out(e, &set))
		leave(e, &set, v, last_insn(x->f, e->path[0])->addr);
	inq_vec_deinit(&set);
}

static void find_exits(struct exits *e)
{
	for (unsigned int b = 0; b < e->x->f->nr_blocks && !e->x->failed; b++) {
		if (!e->x->seen[b] || !leaves(e->x->f, b))
			continue;
		e->path[0] = b;
		e->n = 1;
		ways_through(e, b);
	}
}

static unsigned char mask_in(struct inq_lock_set *set, const struct inq_value *expr)
{
	const struct inq_lock_elt *e = inq_lockset_find(set, expr);

	return e ? e->mask : INQ_LS_UNTOUCHED;
}

static struct inq_error *sum_up(struct inq_code_func *fn, struct exits *e,
				struct inq_lock_summary *ret)
{
	ret->v = inq_arena_calloc(&fn->arena, e->all.n + 1, sizeof(*ret->v));
	if (!ret->v || e->x->failed)
		return &inq_enomem;
	for (size_t i = 0; i < e->all.n; i++) {
		struct inq_lock_elt *sum = &ret->v[ret->n];

		*sum = e->all.v[i];
		sum->try_site = 0;
		sum->if_zero = sum->if_nonzero = 0;
		sum->if_error = e->any_error ? mask_in(&e->error, sum->expr) : 0;
		if (sum->mask == INQ_LS_UNTOUCHED)
			continue;
		ret->n++;
		if (!e->any_zero || !e->any_nonzero)
			continue;
		sum->if_zero = mask_in(&e->zero, sum->expr);
		sum->if_nonzero = mask_in(&e->nonzero, sum->expr);
		if (sum->if_zero == sum->if_nonzero)
			sum->if_zero = sum->if_nonzero = 0;
	}
	return NULL;
}

static struct inq_error *make_summary(struct inq_code_func *fn, unsigned int depth,
				      struct inq_lock_summary *ret)
{
	struct inq_lock_flow x = {.fn = fn, .f = &fn->f};
	struct exits e = {.x = &x};
	struct inq_error *err = inq_lock_flow_run(&x, depth);

	if (!err && x.events.n) {
		find_exits(&e);
		err = sum_up(fn, &e, ret);
	}
	inq_vec_deinit(&e.all);
	inq_vec_deinit(&e.zero);
	inq_vec_deinit(&e.nonzero);
	inq_vec_deinit(&e.error);
	inq_vec_deinit(&e.scratch);
	inq_lock_flow_deinit(&x);
	return err;
}

struct inq_error *inq_lock_summary_get(struct inq_code_func *fn, unsigned int depth,
				       const struct inq_lock_summary **ret)
{
	static const struct inq_lock_summary nothing;
	struct inq_lock_summary *sum;
	struct inq_error *err;

	inq_lockset_refresh(fn);
	*ret = fn->summary ? fn->summary : &nothing;
	if (fn->summary || fn->summary_busy)
		return NULL;
	sum = inq_arena_new(&fn->arena, struct inq_lock_summary);
	if (!sum)
		return &inq_enomem;
	fn->summary_busy = true;
	err = make_summary(fn, depth, sum);
	fn->summary_busy = false;
	if (err)
		return err;
	*ret = fn->summary = sum;
	return NULL;
}

static struct inq_error *add_left(const struct inq_lock_elt *e, struct inq_left_locks *ret)
{
	bool held_if_zero = e->if_zero == INQ_LS_HELD, held_if_not = e->if_nonzero == INQ_LS_HELD;
	struct inq_left_lock *l = inq_vec_push(ret);

	if (!l)
		return &inq_enomem;
	*l = (struct inq_left_lock){
		.kind = e->kind,
		.expr = e->expr,
		.held = e->mask & INQ_LS_HELD,
		.given_up = e->mask & INQ_LS_RELEASED,
		.always = !(e->mask & INQ_LS_UNTOUCHED),
		.told = !(e->if_error & INQ_LS_HELD) && (held_if_zero != held_if_not) &&
			((e->if_zero | e->if_nonzero) == (INQ_LS_HELD | INQ_LS_UNTOUCHED)),
		.site = e->site};
	return NULL;
}

struct inq_error *inq_locks_left(struct inq_code *c, uint64_t addr, struct inq_left_locks *ret)
{
	const struct inq_lock_summary *sum;
	struct inq_code_func *fn;
	struct inq_error *err = inq_code_func(c, addr, &fn);

	if (!err)
		err = inq_lock_summary_get(fn, 0, &sum);
	for (size_t i = 0; !err && fn->f.complete && i < sum->n; i++)
		err = add_left(&sum->v[i], ret);
	return err;
}
