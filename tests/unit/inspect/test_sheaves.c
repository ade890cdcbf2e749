// SPDX-License-Identifier: GPL-2.0-or-later
/* SLUB's sheaves, and which struct page is a compound page's head. */
#include "inspect/page_head.h"
#include "inspect/sheaves.h"
#include "world.h"

enum { OBJECT = 0x1000 };
static uint64_t cache, sheaf, barn, per_cpu;

static uint64_t object(unsigned int n)
{
	return WORLD_HEAP + 0x80000 + n * (uint64_t)OBJECT;
}

/* A sheaf of objects @first and the one behind it. */
static uint64_t make_sheaf(unsigned int first)
{
	uint64_t s = world_heap(64);

	put32(s + 24, 2);
	put64(s + 32, object(first));
	put64(s + 40, object(first + 1));
	return s;
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_struct("slab_sheaf", 32,
		     (struct world_member[]){{"barn_list", "list_head", 0},
					     {"size", "u32", 24},
					     {"objects", "u64[0]", 32},
					     {0}});
	world_struct(
		"slub_percpu_sheaves", 32,
		(struct world_member[]){
			{"main", "ptr", 8}, {"spare", "ptr", 16}, {"rcu_free", "ptr", 24}, {0}});
	world_struct("kmem_cache_per_node_ptrs", 16,
		     (struct world_member[]){{"barn", "ptr", 0}, {"node", "ptr", 8}, {0}});
	world_struct("node_barn", 48,
		     (struct world_member[]){{"sheaves_full", "list_head", 8}, {0}});
	world_struct("kmem_cache", 128,
		     (struct world_member[]){{"cpu_sheaves", "ptr", 0},
					     {"per_node", "kmem_cache_per_node_ptrs[4]", 64},
					     {0}});
	world_global("nr_node_ids", 4);
	per_cpu = world_percpu("sheaves", 64);
	world_ready();
	put32(inq_symbol_addr(world.k, "nr_node_ids"), 1);
	cache = world_heap(128);
	barn = world_heap(64);
	put64(cache, per_cpu);
	put64(cache + 64, barn);
	sheaf = make_sheaf(0);
	put64(world_percpu_at(per_cpu, 2) + 8, sheaf);
	put64(world_percpu_at(per_cpu, 1) + 24, make_sheaf(2));
	sheaf = make_sheaf(4);
	world_list(barn + 8, &sheaf, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static void test_free_objects_lie_in_sheaves(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 6; i++)
		assert_true(inq_sheaves_have(world.in, cache, object(i)));
	assert_false(inq_sheaves_have(world.in, cache, object(6)));
}

static void test_damaged_sheaves_have_nothing(void **state)
{
	(void)state;
	put32(sheaf + 24, 0xffffffff);
	assert_false(inq_sheaves_have(world.in, cache, object(4)));
	put64(barn + 8, barn + 4);
	put64(cache, 0);
	assert_false(inq_sheaves_have(world.in, cache, object(0)));
}

static void test_a_tail_knows_its_head(void **state)
{
	uint64_t head = UINT64_C(0xffffea0000010200);

	(void)state;
	assert_int_equal(inq_page_head(head, 0), head);
	assert_int_equal(inq_page_head(head, 0x10000), head); /* a head's own use of the member */
	assert_int_equal(inq_page_head(head + 0xc0, head | 1), head);
	assert_int_equal(inq_page_head(head + 0xc0, UINT64_C(0xffffffffffffff01)), head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_free_objects_lie_in_sheaves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_sheaves_have_nothing, setup, teardown),
		cmocka_unit_test(test_a_tail_knows_its_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
