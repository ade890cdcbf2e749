// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * takers: which code took what a lock's own field says that a sleeping task holds?
 *
 * The locks that code takes by name and by wrappers that speak of locks are known (holds.c).  The
 * kernel also takes some in functions that don't sound like it: __fdget_pos(), filename_create().
 * For the few owners of whose stacks nothing is known to have taken the lock every small function
 * that they called is looked into.  A lock whose address these don't tell is
 * the one in question when it may be by what it is: an object's, not a variable; waited for by code
 * of the same module; and the only one of that kind that the owner may hold.  What only some path
 * takes must also be taken by the very function in which others wait, or lie around a driver's
 * callback.
 */
#include <string.h>

#include "code/locks.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/spinlocks.h"
#include "kernel/symtab.h"

#include "util/strbuf.h"
#include "util/banned.h"

/* Owners that are looked at. */
enum { OWNERS_MAX = 8 };

static bool lacks_taker(const struct inq_case *c, const struct inq_hold *h)
{
	const struct inq_task *t = inq_case_task(c, h->holder.task);

	return h->how == INQ_HELD_FIELD && !h->function && t && !t->on_cpu &&
	       t->stack != INQ_NONE && t->run != INQ_RUN_DEAD;
}

/* Whether @h is held by its owner with a known taker at the same place. */
static bool is_taken(const struct inq_case *c, const struct inq_hold *owner, uint64_t site)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];

		if (h->holder.task == owner->holder.task && h->site == site)
			return true;
	}
	return false;
}

/* The frame that calls the lock's primitive, of a task that sleeps for @resource; NULL: no more. */
static const struct inq_frame *next_waiter(const struct inq_case *c, inq_id resource, size_t *i)
{
	while (*i < c->waits.n) {
		const struct inq_wait *w = &c->waits.v[(*i)++];
		const struct inq_task *t = inq_case_task(c, w->waiter.task);
		const struct inq_stack *s = t ? inq_case_stack(c, t->stack) : NULL;

		if (w->resource == resource && s && w->frame >= 0 && (size_t)w->frame + 1 < s->n)
			return &s->v[w->frame + 1];
	}
	return NULL;
}

/* The function that the call at @site is to; NULL: not known. */
static const char *called_at(struct inq_inspect *in, uint64_t site, struct inq_symbol *sym)
{
	const struct inq_function *f;
	struct inq_error *err = inq_code_function(in->code, site, &f);
	int insn = err ? -1 : inq_function_insn_at(f, site);
	uint64_t to = insn < 0 ? 0 : f->insns[insn].target;

	inq_error_destroy(err);
	return to && inq_symbol_by_addr(in->k, to, sym) && sym->addr == to ? sym->name : NULL;
}

/* Whether a module's code stands further in than frame @frame. */
static bool is_around_callback(const struct inq_stack *s, size_t frame)
{
	for (size_t i = 0; i < frame && i < s->n; i++) {
		if (s->v[i].module)
			return true;
	}
	return false;
}

/* Whether lock @l, whose address isn't known, may be the object's lock @owner is about. */
static bool may_be(struct inq_inspect *in, const struct inq_hold *owner,
		   const struct inq_held_lock *l)
{
	const struct inq_resource *r = inq_case_resource(in->c, owner->resource);
	const struct inq_task *t = inq_case_task(in->c, owner->holder.task);
	const struct inq_stack *s = inq_case_stack(in->c, t->stack);
	struct inq_symbol var, callee;
	const char *called = called_at(in, l->site, &callee);
	const struct inq_frame *f;
	bool same_module = false, same_function = false;
	size_t i = 0;

	if (r->module || inq_symbol_by_addr(in->k, r->addr, &var))
		return false;
	while ((f = next_waiter(in->c, owner->resource, &i))) {
		same_module |= inq_str_same(f->module, s->v[l->frame].module);
		same_function |= called && f->symbol && strcmp(called, f->symbol) == 0;
	}
	return same_module && (l->every_path || same_function || is_around_callback(s, l->frame));
}

/* The one of @held that is @owner's lock: by its address, else the only one that it may be. */
static const struct inq_held_lock *find_lock(struct inq_inspect *in, const struct inq_hold *owner,
					     const struct inq_held_locks *held)
{
	const struct inq_case *c = in->c;
	const struct inq_resource *r = inq_case_resource(c, owner->resource);
	const struct inq_held_lock *found = NULL;
	size_t n = 0;

	for (size_t i = 0; r && i < held->n; i++) {
		const struct inq_held_lock *l = &held->v[i];

		if (inq_lock_resource_kind(l->kind) != r->kind)
			continue;
		if (l->addr == r->addr)
			return l;
		if (!l->addr && !l->earlier_turn && !is_taken(c, owner, l->site) &&
		    may_be(in, owner, l)) {
			found = l;
			n++;
		}
	}
	return n == 1 ? found : NULL;
}

