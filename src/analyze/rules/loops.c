// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules/loops.h"

#include "analyze/duration.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/* The panicking CPU loops in panic() for ever; before, it is only stuck if a detector that
 * looks at its own CPU panicked there. */
static bool was_caught_looping(const struct inq_analysis *a, const struct inq_cpu *cpu)
{
	return !cpu->panic_cpu || a->end == INQ_END_SOFT_LOCKUP || a->end == INQ_END_HARD_LOCKUP;
}

/* The lockup detector's own tick: what it interrupted is meant, even where that can't be read. */
static bool is_detector(const struct inq_stack *s, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		if (inq_function_is(s->v[i].symbol, "watchdog_timer_fn"))
			return true;
	}
	return false;
}

/* Stopped in an interrupt on top of the loop: what it interrupted is meant. */
static bool is_in_passing(const struct inq_case *c, const struct inq_cpu *cpu,
			  const struct inq_stack *s, size_t at)
{
	size_t end = at < s->n ? inq_stack_context_end(s, at) : at;

	if (is_detector(s, at, end))
		return true;
	return at < s->n && s->v[at].context == INQ_FRAME_IRQ && end < s->n &&
	       (cpu->irqs == INQ_YES || inq_cpu_ticks(c, cpu->nr));
}

/* An NMI that stopped the CPU for the dump lies on top. */
static size_t below_nmi(const struct inq_stack *s)
{
	size_t at = 0;

	while (at < s->n && s->v[at].context == INQ_FRAME_NMI)
		at++;
	return at;
}

bool inq_loops_with_irqs_off(const struct inq_case *c, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, nr);
	const struct inq_stack *s = inq_case_stack(c, cpu->stack);

	return cpu->irqs == INQ_NO && !(s && is_in_passing(c, cpu, s, below_nmi(s)));
}

/* Whether somebody waits for the CPU's answer itself: not merely for the task that runs there. */
static bool cpu_is_waited_for(const struct inq_analysis *a, const struct inq_core *core)
{
	for (size_t i = 0; i < core->nr_waits; i++) {
		const struct inq_wait *w = &a->c->waits.v[core->waits[i]];
		const struct inq_resource *r = inq_case_resource(a->c, w->resource);

		if (r && (r->kind == INQ_RES_IPI || r->kind == INQ_RES_STOP_MACHINE || w->spins))
			return true;
	}
	return false;
}

/* Where on @cpu's stack what it is about begins: below the NMI that stopped it, and below the tick
 * that found it. */
static size_t loop_start(const struct inq_case *c, const struct inq_cpu *cpu,
			 const struct inq_stack *s)
{
	size_t from = below_nmi(s);

	return is_in_passing(c, cpu, s, from) ? inq_stack_context_end(s, from) : from;
}

/* They spin until other CPUs have answered (kernel/smp.c): whoever stands there waits, even where
 * for whom can't be read. */
static const char *const answer_waits[] = {"smp_call_function_many_cond", "smp_call_function_many",
					   "smp_call_function_single", "smp_call_on_cpu"};

/* The frame of such a function in what @cpu is about; INQ_NONE: there is none. */
static inq_id answer_wait(const struct inq_case *c, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(c, cpu->stack);
	size_t from = s ? loop_start(c, cpu, s) : 0;
	size_t end = s ? inq_stack_context_end(s, from) : 0;

	for (size_t i = from; i < end; i++) {
		for (size_t n = 0; !s->v[i].module && n < array_size(answer_waits); n++) {
			if (inq_function_is(s->v[i].symbol, answer_waits[n]))
				return (inq_id)i;
		}
	}
	return INQ_NONE;
}

bool inq_cpu_loops(const struct inq_analysis *a, int32_t nr, const struct inq_core **ret_core,
		   enum inq_confidence *ret_conf)
{
	const struct inq_cpu *cpu = inq_case_cpu(a->c, nr);
	const struct inq_core *core = inq_graph_core_at(&a->g, nr);
	bool waits = a->g.core_of[nr] >= 0 && !core;
	bool stuck = inq_cpu_is_stuck(a->c, nr);
	const struct inq_stack *s = inq_case_stack(a->c, cpu->stack);

