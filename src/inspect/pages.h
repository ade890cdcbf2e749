/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_PAGES_H
#define INQ_INSPECT_PAGES_H

#include "inspect/inspect.h"

/**
 * What the page at direct-mapped address @addr is, by its struct page: "a free page", "a page of
 * a process (anonymous memory)", "a page with 2 references"; in the case's arena.  NULL: not
 * direct-mapped, or no struct page.  @ret_freed: it is certainly free (the page allocator has it).
 * A slab's pages are slab.h's.
 */
const char *inq_page_describe(struct inq_inspect *in, uint64_t addr, bool *ret_freed);

#endif
