/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_BLAME_H
#define INQ_ANALYZE_BLAME_H

#include "analyze/analysis.h"

/**
 * Whether @symbol of the kernel image is a helper that only notices or passes on what its
 * caller did wrong: checks that complain (skb_panic, usercopy_abort, list checks, the warning
 * machinery), what frees an object, and copy, string, list and locking helpers.
 */
bool inq_is_complainer(const char *symbol);

/**
 * Whether @symbol of the kernel image only calls what others registered with it: timers, work,
 * interrupt handlers, notifiers, RCU callbacks.  What goes wrong in there is not its doing.
 */
bool inq_is_dispatcher(const char *symbol);

/** Whether @symbol is of the slab allocator's ways to free an object. */
bool inq_is_slab_free(const char *symbol);

/**
 * The frame to blame for what frame @from of @s complained of: the nearest outwards, in the
 * same context, that is no complainer; @from itself where there is none before code
 * that only dispatches.
 */
size_t inq_blame_frame(const struct inq_stack *s, size_t from);

/**
 * Whether @symbol of the kernel image is of its library: containers, locks, strings, numbers,
 * reference counts.  It does to its argument what it is asked to; who gave it a bad one is to
 * blame.  Not what all callers share, such as timers.
 */
bool inq_is_library(const char *symbol);

/**
 * The nearest frame from @from of @s outwards, in the same context, that is none of the
 * library and no complainer: whose argument it was.  @from itself where there is none before code
 * that only dispatches.
 */
size_t inq_user_of_library(const struct inq_stack *s, size_t from);

/**
 * Who runs frame @frame of CPU @cpu's stack: the task that is on it, or an interrupt that came
 * in on top of it.
 */
struct inq_actor inq_actor_at(const struct inq_case *c, const struct inq_cpu *cpu, size_t frame);

/** Whose code it is that keeps a lock; NULL: unknown function, the image's module. */
struct inq_blamed {
	const char *function, *module;
};

/**
 * Whose code keeps what @h holds: the function that took it.  Where that is the kernel's own, which
 * only does around a callback what it does for everybody (page faults, open files, directories,
 * network configuration, devices), it is the module's code that it has called since: of the
 * innermost module on the holder's stack the outermost function.  Frames that a mere scan found,
 * and those of interrupts on top, are nobody's doing.
 */
struct inq_blamed inq_blamed_for_hold(const struct inq_analysis *a, const struct inq_hold *h);

/** Where nobody took anything: set function and module of @f, unless they are, to who came to wait
 * in @w. */
void inq_finding_blame_waiter(const struct inq_analysis *a, struct inq_finding *f,
			      const struct inq_wait *w);

/** Set the function, module and taker of @f by inq_blamed_for_hold(). */
void inq_finding_blame_hold(const struct inq_analysis *a, struct inq_finding *f,
			    const struct inq_hold *h);

/** "taken by send [demo]", "taken by dev_open around send [demo]"; "": not known.  Never NULL. */
const char *inq_say_taken(struct inq_case *c, const struct inq_finding *f);

#endif
