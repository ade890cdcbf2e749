// SPDX-License-Identifier: GPL-2.0-or-later
/* The task list: states, exit stages, threads, and lists that are damaged. */
#include "inspect/task_fields.h"
#include "world.h"

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	world_ready();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_task *task_of(int32_t pid)
{
	for (size_t i = 0; i < world.in->c->tasks.n; i++) {
		if (world.in->c->tasks.v[i].pid == pid)
			return &world.in->c->tasks.v[i];
	}
	fail_msg("no task %d", pid);
	return NULL;
}

static void test_all_processes_and_their_threads(void **state)
{
	uint64_t t[2], thread, signal, nodes[2];

	(void)state;
	t[0] = world_task(10, "java");
	t[1] = world_task(20, "echo\n");
	thread = world_task(11, "java-gc");
	put32(thread + T_TGID, 10);
	signal = world_heap(64);
	put64(t[0] + T_SIGNAL, signal);
	nodes[0] = t[0] + T_THREAD_NODE;
	nodes[1] = thread + T_THREAD_NODE;
	world_list(signal, nodes, 2);
	put64(t[1] + T_PARENT, thread);
	world_link_tasks(t, 2);
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world.in->c->tasks.n, 3);
	assert_int_equal(world.in->c->dump.tasks, 3);
	assert_int_equal(world.in->c->gaps.n, 0);
	assert_int_equal(task_of(11)->tgid, 10);
	assert_string_equal(task_of(20)->comm, "echo");
	assert_int_equal(task_of(20)->ppid, 10);
	assert_true(task_of(10)->listed);
}

static enum inq_task_run run_with(uint32_t st, uint32_t exit_state, uint32_t on_cpu)
{
	static int32_t pid = 100;
	uint64_t t = world_task(++pid, "t");
	inq_id id;

	put32(t + T_STATE, st);
	put32(t + T_EXIT_STATE, exit_state);
	put32(t + T_ON_CPU, on_cpu);
	assert_null(inq_task_fields(world.in));
	id = inq_task_add(world.in, t, true);
	assert_int_not_equal(id, INQ_NONE);
	return inq_case_task(world.in->c, id)->run;
}

static void test_states(void **state)
{
	(void)state;
	assert_int_equal(run_with(0, 0, 0), INQ_RUN_QUEUED);
	assert_int_equal(run_with(0, 0, 1), INQ_RUN_ON_CPU);
	assert_int_equal(run_with(1, 0, 0), INQ_RUN_SLEEPING);
	assert_int_equal(run_with(2, 0, 0), INQ_RUN_BLOCKED);
	assert_int_equal(run_with(0x102, 0, 0), INQ_RUN_BLOCKED);  /* TASK_KILLABLE */
	assert_int_equal(run_with(0x1000, 0, 0), INQ_RUN_BLOCKED); /* TASK_RTLOCK_WAIT */
	assert_int_equal(run_with(0x402, 0, 0), INQ_RUN_IDLE);
	assert_int_equal(run_with(4, 0, 0), INQ_RUN_STOPPED);
	assert_int_equal(run_with(8, 0, 0), INQ_RUN_STOPPED);
	assert_int_equal(run_with(0x8000, 0, 0), INQ_RUN_STOPPED);
	assert_int_equal(run_with(0x80, 0x10, 0), INQ_RUN_DEAD);
	assert_int_equal(run_with(0, 0x20, 0), INQ_RUN_DEAD);
	assert_int_equal(run_with(0, 0x20, 1), INQ_RUN_ON_CPU); /* a zombie on its way out */
}

static enum inq_exit_stage exit_with(uint32_t flags, uint64_t mm, uint64_t nsproxy, uint32_t st)
{
	static int32_t pid = 200;
	uint64_t t = world_task(++pid, "t");
	const struct inq_task *task;

	put32(t + T_FLAGS, flags);
	put64(t + T_MM, mm);
	put64(t + T_NSPROXY, nsproxy);
	put32(t + T_EXIT_STATE, st);
	assert_null(inq_task_fields(world.in));
	task = inq_case_task(world.in->c, inq_task_add(world.in, t, true));
	assert_int_equal(task->ev_exit == INQ_NONE, task->exit == INQ_EXIT_NO);
	return task->exit;
}

