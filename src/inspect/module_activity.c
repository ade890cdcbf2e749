// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module_activity: is anybody left who could signal what a blocked task has long waited for?
 *
 * An event (completion, wait queue) is signalled by the code that knows it: the module whose data
 * it is, or, for one on the heap or a stack, the module whose function waits for it.  That
 * module can still signal while
 *	- a task or a CPU runs in it, or sleeps there for something else that does not itself
 *	  wait for this event (one that has slept in a plain schedule() since before the wait can
 *only be woken by who signals: it counts as idle),
 *	- a timer, a high resolution timer, or a queued work will call one of its functions,
 *	- it has an interrupt handler,
 *	- a waiter's own timeout is pending,
 *	- other modules call it, or it builds on others that may call it back,
 *	- other processes than those that wait have its devices open.
 * Each resource gets what was found of these; "nobody" only after all could be looked at.  What
 * the kernel's core may call back (a bio's end, RCU) is not seen, nor what user space may yet
 * ask of it: so nobody is a strong hint, and no more.
 */
#include <inttypes.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/pending_calls.h"
#include "inspect/wait_queues.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"

#include "util/banned.h"

/* A wait is worth the search when it lasts so long, seconds. */
static const double long_s = 2.0;

enum { CANDIDATES_MAX = 64 };

enum { MODULE_USERS, MODULE_USES, MODULE_REFS, FIELDS_NR };
static const struct inq_field_def defs[FIELDS_NR] = {
	/* with CONFIG_MODULE_UNLOAD */
	[MODULE_USERS] = {"module", "source_list", INQ_REQUIRED},
	[MODULE_USES] = {"module", "target_list", INQ_REQUIRED},
	[MODULE_REFS] = {"module", "refcnt.counter", INQ_REQUIRED},
};

struct candidate {
	inq_id resource;
	const struct inq_module *module;
	const char *someone; /* who can signal, or why that isn't known; NULL: nobody yet */
	const char *idle;    /* a thread that could, if it were woken */
	inq_id evidence;
};

struct search {
	struct inq_inspect *in;
	struct inq_field f[FIELDS_NR];
	struct candidate v[CANDIDATES_MAX];
	size_t n;
	const char *gap; /* what could not be looked at; NULL: nothing so far */
	struct inq_pending pending;
	struct inq_hashmap waiting; /* task id -> id of the resource that it waits for */
};

static bool is_long(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);

	return t && t->run == INQ_RUN_BLOCKED && (w->since_s < 0 || w->since_s > long_s);
}

static bool waits_for(const struct search *se, inq_id task, inq_id resource)
{
	uint64_t value;

	return inq_hashmap_get(&se->waiting, (uint64_t)task, &value) && value == (uint64_t)resource;
}

/* The task that alone is known to hold @resource; INQ_NONE: none, or several. */
static inq_id only_holder(const struct inq_case *c, inq_id resource)
{
	inq_id found = INQ_NONE;

	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];

		if (h->resource != resource || h->holder.task == found)
			continue;
		if (found != INQ_NONE || h->conf < INQ_CONF_LIKELY)
			return INQ_NONE;
		found = h->holder.task;
	}
	return found;
}

/*
 * Whether @task can't go on before @resource comes: it waits for it, or for a task that does.  Such
 * a one won't signal it.
 */
static bool is_behind(const struct search *se, inq_id task, inq_id resource)
{
	enum { LINKS_MAX = 16 };
	uint64_t value;

	for (size_t i = 0; i < LINKS_MAX && task != INQ_NONE; i++) {
		if (!inq_hashmap_get(&se->waiting, (uint64_t)task, &value))
			return false;
		if (value == (uint64_t)resource)
			return true;
		task = only_holder(se->in->c, (inq_id)value);
	}
	return false;
}

/* ---- which events, and whose ---------------------------------------- */

/* The one module whose code waits: of the frame that called the waiting function.  NULL: the
 * kernel's core waits, or more than one module stands on that stack. */
static const char *waiting_module(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	const struct inq_stack *s = t ? inq_case_stack(c, t->stack) : NULL;
	const char *module;

	if (!s || w->frame < 0 || (size_t)w->frame + 1 >= s->n)
		return NULL;
	module = s->v[w->frame + 1].module;
	for (size_t i = 0; module && i < s->n; i++) {
		if (s->v[i].module && strcmp(s->v[i].module, module) != 0)
			return NULL;
	}
	return module;
}

static struct candidate *candidate_of(struct search *se, inq_id resource)
{
	for (size_t i = 0; i < se->n; i++) {
		if (se->v[i].resource == resource)
			return &se->v[i];
	}
	return NULL;
}

static void add_candidate(struct search *se, const struct inq_wait *w)
{
	struct inq_resource *r = inq_case_resource(se->in->c, w->resource);
	const char *module = waiting_module(se->in->c, w);
	struct candidate *known = candidate_of(se, w->resource);
	const struct inq_module *m;

	if (known) {
		if (!module || strcmp(module, known->module->name) != 0)
			known->someone = "other code waits for it too";
		return;
	}
	if (!module || (r->module && strcmp(r->module, module) != 0) || se->n == CANDIDATES_MAX)
		return;
	m = inq_module_by_name(se->in->k, module);
	if (!m)
		return;
	r->user_module = inq_arena_strdup(&se->in->c->arena, m->name);
	se->v[se->n++] = (struct candidate){w->resource, m, NULL, NULL, INQ_NONE};
}

