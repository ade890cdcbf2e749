// SPDX-License-Identifier: GPL-2.0-or-later
/* PREEMPT_RT: locks made of rt_mutexes, who owns them, who reads, who queues; and tasks that sleep
 * for a spinlock. */
#include "inspect/facts.h"
#include "inspect/rt_locks.h"
#include "inspect/sleeping_locks.h"
#include "world.h"

static uint64_t holder, waiter;
static const uint32_t no_writer = UINT32_C(1) << 31, written = UINT32_C(1) << 30;

enum { BASE = 32, OWNER = 24, RW = 40, RW_OWNER = 8 + OWNER };

static void rt_types(void)
{
	world_struct(
		"rt_mutex_base", BASE,
		(struct world_member[]){{"wait_lock", "u32", 0}, {"owner", "ptr", OWNER}, {0}});
	world_struct("rwbase_rt", RW,
		     (struct world_member[]){
			     {"readers", "atomic", 0}, {"rtmutex", "rt_mutex_base", 8}, {0}});
	world_struct("rw_semaphore", RW, (struct world_member[]){{"rwbase", "rwbase_rt", 0}, {0}});
	world_struct("spinlock", BASE, (struct world_member[]){{"lock", "rt_mutex_base", 0}, {0}});
	world_struct("mutex", BASE, (struct world_member[]){{"rtmutex", "rt_mutex_base", 0}, {0}});
	world_struct("rt_mutex_waiter", 64,
		     (struct world_member[]){{"task", "ptr", 0}, {"lock", "ptr", 8}, {0}});
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	rt_types();
	world_ready();
	world_two_tasks("holder", &holder, "waiter", &waiter);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* The only hold there is; NULL: none. */
static const struct inq_hold *hold(void)
{
	assert_true(world.in->c->holds.n <= 1);
	return world.in->c->holds.n ? &world.in->c->holds.v[0] : NULL;
}

static const struct inq_resource *read_rw(enum inq_resource_kind kind, uint32_t readers,
					  uint64_t owner)
{
	uint64_t lock = world_heap(64);

	put32(lock, readers);
	put64(lock + RW_OWNER, owner);
	return inq_case_resource(world.in->c, inq_sleeping_lock(world.in, kind, lock));
}

static void test_a_spinlock_has_an_owner(void **state)
{
	uint64_t lock = world_heap(64);
	const struct inq_resource *r;

	(void)state;
	put64(lock + OWNER, holder | 1);
	r = inq_case_resource(world.in->c, inq_sleeping_lock(world.in, INQ_RES_RT_SPINLOCK, lock));
	assert_string_equal(inq_resource_kind_name(r->kind), "spinlock");
	assert_true(inq_resource_is_sleeping_lock(r->kind));
	assert_non_null(hold());
	assert_int_equal(hold()->how, INQ_HELD_FIELD);
	assert_int_equal(world.in->c->tasks.v[hold()->holder.task].pid, 50);
}

static void test_a_writer_has_it(void **state)
{
	(void)state;
	assert_string_equal(read_rw(INQ_RES_RWSEM, written, holder | 1)->detail,
			    "held by a writer");
	assert_int_equal(world.in->c->tasks.v[hold()->holder.task].pid, 50);
}

static void test_readers_are_counted_and_the_owner_word_names_none_of_them(void **state)
{
	const struct inq_resource *r = read_rw(INQ_RES_RT_RWLOCK, no_writer + 2, 0);

	(void)state;
	assert_int_equal(r->readers, 2);
	assert_false(r->unheld);
	assert_string_equal(r->detail, "held by 2 readers");
	assert_null(hold());
}

/* It owns the rt_mutex by then, but not the lock. */
static void test_a_writer_that_waits_for_readers_holds_nothing(void **state)
{
	const struct inq_resource *r = read_rw(INQ_RES_RWSEM, 1, waiter);
	uint64_t queued;

	(void)state;
	assert_int_equal(r->readers, 1);
	assert_string_equal(r->detail, "held by 1 reader, for whom a writer waits");
	assert_null(hold());
	assert_true(inq_hashmap_get(&world.in->queued_on, waiter, &queued));
	assert_int_equal(queued, r->addr);
}

static void test_a_free_one_is_told_from_a_held_one(void **state)
{
	const struct inq_resource *r = read_rw(INQ_RES_RT_RWLOCK, no_writer, 0);

	(void)state;
	assert_true(r->unheld);
	assert_string_equal(r->detail, "free");
}

static void test_a_count_of_millions_is_no_locks_work(void **state)
{
	const struct inq_resource *r = read_rw(INQ_RES_RT_RWLOCK, 0x3fffffff, 0);

	(void)state;
	assert_true(r->corrupt);
	assert_int_equal(r->readers, 0);
}

static void test_an_unreadable_lock_is_a_gap(void **state)
{
	(void)state;
	inq_sleeping_lock(world.in, INQ_RES_RWSEM, 0xffff999900000000);
	inq_sleeping_lock(world.in, INQ_RES_RT_SPINLOCK, 0xffff999900010000);
	assert_int_equal(world_gaps("lock owner"), 2);
	assert_null(hold());
}

/* The task's own field names the rt_mutex inside the lock. */
static void test_what_a_task_is_queued_on(void **state)
{
	uint64_t w = world_heap(64), lock = world_heap(64);

	(void)state;
	put64(w, waiter);
	put64(w + 8, lock + 8);
	put64(waiter + T_BLOCKED_ON, w);
	assert_int_equal(inq_rt_blocked_on(world.in, waiter, INQ_RES_RWSEM), lock);
	assert_int_equal(inq_rt_blocked_on(world.in, waiter, INQ_RES_RT_RWLOCK), lock);
	assert_int_equal(inq_rt_blocked_on(world.in, waiter, INQ_RES_RT_SPINLOCK), lock + 8);
	assert_int_equal(inq_rt_blocked_on(world.in, waiter, INQ_RES_COMPLETION), 0);
	assert_int_equal(inq_rt_blocked_on(world.in, holder, INQ_RES_RT_SPINLOCK), 0);
	put64(waiter + T_BLOCKED_ON, 0x1000);
	assert_int_equal(inq_rt_blocked_on(world.in, waiter, INQ_RES_RT_SPINLOCK), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_spinlock_has_an_owner),
		TEST(test_a_writer_has_it),
		TEST(test_readers_are_counted_and_the_owner_word_names_none_of_them),
		TEST(test_a_writer_that_waits_for_readers_holds_nothing),
		TEST(test_a_free_one_is_told_from_a_held_one),
		TEST(test_a_count_of_millions_is_no_locks_work),
		TEST(test_an_unreadable_lock_is_a_gap),
		TEST(test_what_a_task_is_queued_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
