// SPDX-License-Identifier: GPL-2.0-or-later
/* Who must act before an event comes: stoppers, handlers that run, threads, expedited grace
 * periods, SRCU readers. */
#include "inspect/task_fields.h"
#include "world.h"

static uint64_t asker, actor;

static void stop_types(void)
{
	world_struct("cpu_stopper", 32, (struct world_member[]){{"works", "list_head", 8}, {0}});
	world_struct("cpu_stop_work", 40,
		     (struct world_member[]){{"list", "list_head", 0},
					     {"fn", "ptr", 16},
					     {"arg", "ptr", 24},
					     {"done", "ptr", 32},
					     {0}});
	world_struct("multi_stop_data", 16, (struct world_member[]){{"fn", "ptr", 0}, {0}});
}

static void rcu_types(void)
{
	world_struct("rcu_node", 72,
		     (struct world_member[]){{"qsmask", "u64", 0},
					     {"grplo", "s32", 8},
					     {"grphi", "s32", 12},
					     {"level", "u8", 16},
					     {"blkd_tasks", "list_head", 24},
					     {"gp_tasks", "ptr", 40},
					     {"expmask", "u64", 48},
					     {"exp_tasks", "ptr", 56},
					     {0}});
	world_struct("rcu_state", 128,
		     (struct world_member[]){{"node", "rcu_node[1]", 0},
					     {"gp_seq", "u64", 72},
					     {"gp_start", "u64", 80},
					     {"gp_kthread", "ptr", 88},
					     {"expedited_sequence", "u64", 96},
					     {0}});
	world_struct("srcu_struct", 16, (struct world_member[]){{"sda", "ptr", 8}, {0}});
	world_struct("srcu_data", 32,
		     (struct world_member[]){{"srcu_lock_count", "u64[2]", 0},
					     {"srcu_unlock_count", "u64[2]", 16},
					     {0}});
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	stop_types();
	rcu_types();
	world_struct("mutex", 32,
		     (struct world_member[]){
			     {"owner", "atomic64", 0}, {"wait_list", "list_head", 16}, {0}});
	world_struct("timer_base", 16, (struct world_member[]){{"running_timer", "ptr", 0}, {0}});
	world_struct("kthread", 32,
		     (struct world_member[]){{"exited", "u64", 8}, {"parked", "u64", 16}, {0}});
	world_global("rcu_state", 128);
	world_global("rcu_num_nodes", 4);
	world_global("rcu_num_lvls", 4);
	world_global("jiffies_64", 8);
	world_percpu("cpu_stopper", 32);
	world_symbol("multi_cpu_stop", WORLD_TEXT + 0x100, 0x80);
	world_symbol("set_clock", WORLD_TEXT + 0x500, 0x100);
	world_symbol("synchronize_rcu_expedited", WORLD_TEXT + 0x700, 0x100);
	world_symbol("__synchronize_srcu", WORLD_TEXT + 0x800, 0x100);
	world_ready();
	world_two_tasks("asker", &asker, "actor", &actor);
	for (size_t i = 0; i < WORLD_CPUS; i++) {
		struct inq_cpu *cpu = inq_case_add(world.in->c, &world.in->c->cpus);

		cpu->nr = (int32_t)i;
		cpu->online = true;
		cpu->task = cpu->stack = INQ_NONE;
		cpu->ev_state = cpu->ev_irqs = cpu->ev_stuck = cpu->ev_preempt = INQ_NONE;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static inq_id task_id(uint64_t task)
{
	uint64_t id;

	assert_true(inq_hashmap_get(&world.in->task_ids, task, &id));
	return (inq_id)id;
}

/* A sleeper whose only frame is @symbol, waiting for the resource at @addr. */
static struct inq_wait *sleeper(uint64_t task, const char *symbol, enum inq_resource_kind kind,
				uint64_t addr)
{
	struct inq_case *c = world.in->c;
	struct inq_task *t = &c->tasks.v[task_id(task)];
	struct inq_stack *s = inq_case_add(c, &c->stacks);
	struct inq_wait *w = inq_case_add(c, &c->waits);

	s->v = inq_arena_calloc(&c->arena, 1, sizeof(*s->v));
	s->n = 1;
	s->v[0].symbol = symbol;
	s->v[0].sp = WORLD_HEAP + 0x10000;
	t->stack = (inq_id)c->stacks.n - 1;
	w->waiter = (struct inq_actor){INQ_ACTOR_TASK, -1, task_id(task)};
	w->target = INQ_ACTOR_INIT;
	w->resource = inq_resource_find_or_add(c, kind, addr);
	c->resources.v[w->resource].ev_word = INQ_NONE;
	return w;
}

static uint64_t stop_work(unsigned int cpu, uint64_t fn, uint64_t arg, uint64_t done)
{
	uint64_t stopper = world_percpu_at(inq_symbol_addr(world.k, "cpu_stopper"), cpu);
	uint64_t work = world_heap(64);

	put64(work + 16, fn);
	put64(work + 24, arg);
	put64(work + 32, done);
	world_list(stopper + 8, (uint64_t[]){work}, 1);
	return work;
}

static void idle_stoppers(void)
{
	for (unsigned int cpu = 0; cpu < WORLD_CPUS; cpu++)
		world_list(world_percpu_at(inq_symbol_addr(world.k, "cpu_stopper"), cpu) + 8, NULL,
			   0);
}

static void test_a_cpu_that_has_not_come_holds_up_who_asked(void **state)
{
	uint64_t data = world_heap(16);
	struct inq_case *c = world.in->c;
	struct inq_wait *w;

	(void)state;
	idle_stoppers();
	put64(data, WORLD_TEXT + 0x500);
	stop_work(2, WORLD_TEXT + 0x100, data, WORLD_HEAP + 0x10040);
	w = sleeper(asker, "__stop_cpus", INQ_RES_STOP_MACHINE, 0);
	assert_null(inq_inspect_stop_machine(world.in));
	w = &c->waits.v[0];
	assert_int_equal(c->resources.v[w->resource].addr, data);
	assert_string_equal(c->resources.v[w->resource].name, "set_clock");
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].resource, w->resource);
	assert_int_equal(c->holds.v[0].holder.cpu, 2);
	assert_int_equal(c->holds.v[0].how, INQ_HELD_FIELD);
}

