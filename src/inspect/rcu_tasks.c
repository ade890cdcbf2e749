// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rcu-tasks: synchronize_rcu_tasks(), a grace period of its own kind: it ends when every task has
 * slept or been in user mode once.  Being preempted is not enough, nor is cond_resched().
 *
 *	task_struct.rcu_tasks_holdout	the grace period still waits for this task
 *
 * Who unloads a trampoline of ftrace, kprobes or BPF waits for it, with their locks held.  sleepers
 * has given these waits the one rcu_state.
 */
#include <inttypes.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { TASK_HOLDOUT, RCU_TASKS_NR };
static const struct inq_field_def rcu_tasks_defs[RCU_TASKS_NR] = {
	[TASK_HOLDOUT] = {"task_struct", "rcu_tasks_holdout", INQ_REQUIRED},
};

static const char *const waiting[] = {"synchronize_rcu_tasks", "rcu_barrier_tasks", NULL};

/* Tasks that may be in the way: with that many the grace period has only begun. */
enum { HOLDOUTS_MAX = 64 };

static bool waits_here(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(c, w->resource);
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	const struct inq_stack *s = t && !t->on_cpu ? inq_case_stack(c, t->stack) : NULL;

	return s && r && (r->kind == INQ_RES_RCU || r->kind == INQ_RES_COMPLETION) &&
	       inq_fact_find_frame(s, 0, waiting) >= 0;
}

/* All waits of that kind are for one resource from now on; INQ_NONE: there is none. */
static inq_id move_waits(struct inq_inspect *in)
{
	uint64_t addr = inq_symbol_addr(in->k, "rcu_tasks");
	inq_id id = INQ_NONE;

	for (size_t i = 0; i < in->c->waits.n; i++) {
		if (!waits_here(in->c, &in->c->waits.v[i]))
			continue;
		if (id == INQ_NONE)
			id = inq_resource_find_or_add(in->c, INQ_RES_RCU, addr);
		in->c->waits.v[i].resource = id;
	}
	return id;
}

/* The function by which the task came into the module whose code it is in: it tells where it
 * loops, wherever in there it just is. */
static void name_code(const struct inq_case *c, const struct inq_task *t, struct inq_hold *h)
{
	const struct inq_cpu *cpu = t->on_cpu ? inq_case_cpu(c, t->cpu) : NULL;
	const struct inq_stack *s = inq_case_stack(c, cpu ? cpu->stack : t->stack);

	for (size_t i = 0; s && i < s->n; i++) {
		if (!s->v[i].module || s->v[i].context != INQ_FRAME_TASK)
			continue;
		h->function = s->v[i].symbol;
		h->module = s->v[i].module;
		h->frame = (inq_id)i;
	}
}

static bool add_hold(struct inq_inspect *in, const struct inq_field *f, inq_id id, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	struct inq_hold *h;
	uint64_t holdout;

	if (t->run == INQ_RUN_DEAD || !inq_field_try_u64(in->k, f, t->addr, &holdout) || !holdout)
		return false;
	if (!t->on_cpu)
		inq_fact_task_stack(in, task);
	t = inq_case_task(in->c, task);
	h = inq_edge_hold(in, id, inq_edge_task(in, task),
			  inq_fact_member(in, "task_struct", f->def->path, t->addr, f, holdout,
					  inq_fact_task_name(in, task)));
	if (!h)
		return true;
	/* all that it does until it sleeps is its read-side section */
	h->shared = true;
	name_code(in->c, t, h);
	return true;
}

struct inq_error *inq_inspect_rcu_tasks(struct inq_inspect *in)
{
	struct inq_field f[RCU_TASKS_NR];
	cleanup_error struct inq_error *err = NULL;
	struct inq_resource *r;
	inq_id id = move_waits(in);
	size_t n = 0;

	if (id == INQ_NONE)
		return NULL;
	r = inq_case_resource(in->c, id);
	if (r)
		r->name = "rcu_tasks";
	err = inq_fields_resolve(in->k, rcu_tasks_defs, f, RCU_TASKS_NR);
	if (err) {
		inq_gap_add(in->c, "whom tasks RCU waits for", 0, "%s", err->message);
		return NULL;
	}
	for (size_t i = 0; i < in->c->tasks.n && n < HOLDOUTS_MAX; i++)
		n += add_hold(in, &f[TASK_HOLDOUT], id, (inq_id)i);
	return NULL;
}
