// SPDX-License-Identifier: GPL-2.0-or-later
/* What each CPU runs: whose note is whose, and its watchdog's and tick's times. */
#include "world.h"

enum { RQ_CURR = 0, RQ_CLOCK = 8, HRTIMER_BASE = 24, HRTIMER_STATE = 32, TICK_STOPPED = 40 };
static uint64_t current_task, runqueues, preempt_count, touch, tick, watchdog, tasks[WORLD_CPUS];

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	world_struct(
		"rq", 16,
		(struct world_member[]){{"curr", "ptr", RQ_CURR}, {"clock", "u64", RQ_CLOCK}, {0}});
	world_struct("timerqueue_node", 16, (struct world_member[]){{"expires", "s64", 8}, {0}});
	world_struct("hrtimer_clock_base", 8, (struct world_member[]){{"running", "ptr", 0}, {0}});
	world_struct("hrtimer", 40,
		     (struct world_member[]){{"node", "timerqueue_node", 0},
					     {"base", "ptr", HRTIMER_BASE},
					     {"state", "u8", HRTIMER_STATE},
					     {0}});
	world_struct("tick_sched", 56,
		     (struct world_member[]){{"sched_timer", "hrtimer", 0},
					     {"tick_stopped", "u8", TICK_STOPPED},
					     {"idle_entrytime", "s64", 48},
					     {0}});
	current_task = world_percpu("current_task", 8);
	runqueues = world_percpu("runqueues", 64);
	preempt_count = world_percpu("__preempt_count", 4);
	touch = world_percpu("watchdog_touch_ts", 8);
	tick = world_percpu("tick_cpu_sched", 64);
	watchdog = world_percpu("watchdog_hrtimer", 40);
	world_ready();
	for (unsigned int i = 0; i < WORLD_CPUS; i++) {
		tasks[i] = world_task(100 + (int32_t)i, "busy");
		put64(world_percpu_at(current_task, i), tasks[i]);
		put64(world_percpu_at(runqueues, i) + RQ_CLOCK, 50000000000 + i);
		put64(world_percpu_at(touch, i), 49000000000 >> 30);
		put64(world_percpu_at(tick, i) + 8, 50004000000);
		put64(world_percpu_at(watchdog, i) + HRTIMER_STATE, 1);
	}
	world_link_tasks(tasks, WORLD_CPUS);
	assert_null(inq_inspect_tasks(world.in));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_cpu *cpu(int32_t nr)
{
	const struct inq_cpu *c = inq_case_cpu(world.in->c, nr);

	assert_non_null(c);
	return c;
}

static uint64_t stack_of(unsigned int nr)
{
	uint64_t base = 0;

	inq_dump_try_u64(world.k->dump, tasks[nr] + T_STACK, &base);
	return base;
}

static void test_each_cpu_has_its_task_and_clock(void **state)
{
	(void)state;
	put32(world_percpu_at(preempt_count, 2), 0x80010001);
	assert_null(inq_inspect_cpus(world.in));
	assert_int_equal(world.in->c->cpus.n, WORLD_CPUS);
	for (int32_t i = 0; i < WORLD_CPUS; i++) {
		const struct inq_task *t = inq_case_task(world.in->c, cpu(i)->task);

		assert_int_equal(t->addr, tasks[i]);
		assert_int_equal(t->run, INQ_RUN_ON_CPU);
		assert_int_equal(t->cpu, i);
	}
	assert_true(cpu(2)->has_preempt_count);
	assert_int_equal(cpu(2)->preempt_count, 0x80010001);
	assert_int_equal(world.in->now_ns, 50000000000 + WORLD_CPUS - 1);
}

static void test_notes_behind_a_missing_one_go_to_the_stack_that_they_stand_on(void **state)
{
	(void)state;
	world_note(WORLD_TEXT + 0x1000, stack_of(1) + 8000, false); /* CPU 0 saved none */
	world_note(WORLD_TEXT + 0x2000, stack_of(2) + 8000, false);
	assert_null(inq_inspect_cpus(world.in));
	assert_int_equal(cpu(0)->stack, INQ_NONE);
	assert_int_equal(world.in->c->stacks.v[cpu(1)->stack].v[0].ip, WORLD_TEXT + 0x1000);
	assert_int_equal(world.in->c->stacks.v[cpu(2)->stack].v[0].ip, WORLD_TEXT + 0x2000);
	assert_true(world_gaps("registers") > 0);
}

