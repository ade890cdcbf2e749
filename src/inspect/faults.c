// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * faults: exceptions in kernel mode that were not survived: on the stacks, and in the log.
 *
 * On a stack: an exception's entry code, below it the interrupted kernel code with all its
 * registers, above it the oops path.  (A page fault without an oops path above it is ordinary
 * work, such as a copy from user space.)  What was bad, and where it came from: fault_path.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "code/frames.h"
#include "inspect/facts.h"
#include "inspect/fault_path.h"
#include "inspect/inspectors.h"
#include "inspect/log_oops.h"
#include "inspect/origin.h"
#include "kernel/symtab.h"

#include "util/banned.h"

/* Functions that stand on a stack only when an exception is fatal to its context. */
static const char *const oops_functions[] = {"page_fault_oops",
					     "no_context",
					     "bad_area_nosemaphore",
					     "__bad_area_nosemaphore",
					     "oops_begin",
					     "oops_end",
					     "oops_exit",
					     "__die",
					     "__die_body",
					     "__die_header",
					     "die",
					     "die_addr",
					     "kernelmode_fixup_or_oops",
					     "show_fault_oops",
					     "make_task_dead",
					     "rewind_stack_and_make_dead",
					     "rewind_stack_do_exit",
					     "exc_double_fault",
					     "handle_stack_overflow",
					     "math_error",
					     NULL};

struct entry_kind {
	const char *part; /* of the entry symbol's name */
	enum inq_fault_kind kind;
};
static const struct entry_kind entry_kinds[] = {
	{"page_fault", INQ_FAULT_PAGE},	    {"general_protection", INQ_FAULT_GP},
	{"invalid_op", INQ_FAULT_OPCODE},   {"divide_error", INQ_FAULT_DIVIDE},
	{"double_fault", INQ_FAULT_DOUBLE}, {"stack_segment", INQ_FAULT_GP},
	{"exc_int3", INQ_FAULT_BREAKPOINT},
};

static enum inq_fault_kind kind_of_entry(const char *symbol)
{
	for (size_t i = 0; i < array_size(entry_kinds); i++) {
		if (symbol && strstr(symbol, entry_kinds[i].part))
			return entry_kinds[i].kind;
	}
	return INQ_FAULT_OTHER;
}

/*
 * panic_on_warn: panic() right above the warning's own code (in __warn() before 6.2, see
 * 79cc1ba7badf).  Without the panic a warning is survived.
 */
static bool warning_panics(const struct inq_stack *s, size_t i)
{
	static const char *const warners[] = {"check_panic_on_warn", "__warn", NULL};

	return i > 0 && inq_fact_is(s->v[i - 1].symbol, "panic") &&
	       inq_fact_find_frame(&(struct inq_stack){.v = &s->v[i], .n = 1}, 0, warners) == 0;
}

/* Frame numbers of the exception stretch above interrupted frame @i: the entry code at i - 1,
 * the handler above it.  False: frame @i was not interrupted by an exception. */
static bool is_fatal(const struct inq_stack *s, size_t i)
{
	if (!s->v[i].pt_regs || !s->v[i].exact_ip || s->v[i].context == INQ_FRAME_USER || i == 0 ||
	    s->v[i - 1].context != INQ_FRAME_EXCEPTION)
		return false;
	for (size_t j = i; j-- > 0;) {
		if (s->v[j].pt_regs) /* another interruption, further in */
			return false;
		if (inq_fact_find_frame(&(struct inq_stack){.v = &s->v[j], .n = 1}, 0,
					oops_functions) == 0 ||
		    warning_panics(s, j))
			return true;
	}
	return false;
}

/*
 * The address and the error code of a page fault: page_fault_oops(regs, error_code, address)
 * and its callers have them as arguments 1 and 2.
 */
static void fault_arguments(struct inq_inspect *in, struct inq_fault *f, const struct inq_stack *s,
			    unsigned int cpu)
{
	static const char *const with_address[] = {
		"page_fault_oops",	    "no_context",
		"bad_area_nosemaphore",	    "do_kern_addr_fault",
		"do_user_addr_fault",	    "__bad_area_nosemaphore",
		"kernelmode_fixup_or_oops", NULL};
	const struct inq_ustack *us = &in->ustacks.v[f->stack];

	for (size_t i = 0; i < (size_t)f->frame; i++) {
		enum inq_certainty how;
		uint64_t addr, code;

		if (inq_fact_find_frame(&(struct inq_stack){.v = &s->v[i], .n = 1}, 0,
					with_address) != 0)
			continue;
		if (!f->has_addr && inq_frame_arg(in->code, us, i, cpu, 2, &addr, &how) &&
		    how >= INQ_LIKELY) {
			f->addr = addr;
			f->has_addr = true;
		}
		if (!f->has_error_code && inq_frame_arg(in->code, us, i, cpu, 1, &code, &how) &&
		    how >= INQ_LIKELY && code <= 0xffff) {
			f->error_code = code;
			f->has_error_code = true;
		}
	}
}

