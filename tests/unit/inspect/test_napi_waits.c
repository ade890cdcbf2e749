// SPDX-License-Identifier: GPL-2.0-or-later
/* Who disables a polling that is disabled already. */
#include "inspect/edges.h"
#include "module_code.h"

static uint64_t closer, other, napi, poll;
enum { STATE = 8, LIST = 16, POLL = 32, DEV = 40 };

static int setup(void **state)
{
	static const char *const names[] = {"schedule", "napi_disable", "close_it"};

	(void)state;
	world_begin();
	world_task_types();
	world_struct("napi_struct", 64,
		     (struct world_member[]){{"state", "u64", STATE},
					     {"poll_list", "list_head", LIST},
					     {"poll", "ptr", POLL},
					     {"dev", "ptr", DEV},
					     {0}});
	world_struct("net_device", 64, (struct world_member[]){{"name", "char[16]", 0}, {0}});
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	poll = frames_function("poll_it", array_size(names));
	world_ready();
	world_two_tasks("closer", &closer, "other", &other);
	frames_cpus();
	napi = world_heap(64);
	put64(napi + STATE, 1);
	put64(napi + POLL, poll);
	put64(napi + LIST, napi + LIST);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static inq_id in_disable(void)
{
	return FRAMES({"schedule", {0}}, {"napi_disable", {napi}}, {"close_it", {0}});
}

static const struct inq_resource *sleeps(void)
{
	size_t w = frames_sleeper(closer, in_disable(), 1, INQ_RES_HANDLER, 0);

	assert_null(inq_inspect_napi_waits(world.in));
	assert_int_equal(world.in->c->waits.n, 1);
	return frames_resource(w);
}

static void test_a_poll_that_is_on_no_list_never_ends(void **state)
{
	const struct inq_resource *r = sleeps();

	(void)state;
	assert_int_equal(r->addr, napi);
	assert_non_null(r->never);
	assert_int_equal(inq_evidence_at(world.in->c, r->ev_word)->addr, napi + STATE);
}

static void test_a_poll_that_is_on_a_list_will_run(void **state)
{
	(void)state;
	put64(napi + LIST, world_heap(16));
	assert_null(sleeps()->never);
}

static void test_a_poll_that_is_not_scheduled(void **state)
{
	(void)state;
	put64(napi + STATE, 2);
	assert_null(sleeps()->never);
}

static void test_a_poll_that_runs(void **state)
{
	(void)state;
	world.in->c->cpus.v[2].stack = FRAMES({"poll_it", {napi}});
	assert_null(sleeps()->never);
}

/* It sleeps for a moment again and again: here it has just been woken. */
static void test_who_has_just_been_woken_waits_where_others_wait_for_it(void **state)
{
	struct inq_case *c = world.in->c;
	struct inq_actor who = {INQ_ACTOR_TASK, -1, frames_task_id(closer)};
	inq_id mutex = inq_resource_find_or_add(c, INQ_RES_MUTEX, world_heap(64));

	(void)state;
	c->tasks.v[who.task].stack = in_disable();
	c->tasks.v[who.task].run = INQ_RUN_QUEUED;
	assert_null(inq_inspect_napi_waits(world.in));
	assert_int_equal(c->waits.n, 0);
	inq_edge_hold(world.in, mutex, who, INQ_NONE);
	assert_null(inq_inspect_napi_waits(world.in));
	assert_int_equal(c->waits.n, 1);
	assert_int_equal(c->waits.v[0].waiter.task, who.task);
	assert_non_null(frames_resource(0)->never);
}

static void test_a_napi_that_is_not_there(void **state)
{
	(void)state;
	napi = UINT64_C(0xffff999900000000);
	assert_null(sleeps()->never);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_poll_that_is_on_no_list_never_ends),
		TEST(test_a_poll_that_is_on_a_list_will_run),
		TEST(test_a_poll_that_is_not_scheduled),
		TEST(test_a_poll_that_runs),
		TEST(test_who_has_just_been_woken_waits_where_others_wait_for_it),
		TEST(test_a_napi_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
