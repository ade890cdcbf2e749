// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/graph.h"

#include <assert.h>
#include <string.h>

#include "analyze/duration.h"
#include "util/banned.h"

inq_node inq_graph_node_of(const struct inq_case *c, const struct inq_graph *g,
			   const struct inq_actor *a)
{
	const struct inq_task *t = inq_case_task(c, a->task);
	int32_t cpu = a->cpu;

	if (a->kind == INQ_ACTOR_NONE)
		return -1;
	/* a task's CPU may be the one that it ran on last */
	if (a->kind == INQ_ACTOR_TASK && t)
		cpu = t->on_cpu ? t->cpu : -1;
	if (cpu >= 0 && (size_t)cpu < g->nr_cpus)
		return cpu;
	return t ? (inq_node)(g->nr_cpus + (size_t)a->task) : -1;
}

inq_id inq_node_task(const struct inq_case *c, const struct inq_graph *g, inq_node n)
{
	if (inq_node_is_cpu(g, n))
		return c->cpus.v[n].task;
	return inq_node_is_actor(g, n) ? n - (inq_node)g->nr_cpus : INQ_NONE;
}

inq_id inq_node_resource(const struct inq_graph *g, inq_node n)
{
	inq_node r = n - (inq_node)(g->nr_cpus + g->nr_tasks);

	return n >= 0 && r >= 0 ? r : INQ_NONE;
}

struct inq_actor inq_node_actor(const struct inq_case *c, const struct inq_graph *g, inq_node n)
{
	struct inq_actor a = INQ_ACTOR_INIT;

	if (!inq_node_is_actor(g, n))
		return a;
	a.task = inq_node_task(c, g, n);
	if (inq_node_is_cpu(g, n)) {
		a.kind = INQ_ACTOR_CPU;
		a.cpu = n;
	} else {
		a.kind = INQ_ACTOR_TASK;
	}
	return a;
}

static inq_node resource_node(const struct inq_case *c, const struct inq_graph *g, inq_id r)
{
	return inq_case_resource(c, r) ? (inq_node)(g->nr_cpus + g->nr_tasks) + r : -1;
}

/* ---- edges, in two passes: count, then fill --------------------------- */

struct edges {
	const struct inq_case *c;
	struct inq_graph *g;
	uint32_t *next; /* where the next edge of each node goes; NULL: count only */
};

static void add_edge(struct edges *e, inq_node from, inq_node to, inq_id wait, inq_id hold)
{
	if (from < 0 || to < 0)
		return;
	if (!e->next) {
		e->g->first[from + 1]++;
		return;
	}
	e->g->edges[e->next[from]++] = (struct inq_edge){.to = to, .wait = wait, .hold = hold};
}

static bool ends_by_itself(enum inq_resource_kind kind)
{
	return kind == INQ_RES_TIMER || kind == INQ_RES_USER;
}

static void add_wait_edges(struct edges *e)
{
	for (size_t i = 0; i < e->c->waits.n; i++) {
		const struct inq_wait *w = &e->c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(e->c, w->resource);
		inq_node from = inq_graph_node_of(e->c, e->g, &w->waiter);
		inq_node target = inq_graph_node_of(e->c, e->g, &w->target);

		/* of a word in memory nobody can be told to hold it up: who reads it is at the end
		 */
		if (r && (ends_by_itself(r->kind) || r->kind == INQ_RES_MEMORY))
			continue;
		add_edge(e, from, target, (inq_id)i, INQ_NONE);
		/* an IPI's csd has no holder; it would look like a lock that nobody holds */
		if (target < 0 || (r && r->kind != INQ_RES_IPI))
			add_edge(e, from, resource_node(e->c, e->g, w->resource), (inq_id)i,
				 INQ_NONE);
	}
}

static void add_hold_edges(struct edges *e)
{
	for (size_t i = 0; i < e->c->holds.n; i++) {
		const struct inq_hold *h = &e->c->holds.v[i];

		add_edge(e, resource_node(e->c, e->g, h->resource),
			 inq_graph_node_of(e->c, e->g, &h->holder), INQ_NONE, (inq_id)i);
	}
}

static void add_turn_edges(struct edges *e)
{
	for (size_t i = 0; i < e->c->tasks.n; i++) {
		const struct inq_task *t = &e->c->tasks.v[i];

		if (t->run == INQ_RUN_QUEUED && !t->on_cpu &&
		    (inq_cpu_is_stuck(e->c, t->cpu) || inq_task_is_starved(e->c, (inq_id)i)))
			add_edge(e, (inq_node)(e->g->nr_cpus + i), t->cpu, INQ_NONE, INQ_NONE);
	}
}

