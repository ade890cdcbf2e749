// SPDX-License-Identifier: GPL-2.0-or-later
/* Where an oops in the log happened, and whether a stack stands there. */
#include "inspect/log_oops.h"
#include "world.h"

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	world_symbol("show", WORLD_TEXT + 0x100, 0x40);
	world_symbol("show", WORLD_TEXT + 0x200, 0x40);
	world_symbol("store", WORLD_TEXT + 0x300, 0x40);
	world_ready();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_log_oops *oops(const char *rip)
{
	inq_log_oops_line(world.in, 0, rip);
	inq_log_oops_line(world.in, 0, "RSP: 0018:ffffc90000004000 EFLAGS: 00000246");
	return inq_log_oops_of(world.in, 0);
}

static bool is_at(const struct inq_log_oops *o, uint64_t ip, uint64_t sp)
{
	struct inq_uframe frame = {.ip = ip, .sp = sp, .exact_ip = true};
	struct inq_ustack us = {.v = &frame, .n = 1};

	return inq_log_oops_is_at(world.in, o, &us);
}

static void test_same_place_and_stack_pointer(void **state)
{
	const struct inq_log_oops *o = oops("RIP: 0010:store+0x9/0x40");

	(void)state;
	assert_non_null(o);
	assert_int_equal(o->regs.ip, WORLD_TEXT + 0x309);
	assert_true(is_at(o, WORLD_TEXT + 0x309, 0xffffc90000004000));
	assert_false(is_at(o, WORLD_TEXT + 0x309, 0xffffc90000004008));
	assert_false(is_at(o, WORLD_TEXT + 0x30a, 0xffffc90000004000));
}

/* Two functions have one name: the log can't tell which, the stack can. */
static void test_either_of_one_name(void **state)
{
	const struct inq_log_oops *o = oops("RIP: 0010:show+0x9/0x40");

	(void)state;
	assert_non_null(o);
	assert_true(is_at(o, WORLD_TEXT + 0x109, 0xffffc90000004000));
	assert_true(is_at(o, WORLD_TEXT + 0x209, 0xffffc90000004000));
	assert_false(is_at(o, WORLD_TEXT + 0x309, 0xffffc90000004000));
}

/* What a module's function is called is looked up in that module alone. */
static void test_not_in_a_module_that_is_gone(void **state)
{
	const struct inq_log_oops *o = oops("RIP: 0010:show+0x9/0x40 [gonemod]");

	(void)state;
	assert_non_null(o);
	assert_int_equal(o->regs.ip, 0);
	assert_false(is_at(o, WORLD_TEXT + 0x109, 0xffffc90000004000));
	assert_int_equal(inq_log_oops_stack(world.in, o), INQ_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_place_and_stack_pointer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_either_of_one_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_in_a_module_that_is_gone, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
