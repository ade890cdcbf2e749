// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stop-machine: who asked for CPUs to be stopped, which have come, and which have not.
 *
 *	cpu_stopper (per CPU).works	what its thread has not begun:
 *	  cpu_stop_work { fn, arg, done }
 *	fn == multi_cpu_stop:	arg is the multi_stop_data that all CPUs of one stop_machine()
 *share, and done lies on the stack of the task that asked
 *
 * A CPU that came spins in multi_cpu_stop() until all have.  So the one whose stopper still has
 * the work holds up the task that asked and all CPUs that came.  Once all are there, one of
 * them runs multi_stop_data.fn, and the others wait for it.  Other works (stop_one_cpu()) have no
 * more than the task that asked.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { STOPPER_WORKS, WORK_LIST, WORK_FN, WORK_ARG, WORK_DONE, MULTI_FN, STOP_NR };
static const struct inq_field_def stop_defs[STOP_NR] = {
	[STOPPER_WORKS] = {"cpu_stopper", "works", INQ_REQUIRED},
	[WORK_LIST] = {"cpu_stop_work", "list", INQ_REQUIRED},
	[WORK_FN] = {"cpu_stop_work", "fn", INQ_REQUIRED},
	[WORK_ARG] = {"cpu_stop_work", "arg", INQ_REQUIRED},
	[WORK_DONE] = {"cpu_stop_work", "done", INQ_REQUIRED},
	[MULTI_FN] = {"multi_stop_data", "fn", INQ_REQUIRED},
};

enum { WORKS_MAX = 4096 };

static const char *const multi_functions[] = {"multi_cpu_stop", NULL};

struct stop_reader {
	struct inq_inspect *in;
	struct inq_field f[STOP_NR];
	uint64_t multi; /* address of multi_cpu_stop(); 0: none */
};

static inq_id stop_resource(struct stop_reader *rd, uint64_t addr, uint64_t fn)
{
	inq_id id = inq_resource_find_or_add(rd->in->c, INQ_RES_STOP_MACHINE, addr);
	struct inq_resource *r = inq_case_resource(rd->in->c, id);

	if (r && !r->name)
		inq_edge_function(rd->in, fn, &r->name, &r->module);
	return id;
}

/* The resource of the stop_machine() whose multi_stop_data is at @data, named after its function.
 */
static inq_id multi_resource(struct stop_reader *rd, uint64_t data)
{
	uint64_t fn = 0;

	inq_field_try_u64(rd->in->k, &rd->f[MULTI_FN], data, &fn);
	return stop_resource(rd, data, fn);
}

static bool on_stack(const struct stop_reader *rd, const struct inq_task *t, uint64_t addr)
{
	const struct inq_stack *s = inq_case_stack(rd->in->c, t->stack);

	return s && s->n && addr >= s->v[0].sp && addr < (s->v[0].sp | (rd->in->thread_size - 1));
}

/* The wait, for a stopper, of the task on whose stack @addr lies; NULL: there is none. */
static struct inq_wait *known_asker(struct stop_reader *rd, uint64_t addr)
{
	struct inq_case *c = rd->in->c;

	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(c, c->waits.v[i].resource);
		const struct inq_task *t = inq_case_task(c, c->waits.v[i].waiter.task);

		if (r && r->kind == INQ_RES_STOP_MACHINE && t && !t->on_cpu &&
		    on_stack(rd, t, addr))
			return &c->waits.v[i];
	}
	return NULL;
}

static const char *const asking[] = {"stop_machine", "stop_machine_cpuslocked",
				     "stop_cpus",    "__stop_cpus",
				     "stop_one_cpu", NULL};

/*
 * The wait of the task that asked, on whose stack @addr lies.  The stopper of its own CPU may have
 * come before it could sleep: then it is runnable.  NULL: not found.
 */
static struct inq_wait *asker(struct stop_reader *rd, uint64_t addr)
{
	struct inq_wait *w = known_asker(rd, addr);
	struct inq_case *c = rd->in->c;

	for (size_t i = 0; !w && i < c->tasks.n; i++) {
		const struct inq_task *t = &c->tasks.v[i];
		const struct inq_stack *s;

		if (t->run != INQ_RUN_QUEUED || t->on_cpu)
			continue;
		s = inq_case_stack(c, inq_fact_task_stack(rd->in, (inq_id)i));
		t = &c->tasks.v[i];
		if (!s || !on_stack(rd, t, addr))
			continue;
		w = inq_edge_wait(rd->in, inq_edge_task(rd->in, (inq_id)i), INQ_NONE);
		if (!w)
			return NULL;
		w->frame = inq_fact_find_frame(s, 0, asking);
		w->since_s = t->since_s;
		w->since_how = t->since_s >= 0 ? "sched" : NULL;
	}
	return w;
}

