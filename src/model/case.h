/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_CASE_H
#define INQ_MODEL_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/cleanup.h"
#include "util/hashmap.h"

/*
 * A case: everything that was read from one dump, as plain facts, and what was
 * concluded from them.  No I/O, no kernel types, no pointers into the dump: inspect fills
 * the facts, analyze the findings and the verdict, report words both.
 *
 * All of it lives in the case's arena and is freed with it.  Strings are owned by the
 * arena and NUL-terminated; NULL is unknown.  Objects refer to each other by index into the
 * case's tables (-1: none), so a case can be saved and read again.
 */

/** Index into one of a case's tables; INQ_NONE: none. */
typedef int32_t inq_id;
#define INQ_NONE ((inq_id)-1)

/** An arena-backed table: `v` moves when it grows, indices stay. */
#define inq_table(type)                                                                            \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n;                                                                          \
		size_t max;                                                                        \
	}

/** How sure; each level needs all evidence of the one below and more. */
enum inq_confidence {
	INQ_CONF_NONE, /**< not stated */
	INQ_CONF_POSSIBLE,
	INQ_CONF_LIKELY,
	INQ_CONF_CERTAIN,
};

/** A list of evidence ids. */
struct inq_ids {
	inq_id *v; /**< n ids */
	size_t n;
	size_t max;
};

/* ---- evidence ------------------------------------------------------- */

enum inq_evidence_kind {
	INQ_EV_MEMORY,	 /**< a value in the dump's memory */
	INQ_EV_REGISTER, /**< a saved register */
	INQ_EV_CODE,	 /**< what instructions do */
	INQ_EV_STACK,	 /**< frames of a stack */
	INQ_EV_LOG,	 /**< a line of the kernel log */
	INQ_EV_DERIVED,	 /**< follows from other evidence */
};

/** One checkable fact.  Printed as e1, e2, ... (index + 1). */
struct inq_evidence {
	enum inq_evidence_kind kind;
	const char *text; /**< "task_struct.nsproxy of java (3423) = 0x0" */
	uint64_t addr;	  /**< where; valid when has_addr */
	uint64_t value;	  /**< what; valid when has_value */
	bool has_addr, has_value;
	enum inq_confidence
		conf; /**< how the fact was got: field/register certain, residue possible */
	const char *check_inquest; /**< arguments after "inquest": "read VMCORE ffff... 8"; NULL:
				      none */
	const char *check_crash;   /**< a crash command: "rd ffff..."; NULL: none */
};

/* ---- stacks --------------------------------------------------------- */

enum inq_frame_context {
	INQ_FRAME_TASK,
	INQ_FRAME_SOFTIRQ,
	INQ_FRAME_IRQ,
	INQ_FRAME_EXCEPTION,
	INQ_FRAME_NMI,
	INQ_FRAME_USER,
};

struct inq_frame {
	uint64_t ip, sp;
	const char *symbol; /**< NULL: none */
	uint64_t offset;    /**< of ip in symbol */
	const char *module; /**< NULL: the kernel image */
	const char *how;    /**< "regs", "orc", "fp", "scan"; static */
	enum inq_frame_context context;
	bool exact_ip;	  /**< ip stands at the instruction itself, not behind a call */
	bool in_loop;	  /**< ip lies in a loop of its function; looked at on running CPUs only */
	uint64_t pt_regs; /**< this frame was interrupted and its registers saved there; 0: not */
	const char *source;  /**< "kernel/exit.c:871", by DWARF; NULL: not known */
	const char *inlined; /**< "utsname() inlined at a.c:45", innermost first; NULL: not */
};

/** Frames innermost first.  `complete`: reached user mode or the first frame. */
struct inq_stack {
	struct inq_frame *v;
	size_t n;
	bool complete;
	const char *end; /**< why it ended when not complete; static or arena */
	uint64_t end_addr;
	bool has_user_regs; /**< it was entered from user mode with these */
	uint64_t user_ip, user_sp;
	int64_t syscall_nr; /**< system call it is in; -1: none or unknown */
};

