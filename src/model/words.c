// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/case.h"

#include <string.h>

#include "util/banned.h"

/* The contract's words, indexed by the enums of case.h. */

static const char *word_of(const char *const *words, size_t n, unsigned int i)
{
	return i < n && words[i] ? words[i] : "unknown";
}

#define WORD(words, i) word_of(words, array_size(words), (unsigned int)(i))

const char *inq_resource_kind_name(enum inq_resource_kind kind)
{
	static const char *const words[INQ_RES_NR] = {
		[INQ_RES_UNKNOWN] = "unknown",
		[INQ_RES_SPINLOCK] = "spinlock",
		[INQ_RES_RWLOCK] = "rwlock",
		[INQ_RES_MUTEX] = "mutex",
		[INQ_RES_RWSEM] = "rwsem",
		[INQ_RES_PERCPU_RWSEM] = "percpu-rwsem",
		[INQ_RES_RTMUTEX] = "rtmutex",
		[INQ_RES_RT_SPINLOCK] = "spinlock",
		[INQ_RES_RT_RWLOCK] = "rwlock",
		[INQ_RES_SEMAPHORE] = "semaphore",
		[INQ_RES_COMPLETION] = "completion",
		[INQ_RES_IPI] = "ipi",
		[INQ_RES_RCU] = "rcu",
		[INQ_RES_WORK] = "work",
		[INQ_RES_IO] = "io",
		[INQ_RES_FUTEX] = "futex",
		[INQ_RES_WAIT_QUEUE] = "wait-queue",
		[INQ_RES_BIT] = "bit",
		[INQ_RES_BIT_SPINLOCK] = "bit-spinlock",
		[INQ_RES_SEQCOUNT] = "seqcount",
		[INQ_RES_LOCK_WORD] = "lock-word",
		[INQ_RES_MEMORY] = "memory",
		[INQ_RES_PAGE] = "page",
		[INQ_RES_STOP_MACHINE] = "stop-machine",
		[INQ_RES_CONSOLE] = "console",
		[INQ_RES_HANDLER] = "handler",
		[INQ_RES_ACTIVE_REF] = "active-ref",
		[INQ_RES_REFERENCES] = "references",
		[INQ_RES_TIMER] = "timer",
		[INQ_RES_USER] = "user",
	};

	return WORD(words, kind);
}

const char *inq_confidence_name(enum inq_confidence conf)
{
	static const char *const words[] = {
		[INQ_CONF_NONE] = "none",
		[INQ_CONF_POSSIBLE] = "possible",
		[INQ_CONF_LIKELY] = "likely",
		[INQ_CONF_CERTAIN] = "certain",
	};

	return WORD(words, conf);
}

const char *inq_evidence_kind_name(enum inq_evidence_kind kind)
{
	static const char *const words[] = {
		[INQ_EV_MEMORY] = "memory", [INQ_EV_REGISTER] = "register",
		[INQ_EV_CODE] = "code",	    [INQ_EV_STACK] = "stack",
		[INQ_EV_LOG] = "log",	    [INQ_EV_DERIVED] = "derived",
	};

	return WORD(words, kind);
}

const char *inq_cpu_state_name(enum inq_cpu_state state)
{
	static const char *const words[] = {
		[INQ_CPU_UNKNOWN] = "unknown",	   [INQ_CPU_IDLE] = "idle",
		[INQ_CPU_USER] = "user",	   [INQ_CPU_RUNNING] = "running",
		[INQ_CPU_SPIN_WAIT] = "spin-wait", [INQ_CPU_IPI_WAIT] = "ipi-wait",
		[INQ_CPU_STOPPED] = "stopped",
	};

	return WORD(words, state);
}

const char *inq_frame_context_name(enum inq_frame_context context)
{
	static const char *const words[] = {
		[INQ_FRAME_TASK] = "task", [INQ_FRAME_SOFTIRQ] = "softirq",
		[INQ_FRAME_IRQ] = "irq",   [INQ_FRAME_EXCEPTION] = "exception",
		[INQ_FRAME_NMI] = "nmi",   [INQ_FRAME_USER] = "user",
	};

	return WORD(words, context);
}

