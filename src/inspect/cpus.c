// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpus: for each CPU its current task, registers, call stack, preempt_count, interrupt
 * flag and run queue clock.  Fills c->cpus and their stacks, and in->now_ns.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "code/frames.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/task_fields.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { RQ_CURR, RQ_CLOCK, RQ_NR };
static const struct inq_field_def rq_defs[RQ_NR] = {
	[RQ_CURR] = {"rq", "curr", INQ_OPTIONAL},
	[RQ_CLOCK] = {"rq", "clock", INQ_OPTIONAL},
};

/* What one CPU was doing, before it goes to the model. */
struct cpu_regs {
	struct inq_regs regs;
	bool has;
};

static uint64_t current_task(struct inq_inspect *in, const struct inq_field *rq, unsigned int cpu)
{
	uint64_t addr = inq_fact_percpu_hot(in->k, "current_task", "current_task", cpu);
	uint64_t task = 0;

	if (addr && inq_dump_try_u64(in->k->dump, addr, &task) && task)
		return task;
	addr = inq_percpu_addr(in->k, inq_symbol_addr(in->k, "runqueues"), cpu);
	if (addr && rq[RQ_CURR].found)
		inq_field_try_u64(in->k, &rq[RQ_CURR], addr, &task);
	return task;
}

static void read_clock(struct inq_inspect *in, const struct inq_field *rq, struct inq_cpu *cpu)
{
	uint64_t runqueues = inq_symbol_addr(in->k, "runqueues");
	uint64_t addr = inq_percpu_addr(in->k, runqueues, (unsigned int)cpu->nr);

	if (!runqueues || !addr || !rq[RQ_CLOCK].found ||
	    !inq_field_try_u64(in->k, &rq[RQ_CLOCK], addr, &cpu->clock_ns))
		return;
	if (cpu->clock_ns > in->now_ns)
		in->now_ns = cpu->clock_ns;
}

static void read_preempt_count(struct inq_inspect *in, struct inq_cpu *cpu)
{
	uint64_t addr = inq_fact_percpu_hot(in->k, "__preempt_count", "preempt_count",
					    (unsigned int)cpu->nr);
	uint64_t count;

	cpu->ev_preempt = INQ_NONE;
	if (!addr || !inq_dump_try_uint(in->k->dump, addr, 4, &count))
		return;
	cpu->has_preempt_count = true;
	cpu->preempt_count = (uint32_t)count;
	/* include/linux/preempt.h: preempt 0xff, softirq 0xff00, hardirq 0xf0000, NMI 0xf00000;
	 * bit 31 is x86's inverted NEED_RESCHED. */
	cpu->ev_preempt = inq_fact_memory(
		in, addr, 4, count,
		"CPU %d preempt_count = 0x%" PRIx64
		": preempt disabled %u deep, softirq %u, hardirq %u, NMI %u",
		cpu->nr, count, (unsigned int)(count & 0xff), (unsigned int)(count >> 8 & 0xff),
		(unsigned int)(count >> 16 & 0xf), (unsigned int)(count >> 20 & 0xf));
}

static bool cpu_online(struct inq_inspect *in, unsigned int cpu)
{
	uint64_t mask = inq_symbol_addr(in->k, "__cpu_online_mask");
	uint64_t word;

	if (!mask || !inq_dump_try_u64(in->k->dump, mask + cpu / 64 * 8, &word))
		return true;
	return word >> (cpu % 64) & 1;
}

/* Where a CPU's stacks are: its own, and its current task's first. */
struct cpu_stacks {
	struct inq_stack_range v[17];
	size_t n;
};

static bool is_on(const struct cpu_stacks *s, uint64_t sp)
{
	for (size_t i = 0; i < s->n; i++) {
		if (sp >= s->v[i].start && sp <= s->v[i].end)
			return true;
	}
	return false;
}

static void find_stacks(struct inq_inspect *in, const uint64_t *task_stacks, struct cpu_stacks *ret)
{
	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		struct cpu_stacks *s = &ret[cpu];

		if (task_stacks[cpu])
			s->v[s->n++] = (struct inq_stack_range){
				.start = task_stacks[cpu],
				.end = task_stacks[cpu] + in->thread_size,
			};
		s->n += in->arch->cpu_stacks(in->k, cpu, s->v + s->n, array_size(s->v) - s->n);
	}
}

