// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * thread-waits: completions that a certain thread must complete, by what the kernel itself keeps:
 *
 *	task_struct.vfork_done	completed when that task exits, or executes another program:
 *				kthread_stop(), vfork()
 *	kthread.exited, .parked	kthread_stop(), kthread_park()
 *	cpuhp_cpu_state.done_up, .done_down	by that CPU's hotplug thread
 *	kthread_worker.task	of the worker whose works somebody flushes
 *
 * That thread holds the completion: what it waits for itself is the answer.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	TASK_VFORK_DONE,
	TASK_WORKER_PRIVATE,
	KTHREAD_EXITED,
	KTHREAD_PARKED,
	CPUHP_THREAD,
	CPUHP_UP,
	CPUHP_DOWN,
	KWORKER_TASK,
	KWORK_WORKER,
	THREAD_NR
};
static const struct inq_field_def thread_defs[THREAD_NR] = {
	[TASK_VFORK_DONE] = {"task_struct", "vfork_done", INQ_OPTIONAL},
	/* a kthread's struct kthread: worker_private since 5.17 (e32cf5dfbe22) */
	[TASK_WORKER_PRIVATE] = {"task_struct", "worker_private|set_child_tid", INQ_OPTIONAL},
	[KTHREAD_EXITED] = {"kthread", "exited", INQ_OPTIONAL},
	[KTHREAD_PARKED] = {"kthread", "parked", INQ_OPTIONAL},
	[CPUHP_THREAD] = {"cpuhp_cpu_state", "thread", INQ_OPTIONAL},
	[CPUHP_UP] = {"cpuhp_cpu_state", "done_up", INQ_OPTIONAL},
	[CPUHP_DOWN] = {"cpuhp_cpu_state", "done_down", INQ_OPTIONAL},
	[KWORKER_TASK] = {"kthread_worker", "task", INQ_OPTIONAL},
	[KWORK_WORKER] = {"kthread_work", "worker", INQ_OPTIONAL},
};

static const char *const flush_worker[] = {"kthread_flush_worker", NULL};
static const char *const flush_work[] = {"kthread_flush_work", NULL};

struct thread_reader {
	struct inq_inspect *in;
	struct inq_field f[THREAD_NR];
};

/* Thread @task is to complete the completion at @completion, its @name, as @at, a field, says. */
static void add(struct thread_reader *rd, uint64_t completion, inq_id task, uint64_t at,
		uint64_t value, const char *name, const char *how)
{
	struct inq_inspect *in = rd->in;
	inq_id id = inq_resource_find(in->c, INQ_RES_COMPLETION, completion);
	struct inq_resource *r = inq_case_resource(in->c, id);

	if (!r)
		return;
	if (!r->name && name) {
		r->name = name;
		r->whose = inq_fact_task_name(in, task);
	}
	inq_edge_hold(in, id, inq_edge_task(in, task),
		      inq_fact_memory(in, at, 8, value, "%s is to complete what is waited for: %s",
				      inq_fact_task_name(in, task), how));
}

static bool is_waited_for(const struct inq_inspect *in, uint64_t completion)
{
	return inq_resource_find(in->c, INQ_RES_COMPLETION, completion) != INQ_NONE;
}

static void look_at_task(struct thread_reader *rd, inq_id task)
{
	struct inq_inspect *in = rd->in;
	const struct inq_task *t = &in->c->tasks.v[task];
	const struct inq_field *done = &rd->f[TASK_VFORK_DONE];
	uint64_t addr, kthread;

	if (inq_field_try_u64(in->k, done, t->addr, &addr) && addr && is_waited_for(in, addr))
		add(rd, addr, task, t->addr + done->offset, addr, t->kthread ? NULL : "vfork",
		    t->kthread ? "it is to end (task_struct.vfork_done)"
			       : "it is to exit or execute a program (task_struct.vfork_done)");
	if (!t->kthread ||
	    !inq_field_try_u64(in->k, &rd->f[TASK_WORKER_PRIVATE], t->addr, &kthread) || !kthread)
		return;
	addr = t->addr + rd->f[TASK_WORKER_PRIVATE].offset;
	if (rd->f[KTHREAD_EXITED].found)
		add(rd, kthread + rd->f[KTHREAD_EXITED].offset, task, addr, kthread,
		    "kthread.exited", "it is to end (kthread.exited)");
	if (rd->f[KTHREAD_PARKED].found)
		add(rd, kthread + rd->f[KTHREAD_PARKED].offset, task, addr, kthread,
		    "kthread.parked", "it is to park (kthread.parked)");
}

