// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include <string.h>

#include "analyze/stacks.h"
#include "util/banned.h"

/* How the culprit came to where it stands, and who its process is. */

enum { ORIGINS = 8 };

static bool is_outer_context(const struct inq_frame *f, const struct inq_verdict *v)
{
	if (v->culprit.kind == INQ_ACTOR_INTERRUPT)
		return f->context == INQ_FRAME_IRQ || f->context == INQ_FRAME_SOFTIRQ;
	return f->context == INQ_FRAME_TASK || v->culprit.kind == INQ_ACTOR_CPU;
}

static bool is_function(const struct inq_frame *f, const struct inq_verdict *v)
{
	return v->function && inq_function_is(f->symbol, v->function) && !f->module == !v->module &&
	       (!f->module || strcmp(f->module, v->module) == 0);
}

/* The frame that the verdict is about: of its function, else the first of the culprit's context. */
static inq_id frame_of(const struct inq_stack *s, const struct inq_verdict *v)
{
	for (size_t i = 0; i < s->n; i++) {
		if (is_function(&s->v[i], v) && is_outer_context(&s->v[i], v))
			return (inq_id)i;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (is_function(&s->v[i], v))
			return (inq_id)i;
	}
	/* what it did there, it has left: how it came to where it is now tells nothing of that */
	for (size_t i = 0; i < s->n && !v->function; i++) {
		if (is_outer_context(&s->v[i], v))
			return (inq_id)i;
	}
	return INQ_NONE;
}

static inq_id stack_of(const struct inq_analysis *a, const struct inq_verdict *v)
{
	const struct inq_cpu *cpu = inq_case_cpu(a->c, v->culprit.cpu);
	const struct inq_task *t = inq_case_task(a->c, v->culprit.task);

	if (cpu)
		return cpu->stack;
	return t ? t->stack : INQ_NONE;
}

const struct inq_frame *inq_verdict_frame(const struct inq_analysis *a)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_stack *s = inq_case_stack(a->c, stack_of(a, v));
	inq_id at = s && v->function ? frame_of(s, v) : INQ_NONE;

	return at == INQ_NONE ? NULL : &s->v[at];
}

void inq_verdict_origin(struct inq_analysis *a)
{
	struct inq_verdict *v = &a->c->verdict;
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	bool own = f && (f->task == v->culprit.task || v->culprit.kind == INQ_ACTOR_NONE);
	inq_id stack = own ? f->stack : stack_of(a, v), found[ORIGINS];
	const struct inq_stack *s = inq_case_stack(a->c, stack);
	size_t n;

	if (!s || !v->culprit_kind)
		return;
	n = inq_origins_at(a->c, stack, own ? f->frame : frame_of(s, v), found, ORIGINS);
	for (size_t i = 0; i < n; i++)
		inq_ids_add(a->c, &v->origins, found[i]);
	/* whom an interrupt came in on top of has nothing to do with it */
	if (v->culprit.kind != INQ_ACTOR_INTERRUPT)
		v->process = inq_process_of(a->c, v->culprit.task);
}
