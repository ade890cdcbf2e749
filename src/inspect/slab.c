// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slab objects (SLUB, mm/slub.c).
 *
 *	address -> struct page -> compound head = struct slab (struct page before 5.17,
 *d122019bf061) slab.slab_cache   its kmem_cache slab.freelist     free objects, but for those that
 *a CPU has taken over: kmem_cache.cpu_slab (per CPU): .slab and .freelist
 *
 * Objects lie at page_address + n * kmem_cache.size, red_left_pad further in with red zones.  A
 * free object holds the next one's address at kmem_cache.offset, with
 * CONFIG_SLAB_FREELIST_HARDENED as next ^ kmem_cache.random ^ byteswap(where it is stored)
 * (since 5.7, 1ad53d9fa3f6).  Kernels with sheaves (sheaves.c) keep most free objects there.
 */
#include "inspect/slab.h"

#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/page_head.h"
#include "inspect/sheaves.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	PAGE_HEAD,
	SLAB_CACHE,
	SLAB_FREELIST,
	SLAB_OBJECTS,
	CACHE_LIST,
	CACHE_NAME,
	CACHE_SIZE,
	CACHE_OBJECT_SIZE,
	CACHE_OFFSET,
	CACHE_RANDOM,
	CACHE_RED_PAD,
	CACHE_CPU_SLAB,
	CACHE_USERS,
	CPU_FREELIST,
	CPU_SLAB,
	SLAB_NR
};
static const struct inq_field_def slab_defs[SLAB_NR] = {
	[PAGE_HEAD] = {"page", "compound_info|compound_head", INQ_REQUIRED},
	[SLAB_CACHE] = {"slab|page", "slab_cache", INQ_REQUIRED},
	[SLAB_FREELIST] = {"slab|page", "freelist", INQ_REQUIRED},
	[SLAB_OBJECTS] = {"slab|page", "objects", INQ_REQUIRED},
	[CACHE_LIST] = {"kmem_cache", "list", INQ_REQUIRED},
	[CACHE_NAME] = {"kmem_cache", "name", INQ_REQUIRED},
	[CACHE_SIZE] = {"kmem_cache", "size", INQ_REQUIRED},
	[CACHE_OBJECT_SIZE] = {"kmem_cache", "object_size", INQ_REQUIRED},
	[CACHE_OFFSET] = {"kmem_cache", "offset", INQ_REQUIRED},
	[CACHE_RANDOM] = {"kmem_cache", "random", INQ_OPTIONAL},
	[CACHE_RED_PAD] = {"kmem_cache", "red_left_pad", INQ_OPTIONAL},
	[CACHE_CPU_SLAB] = {"kmem_cache", "cpu_slab", INQ_OPTIONAL},
	[CACHE_USERS] = {"kmem_cache", "refcount", INQ_OPTIONAL},
	[CPU_FREELIST] = {"kmem_cache_cpu", "freelist", INQ_OPTIONAL},
	[CPU_SLAB] = {"kmem_cache_cpu", "slab|page", INQ_OPTIONAL},
};

enum { CACHES_MAX = 65536, OBJECTS_MAX = 32768 };

struct slab_reader {
	struct inq_inspect *in;
	struct inq_field f[SLAB_NR];
	uint64_t slab, cache, base; /* struct slab, its kmem_cache, its first byte */
	uint64_t size, objects, offset, random, pad;
};

static bool value(const struct slab_reader *rd, int field, uint64_t base, uint64_t *ret)
{
	return inq_field_try_u64(rd->in->k, &rd->f[field], base, ret);
}

/* A stale page may still point to where a cache was: only a listed one counts. */
static bool cache_is_listed(const struct slab_reader *rd)
{
	uint64_t head = inq_symbol_addr(rd->in->k, "slab_caches"), node;
	struct inq_list_walk w = inq_list_walk_init(rd->in->k, head, CACHES_MAX);

	while (head && inq_list_walk_next(&w, &node)) {
		if (node - rd->f[CACHE_LIST].offset == rd->cache)
			return true;
	}
	return false;
}