const char *inq_holder_how_name(enum inq_holder_how how)
{
	static const char *const words[] = {
		[INQ_HELD_NONE] = "none",
		[INQ_HELD_FIELD] = "field",
		[INQ_HELD_CODE] = "code",
		[INQ_HELD_STACK] = "stack",
	};

	return WORD(words, how);
}

const char *inq_task_run_name(enum inq_task_run run)
{
	static const char *const words[] = {
		[INQ_RUN_UNKNOWN] = "unknown", [INQ_RUN_ON_CPU] = "on-cpu",
		[INQ_RUN_QUEUED] = "queued",   [INQ_RUN_SLEEPING] = "sleeping",
		[INQ_RUN_BLOCKED] = "blocked", [INQ_RUN_IDLE] = "idle",
		[INQ_RUN_STOPPED] = "stopped", [INQ_RUN_DEAD] = "dead",
	};

	return WORD(words, run);
}

const char *inq_exit_stage_name(enum inq_exit_stage stage)
{
	static const char *const words[] = {
		[INQ_EXIT_NO] = "no",		[INQ_EXIT_STARTED] = "started",
		[INQ_EXIT_MM] = "mm-dropped",	[INQ_EXIT_NAMESPACES] = "namespaces-dropped",
		[INQ_EXIT_NOTIFIED] = "zombie", [INQ_EXIT_DEAD] = "dead",
	};

	return WORD(words, stage);
}

const char *inq_tristate_name(enum inq_tristate t)
{
	static const char *const words[] = {
		[INQ_UNKNOWN3] = "unknown",
		[INQ_NO] = "off",
		[INQ_YES] = "on",
	};

	return WORD(words, t);
}

const char *inq_actor_kind_name(enum inq_actor_kind kind)
{
	static const char *const words[] = {
		[INQ_ACTOR_NONE] = "none",
		[INQ_ACTOR_TASK] = "task",
		[INQ_ACTOR_CPU] = "cpu",
		[INQ_ACTOR_INTERRUPT] = "interrupt",
	};

	return WORD(words, kind);
}

bool inq_fault_is_null(const struct inq_fault *f)
{
	enum { NULL_PAGE = 4096 };

	return f->has_bad_value && f->bad_value < (f->origin ? NULL_PAGE : 1);
}

const char *inq_fault_kind_name(enum inq_fault_kind kind)
{
	static const char *const words[] = {
		[INQ_FAULT_PAGE] = "page-fault",       [INQ_FAULT_GP] = "general-protection",
		[INQ_FAULT_OPCODE] = "invalid-opcode", [INQ_FAULT_DIVIDE] = "divide-error",
		[INQ_FAULT_DOUBLE] = "double-fault",   [INQ_FAULT_BREAKPOINT] = "breakpoint",
		[INQ_FAULT_OTHER] = "other",
	};

	return WORD(words, kind);
}

const char *inq_event_kind_name(enum inq_event_kind kind)
{
	static const char *const words[] = {
		[INQ_EVENT_OTHER] = "other",
		[INQ_EVENT_OOPS] = "oops",
		[INQ_EVENT_BUG] = "bug",
		[INQ_EVENT_WARN] = "warn",
		[INQ_EVENT_PANIC] = "panic",
		[INQ_EVENT_SOFT_LOCKUP] = "soft-lockup",
		[INQ_EVENT_HARD_LOCKUP] = "hard-lockup",
		[INQ_EVENT_RCU_STALL] = "rcu-stall",
		[INQ_EVENT_HUNG_TASK] = "hung-task",
		[INQ_EVENT_SYSRQ] = "sysrq",
		[INQ_EVENT_OOM] = "oom",
		[INQ_EVENT_MCE] = "mce",
		[INQ_EVENT_CORRUPTION] = "corruption",
		[INQ_EVENT_ATOMIC_SLEEP] = "atomic-sleep",
		[INQ_EVENT_WORKQUEUE] = "workqueue",
		[INQ_EVENT_TASK_EXIT] = "task-exit",
		[INQ_EVENT_LEAK] = "leak",
	};

	return WORD(words, kind);
}

const char *inq_resource_kind_word(enum inq_resource_kind kind)
{
	if (kind == INQ_RES_RT_SPINLOCK)
		return "rt-spinlock";
	return kind == INQ_RES_RT_RWLOCK ? "rt-rwlock" : inq_resource_kind_name(kind);
}

