// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include <string.h>

#include "analyze/duration.h"
#include "analyze/rules.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * Which finding is the verdict?
 *
 * What ended the kernel's life (analysis.h: enum inq_end) says where to look: where a
 * detector panicked, or nobody did, the hang rules answer; where the kernel died, the rules of
 * deaths; a sysrq or NMI crash of a hung machine is the hang, for the operator wanted its dump.
 */

static const struct inq_finding *finding_of(const struct inq_analysis *a,
					    const struct inq_candidate *cand)
{
	return &a->c->findings.v[cand->finding];
}

/* Whether the panic's own complaint is about somebody whom this hang holds up. */
static bool explains_end(const struct inq_analysis *a, const struct inq_candidate *cand)
{
	static const enum inq_event_kind reports[] = {
		[INQ_END_SOFT_LOCKUP] = INQ_EVENT_SOFT_LOCKUP,
		[INQ_END_HARD_LOCKUP] = INQ_EVENT_HARD_LOCKUP,
		[INQ_END_HUNG_TASK] = INQ_EVENT_HUNG_TASK,
		[INQ_END_RCU_STALL] = INQ_EVENT_RCU_STALL,
	};
	const struct inq_event *e;
	inq_id id;

	if (!cand->core || a->end >= array_size(reports) || !reports[a->end])
		return false;
	id = inq_event_last(a->c, reports[a->end], -1, -1);
	if (id == INQ_NONE)
		return false;
	e = &a->c->events.v[id];
	if (e->cpu >= 0 && (size_t)e->cpu < a->g.nr_cpus && e->kind != INQ_EVENT_HUNG_TASK)
		return a->g.core_of[e->cpu] == cand->core - a->g.cores;
	for (size_t i = 0; i < a->c->tasks.n && e->pid > 0; i++) {
		struct inq_actor actor = {.kind = INQ_ACTOR_TASK, .cpu = -1, .task = (inq_id)i};
		inq_node n = inq_graph_node_of(a->c, &a->g, &actor);

		if (a->c->tasks.v[i].pid == e->pid && n >= 0)
			return a->g.core_of[n] == cand->core - a->g.cores;
	}
	return false;
}

/* How many a hang holds up: who waits for it, and who is in its cycle. */
static double held_up(const struct inq_analysis *a, const struct inq_candidate *cand)
{
	return finding_of(a, cand)->weight +
	       (cand->core && cand->core->cycle ? (double)cand->core->nr_actors : 0);
}

bool inq_hang_is_better(const struct inq_analysis *a, const struct inq_candidate *x,
			const struct inq_candidate *y)
{
	const struct inq_finding *fx = finding_of(a, x), *fy = finding_of(a, y);
	bool sure_x = fx->conf >= INQ_CONF_LIKELY, sure_y = fy->conf >= INQ_CONF_LIKELY;

	if (sure_x != sure_y)
		return sure_x;
	if (explains_end(a, x) != explains_end(a, y))
		return explains_end(a, x);
	/* two explanations of one hang */
	if (x->core == y->core && fx->conf != fy->conf)
		return fx->conf > fy->conf;
	if (held_up(a, x) != held_up(a, y))
		return held_up(a, x) > held_up(a, y);
	if (x->core && y->core && x->core->longest_s != y->core->longest_s)
		return x->core->longest_s > y->core->longest_s;
	return fx->conf > fy->conf;
}

static bool on_panic_cpu(const struct inq_analysis *a, const struct inq_fault *f)
{
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);

	return f->on_stack && cpu && f->cpu == cpu->nr;
}

/*
 * Of two faults: the one on the panicking CPU's stack, the outer one of two there (it came
 * first); else the later: an old oops is not the cause of a crash.
 */
static bool fault_is_better(const struct inq_analysis *a, const struct inq_fault *x,
			    const struct inq_fault *y)
{
	if (on_panic_cpu(a, x) != on_panic_cpu(a, y))
		return on_panic_cpu(a, x);
	if (x->on_stack != y->on_stack)
		return x->on_stack;
	if (x->on_stack && x->stack == y->stack)
		return x->frame > y->frame;
	/* where it lived on, later ones may follow from the first */
	return a->end == INQ_END_FAULT ? x->t_s > y->t_s : x->t_s < y->t_s;
}

