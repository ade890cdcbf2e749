/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_EDGES_H
#define INQ_INSPECT_EDGES_H

#include "inspect/inspect.h"

/* Waits and holds, made alike wherever they are found. */

/**
 * A wait of @waiter for @resource from now on: asleep, since unknown, no target, certain, no
 * frame; the caller sets what it knows better.  NULL: no memory.  Borrowed until the next one.
 */
struct inq_wait *inq_edge_wait(struct inq_inspect *in, struct inq_actor waiter, inq_id resource);

/**
 * The same of task @task, which sleeps in frame @frame of its stack (INQ_NONE: not seen in which),
 * since the scheduler took it off its CPU.
 */
struct inq_wait *inq_edge_sleep(struct inq_inspect *in, inq_id task, inq_id resource, inq_id frame);

/**
 * The same of @cpu, or of an interrupt on it, which spins in frame @frame of its stack, at the
 * longest since what of its own still runs there last ran (inq_fact_cpu_wait()).
 */
struct inq_wait *inq_edge_spin(struct inq_inspect *in, const struct inq_cpu *cpu, inq_id resource,
			       size_t frame);
/** Whether such a wait of CPU @cpu is known. */
bool inq_edge_spins(const struct inq_case *c, int32_t cpu);

/**
 * @holder must act before @resource comes, by a field of the kernel's (@evidence).  Certain, no
 * function known.  The same again is that hold.  NULL: no memory.  Borrowed until the next one.
 */
struct inq_hold *inq_edge_hold(struct inq_inspect *in, inq_id resource, struct inq_actor holder,
			       inq_id evidence);

/** The actor that task @task is: on its CPU where it has one. */
struct inq_actor inq_edge_task(const struct inq_inspect *in, inq_id task);
/** The actor that CPU @cpu is, whatever runs there. */
struct inq_actor inq_edge_cpu(const struct inq_inspect *in, int32_t cpu);

/** Name and module of the function at @func, in the case's arena; untouched where unknown. */
void inq_edge_function(struct inq_inspect *in, uint64_t func, const char **ret_name,
		       const char **ret_module);

#endif
