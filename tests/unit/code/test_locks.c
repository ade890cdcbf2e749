// SPDX-License-Identifier: GPL-2.0-or-later
#include "stack.h"

#include "code/locks.h"

#define STACK UINT64_C(0xffffc90000001000)
#define DEV   UINT64_C(0xffff888001000000)

/* The locks held by one frame that stands at @label with rbx = DEV. */
static struct inq_held_locks held_at(struct fake *f, const char *label, bool exact)
{
	struct inq_held_locks locks = {0};
	struct fake_stack st = {0};

	fake_frame(&st, label, exact, STACK - 32, 0);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_start(f);
	assert_null(inq_locks_held(f->code, &st.s, 0, 0, st.s.n, &locks));
	fake_stop(f);
	return locks;
}

static void assert_one(const char *label, bool every_path, uint64_t addr)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, label, true);

	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].every_path, every_path);
	assert_int_equal(locks.v[0].addr, addr);
	inq_held_locks_deinit(&locks);
}

static void assert_none(const char *label)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, label, true);

	assert_int_equal(locks.n, 0);
	inq_held_locks_deinit(&locks);
}

static void lock_is_held_between_acquire_and_release_in_spite_of_branches(void **state)
{
	(void)state;
	assert_none("lock_both");
	assert_one("at_lock_both_1", true, DEV + 0x10);
	assert_one("at_lock_both_at", true, DEV + 0x10);
	assert_none("at_lock_both_2");
}

static void held_lock_tells_where_it_was_taken_and_its_kind(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_both_at", true);

	(void)state;
	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].kind, INQ_LOCK_SPINLOCK);
	assert_int_equal(locks.v[0].addr_how, INQ_CERTAIN);
	assert_int_equal(locks.v[0].site, sample("at_lock_both_1") - 5);
	assert_int_equal(locks.v[0].frame, 0);
	inq_held_locks_deinit(&locks);
}

static void lock_of_one_branch_is_held_on_some_path(void **state)
{
	(void)state;
	assert_one("at_lock_one_at", false, DEV);
}

static void trylock_counts_where_it_succeeded(void **state)
{
	(void)state;
	assert_one("at_lock_try_yes", true, DEV);
	assert_none("at_lock_try_no");
}

static void interruptible_lock_counts_where_it_returned_zero(void **state)
{
	(void)state;
	assert_one("at_lock_intr_yes", true, DEV);
	assert_none("at_lock_intr_out");
}

static void error_path_that_unlocks_leaves_nothing(void **state)
{
	(void)state;
	assert_one("at_lock_goto_in", true, DEV);
	assert_none("at_lock_goto_out");
}

static void error_path_that_forgets_leaves_it_on_some_path(void **state)
{
	(void)state;
	assert_one("at_lock_leak_out", false, DEV);
}

static void plain_store_of_zero_releases(void **state)
{
	(void)state;
	assert_one("at_lock_inline_in", true, DEV);
	assert_none("at_lock_inline_out");
}