/* CPU @cpu's stopper has not begun the work at @work. */
static void look_at_work(struct stop_reader *rd, int32_t cpu, uint64_t work)
{
	struct inq_inspect *in = rd->in;
	uint64_t fn, arg, done;
	struct inq_wait *w;
	inq_id id, ev;

	if (!inq_field_try_u64(in->k, &rd->f[WORK_FN], work, &fn) ||
	    !inq_field_try_u64(in->k, &rd->f[WORK_ARG], work, &arg) ||
	    !inq_field_try_u64(in->k, &rd->f[WORK_DONE], work, &done) || !done)
		return;
	id = fn == rd->multi ? multi_resource(rd, arg) : stop_resource(rd, done, fn);
	ev = inq_fact_memory(in, work + rd->f[WORK_FN].offset, 8, fn,
			     "CPU %d has not begun %s, which its stopper thread was asked for "
			     "(cpu_stop_work.fn)",
			     cpu, inq_fact_symbol(in, fn));
	inq_edge_hold(in, id, inq_edge_cpu(in, cpu), ev);
	w = asker(rd, done);
	if (!w)
		return;
	w->resource = id;
	inq_ids_add(in->c, &w->evidence, ev);
}

static void look_at_stopper(struct stop_reader *rd, uint64_t stoppers, int32_t cpu)
{
	uint64_t stopper = inq_percpu_addr(rd->in->k, stoppers, (unsigned int)cpu), node;
	struct inq_list_walk w;

	if (!stopper)
		return;
	w = inq_list_walk_init(rd->in->k, stopper + rd->f[STOPPER_WORKS].offset, WORKS_MAX);
	while (inq_list_walk_next(&w, &node))
		look_at_work(rd, cpu, node - rd->f[WORK_LIST].offset);
	if (w.end != INQ_WALK_DONE)
		inq_gap_add(rd->in->c, "stop_machine", w.addr, "CPU %d: %s", cpu,
			    inq_walk_end_name(w.end));
}

/* The function that this CPU runs for all, others waiting; false: it waits itself. */
static bool runs_it(struct stop_reader *rd, const struct inq_stack *s, int frame, uint64_t data)
{
	uint64_t fn;

	return frame > 0 && inq_field_try_u64(rd->in->k, &rd->f[MULTI_FN], data, &fn) &&
	       s->v[frame - 1].symbol && s->v[frame - 1].ip - s->v[frame - 1].offset == fn;
}

/* A CPU that has come: it waits for those that have not, or runs the function. */
static void look_at_parked(struct stop_reader *rd, const struct inq_cpu *cpu)
{
	struct inq_inspect *in = rd->in;
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	int frame = s ? inq_fact_find_frame(s, 0, multi_functions) : -1;
	enum inq_certainty how;
	struct inq_wait *w;
	uint64_t data;
	inq_id id, ev;

	if (frame < 0 ||
	    !inq_frame_arg(in->code, &in->ustacks.v[cpu->stack], (size_t)frame,
			   (unsigned int)cpu->nr, 0, &data, &how) ||
	    how == INQ_UNKNOWN || !in->arch->is_kernel_addr(in->k, data))
		return;
	id = multi_resource(rd, data);
	if (runs_it(rd, s, frame, data)) {
		ev = inq_fact_stack(in, cpu->nr, -1, "CPU %d runs %s while the others are stopped",
				    cpu->nr, inq_fact_symbol(in, s->v[frame - 1].ip));
		inq_edge_hold(in, id, inq_fact_actor(in, cpu->nr, cpu->stack, (size_t)frame), ev);
		return;
	}
	w = inq_edge_wait(in, inq_fact_actor(in, cpu->nr, cpu->stack, (size_t)frame), id);
	if (!w)
		return;
	w->spins = true;
	w->frame = frame;
	w->since_s = inq_fact_cpu_wait(cpu, &w->since_how);
	w->conf = how >= INQ_LIKELY ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_stack(in, cpu->nr, -1,
				   "CPU %d has stopped in multi_cpu_stop and waits for the others",
				   cpu->nr));
}

struct inq_error *inq_inspect_stop_machine(struct inq_inspect *in)
{
	struct stop_reader rd = {.in = in, .multi = inq_symbol_addr(in->k, "multi_cpu_stop")};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, stop_defs, rd.f, STOP_NR);
	uint64_t stoppers = inq_symbol_addr(in->k, "cpu_stopper");

	if (err || !stoppers) {
		inq_gap_add(in->c, "stop_machine", 0, "%s", err ? err->message : "no cpu_stopper");
		return NULL;
	}
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		if (in->c->cpus.v[i].online)
			look_at_stopper(&rd, stoppers, (int32_t)i);
	}
	for (size_t i = 0; i < in->c->cpus.n; i++)
		look_at_parked(&rd, &in->c->cpus.v[i]);
	return NULL;
}