/* The stopper of its own CPU came before it could sleep. */
static void test_who_asked_may_be_runnable(void **state)
{
	uint64_t data = world_heap(16);
	struct inq_case *c = world.in->c;

	(void)state;
	idle_stoppers();
	put64(data, WORLD_TEXT + 0x500);
	stop_work(2, WORLD_TEXT + 0x100, data, WORLD_HEAP + 0x10040);
	sleeper(asker, "stop_machine_cpuslocked", INQ_RES_TIMER, 0);
	c->tasks.v[task_id(asker)].run = INQ_RUN_QUEUED;
	assert_null(inq_inspect_stop_machine(world.in));
	assert_int_equal(c->waits.n, 2);
	assert_int_equal(c->waits.v[1].waiter.task, task_id(asker));
	assert_int_equal(c->resources.v[c->waits.v[1].resource].addr, data);
	assert_int_equal(c->waits.v[1].frame, 0);
}

static void test_a_work_of_somebody_else_is_not_the_askers(void **state)
{
	struct inq_case *c = world.in->c;

	(void)state;
	idle_stoppers();
	/* done lies on no stack of those who wait */
	stop_work(1, WORLD_TEXT + 0x500, 0, WORLD_HEAP + 0x80000);
	sleeper(asker, "stop_one_cpu", INQ_RES_STOP_MACHINE, 0);
	assert_null(inq_inspect_stop_machine(world.in));
	assert_int_equal(c->resources.v[c->waits.v[0].resource].addr, 0);
}

static void test_without_stoppers_nothing_is_said(void **state)
{
	(void)state;
	idle_stoppers();
	sleeper(asker, "stop_one_cpu", INQ_RES_STOP_MACHINE, 0);
	assert_null(inq_inspect_stop_machine(world.in));
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_a_damaged_list_of_works_is_a_gap(void **state)
{
	uint64_t stopper = world_percpu_at(inq_symbol_addr(world.k, "cpu_stopper"), 0);

	(void)state;
	idle_stoppers();
	put64(stopper + 8, 0x1234);
	assert_null(inq_inspect_stop_machine(world.in));
	assert_int_equal(world_gaps("stop_machine"), 1);
}

static void leaf(uint64_t expmask)
{
	uint64_t rcu = inq_symbol_addr(world.k, "rcu_state");

	put32(inq_symbol_addr(world.k, "rcu_num_nodes"), 1);
	put32(inq_symbol_addr(world.k, "rcu_num_lvls"), 1);
	put32(rcu + 12, 3); /* grphi */
	world_list(rcu + 24, NULL, 0);
	put64(rcu + 48, expmask);
}

static void test_an_expedited_grace_period_waits_for_its_own_mask(void **state)
{
	uint64_t rcu = inq_symbol_addr(world.k, "rcu_state");
	struct inq_case *c = world.in->c;

	(void)state;
	leaf(1 << 3);
	put64(rcu, 1 << 0); /* the normal one's */
	put64(rcu + 96, 5); /* in progress */
	sleeper(asker, "synchronize_rcu_expedited", INQ_RES_RCU, rcu);
	assert_null(inq_inspect_rcu_waits(world.in));
	assert_int_equal(c->resources.v[c->waits.v[0].resource].addr, rcu + 96);
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].holder.cpu, 3);
	assert_false(c->holds.v[0].shared); /* a CPU, reader or not */
}

