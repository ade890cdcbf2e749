// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "analyze/duration.h"
#include "util/banned.h"

/*
 * workqueue-stall: work waits for itself (directly or through other work), or for a pool that
 * can't run it.  Through locks that others hold: deadlock.
 */
struct links {
	struct inq_analysis *a;
	const struct inq_wait *work;
	bool lock;
	bool pending; /* a work that no worker has begun */
	enum inq_confidence conf;
};

static void note_link(void *arg, const struct inq_wait *w, const struct inq_hold *h)
{
	struct links *l = arg;
	const struct inq_resource *r = inq_case_resource(l->a->c, w   ? w->resource
								  : h ? h->resource
								      : INQ_NONE);

	l->lock |= !w && r && inq_resource_is_lock(r->kind);
	l->conf = inq_conf_min(l->conf, w ? inq_wait_conf(w) : inq_hold_conf(h));
	l->pending |= h && h->shared && r && r->kind == INQ_RES_WORK;
	if (w && r && r->kind == INQ_RES_WORK && !l->work)
		l->work = w;
}

static void report(struct inq_analysis *a, const struct inq_core *core, const struct inq_wait *w,
		   enum inq_confidence conf, const char *how)
{
	struct inq_finding *f;

	conf = inq_hang_conf(core, conf);
	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "workqueue-stall", conf, core);
	if (!f)
		return;
	f->culprit = w->target.kind != INQ_ACTOR_NONE ? w->target : w->waiter;
	f->function = w->function;
	f->module = w->function ? inq_case_resource(a->c, w->resource)->module : NULL;
	f->resource = w->resource;
	if (f->culprit.task == w->waiter.task)
		inq_finding_blame_waiter(a, f, w);
	inq_ids_add_all(a->c, &f->evidence, &w->evidence);
	f->title = inq_say(a->c, "%s waits for %s%s%s, %s", inq_say_actor(a->c, &w->waiter),
			   inq_say_resource(a->c, w->resource), w->function ? " running " : "",
			   w->function ? w->function : "", how);
}

static void look_at_cycle(struct inq_analysis *a, const struct inq_core *core)
{
	struct links l = {.a = a, .conf = INQ_CONF_CERTAIN};

	inq_core_each_link(a, core, note_link, &l);
	/* with a lock among them it is a deadlock */
	if (l.work && !(l.lock && core->nr_actors > 1))
		report(a, core, l.work, l.conf,
		       core->nr_actors > 1 ? "which waits for it in turn"
		       : l.pending	   ? "which is queued behind it"
					   : "which is itself");
}

/* A worker that has its CPU, or waits for one: it is about its work, not about a wait. */
static bool runs(const struct inq_case *c, const struct inq_actor *worker)
{
	const struct inq_task *t = inq_case_task(c, worker->task);

	return t && (t->run == INQ_RUN_ON_CPU || t->run == INQ_RUN_QUEUED);
}

/*
 * A pending work whose pool has its hands full: the worker that runs another work.  One that is
 * stuck for a reason of its own (a lock, interrupts off) is that reason's class.
 */
static void look_at_busy_worker(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *h = inq_core_hold(a, core);
	const struct inq_resource *r = h ? inq_case_resource(a->c, h->resource) : NULL;
	enum inq_confidence conf;
	struct inq_finding *f;

	if (!r || r->kind != INQ_RES_WORK || !h->shared || !runs(a->c, &h->holder))
		return;
	conf = inq_hang_conf(core, inq_hold_conf(h));
	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "workqueue-stall", conf, core);
	if (!f)
		return;
	f->culprit = h->holder;
	f->function = h->function;
	f->module = h->module;
	f->resource = h->resource;
	inq_ids_add_all(a->c, &f->evidence, &h->evidence);
	f->title = inq_say(a->c, "%s is pending: its pool's worker %s runs %s all the while",
			   inq_say_resource(a->c, h->resource), inq_say_actor(a->c, &h->holder),
			   inq_say_function(a->c, h->function, h->module));
}

static void look_at_pool(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_wait *w = &a->c->waits.v[core->waits[0]];
	const struct inq_resource *r = inq_case_resource(a->c, w->resource);
	bool reported = inq_event_last(a->c, INQ_EVENT_WORKQUEUE, -1, -1) != INQ_NONE;

	if (inq_node_is_actor(&a->g, core->nodes[0])) {
		look_at_busy_worker(a, core);
		return;
	}
	if (!r || r->kind != INQ_RES_WORK)
		return;
	report(a, core, w,
	       inq_conf_min(inq_wait_conf(w), reported ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY),
	       "which no worker runs");
}

void inq_rule_workqueue_stall(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];

		if (core->cycle)
			look_at_cycle(a, core);
		else if (core->nr_waits)
			look_at_pool(a, core);
	}
}
