/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_VMALLOC_H
#define INQ_INSPECT_VMALLOC_H

#include "inspect/inspect.h"

/** An area of the kernel's own mappings: vmalloc(), vmap(), ioremap(), module memory, stacks. */
struct inq_vmalloc_area {
	uint64_t start, end; /**< [start, end), its guard page included */
	uint64_t size;	     /**< bytes that may be used; 0: not known (freed) */
	uint64_t flags;	     /**< vm_struct.flags; 0: not known */
	uint64_t caller;     /**< who asked for it; 0: not known */
	uint64_t pages;	     /**< pages of memory that it has; 0: none, or not known */
	uint64_t phys;	     /**< of ioremap(): what it maps; 0: memory */
	bool freed;	     /**< given back, and its addresses not yet given away again */
};

/**
 * try: the area that @addr lies in.  False: none, or the lists of areas can't be read.
 * Cost: walks them, some 100 ns for each area.
 */
bool inq_vmalloc_find(struct inq_inspect *in, uint64_t addr, struct inq_vmalloc_area *ret);

/**
 * "the guard page behind 0x8000 bytes of vmalloc memory that wave_init+0x1c [wave] asked for",
 * in the case's arena; NULL: in no area.  @ret_freed: it lies in memory that was given back.
 */
const char *inq_vmalloc_describe(struct inq_inspect *in, uint64_t addr, bool *ret_freed);

/** Call @fn for each area in use until it returns false.  False: not all could be read. */
bool inq_vmalloc_each(struct inq_inspect *in,
		      bool (*fn)(const struct inq_vmalloc_area *area, void *arg), void *arg);

#endif