/* ---- who ------------------------------------------------------------ */

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

/* ---- locks, holds, waits -------------------------------------------- */

/** Everything that can be waited for.  The contract's words, see inq_resource_name(). */
enum inq_resource_kind {
	INQ_RES_UNKNOWN,
	INQ_RES_SPINLOCK,
	INQ_RES_RWLOCK,
	INQ_RES_MUTEX,
	INQ_RES_RWSEM,
	INQ_RES_PERCPU_RWSEM,
	INQ_RES_RTMUTEX,
	INQ_RES_RT_SPINLOCK, /**< PREEMPT_RT's spinlock_t: its waiters sleep, its word is the owner
			      */
	INQ_RES_RT_RWLOCK,   /**< PREEMPT_RT's rwlock_t */
	INQ_RES_SEMAPHORE,
	INQ_RES_COMPLETION,
	INQ_RES_IPI,
	INQ_RES_RCU,
	INQ_RES_WORK,
	INQ_RES_IO,
	INQ_RES_FUTEX,
	INQ_RES_WAIT_QUEUE,
	INQ_RES_BIT,
	INQ_RES_PAGE,
	INQ_RES_STOP_MACHINE,
	INQ_RES_CONSOLE,
	INQ_RES_HANDLER, /**< of an interrupt, timer, tasklet: that it ends */
	INQ_RES_TIMER,	 /**< a plain sleep: ends by itself */
	INQ_RES_USER,	 /**< something that user space must do (read, poll, futex, ...) */
	INQ_RES_NR,
};

/** A thing that can be held and waited for. */
struct inq_resource {
	enum inq_resource_kind kind;
	uint64_t addr;	  /**< 0: not known */
	const char *name; /**< symbol, "Struct.member", "sym[3].lock"; NULL: none */
	const char
		*whose; /**< "CPU 1", "python (121)": whose copy or object it is; NULL: nobody's */
	const char *module; /**< that it lies in; NULL: none or the image */
	bool has_word;
	uint64_t word;	    /**< its lock word / count / owner word, as it is */
	const char *detail; /**< "locked, 2 waiters"; NULL: none */
	bool came;	    /**< of an event: its own word says that it has come */
	bool corrupt;	    /**< the word can't be the lock's own work */
	double age_s;	    /**< of a grace period: seconds that it runs; 0: unknown */
	bool unheld; /**< of PREEMPT_RT's rwlocks and rwsems: its word says that nobody has it */
	uint32_t readers; /**< of a rwsem of either kind, held for reading: how many; 0: none,
			     unknown */
	bool owner_gone;  /**< its owner word names no living task */
	/** The code that may take it was looked through for ways that leave it held: `leaks` */
	bool leaks_looked_for;
	/** Of a semaphore, by its waiters' code: some way of it gives it back; some way keeps it.
	 * Kept and never given back, it is no lock but an event. */
	bool given_back, kept;
	bool slab; /**< lies in the heap, and is named after the member that it is */
	inq_id ev_word;
	const char *user_module; /**< of an event: the one module whose code waits for it; NULL: not
				    known */
	/** Of an event that is long waited for: all that may still run was looked at, and nothing
	 * of it is of that module. */
	bool no_signaller;
	/** Who may still signal it, or take it where it is free; or why that is not known.  NULL:
	 * nobody was found, or not looked for. */
	const char *signaller;
	struct inq_ids ev_signaller;
};

/** How a holder is known. */
enum inq_holder_how {
	INQ_HELD_NONE,
	INQ_HELD_FIELD, /**< the lock's own field names it */
	INQ_HELD_CODE,	/**< the lock set of code on its stack */
	INQ_HELD_STACK, /**< residue on its stack: a hint */
};

struct inq_hold {
	inq_id resource;
	struct inq_actor holder;
	enum inq_holder_how how;
	bool shared;	 /**< a reader */
	bool every_path; /**< of CODE: held on every path to where it stands */
	enum inq_confidence conf;
	const char *function; /**< that took it; NULL: unknown */
	const char *module;   /**< of function */
	uint64_t site;	      /**< address of the acquiring call; 0: unknown */
	inq_id frame;	      /**< of CODE: frame number in the holder's stack */
	struct inq_ids evidence;
};

