// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <string.h>

#include "model/describe.h"
#include "util/hashmap.h"
#include "util/vec.h"
#include "util/strbuf.h"
#include "util/banned.h"

/* Waits that look alike: same thing, same function asked for. */
struct group {
	const struct inq_wait *wait; /* the first of them; NULL: waits for a turn on a CPU */
	struct inq_actor first;
	size_t n;
	double longest_s;
};

struct groups {
	struct group *v;
	size_t n;
	size_t max;
};

static bool is_alike(const struct inq_case *c, const struct inq_wait *x, const struct inq_wait *y)
{
	const struct inq_resource *rx, *ry;

	if (!x || !y)
		return x == y;
	rx = inq_case_resource(c, x->resource);
	ry = inq_case_resource(c, y->resource);
	if (!inq_str_same(x->function, y->function) || !rx != !ry || (rx && rx->kind != ry->kind))
		return false;
	/* each IPI has a csd of its own: what counts is who must answer */
	if (x->target.kind != INQ_ACTOR_NONE || y->target.kind != INQ_ACTOR_NONE)
		return inq_actor_same(&x->target, &y->target);
	return x->resource == y->resource;
}

static void add_to_group(struct inq_page *p, struct groups *gs, const struct inq_actor *who,
			 const struct inq_wait *w)
{
	enum { MANY = 64 }; /* kinds of waiting; beyond, all is one */
	struct group *g = NULL;

	for (size_t i = 0; i < gs->n && !g; i++) {
		if (is_alike(p->c, gs->v[i].wait, w))
			g = &gs->v[i];
	}
	if (!g && gs->n >= MANY)
		g = &gs->v[gs->n - 1];
	if (!g) {
		g = inq_vec_push(gs);
		if (!g) {
			p->out.failed = true;
			return;
		}
		*g = (struct group){.wait = w, .first = *who, .longest_s = -1};
	}
	g->n++;
	if (w && w->since_s > g->longest_s)
		g->longest_s = w->since_s;
}

static void describe_holder(const struct inq_page *p, const struct inq_holders *holders,
			    const struct inq_wait *w, struct inq_strbuf *sb)
{
	const struct inq_hold *h = inq_holders_get(p->c, holders, w->resource);
	const struct inq_actor *who = h ? &h->holder : &w->target;
	const struct inq_cpu *cpu = inq_case_cpu(p->c, who->cpu);

	if (who->kind == INQ_ACTOR_NONE)
		inq_strbuf_add(sb, "nobody that was found");
	else if (inq_actor_same(who, &w->waiter))
		inq_strbuf_add(sb, "itself");
	else
		inq_describe_actor(p->c, who, sb);
	if (cpu && cpu->irqs == INQ_NO && who->kind != INQ_ACTOR_NONE)
		inq_strbuf_add(sb, " (interrupts off)");
}

/* An IPI may be called by its function already. */
static bool is_named(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(c, w->resource);

	return r && r->name && strcmp(r->name, w->function) == 0;
}

/* "CPU 2 python (110)  --IPI flush_tlb_func, 21.1 s-->  CPU 0 java (3423)" */
static void put_group(struct inq_page *p, const struct inq_holders *holders, const struct group *g)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_describe_actor(p->c, &g->first, &sb);
	if (g->n > 1)
		inq_strbuf_addf(&sb, " and %zu more like it", g->n - 1);
	if (!g->wait) {
		inq_strbuf_add(&sb, "  --runnable-->  a turn on a stuck CPU");
	} else {
		inq_strbuf_add(&sb, "  --");
		inq_describe_resource(p->c, g->wait->resource, &sb);
		if (g->wait->function && !is_named(p->c, g->wait))
			inq_strbuf_addf(&sb, " %s", g->wait->function);
		if (g->longest_s >= 0)
			inq_strbuf_addf(&sb, ", %s%.1f s", g->n > 1 ? "up to " : "", g->longest_s);
		inq_strbuf_add(&sb, "-->  ");
		describe_holder(p, holders, g->wait, &sb);
	}
	inq_page_wrap(p, INQ_STYLE_PLAIN, "", 2, inq_strbuf_str(&sb), NULL);
	p->out.failed |= sb.failed;
}

/* Who is a victim: by task, and by CPU where one executes on it. */
struct victims {
	struct inq_hashmap tasks;
	struct inq_hashmap cpus;
};

static bool add_victim(struct victims *vs, const struct inq_actor *who)
{
	return (who->task == INQ_NONE || inq_hashmap_put(&vs->tasks, (uint64_t)who->task, 1)) &&
	       (who->cpu < 0 || inq_hashmap_put(&vs->cpus, (uint64_t)who->cpu, 1));
}

static bool is_victim(const struct victims *vs, const struct inq_actor *who)
{
	return (who->task != INQ_NONE && inq_hashmap_get(&vs->tasks, (uint64_t)who->task, NULL)) ||
	       (who->cpu >= 0 && inq_hashmap_get(&vs->cpus, (uint64_t)who->cpu, NULL));
}

/* The waits that keep the core going: the culprit's own, a cycle's. */
static void put_core(struct inq_page *p, const struct inq_holders *holders,
		     const struct victims *vs)
{
	const struct inq_verdict *v = &p->c->verdict;
	const struct inq_finding *f;

	if (v->finding == INQ_NONE || (size_t)v->finding >= p->c->findings.n)
		return;
	f = &p->c->findings.v[v->finding];
	for (size_t i = 0; i < f->waits.n; i++) {
		const struct inq_wait *w = &p->c->waits.v[f->waits.v[i]];
		struct group g = {.wait = w, .first = w->waiter, .n = 1, .longest_s = w->since_s};

		if (!is_victim(vs, &w->waiter))
			put_group(p, holders, &g);
	}
}

void inq_text_waits(struct inq_page *p, const struct inq_holders *h)
{
	const struct inq_verdict *v = &p->c->verdict;
	struct victims vs = {0};
	struct groups gs = {0};
	size_t shown;

	if (!v->victims.n && (v->finding == INQ_NONE || !p->c->findings.v[v->finding].waits.n))
		return;
	for (size_t i = 0; i < v->victims.n; i++) {
		inq_id w = v->victims.v[i].wait;

		add_to_group(p, &gs, &v->victims.v[i].actor,
			     w == INQ_NONE ? NULL : &p->c->waits.v[w]);
		p->out.failed |= !add_victim(&vs, &v->victims.v[i].actor);
	}
	inq_page_heading(p, "WHO WAITS FOR WHOM");
	shown = p->verbose || gs.n <= 8 ? gs.n : 8;
	for (size_t i = 0; i < shown; i++)
		put_group(p, h, &gs.v[i]);
	if (shown < gs.n)
		inq_page_addf(p, INQ_STYLE_DIM, "  ... and %zu other kinds of waiting (-v)\n",
			      gs.n - shown);
	put_core(p, h, &vs);
	inq_hashmap_deinit(&vs.tasks);
	inq_hashmap_deinit(&vs.cpus);
	inq_vec_deinit(&gs);
}
