// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analyze/duration.h"
#include "analyze/spread.h"
#include "analyze/stack_use.h"
#include "analyze/stacks.h"
#include "analyze/tracks.h"
#include "util/strbuf.h"
#include "util/banned.h"

/*
 * What happened, in order: who the culprit was, what it took, what went wrong, what it waits
 * for, who waits for it, who complained, how it ended.  Each step with its evidence.
 */

struct inq_chain_step *inq_chain_add(struct inq_analysis *a, double t_s, const char *text)
{
	struct inq_chain_step *step = inq_case_add(a->c, &a->c->verdict.chain);

	if (step)
		*step = (struct inq_chain_step){.text = text, .t_s = t_s};
	return step;
}

static void cite(struct inq_analysis *a, struct inq_chain_step *step, inq_id ev)
{
	if (step)
		inq_ids_add(a->c, &step->evidence, ev);
}

static void cite_all(struct inq_analysis *a, struct inq_chain_step *step, const struct inq_ids *ids)
{
	if (step)
		inq_ids_add_all(a->c, &step->evidence, ids);
}

static const struct inq_stack *actor_stack(const struct inq_analysis *a,
					   const struct inq_actor *who)
{
	inq_node n = inq_graph_node_of(a->c, &a->g, who);

	return n < 0 ? NULL : inq_node_stack(a, n);
}

/* ---- who ------------------------------------------------------------------ */

static const char *exit_words(enum inq_exit_stage stage)
{
	switch (stage) {
	case INQ_EXIT_NO:
		return NULL;
	case INQ_EXIT_STARTED:
		return "it has begun to exit (PF_EXITING)";
	case INQ_EXIT_MM:
		return "exit has dropped its memory map (task_struct.mm = NULL)";
	case INQ_EXIT_NAMESPACES:
		return "exit has dropped its namespaces (task_struct.nsproxy = NULL)";
	case INQ_EXIT_NOTIFIED:
		return "exit has dropped its namespaces (task_struct.nsproxy = NULL); it is a "
		       "zombie";
	case INQ_EXIT_DEAD:
		return "it is dead: exit is through, only its last schedule() is left";
	}
	return NULL;
}

static double exit_time(const struct inq_case *c, int32_t pid)
{
	inq_id id = pid > 0 ? inq_event_last(c, INQ_EVENT_TASK_EXIT, -1, pid) : INQ_NONE;

	return id == INQ_NONE ? -1 : c->events.v[id].t_s;
}

static void tell_life(struct inq_analysis *a, inq_id task, int32_t cpu)
{
	const struct inq_task *t = inq_case_task(a->c, task);
	struct inq_chain_step *step;

	if (!t || t->exit == INQ_EXIT_NO)
		return;
	step = inq_chain_add(a, exit_time(a->c, t->pid),
			     cpu >= 0 ? inq_say(a->c, "%s (%d) exits on CPU %d: %s",
						t->comm ? t->comm : "?", t->pid, cpu,
						exit_words(t->exit))
				      : inq_say(a->c, "%s (%d) exits: %s", t->comm ? t->comm : "?",
						t->pid, exit_words(t->exit)));
	cite(a, step, t->ev_exit);
}

/* ---- locks ----------------------------------------------------------------- */

static const char *how_held(struct inq_case *c, const struct inq_hold *h)
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
	return inq_say(c, "unknown how");
}

/* " holds mutex l (taken by f)"; events are not held, they are brought about. */
static const char *say_hold(struct inq_analysis *a, const struct inq_hold *h)
{
	const struct inq_resource *r = inq_case_resource(a->c, h->resource);
	const char *what = "is to bring about", *how = "in";

	if (!r || inq_resource_is_lock(r->kind)) {
		what = "holds";
		how = "taken by";
	} else if (r->kind == INQ_RES_HANDLER || r->kind == INQ_RES_WORK) {
		what = "runs";
	} else if (r->kind == INQ_RES_RCU) {
		what = "is in a read-side section of";
		how = "entered by";
	}
	return inq_say(a->c, " %s %s%s%s%s%s%s", what, inq_say_resource(a->c, h->resource),
		       h->function ? " (" : "", h->function ? how : "", h->function ? " " : "",
		       h->function ? inq_say_function(a->c, h->function, h->module) : "",
		       h->function ? ")" : "");
}

