// SPDX-License-Identifier: GPL-2.0-or-later
/* The printk ring: wrapped blocks, records being written, lost and impossible ones. */
#include "inspect/log.h"
#include "ring.h"

struct seen {
	size_t n;
	char text[16][64];
	uint64_t seq[16];
	unsigned int level;
	uint32_t caller;
	size_t stop_at;
};

static bool see(const struct inq_log_record *r, void *arg)
{
	struct seen *s = arg;

	assert_true(s->n < array_size(s->text));
	assert_int_equal(strlen(r->text), r->len);
	snprintf(s->text[s->n], sizeof(s->text[0]), "%s", r->text);
	s->seq[s->n++] = r->seq;
	s->level = r->level;
	s->caller = r->caller_id;
	return s->n != s->stop_at;
}

static struct seen walk(size_t *ret_lost)
{
	struct seen s = {0};

	assert_null(inq_log_walk(world.k, see, &s, ret_lost));
	return s;
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	ring_types();
	world_ready();
	ring_make();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static void test_records_come_oldest_first(void **state)
{
	size_t lost = 7;
	struct seen s;

	(void)state;
	ring_add(1000000000, 0x80000002, "first");
	ring_add(2000000000, 0x80000002, "two\nlines");
	s = walk(&lost);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.text[0], "first");
	assert_string_equal(s.text[1], "two\nlines");
	assert_int_equal(s.seq[1], s.seq[0] + 1);
	assert_int_equal(s.level, 6);
	assert_int_equal(s.caller, 0x80000002);
	assert_int_equal(lost, 0);
}

static void test_the_reader_may_stop(void **state)
{
	struct seen s = {.stop_at = 1};
	size_t lost;

	(void)state;
	ring_add(1, 0, "a");
	ring_add(2, 0, "b");
	assert_null(inq_log_walk(world.k, see, &s, &lost));
	assert_int_equal(s.n, 1);
}

static void test_a_block_that_wraps_lies_at_the_start(void **state)
{
	char filler[200];
	size_t lost;
	struct seen s;

	(void)state;
	memset(filler, 'x', sizeof(filler));
	filler[40] = '\0';
	while (RING_TEXT - ring.next >= 64)
		ring_add(1, 0, filler);
	ring.tail = ring.head - 1;
	ring_publish();
	ring_add(2, 0, "wrapped, and longer than what is left of the ring");
	assert_true(ring.next > RING_TEXT);
	s = walk(&lost);
	assert_int_equal(lost, 0);
	assert_string_equal(s.text[s.n - 1], "wrapped, and longer than what is left of the ring");
}

static void test_a_block_may_end_with_the_ring(void **state)
{
	size_t lost;
	struct seen s;
	uint64_t id;

	(void)state;
	id = ring_add(1, 0, "at the end");
	memcpy(fake_at(&world.dump, ring.data + RING_TEXT - 16, 8), &id, 8);
	put_text(ring.data + RING_TEXT - 8, "THE END");
	put64(ring_desc(id) + 8, RING_TEXT - 16);
	put64(ring_desc(id) + 16, RING_TEXT);
	ring_set_len(id, 7);
	s = walk(&lost);
	assert_int_equal(lost, 0);
	assert_string_equal(s.text[0], "THE END");
}

static void test_a_record_being_written_is_lost_alone(void **state)
{
	size_t lost;
	struct seen s;
	uint64_t id;

	(void)state;
	ring_add(1, 0, "whole");
	id = ring_add(2, 0, "half");
	ring_add(3, 0, "next");
	put64(ring_desc(id), id); /* state: reserved */
	s = walk(&lost);
	assert_int_equal(lost, 1);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.text[1], "next");
}

static void test_a_descriptor_of_another_round_is_lost(void **state)
{
	size_t lost;
	uint64_t id;

	(void)state;
	id = ring_add(1, 0, "old");
	put64(ring_desc(id), (id + RING_DESCS) | UINT64_C(2) << 62);
	assert_int_equal(walk(&lost).n, 0);
	assert_int_equal(lost, 1);
}

static void test_a_record_without_text_is_empty(void **state)
{
	size_t lost;
	struct seen s;
	uint64_t id;

	(void)state;
	id = ring_add(1, 0, "gone");
	put64(ring_desc(id) + 8, 3); /* NO_LPOS */
	put64(ring_desc(id) + 16, 3);
	s = walk(&lost);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.text[0], "");
}

static void test_a_length_beyond_its_block_is_cut(void **state)
{
	size_t lost;
	struct seen s;
	uint64_t id;

	(void)state;
	id = ring_add(1, 0, "1234567");
	ring_add(1, 0, "neighbour");
	ring_set_len(id, 0xffff);
	s = walk(&lost);
	assert_string_equal(s.text[0], "1234567");
	assert_string_equal(s.text[1], "neighbour");
}

static void expect_error(enum inq_error_code code, const char *words)
{
	struct inq_error *err;
	struct seen s = {0};
	size_t lost;

	err = inq_log_walk(world.k, see, &s, &lost);
	assert_non_null(err);
	assert_int_equal(err->code, code);
	assert_non_null(strstr(err->message, words));
	inq_error_destroy(err);
}

static void test_head_and_tail_that_do_not_fit(void **state)
{
	(void)state;
	ring_add(1, 0, "a");
	ring.tail = ring.head - RING_DESCS - 3;
	ring_publish();
	expect_error(INQ_ERR_BADDATA, "head and tail");
}

static void test_sizes_that_cannot_be(void **state)
{
	(void)state;
	put32(ring.rb, 63);
	expect_error(INQ_ERR_BADDATA, "impossible sizes");
}

static void test_a_huge_empty_ring_ends_in_time(void **state)
{
	size_t lost;

	(void)state;
	put32(ring.rb, 30);
	put64(ring.rb + 8, WORLD_HEAP + 0x10000000);
	ring.tail = ring.head - ((UINT64_C(1) << 30) - 1);
	ring_publish();
	assert_int_equal(walk(&lost).n, 0);
	assert_true(lost > 1000);
}

static void test_memory_that_is_missing_is_said(void **state)
{
	(void)state;
	put64(inq_symbol_addr(world.k, "prb"), 0xffff999900000000);
	expect_error(INQ_ERR_FAULT, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_records_come_oldest_first),
		T(test_the_reader_may_stop),
		T(test_a_block_that_wraps_lies_at_the_start),
		T(test_a_block_may_end_with_the_ring),
		T(test_a_record_being_written_is_lost_alone),
		T(test_a_descriptor_of_another_round_is_lost),
		T(test_a_record_without_text_is_empty),
		T(test_a_length_beyond_its_block_is_cut),
		T(test_head_and_tail_that_do_not_fit),
		T(test_sizes_that_cannot_be),
		T(test_a_huge_empty_ring_ends_in_time),
		T(test_memory_that_is_missing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