static void lock_reloaded_in_a_loop_is_the_same(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_loop_in", true);

	(void)state;
	assert_int_equal(locks.n, 1);
	assert_true(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
	assert_none("at_lock_loop_free");
}

static void lock_of_an_earlier_turn_is_not_the_one_of_now(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_turns_in", true);

	(void)state;
	assert_int_equal(locks.n, 2);
	assert_true(locks.v[0].every_path);
	assert_int_equal(locks.v[0].addr, DEV + 8);
	assert_true(locks.v[1].earlier_turn);
	assert_false(locks.v[1].every_path);
	assert_int_equal(locks.v[1].addr, 0);
	assert_int_equal(locks.v[1].not_addr, DEV + 8);
	inq_held_locks_deinit(&locks);
	/* at the end of the turn that forgot it, it is known by its name still */
	locks = held_at(&f, "at_lock_turns_next", true);
	assert_int_equal(locks.n, 2);
	assert_int_equal(locks.v[0].addr, DEV - 4);
	assert_false(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
}

static void lock_handed_on_round_a_loop_is_followed(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_hand_over_in", true);

	(void)state;
	for (size_t i = 0; i < locks.n; i++)
		assert_false(locks.v[i].earlier_turn);
	inq_held_locks_deinit(&locks);
}

static void wrappers_are_seen_through(void **state)
{
	(void)state;
	assert_one("at_lock_wrapped_in", true, DEV + 0x20);
	assert_none("at_lock_wrapped_out");
}

static void what_a_wrapper_returned_says_whether_it_is_held(void **state)
{
	(void)state;
	assert_one("at_lock_told_yes", true, DEV);
	assert_one("at_lock_untold", false, DEV);
}

static void functions_that_do_not_sound_like_locks_are_looked_into_on_demand(void **state)
{
	struct inq_held_locks locks = {0};
	struct fake_stack st = {0};
	struct fake f = {0};

	(void)state;
	fake_frame(&st, "at_dev_entered_in", true, STACK - 16, STACK);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_start(&f);
	for (int deep = 0; deep < 3; deep++) {
		inq_locks_look_deep(f.code, deep == 1);
		assert_null(inq_locks_held(f.code, &st.s, 0, 0, 1, &locks));
		assert_int_equal(locks.n, deep == 1);
		if (locks.n)
			assert_int_equal(locks.v[0].addr, DEV + 0x20);
		inq_held_locks_deinit(&locks);
	}
	fake_stop(&f);
}

static void recursion_ends(void **state)
{
	(void)state;
	assert_none("lock_recursive");
}

static void acquire_under_way_is_not_held(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_both_1", false);

	(void)state;
	assert_int_equal(locks.n, 0);
	inq_held_locks_deinit(&locks);
}

static void release_under_way_is_not_held(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_both_2", false);

	(void)state;
	assert_int_equal(locks.n, 0);
	inq_held_locks_deinit(&locks);
}

static void lock_that_an_inner_frame_gave_up_is_not_held(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = {0};
	struct fake_stack st = {0};

	(void)state;
	fake_frame(&st, "at_drop_wait_at", false, STACK - 16, STACK);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_frame(&st, "at_lock_outer_after", false, STACK, STACK + 16);
	inq_regs_set(&st.frames[1].regs, RBX, DEV);
	fake_start(&f);
	assert_null(inq_locks_held(f.code, &st.s, 0, 0, 2, &locks));
	assert_int_equal(locks.n, 0);
	/* with another lock in hand it is */
	inq_regs_set(&st.frames[0].regs, RBX, DEV + 0x100);
	assert_null(inq_locks_held(f.code, &st.s, 0, 0, 2, &locks));
	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].frame, 1);
	inq_held_locks_deinit(&locks);
	fake_stop(&f);
}

static void lock_that_a_function_returned_is_what_it_computed(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks = held_at(&f, "at_lock_returned_in", true);

	(void)state;
	assert_int_equal(locks.n, 2);
	assert_int_equal(locks.v[0].addr, DEV + 0x40);
	assert_int_equal(locks.v[1].addr, DEV + 0x18);
	assert_true(locks.v[0].every_path && locks.v[1].every_path);
	inq_held_locks_deinit(&locks);
	assert_one("at_lock_returned_out", true, DEV + 0x40);
}

static void lock_kept_in_an_aligned_frame_is_the_same(void **state)
{
	struct fake f = {0};
	struct inq_held_locks locks;

	(void)state;
	/* entered with sp = STACK - 8: rbp is pushed, then sp aligned to STACK - 16 */
	fake_word(&f, STACK - 16 - 0x20 + 8, DEV + 8);
	locks = held_at(&f, "at_lock_aligned_in", true);
	assert_int_equal(locks.n, 1);
	assert_true(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
	assert_none("at_lock_aligned_out");
}

static void nothing_was_taken_where_the_object_is_null(void **state)
{
	(void)state;
	assert_none("at_lock_null_out");
}

static struct inq_held_locks held_by_two(const char *inner, bool exact, const char *outer)
{
	struct inq_held_locks locks = {0};
	struct fake_stack st = {0};
	struct fake f = {0};

	fake_frame(&st, inner, exact, STACK - 16, STACK);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_frame(&st, outer, false, STACK, STACK + 16);
	inq_regs_set(&st.frames[1].regs, RBX, DEV);
	fake_start(&f);
	assert_null(inq_locks_held(f.code, &st.s, 0, 0, 2, &locks));
	fake_stop(&f);
	return locks;
}

static void inner_frame_makes_a_writer_a_reader(void **state)
{
	struct inq_held_locks locks =
		held_by_two("at_downgrades_after", false, "at_lock_write_after");

	(void)state;
	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].kind, INQ_LOCK_RWSEM_READ);
	assert_int_equal(locks.v[0].addr, DEV);
	assert_int_equal(locks.v[0].frame, 1);
	inq_held_locks_deinit(&locks);
}

