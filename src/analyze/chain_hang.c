// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/chain.h"

#include <inttypes.h>
#include <string.h>

#include "analyze/duration.h"
#include "analyze/stacks.h"
#include "util/strbuf.h"
#include "util/banned.h"

/* How a hang came about: who took what, and waits for what. */

static const struct inq_stack *actor_stack(const struct inq_analysis *a,
					   const struct inq_actor *who)
{
	inq_node n = inq_graph_node_of(a->c, &a->g, who);

	return n < 0 ? NULL : inq_node_stack(a, n);
}

/* ---- locks ----------------------------------------------------------------- */

static const char *how_held(const struct inq_hold *h)
{
	switch (h->how) {
	case INQ_HELD_FIELD:
		return "the lock's own field names it as owner";
	case INQ_HELD_CODE:
		return h->every_path ? "held on every path from there to where it stands"
				     : "held on some paths from there to where it stands";
	case INQ_HELD_STACK:
		return "by what lies on its stack, a hint only";
	case INQ_HELD_NONE:
		break;
	}
	return "unknown how";
}

/* Resource @id; with its address where @other is one of the same name (INQ_NONE: no other). */
static const char *say_apart(struct inq_analysis *a, inq_id id, inq_id other)
{
	const struct inq_resource *r = inq_case_resource(a->c, id);
	const struct inq_resource *o = id == other ? NULL : inq_case_resource(a->c, other);
	const char *text = inq_say_resource(a->c, id);

	if (!r || !o || !r->name || r->kind != o->kind || !inq_str_same(r->name, o->name) ||
	    !inq_str_same(r->whose, o->whose))
		return text;
	return inq_say(a->c, "%s at 0x%" PRIx64, text, r->addr);
}

/* " holds mutex l (taken by f)"; events are not held, they are brought about. */
static const char *say_hold(struct inq_analysis *a, const struct inq_hold *h, inq_id other)
{
	const struct inq_resource *r = inq_case_resource(a->c, h->resource);
	const char *what = "is to bring about", *how = "in";

	if (!r || inq_resource_is_lock(r->kind)) {
		what = "holds";
		how = "taken by";
	} else if (r->kind == INQ_RES_HANDLER || r->kind == INQ_RES_WORK) {
		what = h->shared ? "keeps waiting" : "runs";
	} else if (r->kind == INQ_RES_ACTIVE_REF) {
		what = "uses";
	} else if (r->kind == INQ_RES_RCU) {
		what = "is in a read-side section of";
		how = "entered by";
	}
	return inq_say(a->c, " %s %s%s%s%s%s%s", what, say_apart(a, h->resource, other),
		       h->function ? " (" : "", h->function ? how : "", h->function ? " " : "",
		       h->function ? inq_say_function(a->c, h->function, h->module) : "",
		       h->function ? ")" : "");
}

/* "f (7) runs"; "a timer interrupt comes in on top of f (7) and runs", by the context of @frame. */
static const char *say_runs(struct inq_analysis *a, const struct inq_stack *s, inq_id frame,
			    const char *who)
{
	const char *context = inq_stack_context_words(s, (size_t)frame);

	if (s->v[frame].context == INQ_FRAME_TASK)
		return inq_say(a->c, "%s runs", who);
	return inq_say(a->c, "%s %s comes in on top of %s and runs",
		       strchr("aeiouIN", *context) ? "an" : "a", context, who);
}

/* Where it was taken is not on the holder's stack, or it has no stack. */
static const char *say_taken(struct inq_analysis *a, const struct inq_hold *h, bool reads)
{
	return inq_say(a->c, "%s %s %s%s%s; %s", inq_say_actor(a->c, &h->holder),
		       reads ? "is a reader under" : "took", inq_say_resource(a->c, h->resource),
		       h->function ? " in " : "",
		       h->function ? inq_say_function(a->c, h->function, h->module) : "",
		       reads ? "the grace period waits for it" : how_held(h));
}

/* "CPU 0 f (7) runs beat -> send [m], which takes spinlock a_lock; ..." */
static const char *say_taking(struct inq_analysis *a, const struct inq_hold *h, bool reads,
			      const struct inq_stack *s)
{
	cleanup_strbuf struct inq_strbuf path = INQ_STRBUF_INIT;
	const char *resource = inq_say_resource(a->c, h->resource);

	inq_stack_path(s, (size_t)h->frame, inq_stack_context_end(s, (size_t)h->frame), &path);
	if (!path.len && s->v[h->frame].symbol)
		inq_strbuf_add(&path, s->v[h->frame].symbol);
	a->c->arena.failed |= path.failed;
	return inq_say(a->c, "%s %s, which %s",
		       say_runs(a, s, h->frame, inq_say_actor(a->c, &h->holder)),
		       inq_say_function(a->c, inq_strbuf_str(&path), h->module),
		       reads ? inq_say(a->c, "enters a read-side section of %s, and is in it still",
				       resource)
			     : inq_say(a->c, "takes %s; %s", resource, how_held(h)));
}

