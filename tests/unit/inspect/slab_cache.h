/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_SLAB_CACHE_H
#define TESTS_INSPECT_SLAB_CACHE_H

/* A slab cache of one page: slab_cache_types() before world_ready(), the rest behind it. */

#include "world.h"

enum {
	CACHE_CPU_SLAB = 0,
	CACHE_SIZE = 8,
	CACHE_OBJECT_SIZE = 12,
	CACHE_OFFSET = 16, /* of the free pointer in an object */
	CACHE_INUSE = 20,
	CACHE_NAME = 24,
	CACHE_LIST = 32,
	CACHE_FLAGS = 48,
	CACHE_RANDOM = 56,
	SLAB_CACHE = 16,
	SLAB_FREELIST = 24,
	SLAB_OBJECTS = 32,
};

struct slab_cache {
	uint64_t addr;	/* its struct kmem_cache */
	uint64_t slab;	/* its one page's struct slab */
	uint64_t first; /* its first object */
};

/** struct page, slab and kmem_cache, with CONFIG_SLAB_FREELIST_HARDENED's member or without. */
static inline void slab_cache_types(bool hardened)
{
	struct world_member cache[] = {{"cpu_slab", "ptr", CACHE_CPU_SLAB},
				       {"size", "u32", CACHE_SIZE},
				       {"object_size", "u32", CACHE_OBJECT_SIZE},
				       {"offset", "u32", CACHE_OFFSET},
				       {"inuse", "u32", CACHE_INUSE},
				       {"name", "ptr", CACHE_NAME},
				       {"list", "list_head", CACHE_LIST},
				       {"flags", "u64", CACHE_FLAGS},
				       {hardened ? "random" : NULL, "u64", CACHE_RANDOM},
				       {0}};

	world_struct("page", STRUCT_PAGE,
		     (struct world_member[]){{"compound_head", "u64", 8}, {0}});
	world_struct("slab", STRUCT_PAGE,
		     (struct world_member[]){{"slab_cache", "ptr", SLAB_CACHE},
					     {"freelist", "ptr", SLAB_FREELIST},
					     {"objects", "u16", SLAB_OBJECTS},
					     {0}});
	world_struct("kmem_cache", 128, cache);
	world_global("slab_caches", 16);
	world_memory_map();
}

/** Cache @name of objects of @object_size bytes, @size apart, free pointer at @free_at in each. */
static inline struct slab_cache slab_cache_make(const char *name, uint32_t size,
						uint32_t object_size, uint32_t free_at)
{
	struct slab_cache c = {.first = world_page(), .addr = world_heap(128)};
	uint64_t text = world_heap(64), node = c.addr + CACHE_LIST;

	c.slab = world_page_struct(c.first);
	world_memory_map_ready();
	put32(c.addr + CACHE_SIZE, size);
	put32(c.addr + CACHE_OBJECT_SIZE, object_size);
	put32(c.addr + CACHE_OFFSET, free_at);
	put64(c.addr + CACHE_NAME, text);
	put_text(text, name);
	world_list(inq_symbol_addr(world.k, "slab_caches"), &node, 1);
	put64(c.slab + SLAB_CACHE, c.addr);
	put32(c.slab + SLAB_OBJECTS, PAGE_SIZE / size);
	return c;
}

#endif
