/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_GRAPH_H
#define INQ_ANALYZE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/case.h"
#include "util/error.h"

/*
 * Who waits for whom.  Nodes are those who execute and what they wait for:
 *
 *	[0, cpus)			each CPU, with whatever runs on it, interrupts included
 *	[cpus, cpus + tasks)		each task that is off the CPU
 *	[cpus + tasks, ... + resources)	each resource
 *
 *	waiter --wait--> resource --hold--> holder		locks
 *	waiter --wait--> target					IPIs and other direct requests
 *	runnable task ----------------> CPU that is stuck, or	it waits for its turn
 *					has a real-time task
 *
 * Going through resources keeps the number of edges linear: 5,000 waiters of a lock with
 * 5,000 readers are 10,000 edges.  A wait that ends by itself (a timer, user space) is no edge.
 *
 * A *core* is where waiting ends: a cycle, or a node that waits for nothing.  Each waiter
 * belongs to one core.
 */
typedef int32_t inq_node;

struct inq_edge {
	inq_node to;
	inq_id wait; /**< the wait that it stands for; INQ_NONE: a hold or a turn on a CPU */
	inq_id hold; /**< the hold that it stands for; INQ_NONE: a wait */
};

/** Where waiting ends. */
struct inq_core {
	bool cycle;	   /**< its nodes wait for each other */
	inq_node *nodes;   /**< nr_nodes nodes, actors and resources */
	size_t nr_nodes;   /**< */
	size_t nr_actors;  /**< of them who execute */
	inq_id *waits;	   /**< nr_waits waits that end in it directly, its own included */
	size_t nr_waits;   /**< */
	inq_node *victims; /**< nr_victims actors that wait for it, through others or not */
	size_t nr_victims; /**< */
	double longest_s;  /**< of `waits`; <0: unknown */
	bool long_wait;	   /**< one of `waits` is longer than a healthy system explains */
};

struct inq_graph {
	size_t nr_cpus, nr_tasks, nr_nodes;
	struct inq_edge *edges; /**< grouped by their origin */
	uint32_t *first;	/**< of node n: edges [first[n], first[n + 1]) */
	int32_t *core_of;	/**< core that each node ends in, -1: it waits for nothing and
				   nobody waits for it */
	bool *in_core;		/**< whether node n is one of its core's own, not a victim */
	struct inq_core *cores;
	size_t nr_cores;
};

/**
 * Build the graph of @c and find its cores.  Everything lives in @c's arena.
 * @ret is filled.  Linear in nodes, waits and holds.  Errors: NOMEM.
 */
struct inq_error *inq_graph_build(struct inq_case *c, struct inq_graph *ret) inq_must_check;

/** The node where @a executes: its CPU when it is on one, else its task; -1: unknown. */
inq_node inq_graph_node_of(const struct inq_case *c, const struct inq_graph *g,
			   const struct inq_actor *a);

static inline bool inq_node_is_cpu(const struct inq_graph *g, inq_node n)
{
	return n >= 0 && (size_t)n < g->nr_cpus;
}

static inline bool inq_node_is_actor(const struct inq_graph *g, inq_node n)
{
	return n >= 0 && (size_t)n < g->nr_cpus + g->nr_tasks;
}

/** The task of a node: the CPU's current task, or the task itself; INQ_NONE for resources. */
inq_id inq_node_task(const struct inq_case *c, const struct inq_graph *g, inq_node n);
/** The resource of a node; INQ_NONE for actors. */
inq_id inq_node_resource(const struct inq_graph *g, inq_node n);
/** An actor for the node: a CPU or a task. */
struct inq_actor inq_node_actor(const struct inq_case *c, const struct inq_graph *g, inq_node n);

/** The core whose cycle or end the node is part of (not merely waits for); NULL: none. */
struct inq_core *inq_graph_core_at(const struct inq_graph *g, inq_node n);

/** Whether node @n belongs to @core, which is one of @g's. */
static inline bool inq_core_has(const struct inq_graph *g, const struct inq_core *core, inq_node n)
{
	return inq_graph_core_at(g, n) == core;
}

#endif
