// SPDX-License-Identifier: GPL-2.0-or-later
/* Who waits for a timer's, tasklet's or NAPI's handler to end, and who runs it. */
#include "handlers.h"

/* ---- timers ----------------------------------------------------------- */

static void test_a_timer_that_runs_is_waited_for(void **state)
{
	uint64_t at = world_percpu_at(timer_bases, 2) + BASE + 8;

	(void)state;
	put64(at, timer);
	put64(timer + 24, handler);
	runs(2, timer);
	spins("timer_delete_sync", timer);
	assert_spins_for(timer, 2);
	assert_string_equal(frames_resource(0)->name, "beat_timer");
	assert_int_equal(inq_evidence_at(world.in->c, world.in->c->holds.v[0].evidence.v[0])->addr,
			 at);
}

/* The base says so, though the CPU's stack couldn't be had. */
static void test_a_timer_runs_in_an_interrupt_without_a_stack_too(void **state)
{
	(void)state;
	put64(world_percpu_at(timer_bases, 2) + 8, timer);
	put64(timer + 24, handler);
	spins("timer_delete_sync", timer);
	assert_spins_for(timer, 2);
}

static void test_another_timer_that_runs_is_not_waited_for(void **state)
{
	(void)state;
	put64(world_percpu_at(timer_bases, 2) + 8, timer + 64);
	runs(2, timer + 64);
	spins("timer_delete_sync", timer);
	assert_nothing();
}

static void test_a_modules_function_of_such_a_name_does_not_wait(void **state)
{
	(void)state;
	module_with("del_timer_sync");
	put64(world_percpu_at(timer_bases, 2) + 8, timer);
	runs(2, timer);
	spins("del_timer_sync", timer);
	assert_nothing();
}

static void test_a_hrtimer_of_the_last_clock(void **state)
{
	(void)state;
	put64(world_percpu_at(hrtimer_bases, 3) + 64 + 7 * CLOCK + 16, timer);
	put64(timer + 40, handler);
	runs(3, timer);
	spins("hrtimer_cancel", timer);
	assert_spins_for(timer, 3);
}

static void test_behind_the_last_clock_there_is_none(void **state)
{
	(void)state;
	put64(world_percpu_at(hrtimer_bases, 3) + 64 + 8 * CLOCK + 16, timer);
	spins("hrtimer_cancel", timer);
	assert_nothing();
}

/* ---- tasklets, NAPI --------------------------------------------------- */

static uint64_t tasklet(uint64_t state, uint64_t data)
{
	uint64_t t = world_heap(64);

	put64(t + 8, state);
	put64(t + 24, handler);
	put64(t + 32, data);
	return t;
}

static void test_a_tasklet_that_runs_is_waited_for(void **state)
{
	uint64_t t = tasklet(2, 0);

	(void)state;
	runs(3, t);
	spins("tasklet_kill", t);
	assert_spins_for(t, 3);
}

/* Without a callback its function gets its data: some object of the driver's. */
static void test_a_tasklet_that_runs_on_its_data(void **state)
{
	uint64_t data = world_heap(64), t = tasklet(2, data);

	(void)state;
	runs(3, data);
	spins("tasklet_kill", t);
	assert_spins_for(t, 3);
}

static void test_another_tasklet_of_that_function(void **state)
{
	(void)state;
	runs(3, tasklet(2, 0));
	spins("tasklet_kill", tasklet(2, world_heap(64)));
	assert_nothing();
}

static void test_a_tasklet_that_is_only_scheduled(void **state)
{
	uint64_t t = tasklet(1, 0);

	(void)state;
	runs(3, t);
	spins("tasklet_kill", t);
	assert_nothing();
}

static void test_a_tasklet_whose_function_nobody_runs(void **state)
{
	(void)state;
	spins("tasklet_kill", tasklet(2, 0));
	assert_nothing();
}

/* The sleeper's wait is there, for nobody knows what. */
static void test_who_sleeps_for_a_poll_learns_whose(void **state)
{
	struct inq_case *c = world.in->c;
	uint64_t napi = world_heap(OBJECT);
	inq_id s = FRAMES({"schedule", {0}}, {"napi_disable", {napi}}, {"close_it", {0}});
	size_t w = frames_sleeper(asker, s, 1, INQ_RES_HANDLER, 0);

	(void)state;
	put64(napi + 16, 1);
	put64(napi + 24, handler);
	runs(0, napi);
	assert_null(inq_inspect_handler_waits(world.in));
	assert_int_equal(c->waits.n, 1);
	assert_int_equal(frames_resource(w)->addr, napi);
	assert_int_equal(c->waits.v[w].evidence.n, 1);
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].holder.cpu, 0);
	assert_int_equal(c->holds.v[0].resource, c->waits.v[w].resource);
}

/* ---- what lies -------------------------------------------------------- */

static void test_objects_that_are_not_there(void **state)
{
	static const char *const waits[] = {"timer_delete_sync", "hrtimer_cancel", "tasklet_kill",
					    "napi_disable"};

	(void)state;
	handles(2, UINT64_C(0xffff999900000000)); /* no irq_desc */
	for (size_t i = 0; i < array_size(waits); i++) {
		spins(waits[i], UINT64_C(0xffff999900000000));
		assert_nothing();
	}
	spins("synchronize_irq", 0);
	assert_nothing();
}

/* The base's word is proof of the timer, not of the function in it. */
static void test_a_timer_that_is_gone_still_runs(void **state)
{
	uint64_t gone = UINT64_C(0xffff999900000000);

	(void)state;
	put64(world_percpu_at(timer_bases, 0) + 8, gone);
	spins("timer_delete_sync", gone);
	assert_null(inq_inspect_handler_waits(world.in));
	assert_int_equal(world.in->c->holds.n, 1);
	assert_int_equal(world.in->c->holds.v[0].holder.cpu, 0);
	assert_null(world.in->c->holds.v[0].function);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_timer_that_runs_is_waited_for),
		TEST(test_a_timer_runs_in_an_interrupt_without_a_stack_too),
		TEST(test_another_timer_that_runs_is_not_waited_for),
		TEST(test_a_modules_function_of_such_a_name_does_not_wait),
		TEST(test_a_hrtimer_of_the_last_clock),
		TEST(test_behind_the_last_clock_there_is_none),
		TEST(test_a_tasklet_that_runs_is_waited_for),
		TEST(test_a_tasklet_that_runs_on_its_data),
		TEST(test_another_tasklet_of_that_function),
		TEST(test_a_tasklet_that_is_only_scheduled),
		TEST(test_a_tasklet_whose_function_nobody_runs),
		TEST(test_who_sleeps_for_a_poll_learns_whose),
		TEST(test_objects_that_are_not_there),
		TEST(test_a_timer_that_is_gone_still_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
