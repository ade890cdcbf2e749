// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * handler-waits: who waits for a handler to end that runs right now, and where it runs.
 *
 *	timer_delete_sync(t)	timer_base.running_timer == t, on the CPU of that base
 *	hrtimer_cancel(t)	hrtimer_clock_base.running == t, likewise
 *	tasklet_kill(t)		tasklet_struct.state has TASKLET_STATE_RUN, its function is on a CPU
 *	synchronize_irq(nr)	a CPU, or an interrupt thread, is in the handlers of that irq_desc
 *	napi_disable(n)		napi_struct.state has NAPI_STATE_SCHED, its poll is on a CPU
 *
 * Most of these spin.  A spinning wait is added where the handler is found running; the sleeping
 * ones are there already (sleepers).  The resource is the timer, tasklet, irq_desc or napi_struct,
 * and who runs the handler holds it.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/names.h"
#include "inspect/spinlocks.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	TIMER_RUNNING,
	TIMER_FUNC,
	HRTIMER_BASES,
	HRTIMER_RUNNING,
	HRTIMER_FUNC,
	TASKLET_STATE,
	TASKLET_FUNC,
	TASKLET_DATA,
	NAPI_STATE,
	NAPI_POLL,
	DESC_IRQ,
	DESC_ACTION,
	ACTION_NAME,
	HANDLER_NR
};
static const struct inq_field_def handler_defs[HANDLER_NR] = {
	[TIMER_RUNNING] = {"timer_base", "running_timer", INQ_OPTIONAL},
	[TIMER_FUNC] = {"timer_list", "function", INQ_OPTIONAL},
	[HRTIMER_BASES] = {"hrtimer_cpu_base", "clock_base", INQ_OPTIONAL},
	/* of the clock base since 4.16 (3f0b9e8eec56) */
	[HRTIMER_RUNNING] = {"hrtimer_clock_base", "running", INQ_OPTIONAL},
	[HRTIMER_FUNC] = {"hrtimer", "function", INQ_OPTIONAL},
	[TASKLET_STATE] = {"tasklet_struct", "state", INQ_OPTIONAL},
	/* a union with callback since 5.9 (12cc923f1ccc) */
	[TASKLET_FUNC] = {"tasklet_struct", "func", INQ_OPTIONAL},
	[TASKLET_DATA] = {"tasklet_struct", "data", INQ_OPTIONAL},
	[NAPI_STATE] = {"napi_struct", "state", INQ_OPTIONAL},
	[NAPI_POLL] = {"napi_struct", "poll", INQ_OPTIONAL},
	[DESC_IRQ] = {"irq_desc", "irq_data.irq", INQ_OPTIONAL},
	[DESC_ACTION] = {"irq_desc", "action", INQ_OPTIONAL},
	[ACTION_NAME] = {"irqaction", "name", INQ_OPTIONAL},
};

enum { NR_TIMER_BASES = 3, TASKLET_RUN = 2 /* 1 << TASKLET_STATE_RUN */, NAPI_SCHED = 1 };

enum handler_kind { NO_HANDLER, ON_TIMER, ON_HRTIMER, ON_TASKLET, ON_IRQ, ON_IRQ_DESC, ON_NAPI };
/* A function that waits for the handler of its first argument. */
struct handler_function {
	const char *name;
	enum handler_kind kind;
};
static const struct handler_function handler_functions[] = {
	/* renamed in 6.2 (9b13df3fb64e) */
	{"del_timer_sync", ON_TIMER},
	{"timer_delete_sync", ON_TIMER},
	{"__timer_delete_sync", ON_TIMER},
	{"timer_shutdown_sync", ON_TIMER},
	{"hrtimer_cancel", ON_HRTIMER},
	{"tasklet_kill", ON_TASKLET},
	{"tasklet_unlock_wait", ON_TASKLET},
	{"tasklet_unlock_spin_wait", ON_TASKLET},
	{"synchronize_irq", ON_IRQ},
	{"synchronize_hardirq", ON_IRQ},
	/* of an irq_desc; what calls it may end in that call, and have no frame */
	{"__synchronize_irq", ON_IRQ_DESC},
	{"disable_irq", ON_IRQ},
	{"disable_hardirq", ON_IRQ},
	{"free_irq", ON_IRQ},
	{"napi_disable", ON_NAPI},
	{"napi_disable_locked", ON_NAPI},
};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[HANDLER_NR];
};

