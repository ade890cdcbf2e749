// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include <inttypes.h>

#include "analyze/stacks.h"
#include "util/strbuf.h"
#include "util/banned.h"

/* What to look at next: places in the source, and the commands that show them. */

static void add(struct inq_analysis *a, const char *text)
{
	const char **step = inq_case_add(a->c, &a->c->verdict.next_steps);

	if (step)
		*step = text;
}

/* " (kernel/exit.c:871; f() inlined at ...)"; "" where it is not known. */
static const char *source(struct inq_analysis *a, const struct inq_frame *f)
{
	if (!f || !f->source)
		return "";
	return inq_say(a->c, " (%s%s%s)", f->source, f->inlined ? "; " : "",
		       f->inlined ? f->inlined : "");
}

/* A step: see a frame's code, and why. */
static void look_at(struct inq_analysis *a, const char *what, const struct inq_frame *f,
		    const char *why)
{
	if (f)
		add(a, inq_say(a->c, "%s %s%s%s: inquest dis %%V 0x%" PRIx64, what,
			       inq_say_place(a->c, f->symbol, f->offset, f->module, f->ip),
			       source(a, f), why, f->ip));
}

/* What to ask of the function's source, by what it has to do with the resource. */
static const char *question(struct inq_analysis *a, const struct inq_verdict *v,
			    const struct inq_resource *r)
{
	const char *function = inq_say_function(a->c, v->function, v->module);
	const char *resource = inq_say_resource(a->c, v->resource);
	const char *taker = v->finding == INQ_NONE ? NULL : a->c->findings.v[v->finding].taker;

	if (taker)
		return inq_say(a->c, "the source of %s: %s calls it with %s held", function, taker,
			       resource);
	switch (r->kind) {
	case INQ_RES_IO:
		return inq_say(a->c, "why %s took the request and never completed it", function);
	case INQ_RES_WORK:
	case INQ_RES_HANDLER:
		return inq_say(a->c, "the source of %s: why it does not end", function);
	case INQ_RES_RCU:
		return inq_say(a->c, "the source of %s: the read-side section that does not end",
			       function);
	case INQ_RES_COMPLETION:
	case INQ_RES_WAIT_QUEUE:
		return inq_say(a->c, "who should signal %s, and on which ways %s does not",
			       resource, function);
	default:
		return inq_say(a->c, "the source of %s, where it takes and releases %s", function,
			       resource);
	}
}

/* The frame of the function that should have had a good value, further out than the fault; NULL:
 * the fault's own. */
static const struct inq_frame *blamed_frame(const struct inq_analysis *a, const struct inq_fault *f)
{
	const struct inq_stack *s = inq_case_stack(a->c, f->stack);

	for (size_t i = (size_t)f->frame + 1; s && f->blame && i < s->n; i++) {
		if (inq_str_same(s->v[i].symbol, f->blame))
			return &s->v[i];
	}
	return NULL;
}

/* Where the bad value was used, unless no code is there, and who should have had a good one. */
static void look_at_fault(struct inq_analysis *a, const struct inq_fault *f)
{
	bool is_call = inq_str_same(a->c->verdict.class_, "bad-call");
	const struct inq_frame *blamed = blamed_frame(a, f);

	if (f->symbol && f->stack == INQ_NONE)
		add(a, inq_say(a->c, "the source of %s",
			       inq_say_function(a->c, f->symbol, f->module)));
	else if (f->symbol && !is_call)
		look_at(a, "the source of", inq_case_frame(a->c, f->stack, f->frame), "");
	if (blamed)
		look_at(a, is_call ? "the call at" : "the source of", blamed,
			is_call ? "" : ", where the bad value came from");
}

/* The command that shows the code which the finding rests on; NULL: it rests on none. */
static const char *code_check(const struct inq_analysis *a)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_ids *ids =
		v->finding == INQ_NONE ? NULL : &a->c->findings.v[v->finding].evidence;

	for (size_t i = 0; ids && i < ids->n; i++) {
		const struct inq_evidence *e = inq_evidence_at(a->c, ids->v[i]);

		if (e && e->kind == INQ_EV_CODE && e->check_inquest)
			return e->check_inquest;
	}
	return NULL;
}

/* The culprit's function, at the instruction where it stands, if it still does. */
static void look_at_function(struct inq_analysis *a, const struct inq_resource *r,
			     const struct inq_fault *fault)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_frame *f = inq_verdict_frame(a);

	if (f && r)
		add(a, inq_say(a->c, "%s%s: inquest dis %%V 0x%" PRIx64, question(a, v, r),
			       source(a, f), f->ip));
	else if (r && code_check(a))
		add(a, inq_say(a->c, "%s: inquest %s", question(a, v, r), code_check(a)));
	else if (r)
		add(a, question(a, v, r));
	else if (f && !(fault && (f->ip == fault->ip || f == blamed_frame(a, fault))))
		look_at(a, "the source of", f, "");
}

static void look_at_stack(struct inq_analysis *a, const char *what, const struct inq_actor *who)
{
	const struct inq_task *t = inq_case_task(a->c, who->task);

	if (who->cpu >= 0)
		add(a, inq_say(a->c, "%s: inquest bt %%V --cpu %d", what, who->cpu));
	else if (t && t->addr)
		add(a, inq_say(a->c, "%s: inquest bt %%V %d", what, t->pid));
}

/* Nobody is known who did it: what there is to start from. */
static void look_without_culprit(struct inq_analysis *a, const struct inq_resource *r)
{
	const struct inq_verdict *v = &a->c->verdict;
	const char *module = r && r->module ? r->module : r ? r->user_module : NULL;

	if (r && r->corrupt && r->addr)
		add(a, inq_say(a->c,
			       "whose memory it is, and what lies around it: inquest what %%V "
			       "0x%" PRIx64 "; inquest read %%V 0x%" PRIx64 " --count 8",
			       r->addr, r->addr));
	else if (r && inq_resource_is_event(r) && module)
		add(a, inq_say(a->c,
			       "the source of %s: who should signal %s, and on which ways "
			       "nobody does",
			       module, inq_say_resource(a->c, v->resource)));
	if (v->victims.n)
		look_at_stack(a, "the stack of one who waits", &v->victims.v[0].actor);
}

void inq_next_steps_make(struct inq_analysis *a)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	const struct inq_resource *r = inq_case_resource(a->c, v->resource);

	if (f)
		look_at_fault(a, f);
	/* nobody asks the source why it crashes when it is asked to */
	if (v->function && (r || a->end != INQ_END_SYSRQ))
		look_at_function(a, r, f);
	if (v->culprit_kind)
		look_at_stack(a, "the culprit's stack", &v->culprit);
	else if (!f)
		look_without_culprit(a, r);
	if (v->finding != INQ_NONE && a->c->findings.v[v->finding].advice)
		add(a, a->c->findings.v[v->finding].advice);
}
