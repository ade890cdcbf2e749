// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include "util/banned.h"

/* What else is wrong: hangs that end elsewhere in the wait graph, oopses that it lived on after. */

enum { OTHERS_MAX = 8 };

static const struct inq_finding *finding_of(const struct inq_analysis *a,
					    const struct inq_candidate *cand)
{
	return &a->c->findings.v[cand->finding];
}

/* Whether whoever is to blame for @x is part of @cand's hang, or waits for it. */
static bool is_within(const struct inq_analysis *a, const struct inq_candidate *x,
		      const struct inq_candidate *cand)
{
	inq_node n = inq_graph_node_of(a->c, &a->g, &finding_of(a, x)->culprit);

	return n >= 0 && cand->core && a->g.core_of[n] == cand->core - a->g.cores;
}

static bool same_culprit(const struct inq_analysis *a, const struct inq_candidate *x,
			 const struct inq_candidate *y)
{
	const struct inq_actor *ax = &finding_of(a, x)->culprit, *ay = &finding_of(a, y)->culprit;

	if (ax->kind == INQ_ACTOR_NONE || ay->kind == INQ_ACTOR_NONE)
		return false;
	return inq_actor_same(ax, ay) || (ax->task != INQ_NONE && ax->task == ay->task) ||
	       (ax->cpu >= 0 && ax->cpu == ay->cpu);
}

static bool is_other_hang(const struct inq_analysis *a, const struct inq_candidate *x,
			  const struct inq_candidate *cand)
{
	if (x->answer != INQ_ANSWER_HANG || finding_of(a, x)->conf < INQ_CONF_LIKELY)
		return false;
	return !(x->core && x->core == cand->core) && !same_culprit(a, x, cand) &&
	       !is_within(a, x, cand) && !is_within(a, cand, x);
}

/* An oops of the log that had no part in the hang. */
static bool is_other_oops(const struct inq_analysis *a, const struct inq_candidate *x,
			  const struct inq_candidate *cand)
{
	const struct inq_finding *f = finding_of(a, x);
	const struct inq_fault *fault = inq_case_fault(a->c, f->fault);

	return cand->answer == INQ_ANSWER_HANG && x->answer == INQ_ANSWER_DEATH && fault &&
	       !fault->on_stack && f->conf >= INQ_CONF_LIKELY &&
	       x->finding != a->c->verdict.trigger_finding && !same_culprit(a, x, cand) &&
	       !is_within(a, x, cand);
}

struct others {
	const struct inq_candidate *v[OTHERS_MAX];
	size_t n;
};

static bool is_listed(const struct inq_analysis *a, const struct others *o,
		      const struct inq_candidate *x)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct inq_candidate *y = o->v[i];

		if (y == x || (x->core && x->core == y->core) || same_culprit(a, x, y) ||
		    is_within(a, x, y))
			return true;
	}
	return false;
}

static const struct inq_candidate *next_hang(const struct inq_analysis *a, const struct others *o,
					     const struct inq_candidate *cand)
{
	const struct inq_candidate *best = NULL;

	for (size_t i = 0; i < a->candidates.n; i++) {
		const struct inq_candidate *x = &a->candidates.v[i];

		if (x != cand && is_other_hang(a, x, cand) && !is_listed(a, o, x) &&
		    (!best || inq_hang_is_better(a, x, best)))
			best = x;
	}
	return best;
}

void inq_others_make(struct inq_analysis *a, const struct inq_candidate *cand)
{
	struct others o = {.n = 0};
	const struct inq_candidate *next;

	while (o.n < OTHERS_MAX && (next = next_hang(a, &o, cand)))
		o.v[o.n++] = next;
	for (size_t i = 0; i < a->candidates.n && o.n < OTHERS_MAX; i++) {
		const struct inq_candidate *x = &a->candidates.v[i];

		if (x != cand && is_other_oops(a, x, cand) && !is_listed(a, &o, x))
			o.v[o.n++] = x;
	}
	for (size_t i = 0; i < o.n; i++)
		inq_ids_add(a->c, &a->c->verdict.others, o.v[i]->finding);
}
