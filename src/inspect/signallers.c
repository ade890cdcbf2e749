// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * signallers: who is to complete what somebody waits for, by his own code.
 *
 * A completion says nothing of who completes it.  But a task that waits for something else may
 * stand in code that goes on to complete() that very one, when it is let on: a work function, or a
 * thread, that first wants a lock of the one who waits.  It holds the completion.  A work that is
 * queued behind the worker which waits itself does the same: then the wait is one for that work.
 */
#include <inttypes.h>

#include "code/signals.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/lists.h"

#include "util/banned.h"

static const char *const signals[] = {"complete",
				      "complete_all",
				      "complete_on_current_cpu",
				      "complete_and_exit",
				      "kthread_complete_and_exit",
				      NULL};

/* A wait is worth the search when it lasts so long, seconds. */
static const double long_s = 2.0;
enum { COMPLETIONS_MAX = 32, CANDIDATES_MAX = 512, WORKS_MAX = 256 };

enum {
	TASK_WORKER_PRIVATE,
	KTHREAD_DATA,
	WORKER_PWQ,
	WORKER_POOL,
	PWQ_INACTIVE,
	POOL_WORKLIST,
	WORK_ENTRY,
	WORK_FUNC,
	SIGNAL_NR
};
static const struct inq_field_def signal_defs[SIGNAL_NR] = {
	/* a kthread's struct kthread: worker_private since 5.17 (e32cf5dfbe22) */
	[TASK_WORKER_PRIVATE] = {"task_struct", "worker_private|set_child_tid", INQ_OPTIONAL},
	[KTHREAD_DATA] = {"kthread", "data", INQ_OPTIONAL},
	[WORKER_PWQ] = {"worker", "current_pwq", INQ_OPTIONAL},
	[WORKER_POOL] = {"worker", "pool", INQ_OPTIONAL},
	/* delayed_works before 5.15 (f97a4a1a3f87) */
	[PWQ_INACTIVE] = {"pool_workqueue", "inactive_works|delayed_works", INQ_OPTIONAL},
	[POOL_WORKLIST] = {"worker_pool", "worklist", INQ_OPTIONAL},
	[WORK_ENTRY] = {"work_struct", "entry", INQ_OPTIONAL},
	[WORK_FUNC] = {"work_struct", "func", INQ_OPTIONAL},
};

enum { FLAG_WQ_WORKER = 0x20 };

struct signal_reader {
	struct inq_inspect *in;
	struct inq_field f[SIGNAL_NR];
};

/* A wait for a completion that nobody is known to signal, and whose end is not just coming. */
static bool is_open(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(c, w->resource);

	if (!r || r->kind != INQ_RES_COMPLETION || !r->addr || r->came || w->frame < 0 ||
	    (w->since_s >= 0 && w->since_s < long_s))
		return false;
	for (size_t i = 0; i < c->holds.n; i++) {
		if (c->holds.v[i].resource == w->resource)
			return false;
	}
	return true;
}

/* Whether @w keeps a task from its own code: a plain sleep or user space's business doesn't. */
static bool keeps(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	const struct inq_resource *r = inq_case_resource(c, w->resource);

	return t && !t->on_cpu && t->stack != INQ_NONE && w->frame >= 0 && r &&
	       r->kind != INQ_RES_TIMER && r->kind != INQ_RES_USER && r->kind != INQ_RES_FUTEX &&
	       r->kind != INQ_RES_UNKNOWN;
}

static void add_hold(struct signal_reader *rd, inq_id resource, inq_id task, size_t frame,
		     uint64_t site)
{
	struct inq_inspect *in = rd->in;
	const struct inq_stack *s = inq_case_stack(in->c, inq_case_task(in->c, task)->stack);
	struct inq_hold *h = inq_edge_hold(
		in, resource, inq_edge_task(in, task),
		inq_fact_code(in, site, "%s goes on to complete what is waited for, at %s",
			      inq_fact_task_name(in, task), inq_fact_symbol(in, site)));

	if (!h)
		return;
	h->how = INQ_HELD_CODE;
	h->conf = INQ_CONF_LIKELY;
	h->frame = (inq_id)frame;
	h->site = site;
	h->function = s->v[frame].symbol;
	h->module = s->v[frame].module;
}

/* Does the task of wait @other come to signal @resource, once that wait ends? */
static void look_at_waiter(struct signal_reader *rd, const struct inq_wait *other, inq_id resource)
{
	struct inq_inspect *in = rd->in;
	inq_id task = other->waiter.task, stack = inq_case_task(in->c, task)->stack;
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	uint64_t object = in->c->resources.v[resource].addr, site;

	for (size_t i = (size_t)other->frame + 1; i < s->n && !s->v[i].pt_regs; i++) {
		if (s->v[i].module &&
		    inq_frame_signals(in->code, &in->ustacks.v[stack], i, signals, object, &site)) {
			add_hold(rd, resource, task, i, site);
			return;
		}
	}
}

