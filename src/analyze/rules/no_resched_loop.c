// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/duration.h"
#include "analyze/rules/loops.h"
#include "util/banned.h"

/* A grace period waits for a reader that is known to be inside its section: rcu-stall. */
static bool is_rcu_reader(const struct inq_analysis *a, int32_t nr)
{
	for (size_t i = 0; i < a->c->holds.n; i++) {
		const struct inq_hold *h = &a->c->holds.v[i];
		const struct inq_resource *r = inq_case_resource(a->c, h->resource);

		if (r && r->kind == INQ_RES_RCU && inq_is_rcu_reader(h) &&
		    h->how >= INQ_HELD_FIELD && h->how <= INQ_HELD_CODE &&
		    inq_graph_node_of(a->c, &a->g, &h->holder) == nr)
			return true;
	}
	return false;
}

/*
 * no-resched-loop: a CPU runs kernel code and never reschedules, interrupts on.  Where the
 * interrupt flag is unknown, timer beats that still arrive tell.
 */
void inq_rule_no_resched_loop(struct inq_analysis *a)
{
	for (int32_t nr = 0; (size_t)nr < a->c->cpus.n; nr++) {
		const struct inq_cpu *cpu = &a->c->cpus.v[nr];
		const struct inq_core *core;
		enum inq_confidence conf;

		if (inq_loops_with_irqs_off(a->c, nr) || is_rcu_reader(a, nr))
			continue;
		if (!inq_cpu_loops(a, nr, &core, &conf))
			continue;
		if (cpu->irqs == INQ_UNKNOWN3)
			conf = inq_conf_min(conf, inq_cpu_ticks(a->c, nr) ? INQ_CONF_LIKELY
									  : INQ_CONF_POSSIBLE);
		inq_loop_report(a, nr, "no-resched-loop",
				"without rescheduling: no other task gets this CPU", core, conf);
	}
}
