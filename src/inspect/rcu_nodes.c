// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rcu_nodes: whom a grace period waits for.  rcu_state.node[] is a tree; its leaves cover CPUs
 * [grplo, grphi]:
 *
 *			normal		expedited
 *	a bit per CPU	qsmask		expmask		that has not passed a quiescent state
 *	first task	gp_tasks	exp_tasks	of blkd_tasks that blocks it, up to the
 *							list's end: preempted inside a read-side
 *							critical section
 */
#include "inspect/rcu_nodes.h"

#include <inttypes.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	RCU_NODES,
	NODE_QSMASK,
	NODE_EXPMASK,
	NODE_GRPLO,
	NODE_GRPHI,
	NODE_LEVEL,
	NODE_BLKD_TASKS,
	NODE_GP_TASKS,
	NODE_EXP_TASKS,
	TASK_RCU_ENTRY,
	TASK_RCU_NESTING,
	RCU_NR
};
static const struct inq_field_def rcu_defs[RCU_NR] = {
	[RCU_NODES] = {"rcu_state", "node", INQ_REQUIRED},
	[NODE_QSMASK] = {"rcu_node", "qsmask", INQ_REQUIRED},
	[NODE_EXPMASK] = {"rcu_node", "expmask", INQ_OPTIONAL},
	[NODE_GRPLO] = {"rcu_node", "grplo", INQ_REQUIRED},
	[NODE_GRPHI] = {"rcu_node", "grphi", INQ_REQUIRED},
	[NODE_LEVEL] = {"rcu_node", "level", INQ_REQUIRED},
	/* tasks: with CONFIG_PREEMPT_RCU */
	[NODE_BLKD_TASKS] = {"rcu_node", "blkd_tasks", INQ_OPTIONAL},
	[NODE_GP_TASKS] = {"rcu_node", "gp_tasks", INQ_OPTIONAL},
	[NODE_EXP_TASKS] = {"rcu_node", "exp_tasks", INQ_OPTIONAL},
	[TASK_RCU_ENTRY] = {"task_struct", "rcu_node_entry", INQ_OPTIONAL},
	[TASK_RCU_NESTING] = {"task_struct", "rcu_read_lock_nesting", INQ_OPTIONAL},
};

enum { NODES_MAX = 8192, BLOCKED_MAX = 1 << 20 };

struct nodes_reader {
	struct inq_inspect *in;
	struct inq_field f[RCU_NR];
	const struct inq_field *mask, *tasks; /* the normal ones, or the expedited ones */
	const char *what;		      /* "RCU grace period" */
	inq_id resource;
	enum inq_rcu_which which;
	uint64_t left; /* blocked tasks that may still come, over all nodes */
	struct inq_rcu_blockers found;
};

static struct inq_hold *add_blocker(struct nodes_reader *rd, struct inq_actor who, inq_id evidence)
{
	rd->found.n++;
	return inq_edge_hold(rd->in, rd->resource, who, evidence);
}

/*
 * Whether the task on @cpu is inside a read-side section.  Without CONFIG_PREEMPT_RCU nothing
 * counts them: a CPU that never reschedules blocks the grace period, reader or not.
 */
static bool is_reader(struct nodes_reader *rd, const struct inq_cpu *cpu, inq_id *ret_evidence)
{
	const struct inq_task *t = inq_case_task(rd->in->c, cpu->task);
	const struct inq_field *f = &rd->f[TASK_RCU_NESTING];
	uint64_t depth;

	if (!t || !inq_field_try_u64(rd->in->k, f, t->addr, &depth) || (int32_t)depth <= 0)
		return false;
	*ret_evidence = inq_fact_memory(rd->in, t->addr + f->offset, f->size, depth,
					"%s is in a read-side section "
					"(task_struct.rcu_read_lock_nesting = %" PRIu64 ")",
					inq_fact_task_name(rd->in, cpu->task), depth);
	return true;
}

static void add_cpu(struct nodes_reader *rd, uint64_t node, uint64_t mask, int32_t nr)
{
	struct inq_actor a = inq_edge_cpu(rd->in, nr);
	const struct inq_cpu *cpu = inq_case_cpu(rd->in->c, nr);
	struct inq_hold *h;
	inq_id ev;

	if (!cpu)
		return;
	if (a.task != INQ_NONE)
		a.kind = INQ_ACTOR_TASK;
	h = add_blocker(rd, a,
			inq_fact_memory(rd->in, node + rd->mask->offset, rd->mask->size, mask,
					"the %s waits for CPU %d (rcu_node.%s = 0x%" PRIx64 ")",
					rd->what, nr, rd->mask->def->path, mask));
	if (!h || !is_reader(rd, cpu, &ev))
		return;
	h->shared = true;
	inq_ids_add(rd->in->c, &h->evidence, ev);
}

