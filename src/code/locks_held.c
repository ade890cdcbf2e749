// SPDX-License-Identifier: GPL-2.0-or-later
/* The locks that the frames of a stack hold. */
#include "code/eval.h"
#include "code/lockset.h"

#include "util/banned.h"

/* A lock of an outer frame that an inner one has given up. */
struct given_up {
	uint64_t addr;
	enum inq_lock_kind kind;
	bool every_path;
	bool downgraded; /* not given up, but made a reader's */
};

struct holding {
	struct inq_eval e;
	struct inq_held_locks *ret;
	inq_vec(struct given_up) given_up;
	bool asleep; /* the task has been switched out */
};

void inq_held_locks_deinit(struct inq_held_locks *locks)
{
	inq_vec_deinit(locks);
}

static const struct inq_callee *callee_of(struct inq_code *c, const struct inq_insn *insn)
{
	if (insn->op != INQ_OP_CALL || !insn->target)
		return NULL;
	return inq_code_callee(c, insn->target);
}

/* Locks are handed over in the context switch: the next task releases what was taken there. */
static bool is_switched_out(struct inq_code *c, const struct inq_frame_ctx *ctx,
			    const struct inq_uframe *fr)
{
	const struct inq_function *f = &ctx->fn->f;
	int insn = inq_function_insn_before(f, fr->ip);
	const struct inq_callee *callee = insn < 0 ? NULL : callee_of(c, &f->insns[insn]);

	return callee && callee->role == INQ_CALLEE_SWITCH;
}

/* A call that is under way: what it releases may be free already. */
static bool apply_call_under_way(struct holding *h, const struct inq_frame_ctx *ctx,
				 struct inq_lock_set *set)
{
	struct inq_code *c = h->e.c;
	const struct inq_insn *insn = &ctx->fn->f.insns[ctx->insn];
	const struct inq_callee *callee = callee_of(c, insn);
	struct inq_frame_ctx *inner = ctx->frame ? inq_eval_frame(&h->e, ctx->frame - 1) : NULL;
	struct inq_lock_events events = {0};
	struct inq_error *err;
	bool ok = true;

	if (!callee)
		return true;
	/* Its own frame knows better what it has released by now. */
	if (!callee->lock && inner && inner->fn->f.sym.addr == callee->start)
		return true;
	err = inq_lock_events_find(ctx->fn, 0, &events);
	for (size_t i = 0; !err && ok && i < events.n; i++) {
		struct inq_lock_event ev = events.v[i];

		if (ev.insn != ctx->insn)
			continue;
		if (ev.what == INQ_LE_SUMMARY && ev.mask & INQ_LS_RELEASED)
			ev = (struct inq_lock_event){.insn = ev.insn,
						     .what = ev.what,
						     .kind = ev.kind,
						     .mask = ev.mask | INQ_LS_UNTOUCHED,
						     .expr = ev.expr};
		else if (ev.what != INQ_LE_RELEASE)
			continue;
		ok = inq_lockset_apply(c->arch, set, &ev, insn->addr);
	}
	inq_vec_deinit(&events);
	inq_error_destroy(err);
	return ok && !err;
}

static bool note_given_up(struct holding *h, const struct inq_frame_ctx *ctx,
			  const struct inq_lock_elt *elt)
{
	struct given_up *g;
	uint64_t addr;

	if ((!(elt->mask & INQ_LS_RELEASED) && !elt->downgraded) ||
	    !inq_eval_value(&h->e, ctx, elt->expr, &addr, NULL))
		return true;
	g = inq_vec_push(&h->given_up);
	if (g)
		*g = (struct given_up){.addr = addr,
				       .kind = elt->kind,
				       .every_path = elt->mask == INQ_LS_RELEASED,
				       .downgraded = !(elt->mask & INQ_LS_RELEASED)};
	return g;
}

static bool is_spinning(enum inq_lock_kind kind)
{
	return kind == INQ_LOCK_SPINLOCK || kind == INQ_LOCK_RWLOCK_READ ||
	       kind == INQ_LOCK_RWLOCK_WRITE || kind == INQ_LOCK_BIT_SPINLOCK ||
	       kind == INQ_LOCK_SEQCOUNT || kind == INQ_LOCK_WORD;
}

/* Semaphores and rt_mutexes begin with a spinlock of their own, which comes and goes. */
static bool may_be_same(enum inq_lock_kind a, enum inq_lock_kind b)
{
	return (a == INQ_LOCK_SPINLOCK) == (b == INQ_LOCK_SPINLOCK);
}

