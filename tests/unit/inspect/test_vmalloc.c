// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's own mappings: in use, their guard pages, given back; pages by their struct page. */
#include "inspect/address.h"
#include "inspect/pages.h"
#include "inspect/vmalloc.h"
#include "world.h"

#define AREA UINT64_C(0xffffc90000100000)
enum { PAGE = PAGE_SIZE, IOREMAP = 1, NO_GUARD = 0x40, ALLOC = 2 };
enum { BUDDY = 0xffffff7f };
static uint64_t area, vm, busy, lazy, first_page;
static bool in_nodes;

static void make_world(void)
{
	world_begin();
	world_task_types();
	world_struct("rb_list", 32, (struct world_member[]){{"head", "list_head", 8}, {0}});
	world_struct("vmap_node", 128,
		     (struct world_member[]){{"busy", "rb_list", 0}, {"lazy", "rb_list", 32}, {0}});
	world_struct("vmap_area", 64,
		     (struct world_member[]){{"va_start", "u64", 0},
					     {"va_end", "u64", 8},
					     {"list", "list_head", 16},
					     {"vm", "ptr", 32},
					     {0}});
	world_struct("vm_struct", 64,
		     (struct world_member[]){{"size", "u64", 0},
					     {"flags", "u64", 8},
					     {"caller", "ptr", 16},
					     {"nr_pages", "u32", 24},
					     {"phys_addr", "u64", 32},
					     {0}});
	world_struct("page", STRUCT_PAGE,
		     (struct world_member[]){{"compound_head", "u64", 8},
					     {"mapping", "ptr", 24},
					     {"private", "u64", 40},
					     {"_mapcount", "s32", 48},
					     {"_refcount", "s32", 52},
					     {0}});
	world_memory_map();
	if (in_nodes) {
		world_global("vmap_nodes", 8);
		world_global("nr_vmap_nodes", 8);
	} else {
		busy = world_global("vmap_area_list", 16);
		lazy = world_global("purge_vmap_area_list", 16);
	}
	world_symbol("wave_open", WORLD_TEXT + 0x100, 0x100);
	world_ready();
	world_memory_map_ready();
	area = world_heap(64);
	vm = world_heap(64);
	if (in_nodes) {
		uint64_t nodes = world_heap(2 * 128);

		put64(inq_symbol_addr(world.k, "vmap_nodes"), nodes);
		put64(inq_symbol_addr(world.k, "nr_vmap_nodes"), 2);
		busy = nodes + 128 + 8;
		lazy = nodes + 128 + 32 + 8;
		world_list(nodes + 8, NULL, 0);
		world_list(nodes + 32 + 8, NULL, 0);
	}
	put64(area, AREA);
	put64(area + 8, AREA + 3 * PAGE);
	put64(area + 32, vm);
	put64(vm, 3 * PAGE);
	put64(vm + 8, ALLOC);
	put64(vm + 16, WORLD_TEXT + 0x120);
	first_page = world_page();
}

static void link_area(uint64_t head)
{
	uint64_t node = area + 16;

	world_list(busy, NULL, 0);
	world_list(lazy, NULL, 0);
	world_list(head, &node, 1);
}

static int setup(void **state)
{
	(void)state;
	in_nodes = false;
	make_world();
	return 0;
}

static int setup_nodes(void **state)
{
	(void)state;
	in_nodes = true;
	make_world();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static void expect(uint64_t addr, const char *words, bool freed)
{
	struct inq_address a = inq_address_describe(world.in, addr);

	if (!strstr(a.text, words))
		fail_msg("%llx: %s, not %s", (unsigned long long)addr, a.text, words);
	assert_int_equal(a.freed, freed);
}

static void test_memory_in_use_and_its_guard_page(void **state)
{
	struct inq_vmalloc_area a;

	(void)state;
	link_area(busy);
	assert_true(inq_vmalloc_find(world.in, AREA + 0x20, &a));
	assert_int_equal(a.start, AREA);
	assert_int_equal(a.size, 2 * PAGE);
	assert_false(a.freed);
	expect(AREA + 0x20, "0x20 bytes into 0x2000 of vmalloc memory that wave_open+0x20", false);
	expect(AREA + 2 * PAGE + 8, "the guard page behind 0x2000 bytes of vmalloc memory", false);
	expect(AREA + 2 * PAGE + 8, "0x8 bytes past their end", false);
	assert_false(inq_vmalloc_find(world.in, AREA + 3 * PAGE, &a));
	expect(AREA + 3 * PAGE, "in the vmalloc area, but not mapped", false);
	put64(vm + 8, IOREMAP | NO_GUARD);
	expect(AREA + 2 * PAGE, "device memory", false);
}

static void test_what_was_given_back(void **state)
{
	(void)state;
	link_area(lazy);
	expect(AREA + 0x20, "was given back", true);
}

static void test_lists_that_can_not_be_followed(void **state)
{
	struct inq_vmalloc_area a;

	(void)state;
	link_area(busy);
	put64(busy, 0x4141414141414141);
	assert_false(inq_vmalloc_find(world.in, AREA, &a));
	link_area(busy);
	put64(area + 8, AREA); /* ends where it starts */
	assert_false(inq_vmalloc_find(world.in, AREA, &a));
}

static uint64_t struct_page(unsigned int n)
{
	return WORLD_VMEMMAP + ((first_page - WORLD_HEAP) / PAGE + n) * STRUCT_PAGE;
}

static void test_pages(void **state)
{
	bool freed = false;

	(void)state;
	put32(struct_page(0) + 52, 2);
	assert_non_null(strstr(inq_page_describe(world.in, first_page, &freed), "2 references"));
	put64(struct_page(0) + 24, WORLD_HEAP + 1);
	assert_non_null(strstr(inq_page_describe(world.in, first_page, &freed), "anonymous"));
	put64(struct_page(0) + 24, WORLD_HEAP);
	assert_non_null(strstr(inq_page_describe(world.in, first_page, &freed), "page cache"));
	put32(struct_page(0) + 48, BUDDY); /* VMCOREINFO does not say what that is */
	assert_non_null(inq_page_describe(world.in, first_page, &freed));
	assert_false(freed);
	assert_null(inq_page_describe(world.in, WORLD_TEXT, &freed));
	fake_info(&world.dump, "\nNUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-129\n");
	assert_non_null(strstr(inq_page_describe(world.in, first_page, &freed), "free page"));
	assert_true(freed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name)	    cmocka_unit_test_setup_teardown(name, setup, teardown)
#define NODES(name) cmocka_unit_test_setup_teardown(name, setup_nodes, teardown)
		T(test_memory_in_use_and_its_guard_page),     T(test_what_was_given_back),
		T(test_lists_that_can_not_be_followed),	      T(test_pages),
		NODES(test_memory_in_use_and_its_guard_page), NODES(test_what_was_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