static void test_exit_stages_in_order(void **state)
{
	const uint64_t p = WORLD_HEAP;

	(void)state;
	assert_int_equal(exit_with(0, 0, p, 0), INQ_EXIT_NO); /* a kernel thread has no mm */
	assert_int_equal(exit_with(4, p, p, 0), INQ_EXIT_STARTED);
	assert_int_equal(exit_with(4, 0, p, 0), INQ_EXIT_MM);
	assert_int_equal(exit_with(4, 0, 0, 0), INQ_EXIT_NAMESPACES);
	assert_int_equal(exit_with(4, 0, 0, 0x20), INQ_EXIT_NOTIFIED);
	assert_int_equal(exit_with(4, 0, 0, 0x10), INQ_EXIT_DEAD);
}

static void test_a_damaged_list_keeps_what_comes_before(void **state)
{
	uint64_t t[3] = {world_task(1, "init"), world_task(2, "two"), world_task(3, "three")};

	(void)state;
	world_link_tasks(t, 3);
	put64(t[1] + T_TASKS, 0xffff999900000000);
	put64(t[2] + T_TASKS, 0xffff999900000000); /* init_task's neighbour no more */
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world.in->c->tasks.n, 2);
	assert_int_equal(world_gaps("task list"), 1);
}

/* Of five, the third can't be read; the parent of the second is in no list that can be followed. */
static void test_a_list_that_broke_off_goes_on_behind_the_hole(void **state)
{
	uint64_t t[5] = {world_task(1, "init"), world_task(2, "two"), world_task(3, "hole"),
			 world_task(4, "four"), world_task(5, "five")};
	uint64_t lone = world_task(6, "parent");

	(void)state;
	world_link_tasks(t, 5);
	put64(t[1] + T_TASKS, 0xffff999900000000);
	put64(t[3] + T_TASKS + 8, 0xffff999900000000);
	put64(t[1] + T_PARENT, lone);
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world.in->c->tasks.n, 5);
	assert_string_equal(task_of(4)->comm, "four");
	assert_string_equal(task_of(6)->comm, "parent");
	assert_int_equal(world_gaps("task list"), 1);
}

static void test_a_list_that_goes_round_ends(void **state)
{
	uint64_t t[3] = {world_task(1, "init"), world_task(2, "two"), world_task(3, "three")};

	(void)state;
	world_link_tasks(t, 3);
	put64(t[2] + T_TASKS, t[1] + T_TASKS);
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world.in->c->tasks.n, 3);
	assert_int_equal(world_gaps("task list"), 1);
}

static void test_what_can_be_no_task_is_none(void **state)
{
	uint64_t t[2] = {world_task(1, "init"), world_task(2, "two")}, wild = world_heap(TASK_SIZE);

	(void)state;
	memset(fake_at(&world.dump, wild, TASK_SIZE), 0xa5, TASK_SIZE);
	world_link_tasks(t, 2);
	put64(t[1] + T_TASKS, wild + T_TASKS);
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world.in->c->tasks.n, 2);
	assert_int_equal(world_gaps("task list"), 2); /* what it is, and that the list ends there */
}

static void test_a_leader_stays_whose_threads_are_lost(void **state)
{
	uint64_t t[20];

	(void)state;
	for (int32_t i = 0; i < 20; i++)
		t[i] = world_task(i + 1, "t");
	for (int i = 1; i < 20; i++)
		put64(t[i] + T_SIGNAL, 0xffff999900000000);
	world_link_tasks(t, 20);
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world.in->c->tasks.n, 20);
	assert_int_equal(world_gaps("threads of a process"), 1); /* said once */
}

static void test_no_init_task_is_a_gap(void **state)
{
	(void)state;
	world_end();
	world_begin();
	world_ready();
	assert_null(inq_inspect_tasks(world.in));
	assert_int_equal(world_gaps("task list"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_all_processes_and_their_threads),
		T(test_states),
		T(test_exit_stages_in_order),
		T(test_a_damaged_list_keeps_what_comes_before),
		T(test_a_list_that_broke_off_goes_on_behind_the_hole),
		T(test_a_list_that_goes_round_ends),
		T(test_what_can_be_no_task_is_none),
		T(test_a_leader_stays_whose_threads_are_lost),
		T(test_no_init_task_is_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
