// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/graph.h"

static struct inq_case *case_of(size_t cpus, size_t tasks)
{
	struct inq_case *c = inq_case_create();

	for (size_t i = 0; i < cpus; i++) {
		struct inq_cpu *cpu = inq_case_add(c, &c->cpus);

		cpu->nr = (int32_t)i;
		cpu->online = true;
		cpu->task = cpu->stack = INQ_NONE;
		cpu->stuck_s = cpu->timer_s = -1;
	}
	for (size_t i = 0; i < tasks; i++) {
		struct inq_task *t = inq_case_add(c, &c->tasks);

		t->pid = (int32_t)i + 100;
		t->comm = "t";
		t->cpu = -1;
		t->run = INQ_RUN_BLOCKED;
		t->since_s = 100;
		t->stack = INQ_NONE;
	}
	return c;
}

static struct inq_actor task(inq_id id)
{
	return (struct inq_actor){.kind = INQ_ACTOR_TASK, .cpu = -1, .task = id};
}

static inq_id lock(struct inq_case *c)
{
	static uint64_t addr = 0x1000;

	return inq_resource_find_or_add(c, INQ_RES_MUTEX, addr += 0x10);
}

static void hold(struct inq_case *c, inq_id r, struct inq_actor who)
{
	struct inq_hold *h = inq_case_add(c, &c->holds);

	h->resource = r;
	h->holder = who;
	h->how = INQ_HELD_FIELD;
	h->conf = INQ_CONF_CERTAIN;
	h->frame = INQ_NONE;
}

static void wait_for(struct inq_case *c, struct inq_actor who, inq_id r)
{
	struct inq_wait *w = inq_case_add(c, &c->waits);

	w->waiter = who;
	w->resource = r;
	w->target = INQ_ACTOR_INIT;
	w->since_s = 50;
	w->frame = INQ_NONE;
	w->conf = INQ_CONF_CERTAIN;
}

static struct inq_graph build(struct inq_case *c)
{
	struct inq_graph g;

	assert_null(inq_graph_build(c, &g));
	return g;
}

static void holder_that_waits_for_nothing_is_a_core(void **state)
{
	struct inq_case *c = case_of(0, 3);
	inq_id l = lock(c);
	struct inq_graph g;

	(void)state;
	hold(c, l, task(0));
	wait_for(c, task(1), l);
	wait_for(c, task(2), l);
	g = build(c);
	assert_int_equal(g.nr_cores, 1);
	assert_false(g.cores[0].cycle);
	assert_int_equal(g.cores[0].nodes[0], 0);
	assert_int_equal(g.cores[0].nr_victims, 2);
	assert_true(g.cores[0].long_wait);
	inq_case_destroy(c);
}

static void two_tasks_in_a_cycle_are_one_core(void **state)
{
	struct inq_case *c = case_of(0, 4);
	inq_id a = lock(c), b = lock(c);
	struct inq_graph g;

	(void)state;
	hold(c, a, task(0));
	hold(c, b, task(1));
	wait_for(c, task(0), b);
	wait_for(c, task(1), a);
	wait_for(c, task(2), a);
	g = build(c);
	assert_int_equal(g.nr_cores, 1);
	assert_true(g.cores[0].cycle);
	assert_int_equal(g.cores[0].nr_actors, 2);
	assert_int_equal(g.cores[0].nr_victims, 1);
	assert_int_equal(g.core_of[3], -1);
	inq_case_destroy(c);
}

static void waiter_of_a_cycle_and_a_worker_belongs_to_the_cycle(void **state)
{
	struct inq_case *c = case_of(0, 4);
	inq_id a = lock(c), b = lock(c);
	struct inq_graph g;

	(void)state;
	/* a is read-held by a worker (2), too */
	hold(c, a, task(2));
	hold(c, a, task(0));
	hold(c, b, task(1));
	wait_for(c, task(0), b);
	wait_for(c, task(1), a);
	wait_for(c, task(3), a);
	g = build(c);
	assert_true(inq_graph_core_at(&g, 0) == inq_graph_core_at(&g, 1));
	assert_true(inq_graph_core_at(&g, 0)->cycle);
	assert_true(&g.cores[g.core_of[3]] == inq_graph_core_at(&g, 0));
	inq_case_destroy(c);
}