/** Code that may have left a lock held: a function that can return with it. */
struct inq_leak {
	inq_id resource;
	const char *function, *module; /**< of it; module NULL: the image */
	bool always;		       /**< it returns so on every way: perhaps on purpose */
	enum inq_confidence conf; /**< that it is this lock, by its address: certain; by its place
				     in an object: likely; else possible */
	struct inq_ids evidence;
};

struct inq_wait {
	struct inq_actor waiter;
	inq_id resource;
	bool shared;		 /**< wants it as a reader */
	bool spins;		 /**< burns its CPU; false: asleep */
	struct inq_actor target; /**< of IPI and the like: who must act; else NONE */
	const char *function;  /**< of IPI: the function it asks for; of work: the work function */
	double since_s;	       /**< waits that long; <0: unknown */
	const char *since_how; /**< "watchdog", "hung-task", "sched", "csd"; NULL */
	inq_id frame;	       /**< frame number in the waiter's stack where the wait begins */
	enum inq_confidence conf;
	struct inq_ids evidence;
};

/* ---- faults and other deaths ---------------------------------------- */

enum inq_fault_kind {
	INQ_FAULT_PAGE,	  /**< page fault in kernel mode */
	INQ_FAULT_GP,	  /**< general protection */
	INQ_FAULT_OPCODE, /**< ud2: BUG or WARN, or really invalid */
	INQ_FAULT_DIVIDE,
	INQ_FAULT_DOUBLE,
	INQ_FAULT_OTHER,
};

struct inq_path_fact {
	const char *expr;   /**< "current->nsproxy" */
	const char *member; /**< "task_struct.nsproxy"; NULL: a root */
	uint64_t addr;	    /**< it was loaded from; 0: not from memory */
	bool has_memory, has_reg;
	uint64_t memory, reg; /**< its value in memory now, and in the saved register */
	const char *reg_name; /**< "rax" */
	const char *
		object; /**< what it was loaded from: "freed object of kmalloc-64"; NULL: unknown */
	bool object_freed; /**< that memory is known to be free */
};

/** An exception that was taken in kernel mode, found on a stack or in the log. */
struct inq_fault {
	enum inq_fault_kind kind;
	bool on_stack; /**< its pt_regs is on a stack of the dump; false: only in the log */
	int32_t cpu;
	inq_id task;			/**< current then */
	enum inq_frame_context context; /**< of the code that faulted */
	inq_id stack;			/**< that it is on */
	inq_id frame;			/**< faulting frame in it */
	uint64_t ip;
	const char *symbol; /**< function of ip */
	uint64_t offset;    /**< in symbol */
	const char *module;
	bool has_addr;
	uint64_t addr; /**< faulting address */
	bool has_error_code;
	uint64_t error_code;	/**< x86 page fault: 1 present, 2 write, 4 user, 0x10 fetch */
	const char *insn;	/**< its disassembly */
	const char *expression; /**< access path; NULL: unknown */
	bool typed;		/**< expression has types all along */
	const char *shape; /**< its offsets, "+18 of +40", where it hangs on a module's types or has
			      none; NULL: expression is in the kernel's terms */
	const char *bad;   /**< sub-expression whose value is the bad pointer */
	const char *bad_member; /**< "task_struct.nsproxy" */
	uint64_t bad_value;
	bool has_bad_value;
	uint32_t access_offset;	    /**< of the access from the bad pointer */
	struct inq_path_fact *path; /**< nr_path steps, root first */
	size_t nr_path;
	double t_s;		/**< log clock; <0: unknown */
	const char *address_is; /**< what lies at the bad value or address; NULL: not looked up */
	bool address_freed;	/**< that was freed, or given back */
	const char *from; /**< how execution came there: "system call write(...)", "timer function
			     f"; NULL */
	const char
		*origin; /**< the bad value in the terms of blame ("f->source"); NULL: not known */
	const char
		*blame; /**< function that came by the bad pointer and passed it on; NULL: symbol */
	const char *blame_module; /**< of blame; NULL: the image */
	inq_id freed_by;	  /**< in tracks: who freed the object that the bad value lies in */
	inq_id allocated_by;	  /**< likewise, who allocated it */
	struct inq_ids ev_where, ev_memory, ev_register, ev_code;
};