/* "A timer interrupt on CPU 0 runs beat -> send, which takes spinlock a_lock" */
static void tell_taking(struct inq_analysis *a, const struct inq_hold *h)
{
	cleanup_strbuf struct inq_strbuf path = INQ_STRBUF_INIT;
	const struct inq_stack *s = actor_stack(a, &h->holder);
	const char *who = inq_say_actor(a->c, &h->holder);
	const struct inq_resource *r = inq_case_resource(a->c, h->resource);
	bool reads = r && r->kind == INQ_RES_RCU && inq_is_rcu_reader(h);
	struct inq_chain_step *step;
	const char *runs;

	if (r && !reads && !inq_resource_is_lock(r->kind)) {
		step = inq_chain_add(a, -1, inq_say(a->c, "%s%s", who, say_hold(a, h)));
		cite_all(a, step, &h->evidence);
		return;
	}
	if (!s || h->frame < 0 || (size_t)h->frame >= s->n) {
		step = inq_chain_add(
			a, -1,
			inq_say(a->c, "%s %s %s%s%s; %s", who, reads ? "is a reader under" : "took",
				inq_say_resource(a->c, h->resource), h->function ? " in " : "",
				h->function ? inq_say_function(a->c, h->function, h->module) : "",
				reads ? "the grace period waits for it" : how_held(a->c, h)));
		cite_all(a, step, &h->evidence);
		return;
	}
	inq_stack_path(s, (size_t)h->frame, inq_stack_context_end(s, (size_t)h->frame), &path);
	if (!path.len && s->v[h->frame].symbol)
		inq_strbuf_add(&path, s->v[h->frame].symbol);
	if (s->v[h->frame].context == INQ_FRAME_TASK)
		runs = inq_say(a->c, "%s runs", who);
	else
		runs = inq_say(a->c, "%s %s comes in on top of %s and runs",
			       strchr("aeiouIN", *inq_stack_context_words(s, (size_t)h->frame))
				       ? "an"
				       : "a",
			       inq_stack_context_words(s, (size_t)h->frame), who);
	step = inq_chain_add(a, -1,
			     inq_say(a->c, "%s %s%s%s%s, which takes %s; %s", runs,
				     inq_strbuf_str(&path), h->module ? " [" : "",
				     h->module ? h->module : "", h->module ? "]" : "",
				     inq_say_resource(a->c, h->resource), how_held(a->c, h)));
	a->c->arena.failed |= path.failed;
	cite_all(a, step, &h->evidence);
}

/* "spins for spinlock x", "waits for CPU 1 to answer an IPI (flush_tlb_func)" */
static const char *say_wait(struct inq_analysis *a, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(a->c, w->resource);

	if (r && r->kind == INQ_RES_IPI && w->target.kind != INQ_ACTOR_NONE)
		return inq_say(a->c, "waits for %s to answer an IPI%s%s%s",
			       inq_say_actor(a->c, &w->target), w->function ? " (" : "",
			       w->function ? w->function : "", w->function ? ")" : "");
	return inq_say(a->c, "%s %s%s%s%s%s", w->spins ? "spins for" : "sleeps, waiting for",
		       inq_say_resource(a->c, w->resource), w->function ? " running " : "",
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
	cite(a, step, cpu->ev_irqs);
	cite(a, step, cpu->ev_stuck);
}

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
		cite(a, step, t->evidence);
	}
}

static void tell_fault(struct inq_analysis *a, const struct inq_finding *finding)
{
	const struct inq_fault *f = inq_case_fault(a->c, finding->fault);
	struct inq_chain_step *step;

	if (!f) {
		step = inq_chain_add(a, -1, finding->title);
		cite_all(a, step, &finding->evidence);
		return;
	}
	step = inq_chain_add(
		a, f->t_s,
		inq_say(a->c, "%s%s%s%s%s", finding->title, say_values(a, f), say_origin(a, f),
			f->kind == INQ_FAULT_PAGE && f->has_addr
				? inq_say(a->c, " -> page fault at 0x%" PRIx64, f->addr)
				: "",
			f->address_is ? inq_say(a->c, ", %s", f->address_is) : ""));
	cite_all(a, step, &finding->evidence);
}

