// SPDX-License-Identifier: GPL-2.0-or-later
/* For which locks code that may have left them held is looked for, and in which modules. */
#include "leaving_code.h"

/* ---- which locks --------------------------------------------------------- */

static struct inq_wait *forgotten(void)
{
	size_t w;

	good("mbox_read", LOCK);
	forgets("mbox_post", LOCK);
	w = sleeps();
	return &world.in->c->waits.v[w];
}

static void test_a_short_wait_is_not_worth_it(void **state)
{
	(void)state;
	forgotten()->since_s = 1;
	assert_null(leak());
	assert_false(frames_resource(0)->leaks_looked_for);
}

static void test_a_lock_that_code_is_known_to_hold(void **state)
{
	struct inq_hold *h;

	(void)state;
	forgotten();
	h = inq_case_add(world.in->c, &world.in->c->holds);
	h->function = "mbox_read";
	h->conf = INQ_CONF_LIKELY;
	assert_null(leak());
	h->conf = INQ_CONF_POSSIBLE;
	assert_non_null(leak());
}

static void test_a_corrupt_lock_was_not_left(void **state)
{
	(void)state;
	forgotten();
	world.in->c->resources.v[0].corrupt = true;
	assert_null(leak());
}

/* ---- the kernel's locks -------------------------------------------------- */

static size_t sleeps_in_the_kernel(void)
{
	uint64_t lock = world_global("tty_lock", 32);

	forgets("mbox_post", lock);
	forgets_member("mbox_read", 0); /* no object of its own is it */
	return sleeps_in("vfs_write", 0, lock);
}

static void test_a_module_from_outside_may_leave_a_kernels_lock(void **state)
{
	(void)state;
	sleeps_in_the_kernel();
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN);
	assert_false(frames_resource(0)->leaks_looked_for); /* not in the kernel */
}

static void test_a_module_of_the_kernels_tree_is_not_looked_through(void **state)
{
	(void)state;
	code.m->taints = 0;
	sleeps_in_the_kernel();
	assert_null(leak());
}

/* ---- what lies ------------------------------------------------------------ */

static void test_code_that_is_not_there_was_not_looked_through(void **state)
{
	(void)state;
	module_symbol("mbox_gone", MODULE_TEXT + MODULE_PART, 't');
	code.m->ranges[0].end += 0x100;
	code.m->ranges[1].start += 0x100;
	world.dump.region[world.dump.n - 1].addr += 0x100;
	forgotten();
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN); /* the rest is */
	assert_false(frames_resource(0)->leaks_looked_for);
}

static void test_a_module_without_an_end(void **state)
{
	(void)state;
	code.m->ranges[0].end = UINT64_MAX;
	forgotten();
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN);
}

static void test_tables_that_point_nowhere(void **state)
{
	struct inq_wait *w = forgotten();

	(void)state;
	w->frame = INT32_MAX;
	assert_leak("mbox_post", false, INQ_CONF_CERTAIN); /* by the lock's own module */
	w->waiter.task = INT32_MAX;
	world.in->c->resources.v[0].module = "no such";
	world.in->c->leaks.n = 0;
	assert_non_null(leak());
	w->resource = INT32_MAX;
	world.in->c->leaks.n = 0;
	assert_null(leak());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_short_wait_is_not_worth_it),
		TEST(test_a_lock_that_code_is_known_to_hold),
		TEST(test_a_corrupt_lock_was_not_left),
		TEST(test_a_module_from_outside_may_leave_a_kernels_lock),
		TEST(test_a_module_of_the_kernels_tree_is_not_looked_through),
		TEST(test_code_that_is_not_there_was_not_looked_through),
		TEST(test_a_module_without_an_end),
		TEST(test_tables_that_point_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
