// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/chain.h"

#include <inttypes.h>
#include <string.h>

#include "analyze/stack_use.h"
#include "analyze/stacks.h"
#include "analyze/tracks.h"
#include "util/strbuf.h"
#include "util/banned.h"

/* How a death came about: what came before, how execution got there, what the fault was. */

/* ---- faults ----------------------------------------------------------------- */

/* "current->nsproxy is NULL in memory and in saved rax" */
static const char *say_values(struct inq_analysis *a, const struct inq_fault *f)
{
	const struct inq_path_fact *bad = NULL;
	const char *value;

	for (size_t i = 0; i < f->nr_path; i++) {
		if (f->bad && f->path[i].expr && strcmp(f->path[i].expr, f->bad) == 0)
			bad = &f->path[i];
	}
	if (!f->bad || !f->has_bad_value)
		return "";
	value = f->bad_value ? inq_say(a->c, "0x%" PRIx64, f->bad_value)
			     : (f->kind == INQ_FAULT_DIVIDE ? "0" : "NULL");
	if (bad && bad->has_memory && bad->has_reg && bad->memory != bad->reg)
		return inq_say(a->c,
			       ": %s is %s in saved %s but 0x%" PRIx64
			       " in memory now, so it changed since",
			       f->bad, value, bad->reg_name, bad->memory);
	return inq_say(a->c, ": %s is %s%s%s%s%s", f->bad, value,
		       bad && bad->has_memory ? " in memory" : "",
		       bad && bad->has_memory && bad->has_reg ? " and" : "",
		       bad && bad->has_reg ? " in saved " : "",
		       bad && bad->has_reg ? bad->reg_name : "");
}

/* "passed on by f, which has it from x->y" */
static const char *say_origin(struct inq_analysis *a, const struct inq_fault *f)
{
	if (!f->origin || strchr(f->origin, '?') || !f->blame ||
	    (f->bad && strcmp(f->origin, f->bad) == 0))
		return "";
	return inq_say(a->c, "; %s has it from %s",
		       inq_say_function(a->c, f->blame, f->blame_module), f->origin);
}

/* "of 15.9 KB of stack, a [mod] has 4416 bytes, b [mod] 4400 (2 frames), ..." */
static void tell_stack_use(struct inq_analysis *a)
{
	enum { SHOWN = 4 };
	const struct inq_verdict *v = &a->c->verdict;
	const char *words = "";
	uint64_t all = 0;

	for (size_t i = 0; i < v->stack_use.n; i++)
		all += v->stack_use.v[i].bytes;
	for (size_t i = 0; i < v->stack_use.n && i < SHOWN; i++) {
		const struct inq_stack_use *u = &v->stack_use.v[i];

		words = inq_say(a->c, "%s%s %s has %" PRIu64 " bytes in %u frame%s", words,
				i ? "," : "", inq_say_function(a->c, u->function, u->module),
				u->bytes, u->frames, u->frames == 1 ? "" : "s");
	}
	if (all)
		inq_chain_add(a, -1,
			      inq_say(a->c,
				      "of %" PRIu64 " bytes of stack that could be "
				      "followed,%s",
				      all, words));
}

/* Who allocated and freed what was used, before the use. */
static void tell_tracks(struct inq_analysis *a, const struct inq_fault *f)
{
	const inq_id ids[] = {f->allocated_by, f->freed_by};

	for (size_t i = 0; i < array_size(ids); i++) {
		const struct inq_track *t = inq_case_track(a->c, ids[i]);
		struct inq_chain_step *step;

		if (!t)
			continue;
		step = inq_chain_add(a, -1,
				     inq_say(a->c, "the object of cache %s was %s",
					     t->cache ? t->cache : "?", inq_say_track(a->c, t)));
		inq_chain_cite(a, step, t->evidence);
	}
}