static bool death_is_better(const struct inq_analysis *a, const struct inq_candidate *x,
			    const struct inq_candidate *y)
{
	const struct inq_finding *fx = finding_of(a, x), *fy = finding_of(a, y);
	const struct inq_fault *fault_x = inq_case_fault(a->c, fx->fault);
	const struct inq_fault *fault_y = inq_case_fault(a->c, fy->fault);

	/* a check that failed says more than the BUG() it ended in */
	if (fx->weight != fy->weight)
		return fx->weight > fy->weight;
	if (fault_x && fault_y)
		return fault_is_better(a, fault_x, fault_y);
	if (!fault_x != !fault_y)
		return fault_x != NULL;
	return fx->conf > fy->conf;
}

/* The best candidate that answers @answer, by @is_better; NULL: there is none. */
static const struct inq_candidate *best_of(const struct inq_analysis *a, enum inq_answer answer,
					   bool (*is_better)(const struct inq_analysis *a,
							     const struct inq_candidate *x,
							     const struct inq_candidate *y))
{
	const struct inq_candidate *best = NULL;

	for (size_t i = 0; i < a->candidates.n; i++) {
		const struct inq_candidate *cand = &a->candidates.v[i];

		if (cand->answer == answer && (!best || is_better(a, cand, best)))
			best = cand;
	}
	return best;
}

static const struct inq_candidate *first_of(const struct inq_analysis *a, enum inq_answer answer)
{
	for (size_t i = 0; i < a->candidates.n; i++) {
		if (a->candidates.v[i].answer == answer)
			return &a->candidates.v[i];
	}
	return NULL;
}

static const struct inq_candidate *choose(const struct inq_analysis *a)
{
	const struct inq_candidate *hang = best_of(a, INQ_ANSWER_HANG, inq_hang_is_better);
	const struct inq_candidate *death = best_of(a, INQ_ANSWER_DEATH, death_is_better);
	const struct inq_candidate *best = hang ? hang : death;

	switch (a->end) {
	case INQ_END_SYSRQ:
		/* who asked is certain; that the machine hung must be at least likely */
		if (hang && finding_of(a, hang)->conf >= INQ_CONF_LIKELY)
			return hang;
		return first_of(a, INQ_ANSWER_REQUEST);
	case INQ_END_NONE:
	case INQ_END_SOFT_LOCKUP:
	case INQ_END_HARD_LOCKUP:
	case INQ_END_HUNG_TASK:
	case INQ_END_RCU_STALL:
	case INQ_END_NMI:
		return best ? best : first_of(a, INQ_ANSWER_NOTICE);
	default:
		return death ? death : hang;
	}
}

/* ---- the trigger --------------------------------------------------------- */

/* The fault that the hanging code came out of: it stands further out on the same stack. */
static bool is_below(const struct inq_analysis *a, const struct inq_fault *f,
		     const struct inq_candidate *cand)
{
	const struct inq_core *core = cand->core;
	const struct inq_finding *finding = finding_of(a, cand);

	if (!f->on_stack || f->cpu < 0)
		return false;
	for (size_t i = 0; core && core->cycle && i < core->nr_waits; i++) {
		const struct inq_wait *w = &a->c->waits.v[core->waits[i]];

		if (w->waiter.cpu == f->cpu && w->frame >= 0 && f->frame > w->frame &&
		    inq_graph_core_at(&a->g, f->cpu) == core)
			return true;
	}
	return !(core && core->cycle) && finding->culprit.cpu == f->cpu && f->frame > 0;
}

/* The holder died of it, and the lock stayed. */
static bool killed_the_holder(const struct inq_analysis *a, const struct inq_fault *f,
			      const struct inq_finding *finding)
{
	const struct inq_task *t = inq_case_task(a->c, f->task);
	const struct inq_resource *r = inq_case_resource(a->c, finding->resource);

	if (strcmp(finding->class_, "lock-leak") != 0)
		return false;
	if (f->task != INQ_NONE && f->task == finding->culprit.task)
		return true;
	/* no holder is known: the code that faulted is of the module that the lock is of */
	return finding->culprit.kind == INQ_ACTOR_NONE && r && r->module && f->module &&
	       strcmp(r->module, f->module) == 0 && (!t || t->run == INQ_RUN_DEAD);
}

