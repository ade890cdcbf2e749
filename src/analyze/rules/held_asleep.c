// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "util/banned.h"

/*
 * held-asleep: a sleeping lock's holder is alive and sleeps itself (a timer, its own I/O, user
 * space), inside the code that took the lock.  A holder known by the lock's field alone, with
 * nothing on its stack that took it, is lock-leak's business.
 */
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

static const char *sleeps_for(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = w ? inq_case_resource(c, w->resource) : NULL;

	if (!r)
		return "sleeps";
	if (r->kind == INQ_RES_TIMER)
		return "sleeps for a timer";
	if (r->kind == INQ_RES_USER)
		return "waits for user space";
	return r->kind == INQ_RES_IO ? "waits for its I/O" : "waits";
}

static void look_at(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *h = inq_core_hold(a, core);
	const struct inq_resource *r = h ? inq_case_resource(a->c, h->resource) : NULL;
	const struct inq_task *t = h ? inq_case_task(a->c, h->holder.task) : NULL;
	const struct inq_wait *own;
	enum inq_confidence conf;
	struct inq_finding *f;

	if (!r || !t || !inq_resource_is_sleeping_lock(r->kind) || t->on_cpu ||
	    t->run == INQ_RUN_DEAD || t->run == INQ_RUN_QUEUED || t->run == INQ_RUN_UNKNOWN)
		return;
	if (!h->function && h->how != INQ_HELD_CODE)
		return;
	conf = inq_hang_conf(core, inq_hold_conf(h));
	if (conf == INQ_CONF_NONE)
		return;
	own = own_wait(a->c, h->holder.task);
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
			   sleeps_for(a->c, own), f->taker ? " in " : "",
			   f->taker ? inq_say_function(a->c, f->function, f->module) : "");
}

void inq_rule_held_asleep(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		if (!a->g.cores[i].cycle && a->g.cores[i].nr_waits)
			look_at(a, &a->g.cores[i]);
	}
}
