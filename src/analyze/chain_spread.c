// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/chain.h"

#include <string.h>

#include "analyze/duration.h"
#include "util/strbuf.h"
#include "util/banned.h"

/* Waits of the same kind, for the same thing. */
struct group {
	enum inq_resource_kind kind;
	inq_id resource; /* of locks; INQ_NONE: any of this kind */
	inq_node target;
	const char *function;
	const struct inq_wait *first;
	struct inq_actor some[3]; /* the first few */
	size_t n;
	double longest_s;
	struct inq_ids evidence;   /* of the first few */
	struct inq_hashmap shapes; /* kinds of stack */
};

enum { MAX_GROUPS = 4, MAX_NAMED = 3 };

struct groups {
	struct group v[MAX_GROUPS];
	size_t n;
	size_t others; /* waiters that fit in none */
	size_t turns;  /* tasks that wait for a turn on a stuck CPU */
};

static struct group *group_of(const struct inq_analysis *a, struct groups *gs,
			      const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(a->c, w->resource);
	inq_node target = inq_graph_node_of(a->c, &a->g, &w->target);
	struct group g = {.kind = r ? r->kind : INQ_RES_UNKNOWN,
			  .resource = target < 0 ? w->resource : INQ_NONE,
			  .target = target,
			  .function = w->function,
			  .first = w,
			  .longest_s = -1};

	for (size_t i = 0; i < gs->n; i++) {
		if (gs->v[i].kind == g.kind && gs->v[i].resource == g.resource &&
		    gs->v[i].target == g.target && inq_str_same(gs->v[i].function, g.function))
			return &gs->v[i];
	}
	if (gs->n == MAX_GROUPS)
		return NULL;
	gs->v[gs->n] = g;
	return &gs->v[gs->n++];
}

static void add_shape(struct inq_analysis *a, struct group *g, const struct inq_actor *who)
{
	const struct inq_stack *s = inq_case_stack(a->c, inq_actor_stack(a->c, who));

	if (s && !inq_hashmap_put(&g->shapes, inq_stack_shape(s), 1))
		a->c->arena.failed = true;
}

static void add_victim(struct inq_analysis *a, struct groups *gs, const struct inq_victim *victim)
{
	const struct inq_wait *w;
	struct group *g;
	double s;

	if (victim->wait == INQ_NONE) {
		gs->turns++;
		return;
	}
	w = &a->c->waits.v[victim->wait];
	g = group_of(a, gs, w);
	if (!g) {
		gs->others++;
		return;
	}
	s = inq_wait_seconds(a->c, w);
	if (s > g->longest_s)
		g->longest_s = s;
	if (g->n < MAX_NAMED) {
		g->some[g->n] = victim->actor;
		inq_ids_add_all(a->c, &g->evidence, &w->evidence);
	}
	g->n++;
	add_shape(a, g, &victim->actor);
}

/* "CPU 1 python (108), CPU 2 python (109) and 5 others wait" */
static void say_who(struct inq_analysis *a, const struct group *g, struct inq_strbuf *sb)
{
	size_t named = g->n < MAX_NAMED ? g->n : MAX_NAMED;

	for (size_t i = 0; i < named; i++) {
		if (i)
			inq_strbuf_add(sb, i + 1 == named && g->n == named ? " and " : ", ");
		inq_strbuf_add(sb, inq_say_actor(a->c, &g->some[i]));
	}
	if (g->n > named)
		inq_strbuf_addf(sb, " and %zu other%s", g->n - named, g->n - named == 1 ? "" : "s");
	inq_strbuf_add(sb, g->n == 1 ? " waits" : " wait");
}

/* The time is since a watchdog ran: the wait is not older. */
static bool is_bound(const struct inq_wait *w)
{
	return w->since_how && strcmp(w->since_how, "watchdog") == 0;
}

static void tell_group(struct inq_analysis *a, const struct group *g)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_chain_step *step;

	say_who(a, g, &sb);
	if (g->kind == INQ_RES_IPI && g->target >= 0) {
		struct inq_actor target = inq_node_actor(a->c, &a->g, g->target);

		inq_strbuf_addf(&sb, " for CPU %d to answer an IPI", target.cpu);
		if (g->function)
			inq_strbuf_addf(&sb, " (%s)", g->function);
		inq_strbuf_add(&sb, ", preemption off");
	} else {
		inq_strbuf_addf(&sb, " for %s", inq_say_resource(a->c, g->first->resource));
	}
	if (g->n > MAX_NAMED && g->shapes.n > 1)
		inq_strbuf_addf(&sb, ", in %zu kinds of stack", g->shapes.n);
	if (g->longest_s >= 0)
		inq_strbuf_addf(&sb,
				is_bound(g->first) ? ", for at most %.1f s"
				: g->n > 1	   ? ", up to %.1f s"
						   : ", for %.1f s",
				g->longest_s);
	step = inq_chain_add(a, -1, inq_say(a->c, "%s", inq_strbuf_str(&sb)));
	if (step)
		inq_ids_add_all(a->c, &step->evidence, &g->evidence);
	a->c->arena.failed |= sb.failed;
}

/* Those who wait for a turn on a CPU: that it is stuck is what shows it. */
static void tell_turns(struct inq_analysis *a, size_t n)
{
	struct inq_chain_step *step = inq_chain_add(
		a, -1,
		inq_say(a->c, "%zu runnable task%s for a turn on a CPU that never comes", n,
			n == 1 ? " waits" : "s wait"));

	for (size_t i = 0; step && i < a->c->cpus.n; i++) {
		if (inq_cpu_is_stuck(a->c, (int32_t)i))
			inq_ids_add(a->c, &step->evidence, a->c->cpus.v[i].ev_stuck);
	}
}

void inq_chain_tell_spread(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_verdict *v = &a->c->verdict;
	struct groups gs = {.n = 0};

	(void)cand;
	for (size_t i = 0; i < v->victims.n; i++)
		add_victim(a, &gs, &v->victims.v[i]);
	for (size_t i = 0; i < gs.n; i++) {
		tell_group(a, &gs.v[i]);
		inq_hashmap_deinit(&gs.v[i].shapes);
	}
	if (gs.others)
		inq_chain_add(a, -1,
			      inq_say(a->c, "%zu more %s behind them, in other ways", gs.others,
				      gs.others == 1 ? "waits" : "wait"));
	if (gs.turns)
		tell_turns(a, gs.turns);
}
