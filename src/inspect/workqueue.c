// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * workqueue: who runs the work, or the queue, that somebody waits to be flushed?
 *
 * Each worker is a kthread with PF_WQ_WORKER; its struct worker (kthread data) tells the work
 * it runs now, and of which queue.  For each work_struct or workqueue_struct that a task waits
 * for: the workers on it hold it.  A work that is pending but not run has its pool's busy
 * workers before it.
 */
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { FLAG_WQ_WORKER = 0x20 };
/* work_struct.data: flags below, WORK_STRUCT_PWQ says that the rest points to its pool_workqueue,
 * which is aligned to 2^WORK_STRUCT_FLAG_BITS: 8, or 9 with debug objects. */
enum { WORK_PENDING = 1, WORK_PWQ = 4, WORK_PWQ_ALIGN = 256 };

enum {
	TASK_WORKER_PRIVATE,
	KTHREAD_DATA,
	WORKER_WORK,
	WORKER_PWQ,
	WORKER_FUNC,
	WORKER_POOL,
	PWQ_WQ,
	PWQ_POOL,
	WORK_DATA,
	WQ_NAME,
	WQ_NR
};
static const struct inq_field_def wq_defs[WQ_NR] = {
	/* a kthread's struct kthread: worker_private since 5.17 (e32cf5dfbe22) */
	[TASK_WORKER_PRIVATE] = {"task_struct", "worker_private|set_child_tid", INQ_REQUIRED},
	[KTHREAD_DATA] = {"kthread", "data", INQ_REQUIRED},
	[WORKER_WORK] = {"worker", "current_work", INQ_REQUIRED},
	[WORKER_PWQ] = {"worker", "current_pwq", INQ_REQUIRED},
	[WORKER_FUNC] = {"worker", "current_func", INQ_REQUIRED},
	[WORKER_POOL] = {"worker", "pool", INQ_REQUIRED},
	[PWQ_WQ] = {"pool_workqueue", "wq", INQ_REQUIRED},
	[PWQ_POOL] = {"pool_workqueue", "pool", INQ_REQUIRED},
	[WORK_DATA] = {"work_struct", "data.counter", INQ_REQUIRED},
	[WQ_NAME] = {"workqueue_struct", "name", INQ_OPTIONAL},
};

struct worker {
	inq_id task;
	uint64_t addr, work, pwq, wq, func, pool;
};

struct wq_reader {
	struct inq_inspect *in;
	struct inq_field f[WQ_NR];
	struct {
		struct worker *v;
		size_t n;
		size_t max;
	} workers; /* those that run a work */
};

static bool read_worker(struct wq_reader *rd, inq_id task, struct worker *ret)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t kthread, addr;

	*ret = (struct worker){.task = task};
	if (!inq_field_try_u64(k, &rd->f[TASK_WORKER_PRIVATE], inq_case_task(rd->in->c, task)->addr,
			       &kthread) ||
	    !kthread || !inq_field_try_u64(k, &rd->f[KTHREAD_DATA], kthread, &addr) || !addr)
		return false;
	ret->addr = addr;
	if (!inq_field_try_u64(k, &rd->f[WORKER_WORK], addr, &ret->work) || !ret->work)
		return false;
	inq_field_try_u64(k, &rd->f[WORKER_FUNC], addr, &ret->func);
	inq_field_try_u64(k, &rd->f[WORKER_POOL], addr, &ret->pool);
	if (inq_field_try_u64(k, &rd->f[WORKER_PWQ], addr, &ret->pwq) && ret->pwq)
		inq_field_try_u64(k, &rd->f[PWQ_WQ], ret->pwq, &ret->wq);
	return true;
}

static void read_workers(struct wq_reader *rd)
{
	struct inq_case *c = rd->in->c;

	for (size_t i = 0; i < c->tasks.n; i++) {
		struct worker w, *kept;

		if (!(c->tasks.v[i].flags & FLAG_WQ_WORKER) || !c->tasks.v[i].kthread ||
		    !read_worker(rd, (inq_id)i, &w))
			continue;
		kept = inq_case_add(c, &rd->workers);
		if (kept)
			*kept = w;
	}
}

