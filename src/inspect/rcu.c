// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rcu: the grace period in progress, how old it is, and which CPUs and tasks it waits for.
 *
 *	rcu_state.gp_seq    bits 1-0 non-zero while a grace period runs
 *	rcu_state.gp_start  jiffies at its start
 *	rcu_state.node[]    a tree; leaves cover CPUs [grplo, grphi]:
 *	  qsmask            a bit per CPU that has not passed a quiescent state
 *	  gp_tasks          first task of blkd_tasks that blocks this grace period, up to the
 *	                    list's end: preempted inside a read-side critical section
 *
 * A grace period that is older than half of the stall timeout becomes a resource; the CPUs and
 * tasks that it waits for hold it.  Tasks in synchronize_rcu() wait for it (sleepers).
 */
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	RCU_GP_SEQ,
	RCU_GP_START,
	RCU_NODES,
	RCU_GP_KTHREAD,
	NODE_QSMASK,
	NODE_GRPLO,
	NODE_GRPHI,
	NODE_LEVEL,
	NODE_BLKD_TASKS,
	NODE_GP_TASKS,
	TASK_RCU_ENTRY,
	RCU_NR
};
static const struct inq_field_def rcu_defs[RCU_NR] = {
	[RCU_GP_SEQ] = {"rcu_state", "gp_seq", INQ_REQUIRED},
	[RCU_GP_START] = {"rcu_state", "gp_start", INQ_REQUIRED},
	[RCU_NODES] = {"rcu_state", "node", INQ_REQUIRED},
	[RCU_GP_KTHREAD] = {"rcu_state", "gp_kthread", INQ_OPTIONAL},
	[NODE_QSMASK] = {"rcu_node", "qsmask", INQ_REQUIRED},
	[NODE_GRPLO] = {"rcu_node", "grplo", INQ_REQUIRED},
	[NODE_GRPHI] = {"rcu_node", "grphi", INQ_REQUIRED},
	[NODE_LEVEL] = {"rcu_node", "level", INQ_REQUIRED},
	[NODE_BLKD_TASKS] = {"rcu_node", "blkd_tasks", INQ_OPTIONAL},
	[NODE_GP_TASKS] = {"rcu_node", "gp_tasks", INQ_OPTIONAL},
	[TASK_RCU_ENTRY] = {"task_struct", "rcu_node_entry", INQ_OPTIONAL},
};

enum { NODES_MAX = 8192, BLOCKED_MAX = 1 << 20, GP_STATE = 3, DEFAULT_TIMEOUT_S = 21 };

struct rcu_reader {
	struct inq_inspect *in;
	struct inq_field f[RCU_NR];
	uint64_t state; /* address of rcu_state */
	inq_id resource;
	uint64_t gp_start; /* jiffies */
	uint64_t left;	   /* blocked tasks that may still come, over all nodes */
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

static void add_hold(struct rcu_reader *rd, struct inq_actor holder, inq_id evidence)
{
	struct inq_hold *h = inq_case_add(rd->in->c, &rd->in->c->holds);

	if (!h)
		return;
	h->resource = rd->resource;
	h->holder = holder;
	h->how = INQ_HELD_FIELD;
	h->shared = true;
	h->every_path = true;
	h->conf = INQ_CONF_CERTAIN;
	h->frame = INQ_NONE;
	inq_ids_add(rd->in->c, &h->evidence, evidence);
}

static void add_cpu(struct rcu_reader *rd, uint64_t node, uint64_t qsmask, int32_t nr)
{
	struct inq_actor a = INQ_ACTOR_INIT;
	const struct inq_cpu *cpu = inq_case_cpu(rd->in->c, nr);

	if (!cpu)
		return;
	a.kind = cpu->task == INQ_NONE ? INQ_ACTOR_CPU : INQ_ACTOR_TASK;
	a.cpu = nr;
	a.task = cpu->task;
	add_hold(rd, a,
		 inq_fact_memory(
			 rd->in, node + rd->f[NODE_QSMASK].offset, 8, qsmask,
			 "the RCU grace period waits for CPU %d (rcu_node.qsmask = 0x%" PRIx64 ")",
			 nr, qsmask));
}

static void add_blocked_tasks(struct rcu_reader *rd, uint64_t node, uint64_t first)
{
	struct inq_inspect *in = rd->in;
	uint64_t head = node + rd->f[NODE_BLKD_TASKS].offset, entry, known;
	struct inq_list_walk w = inq_list_walk_init(in->k, head, rd->left);
	bool blocks = false;

	while (inq_list_walk_next(&w, &entry)) {
		struct inq_actor a = INQ_ACTOR_INIT;

		rd->left--;
		blocks |= entry == first;
		if (!blocks ||
		    !inq_hashmap_get(&in->task_ids, entry - rd->f[TASK_RCU_ENTRY].offset, &known))
			continue;
		a.kind = INQ_ACTOR_TASK;
		a.task = (inq_id)known;
		a.cpu = in->c->tasks.v[known].on_cpu ? in->c->tasks.v[known].cpu : -1;
		add_hold(rd, a,
			 inq_fact_memory(in, node + rd->f[NODE_GP_TASKS].offset, 8, first,
					 "the RCU grace period waits for %s, preempted in a "
					 "read-side critical section",
					 inq_fact_task_name(in, (inq_id)known)));
	}
}

static void read_leaf(struct rcu_reader *rd, uint64_t node)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t qsmask, lo, hi, first = 0;

