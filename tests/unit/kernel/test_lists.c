// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake.h"
#include "kernel/lists.h"

#define HEAD UINT64_C(0xffff888000001000)

static struct inq_dump dump;
static struct inq_kernel *k;

static uint64_t node(unsigned int i)
{
	return HEAD + 16 * (uint64_t)i;
}

/* A list of @n nodes after the head whose last one points to @last. */
static int setup(void **state)
{
	(void)state;
	fake_region(&dump, HEAD, 0x4000);
	k = fake_kernel(&dump);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	inq_kernel_destroy(k);
	fake_deinit(&dump);
	return 0;
}

static void chain(unsigned int n, uint64_t last)
{
	for (unsigned int i = 0; i < n; i++)
		fake_put64(&dump, node(i), node(i + 1));
	fake_put64(&dump, node(n), last);
}

static unsigned int count(struct inq_list_walk *w)
{
	unsigned int n = 0;
	uint64_t addr;

	while (inq_list_walk_next(w, &addr))
		assert_int_equal(addr, node(++n));
	assert_false(inq_list_walk_next(w, &addr));
	return n;
}

static void test_a_list_ends_at_its_head(void **state)
{
	struct inq_list_walk w;

	(void)state;
	chain(5, HEAD);
	w = inq_list_walk_init(k, HEAD, 100);
	assert_int_equal(count(&w), 5);
	assert_int_equal(w.end, INQ_WALK_DONE);
	chain(0, HEAD);
	w = inq_list_walk_init(k, HEAD, 100);
	assert_int_equal(count(&w), 0);
	assert_int_equal(w.end, INQ_WALK_DONE);
}

static void test_a_single_list_ends_at_null_or_at_a_nulls_mark(void **state)
{
	struct inq_list_walk w;

	(void)state;
	chain(5, 0);
	w = inq_slist_walk_init(k, HEAD, 100);
	assert_int_equal(count(&w), 5);
	assert_int_equal(w.end, INQ_WALK_DONE);
	chain(5, 0x2b | 1);
	w = inq_slist_walk_init(k, HEAD, 100);
	assert_int_equal(count(&w), 5);
	assert_int_equal(w.end, INQ_WALK_DONE);
}

static void test_as_many_nodes_as_the_bound_are_no_fault(void **state)
{
	struct inq_list_walk w;

	(void)state;
	chain(5, HEAD);
	w = inq_list_walk_init(k, HEAD, 5);
	assert_int_equal(count(&w), 5);
	assert_int_equal(w.end, INQ_WALK_DONE);
	w = inq_list_walk_init(k, HEAD, 4);
	assert_int_equal(count(&w), 4);
	assert_int_equal(w.end, INQ_WALK_BOUND);
	assert_int_equal(w.addr, node(5));
}

static void test_a_cycle_that_misses_the_head_is_noticed(void **state)
{
	(void)state;
	for (unsigned int back = 1; back <= 50; back++) {
		struct inq_list_walk w;
		unsigned int n = 0;
		uint64_t addr;

		chain(50, node(back));
		w = inq_list_walk_init(k, HEAD, 1000000);
		while (inq_list_walk_next(&w, &addr))
			n++;
		assert_int_equal(w.end, INQ_WALK_CYCLE);
		assert_true(n >= 50 && n < 300);
	}
}

static void test_a_wild_pointer_ends_the_walk_where_it_is(void **state)
{
	struct inq_list_walk w;

	(void)state;
	chain(3, 0xdead000000000100);
	w = inq_list_walk_init(k, HEAD, 100);
	assert_int_equal(count(&w), 3);
	assert_int_equal(w.end, INQ_WALK_UNREADABLE);
	assert_int_equal(w.addr, 0xdead000000000100);
	chain(3, 0);
	w = inq_list_walk_init(k, HEAD, 100);
	assert_int_equal(count(&w), 3);
	assert_int_equal(w.end, INQ_WALK_UNREADABLE);
}

static void test_a_head_that_is_not_there_is_unreadable(void **state)
{
	struct inq_list_walk w = inq_list_walk_init(k, 0x1000, 100);

	(void)state;
	assert_int_equal(count(&w), 0);
	assert_int_equal(w.end, INQ_WALK_UNREADABLE);
	assert_int_equal(w.addr, 0x1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_list_ends_at_its_head),
		cmocka_unit_test(test_a_single_list_ends_at_null_or_at_a_nulls_mark),
		cmocka_unit_test(test_as_many_nodes_as_the_bound_are_no_fault),
		cmocka_unit_test(test_a_cycle_that_misses_the_head_is_noticed),
		cmocka_unit_test(test_a_wild_pointer_ends_the_walk_where_it_is),
		cmocka_unit_test(test_a_head_that_is_not_there_is_unreadable),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
