// SPDX-License-Identifier: GPL-2.0-or-later
/* Who goes on to complete what somebody waits for, once he is let on himself. */
#include "module_code.h"

enum { DONE = 0x10, LOCK = 0x40, OBJECT_SIZE = 128 };

static uint64_t waiter, worker, object, take, complete;
static uint64_t after, before, by_helper; /* offsets at which each waits for the lock */

static void write_functions(void)
{
	uint64_t start, helper = code_function("mbox_tell");

	code_member(DONE);
	code_call(complete);
	code_end();

	start = code_function("mbox_after");
	after = code_call(take) - start;
	code_member(DONE);
	code_call(complete);
	code_end();

	start = code_function("mbox_before");
	code_member(DONE);
	code_call(complete);
	before = code_call(take) - start;
	code_end();

	start = code_function("mbox_by_helper");
	by_helper = code_call(take) - start;
	CODE(0x48, 0x89, 0xdf); /* mov rdi, rbx */
	code_call(helper);
	code_end();
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	take = frames_function("mutex_lock", 0);
	complete = frames_function("complete", 1);
	frames_function("wait_for_completion", 2);
	frames_function("mbox_wait", 3);
	module_begin("mbox");
	write_functions();
	module_ready();
	world_ready();
	world_two_tasks("waiter", &waiter, "worker", &worker);
	object = world_heap(OBJECT_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* @worker waits for a lock in @function, at @offset, whose object is @kept. */
static void stands_in(const char *function, uint64_t offset, uint64_t kept)
{
	inq_id s = FRAMES({"mutex_lock", {object + LOCK}},
			  {.function = function, .offset = offset, .kept = kept});
	inq_id w = FRAMES({"wait_for_completion", {object + DONE}}, {"mbox_wait", {0}});

	frames_sleeper(waiter, w, 0, INQ_RES_COMPLETION, object + DONE);
	frames_sleeper(worker, s, 0, INQ_RES_MUTEX, object + LOCK);
	assert_null(inq_inspect_signallers(world.in));
}

static void assert_held_by_worker(const char *function)
{
	const struct inq_case *c = world.in->c;

	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].resource, c->waits.v[0].resource);
	assert_int_equal(c->holds.v[0].holder.task, frames_task_id(worker));
	assert_int_equal(c->holds.v[0].how, INQ_HELD_CODE);
	assert_int_equal(c->holds.v[0].conf, INQ_CONF_LIKELY);
	assert_string_equal(c->holds.v[0].function, function);
	assert_int_equal(c->holds.v[0].evidence.n, 1);
}

static void test_who_completes_it_behind_its_wait_holds_it(void **state)
{
	(void)state;
	stands_in("mbox_after", after, object);
	assert_held_by_worker("mbox_after");
}

static void test_by_way_of_a_function_too(void **state)
{
	(void)state;
	stands_in("mbox_by_helper", by_helper, object);
	assert_held_by_worker("mbox_by_helper");
}

static void test_who_has_completed_it_does_not(void **state)
{
	(void)state;
	stands_in("mbox_before", before, object);
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_nor_who_completes_another_ones(void **state)
{
	(void)state;
	stands_in("mbox_after", after, object + OBJECT_SIZE);
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_nor_whose_object_is_not_known(void **state)
{
	(void)state;
	stands_in("mbox_after", after, 0);
	assert_int_equal(world.in->c->holds.n, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_who_completes_it_behind_its_wait_holds_it),
		TEST(test_by_way_of_a_function_too),
		TEST(test_who_has_completed_it_does_not),
		TEST(test_nor_who_completes_another_ones),
		TEST(test_nor_whose_object_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