/* ---- hangs ------------------------------------------------------------------- */

static void tell_self_deadlock(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	const struct inq_hold *h = inq_core_hold(a, cand->core);
	inq_node n = inq_graph_node_of(a->c, &a->g, &v->culprit);
	const struct inq_wait *w = n < 0 ? NULL : inq_core_own_wait(a, cand->core, n);
	struct inq_chain_step *step;
	const char *path, *way;
	bool below_fault;

	if (h)
		tell_taking(a, h);
	if (f)
		tell_fault(a, &a->c->findings.v[v->trigger_finding]);
	if (!w)
		return;
	below_fault = f && f->on_stack && f->cpu == w->waiter.cpu;
	path = path_to_wait(a, w, below_fault ? f->frame : (h ? h->frame : INQ_NONE), below_fault);
	if (!*path)
		path = "the same code";
	way = below_fault ? inq_say(a->c,
				    "the fault ends in the kernel's oops handling, on the same "
				    "CPU, and that calls %s",
				    path)
			  : inq_say(a->c, "%s comes to %s", inq_say_actor(a->c, &w->waiter), path);
	step = inq_chain_add(
		a, -1,
		inq_say(a->c,
			"%s, which %s%s%s: the holder is itself, so it waits "
			"for ever%s",
			way, say_wait(a, w), irq_words(a, w->waiter.cpu), since(a, w),
			*irq_words(a, w->waiter.cpu) ? " and answers no interrupt" : ""));
	cite_all(a, step, &w->evidence);
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
				     held ? say_hold(a, held) : "", held ? " and" : "",
				     w ? say_wait(a, w) : "waits", irq_words(a, who.cpu),
				     w ? since(a, w) : ""));
	if (held)
		cite_all(a, step, &held->evidence);
	if (w)
		cite_all(a, step, &w->evidence);
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
		tell_fault(a, &a->c->findings.v[v->trigger_finding]);
	step = inq_chain_add(a, -1, f->title);
	cite_all(a, step, &f->evidence);
}

/* ---- the end ------------------------------------------------------------------ */

static const struct {
	enum inq_event_kind kind;
	const char *who;
} detectors[] = {
	{INQ_EVENT_SOFT_LOCKUP, "the soft lockup detector"},
	{INQ_EVENT_HARD_LOCKUP, "the hard lockup detector"},
	{INQ_EVENT_RCU_STALL, "RCU's stall detector"},
	{INQ_EVENT_HUNG_TASK, "the hung task detector"},
	{INQ_EVENT_WORKQUEUE, "the workqueue watchdog"},
	{INQ_EVENT_ATOMIC_SLEEP, "the scheduler"},
};

/* Whom the detector names: the culprit, a victim, or somebody else. */
static const char *role_of(const struct inq_analysis *a, const struct inq_candidate *cand,
			   const struct inq_event *e)
{
	struct inq_actor who = INQ_ACTOR_INIT;
	inq_node n;

	for (size_t i = 0; i < a->c->tasks.n && who.kind == INQ_ACTOR_NONE; i++) {
		if (e->pid > 0 && a->c->tasks.v[i].pid == e->pid)
			who = (struct inq_actor){
				.kind = INQ_ACTOR_TASK, .cpu = -1, .task = (inq_id)i};
	}
	/* who slept may have left its CPU to another since */
	if (e->cpu >= 0 && e->kind != INQ_EVENT_HUNG_TASK && e->kind != INQ_EVENT_ATOMIC_SLEEP)
		who = (struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = e->cpu, .task = INQ_NONE};
	n = inq_graph_node_of(a->c, &a->g, &who);
	if (n < 0 || !cand->core)
		return "";
	if (inq_graph_core_at(&a->g, n) == cand->core)
		return " about the culprit";
	return a->g.core_of[n] == cand->core - a->g.cores ? " about a victim" : "";
}

