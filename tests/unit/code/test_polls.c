// SPDX-License-Identifier: GPL-2.0-or-later
/* Loops that only read, and locks that no function takes. */
#include "stack.h"

#include "code/locks.h"
#include "code/poll_loop.h"

#define STACK UINT64_C(0xffffc90000001000)
#define DEV   UINT64_C(0xffff888001000000)

static struct inq_polled_word polled_at(const char *label, bool exact)
{
	struct inq_polled_word word = {0};
	struct fake_stack st = {0};
	struct fake f = {0};

	fake_frame(&st, label, exact, STACK - 16, 0);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_start(&f);
	assert_null(inq_loop_polls(f.code, &st.s, 0, 0, &word));
	fake_stop(&f);
	return word;
}

static void assert_polls(const char *label, enum inq_lock_kind kind, uint64_t addr)
{
	struct inq_polled_word word = polled_at(label, true);

	assert_non_null(word.expr);
	assert_int_equal(word.kind, kind);
	assert_int_equal(word.addr, addr);
	assert_int_equal(word.addr_how, INQ_CERTAIN);
}

static void assert_no_poll(const char *label)
{
	assert_null(polled_at(label, true).expr);
}

static void loop_that_tries_a_bit_waits_for_a_lock(void **state)
{
	struct inq_polled_word word = polled_at("at_bit_lock_in", true);

	(void)state;
	assert_polls("at_bit_lock_in", INQ_LOCK_BIT_SPINLOCK, DEV + 8);
	assert_int_equal(word.bit, 3);
	assert_true(word.tries);
	assert_no_poll("at_bit_lock_held");
}

static void reader_of_a_sequence_counter_waits_for_its_writer(void **state)
{
	(void)state;
	assert_polls("at_seq_read_in", INQ_LOCK_SEQCOUNT, DEV + 0x10);
	assert_polls("at_seq_read_again", INQ_LOCK_SEQCOUNT, DEV + 0x10);
}

static void swapped_word_is_a_lock(void **state)
{
	(void)state;
	assert_polls("at_word_lock_in", INQ_LOCK_WORD, DEV + 0x18);
	assert_polls("at_word_swap_in", INQ_LOCK_WORD, DEV + 0x18);
}

static void word_of_another_meaning_is_told_all_the_same(void **state)
{
	(void)state;
	assert_polls("at_poll_flag_in", INQ_LOCK_NONE, DEV + 0x20);
	assert_int_equal(polled_at("at_poll_flag_call", false).addr, DEV + 0x20);
	assert_polls("at_poll_change_in", INQ_LOCK_NONE, DEV + 0x24);
}

static void loop_may_ask_a_function_that_only_looks(void **state)
{
	struct inq_polled_word word = {0};
	struct fake_stack st = {0};
	struct fake f = {0};

	(void)state;
	fake_frame(&st, "at_poll_asks_call", false, STACK - 16, 0);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	f.words[f.nr_words].addr = DEV + 0x28;
	f.words[f.nr_words++].val = DEV + 0x1000;
	fake_start(&f);
	assert_null(inq_loop_polls(f.code, &st.s, 0, 0, &word));
	fake_stop(&f);
	assert_non_null(word.expr);
	assert_int_equal(word.kind, INQ_LOCK_NONE);
	assert_int_equal(word.addr, DEV + 0x1008);
	assert_null(polled_at("at_poll_counts_call", false).expr);
}

static void loop_that_can_end_by_itself_polls_nothing(void **state)
{
	(void)state;
	assert_no_poll("at_poll_times_in");
	assert_no_poll("at_poll_work_in");
	assert_no_poll("at_poll_list_in");
	assert_no_poll("at_poll_calls_in");
	assert_no_poll("at_lock_both_at");
}

/* The locks held at @label while @w is watched (NULL: nothing is). */
static struct inq_held_locks held_at(struct fake *f, const char *label,
				     const struct inq_lock_watch *w)
{
	struct inq_held_locks locks = {0};
	struct fake_stack st = {0};

	fake_frame(&st, label, true, STACK - 16, 0);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_start(f);
	/* what was found before a watch is found anew */
	assert_null(inq_locks_held(f->code, &st.s, 0, 0, 1, &locks));
	assert_int_equal(locks.n, 0);
	if (w)
		assert_true(inq_locks_watch(f->code, w));
	assert_null(inq_locks_held(f->code, &st.s, 0, 0, 1, &locks));
	fake_stop(f);
	return locks;
}

static void assert_held(const char *label, const struct inq_lock_watch *w, uint64_t addr)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, label, w);

	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].kind, w->kind);
	assert_int_equal(locks.v[0].addr, addr);
	assert_true(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
}