static void test_a_note_in_user_mode_is_as_far_behind_as_the_one_before_it(void **state)
{
	(void)state;
	world_note(WORLD_TEXT + 0x1000, stack_of(1) + 8000, false);
	world_note(0x401000, 0x7ffc0000, true);
	assert_null(inq_inspect_cpus(world.in));
	assert_int_equal(cpu(0)->stack, INQ_NONE);
	assert_int_not_equal(cpu(2)->stack, INQ_NONE);
	assert_int_equal(world.in->c->stacks.v[cpu(2)->stack].v[0].context, INQ_FRAME_USER);
}

static void test_user_mode_goes_by_order_where_none_is_missing(void **state)
{
	(void)state;
	world_note(0x401000, 0x7ffc0000, true);
	world_note(WORLD_TEXT + 0x2000, stack_of(1) + 8000, false);
	assert_null(inq_inspect_cpus(world.in));
	assert_int_equal(world.in->c->stacks.v[cpu(0)->stack].v[0].context, INQ_FRAME_USER);
	assert_int_equal(world.in->c->stacks.v[cpu(1)->stack].v[0].ip, WORLD_TEXT + 0x2000);
}

static void test_a_current_task_that_is_none_is_a_gap(void **state)
{
	(void)state;
	put64(world_percpu_at(current_task, 3), 0xffff999900000000);
	assert_null(inq_inspect_cpus(world.in));
	assert_int_equal(cpu(3)->task, INQ_NONE);
	assert_int_equal(world_gaps("current task"), 1);
}

static void test_a_watchdog_that_did_not_run_is_a_lockup(void **state)
{
	(void)state;
	world.in->c->dump.watchdog_thresh_s = 10;
	put64(world_percpu_at(touch, 1), 20000000000 >> 30);
	put64(world_percpu_at(touch, 2), UINT64_MAX); /* just started over */
	assert_null(inq_inspect_cpus(world.in));
	assert_null(inq_inspect_lockup(world.in));
	assert_true(cpu(1)->lockup);
	assert_true(cpu(1)->stuck_s > 29 && cpu(1)->stuck_s < 32);
	assert_false(cpu(0)->lockup);
	assert_true(cpu(2)->stuck_s < 0);
	assert_int_equal(world.in->c->events.n, 1);
	assert_string_equal(world.in->c->events.v[0].source, "watchdog");
}

static void report_soft_lockup(double t_s, int32_t pid)
{
	struct inq_event *e = inq_case_add(world.in->c, &world.in->c->events);

	*e = (struct inq_event){.t_s = t_s,
				.kind = INQ_EVENT_SOFT_LOCKUP,
				.cpu = 1,
				.pid = pid,
				.duration_s = 21,
				.evidence = INQ_NONE};
}

/* Without watchdog_report_ts a report starts the watchdog over: CPU 1's ran 1 s ago, it says. */
static void test_a_report_that_started_the_watchdog_over_still_holds(void **state)
{
	(void)state;
	world.in->c->dump.watchdog_thresh_s = 10;
	assert_null(inq_inspect_cpus(world.in));
	world.in->c->tasks.v[cpu(1)->task].arrived_ns = 5000000000;
	report_soft_lockup(27, 101);
	report_soft_lockup(49, 101);
	assert_null(inq_inspect_lockup(world.in));
	assert_true(cpu(1)->lockup);
	assert_true(cpu(1)->stuck_s > 43 && cpu(1)->stuck_s < 45);
	assert_false(cpu(0)->lockup);
}

static void test_a_report_does_not_hold_when_the_cpu_went_on(void **state)
{
	(void)state;
	world.in->c->dump.watchdog_thresh_s = 10;
	assert_null(inq_inspect_cpus(world.in));
	world.in->c->tasks.v[cpu(1)->task].arrived_ns = 48500000000;
	report_soft_lockup(48, 101);
	report_soft_lockup(49, 99); /* another task's */
	assert_null(inq_inspect_lockup(world.in));
	assert_false(cpu(1)->lockup);
	assert_true(cpu(1)->stuck_s < 3);
}

