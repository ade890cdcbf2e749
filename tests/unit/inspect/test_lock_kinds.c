// SPDX-License-Identifier: GPL-2.0-or-later
/* percpu_rw_semaphores, rt_mutexes' waiters, MCS queues, optimistic spinners. */
#include "inspect/facts.h"
#include "inspect/mcs_queue.h"
#include "inspect/sleeping_locks.h"
#include "inspect/spinlocks.h"
#include "world.h"

enum { NODE = 32 };
static uint64_t reader, writer, counts, nodes;

static void lock_types(void)
{
	world_struct("rcuwait", 8, (struct world_member[]){{"task", "ptr", 0}, {0}});
	world_struct("percpu_rw_semaphore", 48,
		     (struct world_member[]){{"read_count", "ptr", 0},
					     {"writer", "rcuwait", 8},
					     {"block", "atomic", 16},
					     {0}});
	world_struct(
		"rw_semaphore", 16,
		(struct world_member[]){{"count", "atomic64", 0}, {"owner", "atomic64", 8}, {0}});
	world_struct("mcs_spinlock", 16,
		     (struct world_member[]){
			     {"next", "ptr", 0}, {"locked", "u32", 8}, {"count", "u32", 12}, {0}});
	world_struct("rt_mutex_base", 32, (struct world_member[]){{"owner", "ptr", 24}, {0}});
	world_struct("rt_mutex_waiter", 64,
		     (struct world_member[]){{"task", "ptr", 0}, {"lock", "ptr", 8}, {0}});
	world_struct("semaphore", 32,
		     (struct world_member[]){{"count", "u32", 4},
					     {"wait_list", "list_head", 8},
					     {"last_holder", "u64", 24},
					     {0}});
	world_struct("qnode", NODE, (struct world_member[]){{"mcs", "mcs_spinlock", 0}, {0}});
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	lock_types();
	counts = world_percpu("counts", 4);
	nodes = world_percpu("qnodes", 4 * NODE);
	world_symbol("osq_lock", WORLD_TEXT + 0x100, 0x100);
	world_symbol("__mutex_lock", WORLD_TEXT + 0x200, 0x100);
	world_symbol("look", WORLD_TEXT + 0x300, 0x100);
	world_symbol("schedule", WORLD_TEXT + 0x400, 0x100);
	world_symbol("__rt_mutex_slowlock", WORLD_TEXT + 0x500, 0x100);
	world_symbol("rt_mutex_wait_proxy_lock", WORLD_TEXT + 0x600, 0x100);
	world_symbol("futex_lock_pi", WORLD_TEXT + 0x700, 0x100);
	world_ready();
	world_two_tasks("reader", &reader, "writer", &writer);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_resource *read_sem(uint32_t n0, uint32_t n1, uint64_t waits, uint32_t block)
{
	uint64_t sem = world_heap(64);
	inq_id id;

	put64(sem, counts);
	put32(world_percpu_at(counts, 0), n0);
	put32(world_percpu_at(counts, 1), n1);
	put64(sem + 8, waits);
	put32(sem + 16, block);
	id = inq_sleeping_lock(world.in, INQ_RES_PERCPU_RWSEM, sem);
	return inq_case_resource(world.in->c, id);
}

static void test_readers_are_the_sum_of_all_cpus(void **state)
{
	const struct inq_resource *r = read_sem(3, (uint32_t)-2, writer, 1);
	uint64_t queued;

	(void)state;
	assert_int_equal(r->readers, 1);
	assert_int_equal(r->word, 1);
	assert_string_equal(r->detail, "held by 1 reader, for whom a writer waits");
	assert_true(inq_hashmap_get(&world.in->queued_on, writer, &queued));
	assert_int_equal(queued, r->addr);
	assert_false(r->corrupt);
}

static void test_a_writer_that_waits_for_nobody_has_it(void **state)
{
	(void)state;
	assert_string_equal(read_sem(0, 0, 0, 1)->detail, "held by a writer");
	assert_string_equal(read_sem(0, 0, 0, 0)->detail, "free");
	assert_string_equal(read_sem(1, 1, 0, 0)->detail, "held by 2 readers");
}

static void test_fewer_readers_than_none_is_no_locks_work(void **state)
{
	const struct inq_resource *r = read_sem(0, (uint32_t)-1, 0, 0);

	(void)state;
	assert_true(r->corrupt);
	assert_int_equal(r->readers, 0);
	assert_string_equal(r->detail, "its CPUs' counts of readers add up to -1");
}

static void test_a_rwsem_given_back_too_often_is_corrupt(void **state)
{
	uint64_t sem = world_heap(64);
	const struct inq_resource *r;

	(void)state;
	put64(sem, (uint64_t)-0x100 | 2); /* waiters, and a reader too few */
	r = inq_case_resource(world.in->c, inq_sleeping_lock(world.in, INQ_RES_RWSEM, sem));
	assert_true(r->corrupt);
	assert_int_equal(r->readers, 0);
	assert_string_equal(r->detail, "its count of readers is -1");
}

static void test_an_unreadable_percpu_rwsem_is_a_gap(void **state)
{
	(void)state;
	inq_sleeping_lock(world.in, INQ_RES_PERCPU_RWSEM, 0xffff999900000000);
	assert_int_equal(world_gaps("lock owner"), 1);
}

/* CPU @cpu's node @i, in use, with who stands behind it. */
static uint64_t node(unsigned int cpu, unsigned int i, uint64_t next)
{
	uint64_t first = world_percpu_at(nodes, cpu), at = first + i * NODE;

	put64(at, next);
	put32(first + 12, i + 1);
	return at;
}

static void test_a_queue_is_followed_from_its_tail(void **state)
{
	int32_t cpus[4] = {-1, -1, -1, -1};
	uint64_t last = node(0, 1, 0), mid = node(3, 0, last);

	(void)state;
	node(2, 0, mid);
	/* CPU 0, second context */
	assert_int_equal(inq_mcs_queue(world.in, 1 << 18 | 1 << 16 | 1, cpus, 4), 3);
	assert_int_equal(cpus[0], 2);
	assert_int_equal(cpus[1], 3);
	assert_int_equal(cpus[2], 0);
	assert_int_equal(inq_mcs_queue(world.in, 1, cpus, 4), 0);
	assert_int_equal(inq_mcs_queue(world.in, 200u << 18 | 1, cpus, 4), 0);
}

static void test_a_link_of_a_node_out_of_use_or_in_a_ring_is_not_followed(void **state)
{
	int32_t cpus[4];
	uint64_t a = node(0, 0, 0), b = node(1, 0, a);

	(void)state;
	put64(a, b); /* a ring */
	assert_int_equal(inq_mcs_queue(world.in, 1 << 18 | 1, cpus, 4), 2);
	put32(world_percpu_at(nodes, 1) + 12, 0); /* has left the queue */
	assert_int_equal(inq_mcs_queue(world.in, 1 << 18 | 1, cpus, 4), 1);
}

/* An rwlock of such a word, and of such a spinlock behind it for those who wait. */
static const struct inq_resource *rwlock(uint32_t word, uint32_t wait_lock)
{
	uint64_t lock = world_heap(64);

	put32(lock, word);
	put32(lock + 4, wait_lock);
	return inq_case_resource(world.in->c,
				 inq_lock_resource(world.in, INQ_LOCK_RWLOCK_WRITE, lock));
}

static void test_an_rwlocks_word_says_who_has_it_and_who_queues(void **state)
{
	(void)state;
	assert_string_equal(rwlock(0, 0)->detail, "free");
	assert_string_equal(rwlock(0x2ff, 0)->detail, "held by a writer");
	assert_string_equal(rwlock(0x300, 1)->detail, "held by 1 reader, a writer waits");
	assert_string_equal(rwlock(0x400, 0)->detail, "held by 2 readers");
	node(1, 0, 0);
	node(3, 0, world_percpu_at(nodes, 1));
	assert_string_equal(rwlock(0xff, 2 << 18 | 1)->detail,
			    "held by a writer, queued: CPU 3, then 1");
	assert_string_equal(rwlock(0xff, 1 << 18 | 1)->detail,
			    "held by a writer, queue ends with CPU 0");
	assert_false(rwlock(0xff, 99u << 18)->corrupt);
	assert_true(rwlock(0x6b6b6b6b, 0)->corrupt);
	assert_true(rwlock(0xffffff00, 0)->corrupt);
	assert_string_equal(rwlock(0xfffffe00, 0)->detail, "it counts -1 readers");
}

static inq_id add_stack(const uint64_t *ips, size_t n)
{
	struct inq_ustack us = {0};

	us.v = calloc(n, sizeof(*us.v));
	us.n = us.max = n;
	for (size_t i = 0; i < n; i++)
		us.v[i].ip = ips[i];
	return inq_fact_add_stack(world.in, &us);
}

static void stack_of_spinner(const uint64_t *ips, size_t n)
{
	struct inq_cpu *cpu = inq_case_add(world.in->c, &world.in->c->cpus);

	memset(cpu, 0, sizeof(*cpu));
	cpu->task = 0;
	cpu->stuck_s = cpu->timer_s = -1;
	cpu->ev_state = cpu->ev_irqs = cpu->ev_stuck = cpu->ev_preempt = INQ_NONE;
	cpu->stack = add_stack(ips, n);
}

static void test_who_spins_for_a_mutex_waits_for_it(void **state)
{
	(void)state;
	stack_of_spinner((uint64_t[]){WORLD_TEXT + 0x120, WORLD_TEXT + 0x220, WORLD_TEXT + 0x320},
			 3);
	assert_null(inq_inspect_spinners(world.in));
	assert_int_equal(world.in->c->waits.n, 1);
	assert_true(world.in->c->waits.v[0].spins);
	assert_int_equal(world.in->c->waits.v[0].frame, 1);
	assert_int_equal(world.in->c->resources.v[0].kind, INQ_RES_MUTEX);
}

static void test_who_is_merely_in_the_lock_function_is_no_spinner(void **state)
{
	(void)state;
	stack_of_spinner((uint64_t[]){WORLD_TEXT + 0x220, WORLD_TEXT + 0x320}, 2);
	assert_null(inq_inspect_spinners(world.in));
	assert_int_equal(world.in->c->waits.n, 0);
}

/* A semaphore that is all taken, @task the last to take it. */
static inq_id taken(uint64_t task, bool given_back, bool kept)
{
	uint64_t sem = world_heap(64);
	inq_id id;

	world_list(sem + 8, NULL, 0);
	put64(sem + 24, task);
	id = inq_sleeping_lock(world.in, INQ_RES_SEMAPHORE, sem);
	inq_case_resource(world.in->c, id)->given_back = given_back;
	inq_case_resource(world.in->c, id)->kept = kept;
	return id;
}

static void test_the_last_taker_of_a_semaphore_holds_it_if_takers_give_it_back(void **state)
{
	inq_id id = taken(reader, true, false);

	(void)state;
	taken(reader, false, true);
	taken(reader, true, true);
	taken(0xffff888000001000, true, false); /* no task */
	inq_semaphore_last_holders(world.in);
	assert_int_equal(world.in->c->holds.n, 1);
	assert_int_equal(world.in->c->holds.v[0].resource, id);
	assert_int_equal(world.in->c->holds.v[0].conf, INQ_CONF_LIKELY);
}

static void test_who_waits_for_a_semaphore_is_not_called_its_holder(void **state)
{
	inq_id id = taken(reader, true, false);
	struct inq_wait *w = inq_case_add(world.in->c, &world.in->c->waits);

	(void)state;
	w->resource = id;
	w->waiter.task = 0;
	while (world.in->c->tasks.v[w->waiter.task].addr != reader)
		w->waiter.task++;
	inq_semaphore_last_holders(world.in);
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_who_waits_for_a_pi_futex_waits_for_its_owner(void **state)
{
	uint64_t w = world_heap(64), lock = world_heap(64);
	inq_id task = 0;

	(void)state;
	while (world.in->c->tasks.v[task].addr != writer)
		task++;
	put64(writer + T_BLOCKED_ON, w);
	put64(w + 8, lock);
	put64(lock + 24, reader | 1);
	world.in->c->tasks.v[task].run = INQ_RUN_SLEEPING;
	world.in->c->tasks.v[task].since_s = 100;
	world.in->c->tasks.v[task].stack =
		add_stack((uint64_t[]){WORLD_TEXT + 0x420, WORLD_TEXT + 0x520, WORLD_TEXT + 0x620,
				       WORLD_TEXT + 0x720},
			  4);
	assert_null(inq_inspect_sleepers(world.in));
	assert_int_equal(world.in->c->waits.n, 1);
	assert_int_equal(world.in->c->resources.v[0].kind, INQ_RES_FUTEX);
	assert_int_equal(world.in->c->resources.v[0].addr, lock);
	assert_int_equal(world.in->c->holds.n, 1);
	assert_int_equal(world.in->c->tasks.v[world.in->c->holds.v[0].holder.task].pid, 50);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_readers_are_the_sum_of_all_cpus),
		TEST(test_a_writer_that_waits_for_nobody_has_it),
		TEST(test_fewer_readers_than_none_is_no_locks_work),
		TEST(test_a_rwsem_given_back_too_often_is_corrupt),
		TEST(test_an_unreadable_percpu_rwsem_is_a_gap),
		TEST(test_a_queue_is_followed_from_its_tail),
		TEST(test_a_link_of_a_node_out_of_use_or_in_a_ring_is_not_followed),
		TEST(test_an_rwlocks_word_says_who_has_it_and_who_queues),
		TEST(test_who_spins_for_a_mutex_waits_for_it),
		TEST(test_the_last_taker_of_a_semaphore_holds_it_if_takers_give_it_back),
		TEST(test_who_waits_for_a_semaphore_is_not_called_its_holder),
		TEST(test_who_waits_for_a_pi_futex_waits_for_its_owner),
		TEST(test_who_is_merely_in_the_lock_function_is_no_spinner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