/* ---- where it came from --------------------------------------------- */

/** What made the kernel run code: who called from outside of it, or what dispatched it. */
enum inq_origin_kind {
	INQ_ORIGIN_UNKNOWN,
	INQ_ORIGIN_SYSCALL,
	INQ_ORIGIN_EXCEPTION, /**< of user mode: a page fault and the like */
	INQ_ORIGIN_KTHREAD,   /**< the function of a kernel thread */
	INQ_ORIGIN_WORK,
	INQ_ORIGIN_INTERRUPT, /**< a device's */
	INQ_ORIGIN_IRQ_THREAD,
	INQ_ORIGIN_TIMER,
	INQ_ORIGIN_HRTIMER,
	INQ_ORIGIN_SOFTIRQ,
	INQ_ORIGIN_TASKLET,
	INQ_ORIGIN_RCU,
	INQ_ORIGIN_IPI, /**< a function that another CPU asked for */
	INQ_ORIGIN_NOTIFIER,
	INQ_ORIGIN_KPROBE,
	INQ_ORIGIN_NETFILTER,
	INQ_ORIGIN_INITCALL, /**< of a module that is being loaded, or of booting */
	INQ_ORIGIN_SYSRQ,
	INQ_ORIGIN_NMI,
	INQ_ORIGIN_NR,
};

/** An argument of a system call. */
struct inq_origin_arg {
	const char *name;
	uint64_t value;
	const char *is; /**< what it stands for: "/dev/null", "_IOW('L', 3, 8 bytes)"; NULL */
};

/** One dispatcher on a stack: what is further in than its frame was called by it. */
struct inq_origin {
	enum inq_origin_kind kind;
	inq_id stack;
	inq_id frame;	  /**< its frame's number; of entries from user mode the number of frames */
	const char *text; /**< in one line */
	const char *name; /**< of the system call, device, softirq, queue, chain; NULL: none */
	int64_t number;	  /**< of the system call, interrupt, notifier's event; -1: none */
	const char *function, *module; /**< that it called; NULL: unknown; NULL: the image */
	uint64_t object;	       /**< timer, work, tasklet, rcu_head, ...; 0: unknown */
	const char *object_is;	       /**< what lies there; NULL */
	struct inq_origin_arg *args;   /**< of a system call */
	size_t nr_args;
	struct inq_ids evidence;
};

/** Who a process is, as far as its pages are in the dump.  NULL or -1: unknown. */
struct inq_process {
	inq_id task;
	const char *exe;       /**< path of its program */
	const char *cmdline;   /**< its arguments, with spaces between them */
	const char *cgroup;    /**< path; "/" for the root */
	const char *container; /**< id in that path */
	const char *runtime;   /**< "docker", "kubepods", ... out of that path */
	const char *tty;
	int64_t uid;
	int32_t pid_ns_level; /**< 0: the first one */
	int32_t ns_pid;	      /**< its pid in its own namespace */
	struct inq_ids evidence;
};

/* ---- memory --------------------------------------------------------- */

/** Who allocated or freed an object, as the allocator's debugging keeps it. */
struct inq_track {
	const char *cache; /**< "kmalloc-64" */
	uint64_t object;   /**< its address */
	bool freed;	   /**< false: allocated */
	inq_id stack;	   /**< frame 0 called the allocator; INQ_NONE: not known */
	int32_t cpu, pid;  /**< that it ran on, and for; -1: unknown */
	inq_id task;	   /**< of pid: one that is gone is dead and has no address */
	double ago_s;	   /**< before the dump; <0: unknown */
	inq_id evidence;
};

