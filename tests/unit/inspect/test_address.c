// SPDX-License-Identifier: GPL-2.0-or-later
/* What an address is: poison, slab objects in use or freed, stacks, names of members. */
#include "inspect/address.h"
#include "inspect/names.h"
#include "inspect/objects.h"
#include "inspect/slab.h"
#include "slab_cache.h"

#define RANDOM UINT64_C(0x1234567890abcdef)
enum { OBJECT = 64, FREE_AT = 32 };
static struct slab_cache slab;
static uint64_t table, cpu_slab, unit_size;
static bool hardened;

static uint64_t object(unsigned int n)
{
	return slab.first + n * OBJECT;
}

/* Objects @from .. @to - 1 as a freelist, each pointing to the next; its first. */
static uint64_t freelist(unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++) {
		uint64_t at = object(i) + FREE_AT, next = i + 1 < to ? object(i + 1) : 0;

		put64(at, hardened ? next ^ RANDOM ^ __builtin_bswap64(at) : next);
	}
	return object(from);
}

static void make_world(void)
{
	world_begin();
	world_task_types();
	slab_cache_types(hardened);
	world_struct("kmem_cache_cpu", 32,
		     (struct world_member[]){{"freelist", "ptr", 0}, {"slab", "ptr", 16}, {0}});
	world_struct("raw_spinlock", 4, (struct world_member[]){{"raw_lock", "atomic", 0}, {0}});
	world_struct("spinlock", 4, (struct world_member[]){{"rlock", "raw_spinlock", 0}, {0}});
	world_struct("channel", 24,
		     (struct world_member[]){
			     {"id", "u64", 0}, {"lock", "spinlock", 8}, {"owner", "ptr", 16}, {0}});
	world_struct("card", 104,
		     (struct world_member[]){{"name", "u64", 0}, {"chan", "channel[4]", 8}, {0}});
	unit_size = world_global("pcpu_unit_size", 8);
	world_symbol("__per_cpu_end", 0x34000, 0);
	cpu_slab = world_percpu("a_cpu_slab", 32);
	table = world_global("lock_table", 64);
	world_global("behind_it", 8); /* a symbol reaches to the next one */
	world_ready();
	slab = slab_cache_make("kmalloc-64", OBJECT, 56, FREE_AT);
	put64(slab.addr + CACHE_CPU_SLAB, cpu_slab);
	put64(slab.addr + CACHE_RANDOM, RANDOM);
}

static int setup(void **state)
{
	(void)state;
	hardened = false;
	make_world();
	return 0;
}

