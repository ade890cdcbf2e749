// SPDX-License-Identifier: GPL-2.0-or-later
/* Stacks of tasks that are not on a CPU: unwound on first use, then kept in the case. */
#include "code/frames.h"
#include "inspect/facts.h"
#include "inspect/task_fields.h"

#include "util/banned.h"

inq_id inq_fact_task_stack(struct inq_inspect *in, inq_id task)
{
	struct inq_task *t = inq_case_task(in->c, task);
	struct inq_ustack us = {0};
	struct inq_error *err;
	uint64_t base;

	if (!t)
		return INQ_NONE;
	if (t->on_cpu) {
		const struct inq_cpu *cpu = inq_case_cpu(in->c, t->cpu);

		return cpu ? cpu->stack : INQ_NONE;
	}
	if (t->stack != INQ_NONE)
		return t->stack;
	base = inq_task_stack_base(in, t->addr);
	if (!base)
		return INQ_NONE;
	err = inq_unwind_task(in->unwinder, t->addr, base, in->thread_size, &us);
	if (!err)
		err = inq_frames_restore_regs(in->code, 0, &us);
	if (err) {
		in->c->arena.failed = true; /* NOMEM is the only error */
		inq_error_destroy(err);
		inq_ustack_deinit(&us);
		return INQ_NONE;
	}
	t->stack = inq_fact_add_stack(in, &us);
	return t->stack;
}

inq_id inq_fact_stack_now(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_cpu *cpu = t && t->on_cpu ? inq_case_cpu(in->c, t->cpu) : NULL;

	if (t && t->on_cpu)
		return cpu ? cpu->stack : INQ_NONE;
	return inq_fact_task_stack(in, task);
}