static void name_function(struct inq_inspect *in, uint64_t func, const char **ret_name,
			  const char **ret_module)
{
	struct inq_symbol sym;

	if (!inq_symbol_by_addr(in->k, func, &sym))
		return;
	*ret_name = inq_arena_strdup(&in->c->arena, sym.name);
	if (sym.module)
		*ret_module = inq_arena_strdup(&in->c->arena, sym.module->name);
}

/* Say of all waits for @resource which function they wait for. */
static void name_waits(struct wq_reader *rd, inq_id resource, const struct worker *w)
{
	struct inq_case *c = rd->in->c;

	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].resource == resource && !c->waits.v[i].function)
			name_function(rd->in, w->func, &c->waits.v[i].function,
				      &c->resources.v[resource].module);
	}
}

static void add_hold(struct wq_reader *rd, inq_id resource, const struct worker *w, bool runs_it)
{
	struct inq_inspect *in = rd->in;
	struct inq_hold *h = inq_case_add(in->c, &in->c->holds);
	const struct inq_task *t = inq_case_task(in->c, w->task);

	if (!h)
		return;
	h->resource = resource;
	h->holder = INQ_ACTOR_INIT;
	h->holder.kind = INQ_ACTOR_TASK;
	h->holder.task = w->task;
	h->holder.cpu = t->on_cpu ? t->cpu : -1;
	h->how = INQ_HELD_FIELD;
	h->shared = !runs_it;
	h->every_path = true;
	h->conf = runs_it ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
	name_function(in, w->func, &h->function, &h->module);
	h->frame = INQ_NONE;
	inq_ids_add(in->c, &h->evidence,
		    inq_fact_memory(in, w->addr + rd->f[WORKER_WORK].offset, 8, w->work,
				    "%s runs work %s (worker.current_work)",
				    inq_fact_task_name(in, w->task), inq_fact_symbol(in, w->func)));
}

/* The pool that a pending work waits in; 0: it is not pending. */
static uint64_t pool_of(struct wq_reader *rd, uint64_t work)
{
	uint64_t data, pool = 0;

	if (!inq_field_try_u64(rd->in->k, &rd->f[WORK_DATA], work, &data) ||
	    !(data & WORK_PENDING) || !(data & WORK_PWQ))
		return 0;
	data &= ~(uint64_t)(WORK_PWQ_ALIGN - 1);
	if (!inq_field_try_u64(rd->in->k, &rd->f[PWQ_POOL], data, &pool))
		inq_gap_add(rd->in->c, "workqueues", data,
			    "the pool_workqueue of a pending work can't be read: who is before it "
			    "is not "
			    "known");
	return pool;
}

static void find_holders(struct wq_reader *rd, inq_id id)
{
	struct inq_case *c = rd->in->c;
	uint64_t addr = c->resources.v[id].addr, pool;
	bool found = false;
	char name[64];

	for (size_t i = 0; i < rd->workers.n; i++) {
		const struct worker *w = &rd->workers.v[i];

		if (w->work != addr && w->wq != addr)
			continue;
		add_hold(rd, id, w, true);
		name_waits(rd, id, w);
		if (w->wq == addr &&
		    inq_field_try_str(rd->in->k, &rd->f[WQ_NAME], addr, name, sizeof(name)))
			c->resources.v[id].name = inq_arena_strdup(&c->arena, name);
		found = true;
	}
	pool = found ? 0 : pool_of(rd, addr);
	if (!pool)
		return;
	c->resources.v[id].detail = "pending: no worker has begun it";
	for (size_t i = 0; i < rd->workers.n; i++) {
		if (rd->workers.v[i].pool == pool)
			add_hold(rd, id, &rd->workers.v[i], false);
	}
}

struct inq_error *inq_inspect_workqueue(struct inq_inspect *in)
{
	struct wq_reader rd = {.in = in};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, wq_defs, rd.f, WQ_NR);
	bool wanted = false;

	for (size_t i = 0; i < in->c->resources.n; i++)
		wanted |= in->c->resources.v[i].kind == INQ_RES_WORK && in->c->resources.v[i].addr;
	if (!wanted)
		return NULL;
	if (err) {
		inq_gap_add(in->c, "workqueues", 0, "%s", err->message);
		return NULL;
	}
	read_workers(&rd);
	for (size_t i = 0; i < in->c->resources.n; i++) {
		if (in->c->resources.v[i].kind == INQ_RES_WORK && in->c->resources.v[i].addr)
			find_holders(&rd, (inq_id)i);
	}
	return NULL;
}