static void test_a_cpu_that_nobody_watches_is_not_stuck(void **state)
{
	uint64_t base = world_heap(8);

	(void)state;
	world.in->c->dump.watchdog_thresh_s = 10;
	for (unsigned int i = 1; i < 4; i++) {
		put64(world_percpu_at(touch, i), 0); /* since the first second */
		put64(world_percpu_at(watchdog, i) + HRTIMER_BASE, base);
	}
	put64(world_percpu_at(watchdog, 1) + HRTIMER_STATE, 0);
	put64(world_percpu_at(watchdog, 2) + HRTIMER_STATE, 0);
	put64(base, world_percpu_at(watchdog, 2)); /* its own function runs */
	assert_null(inq_inspect_cpus(world.in));
	assert_null(inq_inspect_lockup(world.in));
	assert_true(cpu(1)->stuck_s < 0);
	assert_false(cpu(1)->lockup);
	assert_true(cpu(2)->lockup);
	assert_true(cpu(3)->lockup);
	assert_true(cpu(3)->stuck_s > 49 && cpu(3)->stuck_s < 51);
}

static void test_a_stopper_that_is_due_is_starved_before_the_threshold(void **state)
{
	(void)state;
	world.in->c->dump.watchdog_thresh_s = 10;
	put64(world_percpu_at(touch, 1), 40000000000 >> 30);
	assert_null(inq_inspect_cpus(world.in));
	assert_null(inq_inspect_lockup(world.in));
	assert_false(cpu(1)->lockup);
	/* 10 s, less the period of 4 s and the unit of touch */
	assert_true(cpu(1)->starved_s > 4.9 && cpu(1)->starved_s < 6.1);
	assert_true(cpu(0)->starved_s == 0);
}

static void test_an_idle_cpu_is_not_locked_up(void **state)
{
	(void)state;
	world.in->c->dump.watchdog_thresh_s = 10;
	put64(world_percpu_at(touch, 1), 20000000000 >> 30);
	put64(world_percpu_at(current_task, 1), inq_symbol_addr(world.k, "init_task"));
	assert_null(inq_inspect_cpus(world.in));
	assert_null(inq_inspect_lockup(world.in));
	assert_false(cpu(1)->lockup);
}

static void test_a_tick_that_stands_still_tells_since_when(void **state)
{
	(void)state;
	put64(world_percpu_at(tick, 1) + 8, 40004000000);
	put64(world_percpu_at(tick, 2) + 8, 1000000);
	*(unsigned char *)fake_at(&world.dump, world_percpu_at(tick, 2) + TICK_STOPPED, 1) = 1;
	assert_null(inq_inspect_cpus(world.in));
	assert_null(inq_inspect_lockup(world.in));
	assert_true(cpu(1)->timer_s > 9.9 && cpu(1)->timer_s < 10.1);
	assert_true(cpu(0)->timer_s == 0);
	assert_true(cpu(2)->timer_s < 0); /* stopped on purpose */
}

static void test_tasks_tell_how_long_they_are_off_the_cpu(void **state)
{
	uint64_t t = world_task(7, "sleeper"), list[1] = {t};

	(void)state;
	put64(t + T_EXEC_START, 47000000000);
	put64(t + T_ARRIVAL, 46000000000);
	world_link_tasks(list, 1);
	assert_null(inq_inspect_tasks(world.in));
	assert_null(inq_inspect_cpus(world.in));
	assert_null(inq_inspect_lockup(world.in));
	for (size_t i = 0; i < world.in->c->tasks.n; i++) {
		double since = world.in->c->tasks.v[i].since_s;

		if (world.in->c->tasks.v[i].pid == 7)
			assert_true(since > 2.9 && since < 3.1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_each_cpu_has_its_task_and_clock),
		T(test_notes_behind_a_missing_one_go_to_the_stack_that_they_stand_on),
		T(test_a_note_in_user_mode_is_as_far_behind_as_the_one_before_it),
		T(test_user_mode_goes_by_order_where_none_is_missing),
		T(test_a_current_task_that_is_none_is_a_gap),
		T(test_a_watchdog_that_did_not_run_is_a_lockup),
		T(test_a_report_that_started_the_watchdog_over_still_holds),
		T(test_a_report_does_not_hold_when_the_cpu_went_on),
		T(test_a_cpu_that_nobody_watches_is_not_stuck),
		T(test_a_stopper_that_is_due_is_starved_before_the_threshold),
		T(test_an_idle_cpu_is_not_locked_up),
		T(test_a_tick_that_stands_still_tells_since_when),
		T(test_tasks_tell_how_long_they_are_off_the_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
