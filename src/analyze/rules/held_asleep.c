// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "analyze/duration.h"
#include "util/banned.h"

/*
 * held-asleep: the holder of a sleeping lock, or of a reference that is waited for, is alive and
 * sleeps itself (a timer, its own I/O, user space), inside the code that took the lock.  A holder
 * known by the lock's field alone, with nothing on its stack that took it, is lock-leak's business.
 * One that waits for an event is a matter of that event, when anything is known of it (lost-wakeup,
 * ...): a rule of its own, behind the others, speaks when none of them has.
 */
enum { TASK_FROZEN = 0x8000 }; /* of task_struct.__state, since 6.1 (f5d39b020809) */

/* What the task itself sleeps for. */
static const struct inq_wait *own_wait(const struct inq_case *c, inq_id task)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].waiter.kind == INQ_ACTOR_TASK &&
		    c->waits.v[i].waiter.task == task)
			return &c->waits.v[i];
	}
	return NULL;
}

static const char *sleeps_for(struct inq_analysis *a, const struct inq_task *t,
			      const struct inq_wait *w)
{
	const struct inq_resource *r = w ? inq_case_resource(a->c, w->resource) : NULL;

	if (t->run == INQ_RUN_STOPPED)
		return t->state & TASK_FROZEN ? "is frozen" : "is stopped";
	if (!r)
		return "sleeps";
	if (r->kind == INQ_RES_TIMER)
		return "sleeps for a timer";
	if (r->kind == INQ_RES_USER)
		return "waits for user space";
	if (r->kind == INQ_RES_IO)
		return "waits for its I/O";
	return inq_say(a->c, "waits for %s", inq_say_resource(a->c, w->resource));
}

static void report(struct inq_analysis *a, const struct inq_core *core, const struct inq_hold *h,
		   enum inq_confidence conf)
{
	const struct inq_task *t = inq_case_task(a->c, h->holder.task);
	const struct inq_wait *own = own_wait(a->c, h->holder.task);
	struct inq_finding *f;

	conf = inq_hang_conf(core, conf);
	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "held-asleep", conf, core);
	if (!f)
		return;
	f->culprit = h->holder;
	inq_finding_blame_hold(a, f, h);
	f->resource = h->resource;
	inq_ids_add_all(a->c, &f->evidence, &h->evidence);
	if (own)
		inq_ids_add_all(a->c, &f->evidence, &own->evidence);
	f->title = inq_say(a->c, "%s holds %s and %s%s%s; others wait as long",
			   inq_say_actor(a->c, &f->culprit), inq_say_resource(a->c, f->resource),
			   sleeps_for(a, t, own), f->taker ? " in " : "",
			   f->taker ? inq_say_function(a->c, f->function, f->module) : "");
}

/* A reference to a file that is removed is held over a sleep like a lock. */
static bool is_held_asleep(enum inq_resource_kind kind)
{
	return inq_resource_is_sleeping_lock(kind) || kind == INQ_RES_ACTIVE_REF;
}

/* Whether @h is a sleeping lock's, and its holder asleep inside the code that took it. */
static bool sleeps_holding(const struct inq_case *c, const struct inq_hold *h)
{
	const struct inq_resource *r = inq_case_resource(c, h->resource);
	const struct inq_task *t = inq_case_task(c, h->holder.task);

	if (!r || !t || !is_held_asleep(r->kind) || t->on_cpu || t->run == INQ_RUN_DEAD ||
	    t->run == INQ_RUN_QUEUED || t->run == INQ_RUN_UNKNOWN)
		return false;
	return h->function || h->how == INQ_HELD_CODE || inq_lock_is_section(r);
}

static void look_at(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *h = inq_core_hold(a, core);

	if (h && sleeps_holding(a->c, h))
		report(a, core, h, inq_hold_conf(h));
}

void inq_rule_held_asleep(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		if (!a->g.cores[i].cycle && a->g.cores[i].nr_waits)
			look_at(a, &a->g.cores[i]);
	}
}

/* ---- the holder waits for an event ---------------------------------------- */

/* Per resource: somebody has waited for it for too long. */
static bool *long_waited_for(const struct inq_analysis *a)
{
	bool *v = inq_arena_calloc(&a->c->arena, a->c->resources.n + 1, sizeof(*v));

	for (size_t i = 0; v && i < a->c->waits.n; i++) {
		const struct inq_wait *w = &a->c->waits.v[i];

		if (inq_case_resource(a->c, w->resource) && inq_wait_is_long(a->c, w))
			v[w->resource] = true;
	}
	return v;
}

static bool has_finding(const struct inq_analysis *a, const struct inq_core *core)
{
	for (size_t i = 0; i < a->candidates.n; i++) {
		if (a->candidates.v[i].core == core)
			return true;
	}
	return false;
}

static bool waits_in(const struct inq_analysis *a, const struct inq_core *core, inq_id task)
{
	for (size_t i = 0; i < core->nr_waits && i < 64; i++) {
		if (a->c->waits.v[core->waits[i]].waiter.task == task)
			return true;
	}
	return false;
}

static bool is_event(const struct inq_resource *r)
{
	switch (r ? r->kind : INQ_RES_UNKNOWN) {
	case INQ_RES_COMPLETION:
	case INQ_RES_WAIT_QUEUE:
	case INQ_RES_BIT:
	case INQ_RES_FUTEX:
		return true;
	default:
		return false;
	}
}

/* Of those who wait for the event of @core: one who holds what others have long waited for. */
static const struct inq_hold *hold_of_waiter(const struct inq_analysis *a,
					     const struct inq_core *core, const bool *long_waits)
{
	const struct inq_hold *best = NULL;

	for (size_t i = 0; i < a->c->holds.n; i++) {
		const struct inq_hold *h = &a->c->holds.v[i];

		if (sleeps_holding(a->c, h) && long_waits[h->resource] &&
		    waits_in(a, core, h->holder.task) &&
		    (!best || inq_hold_conf(h) > inq_hold_conf(best)))
			best = h;
	}
	return best;
}

void inq_rule_held_for_event(struct inq_analysis *a)
{
	const bool *long_waits = long_waited_for(a);

	for (size_t i = 0; long_waits && i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];
		const struct inq_hold *h;

		if (core->cycle || !core->nr_waits ||
		    !is_event(inq_case_resource(a->c, inq_node_resource(&a->g, core->nodes[0]))) ||
		    has_finding(a, core))
			continue;
		h = hold_of_waiter(a, core, long_waits);
		if (h)
			report(a, core, h, inq_conf_min(inq_hold_conf(h), INQ_CONF_LIKELY));
	}
}