static void tell_taking(struct inq_analysis *a, const struct inq_hold *h)
{
	const struct inq_stack *s = actor_stack(a, &h->holder);
	const struct inq_resource *r = inq_case_resource(a->c, h->resource);
	bool reads = r && r->kind == INQ_RES_RCU && inq_is_rcu_reader(h);
	const char *text;

	if (r && !reads && !inq_resource_is_lock(r->kind))
		text = inq_say(a->c, "%s%s", inq_say_actor(a->c, &h->holder),
			       say_hold(a, h, INQ_NONE));
	else if (!s || h->frame < 0 || (size_t)h->frame >= s->n)
		text = say_taken(a, h, reads);
	else
		text = say_taking(a, h, reads, s);
	inq_chain_cite_all(a, inq_chain_add(a, -1, text), &h->evidence);
}

/* "spins for spinlock x", "waits for CPU 1 to answer an IPI (flush_tlb_func)" */
static const char *say_wait(struct inq_analysis *a, const struct inq_wait *w, inq_id other)
{
	const struct inq_resource *r = inq_case_resource(a->c, w->resource);

	if (r && r->kind == INQ_RES_IPI && w->target.kind != INQ_ACTOR_NONE)
		return inq_say(a->c, "waits for %s to answer an IPI%s%s%s",
			       inq_say_actor(a->c, &w->target), w->function ? " (" : "",
			       w->function ? w->function : "", w->function ? ")" : "");
	return inq_say(a->c, "%s %s%s%s%s%s", w->spins ? "spins for" : "sleeps, waiting for",
		       say_apart(a, w->resource, other), w->function ? " running " : "",
		       w->function ? w->function : "",
		       w->target.kind == INQ_ACTOR_NONE ? "" : " of ",
		       w->target.kind == INQ_ACTOR_NONE ? "" : inq_say_actor(a->c, &w->target));
}

static bool is_how(const struct inq_wait *w, const char *how)
{
	return w->since_how && strcmp(w->since_how, how) == 0;
}

/* A watchdog's or timer's last run says when the wait began at the earliest. */
static const char *since(struct inq_analysis *a, const struct inq_wait *w)
{
	double s = inq_wait_seconds(a->c, w);

	if (s < 0)
		return "";
	if (is_how(w, "watchdog"))
		return inq_say(a->c, " (its watchdog last ran %.1f s ago)", s);
	if (is_how(w, "timer"))
		return inq_say(a->c, " (its last timer tick was %.1f s ago)", s);
	return inq_say(a->c, ", for %.1f s", s);
}

static const char *irq_words(const struct inq_analysis *a, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(a->c, nr);

	return cpu && cpu->irqs == INQ_NO ? ", interrupts off" : "";
}

/* What the code between the wait and @below (a frame further out) did to come there. */
static const char *path_to_wait(struct inq_analysis *a, const struct inq_wait *w, inq_id below,
				bool whole)
{
	cleanup_strbuf struct inq_strbuf path = INQ_STRBUF_INIT;
	const struct inq_stack *s = actor_stack(a, &w->waiter);

	if (!s || w->frame < 0 || below <= w->frame || (size_t)below > s->n)
		return "";
	if (whole)
		inq_stack_whole_path(s, (size_t)w->frame, (size_t)below, &path);
	else
		inq_stack_path(s, (size_t)w->frame, (size_t)below, &path);
	a->c->arena.failed |= path.failed;
	return path.len ? inq_say(a->c, "%s", inq_strbuf_str(&path)) : "";
}

static void cite_cpu(struct inq_analysis *a, struct inq_chain_step *step, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(a->c, nr);

	if (!cpu)
		return;
	inq_chain_cite(a, step, cpu->ev_irqs);
	inq_chain_cite(a, step, cpu->ev_stuck);
}

/* ---- hangs ------------------------------------------------------------------- */

/* How the holder came to wait for what it holds: "an interrupt comes in on top of it and runs g".
 */
static const char *say_way_back(struct inq_analysis *a, const struct inq_hold *h,
				const struct inq_wait *w, const struct inq_fault *f)
{
	const struct inq_stack *s = actor_stack(a, &w->waiter);
	const char *who = inq_say_actor(a->c, &w->waiter), *path;

	if (f && f->on_stack && f->cpu == w->waiter.cpu) {
		path = path_to_wait(a, w, f->frame, true);
		return inq_say(a->c,
			       "the fault ends in the kernel's oops handling, on the same CPU, "
			       "and that calls %s",
			       *path ? path : "the same code");
	}
	path = path_to_wait(a, w, h ? h->frame : INQ_NONE, false);
	if (!*path)
		return inq_say(a->c, "%s comes to the same code", who);
	/* a path that is not empty is on a stack, between the wait and the hold */
	if (s->v[w->frame].context != s->v[h->frame].context)
		return inq_say(a->c, "%s %s", say_runs(a, s, w->frame, who), path);
	return inq_say(a->c, "%s comes to %s", who, path);
}