static void look_at_hotplug(struct thread_reader *rd)
{
	struct inq_inspect *in = rd->in;
	uint64_t states = inq_symbol_addr(in->k, "cpuhp_state"), thread, id;

	for (unsigned int cpu = 0; states && cpu < in->k->nr_cpus; cpu++) {
		uint64_t st = inq_percpu_addr(in->k, states, cpu);

		if (!st || !inq_field_try_u64(in->k, &rd->f[CPUHP_THREAD], st, &thread) ||
		    !inq_hashmap_get(&in->task_ids, thread, &id))
			continue;
		for (int f = CPUHP_UP; f <= CPUHP_DOWN; f++) {
			if (rd->f[f].found)
				add(rd, st + rd->f[f].offset, (inq_id)id,
				    st + rd->f[CPUHP_THREAD].offset, thread, rd->f[f].def->path,
				    "it takes its CPU up or down (cpuhp_cpu_state.thread)");
		}
	}
}

/* The kthread_worker that the waiter flushes, from an argument on its stack; 0: none. */
static uint64_t flushed_worker(struct thread_reader *rd, inq_id stack)
{
	struct inq_inspect *in = rd->in;
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	int frame = inq_fact_find_frame(s, 0, flush_worker);
	enum inq_certainty how;
	uint64_t arg, worker;

	if (frame >= 0)
		return inq_frame_arg(in->code, &in->ustacks.v[stack], (size_t)frame, 0, 0, &arg,
				     &how) &&
				       how >= INQ_LIKELY
			       ? arg
			       : 0;
	frame = inq_fact_find_frame(s, 0, flush_work);
	if (frame < 0 ||
	    !inq_frame_arg(in->code, &in->ustacks.v[stack], (size_t)frame, 0, 0, &arg, &how) ||
	    how < INQ_LIKELY || !inq_field_try_u64(in->k, &rd->f[KWORK_WORKER], arg, &worker))
		return 0;
	return worker;
}

static void look_at_wait(struct thread_reader *rd, size_t wait)
{
	struct inq_inspect *in = rd->in;
	const struct inq_wait *w = &in->c->waits.v[wait];
	const struct inq_resource *r = inq_case_resource(in->c, w->resource);
	const struct inq_task *t = inq_case_task(in->c, w->waiter.task);
	uint64_t worker, task, id;

	if (!r || r->kind != INQ_RES_COMPLETION || !t || t->on_cpu || t->stack == INQ_NONE)
		return;
	worker = flushed_worker(rd, t->stack);
	if (worker && inq_field_try_u64(in->k, &rd->f[KWORKER_TASK], worker, &task) &&
	    inq_hashmap_get(&in->task_ids, task, &id))
		add(rd, r->addr, (inq_id)id, worker + rd->f[KWORKER_TASK].offset, task, "flush",
		    "it runs the works of a worker that is flushed (kthread_worker.task)");
}

struct inq_error *inq_inspect_thread_waits(struct inq_inspect *in)
{
	struct thread_reader rd = {.in = in};
	struct inq_error *err = inq_fields_resolve(in->k, thread_defs, rd.f, THREAD_NR);

	if (err)
		return err; /* all are optional: NOMEM */
	if (!inq_resource_is_any(in->c, INQ_RES_COMPLETION))
		return NULL;
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		if (in->c->tasks.v[i].run != INQ_RUN_DEAD)
			look_at_task(&rd, (inq_id)i);
	}
	look_at_hotplug(&rd);
	for (size_t i = 0; i < in->c->waits.n; i++)
		look_at_wait(&rd, i);
	return NULL;
}