static void fault_insn(struct inq_inspect *in, struct inq_fault *f)
{
	unsigned char bytes[16];
	char text[128];
	size_t n = inq_dump_read_prefix(in->k->dump, f->ip, bytes, sizeof(bytes));

	if (n == 0)
		return;
	in->arch->format_insn(bytes, n, f->ip, text, sizeof(text));
	f->insn = inq_arena_strdup(&in->c->arena, text);
}

/* @e: what the log says of it, where that is known; else NULL. */
static struct inq_error *add_fault(struct inq_inspect *in, const struct inq_cpu *cpu, size_t frame,
				   enum inq_fault_kind kind, const struct inq_event *e)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	struct inq_fault *f = inq_case_add(in->c, &in->c->faults);
	const struct inq_frame *fr = &s->v[frame];

	if (!f)
		return &inq_enomem;
	f->kind = kind;
	f->freed_by = f->allocated_by = INQ_NONE;
	f->has_addr = e && kind == INQ_FAULT_PAGE && strstr(e->text, "address: ");
	f->addr = f->has_addr ? e->addr : 0;
	f->on_stack = true;
	f->cpu = cpu->nr;
	f->task = cpu->task;
	f->context = fr->context;
	f->stack = cpu->stack;
	f->frame = (inq_id)frame;
	f->ip = fr->ip;
	f->symbol = fr->symbol;
	f->offset = fr->offset;
	f->module = fr->module;
	f->t_s = -1;
	fault_insn(in, f);
	if (f->kind == INQ_FAULT_PAGE)
		fault_arguments(in, f, s, (unsigned int)cpu->nr);
	inq_ids_add(in->c, &f->ev_where,
		    inq_fact_stack(in, cpu->nr, -1,
				   "%s faulted at %s, called in %s context on CPU %d",
				   fr->symbol ? fr->symbol : "code", inq_fact_symbol(in, f->ip),
				   inq_frame_context_name(f->context), cpu->nr));
	inq_ids_add(in->c, &f->ev_code,
		    inq_fact_code(in, f->ip, "the faulting instruction at %s: %s",
				  inq_fact_symbol(in, f->ip), f->insn ? f->insn : "unreadable"));
	f->from = inq_origin_of(in, f->stack, frame, f->task, cpu->nr);
	return inq_fault_explain(in, f, (unsigned int)cpu->nr);
}

static enum inq_fault_kind kind_of_event(const struct inq_event *e);

/*
 * crash_kexec() straight from an oops saves the registers of the fault itself: no exception is
 * on the stack, but the log's registers are those of frame 0.
 */
static struct inq_error *add_crash(struct inq_inspect *in, const struct inq_cpu *cpu)
{
	const struct inq_ustack *us = &in->ustacks.v[cpu->stack];

	for (size_t i = in->c->events.n; i-- > 0;) {
		const struct inq_event *e = &in->c->events.v[i];
		const struct inq_log_oops *o = inq_log_oops_of(in, (inq_id)i);

		if (o && inq_log_oops_is_at(in, o, us))
			return add_fault(in, cpu, 0, kind_of_event(e), e);
	}
	return NULL;
}

/* A CPU's current task whose task_struct can't be read is the one that an oops on it names. */
static bool is_unread_current(const struct inq_inspect *in, const struct inq_event *e)
{
	const struct inq_cpu *cpu = inq_case_cpu(in->c, e->cpu);

	return cpu && cpu->task == INQ_NONE && cpu->panic_cpu;
}

/* Whether some tasks may be missing: then who is not among them need not be gone. */
static bool tasks_are_missing(const struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->gaps.n; i++) {
		if (!strcmp(in->c->gaps.v[i].what, "task list") ||
		    !strcmp(in->c->gaps.v[i].what, "threads of a process"))
			return true;
	}
	return false;
}

/*
 * The task that the log names.  One that the oops killed is gone, or its pid is another's by
 * now, or it can't be read: then a task that is known only by name stands for it.
 */
static inq_id task_of_event(struct inq_inspect *in, const struct inq_event *e)
{
	struct inq_task *t;

	for (size_t i = 0; e->pid > 0 && i < in->c->tasks.n; i++) {
		t = &in->c->tasks.v[i];
		if (t->pid == e->pid && (!e->comm || !t->comm || strcmp(t->comm, e->comm) == 0))
			return (inq_id)i;
	}
	if (e->pid <= 0 || !e->comm)
		return INQ_NONE;
	t = inq_case_add(in->c, &in->c->tasks);
	if (!t)
		return INQ_NONE;
	t->pid = e->pid;
	t->tgid = t->ppid = t->cpu = -1;
	t->comm = e->comm;
	t->since_s = t->queued_s = -1;
	t->stack = t->ev_exit = INQ_NONE;
	if (is_unread_current(in, e)) {
		t->run = INQ_RUN_ON_CPU;
		t->cpu = e->cpu;
		t->on_cpu = true;
		inq_case_cpu(in->c, e->cpu)->task = (inq_id)(in->c->tasks.n - 1);
	} else if (!tasks_are_missing(in)) {
		t->run = INQ_RUN_DEAD;
		t->exit = INQ_EXIT_DEAD;
	}
	return (inq_id)(in->c->tasks.n - 1);
}

