// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may still take, or wake somebody for, a lock that is free and slept for. */
#include "module_code.h"

static uint64_t sleeper, other, lock;
static size_t wait;

static int setup(void **state)
{
	static const char *const names[] = {
		"schedule", "__mutex_lock",  "mutex_unlock",  "wake_up_process",
		"complete", "__wake_up_bit", "push_messages",
	};

	(void)state;
	world_begin();
	world_task_types();
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_ready();
	world_two_tasks("sleeper", &sleeper, "other", &other);
	frames_cpus();
	lock = world_heap(64);
	wait = frames_sleeper(sleeper, FRAMES({"schedule", {0}}, {"__mutex_lock", {lock}}), 1,
			      INQ_RES_MUTEX, lock);
	world.in->c->waits.v[wait].since_s = 10;
	world.in->c->tasks.v[frames_task_id(sleeper)].run = INQ_RUN_BLOCKED;
	world.in->c->resources.v[0].has_word = true;
	world.in->c->resources.v[0].word = 1; /* nobody has it, somebody waits */
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static void other_is(enum inq_task_run run, inq_id stack)
{
	struct inq_task *t = &world.in->c->tasks.v[frames_task_id(other)];

	t->run = run;
	t->on_cpu = run == INQ_RUN_ON_CPU;
	t->cpu = 2;
	if (t->on_cpu)
		world.in->c->cpus.v[2].stack = stack;
	else
		t->stack = stack;
}

static const char *signaller(void)
{
	assert_null(inq_inspect_passed_on(world.in));
	return frames_resource(wait)->signaller;
}

/* ---- who comes to take it --------------------------------------------- */

static void test_who_was_woken_and_waits_for_a_cpu(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"schedule", {0}}, {"__mutex_lock", {lock}}));
	assert_string_equal(signaller(), "other (51) is awake and comes to take it");
}

static void test_who_was_woken_and_runs(void **state)
{
	(void)state;
	other_is(INQ_RUN_ON_CPU, FRAMES({"__mutex_lock", {lock}}));
	assert_string_equal(signaller(), "other (51) is awake and comes to take it");
}

static void test_who_stands_in_its_wait_list_and_is_awake(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"schedule", {0}}, {"push_messages", {0}}));
	assert_true(inq_hashmap_put(&world.in->queued_on, other, lock));
	assert_string_equal(signaller(), "other (51) is awake and comes to take it");
}

static void test_who_stands_in_anothers_wait_list_does_not_come(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"schedule", {0}}, {"push_messages", {0}}));
	assert_true(inq_hashmap_put(&world.in->queued_on, other, lock + 32));
	assert_null(signaller());
}

/* The wakeup of all who sleep for it has been lost. */
static void test_who_sleeps_for_it_too_does_not_come(void **state)
{
	(void)state;
	other_is(INQ_RUN_BLOCKED, FRAMES({"schedule", {0}}, {"__mutex_lock", {lock}}));
	assert_null(signaller());
}

/* ---- who is about to wake somebody ------------------------------------ */

static void test_who_gives_it_back(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"mutex_unlock", {lock}}, {"push_messages", {0}}));
	assert_string_equal(signaller(), "other (51) is about to wake somebody");
}

static void test_who_gives_another_lock_back(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"mutex_unlock", {lock + 32}}, {"push_messages", {0}}));
	assert_null(signaller());
}

static void test_a_modules_function_of_such_a_name(void **state)
{
	(void)state;
	module_with("up");
	other_is(INQ_RUN_QUEUED, FRAMES({"up", {lock}}, {"push_messages", {0}}));
	assert_null(signaller());
}

static void test_who_sleeps_while_giving_it_back_wakes_nobody(void **state)
{
	(void)state;
	other_is(INQ_RUN_BLOCKED, FRAMES({"schedule", {0}}, {"mutex_unlock", {lock}}));
	assert_null(signaller());
}

static void test_who_wakes_the_sleeper(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"wake_up_process", {sleeper}}, {"mutex_unlock", {0}}));
	assert_string_equal(signaller(), "other (51) is about to wake somebody");
}

static void test_who_wakes_somebody_else(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"wake_up_process", {other}}, {"push_messages", {0}}));
	assert_null(signaller());
}

static void test_who_wakes_a_sleeper_for_something_else(void **state)
{
	inq_id s = FRAMES({"schedule", {0}}, {"__mutex_lock", {lock + 32}});

	(void)state;
	other_is(INQ_RUN_BLOCKED, s);
	frames_sleeper(other, s, 1, INQ_RES_MUTEX, lock + 32);
	world.in->c->cpus.v[3].stack = FRAMES({"wake_up_process", {other}});
	assert_null(signaller());
}