	if (cpu->state != INQ_CPU_RUNNING || waits || (core && core->cycle) ||
	    !was_caught_looping(a, cpu))
		return false;
	if (cpu->panic_cpu)
		stuck = true;
	/* others that wait long for its answer are as good as its own watchdog */
	if (!stuck && !(core && core->long_wait && cpu_is_waited_for(a, core)))
		return false;
	if (answer_wait(a->c, cpu) != INQ_NONE) {
		inq_gap_add(a->c, "answers to IPIs", 0,
			    "CPU %d waits for other CPUs in %s; for which could not be read", nr,
			    inq_case_stack(a->c, cpu->stack)->v[answer_wait(a->c, cpu)].symbol);
		return false;
	}
	*ret_core = core;
	*ret_conf =
		stuck && inq_cpu_is_past_threshold(a->c, nr) ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
	if (!s || loop_start(a->c, cpu, s) >= s->n)
		*ret_conf = INQ_CONF_POSSIBLE;
	return true;
}

/*
 * The function that loops: the innermost frame of [from, to) that stands inside a loop of its
 * own, a module's before the kernel's helpers that it calls.  INQ_NONE: no frame does.
 */
static inq_id looping_frame(const struct inq_stack *s, size_t from, size_t to)
{
	inq_id found = INQ_NONE;

	for (size_t i = from; i < to; i++) {
		if (!s->v[i].in_loop)
			continue;
		if (s->v[i].module)
			return (inq_id)i;
		if (found == INQ_NONE && !inq_function_is_generic(s->v[i].symbol))
			found = (inq_id)i;
	}
	return found;
}

/* The task that an interrupt came in on top of has nothing to do with it. */
static const char *who_runs(struct inq_case *c, const struct inq_actor *who)
{
	return who->kind == INQ_ACTOR_INTERRUPT ? inq_say(c, "an interrupt on CPU %d", who->cpu)
						: inq_say_actor(c, who);
}

/* What the loop on CPU @nr waits for, that is in no way its own to change; NULL: nothing. */
static const struct inq_wait *polled(const struct inq_case *c, int32_t nr)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_wait *w = &c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(c, w->resource);

		if (r && r->kind == INQ_RES_MEMORY && w->waiter.cpu == nr)
			return w;
	}
	return NULL;
}

/* Whoever polls is at the end of what can be seen, and may be no more than a victim. */
static const char *say_polled(struct inq_analysis *a, struct inq_finding *f,
			      const struct inq_wait *w)
{
	if (!w)
		return "";
	inq_ids_add_all(a->c, &f->evidence, &w->evidence);
	return inq_say(a->c, "; it waits for others to change %s",
		       inq_say_resource(a->c, w->resource));
}

void inq_loop_report(struct inq_analysis *a, int32_t nr, const char *class_, const char *how,
		     const struct inq_core *core, enum inq_confidence conf)
{
	const struct inq_cpu *cpu = inq_case_cpu(a->c, nr);
	const struct inq_stack *s = inq_case_stack(a->c, cpu->stack);
	const struct inq_wait *poll = polled(a->c, nr);
	struct inq_finding *f =
		inq_finding_add(a, INQ_ANSWER_HANG, class_,
				poll ? inq_conf_min(conf, INQ_CONF_LIKELY) : conf, core);
	double stuck_s = inq_cpu_stuck_seconds(a->c, nr);
	inq_id teller = INQ_NONE;

	if (!f)
		return;
	f->culprit = (struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = nr, .task = cpu->task};
	if (s) {
		size_t from = loop_start(a->c, cpu, s);

		if (from < s->n && (s->v[from].context == INQ_FRAME_IRQ ||
				    s->v[from].context == INQ_FRAME_SOFTIRQ))
			f->culprit.kind = INQ_ACTOR_INTERRUPT;
		if (from < s->n)
			teller = looping_frame(s, from, inq_stack_context_end(s, from));
		if (from < s->n && teller == INQ_NONE)
			teller = inq_stack_teller(s, from, inq_stack_context_end(s, from));
	}
	if (teller != INQ_NONE) {
		f->function = s->v[teller].symbol;
		f->module = s->v[teller].module;
	}
	inq_ids_add(a->c, &f->evidence, cpu->ev_state);
	inq_ids_add(a->c, &f->evidence, cpu->ev_irqs);
	inq_ids_add(a->c, &f->evidence, cpu->ev_stuck);
	f->title = inq_say(
		a->c, "%s %s %s%s%s, %s%s", who_runs(a->c, &f->culprit),
		stuck_s >= 0 ? "has run" : "runs", inq_say_function(a->c, f->function, f->module),
		stuck_s >= 0 ? " for " : "", stuck_s >= 0 ? inq_say_seconds(a->c, stuck_s) : "",
		how, say_polled(a, f, poll));
}