static void assert_free(const char *label, const struct inq_lock_watch *w)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, label, w);

	assert_int_equal(locks.n, 0);
	inq_held_locks_deinit(&locks);
}

static const struct inq_lock_watch bit3 = {.kind = INQ_LOCK_BIT_SPINLOCK, .bit = 3};
static const struct inq_lock_watch bit5 = {.kind = INQ_LOCK_BIT_SPINLOCK, .bit = 5};
static const struct inq_lock_watch sequence = {.kind = INQ_LOCK_SEQCOUNT};
static const struct inq_lock_watch word = {.kind = INQ_LOCK_WORD};

static void watched_bit_is_held_from_its_setting_to_its_clearing(void **state)
{
	(void)state;
	assert_held("at_bit_lock_held", &bit3, DEV + 8);
	assert_free("at_bit_lock_in", &bit3);
	assert_free("at_bit_lock_out", &bit3);
	/* by its byte */
	assert_held("at_bit_lock_high_held", &bit5, DEV + 9);
	assert_free("at_bit_lock_high_out", &bit5);
	assert_free("at_bit_lock_held", &bit5);
	assert_free("at_bit_lock_held", &sequence);
	assert_free("at_bit_lock_held", NULL);
}

static void write_section_lasts_from_one_increment_to_the_next(void **state)
{
	(void)state;
	assert_held("at_seq_write_held", &sequence, DEV + 0x10);
	assert_held("at_seq_write_early", &sequence, DEV + 0x10);
	assert_free("at_seq_write_out", &sequence);
	assert_free("at_seq_read_again", &sequence);
	assert_free("at_seq_write_held", &bit3);
}

static void swapped_word_is_held_until_zero_is_stored(void **state)
{
	(void)state;
	assert_held("at_word_lock_held", &word, DEV + 0x18);
	assert_free("at_word_lock_in", &word);
	assert_free("at_word_lock_out", &word);
	assert_held("at_word_swap_held", &word, DEV + 0x18);
	assert_free("at_word_swap_in", &word);
}

static void function_that_leaves_a_write_section_open_is_told(void **state)
{
	struct inq_left_locks left = {0};
	struct fake f = {0};

	(void)state;
	fake_start(&f);
	assert_true(inq_locks_watch(f.code, &sequence));
	assert_true(inq_locks_watch(f.code, &sequence));
	assert_null(inq_locks_left(f.code, sample("seq_write"), &left));
	assert_int_equal(left.n, 1);
	assert_true(left.v[0].held);
	assert_false(left.v[0].always);
	inq_vec_deinit(&left);
	fake_stop(&f);
}

static void only_so_many_are_watched(void **state)
{
	struct inq_lock_watch w = {.kind = INQ_LOCK_BIT_SPINLOCK};
	struct fake f = {0};

	(void)state;
	fake_start(&f);
	for (w.bit = 0; w.bit < 4; w.bit++)
		assert_true(inq_locks_watch(f.code, &w));
	assert_false(inq_locks_watch(f.code, &w));
	fake_stop(&f);
}

/* A CPU in user mode has a frame in the case that the unwinder doesn't have. */
static void no_frame_polls_nothing(void **state)
{
	struct inq_polled_word polled = {.kind = INQ_LOCK_SPINLOCK};
	struct fake_stack st = {0};
	struct fake f = {0};

	(void)state;
	fake_start(&f);
	assert_null(inq_loop_polls(f.code, &st.s, 0, 0, &polled));
	assert_null(polled.expr);
	assert_int_equal(polled.kind, INQ_LOCK_NONE);
	fake_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loop_that_tries_a_bit_waits_for_a_lock),
		cmocka_unit_test(reader_of_a_sequence_counter_waits_for_its_writer),
		cmocka_unit_test(swapped_word_is_a_lock),
		cmocka_unit_test(word_of_another_meaning_is_told_all_the_same),
		cmocka_unit_test(loop_may_ask_a_function_that_only_looks),
		cmocka_unit_test(loop_that_can_end_by_itself_polls_nothing),
		cmocka_unit_test(watched_bit_is_held_from_its_setting_to_its_clearing),
		cmocka_unit_test(write_section_lasts_from_one_increment_to_the_next),
		cmocka_unit_test(swapped_word_is_held_until_zero_is_stored),
		cmocka_unit_test(function_that_leaves_a_write_section_open_is_told),
		cmocka_unit_test(only_so_many_are_watched),
		cmocka_unit_test(no_frame_polls_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
