// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The MCS queue of a queued spinlock (kernel/locking/qspinlock.c).  Each CPU has a node for each of
 * four contexts that may spin on top of each other:
 *
 *	DEFINE_PER_CPU_ALIGNED(struct qnode, qnodes[4]);   struct qnode { struct mcs_spinlock mcs;
 *... } struct mcs_spinlock { struct mcs_spinlock *next; int locked; int count; }
 *
 * The tail in the lock's word (31-18 CPU + 1, 17-16 context) is the last in line; a node's next is
 *who waits behind it.  The one pending waiter before the queue has no node.  The same with PV
 *locks, whose nodes are larger (pv_node).
 */
#include "inspect/mcs_queue.h"

#include "kernel/fields.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { CONTEXTS = 4, CPUS_MAX = 1 << 13 };

struct nodes {
	struct inq_inspect *in;
	uint64_t var;	    /* qnodes, a per-CPU variable's value */
	size_t size;	    /* of one node, bytes */
	size_t next, count; /* offsets in it */
};

static bool find_nodes(struct inq_inspect *in, struct nodes *ret)
{
	struct inq_symbol sym;

	if (!inq_symbol_by_name(in->k, "qnodes", &sym) ||
	    !inq_struct_offset(in->k, "mcs_spinlock", "next", &ret->next) ||
	    !inq_struct_offset(in->k, "mcs_spinlock", "count", &ret->count) ||
	    !inq_struct_size(in->k, "qnode", &ret->size))
		return false;
	ret->in = in;
	ret->var = sym.addr;
	return ret->size > 0;
}

static uint64_t node_at(const struct nodes *n, unsigned int cpu, unsigned int context)
{
	uint64_t base = inq_percpu_addr(n->in->k, n->var, cpu);

	return base ? base + context * n->size : 0;
}

/* How many of its nodes @cpu uses: the first one counts. What is left over in others links nowhere.
 */
static unsigned int used(const struct nodes *n, unsigned int cpu)
{
	uint64_t first = node_at(n, cpu, 0), count;

	if (!first || !inq_dump_try_uint(n->in->k->dump, first + n->count, 4, &count))
		return 0;
	return count < CONTEXTS ? (unsigned int)count : CONTEXTS;
}

/* Who stands before @node: the CPU whose node links to it; -1: nobody does. */
static int32_t before(const struct nodes *n, uint64_t node, uint64_t *ret)
{
	for (unsigned int cpu = 0; cpu < n->in->k->nr_cpus; cpu++) {
		unsigned int in_use = used(n, cpu);

		for (unsigned int i = 0; i < in_use; i++) {
			uint64_t at = node_at(n, cpu, i), next;

			if (!at || !inq_dump_try_u64(n->in->k->dump, at + n->next, &next) ||
			    next != node)
				continue;
			*ret = at;
			return (int32_t)cpu;
		}
	}
	return -1;
}

static bool has(const int32_t *cpus, size_t n, int32_t cpu)
{
	for (size_t i = 0; i < n; i++) {
		if (cpus[i] == cpu)
			return true;
	}
	return false;
}

size_t inq_mcs_queue(struct inq_inspect *in, uint32_t word, int32_t *cpus, size_t max)
{
	unsigned int tail = word >> 18, context = word >> 16 & 3;
	struct nodes nodes;
	int32_t cpu = (int32_t)tail - 1;
	uint64_t node;
	size_t n = 0;

	if (!tail || tail > in->k->nr_cpus || tail > CPUS_MAX || !find_nodes(in, &nodes))
		return 0;
	node = node_at(&nodes, tail - 1, context);
	/* from the last to the first; a CPU can be in one queue once only */
	while (node && cpu >= 0 && n < max && !has(cpus, n, cpu)) {
		cpus[n++] = cpu;
		cpu = before(&nodes, node, &node);
	}
	for (size_t i = 0; i < n / 2; i++) {
		int32_t other = cpus[i];

		cpus[i] = cpus[n - 1 - i];
		cpus[n - 1 - i] = other;
	}
	return n;
}
