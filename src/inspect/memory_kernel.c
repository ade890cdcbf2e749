// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel itself has of the memory, where it ran out:
 *
 *	slab_caches: each cache's slabs (kmem_cache_node.nr_slabs of its nodes, each 2^order pages)
 *	the areas of vmalloc memory, by who asked for them
 *	hstates[]: huge pages that are set aside
 *
 * Of the largest cache, where it keeps tracks (slub_debug=U): who allocated most of what is in
 * its full slabs, by looking at some thousands of objects.
 */
#include "inspect/memory_kernel.h"

#include <inttypes.h>
#include <stdlib.h>

#include "inspect/facts.h"
#include "inspect/slab_tracks.h"
#include "inspect/vmalloc.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"
#include "util/vec.h"

#include "util/banned.h"

enum {
	CACHE_LIST,
	CACHE_NAME,
	CACHE_OO,
	CACHE_SIZE,
	CACHE_RED_PAD,
	CACHE_NODE,
	CACHE_NODES,
	NODES_NODE,
	NODE_SLABS,
	NODE_FULL,
	SLAB_LIST,
	SLAB_OBJECTS,
	HUGE_ORDER,
	HUGE_NR,
	KERNEL_NR
};
static const struct inq_field_def kernel_defs[KERNEL_NR] = {
	[CACHE_LIST] = {"kmem_cache", "list", INQ_REQUIRED},
	[CACHE_NAME] = {"kmem_cache", "name", INQ_REQUIRED},
	[CACHE_OO] = {"kmem_cache", "oo.x", INQ_REQUIRED},
	[CACHE_SIZE] = {"kmem_cache", "size", INQ_REQUIRED},
	[CACHE_RED_PAD] = {"kmem_cache", "red_left_pad", INQ_OPTIONAL},
	/* in a struct for each node since 7.0 */
	[CACHE_NODE] = {"kmem_cache", "node", INQ_OPTIONAL},
	[CACHE_NODES] = {"kmem_cache", "per_node", INQ_OPTIONAL},
	[NODES_NODE] = {"kmem_cache_per_node_ptrs", "node", INQ_OPTIONAL},
	[NODE_SLABS] = {"kmem_cache_node", "nr_slabs", INQ_OPTIONAL},
	[NODE_FULL] = {"kmem_cache_node", "full", INQ_OPTIONAL},
	[SLAB_LIST] = {"slab|page", "slab_list|lru", INQ_OPTIONAL},
	[SLAB_OBJECTS] = {"slab|page", "objects", INQ_OPTIONAL},
	[HUGE_ORDER] = {"hstate", "order", INQ_OPTIONAL},
	[HUGE_NR] = {"hstate", "nr_huge_pages", INQ_OPTIONAL},
};

enum {
	PAGE = 4096,
	ORDER_SHIFT = 16, /* OO_SHIFT */
	ORDER_MAX = 10,
	CACHES_MAX = 65536,
	NODES_MAX = 64,
	SAMPLE = 4096, /* objects */
	SLABS_MAX = 4096,
	CALLERS_MAX = 256,
	SHOWN = 5,
	WORTH = 64, /* 1/64 of the memory is worth a word */
	HUGE_SIZES = 4,
};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[KERNEL_NR];
	uint64_t total;	   /* bytes */
	uint64_t nr_nodes; /* nr_node_ids: a kmem_cache has no room for more */
};

static bool value(const struct reader *rd, int field, uint64_t base, uint64_t *ret)
{
	return inq_field_try_u64(rd->in->k, &rd->f[field], base, ret);
}

/* The struct kmem_cache_node of node @nr of @cache; 0: none. */
static uint64_t node_of(const struct reader *rd, uint64_t cache, unsigned int nr)
{
	const struct inq_field *f = &rd->f[CACHE_NODE], *more = &rd->f[CACHE_NODES];
	size_t each = more->found ? inq_type_size(inq_type_target(more->type)) : 0;
	uint64_t at = 0, node;

	if (f->found && nr < f->size / sizeof(uint64_t))
		at = cache + f->offset + nr * sizeof(uint64_t);
	else if (each && rd->f[NODES_NODE].found && nr < more->size / each)
		at = cache + more->offset + nr * each + rd->f[NODES_NODE].offset;
	return at && inq_dump_try_u64(rd->in->k->dump, at, &node) ? node : 0;
}