/** A machine check that a CPU saw, and that was not survived. */
struct inq_machine_check {
	int32_t cpu, bank; /**< -1: unknown */
	uint64_t status;   /**< the bank's status word */
	bool has_addr;
	uint64_t addr;		/**< physical */
	const char *text;	/**< what the status says, in words */
	const char *address_is; /**< what lies at addr; NULL: not known */
	inq_id evidence;
};

/** Who or what has how much memory; only where it ran out. */
struct inq_memory_use {
	const char *what; /**< "total", "free", "slab", "shmem", "page cache", "process", "slab
			     cache", "vmalloc", "huge pages", "page tables", "kernel stacks" */
	const char *name; /**< of a slab cache; who asked for vmalloc memory; NULL */
	inq_id track;	  /**< of a slab cache: in tracks, one of those who allocated most */
	inq_id task;	  /**< of a process: its first thread; else INQ_NONE */
	int64_t bytes;
	inq_id evidence;
};

/* ---- the log -------------------------------------------------------- */

enum inq_event_kind {
	INQ_EVENT_OTHER,
	INQ_EVENT_OOPS, /**< BUG: unable to handle ..., general protection fault, Oops: */
	INQ_EVENT_BUG,	/**< kernel BUG at file:line */
	INQ_EVENT_WARN,
	INQ_EVENT_PANIC,
	INQ_EVENT_SOFT_LOCKUP,
	INQ_EVENT_HARD_LOCKUP,
	INQ_EVENT_RCU_STALL,
	INQ_EVENT_HUNG_TASK,
	INQ_EVENT_SYSRQ,
	INQ_EVENT_OOM,
	INQ_EVENT_MCE,
	INQ_EVENT_CORRUPTION,	/**< list corruption, stack protector, slab, bad page */
	INQ_EVENT_ATOMIC_SLEEP, /**< scheduling while atomic */
	INQ_EVENT_WORKQUEUE,	/**< workqueue lockup */
	INQ_EVENT_TASK_EXIT,	/**< from the task's own fields */
	INQ_EVENT_LEAK, /**< code or a task ended with preemption off: a lock was not released */
};

struct inq_event {
	double t_s; /**< log clock, seconds; <0: unknown */
	enum inq_event_kind kind;
	const char *source; /**< "log", "sched", "watchdog", "timer", "derived"; static */
	const char *text;
	int32_t cpu;	    /**< -1: not said */
	int32_t pid;	    /**< -1: not said */
	const char *comm;   /**< NULL: not said */
	double duration_s;  /**< "stuck for 22s"; <0: not said */
	uint64_t addr, ip;  /**< of an oops: address and RIP; 0: not said */
	const char *symbol; /**< of an oops: RIP's function; of a leak: what ended so */
	const char *module; /**< of symbol; NULL: the image, or not said */
	inq_id evidence;
	bool notable; /**< belongs in the report's timeline */
};

/* ---- knowledge ------------------------------------------------------ */

/** A rule of the kernel that the case broke. */
struct inq_rule_broken {
	const char *rule;  /**< "interrupt context must not ..." */
	const char *where; /**< "include/linux/nsproxy.h, rule 3" */
	const char *why;   /**< why it applies here */
	struct inq_ids evidence;
};

/* ---- conclusions ---------------------------------------------------- */

struct inq_gap {
	const char *what; /**< "task list" */
	const char *why;  /**< "task_struct.tasks: page excluded" */
	bool has_addr;
	uint64_t addr;
	const char *leans; /**< what leans on it; NULL */
};

/** What a rule found.  Rules make these; the verdict is chosen from them. */
struct inq_finding {
	const char *class_; /**< the contract's class; static */
	const char *title;  /**< one line */
	enum inq_confidence conf;
	struct inq_actor culprit;
	const char *function; /**< where the culprit stands or what it did; NULL */
	const char *module;   /**< of function; NULL: the image */
	const char *taker;    /**< function that took the lock, where that is another one; NULL */
	inq_id resource;      /**< the lock; INQ_NONE */
	inq_id fault;	      /**< INQ_NONE */
	struct inq_ids caused_by; /**< finding ids */
	struct inq_ids evidence;
	struct inq_ids waits; /**< waits of the cycle / to the culprit */
	bool root;	      /**< nothing else explains it */
	double weight;	      /**< how much it holds up: number of victims, then duration */
};