static void test_an_expedited_grace_period_waits_for_a_preempted_task(void **state)
{
	uint64_t rcu = inq_symbol_addr(world.k, "rcu_state");
	struct inq_case *c = world.in->c;

	(void)state;
	leaf(0);
	put64(rcu + 96, 5);
	world_list(rcu + 24, (uint64_t[]){actor + T_RCU_ENTRY}, 1);
	put64(rcu + 56, actor + T_RCU_ENTRY);
	sleeper(asker, "synchronize_rcu_expedited", INQ_RES_RCU, rcu);
	assert_null(inq_inspect_rcu_waits(world.in));
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].holder.task, task_id(actor));
}

static void test_without_one_in_progress_the_wait_stays_what_it_was(void **state)
{
	uint64_t rcu = inq_symbol_addr(world.k, "rcu_state");
	struct inq_case *c = world.in->c;

	(void)state;
	leaf(1 << 3);
	put64(rcu + 96, 4);
	sleeper(asker, "synchronize_rcu_expedited", INQ_RES_RCU, rcu);
	assert_null(inq_inspect_rcu_waits(world.in));
	assert_int_equal(c->resources.v[c->waits.v[0].resource].addr, rcu);
	assert_int_equal(c->holds.n, 0);
}

static uint64_t srcu(uint64_t sda)
{
	uint64_t s = world_heap(16);

	put64(s + 8, sda);
	return s;
}

static void test_srcu_readers_are_locks_less_unlocks(void **state)
{
	uint64_t var = 0xf000 - 64, ssp;
	struct inq_case *c = world.in->c;

	(void)state;
	ssp = srcu(var);
	put64(world_percpu_at(var, 0), 7);	/* locks, index 0 */
	put64(world_percpu_at(var, 1) + 16, 6); /* unlocks, on another CPU */
	put64(world_percpu_at(var, 2) + 8, 1);	/* locks, index 1 */
	sleeper(asker, "__synchronize_srcu", INQ_RES_RCU, ssp);
	assert_null(inq_inspect_srcu(world.in));
	assert_int_equal(c->resources.v[c->waits.v[0].resource].readers, 2);
}

static void test_absurd_srcu_counts_are_not_believed(void **state)
{
	uint64_t var = 0xf000 - 64, ssp;
	struct inq_case *c = world.in->c;

	(void)state;
	ssp = srcu(var);
	put64(world_percpu_at(var, 0) + 16, 6); /* more unlocks than locks */
	sleeper(asker, "__synchronize_srcu", INQ_RES_RCU, ssp);
	assert_null(inq_inspect_srcu(world.in));
	assert_int_equal(c->resources.v[c->waits.v[0].resource].readers, 0);
}

static void test_who_stops_a_kthread_waits_for_it(void **state)
{
	uint64_t kthread = world_heap(32);
	struct inq_case *c = world.in->c;

	(void)state;
	c->tasks.v[task_id(actor)].kthread = true;
	put64(actor + T_PRIVATE, kthread);
	sleeper(asker, "__wait_for_common", INQ_RES_COMPLETION, kthread + 8);
	assert_null(inq_inspect_thread_waits(world.in));
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].holder.task, task_id(actor));
}

static void test_another_completion_is_nobodys(void **state)
{
	uint64_t kthread = world_heap(32);

	(void)state;
	world.in->c->tasks.v[task_id(actor)].kthread = true;
	put64(actor + T_PRIVATE, kthread);
	sleeper(asker, "__wait_for_common", INQ_RES_COMPLETION, kthread + 24);
	assert_null(inq_inspect_thread_waits(world.in));
	assert_int_equal(world.in->c->holds.n, 0);
}