static struct inq_memory_use *add(const struct reader *rd, const char *what, const char *name,
				  uint64_t bytes, inq_id evidence)
{
	struct inq_memory_use *u = inq_case_add(rd->in->c, &rd->in->c->memory);

	if (u)
		*u = (struct inq_memory_use){.what = what,
					     .name = name,
					     .task = INQ_NONE,
					     .track = INQ_NONE,
					     .bytes =
						     bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes,
					     .evidence = evidence};
	return u;
}

/* ---- slab caches ----------------------------------------------------------- */

struct cache {
	uint64_t addr, bytes, slabs, slabs_at;
};

/* Bytes of all slabs of @cache: an upper bound, slabs may be smaller where memory is short. */
static struct cache measure(const struct reader *rd, uint64_t cache)
{
	struct cache c = {.addr = cache};
	uint64_t oo, node, n;

	if (!value(rd, CACHE_OO, cache, &oo) || oo >> ORDER_SHIFT > ORDER_MAX)
		return c;
	for (unsigned int nr = 0; nr < rd->nr_nodes; nr++) {
		node = node_of(rd, cache, nr);
		if (!node || !value(rd, NODE_SLABS, node, &n) || n > rd->total / PAGE)
			continue;
		if (n > c.slabs)
			c.slabs_at = node + rd->f[NODE_SLABS].offset;
		c.slabs += n;
	}
	c.bytes = c.slabs * PAGE << (oo >> ORDER_SHIFT);
	return c;
}

struct caller {
	uint64_t addr, object;
	size_t n;
};

struct callers {
	struct caller v[CALLERS_MAX];
	size_t n, objects;
};

static void count_object(const struct reader *rd, uint64_t cache, uint64_t object,
			 struct callers *cs)
{
	uint64_t caller = inq_slab_track_caller(rd->in, cache, object, false);
	size_t i = 0;

	cs->objects++;
	if (!caller)
		return;
	while (i < cs->n && cs->v[i].addr != caller)
		i++;
	if (i == CALLERS_MAX)
		return;
	if (i == cs->n)
		cs->v[cs->n++] = (struct caller){.addr = caller, .object = object};
	cs->v[i].n++;
}

static void count_slab(const struct reader *rd, uint64_t cache, uint64_t slab, struct callers *cs)
{
	uint64_t base = rd->in->arch->page_address(rd->in->k, slab), n, size, pad = 0;

	value(rd, CACHE_RED_PAD, cache, &pad);
	if (!base || !value(rd, SLAB_OBJECTS, slab, &n) || !value(rd, CACHE_SIZE, cache, &size))
		return;
	for (uint64_t i = 0; i < n && cs->objects < SAMPLE; i++)
		count_object(rd, cache, base + i * size + pad, cs);
}

/* Who allocated most of the objects in @cache's full slabs; INQ_NONE: not known. */
static inq_id allocator_of(const struct reader *rd, uint64_t cache)
{
	struct callers *cs = calloc(1, sizeof(*cs));
	inq_id track = INQ_NONE;
	uint64_t node, slab;
	size_t best = 0;

	for (unsigned int nr = 0; cs && rd->f[SLAB_LIST].found && nr < rd->nr_nodes; nr++) {
		struct inq_list_walk w;

		node = node_of(rd, cache, nr);
		if (!node || !rd->f[NODE_FULL].found)
			continue;
		w = inq_list_walk_init(rd->in->k, node + rd->f[NODE_FULL].offset, SLABS_MAX);
		while (cs->objects < SAMPLE && inq_list_walk_next(&w, &slab))
			count_slab(rd, cache, slab - rd->f[SLAB_LIST].offset, cs);
	}
	for (size_t i = 1; cs && i < cs->n; i++) {
		if (cs->v[i].n > cs->v[best].n)
			best = i;
	}
	if (!cs)
		rd->in->c->arena.failed = true;
	else if (cs->n && cs->v[best].n > cs->objects / 2)
		track = inq_slab_track(rd->in, cs->v[best].object, false);
	free(cs);
	return track;
}

/* Keep the @n largest, largest first. */
static void keep(struct cache *best, size_t n, struct cache c)
{
	for (size_t i = 0; i < n; i++) {
		if (c.bytes > best[i].bytes) {
			struct cache t = best[i];

			best[i] = c;
			c = t;
		}
	}
}

