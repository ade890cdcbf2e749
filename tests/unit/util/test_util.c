// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/arena.h"
#include "util/bisect.h"
#include "util/cursor.h"
#include "util/error.h"
#include "util/hashmap.h"
#include "util/strbuf.h"
#include "util/vec.h"

#include "util/banned.h"

static void arena_gives_zeroed_aligned_memory_that_does_not_overlap(void **state)
{
	struct inq_arena a = INQ_ARENA_INIT;
	unsigned char *last = NULL;

	(void)state;
	for (size_t i = 1; i < 500; i++) {
		unsigned char *p = inq_arena_alloc(&a, i);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0xff, i);
		if (last)
			assert_int_equal(last[0], 0xff);
		last = p;
	}
	assert_non_null(inq_arena_alloc(&a, 1 << 20));
	assert_false(a.failed);
	inq_arena_deinit(&a);
	assert_null(a.head);
}

static void arena_copies_and_formats_strings(void **state)
{
	struct inq_arena a = INQ_ARENA_INIT;

	(void)state;
	assert_string_equal(inq_arena_strdup(&a, "kernel"), "kernel");
	assert_string_equal(inq_arena_strndup(&a, "kernel", 3), "ker");
	assert_string_equal(inq_arena_strndup(&a, "k", 3), "k");
	assert_string_equal(inq_arena_printf(&a, "%s+0x%x", "f", 16), "f+0x10");
	assert_null(inq_arena_strdup(&a, NULL));
	inq_arena_deinit(&a);
}

static void arena_remembers_that_it_failed(void **state)
{
	struct inq_arena a = INQ_ARENA_INIT;

	(void)state;
	assert_null(inq_arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_true(a.failed);
	assert_non_null(inq_arena_alloc(&a, 8));
	assert_true(a.failed);
	inq_arena_deinit(&a);
	assert_false(a.failed);
	assert_null(inq_arena_alloc(&a, SIZE_MAX));
	assert_true(a.failed);
	assert_null(inq_arena_alloc(&a, SIZE_MAX - 16));
	inq_arena_deinit(&a);
}

static void strbuf_grows_and_stays_terminated(void **state)
{
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	(void)state;
	assert_string_equal(inq_strbuf_str(&sb), "");
	inq_strbuf_add(&sb, "cpu");
	inq_strbuf_addc(&sb, ' ');
	inq_strbuf_addf(&sb, "%d %s", 3, "idle");
	inq_strbuf_addn(&sb, "xyz", 1);
	assert_string_equal(inq_strbuf_str(&sb), "cpu 3 idlex");
	assert_int_equal(sb.len, 11);
	for (int i = 0; i < 1000; i++)
		inq_strbuf_addf(&sb, "%04d", i);
	assert_int_equal(sb.len, 4011);
	assert_int_equal(strlen(inq_strbuf_str(&sb)), 4011);
	assert_string_equal(inq_strbuf_str(&sb) + 4007, "0999");
	assert_false(sb.failed);
	inq_strbuf_reset(&sb);
	assert_string_equal(inq_strbuf_str(&sb), "");
	inq_strbuf_deinit(&sb);
}

static void strbuf_remembers_that_it_failed(void **state)
{
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	(void)state;
	inq_strbuf_add(&sb, "kept");
	inq_strbuf_addn(&sb, "x", SIZE_MAX - 2);
	assert_true(sb.failed);
	sb.failed = false;
	inq_strbuf_addn(&sb, "x", SIZE_MAX / 2 + 100); /* no power of two is that large */
	assert_true(sb.failed);
	assert_string_equal(inq_strbuf_str(&sb), "kept");
	inq_strbuf_deinit(&sb);
}

static void vec_keeps_what_was_pushed(void **state)
{
	struct pair {
		uint64_t a;
		uint32_t b;
	};
	inq_vec(struct pair) v = {0};

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		struct pair *p = inq_vec_push(&v);

		assert_non_null(p);
		assert_int_equal(p->a, 0);
		*p = (struct pair){.a = i * 2, .b = i};
	}
	assert_int_equal(v.n, 1000);
	assert_true(v.max >= v.n);
	for (uint32_t i = 0; i < 1000; i++)
		assert_true(v.v[i].a == i * 2 && v.v[i].b == i);
	inq_vec_deinit(&v);
	assert_null(v.v);
	assert_int_equal(v.n, 0);
}