struct inq_chain_step {
	const char *text;
	double t_s; /**< <0: unknown */
	struct inq_ids evidence;
};

/** What a function has of a stack that overflowed. */
struct inq_stack_use {
	const char *function, *module;
	uint32_t frames; /**< of it on the stack */
	uint64_t bytes;	 /**< of all of them */
	bool in_cycle;	 /**< it is one of functions that call each other without end */
};

struct inq_victim {
	struct inq_actor actor;
	inq_id wait; /**< how it waits */
};

struct inq_verdict {
	const char *class_;  /**< "none" where nothing is wrong */
	const char *trigger; /**< class of the first cause; NULL: the same */
	const char *title;
	const char *first_cause; /**< a line; NULL */
	enum inq_confidence conf;
	char signature[17]; /**< 16 hex digits */
	struct inq_actor culprit;
	const char *culprit_kind; /**< "task", "interrupt", "cpu"; NULL: none */
	const char *function, *module;
	inq_id finding;		/**< that it was made from; INQ_NONE */
	inq_id trigger_finding; /**< INQ_NONE */
	inq_id resource;
	inq_id fault;
	struct inq_actor panicker; /**< who called panic() or crashed; NONE: nobody, or unknown */
	const char *panic_note; /**< why the culprit is another one than the panicker; NULL: it is
				   not */
	struct inq_ids origins; /**< origin ids, innermost first: how the culprit came there */
	inq_id process;		/**< of the culprit; INQ_NONE: no user process, or unknown */
	inq_table(struct inq_chain_step) chain;
	inq_table(struct inq_victim) victims;
	struct inq_ids others;	   /**< findings: what else is wrong, and not by this */
	uint32_t innocent_waiters; /**< waiting for honest reasons, in no chain to the culprit */
	inq_table(struct inq_rule_broken) rules;
	inq_table(struct inq_stack_use) stack_use; /**< of a stack overflow, largest first */
	inq_table(const char *) next_steps; /**< what to look at, as commands or source places */
};

/** What the dump is. */
struct inq_dump_facts {
	const char *path; /**< as given on the command line */
	const char *format, *arch, *release, *version, *build_id, *nodename;
	const char *symbols, *types, *unwinder;
	const char *lines; /**< where source lines are from: "dwarf"; NULL: nothing */
	uint32_t cpus, tasks;
	double uptime_s;   /**< <0: unknown */
	int64_t dumped_at; /**< 0: unknown */
	bool complete;
	bool panicked;		      /**< the kernel called panic() or crashed by itself */
	const char *panic_message;    /**< NULL */
	uint64_t taint;		      /**< tainted_mask */
	const char *taints;	      /**< its flags in words; NULL: none */
	const char *tainting_modules; /**< "demo (OE), other (P)"; NULL: none */
	const char *live_patches;     /**< names; NULL: none */
	const char *kprobes;	      /**< where probes stand; NULL: none */
	const char *last_unloaded;  /**< module that was unloaded last; NULL: none, or not known */
	double watchdog_thresh_s;   /**< 0: unknown */
	double hung_task_timeout_s; /**< of khungtaskd; 0: unknown, or switched off */
};