void inq_chain_tell_fault(struct inq_analysis *a, const struct inq_finding *finding)
{
	const struct inq_fault *f = inq_case_fault(a->c, finding->fault);
	struct inq_chain_step *step;

	if (!f) {
		step = inq_chain_add(a, -1, finding->title);
		inq_chain_cite_all(a, step, &finding->evidence);
		return;
	}
	step = inq_chain_add(
		a, f->t_s,
		inq_say(a->c, "%s%s%s%s%s", finding->title, say_values(a, f), say_origin(a, f),
			f->kind == INQ_FAULT_PAGE && f->has_addr
				? inq_say(a->c, " -> page fault at 0x%" PRIx64, f->addr)
				: "",
			f->address_is ? inq_say(a->c, ", %s", f->address_is) : ""));
	inq_chain_cite_all(a, step, &finding->evidence);
}

/* How execution came to where it died. */
static void tell_from(struct inq_analysis *a, const struct inq_fault *f)
{
	const struct inq_task *t = inq_case_task(a->c, f->task);
	const struct inq_task *parent =
		t ? inq_case_task(a->c, inq_chain_process_of(a->c, t->ppid)) : NULL;
	struct inq_chain_step *step;

	if (!f->from)
		return;
	if (f->context != INQ_FRAME_TASK) {
		step = inq_chain_add(
			a, -1, inq_say(a->c, "an interrupt on CPU %d runs %s", f->cpu, f->from));
		inq_chain_cite_all(a, step, &f->ev_where);
		return;
	}
	step = inq_chain_add(a, -1,
			     inq_say(a->c, "%s (%d)%s%s runs %s", t && t->comm ? t->comm : "a task",
				     t ? t->pid : 0, parent && parent->comm ? ", child of " : "",
				     parent && parent->comm
					     ? inq_say(a->c, "%s (%d),", parent->comm, parent->pid)
					     : "",
				     f->from));
	inq_chain_cite_all(a, step, &f->ev_where);
}

/* Whether it is told as another thing that is wrong. */
static bool is_told(const struct inq_analysis *a, const struct inq_event *e)
{
	const struct inq_ids *others = &a->c->verdict.others;

	for (size_t i = 0; i < others->n; i++) {
		const struct inq_fault *f =
			inq_case_fault(a->c, a->c->findings.v[others->v[i]].fault);

		if (f && f->t_s == e->t_s)
			return true;
	}
	return false;
}

static const char *when_words(bool before, bool same)
{
	if (!before)
		return "after that";
	return same ? "before that, in the same module"
		    : "before that, elsewhere, and what follows may come of it";
}

/* Complaints of the same module before: a witness; any oops before: a suspect; other oopses
 * behind: consequences. */
static void tell_others(struct inq_analysis *a, const struct inq_fault *f, bool before)
{
	enum { MANY = 4 };
	size_t n = 0;

	for (size_t i = 0; i < a->c->events.n && f->t_s >= 0 && n < MANY; i++) {
		const struct inq_event *e = &a->c->events.v[i];
		bool same = e->module && f->module && strcmp(e->module, f->module) == 0;
		struct inq_chain_step *step;

		if (e->kind != INQ_EVENT_OOPS && e->kind != INQ_EVENT_BUG &&
		    e->kind != INQ_EVENT_WARN)
			continue;
		if (before ? e->t_s >= f->t_s ||
				     (!same && (e->kind == INQ_EVENT_WARN || is_told(a, e)))
			   : e->t_s <= f->t_s)
			continue;
		step = inq_chain_add(
			a, e->t_s,
			inq_say(a->c, "%s: %s%s%s%s%s", when_words(before, same),
				e->text ? e->text : "?", e->symbol ? " in " : "",
				e->symbol ? inq_say_function(a->c, e->symbol, e->module) : "",
				e->comm ? " by " : "", e->comm ? e->comm : ""));
		inq_chain_cite(a, step, e->evidence);
		n++;
	}
}

void inq_chain_tell_death(struct inq_analysis *a, const struct inq_finding *f)
{
	const struct inq_fault *fault = inq_case_fault(a->c, a->c->verdict.fault);

	if (fault) {
		tell_others(a, fault, true);
		tell_tracks(a, fault);
		tell_from(a, fault);
	}
	inq_chain_tell_fault(a, f);
	if (fault && strcmp(f->class_, "stack-overflow") == 0) {
		inq_stack_use_make(a, fault);
		tell_stack_use(a);
	}
	if (fault)
		tell_others(a, fault, false);
}
