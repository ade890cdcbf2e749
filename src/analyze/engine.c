// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/analyze.h"

#include "analyze/rules.h"
#include "analyze/verdict.h"
#include "util/banned.h"

/* A rule is a file and a row.  The order is that of the findings, nothing else. */
static const struct inq_rule rules[] = {
	{"self_deadlock", inq_rule_self_deadlock},
	{"deadlock", inq_rule_deadlock},
	{"atomic_sleep", inq_rule_atomic_sleep},
	{"held_asleep", inq_rule_held_asleep},
	{"lock_leak", inq_rule_lock_leak},
	{"lock_corruption", inq_rule_lock_corruption},
	{"irqs_off_loop", inq_rule_irqs_off_loop},
	{"no_resched_loop", inq_rule_no_resched_loop},
	{"starved", inq_rule_starved},
	{"rcu_stall", inq_rule_rcu_stall},
	{"lost_wakeup", inq_rule_lost_wakeup},
	{"io_stall", inq_rule_io_stall},
	{"workqueue_stall", inq_rule_workqueue_stall},
	{"held_for_event", inq_rule_held_for_event},
	{"memory_corruption", inq_rule_memory_corruption},
	{"faults", inq_rule_faults},
	{"out_of_memory", inq_rule_out_of_memory},
	{"hardware_error", inq_rule_hardware_error},
	{"panic_call", inq_rule_panic_call},
	{"sysrq_crash", inq_rule_sysrq_crash},
};

struct inq_error *inq_analyze(struct inq_case *c)
{
	struct inq_analysis a = {.c = c};
	struct inq_error *err;

	inq_case_mend(c);
	a.end = inq_end_of(c);
	err = inq_graph_build(c, &a.g);
	if (err)
		return err;
	for (size_t i = 0; i < array_size(rules); i++)
		rules[i].run(&a);
	if (!inq_case_failed(c))
		inq_verdict_make(&a);
	return inq_case_failed(c) ? &inq_enomem : NULL;
}