static void test_a_cpu_that_wakes(void **state)
{
	(void)state;
	world.in->c->cpus.v[3].stack = FRAMES({"complete", {lock}, INQ_CTX_IRQ});
	assert_string_equal(signaller(), "CPU 3 is about to wake somebody");
}

/* Whom it wakes can't be told: it may be he. */
static void test_who_wakes_nobody_knows_whom(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED, FRAMES({"__wake_up_bit", {lock + 32}}, {"push_messages", {0}}));
	assert_string_equal(signaller(), "other (51) is about to wake somebody");
}

static void test_one_argument_that_is_known_tells_of_all(void **state)
{
	(void)state;
	other_is(INQ_RUN_QUEUED,
		 FRAMES({"__wake_up_bit", {lock + 32}}, {"mutex_unlock", {lock + 32}}));
	assert_null(signaller());
}

/* ---- which locks ------------------------------------------------------ */

static void waker(void)
{
	other_is(INQ_RUN_QUEUED, FRAMES({"mutex_unlock", {lock}}, {"push_messages", {0}}));
}

static void test_a_lock_that_is_held_is_not_passed_on(void **state)
{
	(void)state;
	waker();
	world.in->c->resources.v[0].word = other | 1;
	assert_null(signaller());
}

static void test_a_lock_of_unknown_word_is_not_looked_at(void **state)
{
	(void)state;
	waker();
	world.in->c->resources.v[0].has_word = false;
	assert_null(signaller());
}

static void test_who_has_just_come_to_wait_is_not_looked_at(void **state)
{
	(void)state;
	waker();
	world.in->c->waits.v[wait].since_s = 1;
	assert_null(signaller());
	world.in->c->waits.v[wait].since_s = -1;
	assert_null(signaller());
}

static void test_an_event_that_has_come(void **state)
{
	(void)state;
	waker();
	world.in->c->resources.v[0].kind = INQ_RES_BIT;
	world.in->c->resources.v[0].came = true;
	assert_string_equal(signaller(), "other (51) is about to wake somebody");
}

static void test_what_is_known_stays(void **state)
{
	(void)state;
	waker();
	world.in->c->resources.v[0].signaller = "the flusher";
	assert_string_equal(signaller(), "the flusher");
}

/* ---- what lies -------------------------------------------------------- */

static void test_stacks_that_are_not_there(void **state)
{
	(void)state;
	put64(other + T_STACK, UINT64_C(0xffff999900000000));
	other_is(INQ_RUN_QUEUED, INQ_NONE);
	world.in->c->cpus.v[0].stack = INT32_MAX;
	assert_null(signaller());
	other_is(INQ_RUN_ON_CPU, INQ_NONE);
	world.in->c->tasks.v[frames_task_id(other)].cpu = 1000;
	world.in->c->waits.v[wait].waiter.task = INT32_MAX;
	assert_null(signaller());
	world.in->c->waits.v[wait].resource = INT32_MAX;
	assert_null(inq_inspect_passed_on(world.in));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_was_woken_and_waits_for_a_cpu),
		TEST(test_who_was_woken_and_runs),
		TEST(test_who_stands_in_its_wait_list_and_is_awake),
		TEST(test_who_stands_in_anothers_wait_list_does_not_come),
		TEST(test_who_sleeps_for_it_too_does_not_come),
		TEST(test_who_gives_it_back),
		TEST(test_who_gives_another_lock_back),
		TEST(test_a_modules_function_of_such_a_name),
		TEST(test_who_sleeps_while_giving_it_back_wakes_nobody),
		TEST(test_who_wakes_the_sleeper),
		TEST(test_who_wakes_somebody_else),
		TEST(test_who_wakes_a_sleeper_for_something_else),
		TEST(test_a_cpu_that_wakes),
		TEST(test_who_wakes_nobody_knows_whom),
		TEST(test_one_argument_that_is_known_tells_of_all),
		TEST(test_a_lock_that_is_held_is_not_passed_on),
		TEST(test_a_lock_of_unknown_word_is_not_looked_at),
		TEST(test_who_has_just_come_to_wait_is_not_looked_at),
		TEST(test_an_event_that_has_come),
		TEST(test_what_is_known_stays),
		TEST(test_stacks_that_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