static void tell_self_deadlock(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	const struct inq_hold *h = inq_core_hold(a, cand->core);
	inq_node n = inq_graph_node_of(a->c, &a->g, &v->culprit);
	const struct inq_wait *w = n < 0 ? NULL : inq_core_own_wait(a, cand->core, n);
	struct inq_chain_step *step;
	const char *irqs;

	if (h)
		tell_taking(a, h);
	if (f)
		inq_chain_tell_fault(a, &a->c->findings.v[v->trigger_finding]);
	if (!w)
		return;
	irqs = irq_words(a, w->waiter.cpu);
	step = inq_chain_add(
		a, -1,
		inq_say(a->c, "%s, which %s%s%s: the holder is itself, so it waits for ever%s",
			say_way_back(a, h, w, f), say_wait(a, w, INQ_NONE), irqs, since(a, w),
			*irqs ? " and answers no interrupt" : ""));
	inq_chain_cite_all(a, step, &w->evidence);
	cite_cpu(a, step, w->waiter.cpu);
}

static void tell_one_of_cycle(struct inq_analysis *a, const struct inq_core *core, inq_node n)
{
	const struct inq_wait *w = inq_core_own_wait(a, core, n);
	struct inq_actor who = inq_node_actor(a->c, &a->g, n);
	const struct inq_hold *held = NULL;
	struct inq_chain_step *step;

	for (size_t i = 0; i < core->nr_nodes; i++) {
		if (inq_node_is_actor(&a->g, core->nodes[i]))
			continue;
		for (uint32_t k = a->g.first[core->nodes[i]]; k < a->g.first[core->nodes[i] + 1];
		     k++) {
			if (a->g.edges[k].to == n)
				held = &a->c->holds.v[a->g.edges[k].hold];
		}
	}
	step = inq_chain_add(a, -1,
			     inq_say(a->c, "%s%s%s %s%s%s", inq_say_actor(a->c, &who),
				     held ? say_hold(a, held, w ? w->resource : INQ_NONE) : "",
				     held ? " and" : "",
				     w ? say_wait(a, w, held ? held->resource : INQ_NONE) : "waits",
				     irq_words(a, who.cpu), w ? since(a, w) : ""));
	if (held)
		inq_chain_cite_all(a, step, &held->evidence);
	if (w)
		inq_chain_cite_all(a, step, &w->evidence);
}

static inq_node next_in_cycle(const struct inq_analysis *a, const struct inq_core *core, inq_node n)
{
	const struct inq_wait *w = inq_core_own_wait(a, core, n);
	inq_node to = w ? inq_graph_node_of(a->c, &a->g, &w->target) : -1;

	if (!w)
		return -1;
	if (to >= 0 && inq_graph_core_at(&a->g, to) == core)
		return to;
	for (uint32_t k = a->g.first[n]; k < a->g.first[n + 1]; k++) {
		to = a->g.edges[k].to;
		if (a->g.edges[k].wait != INQ_NONE && inq_graph_core_at(&a->g, to) == core)
			break;
	}
	for (uint32_t k = a->g.first[to]; !inq_node_is_actor(&a->g, to) && k < a->g.first[to + 1];
	     k++) {
		if (inq_graph_core_at(&a->g, a->g.edges[k].to) == core)
			return a->g.edges[k].to;
	}
	return to;
}

static void tell_cycle(struct inq_analysis *a, const struct inq_candidate *cand)
{
	enum { MANY = 6 };
	inq_node start = inq_graph_node_of(a->c, &a->g, &a->c->verdict.culprit);
	inq_node n = start;

	for (int i = 0; i < MANY && n >= 0; i++) {
		tell_one_of_cycle(a, cand->core, n);
		n = next_in_cycle(a, cand->core, n);
		if (n == start)
			break;
	}
}

/* The hold that @f is about. */
static const struct inq_hold *hold_of(const struct inq_analysis *a, const struct inq_finding *f)
{
	for (size_t i = 0; i < a->c->holds.n; i++) {
		const struct inq_hold *h = &a->c->holds.v[i];

		if (h->resource == f->resource && inq_actor_same(&h->holder, &f->culprit))
			return h;
	}
	return NULL;
}

/* Everything else that holds others up. */
static void tell_root(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_finding *f = &a->c->findings.v[cand->finding];
	const struct inq_hold *h = cand->core ? inq_core_hold(a, cand->core) : NULL;
	struct inq_chain_step *step;

	if (!h)
		h = hold_of(a, f);
	if (h && h->function)
		tell_taking(a, h);
	if (v->trigger_finding != INQ_NONE)
		inq_chain_tell_fault(a, &a->c->findings.v[v->trigger_finding]);
	step = inq_chain_add(a, -1, f->title);
	inq_chain_cite_all(a, step, &f->evidence);
}

void inq_chain_tell_hang(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_finding *f = &a->c->findings.v[cand->finding];

	if (strcmp(f->class_, "self-deadlock") == 0)
		tell_self_deadlock(a, cand);
	else if (cand->core && cand->core->cycle && cand->core->nr_actors > 1)
		tell_cycle(a, cand);
	else
		tell_root(a, cand);
}
