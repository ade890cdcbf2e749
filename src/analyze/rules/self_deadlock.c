// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * self-deadlock: a CPU or task waits for a lock that it holds itself.  A cycle of one actor
 * and one lock.  An interrupt that spins for a lock of the code that it interrupted is the
 * same: that code can't go on before the interrupt ends.
 */

struct links {
	const struct inq_wait *wait;
	const struct inq_hold *hold;
	enum inq_confidence conf;
};

static void note_link(void *arg, const struct inq_wait *w, const struct inq_hold *h)
{
	struct links *l = arg;
	enum inq_confidence conf = w ? inq_wait_conf(w) : inq_hold_conf(h);

	if (w)
		l->wait = w;
	if (h && (!l->hold || inq_hold_conf(h) > inq_hold_conf(l->hold)))
		l->hold = h;
	l->conf = inq_conf_min(l->conf, conf);
}

/* Others who are said to hold the same lock exclusively: then one of the answers is wrong. */
static bool is_disputed(const struct inq_analysis *a, const struct inq_hold *mine)
{
	for (size_t i = 0; i < a->c->holds.n; i++) {
		const struct inq_hold *h = &a->c->holds.v[i];

		if (h->resource == mine->resource && !h->shared && !mine->shared &&
		    !inq_actor_same(&h->holder, &mine->holder))
			return true;
	}
	return false;
}

static bool is_interrupt(const struct inq_analysis *a, const struct links *l)
{
	const struct inq_cpu *cpu = inq_case_cpu(a->c, l->wait->waiter.cpu);
	const struct inq_stack *s = cpu ? inq_case_stack(a->c, cpu->stack) : NULL;

	if (l->wait->waiter.kind == INQ_ACTOR_INTERRUPT ||
	    l->hold->holder.kind == INQ_ACTOR_INTERRUPT)
		return true;
	return s && l->wait->frame >= 0 && (size_t)l->wait->frame < s->n &&
	       (s->v[l->wait->frame].context == INQ_FRAME_IRQ ||
		s->v[l->wait->frame].context == INQ_FRAME_SOFTIRQ ||
		s->v[l->wait->frame].context == INQ_FRAME_NMI);
}

/* A reader that waits for readers: who waits is to blame, wherever the section began. */
static void tell_reader(struct inq_analysis *a, struct inq_finding *f, const struct inq_wait *w)
{
	inq_finding_blame_waiter(a, f, w);
	f->title = inq_say(a->c,
			   "%s waits for a grace period of %s inside its own read-side section%s%s",
			   inq_say_actor(a->c, &f->culprit), inq_say_resource(a->c, f->resource),
			   f->function ? ", in " : "",
			   f->function ? inq_say_function(a->c, f->function, f->module) : "");
}

/* A handler that waits until it has ended. */
static void tell_handler(struct inq_analysis *a, struct inq_finding *f)
{
	f->title = inq_say(a->c, "%s waits until %s ends, and is in that handler itself: %s",
			   inq_say_actor(a->c, &f->culprit), inq_say_resource(a->c, f->resource),
			   inq_say_function(a->c, f->function, f->module));
}

/* Somebody who removes a file that he uses. */
static void tell_user(struct inq_analysis *a, struct inq_finding *f)
{
	f->title = inq_say(a->c, "%s waits until all are through with %s, and uses it itself%s%s",
			   inq_say_actor(a->c, &f->culprit), inq_say_resource(a->c, f->resource),
			   f->function ? ": " : "",
			   f->function ? inq_say_function(a->c, f->function, f->module) : "");
}

static void look_at(struct inq_analysis *a, const struct inq_core *core)
{
	struct links l = {.conf = INQ_CONF_CERTAIN};
	enum inq_resource_kind kind;
	struct inq_finding *f;

	inq_core_each_link(a, core, note_link, &l);
	if (!l.wait || !l.hold)
		return;
	kind = inq_case_resource(a->c, l.hold->resource)->kind;
	/* work is workqueue-stall's; of a grace period only a reader is to blame */
	if (kind == INQ_RES_WORK || (kind == INQ_RES_RCU && !inq_is_rcu_reader(l.hold)))
		return;
	if (is_disputed(a, l.hold))
		l.conf = inq_conf_min(l.conf, INQ_CONF_LIKELY);
	l.conf = inq_hang_conf(core, l.conf);
	if (l.conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "self-deadlock", l.conf, core);
	if (!f)
		return;
	f->culprit = l.wait->waiter;
	if (f->culprit.task == INQ_NONE)
		f->culprit.task = l.hold->holder.task;
	if (is_interrupt(a, &l))
		f->culprit.kind = INQ_ACTOR_INTERRUPT;
	inq_finding_blame_hold(a, f, l.hold);
	f->resource = l.hold->resource;
	inq_ids_add_all(a->c, &f->evidence, &l.hold->evidence);
	inq_ids_add_all(a->c, &f->evidence, &l.wait->evidence);
	f->title = inq_say(a->c, "%s waits for %s, which it holds itself%s%s",
			   inq_say_actor(a->c, &f->culprit), inq_say_resource(a->c, f->resource),
			   f->function ? ": " : "", inq_say_taken(a->c, f));
	if (kind == INQ_RES_RCU)
		tell_reader(a, f, l.wait);
	else if (kind == INQ_RES_HANDLER)
		tell_handler(a, f);
	else if (kind == INQ_RES_ACTIVE_REF)
		tell_user(a, f);
}

void inq_rule_self_deadlock(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];

		/* two nodes: the actor and the lock; without a lock it is no lock's deadlock */
		if (core->cycle && core->nr_actors == 1 && core->nr_nodes == 2)
			look_at(a, core);
	}
}