static uint64_t mutex(void)
{
	uint64_t m = world_heap(64);

	world_list(m + 16, NULL, 0);
	return m;
}

static struct inq_wait *blocked(enum inq_resource_kind kind, uint64_t stack, uint64_t note)
{
	struct inq_wait *w = sleeper(asker, "__mutex_lock", kind, stack);

	world.in->c->tasks.v[task_id(asker)].run = INQ_RUN_BLOCKED;
	w->conf = INQ_CONF_LIKELY;
	put64(asker + T_BLOCKER, note);
	assert_null(inq_inspect_blocker(world.in));
	return &world.in->c->waits.v[0];
}

static void test_two_witnesses_of_a_wait_make_it_certain(void **state)
{
	uint64_t m = mutex();

	(void)state;
	assert_int_equal(blocked(INQ_RES_MUTEX, m, m)->conf, INQ_CONF_CERTAIN);
	assert_int_equal(world_gaps("what asker (50) waits for"), 0);
}

static void test_two_witnesses_that_differ_make_it_possible(void **state)
{
	(void)state;
	assert_int_equal(blocked(INQ_RES_MUTEX, mutex(), mutex())->conf, INQ_CONF_POSSIBLE);
	assert_int_equal(world_gaps("what asker (50) waits for"), 1);
}

static void test_another_kind_of_lock_at_the_same_place_differs(void **state)
{
	uint64_t m = mutex();

	(void)state;
	assert_int_equal(blocked(INQ_RES_MUTEX, m, m | 1)->conf, INQ_CONF_POSSIBLE);
}

static void test_the_note_tells_which_lock_where_the_stack_does_not(void **state)
{
	uint64_t m = mutex();
	const struct inq_wait *w;

	(void)state;
	w = blocked(INQ_RES_MUTEX, 0, m);
	assert_int_equal(world.in->c->resources.v[w->resource].addr, m);
}

static void test_a_note_of_a_sleeper_for_something_else_is_not_used(void **state)
{
	(void)state;
	assert_int_equal(blocked(INQ_RES_IO, 0, mutex())->conf, INQ_CONF_LIKELY);
}

static void test_nonsense_is_no_note(void **state)
{
	(void)state;
	assert_int_equal(blocked(INQ_RES_MUTEX, mutex(), 0x1230)->conf, INQ_CONF_LIKELY);
	assert_int_equal(world.in->c->waits.n, 1);
}

static void test_a_reader_on_a_cpu_is_known_by_its_nesting(void **state)
{
	uint64_t rcu = inq_symbol_addr(world.k, "rcu_state");
	struct inq_case *c = world.in->c;

	(void)state;
	leaf(1 << 3);
	put64(rcu + 96, 5);
	c->cpus.v[3].task = task_id(actor);
	put32(actor + T_RCU_NESTING, 1);
	sleeper(asker, "synchronize_rcu_expedited", INQ_RES_RCU, rcu);
	assert_null(inq_inspect_rcu_waits(world.in));
	assert_int_equal(c->holds.n, 1);
	assert_true(c->holds.v[0].shared);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_cpu_that_has_not_come_holds_up_who_asked),
		TEST(test_who_asked_may_be_runnable),
		TEST(test_a_work_of_somebody_else_is_not_the_askers),
		TEST(test_without_stoppers_nothing_is_said),
		TEST(test_a_damaged_list_of_works_is_a_gap),
		TEST(test_an_expedited_grace_period_waits_for_its_own_mask),
		TEST(test_an_expedited_grace_period_waits_for_a_preempted_task),
		TEST(test_without_one_in_progress_the_wait_stays_what_it_was),
		TEST(test_srcu_readers_are_locks_less_unlocks),
		TEST(test_absurd_srcu_counts_are_not_believed),
		TEST(test_who_stops_a_kthread_waits_for_it),
		TEST(test_another_completion_is_nobodys),
		TEST(test_two_witnesses_of_a_wait_make_it_certain),
		TEST(test_two_witnesses_that_differ_make_it_possible),
		TEST(test_another_kind_of_lock_at_the_same_place_differs),
		TEST(test_the_note_tells_which_lock_where_the_stack_does_not),
		TEST(test_a_note_of_a_sleeper_for_something_else_is_not_used),
		TEST(test_nonsense_is_no_note),
		TEST(test_a_reader_on_a_cpu_is_known_by_its_nesting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
