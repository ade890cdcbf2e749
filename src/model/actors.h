/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_ACTORS_H
#define INQ_MODEL_ACTORS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/base.h"

/* Part of the case (model/case.h): tasks, CPUs, and whoever of them waits or holds. */

enum inq_task_run {
	INQ_RUN_UNKNOWN,
	INQ_RUN_ON_CPU,	  /**< current of a CPU */
	INQ_RUN_QUEUED,	  /**< runnable, waits for a CPU */
	INQ_RUN_SLEEPING, /**< interruptible sleep */
	INQ_RUN_BLOCKED,  /**< uninterruptible (D), TASK_KILLABLE included */
	INQ_RUN_IDLE,	  /**< TASK_IDLE: D that does not count as load */
	INQ_RUN_STOPPED,
	INQ_RUN_DEAD, /**< zombie or dead */
};

/** How far do_exit() of a task got, from its own fields. */
enum inq_exit_stage {
	INQ_EXIT_NO,	     /**< not exiting */
	INQ_EXIT_STARTED,    /**< PF_EXITING set */
	INQ_EXIT_MM,	     /**< mm dropped */
	INQ_EXIT_NAMESPACES, /**< nsproxy dropped */
	INQ_EXIT_NOTIFIED,   /**< exit_state is zombie */
	INQ_EXIT_DEAD,	     /**< exit_state is dead */
};

struct inq_task {
	uint64_t addr; /**< task_struct */
	int32_t pid, tgid;
	int32_t ppid; /**< tgid of the real parent; -1: unknown */
	const char *comm;
	enum inq_task_run run;
	uint64_t state; /**< task_struct.__state as it is */
	int32_t cpu;	/**< that it runs on, or ran on last; -1: unknown */
	bool on_cpu;	/**< is current on `cpu` */
	bool kthread;
	uint64_t flags; /**< PF_* */
	enum inq_exit_stage exit;
	bool listed;	     /**< found on the task list (false: only as a CPU's current) */
	double since_s;	     /**< switched out (or in, when on_cpu) that long ago; <0: unknown */
	double queued_s;     /**< runnable, and has waited for its turn that long; <0: unknown */
	bool rt;	     /**< real-time or deadline: what isn't, doesn't run before it sleeps */
	uint64_t mm;	     /**< mm_struct; 0: none (kernel thread, or exited) */
	uint64_t arrived_ns; /**< log clock when it last came on a CPU; 0: unknown */
	uint64_t last_ran_ns; /**< log clock when it was last seen running; 0: unknown */
	inq_id stack;	      /**< in stacks; INQ_NONE: not unwound */
	inq_id ev_exit;	      /**< evidence of `exit` */
};

enum inq_cpu_state {
	INQ_CPU_UNKNOWN,
	INQ_CPU_IDLE,
	INQ_CPU_USER,
	INQ_CPU_RUNNING,   /**< kernel code, no wait recognised */
	INQ_CPU_SPIN_WAIT, /**< spins for a lock */
	INQ_CPU_IPI_WAIT,  /**< waits for other CPUs to answer */
	INQ_CPU_STOPPED,   /**< parked by panic/crash/stop_machine, or offline */
};

enum inq_tristate {
	INQ_UNKNOWN3,
	INQ_NO,
	INQ_YES,
};

struct inq_cpu {
	int32_t nr;
	bool online;
	enum inq_cpu_state state;
	enum inq_tristate irqs; /**< interrupts on? in the code that it was stopped in (an NMI or
				     a crash IPI on top is looked through) */
	bool has_preempt_count;
	uint32_t preempt_count; /**< raw, with the inverted NEED_RESCHED bit */
	uint64_t clock_ns; /**< its run queue's clock (log clock), which other CPUs move too; 0:
			      unknown */
	double stuck_s;	   /**< since the watchdog thread last ran here; <0: unknown or fresh */
	double starved_s;  /**< for at least so long no other task could run here, whatever the
			      kernel's threshold: its watchdog thread was due; <0: unknown */
	double timer_s;	   /**< since the last timer tick/hrtimer beat here; <0: unknown */
	bool lockup;	   /**< stuck_s is over the kernel's own threshold */
	inq_id task;	   /**< current; INQ_NONE: unknown */
	inq_id stack;
	bool panic_cpu; /**< called panic() / crash_kexec() */
	inq_id ev_state, ev_irqs, ev_stuck, ev_preempt;
};

/** Someone who waits or holds: a task, or a CPU in an interrupt. */
enum inq_actor_kind {
	INQ_ACTOR_NONE,
	INQ_ACTOR_TASK,
	INQ_ACTOR_CPU,	     /**< whatever runs there */
	INQ_ACTOR_INTERRUPT, /**< an interrupt handler on `cpu`, on top of `task` */
};
struct inq_actor {
	enum inq_actor_kind kind;
	int32_t cpu; /**< -1: not on a CPU */
	inq_id task; /**< INQ_NONE: unknown */
};
#define INQ_ACTOR_INIT ((struct inq_actor){.kind = INQ_ACTOR_NONE, .cpu = -1, .task = INQ_NONE})

#endif