static bool fill_edges(struct inq_case *c, struct inq_graph *g)
{
	struct edges e = {.c = c, .g = g};
	uint32_t total = 0;

	g->first = inq_arena_calloc(&c->arena, g->nr_nodes + 2, sizeof(*g->first));
	e.next = NULL;
	if (!g->first)
		return false;
	add_wait_edges(&e);
	add_hold_edges(&e);
	add_turn_edges(&e);
	for (size_t i = 1; i <= g->nr_nodes; i++)
		total = g->first[i] += total;
	g->edges = inq_arena_calloc(&c->arena, (size_t)total + 1, sizeof(*g->edges));
	e.next = inq_arena_calloc(&c->arena, g->nr_nodes + 1, sizeof(*e.next));
	if (!g->edges || !e.next)
		return false;
	memcpy(e.next, g->first, g->nr_nodes * sizeof(*e.next));
	add_wait_edges(&e);
	add_hold_edges(&e);
	add_turn_edges(&e);
	return true;
}

/* ---- strongly connected components: Tarjan, with a stack of our own ---- */

struct tarjan {
	uint32_t *index; /* order of discovery + 1; 0: not yet seen */
	uint32_t *low;
	uint32_t *at; /* next edge to look at */
	inq_node *path;
	inq_node *stack;
	size_t path_n, stack_n;
	bool *on_stack;
	uint32_t next_index;
	int32_t *component; /* of each node, numbered as they are closed: sinks first */
	int32_t nr;
};

static void tarjan_open(struct tarjan *t, const struct inq_graph *g, inq_node n)
{
	t->index[n] = t->low[n] = ++t->next_index;
	t->at[n] = g->first[n];
	t->path[t->path_n++] = n;
	t->stack[t->stack_n++] = n;
	t->on_stack[n] = true;
}

static void tarjan_close(struct tarjan *t, inq_node n)
{
	inq_node m;

	t->path_n--;
	if (t->path_n) {
		inq_node parent = t->path[t->path_n - 1];

		if (t->low[n] < t->low[parent])
			t->low[parent] = t->low[n];
	}
	if (t->low[n] != t->index[n])
		return;
	do {
		m = t->stack[--t->stack_n];
		t->on_stack[m] = false;
		t->component[m] = t->nr;
	} while (m != n);
	t->nr++;
}

static void tarjan_from(struct tarjan *t, const struct inq_graph *g, inq_node start)
{
	tarjan_open(t, g, start);
	while (t->path_n) {
		inq_node n = t->path[t->path_n - 1];
		inq_node to;

		if (t->at[n] == g->first[n + 1]) {
			tarjan_close(t, n);
			continue;
		}
		to = g->edges[t->at[n]++].to;
		if (!t->index[to])
			tarjan_open(t, g, to);
		else if (t->on_stack[to] && t->index[to] < t->low[n])
			t->low[n] = t->index[to];
	}
}

static bool tarjan_run(struct inq_case *c, const struct inq_graph *g, struct tarjan *t)
{
	struct inq_arena *a = &c->arena;
	size_t n = g->nr_nodes + 1;

	t->index = inq_arena_calloc(a, n, sizeof(*t->index));
	t->low = inq_arena_calloc(a, n, sizeof(*t->low));
	t->at = inq_arena_calloc(a, n, sizeof(*t->at));
	t->path = inq_arena_calloc(a, n, sizeof(*t->path));
	t->stack = inq_arena_calloc(a, n, sizeof(*t->stack));
	t->on_stack = inq_arena_calloc(a, n, sizeof(*t->on_stack));
	t->component = inq_arena_calloc(a, n, sizeof(*t->component));
	if (a->failed)
		return false;
	for (size_t i = 0; i < g->nr_nodes; i++) {
		if (!t->index[i])
			tarjan_from(t, g, (inq_node)i);
	}
	return true;
}

/* ---- cores ------------------------------------------------------------- */

/* What is known of a component before it becomes a core. */
struct component {
	size_t nodes;	 /* in it */
	bool cycle;	 /* an edge inside */
	bool waited_for; /* an edge from outside */
	bool core;
	bool leaves;	  /* an edge to outside */
	int32_t leads_to; /* component where waiting ends */
};

