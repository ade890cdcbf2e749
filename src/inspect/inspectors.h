/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_INSPECTORS_H
#define INQ_INSPECT_INSPECTORS_H

#include "inspect/inspect.h"

/*
 * All inspectors, in the order of the table in inspect.c.  Each one's file opens with what
 * it reads and what it adds to the case.
 */
struct inq_error *inq_inspect_machine(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_taints(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_tasks(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_cpus(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_log(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_mce(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_memory(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_damage(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_lockup(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_faults(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_ipi(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_spinlocks(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_spinners(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_tries(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_polls(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_polled(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_sleepers(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_blocker(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_stop_machine(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_handler_waits(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_block(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_kernfs(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_napi_waits(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_netdev_refs(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_queue_refs(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_frozen_fs(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_rcu_tasks(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_removals(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_thread_waits(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_signallers(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_bit_waits(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_rcu(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_rcu_waits(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_srcu(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_workqueue(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_holds(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_takers(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_leaks(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_log_stacks(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_sources(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_origins(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_passed_on(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_module_activity(struct inq_inspect *in) inq_must_check;
struct inq_error *inq_inspect_cpu_state(struct inq_inspect *in) inq_must_check;

#endif
