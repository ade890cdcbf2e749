/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_ANALYSIS_H
#define INQ_ANALYZE_ANALYSIS_H

#include "analyze/graph.h"
#include "model/case.h"

/* What the parts of the engine share while one case is analyzed. */

/** What ended the kernel's life, as it said itself: not yet the cause. */
enum inq_end {
	INQ_END_NONE,	     /**< nothing: it was dumped alive (or nobody knows) */
	INQ_END_FAULT,	     /**< an oops that was fatal */
	INQ_END_SOFT_LOCKUP, /**< softlockup_panic */
	INQ_END_HARD_LOCKUP,
	INQ_END_HUNG_TASK, /**< hung_task_panic */
	INQ_END_RCU_STALL, /**< panic_on_rcu_stall */
	INQ_END_SYSRQ,	   /**< somebody asked for a crash */
	INQ_END_NMI,	   /**< an NMI button, or one that nobody knows */
	INQ_END_OOM,
	INQ_END_MCE,
	INQ_END_CORRUPTION, /**< a check of the kernel's own data failed */
	INQ_END_WARN,	    /**< panic_on_warn */
	INQ_END_PANIC,	    /**< panic() for another reason */
};

/** What kind of answer a finding is. */
enum inq_answer {
	INQ_ANSWER_HANG,
	INQ_ANSWER_DEATH,
	INQ_ANSWER_REQUEST, /**< somebody wanted the dump */
	INQ_ANSWER_NOTICE,  /**< a detector panicked: something hung, and this doesn't say what */
};

/** A finding that the verdict may be made of. */
struct inq_candidate {
	inq_id finding;
	enum inq_answer answer;
	const struct inq_core *core; /**< of a hang; NULL: it holds nobody up through a wait */
};

struct inq_analysis {
	struct inq_case *c;
	struct inq_graph g;
	enum inq_end end;
	inq_table(struct inq_candidate) candidates;
};

/** What ended this kernel's life, by its panic message, log and the panicking CPU's stack. */
enum inq_end inq_end_of(const struct inq_case *c);

/** A panic message @s without what every panic says; NULL stays NULL. */
const char *inq_plain_panic_message(const char *s);

/** The CPU that panicked; NULL: none or unknown. */
const struct inq_cpu *inq_panic_cpu(const struct inq_case *c);

/**
 * A new finding, all unknown, of @class_ (static).  NULL: no memory.  Borrowed until the next
 * one.
 */
struct inq_finding *inq_finding_add(struct inq_analysis *a, enum inq_answer answer,
				    const char *class_, enum inq_confidence conf,
				    const struct inq_core *core);

/** The smaller of two. */
static inline enum inq_confidence inq_conf_min(enum inq_confidence a, enum inq_confidence b)
{
	return a < b ? a : b;
}

/** How sure it is that @h is held: as stated, and not more than its `how` allows. */
enum inq_confidence inq_hold_conf(const struct inq_hold *h);
/**
 * Whether @h, of an RCU grace period, is a reader's: known to be inside its section.  Others are
 * CPUs that have merely passed no quiescent state, and RCU's own thread.
 */
static inline bool inq_is_rcu_reader(const struct inq_hold *h)
{
	return h->shared || h->function;
}
/** How sure it is that @w waits; not stated is possible. */
enum inq_confidence inq_wait_conf(const struct inq_wait *w);

/**
 * How sure a hang at @core is when its links are as sure as @links: a proven cycle is one
 * however short it lasts; anything less must also have lasted too long.  NONE: no hang.
 */
enum inq_confidence inq_hang_conf(const struct inq_core *core, enum inq_confidence links);

/**
 * Walk the links of @core: for each of its own edges @fn is called with the wait or the hold
 * that it stands for (the other NULL).
 */
void inq_core_each_link(const struct inq_analysis *a, const struct inq_core *core,
			void (*fn)(void *arg, const struct inq_wait *w, const struct inq_hold *h),
			void *arg);

/**
 * The only, or best known, hold that makes the waits of @core end there; of a cycle one that is a
 * link of it, not what its victims wait for besides.  NULL: none.
 */
const struct inq_hold *inq_core_hold(const struct inq_analysis *a, const struct inq_core *core);

/** The wait by which @node, part of @core's cycle, keeps it going; NULL: none. */
const struct inq_wait *inq_core_own_wait(const struct inq_analysis *a, const struct inq_core *core,
					 inq_node node);

/** The stack of the actor at @node; NULL: none. */
const struct inq_stack *inq_node_stack(const struct inq_analysis *a, inq_node node);

/** Descriptions in the case's arena; see model/describe.h.  Never NULL. */
const char *inq_say_actor(struct inq_case *c, const struct inq_actor *actor);
const char *inq_say_resource(struct inq_case *c, inq_id resource);
const char *inq_say_place(struct inq_case *c, const char *symbol, uint64_t offset,
			  const char *module, uint64_t ip);
/** "send [demo]", or "unknown code". */
const char *inq_say_function(struct inq_case *c, const char *function, const char *module);
/** "21.1 s"; "an unknown time". */
const char *inq_say_seconds(struct inq_case *c, double s);
/** printf in the case's arena; "" where memory is short. */
const char *inq_say(struct inq_case *c, const char *fmt, ...) inq_printf(2, 3);

/**
 * Whether @r is the lock of one of the kernel's per-CPU sections (local_lock(),
 * local_bh_disable()), which PREEMPT_RT makes a spinlock of: a section begins in one function and
 * ends in another, so that nothing on its holder's stack took it is no wonder.
 */
bool inq_lock_is_section(const struct inq_resource *r);

#endif
