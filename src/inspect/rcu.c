// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rcu: the grace period in progress, how old it is, and which CPUs and tasks it waits for.
 *
 *	rcu_state.gp_seq    bits 1-0 non-zero while a grace period runs
 *	rcu_state.gp_start  jiffies at its start
 *	rcu_state.node[]    whom it waits for: rcu_nodes
 *
 * A grace period that is older than half of the stall timeout becomes a resource; the CPUs and
 * tasks that it waits for hold it; of a younger one only readers that sleep: CPUs are soon through.
 *Where there are none, the thread that drives grace periods must go on with it: a stuck CPU may
 *keep it from that.  Tasks in synchronize_rcu() wait for it (sleepers).
 */
#include <inttypes.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/rcu_nodes.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { RCU_GP_SEQ, RCU_GP_START, RCU_GP_KTHREAD, RCU_NR };
static const struct inq_field_def rcu_defs[RCU_NR] = {
	[RCU_GP_SEQ] = {"rcu_state", "gp_seq", INQ_REQUIRED},
	[RCU_GP_START] = {"rcu_state", "gp_start", INQ_REQUIRED},
	[RCU_GP_KTHREAD] = {"rcu_state", "gp_kthread", INQ_OPTIONAL},
};

enum { GP_STATE = 3, DEFAULT_TIMEOUT_S = 21, YOUNG_S = 2 };

struct rcu_reader {
	struct inq_inspect *in;
	struct inq_field f[RCU_NR];
	uint64_t state; /* address of rcu_state */
	inq_id resource;
	uint64_t gp_start; /* jiffies */
};

/*
 * Jiffies per second, from how far jiffies_64 has come: it starts at 2^32 - 300 * HZ
 * (INITIAL_JIFFIES), so jiffies_64 - 2^32 = HZ * (t - 300).  0: can't tell.
 */
static unsigned int jiffies_hz(const struct inq_inspect *in, uint64_t jiffies)
{
	static const unsigned int known[] = {100, 250, 300, 1000};
	double t = inq_fact_seconds(in->now_ns) - 300;
	double hz = t > -1 && t < 1 ? 0 : ((double)jiffies - 4294967296.0) / t;

	for (size_t i = 0; i < array_size(known); i++) {
		if (hz > known[i] * 0.9 && hz < known[i] * 1.1)
			return known[i];
	}
	return 0;
}

static double stall_timeout_s(struct inq_inspect *in)
{
	uint64_t s;

	if (inq_kernel_try_global(in->k, "rcu_cpu_stall_timeout", 4, &s) && s >= 3 && s <= 300)
		return (double)s;
	return DEFAULT_TIMEOUT_S;
}

/* How old the running grace period is, seconds; negative: none runs, or it can't be told. */
static double grace_period_age(struct rcu_reader *rd)
{
	struct inq_inspect *in = rd->in;
	uint64_t seq, start, jiffies;
	unsigned int hz;

	if (!inq_field_try_u64(in->k, &rd->f[RCU_GP_SEQ], rd->state, &seq) ||
	    !inq_field_try_u64(in->k, &rd->f[RCU_GP_START], rd->state, &start) ||
	    !inq_kernel_try_global(in->k, "jiffies_64", 8, &jiffies)) {
		inq_gap_add(in->c, "RCU", rd->state, "rcu_state can't be read");
		return -1;
	}
	hz = jiffies_hz(in, jiffies);
	if (!(seq & GP_STATE) || !hz || start > jiffies)
		return -1;
	rd->gp_start = start;
	return (double)(jiffies - start) / hz;
}

/* The thread that drives grace periods waits for this one, or keeps it waiting. */
static void add_kthread(struct rcu_reader *rd, struct inq_rcu_blockers blockers, double age)
{
	struct inq_inspect *in = rd->in;
	uint64_t task, id;
	struct inq_wait *w;
	inq_id ev;

	if (!inq_field_try_u64(in->k, &rd->f[RCU_GP_KTHREAD], rd->state, &task) ||
	    !inq_hashmap_get(&in->task_ids, task, &id))
		return;
	ev = inq_fact_memory(in, rd->state + rd->f[RCU_GP_START].offset, rd->f[RCU_GP_START].size,
			     rd->gp_start,
			     "the RCU grace period began %.1f s ago (rcu_state.gp_start = "
			     "0x%" PRIx64 " jiffies)",
			     age, rd->gp_start);
	if (!blockers.n && blockers.looked) {
		inq_edge_hold(in, rd->resource, inq_edge_task(in, (inq_id)id), ev);
		return;
	}
	w = inq_edge_wait(in, inq_edge_task(in, (inq_id)id), rd->resource);
	if (!w)
		return;
	w->since_s = age;
	w->since_how = "jiffies";
	inq_ids_add(in->c, &w->evidence, ev);
}

struct inq_error *inq_inspect_rcu(struct inq_inspect *in)
{
	struct rcu_reader rd = {
		.in = in,
		.state = inq_symbol_addr(in->k, "rcu_state"),
	};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, rcu_defs, rd.f, RCU_NR);
	enum inq_rcu_which which = INQ_RCU_ALL;
	struct inq_rcu_blockers blockers;
	struct inq_resource *r;
	double age;

	if (err || !rd.state) {
		inq_gap_add(in->c, "RCU", 0, "%s", err ? err->message : "no rcu_state");
		return NULL;
	}
	age = grace_period_age(&rd);
	if (age < YOUNG_S)
		return NULL;
	if (age < stall_timeout_s(in) / 2)
		which = INQ_RCU_SLEEPERS;
	rd.resource = inq_resource_find_or_add(in->c, INQ_RES_RCU, rd.state);
	blockers = inq_rcu_blockers(in, rd.resource, false, which);
	if (which == INQ_RCU_SLEEPERS && !blockers.n)
		return NULL;
	r = inq_case_resource(in->c, rd.resource);
	if (!r)
		return NULL;
	r->name = "rcu_state";
	r->age_s = age;
	r->detail = inq_arena_printf(&in->c->arena, "grace period runs for %.1f s", age);
	add_kthread(&rd, blockers, age);
	return NULL;
}