static bool was_given_up(const struct holding *h, struct inq_held_lock *lock)
{
	for (size_t i = 0; i < h->given_up.n; i++) {
		const struct given_up *g = &h->given_up.v[i];

		if (g->addr != lock->addr || !may_be_same(g->kind, lock->kind))
			continue;
		if (g->downgraded && lock->kind == INQ_LOCK_RWSEM_WRITE)
			lock->kind = INQ_LOCK_RWSEM_READ;
		if (g->downgraded)
			continue;
		if (g->every_path)
			return true;
		lock->every_path = false;
	}
	return false;
}

/* The same lock under another name, by the same frame; NULL: none. */
static struct inq_held_lock *same_lock(const struct holding *h, const struct inq_held_lock *lock)
{
	for (size_t i = 0; lock->addr && i < h->ret->n; i++) {
		struct inq_held_lock *l = &h->ret->v[i];

		if (l->frame == lock->frame && l->addr == lock->addr && l->kind == lock->kind)
			return l;
	}
	return NULL;
}

static bool add_held(struct holding *h, const struct inq_frame_ctx *ctx,
		     const struct inq_lock_elt *elt)
{
	struct inq_held_lock lock = {.kind = elt->kind,
				     .expr = elt->expr,
				     .every_path = elt->mask == INQ_LS_HELD,
				     .site = elt->site,
				     .frame = ctx->frame};
	struct inq_held_lock *to;

	/* Who sleeps came by a way on which it spins on nobody's account, if there is one. */
	if (h->asleep && !lock.every_path && is_spinning(elt->kind))
		return true;
	if (!inq_eval_value(&h->e, ctx, elt->expr, &lock.addr, &lock.addr_how))
		lock.addr = 0;
	if (lock.addr && was_given_up(h, &lock))
		return true;
	to = same_lock(h, &lock);
	if (to) {
		to->every_path &= lock.every_path;
		return true;
	}
	to = inq_vec_push(h->ret);
	if (to)
		*to = lock;
	return to;
}

/* What an earlier turn of a loop may have left held: not known which lock, but which it isn't. */
static bool add_lost(struct holding *h, const struct inq_frame_ctx *ctx,
		     const struct inq_lock_set *set)
{
	struct inq_held_lock *to;
	uint64_t now = 0;

	if (!set->lost || (h->asleep && is_spinning(set->lost_kind)))
		return true;
	if (set->lost_moves && !inq_eval_value(&h->e, ctx, set->lost, &now, NULL))
		now = 0;
	to = inq_vec_push(h->ret);
	if (to)
		*to = (struct inq_held_lock){.kind = set->lost_kind,
					     .expr = set->lost,
					     .site = set->lost_site,
					     .frame = ctx->frame,
					     .earlier_turn = true,
					     .not_addr = now};
	return to;
}

static struct inq_error *add_frame(struct holding *h, size_t frame)
{
	struct inq_frame_ctx *ctx = inq_eval_frame(&h->e, frame);
	const struct inq_uframe *fr = &h->e.s->v[frame];
	const struct inq_lock_set *known;
	struct inq_lock_set set = {0};
	struct inq_error *err;
	bool ok = true;

	if (!ctx)
		return NULL;
	if (is_switched_out(h->e.c, ctx, fr)) {
		h->asleep = true;
		return NULL;
	}
	err = inq_lockset_at(ctx->fn, ctx->insn, &known);
	if (err || ctx->fn->lockless)
		return err;
	for (size_t i = 0; i < known->n; i++) {
		struct inq_lock_elt *e = inq_vec_push(&set);

		ok &= e != NULL;
		if (e)
			*e = known->v[i];
	}
	if (ok && !fr->exact_ip)
		ok = apply_call_under_way(h, ctx, &set);
	for (size_t i = 0; ok && !err && i < set.n; i++)
		if (set.v[i].mask & INQ_LS_HELD)
			ok = add_held(h, ctx, &set.v[i]);
	ok = ok && !err && add_lost(h, ctx, known);
	for (size_t i = 0; ok && !err && i < set.n; i++)
		ok = note_given_up(h, ctx, &set.v[i]);
	inq_vec_deinit(&set);
	return ok ? err : &inq_enomem;
}

struct inq_error *inq_locks_held(struct inq_code *c, const struct inq_ustack *s, unsigned int cpu,
				 size_t from, size_t to, struct inq_held_locks *ret)
{
	struct holding h = {.ret = ret};
	struct inq_error *err = NULL;

	if (!inq_eval_init(&h.e, c, s, cpu))
		return &inq_enomem;
	for (size_t i = from; i < to && i < s->n && !err; i++)
		err = add_frame(&h, i);
	if (!err && (h.e.no_memory || h.e.arena.failed))
		err = &inq_enomem;
	inq_vec_deinit(&h.given_up);
	inq_eval_deinit(&h.e);
	return err;
}