bool inq_resource_is_lock(enum inq_resource_kind kind)
{
	switch (kind) {
	case INQ_RES_SPINLOCK:
	case INQ_RES_RWLOCK:
	case INQ_RES_MUTEX:
	case INQ_RES_RWSEM:
	case INQ_RES_PERCPU_RWSEM:
	case INQ_RES_RTMUTEX:
	case INQ_RES_RT_SPINLOCK:
	case INQ_RES_RT_RWLOCK:
	case INQ_RES_SEMAPHORE:
	case INQ_RES_BIT_SPINLOCK:
	case INQ_RES_SEQCOUNT:
	case INQ_RES_LOCK_WORD:
		return true;
	default:
		return false;
	}
}

bool inq_resource_is_spinning_lock(enum inq_resource_kind kind)
{
	return kind == INQ_RES_SPINLOCK || kind == INQ_RES_RWLOCK || kind == INQ_RES_BIT_SPINLOCK ||
	       kind == INQ_RES_SEQCOUNT || kind == INQ_RES_LOCK_WORD;
}

bool inq_resource_is_sleeping_lock(enum inq_resource_kind kind)
{
	return kind == INQ_RES_MUTEX || kind == INQ_RES_RWSEM || kind == INQ_RES_PERCPU_RWSEM ||
	       kind == INQ_RES_RTMUTEX || kind == INQ_RES_RT_SPINLOCK ||
	       kind == INQ_RES_RT_RWLOCK || kind == INQ_RES_SEMAPHORE;
}

bool inq_resource_is_event(const struct inq_resource *r)
{
	return r->kind == INQ_RES_COMPLETION || r->kind == INQ_RES_WAIT_QUEUE ||
	       r->kind == INQ_RES_BIT ||
	       (r->kind == INQ_RES_SEMAPHORE && r->kept && !r->given_back);
}

const char *inq_origin_kind_name(enum inq_origin_kind kind)
{
	static const char *const words[INQ_ORIGIN_NR] = {
		[INQ_ORIGIN_UNKNOWN] = "unknown",
		[INQ_ORIGIN_SYSCALL] = "system-call",
		[INQ_ORIGIN_EXCEPTION] = "exception",
		[INQ_ORIGIN_KTHREAD] = "kernel-thread",
		[INQ_ORIGIN_WORK] = "work",
		[INQ_ORIGIN_INTERRUPT] = "interrupt",
		[INQ_ORIGIN_IRQ_THREAD] = "irq-thread",
		[INQ_ORIGIN_TIMER] = "timer",
		[INQ_ORIGIN_HRTIMER] = "hrtimer",
		[INQ_ORIGIN_SOFTIRQ] = "softirq",
		[INQ_ORIGIN_TASKLET] = "tasklet",
		[INQ_ORIGIN_RCU] = "rcu-callback",
		[INQ_ORIGIN_IPI] = "ipi",
		[INQ_ORIGIN_NOTIFIER] = "notifier",
		[INQ_ORIGIN_KPROBE] = "kprobe",
		[INQ_ORIGIN_NETFILTER] = "netfilter-hook",
		[INQ_ORIGIN_INITCALL] = "initcall",
		[INQ_ORIGIN_SYSRQ] = "sysrq",
		[INQ_ORIGIN_NMI] = "nmi",
	};

	return WORD(words, kind);
}

bool inq_resource_is_free(const struct inq_resource *r)
{
	if (r->came)
		return true;
	if (!r->has_word)
		return false;
	switch (r->kind) {
	case INQ_RES_COMPLETION:
	case INQ_RES_SEMAPHORE:
		return r->word != 0;
	case INQ_RES_MUTEX:
	case INQ_RES_RTMUTEX:
	case INQ_RES_RT_SPINLOCK:
		/* no owner, but flags: waiters, handoff, pickup */
		return (r->word & ~UINT64_C(7)) == 0;
	case INQ_RES_RWSEM:
		/* likewise: bit 0 a writer, 1 waiters, 2 handoff, from 8 readers */
		return (r->word & ~UINT64_C(6)) == 0;
	case INQ_RES_PERCPU_RWSEM:
		return !r->word && !r->readers && !r->corrupt;
	default:
		return false;
	}
}
