// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/duration.h"
#include "analyze/rules/loops.h"
#include "util/banned.h"

/*
 * no-resched-loop, by priority: a real-time task runs on and on, and may well offer to reschedule;
 * whoever isn't real-time gets no turn on its CPU.  Told only where such a one holds what others
 * have long waited for: a CPU may be given to a real-time task on purpose.
 */
static const struct inq_hold *starved_hold(const struct inq_case *c, int32_t nr)
{
	const struct inq_hold *best = NULL;

	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];
		const struct inq_task *t = inq_case_task(c, h->holder.task);

		if (t && t->cpu == nr && inq_case_resource(c, h->resource) &&
		    inq_task_is_starved(c, h->holder.task) &&
		    (!best || inq_hold_conf(h) > inq_hold_conf(best)))
			best = h;
	}
	return best;
}

static void look_at(struct inq_analysis *a, int32_t nr, const struct inq_core *core)
{
	const struct inq_hold *h = starved_hold(a->c, nr);
	enum inq_confidence conf =
		h ? inq_conf_min(inq_hang_conf(core, inq_hold_conf(h)), INQ_CONF_LIKELY)
		  : INQ_CONF_NONE;
	struct inq_finding *f;

	if (conf == INQ_CONF_NONE)
		return;
	inq_loop_report(
		a, nr, "no-resched-loop",
		inq_say(a->c,
			"a real-time task: %s, which holds %s, is runnable and gets no turn "
			"on this CPU",
			inq_say_actor(a->c, &h->holder), inq_say_resource(a->c, h->resource)),
		core, conf);
	if (!a->c->findings.n)
		return;
	f = &a->c->findings.v[a->c->findings.n - 1];
	inq_ids_add_all(a->c, &f->evidence, &h->evidence);
}

void inq_rule_starved(struct inq_analysis *a)
{
	for (int32_t nr = 0; (size_t)nr < a->c->cpus.n; nr++) {
		const struct inq_core *core = inq_graph_core_at(&a->g, nr);

		if (core && !core->cycle && core->nr_waits && !inq_cpu_is_stuck(a->c, nr))
			look_at(a, nr, core);
	}
}