static void tell_detectors(struct inq_analysis *a, const struct inq_candidate *cand)
{
	for (size_t i = 0; i < array_size(detectors); i++) {
		const struct inq_event *first = NULL;
		struct inq_chain_step *step;
		size_t n = 0;

		for (size_t k = 0; k < a->c->events.n; k++) {
			if (a->c->events.v[k].kind != detectors[i].kind)
				continue;
			n++;
			if (!first)
				first = &a->c->events.v[k];
		}
		if (!first)
			continue;
		step = inq_chain_add(a, first->t_s,
				     inq_say(a->c, "%s complains%s%s: %s", detectors[i].who,
					     role_of(a, cand, first),
					     n > 1 ? inq_say(a->c, " (%zu times in all)", n) : "",
					     first->text ? first->text : "?"));
		cite(a, step, first->evidence);
	}
}

static void tell_end(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_PANIC, -1, -1);
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);
	const char *message = inq_plain_panic_message(a->c->dump.panic_message);
	struct inq_chain_step *step;
	struct inq_actor who = INQ_ACTOR_INIT;

	if (a->end == INQ_END_NONE)
		return;
	if (cpu)
		who = (struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = cpu->nr, .task = cpu->task};
	step = inq_chain_add(
		a, id == INQ_NONE ? -1 : a->c->events.v[id].t_s,
		inq_say(a->c, "%s%s%s%s%s", cpu ? inq_say_actor(a->c, &who) : "the kernel",
			a->end == INQ_END_SYSRQ || a->end == INQ_END_NMI
				? " crashes on request, for a dump"
				: " panics",
			message ? " (\"" : "", message ? message : "", message ? "\")" : ""));
	if (id != INQ_NONE)
		cite(a, step, a->c->events.v[id].evidence);
	if (cpu)
		cite(a, step, cpu->ev_state);
}

static inq_id process_of(const struct inq_case *c, int32_t tgid)
{
	for (size_t i = 0; i < c->tasks.n && tgid > 0; i++) {
		if (c->tasks.v[i].pid == tgid)
			return (inq_id)i;
	}
	return INQ_NONE;
}

/* Who started the one who asked: "sh (314), child of make (200), child of init (1)". */
static void tell_parents(struct inq_analysis *a, inq_id task)
{
	enum { GENERATIONS = 5 };
	const struct inq_task *t = inq_case_task(a->c, task);
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	size_t n = 0;

	if (!t)
		return;
	inq_strbuf_addf(&sb, "%s (%d)", t->comm ? t->comm : "?", t->pid);
	for (t = inq_case_task(a->c, process_of(a->c, t->ppid)); t && n < GENERATIONS;
	     t = inq_case_task(a->c, process_of(a->c, t->ppid))) {
		inq_strbuf_addf(&sb, "%s child of %s (%d)", n++ ? "," : " is a",
				t->comm ? t->comm : "?", t->pid);
	}
	a->c->arena.failed |= sb.failed;
	if (n) {
		inq_id ev = inq_evidence_add(a->c, INQ_EV_DERIVED,
					     "task_struct.real_parent of each: %s",
					     inq_strbuf_str(&sb));

		inq_evidence_set_checks(a->c, ev, "tasks %V", "ps");
		cite(a, inq_chain_add(a, -1, inq_say(a->c, "%s", inq_strbuf_str(&sb))), ev);
	}
}

/* How execution came to where it died. */
static void tell_from(struct inq_analysis *a, const struct inq_fault *f)
{
	const struct inq_task *t = inq_case_task(a->c, f->task);
	const struct inq_task *parent = t ? inq_case_task(a->c, process_of(a->c, t->ppid)) : NULL;
	struct inq_chain_step *step;

	if (!f->from)
		return;
	if (f->context != INQ_FRAME_TASK) {
		step = inq_chain_add(
			a, -1, inq_say(a->c, "an interrupt on CPU %d runs %s", f->cpu, f->from));
		cite_all(a, step, &f->ev_where);
		return;
	}
	step = inq_chain_add(a, -1,
			     inq_say(a->c, "%s (%d)%s%s runs %s", t && t->comm ? t->comm : "a task",
				     t ? t->pid : 0, parent && parent->comm ? ", child of " : "",
				     parent && parent->comm
					     ? inq_say(a->c, "%s (%d),", parent->comm, parent->pid)
					     : "",
				     f->from));
	cite_all(a, step, &f->ev_where);
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
		cite(a, step, e->evidence);
		n++;
	}
}

