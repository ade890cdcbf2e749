/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_LOCKS_H
#define INQ_CODE_LOCKS_H

#include "code/frames.h"

/** Kinds of locks that code takes by calling the kernel's primitives. */
enum inq_lock_kind {
	INQ_LOCK_NONE,
	INQ_LOCK_SPINLOCK,
	INQ_LOCK_RWLOCK_READ,
	INQ_LOCK_RWLOCK_WRITE,
	INQ_LOCK_MUTEX,
	INQ_LOCK_RWSEM_READ,
	INQ_LOCK_RWSEM_WRITE,
	INQ_LOCK_PERCPU_READ, /**< of a percpu_rw_semaphore */
	INQ_LOCK_PERCPU_WRITE,
	INQ_LOCK_RTMUTEX,
	INQ_LOCK_RT_SPINLOCK, /**< PREEMPT_RT's spinlock_t: an rt_mutex, its waiters sleep */
	INQ_LOCK_RT_READ,     /**< PREEMPT_RT's rwlock_t: an rwbase_rt */
	INQ_LOCK_RT_WRITE,
	INQ_LOCK_SEMAPHORE,
	INQ_LOCK_BIT_SPINLOCK,
	INQ_LOCK_SEQCOUNT, /**< a writer's section: from one increment to the next */
	INQ_LOCK_WORD,	   /**< an int of the code's own, taken by cmpxchg or xchg */
	INQ_LOCK_SOCK,	   /**< lock_sock(): the address is the struct sock */
	INQ_LOCK_SRCU,	   /**< a reader's section: the address is the struct srcu_struct */
	INQ_LOCK_NR,
};
const char *inq_lock_kind_name(enum inq_lock_kind kind); /**< "spinlock", "mutex", "rwsem", ... */
/** Whether several may hold it so at a time: readers. */
bool inq_lock_kind_is_shared(enum inq_lock_kind kind);

enum inq_lock_effect {
	INQ_LOCK_ACQUIRE,
	INQ_LOCK_TRY,	  /**< acquires when it returns true (non-zero) */
	INQ_LOCK_TRY_INT, /**< acquires when it returns 0 (mutex_lock_interruptible, down_killable)
			   */
	INQ_LOCK_RELEASE,
	INQ_LOCK_DOWNGRADE, /**< a held writer becomes a reader */
	INQ_LOCK_MARK,	    /**< no effect: says that the code nearby handles such a lock */
};

/** A row of the table of primitives (locks.c). */
struct inq_lock_primitive {
	const char *name; /**< symbol, without compiler suffixes */
	enum inq_lock_kind kind;
	enum inq_lock_effect effect;
	uint8_t arg; /**< which argument is the lock */
	bool spins;  /**< waiting for it is spinning; false: sleeping */
};
/** The primitive that @symbol names; NULL: none.  Covers slow paths ("__mutex_lock.constprop.0").
 */
const struct inq_lock_primitive *inq_lock_primitive(const char *symbol);
/**
 * The same for function @symbol of @module (NULL: the image); @symbol may be NULL.  The primitives
 * are the kernel's own: a module's function of such a name is another one.
 */
const struct inq_lock_primitive *inq_lock_primitive_of(const char *symbol, const char *module);
/** Whether @p (NULL: no) takes a lock, or may take it, when it is called. */
bool inq_lock_primitive_takes(const struct inq_lock_primitive *p);

/** A lock held at a frame's ip, by the code of that frame's function. */
struct inq_held_lock {
	enum inq_lock_kind kind;
	uint64_t addr;		      /**< 0: the address is not known */
	const struct inq_value *expr; /**< its address as an expression; borrowed */
	bool every_path;	     /**< held on every path from the entry to ip; false: on some */
	enum inq_certainty addr_how; /**< how sure the address is */
	uint64_t site;		     /**< address of the acquiring call */
	size_t frame;		     /**< which frame's function holds it */
	/** Of a lock that an earlier turn of a loop may have left held (addr is 0 then): the
	 * address that its name means in this turn, which it does not have; 0: not known */
	bool earlier_turn;
	uint64_t not_addr;
};

/**
 * Locks that the functions of frames [@from, @to) of @s hold where they stand, taken and
 * not released since their entry.  Appends to @ret (inq_vec of struct inq_held_lock).
 *
 * A name that a loop gives another meaning in each turn is followed to the next turn where a
 * register keeps it; else the lock becomes one of `earlier_turn`. Not held: what a call under way
 * is about to take or in the midst of releasing; what an inner frame of [@from, @to) has given up;
 * what was taken for the context switch itself; and of a task that has been switched out, spinning
 * locks that are held on some paths only.  A writer's rwsem that an inner frame has downgraded is a
 * reader's.  Small wrappers of the same module, or with "lock" in their name, are looked into,
 * three calls deep. Errors: NOMEM only; code that can't be analysed holds nothing that we know of.
 * Cost: a function is analysed once, then some microseconds per frame.
 */
struct inq_held_locks {
	struct inq_held_lock *v;
	size_t n;
	size_t max;
};
struct inq_error *inq_locks_held(struct inq_code *c, const struct inq_ustack *s, unsigned int cpu,
				 size_t from, size_t to, struct inq_held_locks *ret) inq_must_check;
void inq_held_locks_deinit(struct inq_held_locks *locks);

/** How a function leaves a lock that it doesn't leave as it was. */
struct inq_left_lock {
	enum inq_lock_kind kind;
	const struct inq_value *expr; /**< its address, as at the function's entry; borrowed */
	bool held;		      /**< on some way out it holds it */
	bool given_up;		      /**< on some way out it has released it for its caller */
	bool always;		      /**< it does one of these on every way out */
	/** What it returns says whether it is held, as a trylock's result does: it is held just
	 * where it returns zero, or just where it does not, and not where it returns an error
	 * number */
	bool told;
	uint64_t site; /**< of the call that took it or gave it up */
};
struct inq_left_locks {
	struct inq_left_lock *v;
	size_t n;
	size_t max;
};
/**
 * The locks that the function at @addr doesn't leave as they were, appended to @ret (inq_vec).
 * None of a function whose graph is not complete.  Errors: NOMEM; NOTFOUND, FAULT, EXCLUDED,
 * BADDATA where its code can't be had.
 */
struct inq_error *inq_locks_left(struct inq_code *c, uint64_t addr,
				 struct inq_left_locks *ret) inq_must_check;

/**
 * From now on look (@deep), or don't, into all small functions, whatever their names: __fdget_pos()
 * and filename_create() return with a lock held, too.  What is known of locks so far is
 * worked out anew, at ten times the cost and more: for the few stacks that need it.
 */
void inq_locks_look_deep(struct inq_code *c, bool deep);

/**
 * Locks that no function takes: a bit of a word (bit_spin_lock(), hlist_bl_lock(),
 * test_and_set_bit() in a loop), a sequence counter's write section, a word of the code's own.
 * Instructions that may take such a lock are everywhere, so they count only where one is watched.
 */
struct inq_lock_watch {
	enum inq_lock_kind kind; /**< BIT_SPINLOCK, SEQCOUNT, WORD */
	uint8_t bit;		 /**< of BIT_SPINLOCK, in its byte: 0 to 7 */
	bool set; /**< of BIT_SPINLOCK: who merely sets the bit takes it, too; false: who has seen
		     that it was clear */
};
/**
 * From now on take @w into account, too; what is known of locks so far is worked out anew.  The
 * address of a bit lock is that of the byte that the bit lies in.  No more than 4 are watched:
 * false, when there are so many already.
 */
bool inq_locks_watch(struct inq_code *c, const struct inq_lock_watch *w);

#endif
