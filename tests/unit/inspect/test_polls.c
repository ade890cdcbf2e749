// SPDX-License-Identifier: GPL-2.0-or-later
/* Who waits in a loop that only reads, or tries again and again. */
#include "leaving_code.h"

#define WORD (MODULE_DATA + 0x100)

static uint64_t try_it, sleep_a_while;

static int begin(void **state)
{
	setup(state);
	try_it = frames_function("mutex_trylock", 4);
	sleep_a_while = frames_function("msleep", 5);
	module_symbol("mbox_state", WORD, 'd');
	return 0;
}

/* ---- polls ---------------------------------------------------------------- */

/* @name: while (test_and_set_bit_lock(3, &mbox_state)) cpu_relax(); its loop's offset */
static uint64_t takes_bit(const char *name)
{
	uint64_t start = code_function(name), loop;

	loop = code.at;
	CODE(0xf0, 0x48, 0x0f, 0xba, 0x2c, 0x25); /* lock bts qword [WORD], 3 */
	code_word(WORD);
	CODE(0x03, 0x73, 0x04, 0xf3, 0x90, 0xeb, 0xef); /* jae +4; pause; jmp back */
	return loop - start;
}

/* ... clear_bit_unlock(3, &mbox_state) */
static void clears_bit(void)
{
	CODE(0xf0, 0x80, 0x24, 0x25); /* lock and byte [WORD], ~8 */
	code_word(WORD);
	CODE(0xf7);
}

/* @name: while (!mbox_state) cpu_relax(); its loop's offset */
static uint64_t polls_word(const char *name)
{
	uint64_t start = code_function(name), loop = code.at;

	CODE(0x8b, 0x04, 0x25); /* mov eax, [WORD] */
	code_word(WORD);
	CODE(0x85, 0xc0, 0x75, 0x04, 0xf3, 0x90, 0xeb, 0xf1); /* test; jne +4; pause; jmp back */
	code_end();
	return loop - start;
}

/* All code is there: CPU 1 is stuck in @name + @offset. */
static void spins_in(const char *name, uint64_t offset)
{
	struct inq_cpu *cpu;

	module_ready();
	world_ready();
	frames_cpus();
	cpu = &world.in->c->cpus.v[1];
	cpu->lockup = true;
	cpu->stuck_s = 20;
	cpu->stack = FRAMES({.function = name, .offset = offset}, {"vfs_write", {0}});
	/* it stands in the loop, it doesn't return there */
	world.in->ustacks.v[cpu->stack].v[0].exact_ip = true;
	assert_null(inq_inspect_polls(world.in));
}

static void assert_waits(enum inq_resource_kind kind)
{
	const struct inq_case *c = world.in->c;

	assert_int_equal(c->waits.n, 1);
	assert_int_equal(c->waits.v[0].waiter.cpu, 1);
	assert_true(c->waits.v[0].spins);
	assert_int_equal(frames_resource(0)->kind, kind);
	assert_int_equal(frames_resource(0)->addr, WORD);
	assert_string_equal(frames_resource(0)->name, "mbox_state");
}

static void test_a_bit_that_is_tried_for_is_a_lock(void **state)
{
	uint64_t loop = takes_bit("mbox_post");

	(void)state;
	clears_bit();
	code_end();
	*(uint64_t *)fake_at(&world.dump, WORD, 8) = 8;
	spins_in("mbox_post", loop);
	assert_waits(INQ_RES_BIT_SPINLOCK);
	assert_false(frames_resource(0)->unheld);
	assert_string_equal(frames_resource(0)->detail, "bit 3 is set");
}

static void test_a_bit_that_is_clear_is_held_by_nobody(void **state)
{
	uint64_t loop = takes_bit("mbox_post");

	(void)state;
	clears_bit();
	code_end();
	*(uint64_t *)fake_at(&world.dump, WORD, 8) = 0xf7;
	spins_in("mbox_post", loop);
	assert_waits(INQ_RES_BIT_SPINLOCK);
	assert_true(frames_resource(0)->unheld);
}

static void test_who_forgets_a_bit_is_found(void **state)
{
	uint64_t loop = takes_bit("mbox_post");
	const struct inq_leak *left;

	(void)state;
	clears_bit();
	code_end();
	takes_bit("mbox_drop");
	code_end();
	*(uint64_t *)fake_at(&world.dump, WORD, 8) = 8;
	spins_in("mbox_post", loop);
	world.in->c->waits.v[0].since_s = 10;
	world.in->c->resources.v[0].module = "mbox";
	left = leak();
	assert_non_null(left);
	assert_string_equal(left->function, "mbox_drop");
}