/* Somebody in a handler. */
struct runner {
	struct inq_actor actor;
	uint64_t object; /* the timer, ..., irq_desc */
	uint64_t func;	 /* the handler's function; 0: unknown */
	uint64_t data;	 /* what the function may get instead of the object; 0: nothing */
	inq_id evidence;
};

/* ---- who runs it ---------------------------------------------------- */

/* The frame of @cpu that runs the function at @func; -1: none. */
static int frame_of(const struct inq_inspect *in, int32_t cpu, uint64_t func)
{
	const struct inq_stack *s = inq_case_stack(in->c, in->c->cpus.v[cpu].stack);

	for (size_t i = 0; s && func && i < s->n; i++) {
		if (s->v[i].symbol && s->v[i].ip - s->v[i].offset == func)
			return (int)i;
	}
	return -1;
}

/* A handler runs in an interrupt, also where its frames can't be told. */
static struct inq_actor handler_actor(struct inq_inspect *in, int32_t cpu, uint64_t func)
{
	int frame = frame_of(in, cpu, func);
	struct inq_actor a = inq_edge_cpu(in, cpu);

	if (frame >= 0)
		return inq_fact_actor(in, cpu, in->c->cpus.v[cpu].stack, (size_t)frame);
	a.kind = INQ_ACTOR_INTERRUPT;
	return a;
}

static bool runs_at(struct reader *rd, int32_t cpu, const struct inq_field *running, uint64_t base,
		    const struct inq_field *function, struct runner *r)
{
	struct inq_inspect *in = rd->in;
	uint64_t now;

	if (!inq_field_try_u64(in->k, running, base, &now) || now != r->object)
		return false;
	inq_field_try_u64(in->k, function, r->object, &r->func);
	r->actor = handler_actor(in, cpu, r->func);
	r->evidence = inq_fact_memory(
		in, base + running->offset, 8, now,
		"CPU %d runs %s, the callback of the timer at 0x%" PRIx64 " (%s.%s)", cpu,
		inq_fact_symbol(in, r->func), now, running->def->type, running->def->path);
	return true;
}

static bool timer_runner(struct reader *rd, struct runner *r)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t bases = inq_symbol_addr(k, "timer_bases");
	size_t size;

	if (!bases || !inq_struct_size(k, "timer_base", &size))
		return false;
	for (unsigned int cpu = 0; cpu < rd->in->c->cpus.n; cpu++) {
		uint64_t base = inq_percpu_addr(k, bases, cpu);

		for (size_t i = 0; base && i < NR_TIMER_BASES; i++) {
			if (runs_at(rd, (int32_t)cpu, &rd->f[TIMER_RUNNING], base + i * size,
				    &rd->f[TIMER_FUNC], r))
				return true;
		}
	}
	return false;
}

static bool hrtimer_runner(struct reader *rd, struct runner *r)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t bases = inq_symbol_addr(k, "hrtimer_bases");
	const struct inq_field *v = &rd->f[HRTIMER_BASES];
	size_t size;

	if (!bases || !v->found || !inq_struct_size(k, "hrtimer_clock_base", &size) || !size)
		return false;
	for (unsigned int cpu = 0; cpu < rd->in->c->cpus.n; cpu++) {
		uint64_t base = inq_percpu_addr(k, bases, cpu);

		for (size_t at = 0; base && at + size <= v->size; at += size) {
			if (runs_at(rd, (int32_t)cpu, &rd->f[HRTIMER_RUNNING],
				    base + v->offset + at, &rd->f[HRTIMER_FUNC], r))
				return true;
		}
	}
	return false;
}

