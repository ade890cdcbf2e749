// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/analysis.h"

#include <string.h>

#include "analyze/duration.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/* Parts of panic messages, as the kernel's sources spell them. */
static const struct {
	const char *part;
	enum inq_end end;
} messages[] = {
	{"sysrq triggered crash", INQ_END_SYSRQ},
	{"softlockup: hung tasks", INQ_END_SOFT_LOCKUP},
	{"hung_task: blocked tasks", INQ_END_HUNG_TASK},
	{"hard LOCKUP", INQ_END_HARD_LOCKUP},
	{"Hard LOCKUP", INQ_END_HARD_LOCKUP},
	{"RCU Stall", INQ_END_RCU_STALL},
	{"NMI: Not continuing", INQ_END_NMI},
	{"NMI IOCK error", INQ_END_NMI},
	{"NMI watchdog", INQ_END_HARD_LOCKUP},
	{"An NMI occurred", INQ_END_NMI},
	{"ut of memory", INQ_END_OOM},
	{"ystem is deadlocked on memory", INQ_END_OOM},
	{"achine check", INQ_END_MCE},
	{"atal hardware error", INQ_END_MCE},
	{"Memory error not recovered", INQ_END_MCE},
	{"stack-protector", INQ_END_CORRUPTION},
	{"corrupted stack end", INQ_END_CORRUPTION},
	{"panic_on_warn", INQ_END_WARN},
	{"KFENCE: panic_on_warn", INQ_END_WARN},
	{"kernel stack overflow", INQ_END_FAULT},
	{"Fatal exception", INQ_END_FAULT},
	{"BUG!", INQ_END_FAULT},
};

/* Who calls panic() for what another one did: they tell where the message can't be read. */
static const struct {
	const char *function;
	enum inq_end end;
} callers[] = {
	{"watchdog_timer_fn", INQ_END_SOFT_LOCKUP},
	{"watchdog_overflow_callback", INQ_END_HARD_LOCKUP},
	{"watchdog_hardlockup_check", INQ_END_HARD_LOCKUP},
	{"watchdog", INQ_END_HUNG_TASK}, /* khungtaskd's, kernel/hung_task.c */
	{"check_hung_uninterruptible_tasks", INQ_END_HUNG_TASK},
	{"panic_on_rcu_stall", INQ_END_RCU_STALL},
	{"rcu_check_gp_kthread_starvation", INQ_END_RCU_STALL},
	{"check_cpu_stall", INQ_END_RCU_STALL},
	{"unknown_nmi_error", INQ_END_NMI},
	{"io_check_error", INQ_END_NMI},
	{"pci_serr_error", INQ_END_NMI},
	{"oops_end", INQ_END_FAULT},
	{"out_of_memory", INQ_END_OOM},
	{"mce_panic", INQ_END_MCE},
	{"__stack_chk_fail", INQ_END_CORRUPTION},
	{"check_panic_on_warn", INQ_END_WARN},
};

/* By who called panic(); PANIC: somebody else did. */
static enum inq_end end_of_caller(const struct inq_case *c, const struct inq_cpu *cpu)
{
	enum { FRAMES = 3 }; /* of panic() itself, and small functions around it */
	const struct inq_stack *s = cpu ? inq_case_stack(c, cpu->stack) : NULL;
	inq_id panic = inq_stack_find(s, "panic");

	for (size_t f = panic + 1; panic != INQ_NONE && f < s->n && f <= (size_t)panic + FRAMES;
	     f++) {
		for (size_t i = 0; !s->v[f].module && i < array_size(callers); i++) {
			if (inq_function_is(s->v[f].symbol, callers[i].function))
				return callers[i].end;
		}
	}
	return INQ_END_PANIC;
}

static bool faulted_on(const struct inq_case *c, int32_t cpu)
{
	for (size_t i = 0; i < c->faults.n; i++) {
		if (c->faults.v[i].on_stack && c->faults.v[i].cpu == cpu)
			return true;
	}
	return false;
}

static bool was_sysrq_crash(const struct inq_case *c, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = cpu ? inq_case_stack(c, cpu->stack) : NULL;

	/* before 5.4 (8341f2f222d7) it wrote to address 0 instead of calling panic() */
	return inq_stack_find(s, "sysrq_handle_crash") != INQ_NONE;
}

/* Some checks only complain and taint the kernel: panic_on_taint and panic_on_warn make them
 * fatal right there. */
static bool complained(const struct inq_case *c, enum inq_event_kind kind)
{
	enum { AT_ONCE_S = 1 };
	inq_id id = inq_event_last(c, kind, -1, -1), panic;
	double dt;

	panic = inq_event_last(c, INQ_EVENT_PANIC, -1, -1);
	if (id == INQ_NONE || panic == INQ_NONE)
		return false;
	dt = c->events.v[panic].t_s - c->events.v[id].t_s;
	return dt >= 0 && dt < AT_ONCE_S;
}

static enum inq_end end_of_taint(const struct inq_case *c)
{
	if (complained(c, INQ_EVENT_CORRUPTION))
		return INQ_END_CORRUPTION;
	if (complained(c, INQ_EVENT_WARN))
		return INQ_END_WARN;
	return complained(c, INQ_EVENT_OOPS) ? INQ_END_FAULT : INQ_END_PANIC;
}

enum inq_end inq_end_of(const struct inq_case *c)
{
	const struct inq_cpu *cpu = inq_panic_cpu(c);
	const char *message = c->dump.panic_message;

	if (!c->dump.panicked)
		return INQ_END_NONE;
	if (was_sysrq_crash(c, cpu))
		return INQ_END_SYSRQ;
	for (size_t i = 0; message && i < array_size(messages); i++) {
		if (!strstr(message, messages[i].part))
			continue;
		if (messages[i].end == INQ_END_WARN && complained(c, INQ_EVENT_CORRUPTION))
			return INQ_END_CORRUPTION;
		return messages[i].end;
	}
	if (message && strstr(message, "panic_on_taint"))
		return end_of_taint(c);
	/* init dies of the fault that the oops before tells of */
	if (message && (!strstr(message, "Attempted to kill") ||
			inq_event_last(c, INQ_EVENT_OOPS, -1, -1) == INQ_NONE))
		return INQ_END_PANIC;
	/* crash_kexec() straight from the oops leaves no panic message */
	if (cpu && faulted_on(c, cpu->nr))
		return INQ_END_FAULT;
	if (!message && end_of_caller(c, cpu) != INQ_END_PANIC)
		return end_of_caller(c, cpu);
	if (inq_event_last(c, INQ_EVENT_OOPS, -1, -1) != INQ_NONE ||
	    inq_event_last(c, INQ_EVENT_BUG, -1, -1) != INQ_NONE)
		return INQ_END_FAULT;
	return INQ_END_PANIC;
}
