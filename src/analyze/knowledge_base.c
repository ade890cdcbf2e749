// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/knowledge.h"

#include "util/banned.h"

/*
 * The most special entry first: of those that apply, the first few are told.  Every entry
 * quotes what the kernel's own sources say; keep it so.
 */
const struct inq_knowledge inq_knowledge_base[] = {
	{
		.member = "task_struct.nsproxy",
		.context = INQ_KNOW_INTERRUPT,
		.exit = INQ_EXIT_NAMESPACES,
		.rule = "rule 2 lets only the current task read its namespaces without "
			"precautions; by rule 3 whoever reads another task's must check for NULL "
			"under task_lock(): NULL means that the task is almost dead (zombie)",
		.where = "include/linux/nsproxy.h, 'the namespaces access rules', 2 and 3",
		.why = "in an interrupt `current` is merely the task that was interrupted, here "
		       "one that has already dropped its namespaces in exit",
		.remedy = "in code that can run in an interrupt use init_utsname() or another "
			  "namespace that never goes away, not utsname() or current->nsproxy",
	},
	{
		.member = "task_struct.nsproxy",
		.exit = INQ_EXIT_NAMESPACES,
		.rule = "reading another task's namespaces needs a check for NULL under "
			"task_lock(): NULL means that the task is almost dead (zombie)",
		.where = "include/linux/nsproxy.h, 'the namespaces access rules', 3",
		.why = "the task has dropped its namespaces in exit",
		.remedy = "check task->nsproxy for NULL under task_lock()",
	},
	{
		.member = "task_struct.mm",
		.rule = "a task's mm is NULL for kernel threads and after exit_mm(): take it with "
			"get_task_mm(), which checks and pins it",
		.where = "kernel/fork.c, get_task_mm()",
		.why = "the code used task_struct.mm, and it was not there",
		.remedy = "use get_task_mm() and mmput(), or check for NULL under task_lock()",
	},
	{
		.class_ = "self-deadlock",
		.context = INQ_KNOW_INTERRUPT,
		.waits_for = INQ_RES_SPINLOCK,
		.holder_below = true,
		.rule = "a spinlock that an interrupt handler takes must be taken with interrupts "
			"off (spin_lock_irqsave) everywhere else: the plain versions are for locks "
			"that are never used in interrupt handlers",
		.where = "Documentation/locking/spinlocks.rst, lesson 3; for softirqs "
			 "(spin_lock_bh) "
			 "Documentation/kernel-hacking/locking.rst",
		.why = "the interrupt came in while the code below it held the lock",
		.remedy =
			"take the lock with spin_lock_irqsave() (against softirqs: spin_lock_bh()) "
			"outside the interrupt",
	},
	{
		.class_ = "self-deadlock",
		.waits_for = INQ_RES_SPINLOCK,
		.no_fault = true,
		.rule = "spinlocks, rwlocks and mutexes are not recursive: whoever tries to take "
			"one "
			"twice waits for ever",
		.where =
			"Documentation/kernel-hacking/locking.rst, 'Deadlock: Simple and Advanced'",
		.why = "the same CPU took the lock and wants it again",
	},
	{
		.class_ = "self-deadlock",
		.context = INQ_KNOW_INTERRUPT,
		.waits_for = INQ_RES_RWLOCK,
		.holder_below = true,
		.rule = "an rwlock that an interrupt handler writes must be taken with interrupts "
			"off everywhere else; one that it only reads, wherever it is written",
		.where = "Documentation/locking/spinlocks.rst, lesson 3",
		.why = "the interrupt came in while the code below it held the lock",
		.remedy = "take the lock with interrupts off outside the interrupt "
			  "(read_lock_irqsave(), write_lock_irqsave(); against softirqs: the _bh "
			  "versions)",
	},
	{
		.class_ = "self-deadlock",
		.waits_for = INQ_RES_RWLOCK,
		.no_fault = true,
		.rule = "outside interrupts rwlocks are not recursive: a second read_lock() waits "
			"behind a writer that has queued in between, and that one for the first",
		.where = "Documentation/locking/lockdep-design.rst, 'Recursive read locks'",
		.why = "the same CPU took the lock and wants it again",
	},
	{
		.class_ = "self-deadlock",
		.waits_for = INQ_RES_MUTEX,
		.rule = "recursive locking of a mutex is not permitted",
		.where = "Documentation/locking/mutex-design.rst, 'Semantics'",
		.why = "the task owns the mutex and wants it again",
	},
	{
		.context = INQ_KNOW_INTERRUPT,
		.waits_for = INQ_RES_MUTEX,
		.rule = "mutexes may not be used in hardware or software interrupt contexts such "
			"as "
			"tasklets and timers",
		.where = "Documentation/locking/mutex-design.rst, 'Semantics'",
		.why = "the wait for the mutex is in an interrupt",
	},
	{
		.waits_for = INQ_RES_COMPLETION,
		.context = INQ_KNOW_INTERRUPT,
		.rule = "wait_for_completion() is only safe in process context: not in atomic or "
			"interrupt context, with interrupts or preemption disabled",
		.where = "Documentation/scheduler/completion.rst, 'Waiting for completions'",
		.why = "the wait for the completion is in an interrupt",
	},
	{
		.class_ = "deadlock",
		.waits_for = INQ_RES_HANDLER,
		.rule = "who waits for a handler to end must not hold locks which would prevent "
			"its completion; while holding a resource that the handler may need, one "
			"will deadlock",
		.where = "kernel/time/timer.c, timer_delete_sync(); kernel/irq/manage.c, "
			 "synchronize_irq()",
		.why = "the handler wants a lock that is held by the code that waits for its end",
		.remedy = "stop the timer, interrupt or tasklet before the lock is taken, or after "
			  "it is released",
	},
	{
		.class_ = "deadlock",
		.waits_for = INQ_RES_ACTIVE_REF,
		.rule = "who removes a file of sysfs, /proc, sysctl or debugfs waits until all who "
			"are inside have left: it may hold nothing that the file's functions take",
		.where = "fs/kernfs/dir.c, kernfs_drain(); fs/proc/inode.c, proc_entry_rundown(); "
			 "fs/debugfs/inode.c",
		.why = "who is inside waits for what the remover holds",
		.remedy = "remove the file before the lock is taken, or after it is released",
	},
	{
		.class_ = "deadlock",
		.waits_for = INQ_RES_COMPLETION,
		.function = "kthread_stop",
		.rule = "kthread_stop() waits for the thread to exit: whoever calls it may hold "
			"nothing that the thread needs on its way out",
		.where = "kernel/kthread.c, kthread_stop()",
		.why = "the thread waits for what its stopper holds",
		.remedy = "call kthread_stop() before the lock is taken, or after it is released",
	},
	{
		.class_ = "deadlock",
		.waits_for = INQ_RES_IPI,
		.irqs = INQ_NO,
		.rule = "smp_call_function_many() must not be called with disabled interrupts or "
			"from "
			"an interrupt handler; and a lock that is wanted with interrupts off must "
			"not be held while waiting for that CPU's answer",
		.where = "kernel/smp.c, smp_call_function_many()",
		.why = "one CPU waits for an IPI to be answered, the other can't answer: it waits "
		       "with "
		       "interrupts off",
	},
	{
		.class_ = "self-deadlock",
		.context = INQ_KNOW_INTERRUPT,
		.waits_for = INQ_RES_RT_SPINLOCK,
		.rule = "on PREEMPT_RT a spinlock_t sleeps: what runs in hard interrupts may take "
			"a raw_spinlock_t only, with interrupts off wherever it is taken",
		.where = "Documentation/locking/locktypes.rst, 'spinlock_t and PREEMPT_RT'",
		.why = "the interrupt came in while the code below it held the lock",
		.remedy = "make it a raw_spinlock_t, or let the handler run in a thread or softirq "
			  "(no IRQF_NO_THREAD, no HRTIMER_MODE_HARD)",
	},
	{
		.class_ = "deadlock",
		.rule = "two locks can not be taken in inverse order (L1 -> L2 here, L2 -> L1 "
			"there): "
			"that forms a circle in which the contexts wait for each other permanently",
		.where = "Documentation/locking/lockdep-design.rst, 'Multi-lock dependency rules'",
		.why = "each holds what the next one waits for",
		.remedy = "take the locks in the same order everywhere; a kernel with "
			  "CONFIG_PROVE_LOCKING "
			  "finds the pair",
	},
	{
		.class_ = "atomic-sleep",
		.rule = "sleeping locks and other sleeping functions may only be used in "
			"preemptible "
			"task context: not while a spinning lock is held",
		.where = "Documentation/locking/locktypes.rst, 'Lock type nesting rules'",
		.why = "the holder of the spinning lock went to sleep; its waiters burn their CPUs",
		.remedy = "drop the lock before sleeping, or make it a mutex; "
			  "CONFIG_DEBUG_ATOMIC_SLEEP "
			  "reports the place",
	},
	{
		.class_ = "held-asleep",
		.holds = INQ_RES_RT_SPINLOCK,
		.waits_for = INQ_RES_RT_SPINLOCK,
		.rule = "sleeping functions, and sleeping locks other than PREEMPT_RT's spinlocks, "
			"may not be used while a spinlock_t is held",
		.where = "Documentation/locking/locktypes.rst, 'Lock type nesting rules'",
		.why = "the holder went to sleep; on PREEMPT_RT those who want the lock sleep as "
		       "long, and so does RCU, for who holds a spinlock_t reads",
		.remedy = "drop the lock before sleeping, or make it a mutex; "
			  "CONFIG_DEBUG_ATOMIC_SLEEP reports the place",
	},
	{
		.class_ = "lock-leak",
		.waits_for = INQ_RES_MUTEX,
		.exit = INQ_EXIT_NOTIFIED,
		.rule = "a task may not exit with a mutex held",
		.where = "Documentation/locking/mutex-design.rst, 'Semantics'",
		.why = "the owner has exited",
	},
	{
		.class_ = "lock-leak",
		.waits_for = INQ_RES_MUTEX,
		.rule = "only the owner can unlock a mutex, so it must on every way out",
		.where = "Documentation/locking/mutex-design.rst, 'Semantics'",
		.why = "the owner left the code that took it without unlocking",
	},
	{
		.class_ = "no-resched-loop",
		.function = "timer_delete_sync",
		.rule = "the caller of timer_delete_sync() must not hold locks which would prevent "
			"completion of the timer's handler, nor call it from that handler",
		.where = "kernel/time/timer.c, timer_delete_sync()",
		.why = "it waits for a handler that does not end",
	},
	{
		.class_ = "no-resched-loop",
		.rule = "kernel code that runs for long must offer the CPU to others "
			"(cond_resched()): a "
			"loop of more than twice watchdog_thresh without that is a soft lockup",
		.where = "Documentation/admin-guide/lockup-watchdogs.rst",
		.why = "no other task has run on this CPU since",
	},
	{
		.class_ = "irqs-off-loop",
		.rule = "interrupts may be off only for moments: a CPU that lets no interrupt in "
			"for "
			"more than watchdog_thresh is a hard lockup",
		.where = "Documentation/admin-guide/lockup-watchdogs.rst",
		.why = "interrupts are off in the loop, so timer, IPIs and RCU wait",
	},
	{
		.class_ = "rcu-stall",
		.rule = "a reader must leave its read-side section soon, and it is illegal to "
			"block in it; "
			"a CPU looping in one stalls all grace periods",
		.where = "Documentation/RCU/whatisRCU.rst, rcu_read_lock(); "
			 "Documentation/RCU/stallwarn.rst",
		.why = "the grace period waits for this reader",
	},
	{
		.class_ = "workqueue-stall",
		.waits_for = INQ_RES_WORK,
		.rule = "work must not be waited for from a context that it needs itself: its own "
			"work "
			"function, a lock that it takes, or a queue without a free worker",
		.where = "include/linux/workqueue.h, at flush_scheduled_work(); "
			 "Documentation/core-api/workqueue.rst",
		.why = "the work that is waited for can't run before the waiter goes on",
	},
	{
		.class_ = "stack-overflow",
		.rule = "the kernel stack is small and shared with interrupts: avoid deep "
			"recursion and "
			"huge local arrays on it",
		.where = "Documentation/kernel-hacking/hacking.rst, 'A rigid stack limit'",
		.why = "the stack ran into its guard page",
	},
};
const size_t inq_knowledge_nr = array_size(inq_knowledge_base);
