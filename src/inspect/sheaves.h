/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SHEAVES_H
#define INQ_INSPECT_SHEAVES_H

#include "inspect/inspect.h"

/**
 * try: whether @object of the kmem_cache at @cache lies in one of its sheaves, SLUB's arrays of
 * free objects (since 6.18, 2d517aa09bbc): those of the CPUs (also what waits there for a grace
 * period), and the full ones of the nodes.  False also where the kernel has none, or they can't be
 * read. Cost: some pages per CPU.
 */
bool inq_sheaves_have(struct inq_inspect *in, uint64_t cache, uint64_t object);

#endif
