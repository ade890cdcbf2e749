// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/edges.h"

#include "inspect/facts.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"

#include "util/banned.h"

struct inq_wait *inq_edge_wait(struct inq_inspect *in, struct inq_actor waiter, inq_id resource)
{
	struct inq_wait *w = inq_case_add(in->c, &in->c->waits);

	if (!w)
		return NULL;
	w->waiter = waiter;
	w->target = INQ_ACTOR_INIT;
	w->resource = resource;
	w->since_s = -1;
	w->frame = INQ_NONE;
	w->conf = INQ_CONF_CERTAIN;
	return w;
}

struct inq_wait *inq_edge_sleep(struct inq_inspect *in, inq_id task, inq_id resource, inq_id frame)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	struct inq_actor who = {.kind = INQ_ACTOR_TASK, .cpu = -1, .task = task};
	struct inq_wait *w = inq_edge_wait(in, who, resource);

	if (!w || !t)
		return w;
	w->frame = frame;
	w->since_s = t->since_s;
	w->since_how = t->since_s >= 0 ? "sched" : NULL;
	return w;
}

struct inq_wait *inq_edge_spin(struct inq_inspect *in, const struct inq_cpu *cpu, inq_id resource,
			       size_t frame)
{
	struct inq_actor who = inq_fact_actor(in, cpu->nr, cpu->stack, frame);
	struct inq_wait *w = inq_edge_wait(in, who, resource);

	if (!w)
		return NULL;
	w->spins = true;
	w->frame = (inq_id)frame;
	w->since_s = inq_fact_cpu_wait(cpu, &w->since_how);
	return w;
}

bool inq_edge_spins(const struct inq_case *c, int32_t cpu)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].spins && c->waits.v[i].waiter.cpu == cpu)
			return true;
	}
	return false;
}

struct inq_hold *inq_edge_hold(struct inq_inspect *in, inq_id resource, struct inq_actor holder,
			       inq_id evidence)
{
	struct inq_hold *h;

	for (size_t i = 0; i < in->c->holds.n; i++) {
		h = &in->c->holds.v[i];
		if (h->resource == resource && h->how == INQ_HELD_FIELD &&
		    inq_actor_same(&h->holder, &holder))
			return h;
	}
	h = inq_case_add(in->c, &in->c->holds);
	if (!h)
		return NULL;
	h->resource = resource;
	h->holder = holder;
	h->how = INQ_HELD_FIELD;
	h->every_path = true;
	h->conf = INQ_CONF_CERTAIN;
	h->frame = INQ_NONE;
	inq_ids_add(in->c, &h->evidence, evidence);
	return h;
}

struct inq_actor inq_edge_task(const struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	struct inq_actor a = INQ_ACTOR_INIT;

	if (!t)
		return a;
	a.kind = INQ_ACTOR_TASK;
	a.task = task;
	a.cpu = t->on_cpu ? t->cpu : -1;
	return a;
}

struct inq_actor inq_edge_cpu(const struct inq_inspect *in, int32_t cpu)
{
	const struct inq_cpu *c = inq_case_cpu(in->c, cpu);
	struct inq_actor a = INQ_ACTOR_INIT;

	a.kind = INQ_ACTOR_CPU;
	a.cpu = cpu;
	a.task = c ? c->task : INQ_NONE;
	return a;
}

void inq_edge_function(struct inq_inspect *in, uint64_t func, const char **ret_name,
		       const char **ret_module)
{
	struct inq_symbol sym;

	if (!inq_symbol_by_addr(in->k, func, &sym))
		return;
	*ret_name = inq_arena_strdup(&in->c->arena, sym.name);
	if (sym.module)
		*ret_module = inq_arena_strdup(&in->c->arena, sym.module->name);
}
