// SPDX-License-Identifier: GPL-2.0-or-later
/* Which code took what a lock's own field says that a sleeping task holds. */
#include "module_code.h"

enum { MEMBER = 0x10 };

static uint64_t owner, waiter, object, lock;
static uint64_t lock_it, wait_here, grab;
static struct {
	uint64_t addr, site, offset; /* the call that takes; where it stands behind the last one */
} fs_open, fs_twice, fs_some;

/* lea rdi, [rbx + MEMBER]; call mutex_lock, in a function whose name doesn't say so */
static void write_grab(void)
{
	code_body(grab = frames_function("grab_entry", 2));
	code_member(MEMBER);
	code_call(lock_it);
	code_end();
}

/* Functions that call it: always, twice, and on some way. */
static void write_callers(void)
{
	code_body(fs_open.addr = frames_function("fs_open", 3));
	fs_open.site = code_call(grab) - CALL;
	fs_open.offset = code_call(wait_here) - fs_open.addr;
	code_end();

	code_body(fs_twice.addr = frames_function("fs_twice", 4));
	fs_twice.site = code_call(grab) - CALL;
	CODE(0x48, 0x8b, 0x7b, 0x08); /* mov rdi, [rbx + 8] */
	code_call(grab);
	fs_twice.offset = code_call(wait_here) - fs_twice.addr;
	code_end();

	code_body(fs_some.addr = frames_function("fs_some", 5));
	code_unless(CALL);
	fs_some.site = code_call(grab) - CALL;
	fs_some.offset = code_call(wait_here) - fs_some.addr;
	code_end();
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	lock_it = frames_function("mutex_lock", 0);
	wait_here = frames_function("wait_here", 1);
	write_grab();
	write_callers();
	frames_function("fs_read", 6);
	world_global("tree_lock", 32);
	module_begin("mbox");
	code_function("mbox_read");
	module_ready();
	world_ready();
	world_two_tasks("owner", &owner, "waiter", &waiter);
	object = world_heap(128);
	lock = object + MEMBER;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* By its owner word @owner has the lock, which @waiter sleeps for, called by @caller. */
static struct inq_hold *held(inq_id stack, const char *caller)
{
	inq_id s = FRAMES({"wait_here", {0}}, {"mutex_lock", {lock}}, {caller, {0}});
	size_t w = frames_sleeper(waiter, s, 1, INQ_RES_MUTEX, lock);
	struct inq_hold *h = inq_case_add(world.in->c, &world.in->c->holds);

	h->resource = world.in->c->waits.v[w].resource;
	h->holder = (struct inq_actor){INQ_ACTOR_TASK, -1, frames_task_id(owner)};
	h->how = INQ_HELD_FIELD;
	h->frame = INQ_NONE;
	world.in->c->tasks.v[frames_task_id(owner)].stack = stack;
	return h;
}

/* @owner's stack: it sleeps, called by @function, whose object is @kept (0: not known). */
static inq_id stands_in(const char *function, uint64_t offset, uint64_t kept)
{
	return FRAMES({"wait_here", {0}}, {.function = function, .offset = offset, .kept = kept});
}

static void assert_taken(const char *function, uint64_t site)
{
	const struct inq_hold *h = &world.in->c->holds.v[0];

	assert_null(inq_inspect_takers(world.in));
	assert_non_null(h->function);
	assert_string_equal(h->function, function);
	assert_null(h->module);
	assert_int_equal(h->site, site);
	assert_int_equal(h->frame, 1);
	assert_int_equal(h->how, INQ_HELD_FIELD);
	assert_int_equal(h->evidence.n, 1);
	assert_int_equal(inq_evidence_at(world.in->c, h->evidence.v[0])->addr, site);
}

static void assert_not_told(void)
{
	assert_null(inq_inspect_takers(world.in));
	assert_null(world.in->c->holds.v[0].function);
	assert_int_equal(world.in->c->holds.v[0].evidence.n, 0);
}

/* ---- owners that wait themselves ------------------------------------------ */

/* The owner of the word waits for the lock, too; from the function that has taken it, or not. */
static void waits_too(const char *function, uint64_t offset)
{
	inq_id stack = FRAMES({"wait_here", {0}}, {"mutex_lock", {lock}},
			      {.function = function, .offset = offset, .kept = object});

	held(stack, "fs_read");
	frames_sleeper(owner, stack, 1, INQ_RES_MUTEX, lock);
	assert_null(inq_inspect_takers(world.in));
}

static void test_an_owner_that_waits_and_took_it_nowhere_is_doubted(void **state)
{
	(void)state;
	waits_too("fs_read", 0x10);
	assert_int_equal(world.in->c->holds.n, 0);
	assert_true(world.in->c->resources.v[world.in->c->waits.v[0].resource].owner_stale);
}

static void test_an_owner_that_took_it_and_waits_again_is_not(void **state)
{
	(void)state;
	waits_too("fs_open", fs_open.offset);
	assert_int_equal(world.in->c->holds.n, 1);
	assert_string_equal(world.in->c->holds.v[0].function, "fs_open");
	assert_false(world.in->c->resources.v[world.in->c->holds.v[0].resource].owner_stale);
}

/* ---- by the lock's address ----------------------------------------------- */

static void test_a_function_that_does_not_speak_of_locks_took_it(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, object), "mbox_read");
	assert_taken("fs_open", fs_open.site);
}

