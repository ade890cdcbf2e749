// SPDX-License-Identifier: GPL-2.0-or-later
/* Stacks of tasks that are on no CPU: from the registers that the switch to another task left. */
#include "unwind/unwind_priv.h"

#include "kernel/symtab.h"

#include "util/banned.h"

/* Of one task: where its stack lies, and what a search for its registers has found so far. */
struct search {
	struct inq_unwinder *u;
	uint64_t stack, size;
	uint64_t switcher; /* function that saves the registers */
	struct inq_ustack best;
	unsigned int best_breaks;
};

static void begin(struct inq_unwinder *u, uint64_t stack, uint64_t size,
		  const struct inq_regs *regs, struct inq_unwind_state *ret)
{
	*ret = (struct inq_unwind_state){.u = u, .regs = *regs};
	inq_unwind_add_task_stack(ret, stack, size);
	/* A new task "returns" to the first instruction of its first function. */
	ret->literal = inq_unwind_function(u, regs->ip) == regs->ip;
}

/* Frames whose return address doesn't follow a call of the function inside: tail calls, or a
 * stale frame that leads into living ones. */
static unsigned int breaks_of(struct inq_unwinder *u, const struct inq_ustack *s)
{
	unsigned int n = 0;

	for (size_t i = 1; i < s->n; i++) {
		struct inq_insn call;

		if (s->v[i].exact_ip || s->v[i - 1].exact_ip ||
		    !inq_unwind_call_before(u, s->v[i].ip, &call) || !call.target ||
		    inq_unwind_is_thunk(u, call.target))
			continue;
		n += call.target != inq_unwind_function(u, s->v[i - 1].ip - 1);
	}
	return n;
}

/* Is there a frame of the switch at @sp, and how well does it lead outwards? */
static struct inq_error *try_at(struct search *f, uint64_t sp)
{
	struct inq_unwind_state s;
	struct inq_ustack stack = {0};
	struct inq_regs regs;
	struct inq_insn call;
	struct inq_error *err;
	unsigned int breaks;

	if (!inq_dump_try_u64(f->u->k->dump, sp + f->u->layout.task_frame.ip.offset, &regs.ip) ||
	    regs.ip < f->u->image_start || regs.ip >= f->u->image_end ||
	    !inq_unwind_call_before(f->u, regs.ip, &call) || call.target != f->switcher)
		return NULL;
	err = f->u->arch->read_switched(f->u->k, &f->u->layout, sp, &regs);
	if (err) {
		if (err != &inq_enomem)
			inq_error_destroy(err);
		return err == &inq_enomem ? err : NULL;
	}
	begin(f->u, f->stack, f->size, &regs, &s);
	err = inq_unwind_start(&s, &stack);
	breaks = err ? 0 : breaks_of(f->u, &stack);
	if (!err && stack.end == INQ_UNWIND_COMPLETE && (!f->best.n || breaks < f->best_breaks)) {
		inq_ustack_deinit(&f->best);
		f->best = stack;
		f->best_breaks = breaks;
		return NULL;
	}
	inq_ustack_deinit(&stack);
	return err;
}

/*
 * The registers are looked for on the stack, from its outer end: the frames of former switches lie
 * further in, and their way out is broken where living frames lie over it.
 */
static struct inq_error *search_stack(struct search *f)
{
	const struct inq_regs_layout *l = &f->u->layout.task_frame;

	f->switcher = inq_symbol_addr(f->u->k, f->u->arch->switch_symbol);
	if (!f->switcher || !l->size || f->size <= l->size || f->stack > UINT64_MAX - f->size)
		return NULL;
	for (uint64_t left = (f->size - l->size) / 8 + 1; left-- > 0;) {
		struct inq_error *err = try_at(f, f->stack + 8 * left);

		if (err)
			return err;
	}
	return NULL;
}

/* What is left where @err kept the task's registers from being read. Takes @err. */
static struct inq_error *without_registers(struct search *f, struct inq_error *err,
					   struct inq_ustack *ret)
{
	ret->end = INQ_UNWIND_UNREADABLE;
	ret->end_addr = err->addr;
	inq_error_destroy(err);
	err = search_stack(f);
	if (err) {
		inq_ustack_deinit(&f->best);
		return err;
	}
	if (f->best.n) {
		*ret = f->best;
		ret->v[0].how = INQ_HOW_SCAN;
	}
	return NULL;
}

struct inq_error *inq_unwind_task(struct inq_unwinder *u, uint64_t task, uint64_t task_stack,
				  uint64_t task_stack_size, struct inq_ustack *ret)
{
	struct search f = {.u = u, .stack = task_stack, .size = task_stack_size};
	struct inq_unwind_state s;
	struct inq_regs regs;
	struct inq_error *err;

	inq_ustack_deinit(ret);
	err = u->arch->read_task(u->k, &u->layout, task, &regs);
	if (err == &inq_enomem)
		return &inq_enomem;
	if (err)
		return without_registers(&f, err, ret);
	begin(u, task_stack, task_stack_size, &regs, &s);
	return inq_unwind_start(&s, ret);
}
