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
 * Who runs frame @frame of CPU @cpu's stack: the task that is on it, or an interrupt that came
 * in on top of it.
 */
struct inq_actor inq_actor_at(const struct inq_case *c, const struct inq_cpu *cpu, size_t frame);

#endif