static inq_id trigger_of(const struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_finding *finding = finding_of(a, cand);
	inq_id best = INQ_NONE;

	for (size_t i = 0; i < a->c->findings.n; i++) {
		const struct inq_fault *f = inq_case_fault(a->c, a->c->findings.v[i].fault);
		const struct inq_fault *b;

		if (!f || (!is_below(a, f, cand) && !killed_the_holder(a, f, finding)))
			continue;
		b = best == INQ_NONE ? NULL : inq_case_fault(a->c, a->c->findings.v[best].fault);
		/* the first event of the chain is the outermost */
		if (!b || f->frame > b->frame)
			best = (inq_id)i;
	}
	return best;
}

/* A detector that panicked did so because of what hung. */
static void say_consequences(struct inq_analysis *a, const struct inq_candidate *cand)
{
	for (size_t i = 0; i < a->candidates.n; i++) {
		const struct inq_candidate *other = &a->candidates.v[i];

		if (other->answer == INQ_ANSWER_NOTICE && cand->answer == INQ_ANSWER_HANG)
			inq_ids_add(a->c, &a->c->findings.v[other->finding].caused_by,
				    cand->finding);
	}
}

/* ---- victims -------------------------------------------------------------- */

static inq_id first_wait(const struct inq_analysis *a, inq_node n)
{
	for (uint32_t i = a->g.first[n]; i < a->g.first[n + 1]; i++) {
		if (a->g.edges[i].wait != INQ_NONE)
			return a->g.edges[i].wait;
	}
	return INQ_NONE;
}

static void list_victims(struct inq_analysis *a, const struct inq_core *core)
{
	struct inq_verdict *v = &a->c->verdict;

	for (size_t i = 0; core && i < core->nr_victims; i++) {
		struct inq_victim *victim = inq_case_add(a->c, &v->victims);

		if (!victim)
			return;
		victim->actor = inq_node_actor(a->c, &a->g, core->victims[i]);
		victim->wait = first_wait(a, core->victims[i]);
	}
}

static uint32_t count_innocents(const struct inq_analysis *a, const struct inq_core *core)
{
	uint32_t n = 0;

	for (size_t i = 0; i < a->c->waits.n; i++) {
		const struct inq_wait *w = &a->c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(a->c, w->resource);
		inq_node node = inq_graph_node_of(a->c, &a->g, &w->waiter);

		if (node < 0 || (r && (r->kind == INQ_RES_TIMER || r->kind == INQ_RES_USER)))
			continue;
		n += !core || a->g.core_of[node] != core - a->g.cores;
	}
	return n;
}

/* ---- words ------------------------------------------------------------------ */

/* "send (interrupt) -> page fault -> oops -> send again" */
static const char *loop_title(struct inq_analysis *a, const struct inq_candidate *cand,
			      const struct inq_fault *f)
{
	const struct inq_finding *finding = finding_of(a, cand);
	const struct inq_stack *s = inq_case_stack(a->c, f->stack);
	const struct inq_wait *w = inq_core_own_wait(a, cand->core, f->cpu);
	const struct inq_resource *r = inq_case_resource(a->c, finding->resource);
	inq_id again;

	if (!s || !w || !r || !finding->function || w->frame < 0 || (size_t)f->frame >= s->n)
		return finding->title;
	again = inq_stack_innermost(s, (size_t)w->frame, (size_t)f->frame);
	if (again == INQ_NONE)
		return finding->title;
	return inq_say(a->c, "CPU %d deadlocked on its own %s%s%s: %s (%s) -> %s -> oops -> %s%s",
		       f->cpu, inq_resource_kind_name(r->kind), r->name ? " " : "",
		       r->name ? r->name : "", finding->function,
		       f->context == INQ_FRAME_IRQ ? "interrupt"
						   : inq_stack_context_words(s, (size_t)f->frame),
		       f->kind == INQ_FAULT_PAGE ? "page fault" : inq_fault_kind_name(f->kind),
		       s->v[again].symbol,
		       inq_function_is(s->v[again].symbol, finding->function) ? " again" : "");
}