/* What "nothing wrong" rests on. */
static void tell_none(struct inq_analysis *a)
{
	double longest = -1, oldest = -1;
	struct inq_chain_step *step = NULL;
	size_t events = 0, waits = 0;
	inq_id ev = INQ_NONE;

	for (size_t i = 0; i < a->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(a->c, a->c->waits.v[i].resource);
		double s = inq_wait_seconds(a->c, &a->c->waits.v[i]);

		if (r && (r->kind == INQ_RES_TIMER || r->kind == INQ_RES_USER))
			continue;
		waits++;
		longest = s > longest ? s : longest;
	}
	for (size_t i = 0; i < a->c->cpus.n; i++) {
		if (a->c->cpus.v[i].stuck_s > oldest) {
			oldest = a->c->cpus.v[i].stuck_s;
			ev = a->c->cpus.v[i].ev_stuck;
		}
	}
	for (size_t i = 0; i < a->c->events.n; i++)
		events += a->c->events.v[i].kind != INQ_EVENT_OTHER &&
			  a->c->events.v[i].kind != INQ_EVENT_TASK_EXIT;
	if (oldest >= 0)
		step = inq_chain_add(a, -1,
				     inq_say(a->c,
					     "%zu CPUs: each has run its watchdog within the "
					     "last %.1f s, or is idle",
					     a->c->cpus.n, oldest));
	else if (a->c->cpus.n)
		inq_chain_add(a, -1,
			      "no CPU's watchdog runs, or none can be read: whether a CPU is stuck "
			      "shows in its tick and in who waits for it alone");
	cite(a, step, ev);
	inq_chain_add(
		a, -1,
		inq_say(a->c,
			"%zu waits of tasks and CPUs%s: in none a cycle, none that lasts "
			"longer than contention explains and ends at a culprit",
			waits,
			longest < 0 ? "" : inq_say(a->c, ", the longest for %.1f s", longest)));
	if (!a->c->faults.n && !events)
		inq_chain_add(a, -1, "no oops, BUG, warning, lockup, stall or panic in the log");
	else
		inq_chain_add(a, -1,
			      inq_say(a->c, "%zu complaints in the log, none of which still holds",
				      events));
}

static void tell_others_wrong(struct inq_analysis *a)
{
	const struct inq_ids *others = &a->c->verdict.others;

	for (size_t i = 0; i < others->n; i++) {
		const struct inq_finding *f = &a->c->findings.v[others->v[i]];
		const struct inq_fault *fault = inq_case_fault(a->c, f->fault);
		struct inq_chain_step *step;

		step = inq_chain_add(
			a, fault ? fault->t_s : -1,
			inq_say(a->c, "also wrong, and not by this (%s): %s", f->class_, f->title));
		cite_all(a, step, &f->evidence);
	}
}

void inq_chain_make(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_verdict *v = &a->c->verdict;
	const struct inq_finding *f;
	const struct inq_fault *fault = inq_case_fault(a->c, v->fault);

	if (!cand) {
		tell_none(a);
		tell_end(a);
		return;
	}
	f = &a->c->findings.v[cand->finding];
	if (fault || f->culprit.kind == INQ_ACTOR_TASK)
		tell_life(a, fault ? fault->task : f->culprit.task,
			  fault ? fault->cpu : f->culprit.cpu);
	if (cand->answer == INQ_ANSWER_DEATH || cand->answer == INQ_ANSWER_NOTICE) {
		if (fault) {
			tell_others(a, fault, true);
			tell_tracks(a, fault);
			tell_from(a, fault);
		}
		tell_fault(a, f);
		if (fault && strcmp(f->class_, "stack-overflow") == 0) {
			inq_stack_use_make(a, fault);
			tell_stack_use(a);
		}
		if (fault)
			tell_others(a, fault, false);
	} else if (strcmp(f->class_, "self-deadlock") == 0) {
		tell_self_deadlock(a, cand);
	} else if (cand->core && cand->core->cycle && cand->core->nr_actors > 1) {
		tell_cycle(a, cand);
	} else {
		tell_root(a, cand);
	}
	if (cand->answer == INQ_ANSWER_REQUEST)
		tell_parents(a, f->culprit.task);
	if (cand->answer == INQ_ANSWER_HANG) {
		inq_spread_tell(a, cand);
		tell_detectors(a, cand);
	}
	tell_others_wrong(a);
	tell_end(a);
}