/* A holder of a spinning lock that sleeps: whatever it sleeps for, it is the cause. */
static bool is_atomic_sleeper(const struct inq_case *c, const struct inq_edge *e)
{
	const struct inq_hold *h;
	const struct inq_resource *r;
	const struct inq_task *t;

	if (e->hold == INQ_NONE)
		return false;
	h = &c->holds.v[e->hold];
	r = inq_case_resource(c, h->resource);
	t = inq_case_task(c, h->holder.task);
	if (!r || !t || h->holder.kind != INQ_ACTOR_TASK || h->how == INQ_HELD_STACK)
		return false;
	return inq_resource_is_spinning_lock(r->kind) && !t->on_cpu &&
	       (t->run == INQ_RUN_SLEEPING || t->run == INQ_RUN_BLOCKED || t->run == INQ_RUN_IDLE);
}

static void look_at_edges(const struct inq_case *c, const struct inq_graph *g,
			  const struct tarjan *t, struct component *comps)
{
	for (size_t n = 0; n < g->nr_nodes; n++) {
		struct component *from = &comps[t->component[n]];

		from->nodes++;
		for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++) {
			struct component *to = &comps[t->component[g->edges[i].to]];

			if (to == from) {
				from->cycle = true;
				continue;
			}
			from->leaves = true;
			to->waited_for = true;
			if (is_atomic_sleeper(c, &g->edges[i]))
				to->core = true;
		}
	}
}

/* Of several things that a component waits for, the first cycle, else the first of all. */
static void lead_on(const struct inq_graph *g, const struct tarjan *t, struct component *comps,
		    size_t n)
{
	struct component *from = &comps[t->component[n]];

	if (from->core)
		return;
	for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++) {
		int32_t to = comps[t->component[g->edges[i].to]].leads_to;

		if (to < 0 || t->component[g->edges[i].to] == t->component[n])
			continue;
		if (from->leads_to < 0 || (comps[to].cycle && !comps[from->leads_to].cycle))
			from->leads_to = to;
	}
}

static void find_ends(const struct inq_case *c, const struct inq_graph *g, const struct tarjan *t,
		      struct component *comps, const inq_node *by_component)
{
	size_t at = 0;

	look_at_edges(c, g, t, comps);
	/* components are numbered sinks first: what one waits for is done before it */
	for (int32_t k = 0; k < t->nr; k++) {
		struct component *comp = &comps[k];
		size_t end = at + comp->nodes;

		comp->core = comp->cycle || (comp->waited_for && (comp->core || !comp->leaves));
		comp->leads_to = comp->core ? k : -1;
		for (; at < end; at++)
			lead_on(g, t, comps, (size_t)by_component[at]);
	}
}

/* The nodes sorted by component (a counting sort). */
static inq_node *sort_by_component(struct inq_case *c, const struct inq_graph *g,
				   const struct tarjan *t)
{
	inq_node *sorted = inq_arena_calloc(&c->arena, g->nr_nodes + 1, sizeof(*sorted));
	size_t *at = inq_arena_calloc(&c->arena, (size_t)t->nr + 2, sizeof(*at));

	if (!sorted || !at)
		return NULL;
	for (size_t n = 0; n < g->nr_nodes; n++)
		at[t->component[n] + 1]++;
	for (int32_t k = 0; k < t->nr; k++)
		at[k + 1] += at[k];
	for (size_t n = 0; n < g->nr_nodes; n++)
		sorted[at[t->component[n]]++] = (inq_node)n;
	return sorted;
}

static void add_core_wait(const struct inq_case *c, struct inq_core *core, inq_id wait)
{
	const struct inq_wait *w = &c->waits.v[wait];
	double s = inq_wait_seconds(c, w);

	core->waits[core->nr_waits++] = wait;
	if (s > core->longest_s)
		core->longest_s = s;
	core->long_wait |= inq_wait_is_long(c, w);
}

/* Waits that reach a core itself: of its own nodes, and of others for a node of it. */
static void collect_waits(const struct inq_case *c, struct inq_graph *g, const struct tarjan *t,
			  const struct component *comps, bool count, uint32_t *counts)
{
	for (size_t n = 0; n < g->nr_nodes; n++) {
		for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++) {
			const struct inq_edge *e = &g->edges[i];
			int32_t k = t->component[e->to];
			inq_node to = e->to;

			if (e->wait == INQ_NONE)
				continue;
			/* the end of "waiter -> lock -> holder" is the holder */
			if (!comps[k].core && !inq_node_is_actor(g, to))
				k = comps[k].leads_to;
			if (k < 0 || !comps[k].core)
				continue;
			if (count)
				counts[g->core_of[to]]++;
			else
				add_core_wait(c, &g->cores[g->core_of[to]], e->wait);
		}
	}
}

