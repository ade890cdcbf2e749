// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake.h"

static const struct inq_state *state_at(struct fake *f, const char *label)
{
	const struct inq_function *fn;
	const struct inq_state *s;
	int i;

	assert_null(inq_code_function(f->code, sample(label), &fn));
	i = inq_function_insn_at(fn, sample(label));
	assert_true(i >= 0);
	assert_null(inq_values_at(f->code, fn, (unsigned int)i, &s));
	return s;
}

static void assert_entry(const struct inq_value *v, inq_reg reg)
{
	assert_non_null(v);
	assert_int_equal(v->kind, INQ_VAL_ENTRY);
	assert_int_equal(v->reg, reg);
}

static void assert_add(const struct inq_value *v, int64_t c)
{
	assert_non_null(v);
	assert_int_equal(v->kind, INQ_VAL_ADD);
	assert_null(v->b);
	assert_int_equal(v->c, c);
}

static void assert_load(const struct inq_value *v, inq_reg entry, int64_t c)
{
	assert_non_null(v);
	assert_int_equal(v->kind, INQ_VAL_LOAD);
	assert_add(v->a, c);
	assert_entry(v->a->a, entry);
}

static void saved_registers_are_found_in_their_slots(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_saves_after");
	assert_entry(inq_state_slot(s, -16), RBP);
	assert_entry(inq_state_slot(s, -24), RBX);
	assert_null(inq_state_slot(s, -32));
	assert_add(inq_state_reg(s, RSP), -0x28);
	assert_entry(inq_state_reg(s, RSP)->a, RSP);
	fake_stop(&f);
}

static void arguments_live_on_over_a_call_in_registers_and_slots(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_saves_after");
	assert_entry(inq_state_reg(s, RBX), RDI);
	assert_int_equal(inq_state_reg(s, RAX)->kind, INQ_VAL_CALL);
	assert_int_equal(inq_state_reg(s, RAX)->c, sample("helper"));
	assert_int_equal(inq_state_reg(s, RDI)->kind, INQ_VAL_CLOBBER);
	s = state_at(&f, "at_saves_end");
	assert_load(inq_state_reg(s, RAX), RDI, 8);
	assert_int_equal(inq_state_reg(s, RAX)->site, sample("at_saves_after"));
	assert_entry(inq_state_reg(s, RDX), RSI);
	fake_stop(&f);
}

static void frame_pointer_addresses_the_same_slots(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_framed_after");
	assert_entry(inq_state_slot(s, -16), RBP);
	assert_entry(inq_state_slot(s, -24), R12);
	assert_entry(inq_state_slot(s, -40), RDI);
	s = state_at(&f, "at_framed_loaded");
	assert_entry(inq_state_reg(s, RAX), RDI);
	s = state_at(&f, "at_framed_end");
	assert_entry(inq_state_reg(s, RBP), RBP);
	assert_entry(inq_state_reg(s, RSP), RSP);
	assert_entry(inq_state_reg(s, R12), R12);
	fake_stop(&f);
}

static void aligned_stack_is_given_up_and_the_rest_kept(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_realigned_at");
	assert_int_not_equal(inq_state_reg(s, RSP)->kind, INQ_VAL_ENTRY);
	assert_entry(inq_state_reg(s, RDI), RDI);
	assert_null(inq_state_slot(s, -24));
	fake_stop(&f);
}

static void slots_below_an_aligned_stack_pointer_are_followed(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_lock_aligned_released");
	assert_add(inq_state_reg(s, RDI), 8);
	assert_entry(inq_state_reg(s, RDI)->a, RDI);
	s = state_at(&f, "at_lock_aligned_end");
	assert_entry(inq_state_reg(s, RBP), RBP);
	assert_entry(inq_state_reg(s, RSP), RSP);
	fake_stop(&f);
}

static void ways_that_differ_make_a_phi(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;
	const struct inq_value *v;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_diamond_join");
	v = inq_state_reg(s, RAX);
	assert_int_equal(v->kind, INQ_VAL_PHI);
	assert_int_equal(v->nr_phi, 2);
	assert_load(v->phi[0], RDI, v->phi[0]->a->c);
	assert_load(v->phi[1], RDI, v->phi[1]->a->c);
	assert_int_equal(v->phi[0]->a->c + v->phi[1]->a->c, 24);
	assert_ptr_equal(inq_state_reg(s, RCX), v);
	assert_entry(inq_state_reg(s, RBX), RDI);
	fake_stop(&f);
}

