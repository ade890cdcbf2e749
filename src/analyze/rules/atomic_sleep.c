// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "util/banned.h"

/*
 * atomic-sleep: the holder of a spinning lock is off the CPU, asleep.  The wait graph ends at
 * such a holder whatever it sleeps for.  Its preempt_count says nothing: the kernel resets it
 * after "scheduling while atomic".
 */
static bool sleeps(const struct inq_task *t)
{
	return t && !t->on_cpu &&
	       (t->run == INQ_RUN_SLEEPING || t->run == INQ_RUN_BLOCKED || t->run == INQ_RUN_IDLE);
}

static void look_at(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *h = inq_core_hold(a, core);
	const struct inq_resource *r = h ? inq_case_resource(a->c, h->resource) : NULL;
	const struct inq_task *t = h ? inq_case_task(a->c, h->holder.task) : NULL;
	enum inq_confidence conf;
	struct inq_finding *f;

	if (!r || !inq_resource_is_spinning_lock(r->kind) || !sleeps(t))
		return;
	conf = inq_hang_conf(core, inq_hold_conf(h));
	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "atomic-sleep", conf, core);
	if (!f)
		return;
	f->culprit = h->holder;
	f->culprit.kind = INQ_ACTOR_TASK;
	f->culprit.cpu = -1;
	inq_finding_blame_hold(a, f, h);
	f->resource = h->resource;
	inq_ids_add_all(a->c, &f->evidence, &h->evidence);
	f->title = inq_say(a->c, "%s sleeps with %s held%s%s", inq_say_actor(a->c, &f->culprit),
			   inq_say_resource(a->c, f->resource), f->function ? ", " : "",
			   inq_say_taken(a->c, f));
}

void inq_rule_atomic_sleep(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		if (!a->g.cores[i].cycle && a->g.cores[i].nr_waits)
			look_at(a, &a->g.cores[i]);
	}
}
