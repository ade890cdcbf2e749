/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_LEAVING_CODE_H
#define TESTS_INSPECT_LEAVING_CODE_H

/* A module whose functions give a lock back, or forget to, and a task that sleeps for it. */

#include "module_code.h"

#define LOCK	   (MODULE_DATA + 0x40)
#define OTHER_LOCK (MODULE_DATA + 0x80)
enum { MEMBER = 0x10 };

static uint64_t lock_it, unlock_it, sleeper;

static inline int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	lock_it = frames_function("mutex_lock", 0);
	unlock_it = frames_function("mutex_unlock", 1);
	frames_function("schedule", 2);
	frames_function("vfs_write", 3);
	module_begin("mbox");
	module_symbol("mbox_lock", LOCK, 'd');
	module_symbol("other_lock", OTHER_LOCK, 'd');
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* ---- code: each takes @lock -------------------------------------------- */

/* Gives it back; the address of its first call. */
static inline uint64_t good(const char *name, uint64_t lock)
{
	uint64_t site;

	code_function(name);
	code_var(lock);
	site = code_call(lock_it) - CALL;
	code_var(lock);
	code_call(unlock_it);
	code_end();
	return site;
}

/* Forgets it on the way that the member at 0x40 makes it go. */
static inline uint64_t forgets_by(const char *name, uint64_t lock, uint64_t take)
{
	uint64_t site;

	code_function(name);
	code_var(lock);
	site = code_call(take) - CALL;
	code_unless(VAR_AND_CALL);
	code_var(lock);
	code_call(unlock_it);
	code_end();
	return site;
}

static inline uint64_t forgets(const char *name, uint64_t lock)
{
	return forgets_by(name, lock, lock_it);
}

/* The same with a lock in the object that it is called with. */
static inline uint64_t forgets_member(const char *name, unsigned char member)
{
	uint64_t site;

	code_function(name);
	code_member(member);
	site = code_call(lock_it) - CALL;
	code_unless(MEMBER_AND_CALL);
	code_member(member);
	code_call(unlock_it);
	code_end();
	return site;
}

/* Calls @to with @lock (0: what it was called with itself), and then @and, unless that is 0. */
static inline uint64_t does(const char *name, uint64_t lock, uint64_t to, uint64_t and)
{
	uint64_t start = code_function(name);

	if (lock)
		code_var(lock);
	code_call(to);
	if (and) {
		code_var(lock);
		code_call(and);
	}
	code_end();
	return start;
}

/* ---- the wait ----------------------------------------------------------- */

/* All code is there.  For 10 s a task sleeps for @lock, called from @caller + @offset. */
static inline size_t sleeps_in(const char *caller, uint64_t offset, uint64_t lock)
{
	size_t w;

	module_ready();
	world_ready();
	sleeper = world_task(50, "sleeper");
	world_link_tasks(&sleeper, 1);
	assert_null(inq_inspect_tasks(world.in));
	w = frames_sleeper(sleeper,
			   FRAMES({"schedule", {0}}, {"mutex_lock", {lock}},
				  {.function = caller, .offset = offset}),
			   1, INQ_RES_MUTEX, lock);
	world.in->c->waits.v[w].since_s = 10;
	return w;
}

static inline size_t sleeps(void)
{
	size_t w = sleeps_in("mbox_read", 4 + VAR_AND_CALL, LOCK);

	world.in->c->resources.v[0].module = "mbox";
	return w;
}

/* The only leak; NULL: none. */
static inline const struct inq_leak *leak(void)
{
	struct inq_case *c = world.in->c;

	assert_null(inq_inspect_leaks(world.in));
	assert_true(c->leaks.n <= 1);
	return c->leaks.n ? &c->leaks.v[0] : NULL;
}

static inline void assert_leak(const char *function, bool always, enum inq_confidence conf)
{
	const struct inq_leak *l = leak();

	assert_non_null(l);
	assert_string_equal(l->function, function);
	assert_string_equal(l->module, "mbox");
	assert_int_equal(l->always, always);
	assert_int_equal(l->conf, conf);
	assert_int_equal(l->resource, 0);
	assert_int_equal(l->evidence.n, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
