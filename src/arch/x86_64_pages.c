// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The direct map and its struct pages on x86-64: physical memory is mapped at page_offset_base, the
 * struct page of frame n is vmemmap_base[n].  Both move with KASLR (CONFIG_RANDOMIZE_MEMORY) and
 * are variables since 4.15 (b83ce5ee9147); vmalloc_base ends the direct map.
 */
#include "arch/x86_64.h"

#include "kernel/fields.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { PAGE_SHIFT = 12 };

static bool bases(struct inq_kernel *k, uint64_t *ret_direct, uint64_t *ret_end, uint64_t *ret_map,
		  size_t *ret_size)
{
	return inq_kernel_try_global(k, "page_offset_base", 8, ret_direct) &&
	       inq_kernel_try_global(k, "vmalloc_base", 8, ret_end) &&
	       inq_kernel_try_global(k, "vmemmap_base", 8, ret_map) &&
	       inq_struct_size(k, "page", ret_size) && *ret_size > 0;
}

uint64_t inq_x86_64_page_of(struct inq_kernel *k, uint64_t addr)
{
	uint64_t direct, end, map;
	size_t size;

	if (!bases(k, &direct, &end, &map, &size) || addr < direct || addr >= end)
		return 0;
	return map + ((addr - direct) >> PAGE_SHIFT) * size;
}

uint64_t inq_x86_64_page_address(struct inq_kernel *k, uint64_t page)
{
	uint64_t direct, end, map;
	size_t size;

	if (!bases(k, &direct, &end, &map, &size) || page < map)
		return 0;
	return direct + ((page - map) / size << PAGE_SHIFT);
}
