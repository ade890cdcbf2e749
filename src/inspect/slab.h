/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SLAB_H
#define INQ_INSPECT_SLAB_H

#include "inspect/inspect.h"

/** Whether a slab object is in use. */
enum inq_slab_use {
	INQ_SLAB_UNKNOWN, /**< its freelists can't be followed */
	INQ_SLAB_IN_USE,
	INQ_SLAB_FREE,
};

/** The slab object that an address lies in. */
struct inq_slab_object {
	const char *cache;   /**< "kmalloc-64"; in the case's arena */
	uint64_t cache_addr; /**< of its kmem_cache */
	uint64_t addr;	     /**< of the object */
	uint64_t offset;     /**< of the address in it */
	uint32_t size;	     /**< kmem_cache.object_size, bytes */
	uint32_t users;	     /**< who made it, and who was given it instead of one of their own
				(kmem_cache.refcount); 0: not known */
	enum inq_slab_use use;
};

/**
 * try: the slab object at @addr (SLUB).  False: @addr is not in the direct map, or its page is
 * no slab's.  Certain where it says so: the page's cache is one of slab_caches.  @use follows
 * the slab's own freelist, those of the CPUs, and sheaves.
 * Cost: walks slab_caches (some 150) and one slab's freelists.
 */
bool inq_slab_find(struct inq_inspect *in, uint64_t addr, struct inq_slab_object *ret);

/** "freed object of kmalloc-64, 0x18 bytes in", in the case's arena; NULL: no slab object. */
const char *inq_slab_describe(struct inq_inspect *in, uint64_t addr);

#endif
