// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel itself has of the memory: slab caches, vmalloc memory, huge pages. */
#include "inspect/memory_kernel.h"
#include "world.h"

#define TOTAL (UINT64_C(64) << 20)
enum { CACHE = 128, NODE_AT = 64 };
static uint64_t cache, node, hstates;

static int setup(void **state)
{
	uint64_t name, link;

	(void)state;
	world_begin();
	world_task_types();
	world_struct("kmem_cache_order_objects", 4, (struct world_member[]){{"x", "u32", 0}, {0}});
	world_struct("kmem_cache", CACHE,
		     (struct world_member[]){{"size", "u32", 8},
					     {"oo", "kmem_cache_order_objects", 12},
					     {"name", "ptr", 24},
					     {"list", "list_head", 32},
					     {"node", "u64[4]", NODE_AT},
					     {0}});
	world_struct("kmem_cache_node", 32, (struct world_member[]){{"nr_slabs", "u64", 0}, {0}});
	world_struct(
		"hstate", 32,
		(struct world_member[]){{"order", "u32", 0}, {"nr_huge_pages", "u64", 8}, {0}});
	world_global("slab_caches", 16);
	world_global("nr_node_ids", 8);
	hstates = world_global("hstates", 64);
	world_global("hugetlb_max_hstate", 8);
	world_ready();
	cache = world_heap(CACHE);
	node = world_heap(64);
	name = world_heap(64);
	link = cache + 32;
	put_text(name, "demo_frame");
	put32(cache + 12, 3 << 16 | 8); /* 8 objects in 2^3 pages */
	put64(cache + 24, name);
	put64(cache + NODE_AT, node);
	put64(cache + NODE_AT + 8, node); /* no node: what lies behind it */
	put64(node, 512);
	put64(inq_symbol_addr(world.k, "nr_node_ids"), 1);
	world_list(inq_symbol_addr(world.k, "slab_caches"), &link, 1);
	put64(inq_symbol_addr(world.k, "hugetlb_max_hstate"), 1);
	put32(hstates, 9);
	put64(hstates + 8, 4);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_memory_use *use(const char *what)
{
	for (size_t i = 0; i < world.in->c->memory.n; i++) {
		if (strcmp(world.in->c->memory.v[i].what, what) == 0)
			return &world.in->c->memory.v[i];
	}
	return NULL;
}

static void test_a_large_cache_and_huge_pages(void **state)
{
	(void)state;
	assert_null(inq_memory_of_kernel(world.in, TOTAL));
	assert_non_null(use("slab cache"));
	assert_string_equal(use("slab cache")->name, "demo_frame");
	assert_int_equal(use("slab cache")->bytes, 512 * 8 * 4096);
	assert_int_equal(use("slab cache")->track, INQ_NONE);
	assert_int_equal(use("huge pages")->bytes, 4 << 21);
	assert_null(use("vmalloc"));
}

static void test_absurd_numbers_are_left_out(void **state)
{
	(void)state;
	put64(node, UINT64_C(1) << 60);
	put64(hstates + 8, UINT64_C(1) << 60);
	assert_null(inq_memory_of_kernel(world.in, TOTAL));
	assert_null(use("slab cache"));
	assert_null(use("huge pages"));
	put64(inq_symbol_addr(world.k, "slab_caches"), 0x4141414141414141);
	assert_null(inq_memory_of_kernel(world.in, TOTAL));
	assert_null(use("slab cache"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_a_large_cache_and_huge_pages),
		T(test_absurd_numbers_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
