// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sheaves (mm/slub.c): arrays of free objects that a CPU fills and empties without its slabs.
 *
 *	kmem_cache.cpu_sheaves (per CPU)    .main, .spare, .rcu_free -> struct slab_sheaf
 *	kmem_cache.per_node[n].barn         .sheaves_full: list of slab_sheaf.barn_list
 *	slab_sheaf                          .size objects in .objects[]
 */
#include "inspect/sheaves.h"

#include "kernel/fields.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { SHEAF_SIZE, SHEAF_OBJECTS, SHEAF_LIST, CPU_SHEAVES, MAIN, SPARE, RCU_FREE, SHEAF_NR };
static const struct inq_field_def sheaf_defs[SHEAF_NR] = {
	[SHEAF_SIZE] = {"slab_sheaf", "size", INQ_REQUIRED},
	[SHEAF_OBJECTS] = {"slab_sheaf", "objects", INQ_REQUIRED},
	[SHEAF_LIST] = {"slab_sheaf", "barn_list", INQ_OPTIONAL},
	[CPU_SHEAVES] = {"kmem_cache", "cpu_sheaves", INQ_REQUIRED},
	[MAIN] = {"slub_percpu_sheaves", "main", INQ_OPTIONAL},
	[SPARE] = {"slub_percpu_sheaves", "spare", INQ_OPTIONAL},
	[RCU_FREE] = {"slub_percpu_sheaves", "rcu_free", INQ_OPTIONAL},
};

/* A node's barn is behind kmem_cache.per_node[] or, earlier, kmem_cache.node[] -> kmem_cache_node.
 */
enum { NODES, BARN, FULL, BARN_NR };
static const struct inq_field_def barn_defs[BARN_NR] = {
	[NODES] = {"kmem_cache", "per_node|node", INQ_REQUIRED},
	[BARN] = {"kmem_cache_per_node_ptrs|kmem_cache_node", "barn", INQ_REQUIRED},
	[FULL] = {"node_barn", "sheaves_full", INQ_REQUIRED},
};

enum { OBJECTS_MAX = 1024, SHEAVES_MAX = 256, NODES_MAX = 1024 };

struct sheaves {
	struct inq_inspect *in;
	struct inq_field f[SHEAF_NR];
	uint64_t object; /* that is looked for */
};

static bool sheaf_has(const struct sheaves *s, uint64_t sheaf)
{
	struct inq_kernel *k = s->in->k;
	uint64_t n, at = sheaf + s->f[SHEAF_OBJECTS].offset, object;

	if (!sheaf || !inq_field_try_u64(k, &s->f[SHEAF_SIZE], sheaf, &n) || n > OBJECTS_MAX)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		if (inq_dump_try_u64(k->dump, at + i * sizeof(object), &object) &&
		    object == s->object)
			return true;
	}
	return false;
}

static bool cpus_have(const struct sheaves *s, uint64_t cache)
{
	struct inq_kernel *k = s->in->k;
	uint64_t pcpu, sheaf;

	if (!inq_field_try_u64(k, &s->f[CPU_SHEAVES], cache, &pcpu) || !pcpu)
		return false;
	for (unsigned int cpu = 0; cpu < k->nr_cpus; cpu++) {
		uint64_t own = inq_percpu_addr(k, pcpu, cpu);

		for (int i = MAIN; own && i <= RCU_FREE; i++) {
			if (inq_field_try_u64(k, &s->f[i], own, &sheaf) && sheaf_has(s, sheaf))
				return true;
		}
	}
	return false;
}

static bool barn_has(const struct sheaves *s, uint64_t full)
{
	struct inq_list_walk w = inq_list_walk_init(s->in->k, full, SHEAVES_MAX);
	uint64_t node;

	while (inq_list_walk_next(&w, &node)) {
		if (sheaf_has(s, node - s->f[SHEAF_LIST].offset))
			return true;
	}
	return false;
}

/* @at: the node's entry in kmem_cache; *@ret: what holds its barn. */
static bool node_of(const struct sheaves *s, uint64_t at, bool inside, uint64_t *ret)
{
	*ret = at;
	return inside || (inq_dump_try_u64(s->in->k->dump, at, ret) && *ret);
}

static bool nodes_have(const struct sheaves *s, uint64_t cache)
{
	struct inq_kernel *k = s->in->k;
	struct inq_field f[BARN_NR];
	cleanup_error struct inq_error *err = inq_fields_resolve(k, barn_defs, f, BARN_NR);
	size_t step = sizeof(uint64_t);
	uint64_t nodes, node, barn;
	bool inside;

	if (err || !s->f[SHEAF_LIST].found || !inq_kernel_try_global(k, "nr_node_ids", 4, &nodes) ||
	    nodes > NODES_MAX)
		return false;
	inside = inq_struct_size(k, "kmem_cache_per_node_ptrs", &step);
	for (uint64_t n = 0; n < nodes; n++) {
		if (node_of(s, cache + f[NODES].offset + n * step, inside, &node) &&
		    inq_field_try_u64(k, &f[BARN], node, &barn) && barn &&
		    barn_has(s, barn + f[FULL].offset))
			return true;
	}
	return false;
}

bool inq_sheaves_have(struct inq_inspect *in, uint64_t cache, uint64_t object)
{
	struct sheaves s = {.in = in, .object = object};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, sheaf_defs, s.f, SHEAF_NR);

	return !err && (cpus_have(&s, cache) || nodes_have(&s, cache));
}