static const char *culprit_kind(const struct inq_actor *a)
{
	switch (a->kind) {
	case INQ_ACTOR_NONE:
		return NULL;
	case INQ_ACTOR_INTERRUPT:
		return "interrupt";
	case INQ_ACTOR_CPU:
		/* what runs there is a task, unless nobody knows which */
		return a->task == INQ_NONE ? "cpu" : "task";
	case INQ_ACTOR_TASK:
		return "task";
	}
	return NULL;
}

static void say_none(struct inq_analysis *a)
{
	struct inq_verdict *v = &a->c->verdict;

	v->class_ = "none";
	v->title = a->c->dump.panicked ? "the kernel crashed, and no cause was found"
				       : "nothing wrong found";
	v->conf = a->c->dump.complete && !a->c->gaps.n && !a->c->dump.panicked &&
				  !inq_task_still_hung(a->c)
			  ? INQ_CONF_LIKELY
			  : INQ_CONF_POSSIBLE;
	v->innocent_waiters = count_innocents(a, NULL);
	inq_signature_make(a, NULL);
}

static void say_trigger(struct inq_analysis *a, const struct inq_candidate *cand)
{
	struct inq_verdict *v = &a->c->verdict;
	struct inq_finding *finding = &a->c->findings.v[cand->finding];
	const struct inq_finding *trigger;
	const struct inq_fault *f;

	v->trigger_finding = trigger_of(a, cand);
	if (v->trigger_finding == INQ_NONE)
		return;
	inq_ids_add(a->c, &finding->caused_by, v->trigger_finding);
	trigger = &a->c->findings.v[v->trigger_finding];
	v->trigger = trigger->class_;
	v->fault = trigger->fault;
	v->first_cause = trigger->title;
	/* that the fault lies below is certain; that it killed the holder need not be */
	v->conf = inq_conf_min(v->conf, trigger->conf);
	f = inq_case_fault(a->c, v->fault);
	if (f->on_stack && cand->core && cand->core->cycle && cand->core->nr_actors == 1)
		v->title = loop_title(a, cand, f);
}

/* What the verdict has from the finding that it is made of. */
static void take_finding(struct inq_analysis *a, const struct inq_candidate *cand)
{
	const struct inq_finding *f = finding_of(a, cand);
	struct inq_verdict *v = &a->c->verdict;

	v->finding = cand->finding;
	v->class_ = f->class_;
	v->title = f->title;
	v->conf = f->conf;
	v->culprit = f->culprit;
	v->culprit_kind = culprit_kind(&f->culprit);
	/* as the source calls it, without the compiler's .isra.0 and so on */
	v->function = f->function ? inq_arena_strndup(&a->c->arena, f->function,
						      inq_base_length(f->function))
				  : NULL;
	v->module = f->module;
	v->resource = f->resource;
	v->fault = f->fault;
	if (cand->answer == INQ_ANSWER_NOTICE)
		v->title = inq_say(a->c, "%s, and what held things up was not found", f->title);
}

void inq_verdict_make(struct inq_analysis *a)
{
	const struct inq_candidate *cand = choose(a);
	struct inq_verdict *v = &a->c->verdict;

	v->culprit = INQ_ACTOR_INIT;
	v->finding = v->trigger_finding = v->resource = v->fault = v->process = INQ_NONE;
	if (!cand) {
		inq_verdict_panicker(a);
		say_none(a);
		inq_chain_make(a, NULL);
		return;
	}
	take_finding(a, cand);
	if (cand->answer == INQ_ANSWER_HANG)
		say_trigger(a, cand);
	say_consequences(a, cand);
	inq_verdict_origin(a);
	list_victims(a, cand->core);
	v->innocent_waiters = count_innocents(a, cand->core);
	inq_others_make(a, cand);
	inq_verdict_panicker(a);
	inq_knowledge_apply(a, cand);
	inq_chain_make(a, cand);
	inq_next_steps_make(a);
	inq_signature_make(a, cand);
}
