// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/chain.h"

#include <stdlib.h>

#include "analyze/duration.h"
#include "analyze/stacks.h"
#include "analyze/verdict.h"
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

void inq_chain_cite(struct inq_analysis *a, struct inq_chain_step *step, inq_id ev)
{
	if (step)
		inq_ids_add(a->c, &step->evidence, ev);
}

void inq_chain_cite_all(struct inq_analysis *a, struct inq_chain_step *step,
			const struct inq_ids *ids)
{
	if (step)
		inq_ids_add_all(a->c, &step->evidence, ids);
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
	inq_chain_cite(a, step, t->ev_exit);
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

/* The first complaint of each detector, and how many there are. */
struct complaint {
	const char *who;
	const struct inq_event *first; /* NULL: it said nothing */
	size_t n;
};

static struct complaint complaint_of(const struct inq_case *c, size_t detector)
{
	struct complaint found = {.who = detectors[detector].who};

	for (size_t i = 0; i < c->events.n; i++) {
		if (c->events.v[i].kind != detectors[detector].kind)
			continue;
		if (!found.n++)
			found.first = &c->events.v[i];
	}
	return found;
}

static int by_time(const void *x, const void *y)
{
	const struct inq_event *ex = ((const struct complaint *)x)->first;
	const struct inq_event *ey = ((const struct complaint *)y)->first;

	if (!ex || !ey)
		return !ex - !ey;
	return (ex->t_s > ey->t_s) - (ex->t_s < ey->t_s);
}

static void tell_detectors(struct inq_analysis *a, const struct inq_candidate *cand)
{
	struct complaint all[array_size(detectors)];

	for (size_t i = 0; i < array_size(detectors); i++)
		all[i] = complaint_of(a->c, i);
	qsort(all, array_size(all), sizeof(all[0]), by_time);
	for (size_t i = 0; i < array_size(all) && all[i].first; i++) {
		const struct inq_event *e = all[i].first;
		struct inq_chain_step *step;

		step = inq_chain_add(
			a, e->t_s,
			inq_say(a->c, "%s complains%s%s: %s", all[i].who, role_of(a, cand, e),
				all[i].n > 1 ? inq_say(a->c, " (%zu times in all)", all[i].n) : "",
				e->text ? e->text : "?"));
		inq_chain_cite(a, step, e->evidence);
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
		inq_chain_cite(a, step, a->c->events.v[id].evidence);
	if (cpu)
		inq_chain_cite(a, step, cpu->ev_state);
}

inq_id inq_chain_process_of(const struct inq_case *c, int32_t tgid)
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
	for (t = inq_case_task(a->c, inq_chain_process_of(a->c, t->ppid)); t && n < GENERATIONS;
	     t = inq_case_task(a->c, inq_chain_process_of(a->c, t->ppid))) {
		inq_strbuf_addf(&sb, "%s child of %s (%d)", n++ ? "," : " is a",
				t->comm ? t->comm : "?", t->pid);
	}
	a->c->arena.failed |= sb.failed;
	if (n) {
		inq_id ev = inq_evidence_add(a->c, INQ_EV_DERIVED,
					     "task_struct.real_parent of each: %s",
					     inq_strbuf_str(&sb));

		inq_evidence_set_checks(a->c, ev, "tasks %V", "ps");
		inq_chain_cite(a, inq_chain_add(a, -1, inq_say(a->c, "%s", inq_strbuf_str(&sb))),
			       ev);
	}
}

/* ---- nothing wrong: what that rests on ---------------------------------------- */

static void tell_watchdogs(struct inq_analysis *a)
{
	const struct inq_cpu *oldest = NULL;
	struct inq_chain_step *step;

	for (size_t i = 0; i < a->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &a->c->cpus.v[i];

		if (cpu->stuck_s >= 0 && (!oldest || cpu->stuck_s > oldest->stuck_s))
			oldest = cpu;
	}
	if (oldest) {
		step = inq_chain_add(a, -1,
				     inq_say(a->c,
					     "%zu CPU%s: each has run its watchdog within the last "
					     "%.1f s, or is idle",
					     a->c->cpus.n, a->c->cpus.n == 1 ? "" : "s",
					     oldest->stuck_s));
		inq_chain_cite(a, step, oldest->ev_stuck);
	} else if (a->c->cpus.n) {
		inq_chain_add(a, -1,
			      "no CPU's watchdog runs, or none can be read: whether a CPU is stuck "
			      "shows in its tick and in who waits for it alone");
	}
}

static void tell_waits(struct inq_analysis *a)
{
	double longest = -1;
	size_t n = 0;

	for (size_t i = 0; i < a->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(a->c, a->c->waits.v[i].resource);
		double s = inq_wait_seconds(a->c, &a->c->waits.v[i]);

		if (r && (r->kind == INQ_RES_TIMER || r->kind == INQ_RES_USER))
			continue;
		n++;
		longest = s > longest ? s : longest;
	}
	if (!n) {
		inq_chain_add(a, -1, "no task and no CPU waits for another one");
		return;
	}
	inq_chain_add(
		a, -1,
		inq_say(a->c,
			"%zu wait%s of tasks and CPUs%s: none is part of a cycle, and none both "
			"lasts longer than contention explains and ends at a culprit",
			n, n == 1 ? "" : "s",
			longest < 0 ? "" : inq_say(a->c, ", the longest for %.1f s", longest)));
}

static void tell_complaints(struct inq_analysis *a)
{
	const struct inq_task *hung = inq_task_still_hung(a->c);
	size_t n = 0;

	if (hung) {
		inq_chain_add(
			a, -1,
			inq_say(a->c,
				"the hung task detector complained of %s (%d), which is blocked "
				"still, for %.1f s: whom or what that waits for was not found out",
				hung->comm ? hung->comm : "?", hung->pid, hung->since_s));
		return;
	}
	for (size_t i = 0; i < a->c->events.n; i++)
		n += a->c->events.v[i].kind != INQ_EVENT_OTHER &&
		     a->c->events.v[i].kind != INQ_EVENT_TASK_EXIT;
	if (!a->c->faults.n && !n)
		inq_chain_add(a, -1, "no oops, BUG, warning, lockup, stall or panic in the log");
	else if (n == 1)
		inq_chain_add(a, -1, "1 complaint in the log, which no longer holds");
	else
		inq_chain_add(
			a, -1,
			inq_say(a->c, "%zu complaints in the log, none of which still holds", n));
}

/* Why it is only possible that nothing is wrong. */
static void tell_unseen(struct inq_analysis *a)
{
	size_t n = a->c->gaps.n;

	if (!a->c->dump.complete)
		inq_chain_add(a, -1,
			      "the dump is not complete: what is missing may hide something");
	if (n)
		inq_chain_add(a, -1,
			      inq_say(a->c, "%zu thing%s could not be seen, and may hide something",
				      n, n == 1 ? "" : "s"));
}

static void tell_none(struct inq_analysis *a)
{
	tell_watchdogs(a);
	tell_waits(a);
	tell_complaints(a);
	tell_unseen(a);
}

/* ---- the whole ------------------------------------------------------------------ */

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
		inq_chain_cite_all(a, step, &f->evidence);
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
	if (cand->answer == INQ_ANSWER_DEATH || cand->answer == INQ_ANSWER_NOTICE)
		inq_chain_tell_death(a, f);
	else
		inq_chain_tell_hang(a, cand);
	if (cand->answer == INQ_ANSWER_REQUEST)
		tell_parents(a, f->culprit.task);
	if (cand->answer == INQ_ANSWER_HANG) {
		inq_chain_tell_spread(a, cand);
		tell_detectors(a, cand);
	}
	tell_others_wrong(a);
	tell_end(a);
}
