/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_PAGE_HEAD_H
#define INQ_INSPECT_PAGE_HEAD_H

#include <stdint.h>

/* Bytes of struct pages that one compound page can have: 1 GiB of 4 KiB pages, 64 bytes each. */
#define INQ_PAGE_HEAD_MAX (UINT64_C(1) << 24)

/**
 * The struct page that heads the compound page of @page, itself included; @info: @page's member
 * compound_head, or compound_info since it has that name.  Bit 0 says that it is a tail; the rest
 * is the head's address, or (with CONFIG_HUGETLB_PAGE_OPTIMIZE_VMEMMAP, 7.0) a mask that makes it
 * of the tail's own.  A mask is above all addresses of struct pages, so the two can be told.
 */
static inline uint64_t inq_page_head(uint64_t page, uint64_t info)
{
	uint64_t head = info & ~UINT64_C(1);

	if (!(info & 1))
		return page;
	return head <= page && page - head < INQ_PAGE_HEAD_MAX ? head : page & head;
}

#endif