struct inq_case {
	struct inq_arena arena;
	struct inq_dump_facts dump;
	inq_table(struct inq_cpu) cpus; /**< index is the CPU number */
	inq_table(struct inq_task) tasks;
	inq_table(struct inq_stack) stacks;
	inq_table(struct inq_resource) resources;
	inq_table(struct inq_hold) holds;
	inq_table(struct inq_leak) leaks;
	inq_table(struct inq_wait) waits;
	inq_table(struct inq_fault) faults;
	inq_table(struct inq_track) tracks;
	inq_table(struct inq_machine_check) machine_checks;
	inq_table(struct inq_origin) origins;
	inq_table(struct inq_process) processes;
	inq_table(struct inq_memory_use) memory;
	inq_table(struct inq_event) events; /**< sorted by t_s once inspect is done */
	inq_table(struct inq_evidence) evidence;
	inq_table(struct inq_gap) gaps;
	inq_table(struct inq_finding) findings;
	struct inq_verdict verdict;
	struct inq_hashmap evidence_index; /**< of inq_evidence_add() */
	struct inq_hashmap resource_index; /**< of inq_resource_find_or_add() */
};

/** An empty case, all unknown.  NULL: no memory. */
struct inq_case *inq_case_create(void);
void inq_case_destroy(struct inq_case *c);
/** Whether an allocation of it has failed: then it is not whole and no report may be made. */
bool inq_case_failed(const struct inq_case *c);

/**
 * Make references that point nowhere INQ_NONE (actors: NONE), so that what comes after need
 * not doubt them.  Done after loading and at the start of inq_analyze().
 */
void inq_case_mend(struct inq_case *c);

/** Grow an inq_table in @c's arena by one zeroed element and return it; NULL: no memory. */
#define inq_case_add(c, table)                                                                     \
	({                                                                                         \
		__typeof__((table)->v) inq_e_ = NULL;                                              \
		void *inq_p_ = (void *)(table)->v;                                                 \
		if (inq_table_grow(&(c)->arena, &inq_p_, (table)->n, &(table)->max,                \
				   sizeof(*(table)->v))) {                                         \
			(table)->v = inq_p_;                                                       \
			inq_e_ = &(table)->v[(table)->n++];                                        \
		}                                                                                  \
		inq_e_;                                                                            \
	})
bool inq_table_grow(struct inq_arena *a, void **v, size_t n, size_t *max, size_t elem_size);

/** Append @id to @ids; INQ_NONE and ids already there are skipped. */
void inq_ids_add(struct inq_case *c, struct inq_ids *ids, inq_id id);
void inq_ids_add_all(struct inq_case *c, struct inq_ids *ids, const struct inq_ids *more);

/**
 * Add evidence; returns its id (INQ_NONE: no memory).  Evidence of equal kind and text comes
 * once: the text tells what it is about.  Confidence starts as certain (derived: none).  Set
 * addr/value/checks on the returned element through inq_case_evidence().
 */
inq_id inq_evidence_add(struct inq_case *c, enum inq_evidence_kind kind, const char *fmt, ...)
	inq_printf(3, 4);
/** The evidence itself, NULL for INQ_NONE.  Borrowed until the next addition. */
struct inq_evidence *inq_evidence_at(struct inq_case *c, inq_id id);
/** Set where and what: `value` read at `addr`. */
void inq_evidence_set_value(struct inq_case *c, inq_id id, uint64_t addr, uint64_t value);
/** Set the commands that show it; printf formats, either may be NULL.  VMCORE is written as %V. */
void inq_evidence_set_checks(struct inq_case *c, inq_id id, const char *inquest, const char *crash);

/** Add a gap, unless the same one came shortly before.  @addr 0: none. */
void inq_gap_add(struct inq_case *c, const char *what, uint64_t addr, const char *fmt, ...)
	inq_printf(4, 5);

/** The resource at @addr of @kind, added when new. @addr 0: always a new one. */
inq_id inq_resource_find_or_add(struct inq_case *c, enum inq_resource_kind kind, uint64_t addr);
/** The resource at @addr of @kind; INQ_NONE: not in the case. */
inq_id inq_resource_find(const struct inq_case *c, enum inq_resource_kind kind, uint64_t addr);

