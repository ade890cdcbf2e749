/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_OBJECTS_H
#define INQ_INSPECT_OBJECTS_H

#include "code/object.h"
#include "inspect/inspect.h"

/**
 * An inq_object_fn; @arg: the struct inq_inspect.  Slab objects, and areas of vmalloc().  What was
 * asked for is more than the next smaller kmalloc() cache has, as much as a cache of one user's
 * own has, more than all of an area's pages but one.
 */
bool inq_object_find(void *arg, uint64_t addr, struct inq_object *ret);

/**
 * The least that whoever got an object of @size bytes from the cache @name asked for, as kmalloc()
 * chooses among its caches (mm/slab_common.c: 8, 16, 32, 64, 96, 128, 192, 256, then powers of
 * two); 0: it is none of kmalloc()'s.
 */
uint64_t inq_object_kmalloc_asked(const char *name, uint64_t size);

#endif
