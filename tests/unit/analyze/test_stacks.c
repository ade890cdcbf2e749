// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/blame.h"
#include "analyze/stacks.h"

#define FRAME(name, ctx, mod)                                                                      \
	{                                                                                          \
		.symbol = name, .context = ctx, .module = mod                                      \
	}

static struct inq_frame frames[] = {
	FRAME("_raw_spin_lock", INQ_FRAME_EXCEPTION, NULL),
	FRAME("send", INQ_FRAME_EXCEPTION, "demo"),
	FRAME("kmsg_dump", INQ_FRAME_EXCEPTION, NULL),
	FRAME("oops_end", INQ_FRAME_EXCEPTION, NULL),
	FRAME("asm_exc_page_fault", INQ_FRAME_EXCEPTION, NULL),
	FRAME("read_it.constprop.0", INQ_FRAME_IRQ, "demo"),
	FRAME("send", INQ_FRAME_IRQ, "demo"),
	FRAME("beacon", INQ_FRAME_IRQ, "demo"),
	FRAME("__hrtimer_run_queues", INQ_FRAME_IRQ, NULL),
	FRAME("asm_sysvec_apic_timer_interrupt", INQ_FRAME_IRQ, NULL),
	FRAME("do_exit", INQ_FRAME_TASK, NULL),
};
static const struct inq_stack stack = {.v = frames, .n = sizeof(frames) / sizeof(frames[0])};

static void suffixes_of_the_compiler_are_no_part_of_a_name(void **state)
{
	(void)state;
	assert_true(inq_function_is("f.isra.0", "f"));
	assert_true(inq_function_is("f", "f"));
	assert_false(inq_function_is("ff", "f"));
	assert_false(inq_function_is(NULL, "f"));
}

static void path_leaves_machinery_out(void **state)
{
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	(void)state;
	inq_stack_path(&stack, 5, 10, &sb);
	assert_string_equal(inq_strbuf_str(&sb), "beacon -> send -> read_it");
	inq_strbuf_deinit(&sb);
}

static void whole_path_shows_how_the_oops_came_there(void **state)
{
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	(void)state;
	inq_stack_whole_path(&stack, 0, 5, &sb);
	assert_string_equal(inq_strbuf_str(&sb), "oops_end -> kmsg_dump -> send");
	inq_strbuf_deinit(&sb);
}

static void interrupt_is_called_by_its_entry(void **state)
{
	(void)state;
	assert_string_equal(inq_stack_context_words(&stack, 6), "timer interrupt");
	assert_string_equal(inq_stack_context_words(&stack, 0), "exception handler");
}

static void outermost_function_of_a_module_tells_most(void **state)
{
	(void)state;
	assert_int_equal(inq_stack_teller(&stack, 5, 10), 7);
	assert_int_equal(inq_stack_teller(&stack, 8, 10), -1);
	assert_int_equal(inq_stack_innermost(&stack, 0, 5), 1);
}

static void who_runs_into_a_check_is_blamed_not_the_check(void **state)
{
	struct inq_frame v[] = {
		FRAME("skb_panic", INQ_FRAME_TASK, NULL),
		FRAME("skb_put.cold", INQ_FRAME_TASK, NULL),
		FRAME("kfree", INQ_FRAME_TASK, "demo"), /* a module's: no machinery */
		FRAME("vfs_write", INQ_FRAME_TASK, NULL),
	};
	const struct inq_stack s = {.v = v, .n = 4};

	(void)state;
	assert_int_equal(inq_blame_frame(&s, 0), 2);
	v[2].module = NULL;
	assert_int_equal(inq_blame_frame(&s, 0), 0);
	v[2].symbol = "tcp_sendmsg";
	assert_int_equal(inq_blame_frame(&s, 0), 2);
}

static void blame_ends_where_callbacks_are_only_called(void **state)
{
	struct inq_frame v[] = {
		FRAME("__list_del_entry_valid", INQ_FRAME_SOFTIRQ, NULL),
		FRAME("call_timer_fn", INQ_FRAME_SOFTIRQ, NULL),
		FRAME("innocent", INQ_FRAME_SOFTIRQ, "demo"),
		FRAME("copy_process", INQ_FRAME_TASK, NULL),
	};
	const struct inq_stack s = {.v = v, .n = 4};

	(void)state;
	assert_int_equal(inq_blame_frame(&s, 0), 0);
	/* nor does it leave the interrupt */
	v[1].symbol = "kfree";
	v[2].symbol = "kfree";
	v[2].module = NULL;
	assert_int_equal(inq_blame_frame(&s, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suffixes_of_the_compiler_are_no_part_of_a_name),
		cmocka_unit_test(path_leaves_machinery_out),
		cmocka_unit_test(whole_path_shows_how_the_oops_came_there),
		cmocka_unit_test(interrupt_is_called_by_its_entry),
		cmocka_unit_test(outermost_function_of_a_module_tells_most),
		cmocka_unit_test(who_runs_into_a_check_is_blamed_not_the_check),
		cmocka_unit_test(blame_ends_where_callbacks_are_only_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
