// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/knowledge.h"

#include <string.h>

#include "analyze/stacks.h"
#include "analyze/verdict.h"
#include "util/banned.h"

enum { MAX_RULES = 2 };

static const struct inq_wait *own_wait(const struct inq_case *c, const struct inq_candidate *cand,
				       const struct inq_actor *who)
{
	const struct inq_finding *f = &c->findings.v[cand->finding];

	for (size_t i = 0; i < f->waits.n; i++) {
		const struct inq_wait *w = &c->waits.v[f->waits.v[i]];

		if (inq_actor_same(&w->waiter, who))
			return w;
	}
	return f->waits.n ? &c->waits.v[f->waits.v[0]] : NULL;
}

static bool path_has_member(const struct inq_fault *f, const char *member)
{
	if (!f)
		return false;
	if (f->bad_member && strcmp(f->bad_member, member) == 0)
		return true;
	/* without the analysis of values: the last member that was loaded is the bad one */
	return !f->bad_member && f->nr_path && f->path[f->nr_path - 1].member &&
	       strcmp(f->path[f->nr_path - 1].member, member) == 0;
}

static unsigned int context_bit(enum inq_frame_context context)
{
	switch (context) {
	case INQ_FRAME_SOFTIRQ:
	case INQ_FRAME_IRQ:
	case INQ_FRAME_NMI:
		return INQ_KNOW_INTERRUPT;
	default:
		return INQ_KNOW_TASK;
	}
}

static const struct inq_stack *stack_of(const struct inq_analysis *a, const struct inq_actor *who)
{
	inq_node n = inq_graph_node_of(a->c, &a->g, who);

	return n < 0 ? NULL : inq_node_stack(a, n);
}

static const struct inq_frame *wait_frame(const struct inq_analysis *a, const struct inq_wait *w)
{
	const struct inq_stack *s = w ? stack_of(a, &w->waiter) : NULL;

	return s && w->frame >= 0 && (size_t)w->frame < s->n ? &s->v[w->frame] : NULL;
}

static bool context_applies(const struct inq_analysis *a, const struct inq_knowledge *k,
			    const struct inq_fault *f, const struct inq_wait *w)
{
	const struct inq_frame *frame = wait_frame(a, w);

	if (!k->context)
		return true;
	if (k->member)
		return f && (context_bit(f->context) & k->context);
	if (frame)
		return context_bit(frame->context) & k->context;
	return w && w->waiter.kind == INQ_ACTOR_INTERRUPT && (k->context & INQ_KNOW_INTERRUPT);
}

static bool waits_for(const struct inq_case *c, const struct inq_finding *f,
		      enum inq_resource_kind kind)
{
	for (size_t i = 0; i < f->waits.n; i++) {
		const struct inq_resource *r =
			inq_case_resource(c, c->waits.v[f->waits.v[i]].resource);

		if (r && r->kind == kind)
			return true;
	}
	return false;
}

static bool holds(const struct inq_case *c, const struct inq_actor *who,
		  enum inq_resource_kind kind)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_resource *r = inq_case_resource(c, c->holds.v[i].resource);

		if (r && r->kind == kind && inq_actor_same(&c->holds.v[i].holder, who))
			return true;
	}
	return false;
}

/* Whether the lock was taken by code of another context than the one that waits. */
static bool is_held_below(const struct inq_analysis *a, const struct inq_candidate *cand,
			  const struct inq_wait *w)
{
	const struct inq_hold *h = cand->core ? inq_core_hold(a, cand->core) : NULL;
	const struct inq_stack *s = w ? stack_of(a, &w->waiter) : NULL;

	if (!h || !s || h->frame <= w->frame || w->frame < 0 || (size_t)h->frame >= s->n)
		return false;
	/* an interrupt came in between; a fault in between is another story */
	for (inq_id i = w->frame; i < h->frame; i++) {
		if (s->v[i].context == INQ_FRAME_EXCEPTION)
			return false;
	}
	return s->v[h->frame].context != s->v[w->frame].context;
}

static bool irqs_are(const struct inq_analysis *a, const struct inq_candidate *cand,
		     enum inq_tristate irqs)
{
	for (size_t i = 0; cand->core && i < cand->core->nr_nodes; i++) {
		inq_node n = cand->core->nodes[i];

		if (inq_node_is_cpu(&a->g, n) && a->c->cpus.v[n].irqs == irqs)
			return true;
	}
	return false;
}

static bool applies(const struct inq_analysis *a, const struct inq_candidate *cand,
		    const struct inq_knowledge *k)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_finding *finding = &a->c->findings.v[cand->finding];
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	const struct inq_task *t = inq_case_task(a->c, f ? f->task : v->culprit.task);
	const struct inq_wait *w = own_wait(a->c, cand, &v->culprit);

	return (!k->class_ || strcmp(k->class_, v->class_) == 0) &&
	       (!k->member || path_has_member(f, k->member)) &&
	       (!k->function ||
		inq_stack_find(stack_of(a, &v->culprit), k->function) != INQ_NONE) &&
	       context_applies(a, k, f, w) && (!k->exit || (t && t->exit >= k->exit)) &&
	       (!k->waits_for || waits_for(a->c, finding, k->waits_for)) &&
	       (!k->holds || holds(a->c, &v->culprit, k->holds)) &&
	       (!k->irqs || irqs_are(a, cand, k->irqs)) && (!k->no_fault || !f) &&
	       (!k->holder_below || is_held_below(a, cand, w));
}

static void tell(struct inq_analysis *a, const struct inq_candidate *cand,
		 const struct inq_knowledge *k)
{
	struct inq_verdict *v = &a->c->verdict;
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	const struct inq_task *t = inq_case_task(a->c, f ? f->task : v->culprit.task);
	struct inq_rule_broken *r = inq_case_add(a->c, &v->rules);

	if (!r)
		return;
	r->rule = k->rule;
	r->where = k->where;
	r->why = k->why;
	if (k->member) {
		inq_ids_add_all(a->c, &r->evidence, &f->ev_memory);
		inq_ids_add_all(a->c, &r->evidence, &f->ev_register);
	}
	if (k->exit && t)
		inq_ids_add(a->c, &r->evidence, t->ev_exit);
	if (k->waits_for || k->holder_below)
		inq_ids_add_all(a->c, &r->evidence, &a->c->findings.v[cand->finding].evidence);
	if (k->remedy) {
		const char **step = inq_case_add(a->c, &v->next_steps);

		if (step)
			*step = k->remedy;
	}
}

/* A more special entry about the same thing has spoken. */
static bool is_covered(const struct inq_knowledge *told, const struct inq_knowledge *k)
{
	if (told->member || k->member)
		return told->member && k->member && strcmp(told->member, k->member) == 0;
	return told->class_ && k->class_ && strcmp(told->class_, k->class_) == 0;
}

void inq_knowledge_apply(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_knowledge *told[MAX_RULES];
	size_t n = 0;

	for (size_t i = 0; i < inq_knowledge_nr && n < MAX_RULES; i++) {
		const struct inq_knowledge *k = &inq_knowledge_base[i];

		if (!applies(a, cand, k) || (n && is_covered(told[n - 1], k)))
			continue;
		tell(a, cand, k);
		told[n++] = k;
	}
}
