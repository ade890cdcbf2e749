/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_LOCKSET_H
#define INQ_CODE_LOCKSET_H

#include "code/locks.h"
#include "code/state.h"

/*
 * Private to the code floor: what one function does to locks.  lock_events.c lists the
 * places, lockset.c follows them over the graph, lock_summary.c sums up, locks_held.c asks for
 * frames.
 */

/* How a lock may stand at a point, compared with the function's entry: a set of these. */
enum {
	INQ_LS_UNTOUCHED = 1,
	INQ_LS_HELD = 2,
	INQ_LS_RELEASED = 4, /* the caller's, given up */
};

struct inq_lock_elt {
	const struct inq_value *expr;
	enum inq_lock_kind kind;
	unsigned char mask;
	bool downgraded; /* from writer to reader since the entry */
	/* The call that changed it last, where its result tells more, 0: none; the mask if that
	 * was zero, and if not */
	uint64_t try_site;
	unsigned char if_zero, if_nonzero;
	unsigned char if_error; /* of a summary: where an error number is returned; 0: nowhere */
	uint64_t site;		/* where it was taken or given up */
};

struct inq_lock_set {
	struct inq_lock_elt *v;
	size_t n;
	size_t max;
	/* A lock that an earlier turn of a loop took and may still hold, under a name that means
	 * another lock in this turn; NULL: none */
	const struct inq_value *lost;
	enum inq_lock_kind lost_kind;
	uint64_t lost_site; /* where it was taken */
	bool lost_moves;    /* what `lost` means by now is not that lock */
};

enum inq_lock_event_kind {
	INQ_LE_ACQUIRE,
	INQ_LE_TRY,	/* taken when the result isn't zero */
	INQ_LE_TRY_INT, /* taken when it is */
	INQ_LE_RELEASE,
	INQ_LE_STORE0, /* a zero byte is stored: the release of a lock that is known to be held */
	INQ_LE_ATOMIC, /* an atomic subtraction: likewise, of a read lock */
	INQ_LE_DOWNGRADE,
	INQ_LE_STEP,	/* a sequence counter goes on: a write section begins, or ends */
	INQ_LE_SUMMARY, /* a called function leaves the lock as `mask` says */
	/* Only until inq_lock_percpu_settle(): */
	INQ_LE_COUNT_UP,   /* this CPU's count of readers is moved, if `expr` is such a lock */
	INQ_LE_COUNT_DOWN, /* likewise */
	INQ_LE_MARK,	   /* `expr` is such a lock */
};

struct inq_lock_event {
	unsigned int insn;
	enum inq_lock_event_kind what;
	enum inq_lock_kind kind;
	unsigned char mask;
	unsigned char if_zero, if_nonzero; /* of a SUMMARY: by what it returned; 0, 0: no telling */
	const struct inq_value *expr;
};

struct inq_lock_events {
	struct inq_lock_event *v; /* by block, then instruction */
	size_t n;
	size_t max;
};

/*
 * A function's effect as a whole: what it does to its caller's locks.  if_zero and if_nonzero of
 * an element are its mask by what the function returned, where that makes a difference, else 0.
 */
struct inq_lock_summary {
	struct inq_lock_elt *v; /* without those that it leaves as they were */
	size_t n;
};

enum { INQ_LOCKSET_MAX = 64 };

/* The element of @expr; NULL: none. */
struct inq_lock_elt *inq_lockset_find(struct inq_lock_set *set, const struct inq_value *expr);
/* The same, UNTOUCHED when it is new; NULL: no room (n is INQ_LOCKSET_MAX) or no memory. */
struct inq_lock_elt *inq_lockset_get(struct inq_lock_set *set, const struct inq_value *expr,
				     enum inq_lock_kind kind);
/* @v as base + *@c; NULL: it is a constant. */
const struct inq_value *inq_lock_split(const struct inq_value *v, int64_t *c);

/* Forget what is known of @fn's locks, when it was found at another depth (inq_locks_look_deep()).
 */
void inq_lockset_refresh(struct inq_code_func *fn);
/*
 * percpu_rw_semaphores (lock_percpu.c): what may be the inlined fast path of one, by the store
 * @insn before which the state is @st; false: it is none.
 */
bool inq_lock_percpu_store(struct inq_code *c, struct inq_state *st, const struct inq_insn *insn,
			   struct inq_lock_event *ret);
/* The lock that code handles which calls a function of effect MARK with @arg; NULL: not known. */
const struct inq_value *inq_lock_percpu_mark(struct inq_code *c, struct inq_state *st,
					     const struct inq_value *arg);
/* Of the COUNT events keep those whose lock other events of the function name, as what they are. */
void inq_lock_percpu_settle(struct inq_lock_events *events);

/*
 * Locks that no function takes (lock_words.c).  Whether @insn may be of one that is watched, by its
 * form alone.
 */
bool inq_lock_word_like(const struct inq_code *c, const struct inq_insn *insn);
/* What @insn, before which the state is @st, does to such a lock, but for `insn`; false: nothing.
 */
bool inq_lock_word_event(const struct inq_code *c, struct inq_state *st,
			 const struct inq_insn *insn, struct inq_lock_event *ret);
/*
 * The branch @jcc behind @test, as a question whether an instruction has found such a lock free:
 * *@ret is then the CALL node that stands for its try, and *@ret_zero whether the branch is taken
 * where that is zero.  @st: before @test.  False: it is no such question.
 */
bool inq_lock_word_branch(struct inq_state *st, const struct inq_function *f,
			  const struct inq_insn *test, const struct inq_insn *jcc,
			  const struct inq_value **ret, bool *ret_zero);

/* must: the events of @fn.  @depth: how many calls were followed to get here. */
struct inq_error *inq_lock_events_find(struct inq_code_func *fn, unsigned int depth,
				       struct inq_lock_events *ret) inq_must_check;
/* must: the locks before instruction @insn of @fn; borrowed from it. */
struct inq_error *inq_lockset_at(struct inq_code_func *fn, unsigned int insn,
				 const struct inq_lock_set **ret) inq_must_check;
/*
 * @set goes round from the end of block @from to the head @to of a loop: a lock whose name is made
 * of what the loop makes anew is renamed where the head has a name for it, else it is lost.
 * False: no memory.
 */
bool inq_lockset_go_round(struct inq_values *vals, unsigned int from, unsigned int to,
			  struct inq_lock_set *set);
/* must: fn->summary.  An empty one while it is being made (recursion). */
struct inq_error *inq_lock_summary_get(struct inq_code_func *fn, unsigned int depth,
				       const struct inq_lock_summary **ret) inq_must_check;
/* Apply one event to @set; false: no memory. */
bool inq_lockset_apply(const struct inq_arch *arch, struct inq_lock_set *set,
		       const struct inq_lock_event *ev, uint64_t site);

#endif