static void look_at_waiters(struct signal_reader *rd, size_t wait)
{
	struct inq_case *c = rd->in->c;
	size_t looked_at = 0;

	for (size_t i = 0; i < c->waits.n && looked_at < CANDIDATES_MAX; i++) {
		const struct inq_wait *other = &c->waits.v[i];

		if (other->waiter.task == c->waits.v[wait].waiter.task || !keeps(c, other))
			continue;
		looked_at++;
		look_at_waiter(rd, other, c->waits.v[wait].resource);
	}
}

/* ---- works that are queued behind a worker --------------------------------- */

/* The work of @list that would signal @object when it ran; 0: none. */
static uint64_t work_that_signals(struct signal_reader *rd, uint64_t list, uint64_t object,
				  uint64_t *ret_site)
{
	struct inq_kernel *k = rd->in->k;
	struct inq_list_walk w = inq_list_walk_init(k, list, WORKS_MAX);
	uint64_t node, func;

	while (inq_list_walk_next(&w, &node)) {
		uint64_t work = node - rd->f[WORK_ENTRY].offset;

		if (inq_field_try_u64(k, &rd->f[WORK_FUNC], work, &func) && func &&
		    inq_function_signals(rd->in->code, func, work, signals, object, ret_site))
			return work;
	}
	return 0;
}

/* The worker that @task is waits for a completion: does a work behind it signal that? */
static uint64_t work_behind(struct signal_reader *rd, inq_id task, uint64_t object,
			    uint64_t *ret_site)
{
	struct inq_kernel *k = rd->in->k;
	const struct inq_task *t = inq_case_task(rd->in->c, task);
	uint64_t at, worker, pwq, pool, work = 0;

	if (!t || !(t->flags & FLAG_WQ_WORKER) || !t->kthread || !rd->f[WORK_ENTRY].found ||
	    !inq_field_try_u64(k, &rd->f[TASK_WORKER_PRIVATE], t->addr, &at) || !at ||
	    !inq_field_try_u64(k, &rd->f[KTHREAD_DATA], at, &worker) || !worker)
		return 0;
	if (rd->f[PWQ_INACTIVE].found && inq_field_try_u64(k, &rd->f[WORKER_PWQ], worker, &pwq) &&
	    pwq)
		work = work_that_signals(rd, pwq + rd->f[PWQ_INACTIVE].offset, object, ret_site);
	if (!work && rd->f[POOL_WORKLIST].found &&
	    inq_field_try_u64(k, &rd->f[WORKER_POOL], worker, &pool) && pool)
		work = work_that_signals(rd, pool + rd->f[POOL_WORKLIST].offset, object, ret_site);
	return work;
}

/* The worker waits for that work then, through the completion. */
static void wait_for_work(struct signal_reader *rd, size_t wait)
{
	struct inq_case *c = rd->in->c;
	inq_id completion = c->waits.v[wait].resource, id, ev;
	uint64_t site, func,
		work = work_behind(rd, c->waits.v[wait].waiter.task,
				   c->resources.v[completion].addr, &site);

	if (!work)
		return;
	ev = inq_fact_code(rd->in, site,
			   "the work at 0x%" PRIx64 " would complete what is waited for, at %s",
			   work, inq_fact_symbol(rd->in, site));
	id = inq_resource_find_or_add(c, INQ_RES_WORK, work);
	if (id == INQ_NONE)
		return;
	c->waits.v[wait].resource = id;
	if (!c->resources.v[id].name &&
	    inq_field_try_u64(rd->in->k, &rd->f[WORK_FUNC], work, &func))
		inq_edge_function(rd->in, func, &c->resources.v[id].name,
				  &c->resources.v[id].module);
	inq_ids_add(c, &c->waits.v[wait].evidence, ev);
}

struct inq_error *inq_inspect_signallers(struct inq_inspect *in)
{
	struct signal_reader rd = {.in = in};
	struct inq_error *err = inq_fields_resolve(in->k, signal_defs, rd.f, SIGNAL_NR);
	size_t n = 0;

	if (err)
		return err; /* all are optional: NOMEM */
	for (size_t i = 0; i < in->c->waits.n && n < COMPLETIONS_MAX; i++) {
		if (!is_open(in->c, &in->c->waits.v[i]))
			continue;
		n++;
		look_at_waiters(&rd, i);
		if (is_open(in->c, &in->c->waits.v[i]))
			wait_for_work(&rd, i);
	}
	return NULL;
}