static void read_caches(const struct reader *rd)
{
	uint64_t head = inq_symbol_addr(rd->in->k, "slab_caches"), node;
	struct inq_list_walk w = inq_list_walk_init(rd->in->k, head, CACHES_MAX);
	struct cache best[SHOWN] = {0};

	while (head && inq_list_walk_next(&w, &node))
		keep(best, SHOWN, measure(rd, node - rd->f[CACHE_LIST].offset));
	for (size_t i = 0; i < SHOWN && best[i].bytes > rd->total / WORTH; i++) {
		struct inq_memory_use *u;
		char name[64];
		inq_id ev, track;

		if (!inq_field_try_str(rd->in->k, &rd->f[CACHE_NAME], best[i].addr, name,
				       sizeof(name)))
			continue;
		ev = inq_fact_memory(rd->in, best[i].slabs_at, 8, best[i].slabs,
				     "slab cache %s has %" PRIu64 " slabs, %" PRIu64 " MB", name,
				     best[i].slabs, best[i].bytes >> 20);
		track = i == 0 ? allocator_of(rd, best[i].addr) : INQ_NONE;
		u = add(rd, "slab cache", inq_arena_strdup(&rd->in->c->arena, name), best[i].bytes,
			ev);
		if (u)
			u->track = track;
	}
}

/* ---- vmalloc --------------------------------------------------------------- */

struct users {
	struct {
		uint64_t caller, pages;
	} v[CALLERS_MAX];
	size_t n;
};

static bool count_area(const struct inq_vmalloc_area *area, void *arg)
{
	struct users *us = arg;
	size_t i = 0;

	if (!area->pages || !area->caller)
		return true;
	while (i < us->n && us->v[i].caller != area->caller)
		i++;
	if (i == CALLERS_MAX)
		return true;
	if (i == us->n) {
		us->n++;
		us->v[i].caller = area->caller;
	}
	us->v[i].pages += area->pages;
	return true;
}

static void read_vmalloc(const struct reader *rd)
{
	struct users *us = calloc(1, sizeof(*us));

	if (!us) {
		rd->in->c->arena.failed = true;
		return;
	}
	inq_vmalloc_each(rd->in, count_area, us);
	for (size_t i = 0; i < us->n; i++) {
		uint64_t bytes = us->v[i].pages > UINT32_MAX ? 0 : us->v[i].pages * PAGE;
		const char *name = inq_fact_symbol(rd->in, us->v[i].caller);
		inq_id ev;

		if (bytes <= rd->total / WORTH || bytes > rd->total)
			continue;
		ev = inq_fact_code(rd->in, us->v[i].caller,
				   "vmalloc memory that %s asked for: %" PRIu64 " MB", name,
				   bytes >> 20);
		add(rd, "vmalloc", name, bytes, ev);
	}
	free(us);
}

/* ---- huge pages ------------------------------------------------------------ */

static void read_huge_pages(const struct reader *rd)
{
	uint64_t at = inq_symbol_addr(rd->in->k, "hstates"), n, order, pages;
	size_t size;

	if (!at || !inq_kernel_try_global(rd->in->k, "hugetlb_max_hstate", 4, &n) ||
	    n > HUGE_SIZES || !inq_struct_size(rd->in->k, "hstate", &size))
		return;
	for (uint64_t i = 0; i < n; i++, at += size) {
		if (!value(rd, HUGE_ORDER, at, &order) || order > 30 ||
		    !value(rd, HUGE_NR, at, &pages) || !pages || pages > rd->total / PAGE >> order)
			continue;
		add(rd, "huge pages", NULL, pages * PAGE << order,
		    inq_fact_memory(rd->in, at + rd->f[HUGE_NR].offset, 8, pages,
				    "%" PRIu64 " huge pages of %" PRIu64 " KB are set aside", pages,
				    (uint64_t)(PAGE / 1024) << order));
	}
}

struct inq_error *inq_memory_of_kernel(struct inq_inspect *in, uint64_t total_bytes)
{
	struct reader rd = {.in = in, .total = total_bytes, .nr_nodes = 1};
	struct inq_error *err = inq_fields_resolve(in->k, kernel_defs, rd.f, KERNEL_NR);

	if (err && err->code == INQ_ERR_NOMEM)
		return err;
	if (err) {
		inq_gap_add(in->c, "memory", 0, "%s", err->message);
		inq_error_destroy(err);
	} else {
		if (!inq_kernel_try_global(in->k, "nr_node_ids", 4, &rd.nr_nodes) ||
		    rd.nr_nodes > NODES_MAX)
			rd.nr_nodes = 1;
		read_caches(&rd);
		read_vmalloc(&rd);
		read_huge_pages(&rd);
	}
	return NULL;
}
