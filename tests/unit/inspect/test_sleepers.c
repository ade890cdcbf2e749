// SPDX-License-Identifier: GPL-2.0-or-later
/* Of whom it is said what he waits for, and how often. */
#include "frames.h"

static uint64_t holder, other;

static int setup(void **state)
{
	static const char *const names[] = {"schedule", "handle_userfault", "msleep",
					    "do_user_addr_fault"};

	(void)state;
	world_begin();
	world_task_types();
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_ready();
	world_two_tasks("holder", &holder, "other", &other);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static void asleep(uint64_t task, enum inq_task_run run, const char *function)
{
	struct inq_task *t = &world.in->c->tasks.v[frames_task_id(task)];
	inq_id stack = FRAMES({"schedule", {0}}, {function, {0}}, {"do_user_addr_fault", {0}});

	t->run = run;
	t->since_s = 100;
	t->stack = stack;
}

static void holds_something(uint64_t task)
{
	struct inq_hold *h = inq_case_add(world.in->c, &world.in->c->holds);

	assert_non_null(h);
	h->resource = inq_resource_find_or_add(world.in->c, INQ_RES_MUTEX, WORLD_HEAP + task % 64);
	h->holder = (struct inq_actor){INQ_ACTOR_TASK, -1, frames_task_id(task)};
}

static void expect_one_wait(uint64_t task, enum inq_resource_kind kind)
{
	struct inq_case *c = world.in->c;

	assert_null(inq_inspect_sleepers(world.in));
	assert_int_equal(c->waits.n, 1);
	assert_int_equal(c->waits.v[0].waiter.task, frames_task_id(task));
	assert_int_equal(inq_case_resource(c, c->waits.v[0].resource)->kind, kind);
}

/* A program that is to fill a page, and doesn't: the kernel never reports such a sleeper. */
static void test_a_holder_that_waits_for_user_space(void **state)
{
	(void)state;
	asleep(holder, INQ_RUN_SLEEPING, "handle_userfault");
	asleep(other, INQ_RUN_SLEEPING, "handle_userfault");
	holds_something(holder);
	expect_one_wait(holder, INQ_RES_USER);
}

static void test_a_blocked_holder_is_told_once(void **state)
{
	(void)state;
	asleep(holder, INQ_RUN_BLOCKED, "msleep");
	holds_something(holder);
	holds_something(holder);
	expect_one_wait(holder, INQ_RES_TIMER);
}

static void test_who_sleeps_and_holds_nothing_is_left_alone(void **state)
{
	(void)state;
	asleep(other, INQ_RUN_SLEEPING, "msleep");
	assert_null(inq_inspect_sleepers(world.in));
	assert_int_equal(world.in->c->waits.n, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_holder_that_waits_for_user_space),
		TEST(test_a_blocked_holder_is_told_once),
		TEST(test_who_sleeps_and_holds_nothing_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