	if (!inq_field_try_u64(k, &rd->f[NODE_QSMASK], node, &qsmask) ||
	    !inq_field_try_u64(k, &rd->f[NODE_GRPLO], node, &lo) ||
	    !inq_field_try_u64(k, &rd->f[NODE_GRPHI], node, &hi)) {
		inq_gap_add(rd->in->c, "RCU", node, "an rcu_node can't be read");
		return;
	}
	for (unsigned int bit = 0; bit < 64 && lo + bit <= hi; bit++) {
		if (qsmask >> bit & 1)
			add_cpu(rd, node, qsmask, (int32_t)(lo + bit));
	}
	if (rd->f[NODE_GP_TASKS].found && rd->f[NODE_BLKD_TASKS].found &&
	    rd->f[TASK_RCU_ENTRY].found &&
	    inq_field_try_u64(k, &rd->f[NODE_GP_TASKS], node, &first) && first)
		add_blocked_tasks(rd, node, first);
}

static void read_nodes(struct rcu_reader *rd)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t n = 0, levels = 0, level, node = rd->state + rd->f[RCU_NODES].offset;
	size_t size;

	if (!inq_kernel_try_global(k, "rcu_num_nodes", 4, &n) || n > NODES_MAX ||
	    !inq_kernel_try_global(k, "rcu_num_lvls", 4, &levels) ||
	    !inq_struct_size(k, "rcu_node", &size))
		return;
	for (uint64_t i = 0; i < n; i++, node += size) {
		if (inq_field_try_u64(k, &rd->f[NODE_LEVEL], node, &level) && level + 1 == levels)
			read_leaf(rd, node);
	}
}

/* The thread that drives grace periods waits for this one, be there anybody else or not. */
static void add_kthread_wait(struct rcu_reader *rd, double age)
{
	struct inq_inspect *in = rd->in;
	uint64_t task, id;
	struct inq_wait *w;

	if (!inq_field_try_u64(in->k, &rd->f[RCU_GP_KTHREAD], rd->state, &task) ||
	    !inq_hashmap_get(&in->task_ids, task, &id))
		return;
	w = inq_case_add(in->c, &in->c->waits);
	if (!w)
		return;
	w->waiter = INQ_ACTOR_INIT;
	w->waiter.kind = INQ_ACTOR_TASK;
	w->waiter.task = (inq_id)id;
	w->target = INQ_ACTOR_INIT;
	w->resource = rd->resource;
	w->since_s = age;
	w->since_how = "jiffies";
	w->frame = INQ_NONE;
	w->conf = INQ_CONF_CERTAIN;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_memory(in, rd->state + rd->f[RCU_GP_START].offset,
				    rd->f[RCU_GP_START].size, rd->gp_start,
				    "the RCU grace period began %.1f s ago (rcu_state.gp_start = "
				    "0x%" PRIx64 " jiffies)",
				    age, rd->gp_start));
}

struct inq_error *inq_inspect_rcu(struct inq_inspect *in)
{
	struct rcu_reader rd = {
		.in = in,
		.state = inq_symbol_addr(in->k, "rcu_state"),
		.left = BLOCKED_MAX,
	};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, rcu_defs, rd.f, RCU_NR);
	struct inq_resource *r;
	double age;

	if (err || !rd.state) {
		inq_gap_add(in->c, "RCU", 0, "%s", err ? err->message : "no rcu_state");
		return NULL;
	}
	age = grace_period_age(&rd);
	if (age < stall_timeout_s(in) / 2)
		return NULL;
	rd.resource = inq_resource_find_or_add(in->c, INQ_RES_RCU, rd.state);
	r = inq_case_resource(in->c, rd.resource);
	if (!r)
		return NULL;
	r->name = "rcu_state";
	r->age_s = age;
	r->detail = inq_arena_printf(&in->c->arena, "grace period runs for %.1f s", age);
	add_kthread_wait(&rd, age);
	read_nodes(&rd);
	return NULL;
}
