// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * origins: what made the kernel run the code on its stacks: for each stack of a CPU at work, of a
 * fault, and of whoever holds or waits, the dispatchers on it, and what came in from user mode;
 * and who those processes are.  Adds c->origins, c->processes.
 */
#include "inspect/origin.h"

#include <inttypes.h>
#include <string.h>

#include "inspect/dispatch.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/process.h"
#include "inspect/syscalls.h"

#include "util/banned.h"

/* Bounds of what a report could ever show. */
enum { STACKS_MAX = 512, PROCESSES_MAX = 512 };

static struct inq_origin origin_at(inq_id stack, size_t frame)
{
	return (struct inq_origin){.stack = stack, .frame = (inq_id)frame, .number = -1};
}

static void keep(struct inq_inspect *in, const struct inq_origin *o, inq_id task, int32_t cpu)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	struct inq_origin *kept = inq_case_add(in->c, &in->c->origins);

	if (!kept)
		return;
	*kept = *o;
	if (cpu >= 0)
		inq_ids_add(in->c, &kept->evidence,
			    inq_fact_stack(in, cpu, -1, "how CPU %d came there: %s", cpu, o->text));
	else if (t && t->addr)
		inq_ids_add(in->c, &kept->evidence,
			    inq_fact_stack(in, -1, t->pid, "how %s came there: %s",
					   inq_fact_task_name(in, task), o->text));
}

/* From user mode, but by no system call. */
static bool from_exception(struct inq_inspect *in, inq_id stack, struct inq_origin *o)
{
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	const struct inq_frame *f = s->n ? &s->v[s->n - 1] : NULL;

	if (!s->has_user_regs || s->syscall_nr >= 0 || !f || f->context != INQ_FRAME_EXCEPTION ||
	    !f->symbol)
		return false;
	o->kind = INQ_ORIGIN_EXCEPTION;
	o->function = f->symbol;
	o->text = inq_arena_printf(&in->c->arena, "an exception (%s) of user code at 0x%" PRIx64,
				   f->symbol, s->user_ip);
	return true;
}

static bool is_read(const struct inq_inspect *in, inq_id stack)
{
	for (size_t i = 0; i < in->c->origins.n; i++) {
		if (in->c->origins.v[i].stack == stack)
			return true;
	}
	return false;
}

/* Read the origins of stack @stack, which is on @cpu (-1: on none) and of @task (INQ_NONE:
 * unknown), into c->origins; once. */
static void read_origins(struct inq_inspect *in, inq_id stack, inq_id task, int32_t cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	struct inq_origin o;

	if (!s || stack >= STACKS_MAX || is_read(in, stack))
		return;
	for (size_t i = 0; i < s->n; i++) {
		o = origin_at(stack, i);
		if (inq_dispatch_read(in, stack, i, cpu < 0 ? 0 : (unsigned int)cpu, &o))
			keep(in, &o, task, cpu);
		s = inq_case_stack(in->c, stack);
	}
	o = origin_at(stack, s->n);
	if (inq_syscall_decode(in, stack, task, &o) || from_exception(in, stack, &o))
		keep(in, &o, task, cpu);
	if (in->c->processes.n < PROCESSES_MAX)
		inq_process_read(in, task);
}

const char *inq_origin_of(struct inq_inspect *in, inq_id stack, size_t frame, inq_id task,
			  int32_t cpu)
{
	inq_id first;

	read_origins(in, stack, task, cpu);
	if (!inq_origins_at(in->c, stack, (inq_id)frame, &first, 1))
		return NULL;
	return in->c->origins.v[first].text;
}

const char *inq_origin_of_log(struct inq_inspect *in, inq_id stack, inq_id task, inq_id evidence)
{
	const char *text = inq_origin_of(in, stack, 0, task, -1);

	for (size_t i = 0; i < in->c->origins.n; i++) {
		if (in->c->origins.v[i].stack == stack)
			inq_ids_add(in->c, &in->c->origins.v[i].evidence, evidence);
	}
	return text;
}

static void read_actor(struct inq_inspect *in, const struct inq_actor *a)
{
	const struct inq_task *t = inq_case_task(in->c, a->task);

	if (a->cpu < 0 && t && t->stack != INQ_NONE)
		read_origins(in, t->stack, a->task, -1);
}

struct inq_error *inq_inspect_origins(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];

		if (cpu->state != INQ_CPU_IDLE && cpu->state != INQ_CPU_USER)
			read_origins(in, cpu->stack, cpu->task, cpu->nr);
	}
	for (size_t i = 0; i < in->c->holds.n; i++)
		read_actor(in, &in->c->holds.v[i].holder);
	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (r && r->kind != INQ_RES_TIMER && r->kind != INQ_RES_USER)
			read_actor(in, &in->c->waits.v[i].waiter);
	}
	return NULL;
}