static void find_candidates(struct search *se)
{
	const struct inq_case *c = se->in->c;

	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(c, c->waits.v[i].resource);

		if (!inq_hashmap_put(&se->waiting, (uint64_t)c->waits.v[i].waiter.task,
				     (uint64_t)c->waits.v[i].resource))
			se->in->c->arena.failed = true;
		if (r && inq_resource_is_event(r) && r->addr && !inq_resource_is_free(r) &&
		    is_long(c, &c->waits.v[i]))
			add_candidate(se, &c->waits.v[i]);
	}
}

/* ---- what may call a function --------------------------------------- */

static bool is_open(const struct search *se)
{
	for (size_t i = 0; i < se->n; i++) {
		if (!se->v[i].someone)
			return true;
	}
	return false;
}

/* @what (at @at) will call @func: those whose module that is in have a signaller. */
static void may_call(void *arg, uint64_t func, const char *what, uint64_t at)
{
	struct search *se = arg;
	const struct inq_module *m = func ? inq_module_by_addr(se->in->k, func) : NULL;

	for (size_t i = 0; m && i < se->n; i++) {
		struct candidate *cand = &se->v[i];

		if (cand->module != m || cand->someone)
			continue;
		cand->someone = inq_arena_printf(&se->in->c->arena, "%s is to call %s", what,
						 inq_fact_symbol(se->in, func));
		cand->evidence = inq_fact_memory(se->in, at, 8, func, "%s of %s is %s", what,
						 m->name, inq_fact_symbol(se->in, func));
	}
}

/* A timer will wake task_struct @addr: what it waits for ends by itself. */
static void will_wake(void *arg, uint64_t addr)
{
	struct search *se = arg;
	uint64_t task;

	if (!inq_hashmap_get(&se->in->task_ids, addr, &task))
		return;
	for (size_t i = 0; i < se->n; i++) {
		if (!se->v[i].someone && waits_for(se, (inq_id)task, se->v[i].resource))
			se->v[i].someone = "a waiter's own timeout is pending";
	}
}

/* For how long the youngest wait for @resource lasts, seconds. */
static double wait_seconds(const struct inq_case *c, inq_id resource)
{
	double least = -1;

	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_wait *w = &c->waits.v[i];

		if (w->resource == resource && w->since_s >= 0 && (least < 0 || w->since_s < least))
			least = w->since_s;
	}
	return least;
}

/*
 * Whether @task, whose stack is @s, has called schedule() in module code, for no time and on no
 * queue, and has not run since the wait for @resource began.
 */
static bool is_idle(struct search *se, inq_id task, const struct inq_stack *s, inq_id resource)
{
	enum { AT_ONCE_MS = 50 }; /* who wakes it goes to sleep himself a moment later */
	const struct inq_task *t = inq_case_task(se->in->c, task);
	double wait = wait_seconds(se->in->c, resource);
	struct inq_queued q;

	return t && t->kthread && !t->on_cpu &&
	       (t->run == INQ_RUN_SLEEPING || t->run == INQ_RUN_IDLE) && s->n > 2 &&
	       inq_fact_is(s->v[1].symbol, "schedule") && s->v[2].module && wait >= long_s &&
	       t->since_s + AT_ONCE_MS / 1000.0 >= wait && !inq_wait_queue_of(se->in, task, 2, &q);
}

static void look_at_stack(struct search *se, inq_id task, const struct inq_stack *s,
			  const char *who)
{
	for (size_t i = 0; s && i < s->n; i++) {
		for (size_t k = 0; s->v[i].module && k < se->n; k++) {
			struct candidate *cand = &se->v[k];

			if (cand->someone || strcmp(cand->module->name, s->v[i].module) != 0 ||
			    is_behind(se, task, cand->resource))
				continue;
			if (is_idle(se, task, s, cand->resource)) {
				cand->idle = who;
				continue;
			}
			cand->someone = inq_arena_printf(&se->in->c->arena, "%s is in %s", who,
							 s->v[i].symbol ? s->v[i].symbol : "it");
		}
	}
}

static void look_at_tasks(struct search *se)
{
	struct inq_case *c = se->in->c;

	for (size_t i = 0; i < c->tasks.n && is_open(se) && !inq_case_failed(c); i++) {
		const struct inq_task *t = &c->tasks.v[i];
		inq_id stack;

		if (t->run == INQ_RUN_DEAD || t->on_cpu)
			continue;
		stack = inq_fact_task_stack(se->in, (inq_id)i);
		if (stack == INQ_NONE || !c->stacks.v[stack].complete)
			se->gap = "the stack of a task";
		look_at_stack(se, (inq_id)i, inq_case_stack(c, stack),
			      inq_fact_task_name(se->in, (inq_id)i));
	}
	for (size_t i = 0; i < c->cpus.n; i++) {
		const struct inq_stack *s = inq_case_stack(c, c->cpus.v[i].stack);

		if (!c->cpus.v[i].online)
			continue;
		if (!s || (!s->complete && c->cpus.v[i].state != INQ_CPU_USER))
			se->gap = "the stack of a CPU";
		look_at_stack(se, c->cpus.v[i].task, s, inq_arena_printf(&c->arena, "CPU %zu", i));
	}
}

