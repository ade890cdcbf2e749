// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks whose fast paths are inlined, and what a semaphore is used for. */
#include "stack.h"

#include <bpf/btf.h>

#include "code/lock_use.h"
#include "code/try_loop.h"

#define STACK UINT64_C(0xffffc90000001000)
#define DEV   UINT64_C(0xffff888001000000)

static struct btf *percpu_rwsem_type(struct inq_type *ret)
{
	struct btf *b = btf__new_empty();
	int u64 = btf__add_int(b, "u64", 8, 0);

	ret->btf = b;
	ret->id = (uint32_t)btf__add_struct(b, "percpu_rw_semaphore", 0x20);
	btf__add_field(b, "rss", u64, 0, 0);
	btf__add_field(b, "read_count", u64, 8 * 8, 0);
	btf__add_field(b, "writer", u64, 0x10 * 8, 0);
	return b;
}

/* The locks held by one frame that stands at @label with rbx = DEV. */
static struct inq_held_locks held_at(const char *label, bool with_types)
{
	struct inq_held_locks locks = {0};
	struct fake_stack st = {0};
	struct inq_type sem = {0};
	struct btf *b = percpu_rwsem_type(&sem);
	struct fake f = {0};

	if (with_types)
		f.vars[0] = (struct fake_type){"percpu_rw_semaphore", sem};
	fake_frame(&st, label, true, STACK - 16, 0);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_start(&f);
	assert_null(inq_locks_held(f.code, &st.s, 0, 0, st.s.n, &locks));
	fake_stop(&f);
	btf__free(b);
	return locks;
}

static void inlined_count_of_readers_is_a_lock_beside_its_slow_path(void **state)
{
	struct inq_held_locks locks = held_at("at_percpu_read_in", true);

	(void)state;
	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].kind, INQ_LOCK_PERCPU_READ);
	assert_int_equal(locks.v[0].addr, DEV + 0x20);
	assert_true(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
	locks = held_at("at_percpu_read_out", true);
	assert_int_equal(locks.n, 0);
	inq_held_locks_deinit(&locks);
}

static void without_types_the_slow_path_alone_is_known(void **state)
{
	struct inq_held_locks locks = held_at("at_percpu_read_in", false);

	(void)state;
	assert_int_equal(locks.n, 1);
	assert_false(locks.v[0].every_path);
	inq_held_locks_deinit(&locks);
}

static void any_other_count_is_no_lock(void **state)
{
	struct inq_held_locks locks = held_at("at_percpu_counter_in", true);

	(void)state;
	assert_int_equal(locks.n, 1);
	assert_int_equal(locks.v[0].kind, INQ_LOCK_MUTEX);
	inq_held_locks_deinit(&locks);
}

static enum inq_lock_use use_at(const char *label, const char *caller)
{
	enum inq_lock_use use = INQ_LOCK_USE_LOCK;
	struct fake_stack st = {0};
	struct fake f = {0};

	fake_frame(&st, label, false, STACK - 16, 0);
	if (caller)
		fake_frame(&st, caller, false, STACK, 0);
	fake_start(&f);
	assert_null(inq_lock_use_of(f.code, &st.s, 0, INQ_LOCK_SEMAPHORE, &use));
	fake_stop(&f);
	return use;
}

static void semaphore_is_used_as_its_taker_gives_it_back(void **state)
{
	(void)state;
	assert_int_equal(use_at("at_sem_lock_down", NULL), INQ_LOCK_USE_LOCK);
	assert_int_equal(use_at("at_sem_acquire_down", NULL), INQ_LOCK_USE_EVENT);
	assert_int_equal(use_at("at_sem_pool_down", NULL), INQ_LOCK_USE_KEPT);
	/* the caller gives back what its callee has kept */
	assert_int_equal(use_at("at_sem_acquire_down", "at_sem_wrapped_down"), INQ_LOCK_USE_LOCK);
	/* no call that takes one */
	assert_int_equal(use_at("at_percpu_read_in", NULL), INQ_LOCK_USE_UNKNOWN);
}

static struct inq_tried_lock tried_at(const char *label, bool exact)
{
	struct inq_tried_lock tried = {0};
	struct fake_stack st = {0};
	struct fake f = {0};

	fake_frame(&st, label, exact, STACK - 16, 0);
	inq_regs_set(&st.frames[0].regs, RBX, DEV);
	fake_start(&f);
	assert_null(inq_lock_tried(f.code, &st.s, 0, 0, &tried));
	fake_stop(&f);
	return tried;
}

static void loop_that_ends_with_the_lock_waits_for_it(void **state)
{
	struct inq_tried_lock tried = tried_at("at_try_loop_in", true);

	(void)state;
	assert_int_equal(tried.kind, INQ_LOCK_SPINLOCK);
	assert_int_equal(tried.addr, DEV);
	assert_int_equal(tried.site, sample("at_try_loop_call") - 5);
	assert_int_equal(tried_at("at_try_loop_call", false).kind, INQ_LOCK_SPINLOCK);
}

static void loop_with_another_way_out_waits_for_no_lock(void **state)
{
	(void)state;
	assert_int_equal(tried_at("at_try_loop_out", true).kind, INQ_LOCK_NONE);
	assert_int_equal(tried_at("at_try_times_in", true).kind, INQ_LOCK_NONE);
	assert_int_equal(tried_at("at_try_drop_in", true).kind, INQ_LOCK_NONE);
	assert_int_equal(tried_at("at_percpu_read_in", true).kind, INQ_LOCK_NONE);
}

/* A CPU in user mode has a frame in the case that the unwinder doesn't have. */
static void no_frame_waits_for_no_lock(void **state)
{
	struct inq_tried_lock tried = {.kind = INQ_LOCK_SPINLOCK};
	struct fake_stack st = {0};
	struct fake f = {0};

	(void)state;
	fake_start(&f);
	assert_null(inq_lock_tried(f.code, &st.s, 0, 0, &tried));
	assert_int_equal(tried.kind, INQ_LOCK_NONE);
	fake_stop(&f);
}

static void primitives_are_the_images_own(void **state)
{
	(void)state;
	assert_non_null(inq_lock_primitive_of("mutex_lock", NULL));
	assert_null(inq_lock_primitive_of("mutex_lock", "demo"));
	assert_null(inq_lock_primitive_of(NULL, NULL));
	assert_true(inq_lock_primitive_takes(inq_lock_primitive("down_killable")));
	assert_false(inq_lock_primitive_takes(inq_lock_primitive("up")));
	assert_false(inq_lock_primitive_takes(inq_lock_primitive("rcuwait_wake_up")));
	assert_false(inq_lock_primitive_takes(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inlined_count_of_readers_is_a_lock_beside_its_slow_path),
		cmocka_unit_test(without_types_the_slow_path_alone_is_known),
		cmocka_unit_test(any_other_count_is_no_lock),
		cmocka_unit_test(semaphore_is_used_as_its_taker_gives_it_back),
		cmocka_unit_test(loop_that_ends_with_the_lock_waits_for_it),
		cmocka_unit_test(loop_with_another_way_out_waits_for_no_lock),
		cmocka_unit_test(no_frame_waits_for_no_lock),
		cmocka_unit_test(primitives_are_the_images_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
