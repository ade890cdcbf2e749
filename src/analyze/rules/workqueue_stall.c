// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/duration.h"
#include "util/banned.h"

/*
 * workqueue-stall: work waits for itself (directly or through other work or locks), or for a
 * pool that can't run it.
 */
struct links {
	struct inq_analysis *a;
	const struct inq_wait *work;
	enum inq_confidence conf;
};

static void note_link(void *arg, const struct inq_wait *w, const struct inq_hold *h)
{
	struct links *l = arg;
	const struct inq_resource *r = w ? inq_case_resource(l->a->c, w->resource) : NULL;

	l->conf = inq_conf_min(l->conf, w ? inq_wait_conf(w) : inq_hold_conf(h));
	if (r && r->kind == INQ_RES_WORK && !l->work)
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
	f->module = inq_case_resource(a->c, w->resource)->module;
	f->resource = w->resource;
	inq_ids_add_all(a->c, &f->evidence, &w->evidence);
	f->title = inq_say(a->c, "%s waits for %s%s%s, %s", inq_say_actor(a->c, &w->waiter),
			   inq_say_resource(a->c, w->resource), w->function ? " running " : "",
			   w->function ? w->function : "", how);
}

static void look_at_cycle(struct inq_analysis *a, const struct inq_core *core)
{
	struct links l = {.a = a, .conf = INQ_CONF_CERTAIN};

	inq_core_each_link(a, core, note_link, &l);
	if (l.work)
		report(a, core, l.work, l.conf,
		       core->nr_actors == 1 ? "which is itself" : "which waits for it in turn");
}

static void look_at_pool(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_wait *w = &a->c->waits.v[core->waits[0]];
	const struct inq_resource *r = inq_case_resource(a->c, w->resource);
	bool reported = inq_event_last(a->c, INQ_EVENT_WORKQUEUE, -1, -1) != INQ_NONE;

	if (!r || r->kind != INQ_RES_WORK)
		return;
	/* a worker that is stuck for a reason of its own is that reason's class */
	if (inq_node_is_actor(&a->g, core->nodes[0]))
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