static void set_taker(struct inq_inspect *in, struct inq_hold *h, const struct inq_held_lock *l)
{
	const struct inq_task *t = inq_case_task(in->c, h->holder.task);
	const struct inq_frame *f = &inq_case_stack(in->c, t->stack)->v[l->frame];

	h->function = f->symbol;
	h->module = f->module;
	h->site = l->site;
	h->frame = (inq_id)l->frame;
	inq_ids_add(in->c, &h->evidence,
		    inq_fact_code(in, l->site,
				  "%s, which stands at %s, has come back from %s with a %s held",
				  f->symbol ? f->symbol : "?", inq_fact_symbol(in, f->ip),
				  inq_fact_symbol(in, l->site), inq_lock_kind_name(l->kind)));
}

static struct inq_error *look_at(struct inq_inspect *in, size_t hold)
{
	inq_id task = in->c->holds.v[hold].holder.task;
	inq_id stack = inq_case_task(in->c, task)->stack;
	struct inq_held_locks held = {0};
	struct inq_error *err = inq_locks_held(in->code, &in->ustacks.v[stack], 0, 0,
					       inq_case_stack(in->c, stack)->n, &held);

	for (size_t i = hold; !err && i < in->c->holds.n; i++) {
		struct inq_hold *h = &in->c->holds.v[i];
		const struct inq_held_lock *l;

		if (h->holder.task != task || !lacks_taker(in->c, h))
			continue;
		l = find_lock(in, h, &held);
		if (l)
			set_taker(in, h, l);
	}
	inq_held_locks_deinit(&held);
	return err;
}

static bool waits_for_own(const struct inq_case *c, const struct inq_hold *h)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].resource == h->resource &&
		    c->waits.v[i].waiter.task == h->holder.task)
			return true;
	}
	return false;
}

/* For how long the lock has been waited for, seconds; <0: unknown. */
static double longest_wait(const struct inq_case *c, inq_id lock)
{
	double s = -1;

	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].resource == lock && c->waits.v[i].since_s > s)
			s = c->waits.v[i].since_s;
	}
	return s;
}

/* Whether the owner is younger than the oldest wait for what it is said to hold. */
static bool is_too_young(struct inq_inspect *in, const struct inq_field *start,
			 const struct inq_hold *h)
{
	const double clocks_differ_s = 1; /* CLOCK_MONOTONIC and the log's */
	const struct inq_task *t = inq_case_task(in->c, h->holder.task);
	double waited = longest_wait(in->c, h->resource);
	uint64_t born;

	return t && t->addr && waited > 0 && in->now_ns &&
	       inq_field_try_u64(in->k, start, t->addr, &born) &&
	       inq_fact_seconds(born) > inq_fact_seconds(in->now_ns) - waited + clocks_differ_s;
}

/*
 * An owner that is in no code that took the lock, and waits for it itself or was born after others
 * began to, need not be who took it: when that one has died its task_struct is given to another
 * task.  Or it took it and left.  Nobody is inside either way.
 */
static void doubt_owners(struct inq_inspect *in)
{
	static const struct inq_field_def def = {"task_struct", "start_time", INQ_OPTIONAL};
	struct inq_case *c = in->c;
	struct inq_field start;
	struct inq_error *err = inq_fields_resolve(in->k, &def, &start, 1);

	inq_error_destroy(err); /* optional: NOMEM, which will show again */
	if (err)
		return;

	for (size_t i = c->holds.n; i-- > 0;) {
		const struct inq_hold *h = &c->holds.v[i];
		struct inq_resource *r = inq_case_resource(c, h->resource);

		if (!r || !inq_resource_is_sleeping_lock(r->kind) || h->shared ||
		    !((lacks_taker(c, h) && waits_for_own(c, h)) ||
		      (h->how == INQ_HELD_FIELD && !h->function && is_too_young(in, &start, h))))
			continue;
		r->owner_stale = true;
		memmove(&c->holds.v[i], &c->holds.v[i + 1],
			(c->holds.n - i - 1) * sizeof(c->holds.v[0]));
		c->holds.n--;
	}
}

struct inq_error *inq_inspect_takers(struct inq_inspect *in)
{
	struct inq_error *err = NULL;
	size_t n = 0;

	inq_locks_look_deep(in->code, true);
	for (size_t i = 0; !err && i < in->c->holds.n && n < OWNERS_MAX; i++) {
		if (!lacks_taker(in->c, &in->c->holds.v[i]))
			continue;
		err = look_at(in, i);
		n++;
	}
	inq_locks_look_deep(in->code, false);
	if (!err && n < OWNERS_MAX)
		doubt_owners(in);
	return err;
}