/* The frame gets @r's object or data as its first argument, or that can't be told. */
static bool may_be_about(struct inq_inspect *in, int32_t cpu, size_t frame, const struct runner *r)
{
	inq_id stack = in->c->cpus.v[cpu].stack;
	enum inq_certainty how;
	uint64_t arg;

	return !inq_frame_arg(in->code, &in->ustacks.v[stack], frame, (unsigned int)cpu, 0, &arg,
			      &how) ||
	       how < INQ_LIKELY || arg == r->object || (r->data && arg == r->data) ||
	       !in->arch->is_kernel_addr(in->k, arg);
}

/* A state word with @bit, and a CPU that is in the object's function. */
static bool state_runner(struct reader *rd, const struct inq_field *state, uint64_t bit,
			 const struct inq_field *function, struct runner *r)
{
	struct inq_inspect *in = rd->in;
	uint64_t word;

	if (!inq_field_try_u64(in->k, state, r->object, &word) || !(word & bit) ||
	    !inq_field_try_u64(in->k, function, r->object, &r->func))
		return false;
	for (int32_t cpu = 0; (size_t)cpu < in->c->cpus.n; cpu++) {
		int frame = frame_of(in, cpu, r->func);

		if (frame < 0 || !may_be_about(in, cpu, (size_t)frame, r))
			continue;
		r->actor = inq_fact_actor(in, cpu, in->c->cpus.v[cpu].stack, (size_t)frame);
		r->evidence =
			inq_fact_memory(in, r->object + state->offset, state->size, word,
					"%s is under way on CPU %d (%s.state = 0x%" PRIx64 ")",
					inq_fact_symbol(in, r->func), cpu, state->def->type, word);
		return true;
	}
	return false;
}

static const char *const irq_frames[] = {"__handle_irq_event_percpu", "handle_irq_event_percpu",
					 "handle_irq_event", NULL};
static const char *const thread_frames[] = {"irq_thread_fn", "irq_forced_thread_fn", NULL};

/* Whether frame @frame, whose first argument is an irq_desc, is about interrupt @irq. */
static bool is_irq(struct reader *rd, inq_id stack, unsigned int cpu, size_t frame, uint64_t irq,
		   struct runner *r)
{
	struct inq_inspect *in = rd->in;
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	enum inq_certainty how;
	uint64_t nr;

	if (!inq_frame_arg(in->code, &in->ustacks.v[stack], frame, cpu, 0, &r->object, &how) ||
	    how == INQ_UNKNOWN || !inq_field_try_u64(in->k, &rd->f[DESC_IRQ], r->object, &nr) ||
	    nr != irq)
		return false;
	if (frame > 0 && s->v[frame - 1].symbol)
		r->func = s->v[frame - 1].ip - s->v[frame - 1].offset;
	return true;
}

static bool irq_cpu_runner(struct reader *rd, uint64_t irq, struct runner *r)
{
	struct inq_inspect *in = rd->in;

	for (int32_t cpu = 0; (size_t)cpu < in->c->cpus.n; cpu++) {
		inq_id stack = in->c->cpus.v[cpu].stack;
		const struct inq_stack *s = inq_case_stack(in->c, stack);
		int frame = s ? inq_fact_find_frame(s, 0, irq_frames) : -1;

		/* an interrupt on top of an interrupt: the outer one counts too */
		for (; frame >= 0; frame = inq_fact_find_frame(s, (size_t)frame + 1, irq_frames)) {
			if (!is_irq(rd, stack, (unsigned int)cpu, (size_t)frame, irq, r))
				continue;
			r->actor = inq_fact_actor(in, cpu, stack, (size_t)frame);
			r->evidence = inq_fact_stack(
				in, cpu, -1, "CPU %d is in the handlers of irq %" PRIu64 ": %s",
				cpu, irq, inq_fact_symbol(in, r->func));
			return true;
		}
	}
	return false;
}