static bool note_regs(struct inq_inspect *in, unsigned int note, struct inq_regs *ret)
{
	struct inq_error *err;
	const void *bytes;
	size_t len;

	if (!inq_dump_prstatus(in->k->dump, note, &bytes, &len))
		return false;
	err = in->arch->regs_from_prstatus(bytes, len, ret);
	inq_error_destroy(err);
	return !err;
}

/* The CPU that note @note in kernel mode is of, by its stack pointer; nr_cpus: unknown. */
static unsigned int cpu_of_note(struct inq_inspect *in, const struct cpu_stacks *stacks,
				unsigned int note, const struct inq_regs *r)
{
	unsigned int nr = in->k->nr_cpus;
	uint64_t sp = 0;

	inq_regs_get(r, in->arch->sp, &sp);
	for (unsigned int i = 0; i < nr && !r->user; i++) {
		if (is_on(&stacks[(note + i) % nr], sp))
			return (note + i) % nr;
	}
	return nr;
}

/*
 * Notes stand in CPU order, but a CPU that saved none is left out, so that all after it
 * would be one off.  The stack pointer tells whose each note is; what it can't tell (user
 * mode) is as far behind as the last note that it could, or goes by order.
 */
static void match_notes(struct inq_inspect *in, const struct cpu_stacks *stacks,
			struct cpu_regs *regs)
{
	unsigned int n = inq_dump_get_info(in->k->dump)->ncpus, nr = in->k->nr_cpus, shift = 0;
	struct inq_regs r;

	for (unsigned int note = 0; note < n; note++) {
		unsigned int cpu;

		if (!note_regs(in, note, &r))
			continue;
		cpu = cpu_of_note(in, stacks, note, &r);
		if (cpu < nr)
			regs[cpu] = (struct cpu_regs){r, true};
	}
	for (unsigned int note = 0; note < n && note < nr; note++) {
		unsigned int cpu;

		if (!note_regs(in, note, &r))
			continue;
		cpu = cpu_of_note(in, stacks, note, &r);
		if (cpu < nr && cpu >= note)
			shift = cpu - note;
		else if (r.user && note + shift < nr && !regs[note + shift].has)
			regs[note + shift] = (struct cpu_regs){r, true};
	}
}

static bool is_panic_cpu(const struct inq_inspect *in, int32_t nr)
{
	uint64_t cpu;

	return inq_kernel_try_global(in->k, "panic_cpu", 4, &cpu) && (int32_t)cpu == nr;
}

static const char *const panic_functions[] = {"panic",	     "vpanic",	      "nmi_panic",
					      "crash_kexec", "__crash_kexec", NULL};

static void set_irq_flag(struct inq_inspect *in, struct inq_cpu *cpu, const struct inq_regs *regs)
{
	struct inq_evidence *e;

	cpu->irqs = regs->flags & in->arch->irq_enable_flag ? INQ_YES : INQ_NO;
	cpu->ev_irqs = inq_fact_stack(in, cpu->nr, -1,
				      "CPU %d interrupts are %s: flags 0x%" PRIx64 " at %s",
				      cpu->nr, cpu->irqs == INQ_YES ? "on" : "off", regs->flags,
				      regs->user ? "user mode" : inq_fact_symbol(in, regs->ip));
	e = inq_evidence_at(in->c, cpu->ev_irqs);
	if (!e)
		return;
	e->value = regs->flags;
	e->has_value = true;
}

/*
 * The interrupt flag of the code that the CPU was stopped in: of the innermost frame whose
 * registers are known, past an NMI and past the panic path, which turn interrupts off
 * themselves.
 */
static void find_irq_flag(struct inq_inspect *in, struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	const struct inq_ustack *us = s ? &in->ustacks.v[cpu->stack] : NULL;
	int panic = s ? inq_fact_find_frame(s, 0, panic_functions) : -1;

	/* crash_kexec() straight from an oops: the registers are the fault's, without panic() */
	cpu->panic_cpu = panic >= 0 || is_panic_cpu(in, cpu->nr);
	for (size_t i = 0; us && i < us->n; i++) {
		const struct inq_uframe *f = &us->v[i];

		if (!f->exact_ip || !f->regs.has_flags || f->ctx == INQ_CTX_NMI || (int)i <= panic)
			continue;
		set_irq_flag(in, cpu, &f->regs);
		return;
	}
	if (us && us->user_regs_known && us->user_regs.has_flags)
		set_irq_flag(in, cpu, &us->user_regs);
}