/* Modules that call each other may signal for each other. */
static void look_at_neighbours(struct search *se)
{
	for (size_t i = 0; i < se->n; i++) {
		uint64_t users = se->v[i].module->addr + se->f[MODULE_USERS].offset;
		uint64_t uses = se->v[i].module->addr + se->f[MODULE_USES].offset, a, b;

		if (!inq_dump_try_u64(se->in->k->dump, users, &a) ||
		    !inq_dump_try_u64(se->in->k->dump, uses, &b))
			se->gap = "the modules";
		else if ((a != users || b != uses) && !se->v[i].someone)
			se->v[i].someone = "other modules work with this one";
	}
}

/* How many processes wait for @resource, or behind those who do. */
static uint64_t count_processes(const struct search *se, inq_id resource)
{
	const struct inq_case *c = se->in->c;
	cleanup_with(inq_hashmap_deinit) struct inq_hashmap seen = INQ_HASHMAP_INIT;
	uint64_t n = 0;

	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_task *t = inq_case_task(c, c->waits.v[i].waiter.task);

		if (!t || !is_behind(se, c->waits.v[i].waiter.task, resource) || t->kthread ||
		    inq_hashmap_get(&seen, (uint64_t)t->tgid, NULL))
			continue;
		if (!inq_hashmap_put(&seen, (uint64_t)t->tgid, 1))
			se->in->c->arena.failed = true;
		n++;
	}
	return n;
}

/*
 * An open device holds a reference to its module (file_operations.owner): with more of them than
 * processes that wait, another may ask the module for something and so signal.
 */
static void look_at_references(struct search *se)
{
	enum { MODULE_REF_BASE = 1 }; /* e513cc1c07e2, 3.19 */

	for (size_t i = 0; i < se->n; i++) {
		struct candidate *cand = &se->v[i];
		uint64_t refs;

		if (!inq_field_try_u64(se->in->k, &se->f[MODULE_REFS], cand->module->addr, &refs))
			se->gap = "the modules";
		else if (!cand->someone &&
			 refs > count_processes(se, cand->resource) + MODULE_REF_BASE)
			cand->someone = "others than the waiters have its module in use";
	}
}

/* A request that a device has may end in a call to anybody. */
static void look_at_requests(struct search *se)
{
	if (inq_resource_is_any(se->in->c, INQ_RES_IO))
		se->gap = "the ends of I/O in flight";
}

static void conclude(struct search *se)
{
	struct inq_case *c = se->in->c;

	for (size_t i = 0; i < se->n; i++) {
		const struct candidate *cand = &se->v[i];
		struct inq_resource *r = inq_case_resource(c, cand->resource);

		r->no_signaller = !cand->someone && !se->gap;
		r->idle_signaller = r->no_signaller ? cand->idle : NULL;
		r->signaller = cand->someone;
		if (!cand->someone && se->gap)
			r->signaller =
				inq_arena_printf(&c->arena, "%s could not be looked at", se->gap);
		inq_ids_add(c, &r->ev_signaller, cand->evidence);
		if (r->no_signaller)
			inq_ids_add(c, &r->ev_signaller,
				    inq_evidence_add(
					    c, INQ_EV_DERIVED,
					    "no task or CPU is in %s but for those that "
					    "wait%s%s, and none of %zu pending timers, %zu "
					    "queued works and %zu interrupt handlers leads "
					    "there",
					    cand->module->name, cand->idle ? ", and idle " : "",
					    cand->idle ? cand->idle : "", se->pending.timers,
					    se->pending.works, se->pending.actions));
	}
}

static void search_deinit(struct search *se)
{
	inq_hashmap_deinit(&se->waiting);
}

struct inq_error *inq_inspect_module_activity(struct inq_inspect *in)
{
	cleanup_with(search_deinit) struct search se = {.in = in};
	cleanup_error struct inq_error *err = NULL;

	find_candidates(&se);
	if (!se.n)
		return NULL;
	err = inq_fields_resolve(in->k, defs, se.f, FIELDS_NR);
	if (err) {
		se.gap = inq_arena_printf(&in->c->arena, "what may run (%s)", err->message);
		conclude(&se);
		return NULL;
	}
	look_at_tasks(&se);
	look_at_neighbours(&se);
	look_at_references(&se);
	look_at_requests(&se);
	se.pending =
		(struct inq_pending){.in = in, .call = may_call, .wake = will_wake, .arg = &se};
	inq_pending_calls(&se.pending);
	if (se.pending.gap)
		se.gap = se.pending.gap;
	conclude(&se);
	return NULL;
}