static bool irq_thread_runner(struct reader *rd, uint64_t irq, struct runner *r)
{
	struct inq_inspect *in = rd->in;

	for (size_t i = 0; i < in->c->tasks.n; i++) {
		const struct inq_task *t = &in->c->tasks.v[i];
		inq_id stack = t->stack;
		const struct inq_stack *s;
		int frame;

		if (!t->kthread || t->run == INQ_RUN_DEAD)
			continue;
		if (!t->on_cpu)
			stack = inq_fact_task_stack(in, (inq_id)i);
		else if (t->cpu >= 0 && (size_t)t->cpu < in->c->cpus.n)
			stack = in->c->cpus.v[t->cpu].stack;
		s = inq_case_stack(in->c, stack);
		frame = s ? inq_fact_find_frame(s, 0, thread_frames) : -1;
		if (frame < 0 || !is_irq(rd, stack, 0, (size_t)frame, irq, r))
			continue;
		r->actor = inq_edge_task(in, (inq_id)i);
		r->evidence = inq_fact_stack(
			in, t->on_cpu ? t->cpu : -1, t->pid, "%s handles irq %" PRIu64 " in %s",
			inq_fact_task_name(in, (inq_id)i), irq, inq_fact_symbol(in, r->func));
		return true;
	}
	return false;
}

static bool find_runner(struct reader *rd, enum handler_kind kind, uint64_t arg, struct runner *r)
{
	*r = (struct runner){.object = arg, .evidence = INQ_NONE};
	switch (kind) {
	case ON_TIMER:
		return timer_runner(rd, r);
	case ON_HRTIMER:
		return hrtimer_runner(rd, r);
	case ON_TASKLET:
		/* not a callback: its function gets the data */
		inq_field_try_u64(rd->in->k, &rd->f[TASKLET_DATA], arg, &r->data);
		return state_runner(rd, &rd->f[TASKLET_STATE], TASKLET_RUN, &rd->f[TASKLET_FUNC],
				    r);
	case ON_NAPI:
		return state_runner(rd, &rd->f[NAPI_STATE], NAPI_SCHED, &rd->f[NAPI_POLL], r);
	case ON_IRQ:
		return irq_cpu_runner(rd, (uint32_t)arg, r) ||
		       irq_thread_runner(rd, (uint32_t)arg, r);
	case ON_IRQ_DESC:
		return inq_field_try_u64(rd->in->k, &rd->f[DESC_IRQ], arg, &arg) &&
		       find_runner(rd, ON_IRQ, arg, r);
	case NO_HANDLER:
		break;
	}
	return false;
}

/* ---- who waits for it ----------------------------------------------- */

static enum handler_kind kind_of(const struct inq_frame *f)
{
	for (size_t i = 0; !f->module && f->symbol && i < array_size(handler_functions); i++) {
		if (inq_fact_is(f->symbol, handler_functions[i].name))
			return handler_functions[i].kind;
	}
	return NO_HANDLER;
}

static bool is_irq_kind(enum handler_kind kind)
{
	return kind == ON_IRQ || kind == ON_IRQ_DESC;
}

static void name_it(struct reader *rd, struct inq_resource *r, enum handler_kind kind)
{
	uint64_t action;
	char name[64];

	if (!r || r->name)
		return;
	if (!is_irq_kind(kind)) {
		inq_name_resource(rd->in, r, NULL);
		return;
	}
	if (inq_field_try_u64(rd->in->k, &rd->f[DESC_ACTION], r->addr, &action) && action &&
	    inq_field_try_str(rd->in->k, &rd->f[ACTION_NAME], action, name, sizeof(name)))
		r->name = inq_arena_strdup(&rd->in->c->arena, name);
}

/* The resource that the handler's object is, held by who runs it. */
static inq_id held_resource(struct reader *rd, enum handler_kind kind, const struct runner *r,
			    inq_id stack, size_t frame, unsigned int cpu)
{
	struct inq_inspect *in = rd->in;
	inq_id id = inq_resource_find_or_add(in->c, INQ_RES_HANDLER, r->object);
	struct inq_resource *res = inq_case_resource(in->c, id);
	struct inq_hold *h;

	name_it(rd, res, kind);
	if (res && !res->name && !is_irq_kind(kind))
		inq_lock_name_by_argument(in, id, stack, frame, cpu, 0);
	res = inq_case_resource(in->c, id);
	if (res && !res->module)
		res->module = inq_name_module(in, r->object);
	h = inq_edge_hold(in, id, r->actor, r->evidence);
	if (h && !h->function)
		inq_edge_function(in, r->func, &h->function, &h->module);
	return id;
}

