/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_MEMORY_KERNEL_H
#define INQ_INSPECT_MEMORY_KERNEL_H

#include "inspect/inspect.h"

/**
 * Add what the kernel itself has of @total_bytes of memory to the case: the largest slab caches
 * (with the one who allocated most of the largest, where that is kept), vmalloc memory by who
 * asked for it, huge pages.  Errors: NOMEM only.
 */
struct inq_error *inq_memory_of_kernel(struct inq_inspect *in, uint64_t total_bytes) inq_must_check;

#endif