static void vec_refuses_sizes_that_overflow(void **state)
{
	size_t max = SIZE_MAX / 2 + 1;
	void *v = NULL;

	(void)state;
	assert_false(inq_vec_grow(&v, max, &max, 1));
	max = SIZE_MAX / 4;
	assert_false(inq_vec_grow(&v, max, &max, 16));
	assert_null(v);
}

static void hashmap_finds_what_was_put_and_nothing_else(void **state)
{
	struct inq_hashmap m = INQ_HASHMAP_INIT;
	uint64_t v = 77;

	(void)state;
	assert_false(inq_hashmap_get(&m, 0, &v));
	/* Keys like addresses: alike in the low bits. */
	for (uint64_t i = 0; i < 5000; i++)
		assert_true(inq_hashmap_put(&m, UINT64_C(0xffff888000000000) + i * 4096, i));
	assert_int_equal(m.n, 5000);
	for (uint64_t i = 0; i < 5000; i++) {
		assert_true(inq_hashmap_get(&m, UINT64_C(0xffff888000000000) + i * 4096, &v));
		assert_int_equal(v, i);
	}
	v = 77;
	assert_false(inq_hashmap_get(&m, 1, &v));
	assert_int_equal(v, 77);
	inq_hashmap_deinit(&m);
}

static void hashmap_replaces_and_takes_key_zero(void **state)
{
	struct inq_hashmap m = INQ_HASHMAP_INIT;
	uint64_t v;

	(void)state;
	assert_true(inq_hashmap_put(&m, 0, 1));
	assert_true(inq_hashmap_put(&m, 0, 2));
	assert_true(inq_hashmap_put(&m, UINT64_MAX, 3));
	assert_int_equal(m.n, 2);
	assert_true(inq_hashmap_get(&m, 0, &v));
	assert_int_equal(v, 2);
	assert_true(inq_hashmap_get(&m, UINT64_MAX, NULL));
	inq_hashmap_deinit(&m);
}

static void hash_of_bytes_is_fnv1a_and_can_be_continued(void **state)
{
	uint64_t whole = inq_hash_bytes(INQ_HASH_START, "foobar", 6);

	(void)state;
	/* From the reference test vectors of FNV. */
	assert_true(whole == UINT64_C(0x85944171f73967e8));
	assert_true(inq_hash_bytes(inq_hash_bytes(INQ_HASH_START, "foo", 3), "bar", 3) == whole);
}