/** Words of the contract.  Static. */
const char *inq_resource_kind_name(enum inq_resource_kind kind); /**< "spinlock", "wait-queue" */
/** The same, but each kind has another: "rt-spinlock" is a spinlock, too. */
const char *inq_resource_kind_word(enum inq_resource_kind kind);
/** Whether it is a lock, which one holds, rather than an event that one waits for. */
bool inq_resource_is_lock(enum inq_resource_kind kind);
/** Whether its waiters sleep: a lock, and no spinning one. */
bool inq_resource_is_sleeping_lock(enum inq_resource_kind kind);
/** Whether @r is something that is waited for until somebody signals it: nobody holds it. */
bool inq_resource_is_event(const struct inq_resource *r);
/** Whether @r, a sleeping lock or an event, says by its word that nobody has it, or that it has
 * come: who still sleeps for it was not woken.  False: it doesn't say so, or isn't known. */
bool inq_resource_is_free(const struct inq_resource *r);
const char *inq_confidence_name(enum inq_confidence conf); /**< "certain", ... */
const char *inq_evidence_kind_name(enum inq_evidence_kind kind);
const char *inq_cpu_state_name(enum inq_cpu_state state); /**< "spin-wait", ... */
const char *inq_frame_context_name(enum inq_frame_context context);
const char *inq_holder_how_name(enum inq_holder_how how); /**< "field", "code", ... */
const char *inq_task_run_name(enum inq_task_run run);
const char *inq_exit_stage_name(enum inq_exit_stage stage);
const char *inq_tristate_name(enum inq_tristate t);	     /**< "on", "off", "unknown" */
const char *inq_actor_kind_name(enum inq_actor_kind kind);   /**< "task", "cpu", ... */
const char *inq_fault_kind_name(enum inq_fault_kind kind);   /**< "page-fault", ... */
const char *inq_event_kind_name(enum inq_event_kind kind);   /**< "oops", "soft-lockup", ... */
const char *inq_origin_kind_name(enum inq_origin_kind kind); /**< "system-call", "timer", ... */

static inline struct inq_task *inq_case_task(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->tasks.n ? &c->tasks.v[id] : NULL;
}
static inline struct inq_stack *inq_case_stack(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->stacks.n ? &c->stacks.v[id] : NULL;
}
static inline struct inq_frame *inq_case_frame(const struct inq_case *c, inq_id stack, inq_id frame)
{
	struct inq_stack *s = inq_case_stack(c, stack);

	return s && frame >= 0 && (size_t)frame < s->n ? &s->v[frame] : NULL;
}
static inline struct inq_resource *inq_case_resource(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->resources.n ? &c->resources.v[id] : NULL;
}
static inline struct inq_fault *inq_case_fault(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->faults.n ? &c->faults.v[id] : NULL;
}
static inline struct inq_track *inq_case_track(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->tracks.n ? &c->tracks.v[id] : NULL;
}
static inline struct inq_cpu *inq_case_cpu(const struct inq_case *c, int32_t nr)
{
	return nr >= 0 && (size_t)nr < c->cpus.n ? &c->cpus.v[nr] : NULL;
}

static inline struct inq_origin *inq_case_origin(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->origins.n ? &c->origins.v[id] : NULL;
}
static inline struct inq_process *inq_case_process(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->processes.n ? &c->processes.v[id] : NULL;
}

/** What is known of the process that @task belongs to; INQ_NONE: nothing. */
inq_id inq_process_of(const struct inq_case *c, inq_id task);

/**
 * How execution came to frame @frame of @stack: origins that apply, innermost first, into @ret,
 * at most @max.  Whoever was interrupted has nothing to do with what interrupted it.
 */
size_t inq_origins_at(const struct inq_case *c, inq_id stack, inq_id frame, inq_id *ret,
		      size_t max);

/** Whether two actors are the same executor (same task, or same CPU while on it). */
bool inq_actor_same(const struct inq_actor *a, const struct inq_actor *b);

/** The stack that an actor is on: its CPU's, else its task's. INQ_NONE: not followed. */
inq_id inq_actor_stack(const struct inq_case *c, const struct inq_actor *a);
/** A number that two stacks share when they run through the same functions. */
uint64_t inq_stack_shape(const struct inq_stack *s);

#endif