static int setup_hardened(void **state)
{
	(void)state;
	hardened = true;
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

static void test_values_that_no_pointer_has(void **state)
{
	(void)state;
	expect(0, "NULL", false);
	expect(0x18, "small offset from NULL", false);
	expect(0xdead000000000100, "LIST_POISON1", true);
	expect(0xdead000000000108, "LIST_POISON1", true);
	expect(0xdead000000000122, "LIST_POISON2", true);
	expect(0xdead000000000040, "POISON_POINTER_DELTA", true);
	expect(0x6b6b6b6b6b6b6b6b, "POISON_FREE", true);
	expect(0x6b6b6b6b6b6b6bb3, "POISON_FREE", true);
	expect(0x5a5a5a5a5a5a5a5a, "POISON_INUSE", false);
	expect(0xbbbbbbbbbbbbbbbb, "red zone", false);
	expect(0xcccccccccccccccc, "in use", false);
	expect(0xaaaaaaaaaaaaaaaa, "PAGE_POISON", true);
	expect((uint64_t)-12, "error code -12", false);
	expect(0x6f77206f6c6c6568, "hello wo", false);
	expect(0x401000, "a user address", false);
	put32(unit_size, 0x100000);
	expect(0x3c8e8, "per-CPU pointer", false);
	expect(0x33ff8, "a user address", false);
	expect(0x100000, "a user address", false);
	expect(0x0123456789abcdef, "not canonical", false);
	expect(0x8000000000000000, "not canonical", false);
	expect(0xffff999900000000, "not mapped", false);
}

static void test_stacks_and_their_guard_pages(void **state)
{
	uint64_t t = world_task(9, "deep"), base = 0;

	(void)state;
	world_link_tasks(&t, 1);
	assert_null(inq_inspect_tasks(world.in));
	put64(t + T_STACK, 0xffffc90000010000); /* vmalloc'ed */
	inq_dump_try_u64(world.k->dump, t + T_STACK, &base);
	expect(base + 0x100, "the stack of deep (9)", false);
	expect(base - 8, "guard page below the stack of deep (9)", false);
	expect(base - 0x2000, "not mapped", false);
}

static void test_objects_on_the_slabs_freelist_are_free(void **state)
{
	struct inq_slab_object o;

	(void)state;
	put64(slab.slab + SLAB_FREELIST, freelist(2, 5));
	assert_true(inq_slab_find(world.in, object(3) + 0x18, &o));
	assert_string_equal(o.cache, "kmalloc-64");
	assert_int_equal(o.addr, object(3));
	assert_int_equal(o.offset, 0x18);
	assert_int_equal(o.size, 56);
	assert_int_equal(o.use, INQ_SLAB_FREE);
	assert_true(inq_slab_find(world.in, object(4), &o));
	assert_int_equal(o.use, INQ_SLAB_FREE);
	assert_true(inq_slab_find(world.in, object(5), &o));
	assert_int_equal(o.use, INQ_SLAB_IN_USE);
	expect(object(2) + 8, "freed object of kmalloc-64, 0x8 bytes in", true);
	expect(object(6) + 8, "object in use of kmalloc-64", false);
}

static void test_an_object_tells_how_much_was_asked_for(void **state)
{
	struct inq_object o;

	(void)state;
	assert_true(inq_object_find(world.in, object(3) + 0x18, &o));
	assert_int_equal(o.start, object(3));
	assert_int_equal(o.size, 56);
	assert_int_equal(o.asked, 33);
	/* between the objects */
	assert_false(inq_object_find(world.in, object(3) + 60, &o));
	assert_false(inq_object_find(world.in, 0xdead000000000100, &o));
	assert_int_equal(inq_object_kmalloc_asked("kmalloc-8", 8), 5);
	assert_int_equal(inq_object_kmalloc_asked("kmalloc-cg-96", 96), 65);
	assert_int_equal(inq_object_kmalloc_asked("kmalloc-rnd-07-128", 128), 97);
	assert_int_equal(inq_object_kmalloc_asked("dma-kmalloc-256", 256), 193);
	assert_int_equal(inq_object_kmalloc_asked("kmalloc-8k", 8192), 4097);
	assert_int_equal(inq_object_kmalloc_asked("inode_cache", 600), 0);
}

static void test_objects_on_a_cpus_freelist_are_free(void **state)
{
	struct inq_slab_object o;

	(void)state;
	put64(world_percpu_at(cpu_slab, 1), freelist(6, 8));
	put64(world_percpu_at(cpu_slab, 1) + 16, slab.slab);
	assert_true(inq_slab_find(world.in, object(7), &o));
	assert_int_equal(o.use, INQ_SLAB_FREE);
	assert_true(inq_slab_find(world.in, object(0), &o));
	assert_int_equal(o.use, INQ_SLAB_IN_USE);
}

static void test_a_freelist_that_leaves_its_slab_tells_nothing(void **state)
{
	struct inq_slab_object o;

	(void)state;
	put64(slab.slab + SLAB_FREELIST, freelist(2, 4));
	put64(object(3) + FREE_AT, 0x4141414141414141);
	assert_true(inq_slab_find(world.in, object(6), &o));
	assert_int_equal(o.use, INQ_SLAB_UNKNOWN);
	put64(object(3) + FREE_AT, object(2)); /* goes round */
	assert_true(inq_slab_find(world.in, object(6), &o));
	assert_int_equal(o.use, INQ_SLAB_UNKNOWN);
}

static void test_a_page_of_no_listed_cache_is_no_slab(void **state)
{
	struct inq_slab_object o;

	(void)state;
	world_list(inq_symbol_addr(world.k, "slab_caches"), NULL, 0);
	assert_false(inq_slab_find(world.in, object(3), &o));
}

static void test_elements_of_an_array_without_types(void **state)
{
	const struct inq_name_element mutex = {.size = 32, .list = 16}, other = {.size = 24};

	(void)state;
	assert_string_equal(inq_name_of(world.in, table, &mutex), "lock_table");
	assert_string_equal(inq_name_of(world.in, table + 32, &mutex), "lock_table+0x20");
	world_list(table + 16, NULL, 0);
	world_list(table + 32 + 16, NULL, 0); /* now each of them looks like one */
	assert_string_equal(inq_name_of(world.in, table + 32, &mutex), "lock_table[1]");
	assert_string_equal(inq_name_of(world.in, table + 40, &mutex), "lock_table+0x28");
	assert_string_equal(inq_name_of(world.in, table + 24, &other), "lock_table+0x18");
	assert_string_equal(inq_name_of(world.in, table + 32, NULL), "lock_table+0x20");
	assert_null(inq_name_of(world.in, WORLD_HEAP + 0x5000, &mutex));
}

static void test_a_members_path_ends_at_the_lock(void **state)
{
	struct inq_type card;

	(void)state;
	assert_true(inq_type_find_struct(world.k, "card", &card));
	assert_string_equal(inq_name_member(world.in, card, 8 + 3 * 24 + 8), "chan[3].lock");
	assert_string_equal(inq_name_member(world.in, card, 8 + 16), "chan[0].owner");
	assert_null(inq_name_member(world.in, card, 200));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name)	       cmocka_unit_test_setup_teardown(name, setup, teardown)
#define HARDENED(name) cmocka_unit_test_setup_teardown(name, setup_hardened, teardown)
		T(test_values_that_no_pointer_has),
		T(test_stacks_and_their_guard_pages),
		T(test_objects_on_the_slabs_freelist_are_free),
		T(test_an_object_tells_how_much_was_asked_for),
		T(test_objects_on_a_cpus_freelist_are_free),
		T(test_a_freelist_that_leaves_its_slab_tells_nothing),
		T(test_a_page_of_no_listed_cache_is_no_slab),
		T(test_elements_of_an_array_without_types),
		T(test_a_members_path_ends_at_the_lock),
		HARDENED(test_objects_on_the_slabs_freelist_are_free),
		HARDENED(test_objects_on_a_cpus_freelist_are_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
