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

/* Documentation/arch/x86/x86_64/mm.rst: the same with four and five levels of page tables. */
static const struct {
	uint64_t start, end;
	const char *name;
} fixed_regions[] = {
	{UINT64_C(0xfffffe0000000000), UINT64_C(0xfffffe8000000000), "the CPU entry area"},
	{UINT64_C(0xffffff0000000000), UINT64_C(0xffffff8000000000), "the espfix stacks"},
	{UINT64_C(0xffffffef00000000), UINT64_C(0xfffffffe00000000), "EFI's mappings"},
	{UINT64_C(0xffffffff80000000), UINT64_C(0xffffffffc0000000), "the kernel image's area"},
	{UINT64_C(0xffffffffc0000000), UINT64_C(0xffffffffff000000), "the modules' area"},
	{UINT64_C(0xffffffffff000000), UINT64_C(0xffffffffff600000), "the fixmap"},
	{UINT64_C(0xffffffffff600000), UINT64_C(0xffffffffff601000), "the vsyscall page"},
};

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

/*
 * A page table walk: 9 bits of the address index each table of 512 entries; PS ends it early at
 * a page of 1 GiB or 2 MiB.
 *
 *	63      57      48      39      30      21      12       0
 *	| sign  | 5th   | pgd   | pud   | pmd   | pte   | offset |
 */
enum { PRESENT = 1, PAGE_SIZE_BIT = 0x80, TABLE_BITS = 9 };

bool inq_x86_64_user_address(struct inq_kernel *k, uint64_t root, uint64_t addr, uint64_t *ret)
{
	const uint64_t frame_mask = 0x000ffffffffff000;
	uint64_t direct, five = 0, entry, table = root;
	unsigned int shift;

	if (!inq_kernel_try_global(k, "page_offset_base", 8, &direct))
		return false;
	inq_dump_vmcoreinfo_num(k->dump, "NUMBER(pgtable_l5_enabled)", 10, &five);
	shift = PAGE_SHIFT + TABLE_BITS * (five ? 4 : 3);
	if (addr >> (shift + TABLE_BITS - 1)) /* the upper half is not the user's */
		return false;
	for (;; shift -= TABLE_BITS) {
		uint64_t page = (UINT64_C(1) << shift) - 1;
		bool last = shift == PAGE_SHIFT;

		if (!inq_dump_try_u64(k->dump, table + (addr >> shift & 511) * 8, &entry) ||
		    !(entry & PRESENT))
			return false;
		if (last || (entry & PAGE_SIZE_BIT && shift <= PAGE_SHIFT + 2 * TABLE_BITS)) {
			*ret = direct + (entry & frame_mask & ~page) + (addr & page);
			return true;
		}
		table = direct + (entry & frame_mask);
	}
}

const char *inq_x86_64_region_of(struct inq_kernel *k, uint64_t addr)
{
	uint64_t direct, vmalloc, map;
	size_t size;

	for (size_t i = 0; i < array_size(fixed_regions); i++) {
		if (addr >= fixed_regions[i].start && addr < fixed_regions[i].end)
			return fixed_regions[i].name;
	}
	if (!bases(k, &direct, &vmalloc, &map, &size) || addr < direct ||
	    addr >= fixed_regions[0].start)
		return NULL;
	if (addr < vmalloc)
		return "the direct map of memory";
	return addr < map ? "the vmalloc area" : "the map of struct pages (vmemmap)";
}