static enum inq_fault_kind kind_of_event(const struct inq_event *e)
{
	if (e->kind == INQ_EVENT_BUG)
		return INQ_FAULT_OPCODE;
	if (strstr(e->text, "general protection"))
		return INQ_FAULT_GP;
	if (strstr(e->text, "divide error"))
		return INQ_FAULT_DIVIDE;
	if (strstr(e->text, "int3: "))
		return INQ_FAULT_BREAKPOINT;
	/* handle_stack_overflow(), which only a double fault calls */
	if (strstr(e->text, "double fault") || strstr(e->text, "stack guard page") ||
	    strstr(e->text, "kernel stack overflow"))
		return INQ_FAULT_DOUBLE;
	return INQ_FAULT_PAGE;
}

/* The fault on a stack that log event @id reports; NULL: it is only in the log. */
static struct inq_fault *fault_of_event(struct inq_inspect *in, inq_id id)
{
	const struct inq_event *e = &in->c->events.v[id];
	const struct inq_log_oops *o = inq_log_oops_of(in, id);

	for (size_t i = 0; i < in->c->faults.n; i++) {
		struct inq_fault *f = &in->c->faults.v[i];

		if (!f->on_stack || f->t_s >= 0 || (e->cpu >= 0 && e->cpu != f->cpu))
			continue;
		if (e->symbol ? inq_fact_is(f->symbol, e->symbol) : e->ip && e->ip == f->ip)
			return f;
		if (f->frame == 0 && o && inq_log_oops_is_at(in, o, &in->ustacks.v[f->stack]))
			return f;
	}
	return NULL;
}

/* What the log tells of a fault whose task is gone: its registers and callers then. */
static struct inq_error *fault_of_log(struct inq_inspect *in, struct inq_fault *f, inq_id event)
{
	const struct inq_log_oops *o = inq_log_oops_of(in, event);
	struct inq_symbol sym;

	if (!o || !o->regs.ip)
		return NULL;
	f->ip = o->regs.ip;
	if (inq_symbol_by_addr(in->k, f->ip, &sym))
		f->offset = f->ip - sym.addr;
	f->stack = inq_log_oops_stack(in, o);
	if (f->stack == INQ_NONE)
		return NULL;
	f->frame = 0;
	f->context = inq_case_stack(in->c, f->stack)->v[0].context;
	fault_insn(in, f);
	inq_ids_add(in->c, &f->ev_code,
		    inq_fact_code(in, f->ip, "the faulting instruction at %s: %s",
				  inq_fact_symbol(in, f->ip), f->insn ? f->insn : "unreadable"));
	f->from = inq_origin_of_log(in, f->stack, f->task, in->c->events.v[event].evidence);
	return inq_fault_explain(in, f, f->cpu < 0 ? 0 : (unsigned int)f->cpu);
}

static struct inq_error *join_event(struct inq_inspect *in, inq_id id)
{
	const struct inq_event *e = &in->c->events.v[id];
	struct inq_fault *f = fault_of_event(in, id);
	bool is_new = !f;

	/* a warning that is on no stack was survived */
	if (e->kind == INQ_EVENT_WARN && (!f || f->kind != INQ_FAULT_OPCODE))
		return NULL;
	if (f && f->task == INQ_NONE && e->cpu == f->cpu)
		f->task = task_of_event(in, e);
	if (!f) {
		f = inq_case_add(in->c, &in->c->faults);
		if (!f)
			return NULL;
		f->kind = kind_of_event(e);
		f->cpu = e->cpu;
		f->task = task_of_event(in, e);
		f->context = INQ_FRAME_TASK;
		f->stack = f->frame = f->freed_by = f->allocated_by = INQ_NONE;
		f->symbol = e->symbol;
		f->offset = e->offset;
		f->module = e->module;
	}
	f->t_s = e->t_s;
	if (!f->has_addr && e->addr) {
		f->addr = e->addr;
		f->has_addr = true;
	}
	inq_ids_add(in->c, &f->ev_where, e->evidence);
	return is_new ? fault_of_log(in, f, id) : NULL;
}

struct inq_error *inq_inspect_faults(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];
		const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);

		if (cpu->panic_cpu && s && s->n) {
			struct inq_error *err = add_crash(in, cpu);

			if (err)
				return err;
			s = inq_case_stack(in->c, cpu->stack);
		}
		for (size_t frame = 1; s && frame < s->n; frame++) {
			struct inq_error *err;

			if (!is_fatal(s, frame))
				continue;
			err = add_fault(in, cpu, frame, kind_of_entry(s->v[frame - 1].symbol),
					NULL);
			if (err)
				return err;
			s = inq_case_stack(in->c, cpu->stack);
		}
	}
	for (size_t i = 0; i < in->c->events.n; i++) {
		const struct inq_event *e = &in->c->events.v[i];

		if (e->kind == INQ_EVENT_OOPS || e->kind == INQ_EVENT_BUG ||
		    e->kind == INQ_EVENT_WARN) {
			struct inq_error *err = join_event(in, (inq_id)i);

			if (err)
				return err;
		}
	}
	return NULL;
}
