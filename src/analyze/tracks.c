// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/tracks.h"

#include "analyze/blame.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/* kernel/rcu, mm/slab_common.c, mm/slub.c: what frees after a grace period */
static const char *const deferrers[] = {
	"rcu_do_batch",		 "rcu_core",
	"kfree_rcu_work",	 "kvfree_rcu_bulk",
	"kvfree_rcu_list",	 "srcu_invoke_callbacks",
	"rcu_free_sheaf",	 "rcu_tasks_invoke_cbs",
	"rcu_process_callbacks",
};

/* What stands on a stack only above code that was interrupted. */
static const char *const interrupts[] = {
	"__do_softirq",
	"handle_softirqs",
	"irq_exit_rcu",
	"common_interrupt",
	"asm_common_interrupt",
	"__sysvec_apic_timer_interrupt",
	"sysvec_apic_timer_interrupt",
	"__handle_irq_event_percpu",
	"__sysvec_call_function_single",
};

static bool has_one_of(const struct inq_stack *s, const char *const *names, size_t n)
{
	for (size_t i = 0; s && i < n; i++) {
		inq_id at = inq_stack_find(s, names[i]);

		if (at != INQ_NONE && !s->v[at].module)
			return true;
	}
	return false;
}

const struct inq_frame *inq_track_frame(const struct inq_case *c, const struct inq_track *t)
{
	const struct inq_stack *s = inq_case_stack(c, t->stack);

	if (!s || !s->n)
		return NULL;
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].module)
			return &s->v[i];
		if (inq_is_dispatcher(s->v[i].symbol))
			break;
	}
	return &s->v[inq_blame_frame(s, 0)];
}

const struct inq_track *inq_track_of(const struct inq_case *c, uint64_t object, bool freed)
{
	for (size_t i = 0; object && i < c->tracks.n; i++) {
		if (c->tracks.v[i].object == object && c->tracks.v[i].freed == freed)
			return &c->tracks.v[i];
	}
	return NULL;
}

bool inq_track_is_deferred(const struct inq_case *c, const struct inq_track *t)
{
	return has_one_of(inq_case_stack(c, t->stack), deferrers, array_size(deferrers));
}

/* ksoftirqd runs softirqs as a task of its own, and so does nobody else. */
static bool is_interrupt(const struct inq_case *c, const struct inq_track *t)
{
	return has_one_of(inq_case_stack(c, t->stack), interrupts, array_size(interrupts));
}

struct inq_actor inq_track_actor(const struct inq_case *c, const struct inq_track *t)
{
	struct inq_actor who = {.kind = INQ_ACTOR_TASK, .cpu = -1, .task = t->task};

	if (is_interrupt(c, t) || t->task == INQ_NONE)
		who = (struct inq_actor){
			.kind = INQ_ACTOR_INTERRUPT, .cpu = t->cpu, .task = INQ_NONE};
	if (who.kind == INQ_ACTOR_INTERRUPT && !is_interrupt(c, t))
		who.kind = INQ_ACTOR_CPU;
	return who.kind != INQ_ACTOR_TASK && !inq_case_cpu(c, t->cpu) ? INQ_ACTOR_INIT : who;
}

const char *inq_say_track(struct inq_case *c, const struct inq_track *t)
{
	const struct inq_stack *s = inq_case_stack(c, t->stack);
	const struct inq_frame *f = inq_track_frame(c, t);
	struct inq_actor who = inq_track_actor(c, t);
	const char *by = "", *caller = "", *ago = "";

	if (who.kind == INQ_ACTOR_INTERRUPT)
		by = inq_say(c, " by an interrupt on CPU %d", who.cpu);
	else if (who.kind == INQ_ACTOR_TASK)
		by = inq_say(c, " by %s on CPU %d", inq_say_actor(c, &who), t->cpu);
	if (f && f + 1 < s->v + s->n && f[1].symbol && !inq_is_dispatcher(f[1].symbol))
		caller =
			inq_say(c, ", called by %s", inq_say_function(c, f[1].symbol, f[1].module));
	if (t->ago_s >= 0)
		ago = inq_say(c, ", %s before the dump", inq_say_seconds(c, t->ago_s));
	if (f && !f->module && inq_is_dispatcher(f->symbol))
		return inq_say(c, "%s%s in what %s called%s", t->freed ? "freed" : "allocated", by,
			       f->symbol, ago);
	return inq_say(c, "%s%s in %s%s%s%s", t->freed ? "freed" : "allocated", by,
		       f ? inq_say_function(c, f->symbol, f->module) : "unknown code", caller,
		       inq_track_is_deferred(c, t) ? ", after an RCU grace period" : "", ago);
}
