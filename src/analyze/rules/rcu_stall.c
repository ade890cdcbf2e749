// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include <string.h>

#include "analyze/duration.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * rcu-stall: a grace period waits for a reader that doesn't end.  Only a reader that is known
 * to be in a read-side section is named; a CPU that merely never reschedules is
 * no-resched-loop, though the grace period waits for it too.
 */
static bool is_long(const struct inq_analysis *a, const struct inq_core *core)
{
	return core->long_wait || inq_event_last(a->c, INQ_EVENT_RCU_STALL, -1, -1) != INQ_NONE;
}

/* Where the reader is: its innermost frame in a module, else the one that tells most. */
static inq_id readers_frame(const struct inq_case *c, const struct inq_actor *reader,
			    const struct inq_stack **ret)
{
	const struct inq_task *t = inq_case_task(c, reader->task);
	const struct inq_cpu *cpu = inq_case_cpu(c, reader->cpu);
	const struct inq_stack *s = inq_case_stack(c, cpu ? cpu->stack : t ? t->stack : INQ_NONE);

	*ret = s;
	for (size_t i = 0; s && i < s->n; i++) {
		if (s->v[i].module && s->v[i].context == INQ_FRAME_TASK)
			return (inq_id)i;
	}
	/* the kernel's own code doesn't go to sleep for user space inside a section: one was left
	 * open */
	if (t && !t->on_cpu && t->run == INQ_RUN_SLEEPING)
		return INQ_NONE;
	return s ? inq_stack_teller(s, 0, s->n) : INQ_NONE;
}

/*
 * No reader is known to be in the way.  The thread that drives grace periods is no culprit,
 * whatever keeps it; a CPU that never reschedules is one of the loops' classes.
 */
static void look_at_others(struct inq_analysis *a, const struct inq_core *core,
			   const struct inq_hold *h)
{
	const struct inq_task *t = inq_case_task(a->c, h->holder.task);
	struct inq_finding *f;

	/* it looks after a running grace period every few ticks */
	if (!t || t->on_cpu || !t->kthread || h->how != INQ_HELD_FIELD ||
	    t->since_s < INQ_LONG_SPIN_S)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "rcu-stall", INQ_CONF_POSSIBLE, core);
	if (!f)
		return;
	f->resource = h->resource;
	inq_ids_add_all(a->c, &f->evidence, &h->evidence);
	f->title = inq_say(a->c,
			   "an RCU grace period waits for no reader, and its own thread %s does "
			   "not go on with it",
			   inq_say_actor(a->c, &h->holder));
}

/* Tasks RCU has no read-side sections: a task is in the way until it sleeps. */
static bool is_tasks_rcu(const struct inq_resource *r)
{
	return r->name && strcmp(r->name, "rcu_tasks") == 0;
}

static void look_at(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *h = inq_core_hold(a, core);
	const struct inq_resource *r = h ? inq_case_resource(a->c, h->resource) : NULL;
	const struct inq_stack *s;
	struct inq_finding *f;
	inq_id frame;

	if (!r || r->kind != INQ_RES_RCU || !is_long(a, core))
		return;
	if (!inq_is_rcu_reader(h)) {
		look_at_others(a, core, h);
		return;
	}
	f = inq_finding_add(a, INQ_ANSWER_HANG, "rcu-stall", inq_hold_conf(h), core);
	if (!f)
		return;
	f->culprit = h->holder;
	frame = h->function ? INQ_NONE : readers_frame(a->c, &h->holder, &s);
	f->function = frame == INQ_NONE ? h->function : s->v[frame].symbol;
	f->module = frame == INQ_NONE ? h->module : s->v[frame].module;
	f->resource = h->resource;
	inq_ids_add_all(a->c, &f->evidence, &h->evidence);
	f->title = inq_say(a->c, "an RCU grace period waits for %s, which does not %s%s%s",
			   inq_say_actor(a->c, &f->culprit),
			   is_tasks_rcu(r) ? "sleep, be it preempted or not,"
					   : "leave its read-side section",
			   f->function ? " in " : ", which no code on its stack has entered",
			   f->function ? inq_say_function(a->c, f->function, f->module) : "");
}

void inq_rule_rcu_stall(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		if (!a->g.cores[i].cycle && a->g.cores[i].nr_waits)
			look_at(a, &a->g.cores[i]);
	}
}
