// SPDX-License-Identifier: GPL-2.0-or-later
/* Sleeping locks' words and wait lists, RCU's grace period, workers on a work. */
#include "inspect/sleeping_locks.h"
#include "inspect/task_fields.h"
#include "world.h"

static uint64_t holder, waiter;

static void lock_types(void)
{
	world_struct("mutex", 32,
		     (struct world_member[]){
			     {"owner", "atomic64", 0}, {"wait_list", "list_head", 16}, {0}});
	world_struct("mutex_waiter", 24,
		     (struct world_member[]){{"list", "list_head", 0}, {"task", "ptr", 16}, {0}});
	world_struct("rw_semaphore", 40,
		     (struct world_member[]){{"count", "atomic64", 0},
					     {"owner", "atomic64", 8},
					     {"wait_list", "list_head", 24},
					     {0}});
	world_struct("rwsem_waiter", 24,
		     (struct world_member[]){{"list", "list_head", 0}, {"task", "ptr", 16}, {0}});
	world_struct(
		"semaphore", 24,
		(struct world_member[]){{"count", "u32", 4}, {"wait_list", "list_head", 8}, {0}});
	world_struct("completion", 8, (struct world_member[]){{"done", "u32", 0}, {0}});
}

static void other_types(void)
{
	world_struct("rcu_node", 64,
		     (struct world_member[]){{"qsmask", "u64", 0},
					     {"grplo", "s32", 8},
					     {"grphi", "s32", 12},
					     {"level", "u8", 16},
					     {"blkd_tasks", "list_head", 24},
					     {"gp_tasks", "ptr", 40},
					     {0}});
	world_struct("rcu_state", 80,
		     (struct world_member[]){{"node", "rcu_node[1]", 0},
					     {"gp_seq", "u64", 64},
					     {"gp_start", "u64", 72},
					     {0}});
	world_struct("kthread", 8, (struct world_member[]){{"data", "ptr", 0}, {0}});
	world_struct("worker", 32,
		     (struct world_member[]){{"current_work", "ptr", 0},
					     {"current_pwq", "ptr", 8},
					     {"current_func", "ptr", 16},
					     {"pool", "ptr", 24},
					     {0}});
	world_struct("pool_workqueue", 16,
		     (struct world_member[]){{"pool", "ptr", 0}, {"wq", "ptr", 8}, {0}});
	world_struct("work_struct", 8, (struct world_member[]){{"data", "atomic64", 0}, {0}});
	world_struct("workqueue_struct", 24, (struct world_member[]){{"name", "char[24]", 0}, {0}});
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	lock_types();
	other_types();
	world_global("rcu_state", 80);
	world_global("rcu_num_nodes", 4);
	world_global("rcu_num_lvls", 4);
	world_global("jiffies_64", 8);
	world_symbol("work_fn", WORLD_TEXT + 0x500, 0x100);
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

/* A lock with nobody in its wait list. */
static uint64_t lock(uint64_t list)
{
	uint64_t l = world_heap(64);

	world_list(l + list, NULL, 0);
	return l;
}

static const struct inq_hold *only_hold(int32_t pid)
{
	const struct inq_hold *h = world.in->c->holds.v;

	assert_int_equal(world.in->c->holds.n, 1);
	assert_int_equal(inq_case_task(world.in->c, h->holder.task)->pid, pid);
	return h;
}

static void test_a_mutex_names_its_owner(void **state)
{
	uint64_t m = lock(16);
	inq_id id;

	(void)state;
	put64(m, holder | 1); /* waiters */
	id = inq_sleeping_lock(world.in, INQ_RES_MUTEX, m);
	assert_int_equal(inq_case_resource(world.in->c, id)->word, holder | 1);
	assert_int_equal(only_hold(50)->conf, INQ_CONF_CERTAIN);
	assert_int_equal(only_hold(50)->how, INQ_HELD_FIELD);
	/* once only */
	assert_int_equal(inq_sleeping_lock(world.in, INQ_RES_MUTEX, m), id);
	assert_int_equal(world.in->c->holds.n, 1);
}

static void test_a_free_mutex_has_no_holder(void **state)
{
	inq_id id = inq_sleeping_lock(world.in, INQ_RES_MUTEX, lock(16));

	(void)state;
	assert_int_equal(world.in->c->holds.n, 0);
	assert_string_equal(inq_case_resource(world.in->c, id)->detail, "free");
}

static void test_an_owner_that_is_no_task_holds_nothing(void **state)
{
	uint64_t m = lock(16);
	const struct inq_resource *r;

	(void)state;
	put64(m, world_heap(64));
	r = inq_case_resource(world.in->c, inq_sleeping_lock(world.in, INQ_RES_MUTEX, m));
	assert_true(r->owner_gone);
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_who_stands_in_the_wait_list_is_known(void **state)
{
	uint64_t m = lock(16), node = world_heap(64), at;

	(void)state;
	put64(m, holder);
	put64(node + 16, waiter);
	world_list(m + 16, &node, 1);
	inq_sleeping_lock(world.in, INQ_RES_MUTEX, m);
	assert_true(inq_hashmap_get(&world.in->queued_on, waiter, &at));
	assert_int_equal(at, m);
	assert_false(inq_hashmap_get(&world.in->queued_on, holder, &at));
}

static void test_a_damaged_wait_list_is_a_gap_once(void **state)
{
	uint64_t m = lock(16);

	(void)state;
	put64(m + 16, 0xffff999900000000);
	inq_sleeping_lock(world.in, INQ_RES_MUTEX, m);
	inq_sleeping_lock(world.in, INQ_RES_MUTEX, m);
	assert_int_equal(world_gaps("wait list"), 1);
}

static void test_a_lock_that_cannot_be_read_is_a_gap(void **state)
{
	inq_id id = inq_sleeping_lock(world.in, INQ_RES_RWSEM, 0xffff999900000000);

	(void)state;
	assert_false(inq_case_resource(world.in->c, id)->has_word);
	assert_true(world_gaps("lock owner") > 0);
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_a_writer_of_a_rwsem_is_certain(void **state)
{
	uint64_t s = lock(24);

	(void)state;
	put64(s, 1 | 2);
	put64(s + 8, holder);
	inq_sleeping_lock(world.in, INQ_RES_RWSEM, s);
	assert_false(only_hold(50)->shared);
	assert_int_equal(only_hold(50)->conf, INQ_CONF_CERTAIN);
}

static void test_a_reader_of_a_rwsem_is_a_hint(void **state)
{
	uint64_t s = lock(24);
	inq_id id;

	(void)state;
	put64(s, 2 << 8 | 2);
	put64(s + 8, holder | 1);
	id = inq_sleeping_lock(world.in, INQ_RES_RWSEM, s);
	assert_non_null(strstr(inq_case_resource(world.in->c, id)->detail, "2 readers"));
	for (size_t i = 0; i < world.in->c->holds.n; i++) {
		assert_true(world.in->c->holds.v[i].shared);
		assert_int_equal(world.in->c->holds.v[i].conf, INQ_CONF_POSSIBLE);
	}
}

static void test_semaphores_and_completions_have_a_count(void **state)
{
	uint64_t s = lock(8), c = world_heap(64);
	inq_id id;

	(void)state;
	put32(s + 4, 3);
	id = inq_sleeping_lock(world.in, INQ_RES_SEMAPHORE, s);
	assert_int_equal(inq_case_resource(world.in->c, id)->word, 3);
	id = inq_sleeping_lock(world.in, INQ_RES_COMPLETION, c);
	assert_string_equal(inq_case_resource(world.in->c, id)->detail, "not completed");
	assert_int_equal(world.in->c->holds.n, 0);
}

/* A grace period of @age seconds at t = 400 s, HZ 250. */
static uint64_t grace_period(unsigned int age)
{
	uint64_t rcu = inq_symbol_addr(world.k, "rcu_state");
	uint64_t jiffies = (UINT64_C(1) << 32) + 250 * 100;

	world.in->now_ns = 400000000000;
	put32(inq_symbol_addr(world.k, "rcu_num_nodes"), 1);
	put32(inq_symbol_addr(world.k, "rcu_num_lvls"), 1);
	put64(inq_symbol_addr(world.k, "jiffies_64"), jiffies);
	put64(rcu + 64, 5);
	put64(rcu + 72, jiffies - 250 * age);
	put32(rcu + 12, 3);
	world_list(rcu + 24, NULL, 0);
	return rcu;
}

static void test_an_old_grace_period_is_held_by_a_preempted_reader(void **state)
{
	uint64_t rcu = grace_period(40), node = holder + T_RCU_ENTRY;
	const struct inq_resource *r;

	(void)state;
	world_list(rcu + 24, &node, 1);
	put64(rcu + 40, node);
	assert_null(inq_inspect_rcu(world.in));
	r = inq_case_resource(world.in->c, only_hold(50)->resource);
	assert_int_equal(r->kind, INQ_RES_RCU);
	assert_true(r->age_s > 39 && r->age_s < 41);
}

static void test_a_young_grace_period_is_nothing(void **state)
{
	uint64_t rcu = grace_period(1), node = holder + T_RCU_ENTRY;

	(void)state;
	world_list(rcu + 24, &node, 1);
	put64(rcu + 40, node);
	assert_null(inq_inspect_rcu(world.in));
	assert_int_equal(world.in->c->holds.n, 0);
	assert_int_equal(world.in->c->resources.n, 0);
}

/* CPUs are soon through; who sleeps in his section is not. */
static void test_who_sleeps_in_its_section_holds_a_young_one(void **state)
{
	uint64_t rcu = grace_period(4), node = holder + T_RCU_ENTRY;

	(void)state;
	world_list(rcu + 24, &node, 1);
	put64(rcu + 40, node);
	assert_null(inq_inspect_rcu(world.in));
	assert_int_equal(only_hold(50)->resource, 0);
}

static void test_only_readers_from_gp_tasks_on_block(void **state)
{
	uint64_t rcu = grace_period(40);
	uint64_t nodes[2] = {waiter + T_RCU_ENTRY, holder + T_RCU_ENTRY};

	(void)state;
	world_list(rcu + 24, nodes, 2);
	put64(rcu + 40, nodes[1]); /* the first one came after the grace period began */
	assert_null(inq_inspect_rcu(world.in));
	only_hold(50);
}

static uint64_t make_worker(uint64_t work, uint64_t pool)
{
	uint64_t t = world_task(60, "kworker/0:1"), kthread = world_heap(64), w = world_heap(64);
	uint64_t pwq = world_heap(512);

	pwq = (pwq + 255) & ~UINT64_C(255);
	put32(t + T_FLAGS, 0x200000 | 0x20);
	put64(t + T_PRIVATE, kthread);
	put64(kthread, w);
	put64(w, work);
	put64(w + 8, pwq);
	put64(w + 16, WORLD_TEXT + 0x500);
	put64(w + 24, pool);
	put64(pwq, pool);
	assert_int_not_equal(inq_task_add(world.in, t, true), INQ_NONE);
	return pwq;
}

static void test_the_worker_that_runs_a_work_holds_it(void **state)
{
	uint64_t work = world_heap(64);

	(void)state;
	make_worker(work, world_heap(64));
	inq_resource_find_or_add(world.in->c, INQ_RES_WORK, work);
	assert_null(inq_inspect_workqueue(world.in));
	assert_int_equal(only_hold(60)->conf, INQ_CONF_CERTAIN);
	assert_non_null(strstr(only_hold(60)->function, "work_fn"));
}

static void test_a_pending_work_has_its_pool_before_it(void **state)
{
	uint64_t running = world_heap(64), pending = world_heap(64), pwq;
	inq_id id;

	(void)state;
	pwq = make_worker(running, world_heap(64));
	put64(pending, pwq | 5);
	id = inq_resource_find_or_add(world.in->c, INQ_RES_WORK, pending);
	assert_null(inq_inspect_workqueue(world.in));
	assert_int_equal(only_hold(60)->conf, INQ_CONF_LIKELY);
	assert_non_null(strstr(inq_case_resource(world.in->c, id)->detail, "pending"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_a_mutex_names_its_owner),
		T(test_a_free_mutex_has_no_holder),
		T(test_an_owner_that_is_no_task_holds_nothing),
		T(test_who_stands_in_the_wait_list_is_known),
		T(test_a_damaged_wait_list_is_a_gap_once),
		T(test_a_lock_that_cannot_be_read_is_a_gap),
		T(test_a_writer_of_a_rwsem_is_certain),
		T(test_a_reader_of_a_rwsem_is_a_hint),
		T(test_semaphores_and_completions_have_a_count),
		T(test_an_old_grace_period_is_held_by_a_preempted_reader),
		T(test_a_young_grace_period_is_nothing),
		T(test_who_sleeps_in_its_section_holds_a_young_one),
		T(test_only_readers_from_gp_tasks_on_block),
		T(test_the_worker_that_runs_a_work_holds_it),
		T(test_a_pending_work_has_its_pool_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
