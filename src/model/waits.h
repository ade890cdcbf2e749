/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_WAITS_H
#define INQ_MODEL_WAITS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/actors.h"
#include "model/base.h"

/* Part of the case (model/case.h): what can be held and waited for, by whom it is. */

/** Everything that can be waited for.  The contract's words, see inq_resource_kind_name(). */
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
	INQ_RES_BIT_SPINLOCK, /**< a bit of a word: bit_spin_lock(), hlist_bl_lock() */
	INQ_RES_SEQCOUNT,     /**< a sequence counter: its readers wait for the end of a write */
	INQ_RES_LOCK_WORD,    /**< a word that code takes by cmpxchg or xchg */
	INQ_RES_MEMORY,	      /**< a word that a loop reads until somebody changes it */
	INQ_RES_PAGE,
	INQ_RES_STOP_MACHINE,
	INQ_RES_CONSOLE,
	INQ_RES_HANDLER,    /**< of an interrupt, timer, tasklet: that it ends */
	INQ_RES_ACTIVE_REF, /**< of a file in sysfs that is removed: that all who use it are through
			     */
	INQ_RES_REFERENCES, /**< to an object that is to go: that they are given back */
	INQ_RES_TIMER,	    /**< a plain sleep: ends by itself */
	INQ_RES_USER,	    /**< something that user space must do (read, poll, futex, ...) */
	INQ_RES_NR,
};

/** A thing that can be held and waited for. */
struct inq_resource {
	enum inq_resource_kind kind;
	uint64_t addr;	    /**< 0: not known */
	const char *name;   /**< symbol, "Struct.member", "sym[3].lock"; NULL: none */
	const char *whose;  /**< whose copy or object it is: "CPU 1", "f (7)"; NULL: nobody's */
	const char *module; /**< that it lies in; NULL: none or the image */
	bool has_word;
	uint64_t word;	    /**< its lock word / count / owner word, as it is */
	const char *detail; /**< "locked, 2 waiters"; NULL: none */
	bool came;	    /**< of an event: its own word says that it has come */
	bool corrupt;	    /**< the word can't be the lock's own work */
	bool guess;	    /**< `kind` is only what it may be: is forgotten if nobody is found */
	double age_s;	    /**< of a grace period: seconds that it runs; 0: unknown */
	bool unheld; /**< its word says that nobody has it: of PREEMPT_RT's rwlocks and rwsems, of
		      bits and sequence counters */
	uint32_t readers; /**< of a rwsem of either kind, held for reading: how many; 0: none,
			     unknown */
	bool owner_gone;  /**< its owner word names no living task */
	bool owner_stale; /**< its owner word names a task that waits for it and is in no code that
			     took it: one that left it held, or that has the memory of one who died
			   */
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
	/** Then: a thread of that module that may signal it, but sleeps on no queue and for no
	 * time, and has slept since before the wait: only a wakeup that was lost would let it.
	 * NULL: there is none. */
	const char *idle_signaller;
	/** Of an event: why it does not come, where its own state says so ("nobody has it on a list
	 * of work to do").  NULL: not known. */
	const char *never;
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

#endif