static void test_on_some_way_too(void **state)
{
	(void)state;
	held(stands_in("fs_some", fs_some.offset, object), "mbox_read");
	assert_taken("fs_some", fs_some.site);
}

static void test_another_objects_lock_was_taken(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, object + 64), "fs_read");
	assert_not_told();
}

static void test_a_lock_of_another_kind_was_taken(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, object), "fs_read");
	world.in->c->resources.v[0].kind = INQ_RES_RWSEM;
	assert_not_told();
}

/* ---- by what it is --------------------------------------------------------- */

static void test_the_only_one_it_may_be(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, 0), "fs_read");
	assert_taken("fs_open", fs_open.site);
}

static void test_one_of_two_that_it_may_be(void **state)
{
	(void)state;
	held(stands_in("fs_twice", fs_twice.offset, 0), "fs_read");
	assert_not_told();
}

static void test_a_module_waits_for_a_lock_of_its_own(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, 0), "mbox_read");
	assert_not_told();
}

static void test_a_variable_is_no_objects_lock(void **state)
{
	(void)state;
	lock = inq_symbol_addr(world.k, "tree_lock");
	held(stands_in("fs_open", fs_open.offset, 0), "fs_read");
	assert_not_told();
}

static void test_a_modules_variable_is_no_objects_lock(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, 0), "fs_read");
	world.in->c->resources.v[0].module = "mbox";
	assert_not_told();
}

static void test_some_way_is_not_enough(void **state)
{
	(void)state;
	held(stands_in("fs_some", fs_some.offset, 0), "fs_read");
	assert_not_told();
}

static void test_some_way_through_the_function_that_others_wait_in(void **state)
{
	(void)state;
	held(stands_in("fs_some", fs_some.offset, 0), "grab_entry");
	assert_taken("fs_some", fs_some.site);
}

static void test_some_way_around_a_drivers_callback(void **state)
{
	(void)state;
	held(FRAMES({"mbox_read", {0}}, {.function = "fs_some", .offset = fs_some.offset}),
	     "fs_read");
	assert_taken("fs_some", fs_some.site);
}

/* It is known what was taken there: another lock. */
static void test_what_was_taken_there_is_another_lock(void **state)
{
	struct inq_hold *h;

	(void)state;
	held(stands_in("fs_open", fs_open.offset, 0), "fs_read");
	h = inq_case_add(world.in->c, &world.in->c->holds);
	h->resource = inq_resource_find_or_add(world.in->c, INQ_RES_MUTEX, object + 64);
	h->holder = world.in->c->holds.v[0].holder;
	h->site = fs_open.site;
	assert_not_told();
}

/* ---- whose ------------------------------------------------------------------ */

static void test_who_runs_is_not_looked_at(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, object), "fs_read");
	world.in->c->tasks.v[frames_task_id(owner)].on_cpu = true;
	assert_not_told();
}

static void test_the_dead_are_not_looked_at(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, object), "fs_read");
	world.in->c->tasks.v[frames_task_id(owner)].run = INQ_RUN_DEAD;
	assert_not_told();
}

static void test_a_taker_that_is_known_stays(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, object), "fs_read")->function = "fs_read";
	assert_null(inq_inspect_takers(world.in));
	assert_string_equal(world.in->c->holds.v[0].function, "fs_read");
	assert_int_equal(world.in->c->holds.v[0].site, 0);
}

/* ---- what lies --------------------------------------------------------------- */

static void test_code_that_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(world.dump.region[0].addr, WORLD_TEXT);
	world.dump.region[0].len = fs_open.addr - WORLD_TEXT;
	held(stands_in("fs_open", fs_open.offset, object), "fs_read");
	assert_not_told();
}

static void test_tables_that_point_nowhere(void **state)
{
	(void)state;
	held(stands_in("fs_open", fs_open.offset, 0), "fs_read");
	world.in->c->waits.v[0].frame = INT32_MAX;
	assert_not_told();
	world.in->c->waits.v[0].waiter.task = INT32_MAX;
	assert_not_told();
	world.in->c->holds.v[0].resource = INT32_MAX;
	assert_not_told();
	world.in->c->holds.v[0].holder.task = INT32_MAX;
	assert_not_told();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_owner_that_waits_and_took_it_nowhere_is_doubted),
		TEST(test_an_owner_that_took_it_and_waits_again_is_not),
		TEST(test_a_function_that_does_not_speak_of_locks_took_it),
		TEST(test_on_some_way_too),
		TEST(test_another_objects_lock_was_taken),
		TEST(test_a_lock_of_another_kind_was_taken),
		TEST(test_the_only_one_it_may_be),
		TEST(test_one_of_two_that_it_may_be),
		TEST(test_a_module_waits_for_a_lock_of_its_own),
		TEST(test_a_variable_is_no_objects_lock),
		TEST(test_a_modules_variable_is_no_objects_lock),
		TEST(test_some_way_is_not_enough),
		TEST(test_some_way_through_the_function_that_others_wait_in),
		TEST(test_some_way_around_a_drivers_callback),
		TEST(test_what_was_taken_there_is_another_lock),
		TEST(test_who_runs_is_not_looked_at),
		TEST(test_the_dead_are_not_looked_at),
		TEST(test_a_taker_that_is_known_stays),
		TEST(test_code_that_is_not_there),
		TEST(test_tables_that_point_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