static void independent_hangs_are_told_apart(void **state)
{
	struct inq_case *c = case_of(0, 5);
	inq_id a = lock(c), b = lock(c);
	struct inq_graph g;

	(void)state;
	hold(c, a, task(0));
	hold(c, b, task(1));
	wait_for(c, task(2), a);
	wait_for(c, task(3), b);
	wait_for(c, task(4), b);
	g = build(c);
	assert_int_equal(g.nr_cores, 2);
	assert_int_not_equal(g.core_of[2], g.core_of[3]);
	assert_int_equal(g.core_of[3], g.core_of[4]);
	inq_case_destroy(c);
}

static void lock_that_nobody_holds_is_a_core(void **state)
{
	struct inq_case *c = case_of(0, 1);
	inq_id l = lock(c);
	struct inq_graph g;

	(void)state;
	wait_for(c, task(0), l);
	g = build(c);
	assert_int_equal(g.nr_cores, 1);
	assert_int_equal(inq_node_resource(&g, g.cores[0].nodes[0]), l);
	inq_case_destroy(c);
}

static void sleep_for_a_timer_is_no_wait_for_anybody(void **state)
{
	struct inq_case *c = case_of(0, 1);
	inq_id timer = inq_resource_find_or_add(c, INQ_RES_TIMER, 0);
	struct inq_graph g;

	(void)state;
	wait_for(c, task(0), timer);
	g = build(c);
	assert_int_equal(g.nr_cores, 0);
	inq_case_destroy(c);
}

static void runnable_task_waits_for_its_stuck_cpu(void **state)
{
	struct inq_case *c = case_of(1, 1);
	struct inq_graph g;

	(void)state;
	c->cpus.v[0].state = INQ_CPU_RUNNING;
	c->cpus.v[0].lockup = true;
	c->tasks.v[0].run = INQ_RUN_QUEUED;
	c->tasks.v[0].cpu = 0;
	g = build(c);
	assert_int_equal(g.nr_cores, 1);
	assert_int_equal(g.cores[0].nodes[0], 0);
	assert_int_equal(g.cores[0].nr_victims, 1);
	inq_case_destroy(c);
}

static void chain_of_a_hundred_thousand_needs_no_deep_stack(void **state)
{
	enum { N = 100000 };
	struct inq_case *c = case_of(0, N);
	struct inq_graph g;

	(void)state;
	for (inq_id i = 0; i + 1 < N; i++) {
		inq_id l = lock(c);

		hold(c, l, task(i));
		wait_for(c, task(i + 1), l);
	}
	g = build(c);
	assert_int_equal(g.nr_cores, 1);
	assert_int_equal(g.cores[0].nodes[0], 0);
	assert_int_equal(g.cores[0].nr_victims, N - 1);
	inq_case_destroy(c);
}

static void readers_and_waiters_of_one_lock_stay_linear(void **state)
{
	enum { N = 5000 };
	struct inq_case *c = case_of(0, 2 * N);
	inq_id l = lock(c);
	struct inq_graph g;

	(void)state;
	for (inq_id i = 0; i < N; i++) {
		hold(c, l, task(i));
		wait_for(c, task(N + i), l);
	}
	g = build(c);
	assert_int_equal(g.first[g.nr_nodes], 2 * N);
	inq_case_destroy(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holder_that_waits_for_nothing_is_a_core),
		cmocka_unit_test(two_tasks_in_a_cycle_are_one_core),
		cmocka_unit_test(waiter_of_a_cycle_and_a_worker_belongs_to_the_cycle),
		cmocka_unit_test(independent_hangs_are_told_apart),
		cmocka_unit_test(lock_that_nobody_holds_is_a_core),
		cmocka_unit_test(sleep_for_a_timer_is_no_wait_for_anybody),
		cmocka_unit_test(runnable_task_waits_for_its_stuck_cpu),
		cmocka_unit_test(chain_of_a_hundred_thousand_needs_no_deep_stack),
		cmocka_unit_test(readers_and_waiters_of_one_lock_stay_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
