// SPDX-License-Identifier: GPL-2.0-or-later
#include "stack.h"

#define STACK UINT64_C(0xffffc90000001000)
#define DEV   UINT64_C(0xffff888001000000)

/*
 * framed() has called saves(), which has called helper() and stands behind it:
 * saves' CFA is at STACK, it pushed rbp and rbx, and spilled rsi at sp + 8.
 */
static void two_frames(struct fake *f, struct fake_stack *st)
{
	fake_word(f, STACK - 16, 0x1111); /* rbp */
	fake_word(f, STACK - 24, 0x2222); /* rbx */
	fake_word(f, STACK - 40, 0x3333); /* rsi, spilled */
	fake_frame(st, "at_saves_after", false, STACK - 48, STACK);
	inq_regs_set(&st->frames[0].regs, RBX, DEV);
	fake_frame(st, "at_framed_after", false, STACK, STACK + 0x40);
	fake_start(f);
}

static void pushed_registers_belong_to_the_caller(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	uint64_t val;

	(void)state;
	two_frames(&f, &st);
	assert_null(inq_frames_restore_regs(f.code, 0, &st.s));
	assert_true(inq_regs_get(&st.frames[1].regs, RBP, &val));
	assert_int_equal(val, 0x1111);
	assert_true(inq_regs_get(&st.frames[1].regs, RBX, &val));
	assert_int_equal(val, 0x2222);
	/* r12 was in nobody's hands: not known, not guessed */
	assert_false(inq_regs_get(&st.frames[1].regs, R12, &val));
	fake_stop(&f);
}

static void untouched_registers_are_the_callers_too(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	uint64_t val;

	(void)state;
	two_frames(&f, &st);
	inq_regs_set(&st.frames[0].regs, R12, 0x4444);
	assert_null(inq_frames_restore_regs(f.code, 0, &st.s));
	assert_true(inq_regs_get(&st.frames[1].regs, R12, &val));
	assert_int_equal(val, 0x4444);
	fake_stop(&f);
}

static void what_the_unwind_knew_is_not_overwritten(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	uint64_t val;

	(void)state;
	two_frames(&f, &st);
	inq_regs_set(&st.frames[1].regs, RBP, 0x5555);
	assert_null(inq_frames_restore_regs(f.code, 0, &st.s));
	assert_true(inq_regs_get(&st.frames[1].regs, RBP, &val));
	assert_int_equal(val, 0x5555);
	fake_stop(&f);
}

static void behind_a_scanned_frame_nothing_is_restored(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	uint64_t val;

	(void)state;
	two_frames(&f, &st);
	st.frames[1].how = INQ_HOW_SCAN;
	assert_null(inq_frames_restore_regs(f.code, 0, &st.s));
	assert_false(inq_regs_get(&st.frames[1].regs, RBX, &val));
	fake_stop(&f);
}

static void argument_is_found_where_the_function_keeps_it(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	enum inq_certainty how;
	uint64_t val;

	(void)state;
	two_frames(&f, &st);
	/* rdi moved to rbx, rsi was spilled */
	assert_true(inq_frame_arg(f.code, &st.s, 0, 0, 0, &val, &how));
	assert_int_equal(val, DEV);
	assert_int_equal(how, INQ_CERTAIN);
	assert_true(inq_frame_arg(f.code, &st.s, 0, 0, 1, &val, &how));
	assert_int_equal(val, 0x3333);
	assert_int_equal(how, INQ_CERTAIN);
	/* rdx is lost, and framed() doesn't set it either */
	assert_false(inq_frame_arg(f.code, &st.s, 0, 0, 2, &val, &how));
	fake_stop(&f);
}

static void argument_comes_from_the_caller_when_it_is_lost(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	enum inq_certainty how;
	uint64_t val;

	(void)state;
	/* fault_arg(dev) stands behind its load; calls_fault_arg() kept dev in rbx */
	fake_frame(&st, "at_fault_arg_at", true, STACK - 16, STACK);
	fake_frame(&st, "at_calls_fault_arg_after", false, STACK, STACK + 16);
	fake_word(&f, STACK - 16, DEV); /* the caller's rbx */
	fake_start(&f);
	assert_null(inq_frames_restore_regs(f.code, 0, &st.s));
	assert_true(inq_frame_arg(f.code, &st.s, 0, 0, 0, &val, &how));
	assert_int_equal(val, DEV);
	assert_int_equal(how, INQ_CERTAIN);
	fake_stop(&f);
}