static void loop_changes_what_it_changes_and_nothing_else(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;
	const struct inq_value *p;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_walk_body");
	p = inq_state_reg(s, RBX);
	assert_int_equal(p->kind, INQ_VAL_PHI);
	assert_int_equal(p->nr_phi, 2);
	assert_load(p->phi[0], RDI, 0x20);
	/* the next one is loaded from this one */
	assert_int_equal(p->phi[1]->kind, INQ_VAL_LOAD);
	assert_ptr_equal(p->phi[1]->a, p);
	assert_entry(inq_state_reg(s, R12), RDI);
	assert_entry(inq_state_slot(s, -16), RBX);
	s = state_at(&f, "at_walk_out");
	assert_entry(inq_state_reg(s, RAX), RDI);
	fake_stop(&f);
}

static void inner_loop_keeps_what_only_the_outer_changes(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_nested_inner");
	/* r8 is rcx as the outer loop has it: one PHI, of the outer head */
	assert_int_equal(inq_state_reg(s, RCX)->kind, INQ_VAL_PHI);
	assert_ptr_equal(inq_state_reg(s, R8), inq_state_reg(s, RCX));
	assert_entry(inq_state_reg(s, RSI), RSI);
	fake_stop(&f);
}

static void slot_whose_address_got_out_may_have_changed(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_spill_end");
	assert_int_equal(inq_state_reg(s, RAX)->kind, INQ_VAL_LOAD);
	assert_entry(inq_state_reg(s, RCX), RDI);
	fake_stop(&f);
}

static void widths_and_arithmetic(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;
	const struct inq_value *v;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_narrow_end");
	v = inq_state_reg(s, RAX);
	assert_int_equal(v->kind, INQ_VAL_BINOP);
	assert_int_equal(v->op, INQ_OP_AND);
	assert_int_equal(v->c, 0xffffffff);
	v = inq_state_reg(s, RCX);
	assert_int_equal(v->kind, INQ_VAL_LOAD);
	assert_int_equal(v->size, 1);
	assert_int_equal(inq_state_reg(s, RDX)->c, 0xffffffff);
	assert_int_equal(inq_state_reg(s, R8)->op, INQ_OP_MOVSX);
	v = inq_state_reg(s, RDI);
	assert_int_equal(v->kind, INQ_VAL_SCALE);
	assert_int_equal(v->c, 16);
	v = inq_state_reg(s, R9);
	assert_add(v, 8);
	assert_int_equal(v->a->kind, INQ_VAL_ADD);
	assert_non_null(v->a->b);
	assert_int_equal(inq_state_reg(s, R10)->kind, INQ_VAL_SCALE);
	assert_int_equal(inq_state_reg(s, R11)->c, 0xffffffff);
	fake_stop(&f);
}

static void percpu_load_is_relative_to_the_base(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;
	const struct inq_value *v;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_fault_current_at");
	v = inq_state_reg(s, RAX); /* current->nsproxy */
	assert_int_equal(v->kind, INQ_VAL_LOAD);
	assert_add(v->a, 0xbb8);
	v = v->a->a;
	assert_int_equal(v->kind, INQ_VAL_LOAD);
	assert_add(v->a, 0x1fbc0);
	assert_int_equal(v->a->a->kind, INQ_VAL_PERCPU_BASE);
	fake_stop(&f);
}

static void behind_an_unknown_jump_saved_registers_are_still_known(void **state)
{
	struct fake f = {0};
	const struct inq_state *s;

	(void)state;
	fake_start(&f);
	s = state_at(&f, "at_lost_in");
	assert_entry(inq_state_slot(s, -16), RBX);
	assert_int_not_equal(inq_state_reg(s, RDI)->kind, INQ_VAL_ENTRY);
	fake_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_registers_are_found_in_their_slots),
		cmocka_unit_test(arguments_live_on_over_a_call_in_registers_and_slots),
		cmocka_unit_test(frame_pointer_addresses_the_same_slots),
		cmocka_unit_test(aligned_stack_is_given_up_and_the_rest_kept),
		cmocka_unit_test(slots_below_an_aligned_stack_pointer_are_followed),
		cmocka_unit_test(ways_that_differ_make_a_phi),
		cmocka_unit_test(loop_changes_what_it_changes_and_nothing_else),
		cmocka_unit_test(inner_loop_keeps_what_only_the_outer_changes),
		cmocka_unit_test(slot_whose_address_got_out_may_have_changed),
		cmocka_unit_test(widths_and_arithmetic),
		cmocka_unit_test(percpu_load_is_relative_to_the_base),
		cmocka_unit_test(behind_an_unknown_jump_saved_registers_are_still_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
