/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_RULES_H
#define INQ_ANALYZE_RULES_H

#include "analyze/analysis.h"

/**
 * A rule looks at the facts and the wait graph and adds findings.  It knows nothing of other
 * rules: which finding becomes the verdict is verdict.c's business.  A rule that can't prove
 * adds nothing, or says how sure it is.
 */
struct inq_rule {
	const char *name; /**< its file, and its folder in tests/rules/ */
	void (*run)(struct inq_analysis *a);
};

/* One file in rules/ each; the table is in engine.c. */
void inq_rule_self_deadlock(struct inq_analysis *a);
void inq_rule_deadlock(struct inq_analysis *a);
void inq_rule_atomic_sleep(struct inq_analysis *a);
void inq_rule_held_asleep(struct inq_analysis *a);
void inq_rule_held_for_event(struct inq_analysis *a);
void inq_rule_starved(struct inq_analysis *a);
void inq_rule_lock_leak(struct inq_analysis *a);
void inq_rule_lock_corruption(struct inq_analysis *a);
void inq_rule_irqs_off_loop(struct inq_analysis *a);
void inq_rule_no_resched_loop(struct inq_analysis *a);
void inq_rule_rcu_stall(struct inq_analysis *a);
void inq_rule_lost_wakeup(struct inq_analysis *a);
void inq_rule_io_stall(struct inq_analysis *a);
void inq_rule_workqueue_stall(struct inq_analysis *a);
void inq_rule_faults(struct inq_analysis *a);
void inq_rule_memory_corruption(struct inq_analysis *a);
void inq_rule_out_of_memory(struct inq_analysis *a);
void inq_rule_hardware_error(struct inq_analysis *a);
void inq_rule_panic_call(struct inq_analysis *a);
void inq_rule_sysrq_crash(struct inq_analysis *a);

#endif