static void loads_are_read_from_memory_and_less_certain(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	const struct inq_function *fn;
	const struct inq_state *s;
	enum inq_certainty how;
	uint64_t val;
	int i;

	(void)state;
	fake_word(&f, FAKE_PERCPU + 0x10000 + 0x1fbc0, DEV);
	fake_word(&f, DEV + 0xbb8, 0x77);
	fake_frame(&st, "at_fault_current_at", true, STACK - 16, STACK);
	fake_start(&f);
	fn = fake_function(&f, "fault_current");
	i = inq_function_insn_at(fn, sample("at_fault_current_at"));
	assert_null(inq_values_at(f.code, fn, (unsigned int)i, &s));
	assert_true(inq_frame_eval(f.code, &st.s, 0, 1, inq_state_reg(s, RAX), &val, &how));
	assert_int_equal(val, 0x77);
	assert_int_equal(how, INQ_LIKELY);
	/* in a register it is certain, whatever memory says now */
	inq_regs_set(&st.frames[0].regs, RAX, 0);
	assert_true(inq_frame_eval(f.code, &st.s, 0, 1, inq_state_reg(s, RAX), &val, &how));
	assert_int_equal(val, 0);
	assert_int_equal(how, INQ_CERTAIN);
	/* another CPU's memory isn't in this dump */
	st.frames[0].regs.known = 0;
	assert_false(inq_frame_eval(f.code, &st.s, 0, 0, inq_state_reg(s, RAX), &val, &how));
	fake_stop(&f);
}

static void argument_goes_through_a_function_that_left_no_frame(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	enum inq_certainty how;
	uint64_t val;

	(void)state;
	/* calls_passes_on(dev) -> passes_on(dev) => saves(dev->ops, dev) */
	fake_word(&f, DEV + 0x10, 0x99);
	fake_frame(&st, "at_saves_after", false, STACK - 48, STACK);
	fake_frame(&st, "at_calls_passes_on_after", false, STACK, STACK + 16);
	inq_regs_set(&st.frames[1].regs, R12, DEV);
	fake_start(&f);
	assert_true(inq_frame_arg(f.code, &st.s, 0, 0, 1, &val, &how));
	assert_int_equal(val, DEV);
	assert_int_equal(how, INQ_CERTAIN);
	assert_true(inq_frame_arg(f.code, &st.s, 0, 0, 0, &val, &how));
	assert_int_equal(val, 0x99);
	assert_int_equal(how, INQ_LIKELY);
	fake_stop(&f);
}

static void frame_without_code_is_passed_over(void **state)
{
	struct fake f = {0};
	struct fake_stack st = {0};
	uint64_t val;

	(void)state;
	two_frames(&f, &st);
	st.frames[0].ip = 0;
	assert_null(inq_frames_restore_regs(f.code, 0, &st.s));
	assert_false(inq_frame_arg(f.code, &st.s, 0, 0, 0, &val, NULL));
	assert_false(inq_frame_arg(f.code, &st.s, 7, 0, 0, &val, NULL));
	fake_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pushed_registers_belong_to_the_caller),
		cmocka_unit_test(untouched_registers_are_the_callers_too),
		cmocka_unit_test(what_the_unwind_knew_is_not_overwritten),
		cmocka_unit_test(behind_a_scanned_frame_nothing_is_restored),
		cmocka_unit_test(argument_is_found_where_the_function_keeps_it),
		cmocka_unit_test(argument_comes_from_the_caller_when_it_is_lost),
		cmocka_unit_test(loads_are_read_from_memory_and_less_certain),
		cmocka_unit_test(argument_goes_through_a_function_that_left_no_frame),
		cmocka_unit_test(frame_without_code_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