/* What a core is: the nodes of its component. */
static void set_nodes(struct inq_graph *g, const struct tarjan *t, const struct component *comps,
		      inq_node *by_component)
{
	size_t at = 0;

	for (int32_t k = 0; k < t->nr; at += comps[k++].nodes) {
		struct inq_core *core;

		if (!comps[k].core)
			continue;
		core = &g->cores[g->core_of[by_component[at]]];
		core->cycle = comps[k].cycle;
		core->nodes = &by_component[at];
		core->nr_nodes = comps[k].nodes;
		core->longest_s = -1;
	}
}

/* The actors of each core, and those whom it holds up: counted, then listed where @list. */
static void collect_actors(struct inq_graph *g, bool list)
{
	for (size_t n = 0; n < g->nr_nodes; n++) {
		struct inq_core *core;

		if (!inq_node_is_actor(g, (inq_node)n) || g->core_of[n] < 0)
			continue;
		core = &g->cores[g->core_of[n]];
		if (g->in_core[n])
			core->nr_actors += !list;
		else if (list)
			core->victims[core->nr_victims++] = (inq_node)n;
		else
			core->nr_victims++;
	}
}

static bool fill_cores(struct inq_case *c, struct inq_graph *g, const struct tarjan *t,
		       const struct component *comps, inq_node *by_component)
{
	uint32_t *waits = inq_arena_calloc(&c->arena, g->nr_cores + 1, sizeof(*waits));

	if (!waits)
		return false;
	set_nodes(g, t, comps, by_component);
	collect_waits(c, g, t, comps, true, waits);
	collect_actors(g, false);
	for (size_t i = 0; i < g->nr_cores; i++) {
		struct inq_core *core = &g->cores[i];

		core->waits = inq_arena_calloc(&c->arena, waits[i] + 1, sizeof(*core->waits));
		core->victims =
			inq_arena_calloc(&c->arena, core->nr_victims + 1, sizeof(*core->victims));
		if (!core->waits || !core->victims)
			return false;
		core->nr_victims = 0;
	}
	collect_waits(c, g, t, comps, false, NULL);
	collect_actors(g, true);
	return true;
}

struct inq_error *inq_graph_build(struct inq_case *c, struct inq_graph *ret)
{
	struct inq_graph g = {.nr_cpus = c->cpus.n, .nr_tasks = c->tasks.n};
	struct tarjan t = {0};
	struct component *comps;
	inq_node *by_component;
	int32_t *number;

	g.nr_nodes = g.nr_cpus + g.nr_tasks + c->resources.n;
	if (!fill_edges(c, &g) || !tarjan_run(c, &g, &t))
		return &inq_enomem;
	comps = inq_arena_calloc(&c->arena, (size_t)t.nr + 1, sizeof(*comps));
	number = inq_arena_calloc(&c->arena, (size_t)t.nr + 1, sizeof(*number));
	g.core_of = inq_arena_calloc(&c->arena, g.nr_nodes + 1, sizeof(*g.core_of));
	g.in_core = inq_arena_calloc(&c->arena, g.nr_nodes + 1, sizeof(*g.in_core));
	by_component = sort_by_component(c, &g, &t);
	if (!comps || !number || !g.core_of || !g.in_core || !by_component)
		return &inq_enomem;
	find_ends(c, &g, &t, comps, by_component);
	for (int32_t k = 0; k < t.nr; k++) {
		if (comps[k].core)
			number[k] = (int32_t)g.nr_cores++;
	}
	for (size_t n = 0; n < g.nr_nodes; n++) {
		int32_t end = comps[t.component[n]].leads_to;

		g.core_of[n] = end < 0 ? -1 : number[end];
		g.in_core[n] = comps[t.component[n]].core;
	}
	g.cores = inq_arena_calloc(&c->arena, g.nr_cores + 1, sizeof(*g.cores));
	if (!g.cores || !fill_cores(c, &g, &t, comps, by_component))
		return &inq_enomem;
	*ret = g;
	return NULL;
}

struct inq_core *inq_graph_core_at(const struct inq_graph *g, inq_node n)
{
	if (n < 0 || (size_t)n >= g->nr_nodes || !g->in_core[n])
		return NULL;
	return &g->cores[g->core_of[n]];
}
