// SPDX-License-Identifier: GPL-2.0-or-later
/* Which code can have left a lock held that nobody is known to hold. */
#include "leaving_code.h"

static void test_a_way_out_that_forgets_a_variable(void **state)
{
	uint64_t site;
	const struct inq_evidence *e;

	(void)state;
	good("mbox_read", LOCK);
	site = forgets("mbox_post", LOCK);
	sleeps();
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN);
	assert_true(frames_resource(0)->leaks_looked_for);
	e = inq_evidence_at(world.in->c, world.in->c->leaks.v[0].evidence.v[0]);
	assert_int_equal(e->kind, INQ_EV_CODE);
	assert_int_equal(e->addr, site);
}

static void test_code_that_gives_it_back_left_nothing(void **state)
{
	(void)state;
	good("mbox_read", LOCK);
	good("mbox_post", LOCK);
	sleeps();
	assert_null(leak());
	assert_true(frames_resource(0)->leaks_looked_for);
}

static void test_another_variable_that_is_forgotten(void **state)
{
	(void)state;
	good("mbox_read", LOCK);
	forgets("mbox_post", OTHER_LOCK);
	sleeps();
	assert_null(leak());
}

static void test_a_lock_of_another_kind_at_that_address(void **state)
{
	(void)state;
	good("mbox_read", LOCK);
	forgets("mbox_post", LOCK);
	sleeps();
	world.in->c->resources.v[0].kind = INQ_RES_RWSEM;
	assert_null(leak());
}

/* ---- in objects --------------------------------------------------------- */

static void reads_member(unsigned char member)
{
	code_function("mbox_read");
	code_member(member);
	code_call(lock_it);
	code_member(member);
	code_call(unlock_it);
	code_end();
}

static void test_the_same_place_in_an_object_is_likely(void **state)
{
	(void)state;
	reads_member(MEMBER);
	forgets_member("mbox_post", MEMBER);
	sleeps_in("mbox_read", 4 + MEMBER_AND_CALL, WORLD_HEAP + 0x8010);
	assert_leak("mbox_post", false, INQ_CONF_LIKELY);
}

static void test_another_place_in_an_object_is_not_it(void **state)
{
	(void)state;
	reads_member(MEMBER);
	forgets_member("mbox_post", MEMBER + 8);
	sleeps_in("mbox_read", 4 + MEMBER_AND_CALL, WORLD_HEAP + 0x8010);
	assert_null(leak());
}

/* ---- functions that are meant to return with it -------------------------- */

static void test_a_wrapper_whose_callers_give_it_back(void **state)
{
	uint64_t get;

	(void)state;
	good("mbox_read", LOCK);
	get = does("mbox_lock_it", LOCK, lock_it, 0);
	does("mbox_post", LOCK, get, unlock_it);
	sleeps();
	assert_null(leak());
}

static void test_a_wrapper_whose_caller_forgets(void **state)
{
	uint64_t get;

	(void)state;
	good("mbox_read", LOCK);
	get = does("mbox_lock_it", LOCK, lock_it, 0);
	forgets_by("mbox_post", LOCK, get);
	sleeps();
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN);
}

static void test_who_only_passes_on_is_not_named(void **state)
{
	(void)state;
	good("mbox_read", LOCK);
	forgets("mbox_post_locked", LOCK);
	does("mbox_write", LOCK, code.start, 0);
	sleeps();
	assert_leak("mbox_post_locked", false, INQ_CONF_CERTAIN);
}

/* Nobody of the module ever calls the one or the other: whoever does may forget the stop. */
static void test_a_start_that_always_keeps_it(void **state)
{
	(void)state;
	good("mbox_read", LOCK);
	does("mbox_start", LOCK, lock_it, 0);
	does("mbox_stop", LOCK, unlock_it, 0);
	sleeps();
	assert_leak("mbox_start", true, INQ_CONF_CERTAIN);
}

static void test_a_start_with_a_stop_next_to_one_that_forgets(void **state)
{
	(void)state;
	good("mbox_read", LOCK);
	does("mbox_start", LOCK, lock_it, 0);
	does("mbox_stop", LOCK, unlock_it, 0);
	forgets("mbox_post", LOCK);
	sleeps();
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_way_out_that_forgets_a_variable),
		TEST(test_code_that_gives_it_back_left_nothing),
		TEST(test_another_variable_that_is_forgotten),
		TEST(test_a_lock_of_another_kind_at_that_address),
		TEST(test_the_same_place_in_an_object_is_likely),
		TEST(test_another_place_in_an_object_is_not_it),
		TEST(test_a_wrapper_whose_callers_give_it_back),
		TEST(test_a_wrapper_whose_caller_forgets),
		TEST(test_who_only_passes_on_is_not_named),
		TEST(test_a_start_that_always_keeps_it),
		TEST(test_a_start_with_a_stop_next_to_one_that_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