static void cursor_reads_little_endian_fields(void **state)
{
	static const unsigned char bytes[] = {1, 2, 3, 4, 5, 6, 7, 0xff, 0xff, 'a', 'b', 0, 9};
	struct inq_cursor c = inq_cursor_init(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(inq_cursor_u8(&c), 1);
	assert_int_equal(inq_cursor_u16(&c), 0x0302);
	assert_int_equal(inq_cursor_u32(&c), 0x07060504);
	assert_int_equal(inq_cursor_s16(&c), -1);
	assert_int_equal(inq_cursor_left(&c), 4);
	assert_false(c.overrun);
}

static void cursor_stops_at_its_end_for_good(void **state)
{
	static const unsigned char bytes[] = {1, 2, 3};
	struct inq_cursor c = inq_cursor_init(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(inq_cursor_u32(&c), 0);
	assert_true(c.overrun);
	assert_int_equal(inq_cursor_left(&c), 3); /* nothing was taken */
	assert_false(inq_cursor_skip(&c, SIZE_MAX));
	assert_true(inq_cursor_skip(&c, 3));
	assert_int_equal(inq_cursor_u8(&c), 0);
	assert_true(c.overrun);
}

static void error_grows_a_message_from_the_inside_out(void **state)
{
	struct inq_error *err = inq_error_create(INQ_ERR_EXCLUDED, 0x1000, "page %d", 5);

	(void)state;
	err = inq_error_prefix(err, "task_struct.%s", "comm");
	err = inq_error_prefix(err, "task list");
	assert_int_equal(err->code, INQ_ERR_EXCLUDED);
	assert_int_equal(err->addr, 0x1000);
	assert_string_equal(err->message, "task list: task_struct.comm: page 5");
	inq_error_destroy(err);
	assert_null(inq_error_prefix(NULL, "nothing"));
	inq_error_destroy(NULL);
}

static void out_of_memory_needs_no_memory(void **state)
{
	struct inq_error *err = inq_error_prefix(&inq_enomem, "context");

	(void)state;
	assert_ptr_equal(err, &inq_enomem);
	inq_error_destroy(err);
	inq_error_destroy(err);
	assert_string_equal(inq_enomem.message, "out of memory");
}

static void every_error_code_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int a = INQ_ERR_NOMEM; a <= INQ_ERR_NOTSUP; a++) {
		const char *name = inq_error_code_name((enum inq_error_code)a);

		assert_string_not_equal(name, "unknown error");
		for (int b = INQ_ERR_NOMEM; b < a; b++)
			assert_string_not_equal(name, inq_error_code_name((enum inq_error_code)b));
	}
}

static void taken_pointer_is_not_freed_at_scope_end(void **state)
{
	char *kept;

	(void)state;
	{
		cleanup_free char *p = strdup("kept");
		cleanup_free char *q = strdup("freed here");

		assert_non_null(q);
		kept = take_ptr(p);
		assert_null(p);
	}
	assert_string_equal(kept, "kept");
	free(kept);
}

static void bisect_counts_those_that_come_first(void **state)
{
	const int v[] = {1, 3, 3, 7};

	(void)state;
	assert_int_equal(inq_bisect(array_size(v), i, v[i] <= 0), 0);
	assert_int_equal(inq_bisect(array_size(v), i, v[i] < 3), 1);
	assert_int_equal(inq_bisect(array_size(v), i, v[i] <= 3), 3);
	assert_int_equal(inq_bisect(array_size(v), i, v[i] <= 9), 4);
	assert_int_equal(inq_bisect((size_t)0, i, v[i] <= 9), 0);
}

static void bisect_of_what_is_not_sorted_ends(void **state)
{
	const int v[] = {9, 1, 8, 2, 7};

	(void)state;
	assert_in_range(inq_bisect(array_size(v), i, v[i] < 5), 0, array_size(v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_gives_zeroed_aligned_memory_that_does_not_overlap),
		cmocka_unit_test(arena_copies_and_formats_strings),
		cmocka_unit_test(arena_remembers_that_it_failed),
		cmocka_unit_test(strbuf_grows_and_stays_terminated),
		cmocka_unit_test(strbuf_remembers_that_it_failed),
		cmocka_unit_test(vec_keeps_what_was_pushed),
		cmocka_unit_test(vec_refuses_sizes_that_overflow),
		cmocka_unit_test(bisect_counts_those_that_come_first),
		cmocka_unit_test(bisect_of_what_is_not_sorted_ends),
		cmocka_unit_test(hashmap_finds_what_was_put_and_nothing_else),
		cmocka_unit_test(hashmap_replaces_and_takes_key_zero),
		cmocka_unit_test(hash_of_bytes_is_fnv1a_and_can_be_continued),
		cmocka_unit_test(cursor_reads_little_endian_fields),
		cmocka_unit_test(cursor_stops_at_its_end_for_good),
		cmocka_unit_test(error_grows_a_message_from_the_inside_out),
		cmocka_unit_test(out_of_memory_needs_no_memory),
		cmocka_unit_test(every_error_code_has_a_word_of_its_own),
		cmocka_unit_test(taken_pointer_is_not_freed_at_scope_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
