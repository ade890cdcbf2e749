// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages by their struct page (include/linux/mm_types.h, mm/page_alloc.c):
 *
 *	_mapcount	of the first page of a free block: PAGE_BUDDY_MAPCOUNT_VALUE (VMCOREINFO
 *			has it), and page.private is the block's order; since 6.12 (4ffca5a96678)
 *			its upper byte tells
 *	mapping		bit 0 set: anonymous memory; other: the page cache's address_space
 *	_refcount	0: free, or kept by an allocator of its own
 */
#include "inspect/pages.h"

#include <inttypes.h>

#include "inspect/page_head.h"
#include "kernel/fields.h"

#include "util/banned.h"

enum { PAGE_COUNT, PAGE_MAPCOUNT, PAGE_MAPPING, PAGE_PRIVATE, PAGE_HEAD, PAGE_NR };
static const struct inq_field_def page_defs[PAGE_NR] = {
	[PAGE_COUNT] = {"page", "_refcount", INQ_REQUIRED},
	[PAGE_MAPCOUNT] = {"page", "_mapcount", INQ_REQUIRED},
	[PAGE_MAPPING] = {"page", "mapping", INQ_REQUIRED},
	[PAGE_PRIVATE] = {"page", "private", INQ_REQUIRED},
	[PAGE_HEAD] = {"page", "compound_info|compound_head", INQ_REQUIRED},
};

enum { PAGE = 4096, ORDERS = 11, TYPE_SHIFT = 24 };

struct reader {
	struct inq_inspect *in;
	struct inq_field f[PAGE_NR];
};

static bool value(const struct reader *rd, int field, uint64_t page, uint64_t *ret)
{
	return inq_dump_try_uint(rd->in->k->dump, page + rd->f[field].offset,
				 rd->f[field].size == 4 ? 4 : 8, ret);
}

/* Whether @page is the first one of a free block; *@ret_order: 2^order pages. */
static bool is_buddy(const struct reader *rd, uint64_t page, uint64_t *ret_order)
{
	uint64_t buddy, count;

	if (!inq_dump_vmcoreinfo_num(rd->in->k->dump, "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)", 10,
				     &buddy) ||
	    !value(rd, PAGE_MAPCOUNT, page, &count))
		return false;
	buddy = (uint32_t)buddy;
	if (buddy & ((1U << TYPE_SHIFT) - 1) ? count != buddy
					     : count >> TYPE_SHIFT != buddy >> TYPE_SHIFT)
		return false;
	return value(rd, PAGE_PRIVATE, page, ret_order) && *ret_order < ORDERS;
}

static bool is_free(const struct reader *rd, uint64_t addr)
{
	for (unsigned int order = 0; order < ORDERS; order++) {
		uint64_t start = addr & ~(((uint64_t)PAGE << order) - 1), has, page;

		page = rd->in->arch->page_of(rd->in->k, start);
		if (page && is_buddy(rd, page, &has) && has >= order)
			return true;
	}
	return false;
}

const char *inq_page_describe(struct inq_inspect *in, uint64_t addr, bool *ret_freed)
{
	struct reader rd = {.in = in};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, page_defs, rd.f, PAGE_NR);
	uint64_t page = in->arch->page_of(in->k, addr), count, mapping, head;

	if (err || !page || !value(&rd, PAGE_HEAD, page, &head))
		return NULL;
	if (is_free(&rd, addr)) {
		*ret_freed = true;
		return "a free page: the page allocator has it";
	}
	page = inq_page_head(page, head);
	if (!value(&rd, PAGE_COUNT, page, &count) || !value(&rd, PAGE_MAPPING, page, &mapping))
		return NULL;
	if (count && mapping & 1)
		return "a page of a process (anonymous memory)";
	if (count && mapping && in->arch->is_kernel_addr(in->k, mapping))
		return "a page of the page cache";
	return inq_arena_printf(&in->c->arena, "a page with %" PRIu64 " reference%s", count,
				count == 1 ? "" : "s");
}