static bool is_wanted(const struct nodes_reader *rd, inq_id task)
{
	const struct inq_task *t = inq_case_task(rd->in->c, task);

	return rd->which == INQ_RCU_ALL ||
	       (t && (t->run == INQ_RUN_SLEEPING || t->run == INQ_RUN_BLOCKED ||
		      t->run == INQ_RUN_IDLE));
}

static void add_blocked_tasks(struct nodes_reader *rd, uint64_t node, uint64_t first)
{
	struct inq_inspect *in = rd->in;
	uint64_t head = node + rd->f[NODE_BLKD_TASKS].offset, entry, known;
	struct inq_list_walk w = inq_list_walk_init(in->k, head, rd->left);
	struct inq_hold *h;
	bool blocks = false;

	while (inq_list_walk_next(&w, &entry)) {
		rd->left--;
		blocks |= entry == first;
		if (!blocks ||
		    !inq_hashmap_get(&in->task_ids, entry - rd->f[TASK_RCU_ENTRY].offset, &known) ||
		    !is_wanted(rd, (inq_id)known))
			continue;
		h = add_blocker(rd, inq_edge_task(in, (inq_id)known),
				inq_fact_memory(in, node + rd->tasks->offset, 8, first,
						"the %s waits for %s, preempted in a read-side "
						"critical section",
						rd->what, inq_fact_task_name(in, (inq_id)known)));
		if (h)
			h->shared = true;
	}
	if (w.end != INQ_WALK_DONE)
		rd->found.looked = false;
}

static void read_leaf(struct nodes_reader *rd, uint64_t node)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t mask, lo, hi, first = 0;

	if (!inq_field_try_u64(k, rd->mask, node, &mask) ||
	    !inq_field_try_u64(k, &rd->f[NODE_GRPLO], node, &lo) ||
	    !inq_field_try_u64(k, &rd->f[NODE_GRPHI], node, &hi)) {
		inq_gap_add(rd->in->c, "RCU", node, "an rcu_node can't be read");
		rd->found.looked = false;
		return;
	}
	for (unsigned int bit = 0; rd->which == INQ_RCU_ALL && bit < 64 && lo + bit <= hi; bit++) {
		if (mask >> bit & 1)
			add_cpu(rd, node, mask, (int32_t)(lo + bit));
	}
	if (rd->tasks->found && rd->f[NODE_BLKD_TASKS].found && rd->f[TASK_RCU_ENTRY].found &&
	    inq_field_try_u64(k, rd->tasks, node, &first) && first)
		add_blocked_tasks(rd, node, first);
}

static void read_nodes(struct nodes_reader *rd, uint64_t state)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t n = 0, levels = 0, level, node = state + rd->f[RCU_NODES].offset;
	size_t size;

	if (!inq_kernel_try_global(k, "rcu_num_nodes", 4, &n) || n > NODES_MAX ||
	    !inq_kernel_try_global(k, "rcu_num_lvls", 4, &levels) ||
	    !inq_struct_size(k, "rcu_node", &size))
		return;
	rd->found.looked = rd->which == INQ_RCU_ALL;
	for (uint64_t i = 0; i < n; i++, node += size) {
		if (inq_field_try_u64(k, &rd->f[NODE_LEVEL], node, &level) && level + 1 == levels)
			read_leaf(rd, node);
	}
}

struct inq_rcu_blockers inq_rcu_blockers(struct inq_inspect *in, inq_id resource, bool expedited,
					 enum inq_rcu_which which)
{
	struct nodes_reader rd = {
		.in = in, .resource = resource, .which = which, .left = BLOCKED_MAX};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, rcu_defs, rd.f, RCU_NR);
	uint64_t state = inq_symbol_addr(in->k, "rcu_state");

	if (err || !state) {
		inq_gap_add(in->c, "RCU", 0, "%s", err ? err->message : "no rcu_state");
		return rd.found;
	}
	rd.mask = &rd.f[expedited ? NODE_EXPMASK : NODE_QSMASK];
	rd.tasks = &rd.f[expedited ? NODE_EXP_TASKS : NODE_GP_TASKS];
	rd.what = expedited ? "expedited RCU grace period" : "RCU grace period";
	read_nodes(&rd, state);
	return rd.found;
}
