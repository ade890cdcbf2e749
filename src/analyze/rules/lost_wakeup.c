// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/duration.h"
#include "util/banned.h"

/*
 * lost-wakeup: waiters wait for an event, and nobody is left to signal it.  Proof is
 *  - the event has come (a completion is done, a lock is free, a bit is clear), the waiter still
 *    sleeps, and nobody is on the way to take it;
 *  - the one who must signal is known and is dead;
 *  - the event's own state says that it does not come (r->never);
 *  - the event is a module's, and nothing of that module can run any more: no task, timer, work or
 *    interrupt handler (inspect/module_activity.c).  An object on the heap is only known to be
 *    the module's by who waits for it.
 * "The signaller was not identified" is another sentence: it is a gap, not a finding.
 */
static void report(struct inq_analysis *a, const struct inq_core *core, inq_id resource,
		   enum inq_confidence conf, const char *how)
{
	const struct inq_wait *w = &a->c->waits.v[core->waits[0]];
	const struct inq_resource *r = inq_case_resource(a->c, resource);
	struct inq_finding *f;

	conf = inq_conf_min(inq_hang_conf(core, conf), inq_wait_conf(w));
	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "lost-wakeup", conf, core);
	if (!f)
		return;
	f->resource = resource;
	f->function = w->function;
	f->module = r->module ? r->module : r->user_module;
	inq_ids_add_all(a->c, &f->evidence, &w->evidence);
	inq_ids_add(a->c, &f->evidence, r->ev_word);
	inq_ids_add_all(a->c, &f->evidence, &r->ev_signaller);
	f->title = inq_say(a->c, "%s waits for %s, and %s", inq_say_actor(a->c, &w->waiter),
			   inq_say_resource(a->c, resource), how);
}

static void not_identified(struct inq_analysis *a, const struct inq_core *core, inq_id resource)
{
	const struct inq_wait *w = &a->c->waits.v[core->waits[0]];
	const struct inq_resource *r = inq_case_resource(a->c, resource);

	if (!core->long_wait)
		return;
	inq_gap_add(a->c, inq_say(a->c, "who signals %s", inq_say_resource(a->c, resource)), 0,
		    "%s waits for it; the signaller was not identified%s%s",
		    inq_say_actor(a->c, &w->waiter), r->signaller ? ": " : "",
		    r->signaller ? r->signaller : "");
}

/* An interruptible sleeper may just have nothing to do, like an idle kernel thread. */
static bool is_blocked(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);

	return t && t->run == INQ_RUN_BLOCKED;
}

/* Who waits for a moment again and again, with others behind it, may just have been served. */
static bool is_long_waited_for(const struct inq_analysis *a, const struct inq_core *core, inq_id id)
{
	for (size_t i = 0; i < core->nr_waits; i++) {
		const struct inq_wait *w = &a->c->waits.v[core->waits[i]];

		if (w->resource == id && inq_wait_is_long(a->c, w))
			return true;
	}
	return false;
}

static void look_at_event(struct inq_analysis *a, const struct inq_core *core, inq_id id)
{
	const struct inq_resource *r = inq_case_resource(a->c, id);
	const struct inq_wait *w = &a->c->waits.v[core->waits[0]];

	if (inq_resource_is_free(r)) {
		/* the wakeup may be on its way from code that can't be told */
		if (!r->signaller && is_long_waited_for(a, core, id))
			report(a, core, id, r->came ? INQ_CONF_LIKELY : INQ_CONF_CERTAIN,
			       "what it waits for has come: the wakeup was lost");
	} else if (r->never && !inq_resource_is_lock(r->kind)) {
		report(a, core, id, INQ_CONF_LIKELY, r->never);
	} else if (inq_resource_is_event(r) && is_blocked(a->c, w)) {
		if (r->no_signaller && r->idle_signaller)
			report(a, core, id, INQ_CONF_POSSIBLE,
			       inq_say(a->c,
				       "%s, which may be to signal it, has slept since before, for "
				       "no "
				       "time and on no queue: its wakeup was lost",
				       r->idle_signaller));
		else if (r->no_signaller)
			report(a, core, id, r->module ? INQ_CONF_LIKELY : INQ_CONF_POSSIBLE,
			       inq_say(a->c,
				       "nobody is left to signal it: nothing of %s can run any "
				       "more",
				       r->module ? r->module : r->user_module));
		else
			not_identified(a, core, id);
	}
}

/* The end is a task: it should have signalled. */
static void look_at_signaller(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_wait *w = &a->c->waits.v[core->waits[0]];
	const struct inq_resource *r = inq_case_resource(a->c, w->resource);
	const struct inq_task *t = inq_case_task(a->c, w->target.task);

	if (r && t && inq_resource_is_event(r) && t->run == INQ_RUN_DEAD)
		report(a, core, w->resource, INQ_CONF_LIKELY,
		       inq_say(a->c, "nobody is left to signal it: %s is dead",
			       inq_say_actor(a->c, &w->target)));
}

void inq_rule_lost_wakeup(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];
		inq_id r;

		if (core->cycle || !core->nr_waits)
			continue;
		r = inq_node_resource(&a->g, core->nodes[0]);
		if (r != INQ_NONE)
			look_at_event(a, core, r);
		else
			look_at_signaller(a, core);
	}
}
