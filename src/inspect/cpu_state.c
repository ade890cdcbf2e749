// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpu-state: one word for what each CPU does, from its stack and its waits; and from when it
 * is over, the events in order of time.
 */
#include <stdlib.h>

#include "code/function.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"

#include "util/banned.h"

static const char *const stopped_functions[] = {
	"stop_this_cpu",    "crash_nmi_callback", "native_stop_other_cpus", "multi_cpu_stop",
	"play_dead_common", "native_play_dead",	  "sysvec_reboot",	    NULL};

static enum inq_cpu_state wait_state(const struct inq_inspect *in, int32_t cpu)
{
	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_wait *w = &in->c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(in->c, w->resource);

		if (w->waiter.cpu != cpu || !w->spins || !r || r->kind == INQ_RES_MEMORY)
			continue;
		return r->kind == INQ_RES_IPI ? INQ_CPU_IPI_WAIT : INQ_CPU_SPIN_WAIT;
	}
	return INQ_CPU_UNKNOWN;
}

/*
 * Where the code begins that the CPU was about: past an NMI or IPI that stopped it for a panic.
 * s->n: it was in user mode, or nothing is known below.
 */
static size_t first_own_frame(const struct inq_stack *s)
{
	int stop = inq_fact_find_frame(s, 0, stopped_functions);
	size_t i = stop < 0 ? 0 : (size_t)stop + 1;

	while (stop >= 0 && i < s->n && !s->v[i].exact_ip)
		i++;
	return i;
}

static enum inq_cpu_state state_of(const struct inq_inspect *in, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	enum inq_cpu_state state = wait_state(in, cpu->nr);
	size_t from;

	if (state != INQ_CPU_UNKNOWN)
		return state;
	if (!s || s->n == 0)
		return cpu->online ? INQ_CPU_UNKNOWN : INQ_CPU_STOPPED;
	from = first_own_frame(s);
	if (from >= s->n)
		return s->has_user_regs ? INQ_CPU_USER : INQ_CPU_STOPPED;
	if (s->v[from].context == INQ_FRAME_USER)
		return INQ_CPU_USER;
	return inq_fact_is_idle(in, cpu, from) ? INQ_CPU_IDLE : INQ_CPU_RUNNING;
}

/* Which frames of a running CPU stand inside a loop of their function. */
static struct inq_error *find_loops(struct inq_inspect *in, const struct inq_stack *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct inq_frame *f = &s->v[i];
		const struct inq_function *fn;
		struct inq_error *err;
		int insn;

		if (!f->symbol)
			continue;
		err = inq_code_function(in->code, f->exact_ip ? f->ip : f->ip - 1, &fn);
		if (err) {
			bool nomem = err->code == INQ_ERR_NOMEM;

			if (nomem)
				return err;
			inq_error_destroy(err);
			continue;
		}
		insn = f->exact_ip ? inq_function_insn_at(fn, f->ip)
				   : inq_function_insn_before(fn, f->ip);
		err = insn < 0 ? NULL : inq_function_in_loop(fn, (unsigned int)insn, &f->in_loop);
		if (err)
			return err;
	}
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct inq_event *ea = a, *eb = b;

	if (ea->t_s != eb->t_s)
		return (ea->t_s > eb->t_s) - (ea->t_s < eb->t_s);
	/* qsort() is not stable; evidence was made in the order of the log */
	return (ea->evidence > eb->evidence) - (ea->evidence < eb->evidence);
}

struct inq_error *inq_inspect_cpu_state(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		struct inq_cpu *cpu = &in->c->cpus.v[i];
		const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);

		cpu->state = state_of(in, cpu);
		if (s && cpu->state == INQ_CPU_RUNNING) {
			struct inq_error *err = find_loops(in, s);

			if (err)
				return err;
		}
		if (s && s->n)
			cpu->ev_state = inq_fact_stack(in, cpu->nr, -1, "CPU %d is %s: %s in %s",
						       cpu->nr, inq_cpu_state_name(cpu->state),
						       inq_fact_task_name(in, cpu->task),
						       inq_fact_symbol(in, s->v[0].ip));
	}
	if (in->c->events.n)
		qsort(in->c->events.v, in->c->events.n, sizeof(*in->c->events.v), by_time);
	return NULL;
}