static void test_a_word_of_unknown_meaning(void **state)
{
	uint64_t loop = polls_word("mbox_post");

	(void)state;
	spins_in("mbox_post", loop);
	assert_waits(INQ_RES_MEMORY);
}

static void test_a_guess_that_nothing_confirms_is_forgotten(void **state)
{
	uint64_t loop = takes_bit("mbox_post");

	(void)state;
	code_end();
	spins_in("mbox_post", loop);
	world.in->c->resources.v[0].guess = true;
	assert_null(inq_inspect_polled(world.in));
	assert_int_equal(frames_resource(0)->kind, INQ_RES_MEMORY);
}

static void test_a_cpu_that_is_not_stuck_is_not_looked_at(void **state)
{
	uint64_t loop = polls_word("mbox_post");

	(void)state;
	spins_in("mbox_post", loop);
	world.in->c->waits.n = 0;
	world.in->c->cpus.v[1].lockup = false;
	assert_null(inq_inspect_polls(world.in));
	assert_int_equal(world.in->c->waits.n, 0);
}

/* ---- tries ---------------------------------------------------------------- */

/* @name: while (!mutex_trylock(&mbox_lock)) { [mutex_unlock(&other_lock);] msleep(); }; where the
 * sleep returns to, from its start */
static uint64_t tries(const char *name, bool backs_off)
{
	uint64_t start = code_function(name), loop = code.at, slept;

	code_var(LOCK);
	code_call(try_it);
	CODE(0x85, 0xc0, 0x75, (unsigned char)(backs_off ? VAR_AND_CALL + 7 : 7));
	if (backs_off) {
		code_var(OTHER_LOCK);
		code_call(unlock_it);
	}
	slept = code_call(sleep_a_while);
	CODE(0xeb, (unsigned char)(loop - (code.at + 2)));
	code_var(LOCK);
	code_call(unlock_it);
	code_end();
	return slept - start;
}

/* All code is there: a task sleeps in msleep() called from @name + @offset. */
static const struct inq_wait *naps_in(const char *name, uint64_t offset)
{
	module_ready();
	world_ready();
	sleeper = world_task(50, "sleeper");
	world_link_tasks(&sleeper, 1);
	assert_null(inq_inspect_tasks(world.in));
	frames_sleeper(
		sleeper,
		FRAMES({"schedule", {0}}, {"msleep", {3}}, {.function = name, .offset = offset}), 1,
		INQ_RES_TIMER, 0);
	assert_null(inq_inspect_tries(world.in));
	return &world.in->c->waits.v[0];
}

static void test_who_naps_between_tries_waits_for_the_lock(void **state)
{
	const struct inq_wait *w = naps_in("mbox_post", tries("mbox_post", false));

	(void)state;
	assert_int_equal(frames_resource(0)->kind, INQ_RES_MUTEX);
	assert_int_equal(frames_resource(0)->addr, LOCK);
	assert_int_equal(w->frame, 2);
	assert_false(w->spins);
}

static void test_who_backs_off_only_naps(void **state)
{
	naps_in("mbox_post", tries("mbox_post", true));

	(void)state;
	assert_int_equal(frames_resource(0)->kind, INQ_RES_TIMER);
}

static void test_a_nap_without_tries(void **state)
{
	uint64_t start = code_function("mbox_post");
	uint64_t slept = code_call(sleep_a_while);

	(void)state;
	code_end();
	naps_in("mbox_post", slept - start);
	assert_int_equal(frames_resource(0)->kind, INQ_RES_TIMER);
}

#define LOOP_TEST(f) cmocka_unit_test_setup_teardown(f, begin, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(test_a_bit_that_is_tried_for_is_a_lock),
		LOOP_TEST(test_a_bit_that_is_clear_is_held_by_nobody),
		LOOP_TEST(test_who_forgets_a_bit_is_found),
		LOOP_TEST(test_a_word_of_unknown_meaning),
		LOOP_TEST(test_a_guess_that_nothing_confirms_is_forgotten),
		LOOP_TEST(test_a_cpu_that_is_not_stuck_is_not_looked_at),
		LOOP_TEST(test_who_naps_between_tries_waits_for_the_lock),
		LOOP_TEST(test_who_backs_off_only_naps),
		LOOP_TEST(test_a_nap_without_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