static void who_sleeps_spins_for_nobody_unless_on_every_path(void **state)
{
	struct inq_held_locks locks;

	(void)state;
	/* the switch's own lock has been handed over */
	locks = held_by_two("at_switches_after", true, "at_sleeps_one_after");
	assert_int_equal(locks.n, 0);
	locks = held_by_two("at_switches_after", true, "at_sleeps_all_after");
	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].frame, 1);
	assert_true(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
	/* awake, the branch counts as it does elsewhere */
	locks = held_by_two("at_saves_after", false, "at_sleeps_one_after");
	assert_int_equal(locks.n, 1);
	assert_false(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
}

/* How @function leaves the only lock that it doesn't leave as it was. */
static struct inq_left_lock left_by(struct fake *f, const char *function)
{
	struct inq_left_locks left = {0};
	struct inq_left_lock l = {0};

	fake_start(f);
	assert_null(inq_locks_left(f->code, sample(function), &left));
	assert_true(left.n <= 1);
	if (left.n)
		l = left.v[0];
	inq_vec_deinit(&left);
	return l;
}

static void functions_that_can_return_with_a_lock_are_told_from_wrappers(void **state)
{
	struct fake f = {0};
	struct inq_left_lock l;

	(void)state;
	l = left_by(&f, "lock_leak");
	assert_true(l.held && !l.always && !l.told && !l.given_up);
	fake_stop(&f);
	l = left_by(&f, "dev_lock");
	assert_true(l.held && l.always);
	fake_stop(&f);
	l = left_by(&f, "dev_unlock");
	assert_true(!l.held && l.given_up && l.always);
	fake_stop(&f);
	l = left_by(&f, "lock_both");
	assert_int_equal(l.kind, INQ_LOCK_NONE);
	fake_stop(&f);
}

static void primitives_are_found_by_name_with_compiler_suffixes(void **state)
{
	const struct inq_lock_primitive *p;

	(void)state;
	p = inq_lock_primitive("__mutex_lock.constprop.0");
	assert_non_null(p);
	assert_int_equal(p->kind, INQ_LOCK_MUTEX);
	assert_false(p->spins);
	p = inq_lock_primitive("native_queued_spin_lock_slowpath");
	assert_non_null(p);
	assert_true(p->spins);
	assert_int_equal(inq_lock_primitive("down_read_trylock")->effect, INQ_LOCK_TRY);
	assert_int_equal(inq_lock_primitive("down_trylock")->effect, INQ_LOCK_TRY_INT);
	assert_int_equal(inq_lock_primitive("up_write")->effect, INQ_LOCK_RELEASE);
	assert_int_equal(inq_lock_primitive("_atomic_dec_and_lock")->arg, 1);
	assert_null(inq_lock_primitive("mutex_lock_me"));
	assert_null(inq_lock_primitive("mutex_loc"));
	assert_null(inq_lock_primitive(""));
	/* each row can be found: the table is sorted */
	assert_non_null(inq_lock_primitive("__down"));
	assert_non_null(inq_lock_primitive("ww_mutex_unlock"));
	assert_non_null(inq_lock_primitive("_raw_write_unlock_irqrestore"));
	assert_non_null(inq_lock_primitive("rt_spin_lock"));
	assert_non_null(inq_lock_primitive("down"));
	assert_non_null(inq_lock_primitive("mutex_lock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lock_is_held_between_acquire_and_release_in_spite_of_branches),
		cmocka_unit_test(held_lock_tells_where_it_was_taken_and_its_kind),
		cmocka_unit_test(lock_of_one_branch_is_held_on_some_path),
		cmocka_unit_test(trylock_counts_where_it_succeeded),
		cmocka_unit_test(interruptible_lock_counts_where_it_returned_zero),
		cmocka_unit_test(error_path_that_unlocks_leaves_nothing),
		cmocka_unit_test(error_path_that_forgets_leaves_it_on_some_path),
		cmocka_unit_test(plain_store_of_zero_releases),
		cmocka_unit_test(lock_reloaded_in_a_loop_is_the_same),
		cmocka_unit_test(lock_of_an_earlier_turn_is_not_the_one_of_now),
		cmocka_unit_test(lock_handed_on_round_a_loop_is_followed),
		cmocka_unit_test(wrappers_are_seen_through),
		cmocka_unit_test(what_a_wrapper_returned_says_whether_it_is_held),
		cmocka_unit_test(functions_that_do_not_sound_like_locks_are_looked_into_on_demand),
		cmocka_unit_test(recursion_ends),
		cmocka_unit_test(acquire_under_way_is_not_held),
		cmocka_unit_test(release_under_way_is_not_held),
		cmocka_unit_test(lock_that_an_inner_frame_gave_up_is_not_held),
		cmocka_unit_test(lock_that_a_function_returned_is_what_it_computed),
		cmocka_unit_test(lock_kept_in_an_aligned_frame_is_the_same),
		cmocka_unit_test(nothing_was_taken_where_the_object_is_null),
		cmocka_unit_test(inner_frame_makes_a_writer_a_reader),
		cmocka_unit_test(who_sleeps_spins_for_nobody_unless_on_every_path),
		cmocka_unit_test(functions_that_can_return_with_a_lock_are_told_from_wrappers),
		cmocka_unit_test(primitives_are_found_by_name_with_compiler_suffixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
