// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.h"

#include "inspect/now.h"

#include "util/banned.h"

#define S UINT64_C(1000000000)

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_global("jiffies_64", 8);
	world_global("tick_nsec", 8);
	world_ready();
	for (size_t i = 0; i < WORLD_CPUS; i++) {
		struct inq_cpu *cpu = inq_case_add(world.in->c, &world.in->c->cpus);

		cpu->nr = (int32_t)i;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* The moment when the CPUs' clocks show @a and @b and the log's newest two stamps @l1 and @l2. */
static uint64_t now_of(uint64_t a, uint64_t b, uint64_t l1, uint64_t l2)
{
	struct inq_log_newest log = {0};

	world.in->c->cpus.v[0].clock_ns = a;
	world.in->c->cpus.v[1].clock_ns = b;
	inq_log_newest_add(&log, l2);
	inq_log_newest_add(&log, l1);
	inq_now_find(world.in, &log);
	return world.in->now_ns;
}

static void set_jiffies(uint64_t seconds)
{
	const uint64_t hz = 250;

	put64(inq_symbol_addr(world.k, "tick_nsec"), S / hz);
	put64(inq_symbol_addr(world.k, "jiffies_64"),
	      (UINT64_C(1) << 32) - 300 * hz + seconds * hz);
}

static void newest_clock_is_now(void **state)
{
	(void)state;
	assert_true(now_of(50 * S, 40 * S, 45 * S, 44 * S) == 50 * S);
	assert_true(now_of(50 * S, 40 * S, 60 * S, 2 * S) == 60 * S);
	/* one alone is all there is */
	assert_true(now_of(900000 * S, 0, 0, 0) == 900000 * S);
	assert_int_equal(now_of(0, 0, 0, 0), 0);
}

static void clock_far_ahead_of_all_others_is_damaged(void **state)
{
	(void)state;
	assert_true(now_of(UINT64_MAX - 1, 40 * S, 45 * S, 44 * S) == 45 * S);
	assert_int_equal(world.in->c->gaps.n, 1);
	assert_non_null(strstr(world.in->c->gaps.v[0].why, "CPU 0"));
	assert_int_equal(world.in->c->cpus.v[0].clock_ns, 0);
	assert_int_equal(world.in->c->cpus.v[1].clock_ns, 40 * S);
	/* a stamp of the log; and two at once */
	assert_true(now_of(50 * S, 40 * S, UINT64_C(1) << 62, 44 * S) == 50 * S);
	assert_true(now_of(UINT64_C(1) << 60, UINT64_C(1) << 63, 45 * S, 44 * S) == 45 * S);
}

static void jiffies_bear_out_a_lone_clock(void **state)
{
	(void)state;
	set_jiffies(2999990);
	assert_true(now_of(3000000 * S, 10 * S, 20 * S, 20 * S) == 3000000 * S);
	assert_int_equal(world.in->c->gaps.n, 0);
	/* damaged themselves they bear out nothing, and are not believed */
	set_jiffies(UINT64_C(1) << 50);
	assert_true(now_of(50 * S, 40 * S, 45 * S, 44 * S) == 50 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(newest_clock_is_now, setup, teardown),
		cmocka_unit_test_setup_teardown(clock_far_ahead_of_all_others_is_damaged, setup,
						teardown),
		cmocka_unit_test_setup_teardown(jiffies_bear_out_a_lone_clock, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
