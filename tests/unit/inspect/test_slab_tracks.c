// SPDX-License-Identifier: GPL-2.0-or-later
/* Who allocated and who freed a slab object: struct track with its stack inside, or in the depot.
 */
#include "inspect/slab_tracks.h"
#include "slab_cache.h"

#define CALLER (WORLD_TEXT + 0x105)
#define OUTER  (WORLD_TEXT + 0x210)
#define HANDLE UINT64_C(0x00020003) /* pool 3, offset 2 */
enum { OBJECT = 256, IN_USE = 64, TRACK = 32 };
enum { STORE_USER = 0x10000 };
static struct slab_cache slab;
static uint64_t object, pools;
static bool in_depot;

static void track_types(void)
{
	if (!in_depot) {
		world_struct("track", 48,
			     (struct world_member[]){{"addr", "u64", 0},
						     {"addrs", "u64[3]", 8},
						     {"cpu", "u32", 32},
						     {"pid", "u32", 36},
						     {"when", "u64", 40},
						     {0}});
		return;
	}
	world_struct("track", TRACK,
		     (struct world_member[]){{"addr", "u64", 0},
					     {"handle", "u32", 8},
					     {"cpu", "u32", 12},
					     {"pid", "u32", 16},
					     {"when", "u64", 24},
					     {0}});
	world_struct("handle_parts", 4,
		     (struct world_member[]){{"pool_index", "u16", 0}, {"offset", "u16", 2}, {0}});
	world_struct(
		"stack_record", 24,
		(struct world_member[]){
			{"size", "u32", 12}, {"handle", "u32", 16}, {"entries", "u64", 24}, {0}});
}

static void make_world(void)
{
	world_begin();
	world_task_types();
	slab_cache_types(false);
	track_types();
	world_global("jiffies_64", 8);
	world_global("tick_nsec", 8);
	pools = world_global("stack_pools", 64);
	world_symbol("demo_free", WORLD_TEXT + 0x100, 0x100);
	world_symbol("demo_ioctl", WORLD_TEXT + 0x200, 0x100);
	world_ready();
	/* the free pointer lies behind the object */
	slab = slab_cache_make("kmalloc-64", OBJECT, 56, IN_USE);
	object = slab.first;
	put32(slab.addr + CACHE_INUSE, IN_USE);
	put64(slab.addr + CACHE_FLAGS, STORE_USER);
	put64(inq_symbol_addr(world.k, "jiffies_64"), 5000);
	put64(inq_symbol_addr(world.k, "tick_nsec"), 4000000);
}

static int setup(void **state)
{
	(void)state;
	in_depot = false;
	make_world();
	return 0;
}

static int setup_depot(void **state)
{
	(void)state;
	in_depot = true;
	make_world();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static uint64_t freed_at(void)
{
	return object + IN_USE + 8 + (in_depot ? TRACK : 48);
}

static const struct inq_track *freed(void)
{
	return inq_case_track(world.in->c, inq_slab_track(world.in, object + 0x10, true));
}

static void expect_stack(const struct inq_track *t, size_t n)
{
	const struct inq_stack *s;

	assert_non_null(t);
	s = inq_case_stack(world.in->c, t->stack);
	assert_non_null(s);
	assert_int_equal(s->n, n);
	assert_string_equal(s->v[0].symbol, "demo_free");
	if (n > 1)
		assert_string_equal(s->v[1].symbol, "demo_ioctl");
}

static void write_track(int32_t pid)
{
	uint64_t at = freed_at();

	put64(at, CALLER);
	put32(at + (in_depot ? 12 : 32), 1);
	put32(at + (in_depot ? 16 : 36), (uint32_t)pid);
	put64(at + (in_depot ? 24 : 40), 4750);
}

static void test_a_stack_in_the_track(void **state)
{
	const struct inq_track *t;

	(void)state;
	write_track(77);
	put64(freed_at() + 8, WORLD_TEXT + 0x300); /* the allocator itself */
	put64(freed_at() + 16, CALLER);
	put64(freed_at() + 24, OUTER);
	t = freed();
	expect_stack(t, 2);
	assert_string_equal(t->cache, "kmalloc-64");
	assert_int_equal(t->object, object);
	assert_true(t->freed);
	assert_int_equal(t->cpu, 1);
	assert_int_equal(t->pid, 77);
	assert_true(t->ago_s > 0.99 && t->ago_s < 1.01);
	/* of a task that is gone only the pid is known */
	assert_int_equal(inq_case_task(world.in->c, t->task)->addr, 0);
	assert_int_equal(inq_slab_track(world.in, object + 0x20, true), 0); /* the same one */
}

static void test_a_stack_in_the_depot(void **state)
{
	uint64_t pool = world_heap(256), record = pool + (2 << 4);

	(void)state;
	write_track(77);
	put32(freed_at() + 8, HANDLE);
	put64(pools + 3 * 8, pool);
	put32(record + 12, 3);
	put32(record + 16, HANDLE);
	put64(record + 24, WORLD_TEXT + 0x300);
	put64(record + 32, CALLER);
	put64(record + 40, OUTER);
	expect_stack(freed(), 2);
}

static void test_a_record_of_another_handle_is_none(void **state)
{
	uint64_t pool = world_heap(256), record = pool + (2 << 4);

	(void)state;
	write_track(77);
	put32(freed_at() + 8, HANDLE);
	put64(pools + 3 * 8, pool);
	put32(record + 12, 3);
	put32(record + 16, HANDLE + 1);
	put64(record + 32, CALLER);
	expect_stack(freed(), 1); /* the caller alone, which the track holds itself */
}

static void test_what_can_not_be_a_track(void **state)
{
	(void)state;
	write_track(77);
	put64(freed_at(), 0x6b6b6b6b6b6b6b6b);
	assert_null(freed());
	write_track(77);
	put32(freed_at() + (in_depot ? 12 : 32), 4096); /* no such CPU */
	assert_null(freed());
	write_track(77);
	put64(slab.addr + CACHE_FLAGS, 0); /* the cache keeps none */
	assert_null(freed());
}

static void test_an_allocation_of_a_living_task(void **state)
{
	uint64_t task = world_task(9, "opener"), at = object + IN_USE + 8;
	const struct inq_track *t;

	(void)state;
	world_link_tasks(&task, 1);
	assert_null(inq_inspect_tasks(world.in));
	put64(at, CALLER);
	put32(at + 12, 0);
	put32(at + 16, 9);
	put64(at + 24, 4999);
	t = inq_case_track(world.in->c, inq_slab_track(world.in, object, false));
	expect_stack(t, 1);
	assert_false(t->freed);
	assert_string_equal(inq_case_task(world.in->c, t->task)->comm, "opener");
	assert_int_equal(inq_slab_track_caller(world.in, slab.addr, object, false), CALLER);
	assert_int_equal(inq_slab_track_caller(world.in, slab.addr, object, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name)	    cmocka_unit_test_setup_teardown(name, setup, teardown)
#define DEPOT(name) cmocka_unit_test_setup_teardown(name, setup_depot, teardown)
		T(test_a_stack_in_the_track),	     T(test_what_can_not_be_a_track),
		DEPOT(test_a_stack_in_the_depot),    DEPOT(test_a_record_of_another_handle_is_none),
		DEPOT(test_what_can_not_be_a_track), DEPOT(test_an_allocation_of_a_living_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
