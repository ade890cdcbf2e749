// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the bit that a task sleeps for is set, by the arguments of the function it sleeps in. */
#include "module_code.h"

static uint64_t first, second, word;

static int setup(void **state)
{
	static const char *const names[] = {"schedule",
					    "bit_wait",
					    "out_of_line_wait_on_bit",
					    "folio_wait_bit_common",
					    "wait_on_page_bit_common",
					    "flush_it"};

	(void)state;
	world_begin();
	world_task_types();
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_ready();
	world_two_tasks("first", &first, "second", &second);
	word = world_heap(64);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* @task sleeps for bit @bit of the word at @addr. */
static size_t sleeps(uint64_t task, uint64_t addr, uint64_t bit)
{
	inq_id s = FRAMES({"schedule", {0}}, {"bit_wait", {0}},
			  {"out_of_line_wait_on_bit", {addr, bit}}, {"flush_it", {0}});

	return frames_sleeper(task, s, 2, INQ_RES_BIT, word);
}

static void test_a_clear_bit_has_come(void **state)
{
	struct inq_case *c = world.in->c;
	const struct inq_resource *r;
	size_t w = sleeps(first, word, 5);

	(void)state;
	put64(word, ~(UINT64_C(1) << 5));
	assert_null(inq_inspect_bit_waits(world.in));
	r = frames_resource(w);
	assert_true(r->came);
	assert_true(inq_resource_is_free(r));
	assert_int_equal(r->word, ~(UINT64_C(1) << 5));
	assert_string_equal(r->detail, "bit 5 is clear");
	assert_int_equal(c->waits.v[w].evidence.n, 1);
	assert_int_equal(c->waits.v[w].evidence.v[0], r->ev_word);
	assert_int_equal(inq_evidence_at(c, r->ev_word)->addr, word);
}

static void test_a_set_bit_has_not_come(void **state)
{
	const struct inq_resource *r;
	size_t w = sleeps(first, word, 5);

	(void)state;
	put64(word, 1 << 5);
	assert_null(inq_inspect_bit_waits(world.in));
	r = frames_resource(w);
	assert_true(r->has_word);
	assert_false(r->came);
	assert_string_equal(r->detail, "bit 5 is set");
}

static void test_a_bit_behind_the_first_word_is_read_where_it_is(void **state)
{
	const struct inq_resource *r;
	size_t w = sleeps(first, word, 64 + 3);

	(void)state;
	put64(word, ~UINT64_C(0));
	put64(word + 8, 1 << 4);
	assert_null(inq_inspect_bit_waits(world.in));
	r = frames_resource(w);
	assert_int_equal(r->word, 1 << 4);
	assert_true(r->came);
	assert_int_equal(inq_evidence_at(world.in->c, r->ev_word)->addr, word + 8);
}

/* Only the low half of an int argument's register counts. */
static void test_the_bits_number_is_an_int(void **state)
{
	size_t w = sleeps(first, word, UINT64_C(0xdead00000000) | 5);

	(void)state;
	put64(word, 1 << 5);
	assert_null(inq_inspect_bit_waits(world.in));
	assert_string_equal(frames_resource(w)->detail, "bit 5 is set");
}

static void test_the_arguments_of_a_page_are_behind_its_queue(void **state)
{
	inq_id s = FRAMES({"schedule", {0}}, {"wait_on_page_bit_common", {word + 32, word, 2}});
	size_t w = frames_sleeper(first, s, 1, INQ_RES_PAGE, word);

	(void)state;
	put64(word, 1 << 2);
	assert_null(inq_inspect_bit_waits(world.in));
	assert_string_equal(frames_resource(w)->detail, "bit 2 is set");
}

/* Not all who wait for bits of this word have been served: it has not come. */
static void test_one_of_two_bits_is_set(void **state)
{
	size_t w = sleeps(first, word, 5);

	(void)state;
	sleeps(second, word, 6);
	put64(word, 1 << 5);
	assert_null(inq_inspect_bit_waits(world.in));
	assert_false(frames_resource(w)->came);
}

static void test_the_other_of_two_bits_is_set(void **state)
{
	size_t w = sleeps(first, word, 6);

	(void)state;
	sleeps(second, word, 5);
	put64(word, 1 << 5);
	assert_null(inq_inspect_bit_waits(world.in));
	assert_false(frames_resource(w)->came);
}

/* ---- what looks alike ------------------------------------------------ */

static bool is_silent(size_t w)
{
	assert_null(inq_inspect_bit_waits(world.in));
	return !frames_resource(w)->has_word && !frames_resource(w)->came &&
	       !world.in->c->waits.v[w].evidence.n;
}

static void test_another_word_says_nothing(void **state)
{
	(void)state;
	assert_true(is_silent(sleeps(first, word + 8, 5)));
}

static void test_a_function_further_out_than_the_wait_says_nothing(void **state)
{
	inq_id s = FRAMES({"schedule", {0}}, {"bit_wait", {0}},
			  {"out_of_line_wait_on_bit", {word, 5}});

	(void)state;
	assert_true(is_silent(frames_sleeper(first, s, 1, INQ_RES_BIT, word)));
}

static void test_a_wait_of_another_kind_says_nothing(void **state)
{
	inq_id s = FRAMES({"schedule", {0}}, {"out_of_line_wait_on_bit", {word, 5}});

	(void)state;
	assert_true(is_silent(frames_sleeper(first, s, 1, INQ_RES_MUTEX, word)));
}

static void test_a_modules_function_of_such_a_name_says_nothing(void **state)
{
	inq_id s;

	(void)state;
	module_with("out_of_line_wait_on_bit_lock");
	s = FRAMES({"schedule", {0}}, {"out_of_line_wait_on_bit_lock", {word, 5}});
	assert_true(is_silent(frames_sleeper(first, s, 1, INQ_RES_BIT, word)));
}

static void test_a_task_on_a_cpu_does_not_sleep(void **state)
{
	size_t w = sleeps(first, word, 5);

	(void)state;
	world.in->c->tasks.v[frames_task_id(first)].on_cpu = true;
	assert_true(is_silent(w));
}

/* ---- what lies -------------------------------------------------------- */

static void test_an_absurd_bit_is_not_believed(void **state)
{
	(void)state;
	assert_true(is_silent(sleeps(first, word, 1 << 20)));
}

static void test_memory_that_is_not_there_says_nothing(void **state)
{
	(void)state;
	word = WORLD_HEAP + 0x100000 - 8;
	assert_true(is_silent(sleeps(first, word, 64)));
}

static void test_a_users_address_is_no_word(void **state)
{
	(void)state;
	word = 0x1000;
	fake_region(&world.dump, word, 64);
	assert_true(is_silent(sleeps(first, word, 5)));
}

static void test_a_frame_beyond_the_stack_is_none(void **state)
{
	size_t w = sleeps(first, word, 5);

	(void)state;
	put64(word, 1 << 5);
	world.in->c->waits.v[w].frame = INT32_MAX;
	assert_null(inq_inspect_bit_waits(world.in));
	assert_string_equal(frames_resource(w)->detail, "bit 5 is set");
	world.in->c->waits.v[w].waiter.task = INT32_MAX;
	assert_null(inq_inspect_bit_waits(world.in));
	assert_int_equal(world.in->c->waits.v[w].evidence.n, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_clear_bit_has_come),
		TEST(test_a_set_bit_has_not_come),
		TEST(test_a_bit_behind_the_first_word_is_read_where_it_is),
		TEST(test_the_bits_number_is_an_int),
		TEST(test_the_arguments_of_a_page_are_behind_its_queue),
		TEST(test_one_of_two_bits_is_set),
		TEST(test_the_other_of_two_bits_is_set),
		TEST(test_another_word_says_nothing),
		TEST(test_a_function_further_out_than_the_wait_says_nothing),
		TEST(test_a_wait_of_another_kind_says_nothing),
		TEST(test_a_modules_function_of_such_a_name_says_nothing),
		TEST(test_a_task_on_a_cpu_does_not_sleep),
		TEST(test_an_absurd_bit_is_not_believed),
		TEST(test_memory_that_is_not_there_says_nothing),
		TEST(test_a_users_address_is_no_word),
		TEST(test_a_frame_beyond_the_stack_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