static struct inq_error *unwind_cpu(struct inq_inspect *in, struct inq_cpu *cpu,
				    const struct inq_regs *regs, uint64_t task_stack)
{
	struct inq_ustack us = {0};
	struct inq_error *err;
	inq_id id;

	err = inq_unwind_cpu(in->unwinder, (unsigned int)cpu->nr, regs, task_stack, in->thread_size,
			     &us);
	if (!err)
		err = inq_frames_restore_regs(in->code, (unsigned int)cpu->nr, &us);
	if (err) {
		inq_ustack_deinit(&us);
		return err;
	}
	if (us.end != INQ_UNWIND_COMPLETE)
		inq_gap_add(in->c, "stack", us.end_addr, "CPU %d: its call stack ends early: %s",
			    cpu->nr, inq_unwind_end_name(us.end));
	id = inq_fact_add_stack(in, &us);
	cpu->stack = id;
	find_irq_flag(in, cpu);
	return NULL;
}

/* The current task's stack by the CPU's own word for it, where the task_struct can't be read. */
static uint64_t current_stack(struct inq_inspect *in, unsigned int cpu)
{
	uint64_t addr = inq_fact_percpu_hot(in->k, "cpu_current_top_of_stack", "top_of_stack", cpu);
	uint64_t top;

	if (!addr || !inq_dump_try_u64(in->k->dump, addr, &top) ||
	    !in->arch->is_kernel_addr(in->k, top))
		return 0;
	return (top - 1) & ~(uint64_t)(in->thread_size - 1);
}

static void add_cpu(struct inq_inspect *in, const struct inq_field *rq, unsigned int nr,
		    uint64_t *ret_stack)
{
	struct inq_cpu *cpu = inq_case_add(in->c, &in->c->cpus);
	struct inq_task *task;
	uint64_t addr;

	*ret_stack = 0;
	if (!cpu)
		return;
	cpu->nr = (int32_t)nr;
	cpu->online = cpu_online(in, nr);
	cpu->stuck_s = cpu->starved_s = cpu->timer_s = -1;
	cpu->task = cpu->stack = INQ_NONE;
	cpu->ev_state = cpu->ev_irqs = cpu->ev_stuck = INQ_NONE;
	read_clock(in, rq, cpu);
	read_preempt_count(in, cpu);
	addr = current_task(in, rq, nr);
	if (!addr || !in->task_fields)
		return;
	cpu->task = inq_task_add(in, addr, false);
	task = inq_case_task(in->c, cpu->task);
	if (!task) {
		inq_gap_add(in->c, "current task", addr, "CPU %u: its task_struct can't be read",
			    nr);
		*ret_stack = current_stack(in, nr);
		return;
	}
	task->cpu = (int32_t)nr;
	task->on_cpu = true;
	task->run = INQ_RUN_ON_CPU;
	*ret_stack = inq_task_stack_base(in, addr);
}

struct inq_error *inq_inspect_cpus(struct inq_inspect *in)
{
	struct inq_field rq[RQ_NR];
	unsigned int nr = in->k->nr_cpus;
	cleanup_free uint64_t *stacks = calloc(nr ? nr : 1, sizeof(*stacks));
	cleanup_free struct cpu_regs *regs = calloc(nr ? nr : 1, sizeof(*regs));
	cleanup_free struct cpu_stacks *of_cpu = calloc(nr ? nr : 1, sizeof(*of_cpu));
	struct inq_error *err;

	if (!stacks || !regs || !of_cpu)
		return &inq_enomem;
	err = inq_fields_resolve(in->k, rq_defs, rq, RQ_NR);
	if (err)
		return err;
	for (unsigned int i = 0; i < nr; i++)
		add_cpu(in, rq, i, &stacks[i]);
	find_stacks(in, stacks, of_cpu);
	match_notes(in, of_cpu, regs);
	for (unsigned int i = 0; i < nr && i < in->c->cpus.n; i++) {
		if (!regs[i].has) {
			if (in->c->cpus.v[i].online)
				inq_gap_add(in->c, "registers", 0,
					    "CPU %u: the dump holds no registers of it", i);
			continue;
		}
		err = unwind_cpu(in, &in->c->cpus.v[i], &regs[i].regs, stacks[i]);
		if (err)
			return err;
	}
	return NULL;
}