/* @cpu stands in a function that waits, spinning, for a handler: if one runs, that is a wait. */
static void look_at_frame(struct reader *rd, const struct inq_cpu *cpu, size_t frame,
			  enum handler_kind kind)
{
	struct inq_inspect *in = rd->in;
	enum inq_certainty how;
	struct runner r;
	struct inq_wait *w;
	uint64_t arg;
	inq_id id;

	if (!inq_frame_arg(in->code, &in->ustacks.v[cpu->stack], frame, (unsigned int)cpu->nr, 0,
			   &arg, &how) ||
	    how == INQ_UNKNOWN || !find_runner(rd, kind, arg, &r))
		return;
	id = held_resource(rd, kind, &r, cpu->stack, frame, (unsigned int)cpu->nr);
	w = inq_edge_wait(in, inq_fact_actor(in, cpu->nr, cpu->stack, frame), id);
	if (!w)
		return;
	w->spins = true;
	w->frame = (inq_id)frame;
	/* that very handler does run: the argument can't be a stale one */
	w->since_s = inq_fact_cpu_wait(cpu, &w->since_how);
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_stack(in, cpu->nr, -1, "CPU %d waits in %s for a handler to end",
				   cpu->nr, inq_case_stack(in->c, cpu->stack)->v[frame].symbol));
	inq_ids_add(in->c, &w->evidence, r.evidence);
}

static void look_at_cpu(struct reader *rd, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(rd->in->c, cpu->stack);

	for (size_t i = 0; s && i < s->n; i++) {
		enum handler_kind kind = kind_of(&s->v[i]);

		if (kind == NO_HANDLER)
			continue;
		/* disable_irq() calls synchronize_irq(): one wait */
		while (i + 1 < s->n && !s->v[i].pt_regs && kind_of(&s->v[i + 1]) == kind)
			i++;
		look_at_frame(rd, cpu, i, kind);
		s = inq_case_stack(rd->in->c, cpu->stack);
	}
}

/* Of a sleeper the wait is known, and whose handler it waits for is not. */
static void look_at_sleeper(struct reader *rd, size_t wait)
{
	struct inq_inspect *in = rd->in;
	const struct inq_wait *w = &in->c->waits.v[wait];
	const struct inq_task *t = inq_case_task(in->c, w->waiter.task);
	const struct inq_stack *s = t ? inq_case_stack(in->c, t->stack) : NULL;
	enum inq_certainty how;
	enum handler_kind kind;
	struct runner r;
	uint64_t arg;
	inq_id id;

	if (!s || w->frame < 0 || (size_t)w->frame >= s->n)
		return;
	kind = kind_of(&s->v[w->frame]);
	if (kind == NO_HANDLER ||
	    !inq_frame_arg(in->code, &in->ustacks.v[t->stack], (size_t)w->frame, 0, 0, &arg,
			   &how) ||
	    how == INQ_UNKNOWN || !find_runner(rd, kind, arg, &r))
		return;
	id = held_resource(rd, kind, &r, t->stack, (size_t)w->frame, 0);
	in->c->waits.v[wait].resource = id;
	/* that very handler does run: the argument can't be a stale one */
	in->c->waits.v[wait].conf = how >= INQ_LIKELY ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
	inq_ids_add(in->c, &in->c->waits.v[wait].evidence, r.evidence);
}

struct inq_error *inq_inspect_handler_waits(struct inq_inspect *in)
{
	struct reader rd = {.in = in};
	struct inq_error *err = inq_fields_resolve(in->k, handler_defs, rd.f, HANDLER_NR);

	if (err)
		return err; /* all are optional: NOMEM */
	for (size_t i = 0; i < in->c->cpus.n; i++)
		look_at_cpu(&rd, &in->c->cpus.v[i]);
	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (r && r->kind == INQ_RES_HANDLER && in->c->waits.v[i].waiter.cpu < 0)
			look_at_sleeper(&rd, i);
	}
	return NULL;
}
