// SPDX-License-Identifier: GPL-2.0-or-later
/* Who uses the file of sysfs that a task removes. */
#include "module_code.h"

enum {
	ACTIVE = 0,
	NAME = 8,
	NODE_SIZE = 32,
	IN_USE_ONCE = (int)0x80000002,
	NOT_IN_USE = (int)0x80000001
};

static uint64_t first, second, kn, other, seq, file, iocb, of;

static int setup(void **state)
{
	static const char *const names[] = {"schedule",	  "kernfs_drain",      "seq_read_iter",
					    "mutex_lock", "sysfs_kf_seq_show", "show_it"};

	(void)state;
	world_begin();
	world_task_types();
	world_struct(
		"kernfs_node", NODE_SIZE,
		(struct world_member[]){{"active", "atomic", ACTIVE}, {"name", "ptr", NAME}, {0}});
	world_struct("kiocb", 8, (struct world_member[]){{"ki_filp", "ptr", 0}, {0}});
	world_struct("file", 16,
		     (struct world_member[]){{"f_op", "ptr", 0}, {"private_data", "ptr", 8}, {0}});
	world_struct("seq_file", 8, (struct world_member[]){{"private", "ptr", 0}, {0}});
	world_struct("kernfs_open_file", 8, (struct world_member[]){{"kn", "ptr", 0}, {0}});
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_ready();
	world_two_tasks("first", &first, "second", &second);
	kn = world_heap(NODE_SIZE);
	other = world_heap(NODE_SIZE);
	seq = world_heap(8);
	of = world_heap(8);
	file = world_heap(16);
	iocb = world_heap(8);
	put64(iocb, file);
	put64(file + 8, seq);
	put64(seq, of);
	put64(of, kn);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* "first" removes @node, whose word is @active; "second" sleeps on @stack. */
static void removes(uint64_t node, int active, inq_id stack)
{
	inq_id s = FRAMES({"schedule", {0}}, {"kernfs_drain", {node}});

	put32(node + ACTIVE, (uint32_t)active);
	frames_sleeper(first, s, 1, INQ_RES_ACTIVE_REF, node);
	world.in->c->tasks.v[frames_task_id(second)].stack = stack;
	assert_null(inq_inspect_kernfs(world.in));
}

static void test_who_is_in_a_function_of_the_file_uses_it(void **state)
{
	const struct inq_case *c = world.in->c;

	(void)state;
	removes(kn, IN_USE_ONCE,
		FRAMES({"schedule", {0}}, {"show_it", {0}}, {"sysfs_kf_seq_show", {seq}}));
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].holder.task, frames_task_id(second));
	assert_string_equal(c->holds.v[0].function, "show_it");
}

static void test_who_uses_another_file_does_not(void **state)
{
	(void)state;
	put64(of, other);
	removes(kn, IN_USE_ONCE,
		FRAMES({"schedule", {0}}, {"show_it", {0}}, {"sysfs_kf_seq_show", {seq}}));
	assert_int_equal(world.in->c->holds.n, 0);
}

/* A file of another filesystem is read by the same function. */
static void test_a_file_of_another_kind_is_none(void **state)
{
	(void)state;
	put64(file, WORLD_DATA);
	removes(kn, IN_USE_ONCE,
		FRAMES({"schedule", {0}}, {"show_it", {0}}, {"seq_read_iter", {iocb}}));
	assert_int_equal(world.in->c->holds.n, 0);
}

static void test_who_waits_for_the_open_file_has_no_reference_yet(void **state)
{
	(void)state;
	removes(kn, IN_USE_ONCE,
		FRAMES({"schedule", {0}}, {"mutex_lock", {0}}, {"sysfs_kf_seq_show", {seq}}));
	assert_int_equal(world.in->c->holds.n, 0);
}

/* The directory that is removed is in use no more, and a file within is. */
static void test_a_file_in_the_directory_counts(void **state)
{
	(void)state;
	put32(kn + ACTIVE, (uint32_t)IN_USE_ONCE);
	removes(other, NOT_IN_USE,
		FRAMES({"schedule", {0}}, {"show_it", {0}}, {"sysfs_kf_seq_show", {seq}}));
	assert_int_equal(world.in->c->holds.n, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_who_is_in_a_function_of_the_file_uses_it),
		TEST(test_who_uses_another_file_does_not),
		TEST(test_a_file_of_another_kind_is_none),
		TEST(test_who_waits_for_the_open_file_has_no_reference_yet),
		TEST(test_a_file_in_the_directory_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