static bool find_slab(struct slab_reader *rd, uint64_t addr)
{
	uint64_t page = rd->in->arch->page_of(rd->in->k, addr), head;

	if (!page || !value(rd, PAGE_HEAD, page, &head))
		return false;
	rd->slab = inq_page_head(page, head);
	rd->base = rd->in->arch->page_address(rd->in->k, rd->slab);
	if (!rd->base || rd->base > addr || !value(rd, SLAB_CACHE, rd->slab, &rd->cache) ||
	    !rd->cache || !cache_is_listed(rd))
		return false;
	value(rd, CACHE_RANDOM, rd->cache, &rd->random);
	value(rd, CACHE_RED_PAD, rd->cache, &rd->pad);
	return value(rd, SLAB_OBJECTS, rd->slab, &rd->objects) &&
	       value(rd, CACHE_SIZE, rd->cache, &rd->size) && rd->size > 0 &&
	       value(rd, CACHE_OFFSET, rd->cache, &rd->offset) &&
	       (addr - rd->base) / rd->size < rd->objects;
}

static uint64_t next_free(const struct slab_reader *rd, uint64_t object)
{
	uint64_t at = object + rd->offset, stored;

	if (!inq_dump_try_u64(rd->in->k->dump, at, &stored))
		return 0;
	if (rd->f[CACHE_RANDOM].found)
		stored ^= rd->random ^ __builtin_bswap64(at);
	return stored;
}

/* Whether @object is on the freelist that starts with @first.  @ret_broken: it left the slab. */
static bool on_freelist(const struct slab_reader *rd, uint64_t first, uint64_t object,
			bool *ret_broken)
{
	uint64_t end = rd->base + rd->size * rd->objects;

	for (uint64_t at = first, n = 0; at; at = next_free(rd, at), n++) {
		if (at < rd->base || at >= end || n > rd->objects || n > OBJECTS_MAX) {
			*ret_broken = true;
			return false;
		}
		if (at == object)
			return true;
	}
	return false;
}

static bool on_cpu_freelist(const struct slab_reader *rd, uint64_t object, bool *ret_broken)
{
	uint64_t pcpu, slab, first;

	if (!value(rd, CACHE_CPU_SLAB, rd->cache, &pcpu))
		return false;
	for (unsigned int cpu = 0; cpu < rd->in->k->nr_cpus; cpu++) {
		uint64_t cs = inq_percpu_addr(rd->in->k, pcpu, cpu);

		if (cs && value(rd, CPU_SLAB, cs, &slab) && slab == rd->slab &&
		    value(rd, CPU_FREELIST, cs, &first) &&
		    on_freelist(rd, first, object, ret_broken))
			return true;
	}
	return false;
}

static enum inq_slab_use use_of(const struct slab_reader *rd, uint64_t object)
{
	bool broken = false;
	uint64_t first;

	if (!value(rd, SLAB_FREELIST, rd->slab, &first))
		return INQ_SLAB_UNKNOWN;
	if (on_freelist(rd, first, object, &broken) || on_cpu_freelist(rd, object, &broken) ||
	    inq_sheaves_have(rd->in, rd->cache, object))
		return INQ_SLAB_FREE;
	return broken ? INQ_SLAB_UNKNOWN : INQ_SLAB_IN_USE;
}

bool inq_slab_find(struct inq_inspect *in, uint64_t addr, struct inq_slab_object *ret)
{
	struct slab_reader rd = {.in = in};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, slab_defs, rd.f, SLAB_NR);
	uint64_t size, start, users = 0;
	char name[64];

	if (err || !find_slab(&rd, addr) || !value(&rd, CACHE_OBJECT_SIZE, rd.cache, &size) ||
	    !inq_field_try_str(in->k, &rd.f[CACHE_NAME], rd.cache, name, sizeof(name)))
		return false;
	value(&rd, CACHE_USERS, rd.cache, &users);
	start = rd.base + (addr - rd.base) / rd.size * rd.size + rd.pad;
	*ret = (struct inq_slab_object){
		.cache = inq_arena_strdup(&in->c->arena, name),
		.cache_addr = rd.cache,
		.addr = start,
		.offset = addr - start,
		.size = (uint32_t)size,
		.users = (uint32_t)users,
		.use = use_of(&rd, start),
	};
	return ret->cache != NULL;
}

const char *inq_slab_describe(struct inq_inspect *in, uint64_t addr)
{
	static const char *const words[] = {
		[INQ_SLAB_UNKNOWN] = "object",
		[INQ_SLAB_IN_USE] = "object in use",
		[INQ_SLAB_FREE] = "freed object",
	};
	struct inq_slab_object o;

	if (!inq_slab_find(in, addr, &o))
		return NULL;
	return inq_arena_printf(&in->c->arena, "%s of %s, 0x%" PRIx64 " bytes in", words[o.use],
				o.cache, o.offset);
}
