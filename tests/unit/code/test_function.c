// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake.h"

static const struct inq_block *block_at(const struct inq_function *f, const char *label)
{
	int i = inq_function_insn_at(f, sample(label));

	assert_true(i >= 0);
	return &f->blocks[inq_function_block_of(f, (unsigned int)i)];
}

static void entry_is_the_first_block_and_the_return_thunk_returns(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	const struct inq_insn *last;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "saves");
	assert_true(fn->complete);
	assert_int_equal(fn->insns[fn->blocks[0].first].addr, sample("saves"));
	assert_true(fn->blocks[0].reachable);
	assert_int_equal(fn->blocks[0].nr_succ, 0);
	last = &fn->insns[fn->blocks[0].first + fn->blocks[0].n - 1];
	assert_int_equal(last->op, INQ_OP_RET);
	/* the hook at the entry is no call */
	assert_int_equal(fn->insns[0].op, INQ_OP_NOP);
	fake_stop(&f);
}

static void branches_make_a_diamond(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	const struct inq_block *join;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "diamond");
	assert_int_equal(fn->blocks[0].nr_succ, 2);
	join = block_at(fn, "at_diamond_join");
	assert_int_equal(join->nr_pred, 2);
	/* reverse post order: a block comes behind its predecessors */
	for (unsigned int i = 0; i < join->nr_pred; i++)
		assert_true(join->pred[i] < (unsigned int)(join - fn->blocks));
	assert_true(fn->complete);
	fake_stop(&f);
}

static void loop_has_a_back_edge(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	const struct inq_block *b;
	unsigned int self = 0;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "walk");
	b = block_at(fn, "at_walk_body");
	for (unsigned int i = 0; i < b->nr_succ; i++)
		self += &fn->blocks[b->succ[i]] == b;
	assert_int_equal(self, 1);
	fake_stop(&f);
}

static void nothing_follows_a_call_that_never_returns(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "dies");
	assert_false(block_at(fn, "at_dies_behind")->reachable);
	fake_stop(&f);
}

static void tail_calls_leave_the_function(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	unsigned int leave = 0;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "tail");
	for (unsigned int i = 0; i < fn->nr_blocks; i++)
		leave += fn->blocks[i].reachable && !fn->blocks[i].nr_succ;
	assert_int_equal(leave, 2);
	assert_true(fn->complete);
	fake_stop(&f);
}

static void call_through_a_retpoline_is_an_indirect_call(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	int i;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "indirect");
	i = inq_function_insn_before(fn, sample("at_indirect_after"));
	assert_true(i >= 0);
	assert_int_equal(fn->insns[i].op, INQ_OP_CALL);
	assert_int_equal(fn->insns[i].target, 0);
	assert_int_equal(fn->insns[i].operands[0].kind, INQ_OPERAND_REG);
	assert_int_equal(fn->insns[i].operands[0].reg, RAX);
	fake_stop(&f);
}

static void thunk_of_another_name_is_known_by_its_code(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	int i;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "calls_array");
	i = inq_function_insn_before(fn, sample("at_calls_array_after"));
	assert_true(i >= 0);
	assert_int_equal(fn->insns[i].target, 0);
	assert_int_equal(fn->insns[i].operands[0].reg, RCX);
	fake_stop(&f);
}

static void jump_table_in_memory_gives_the_edges(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;

	(void)state;
	fake_word(&f, 0xffffffff82000000, sample("at_table_a"));
	fake_word(&f, 0xffffffff82000008, sample("at_table_b"));
	fake_word(&f, 0xffffffff82000010, 0);
	fake_start(&f);
	fn = fake_function(&f, "table_jump");
	assert_true(fn->complete);
	assert_int_equal(fn->blocks[0].nr_succ, 2);
	assert_true(block_at(fn, "at_table_b")->reachable);
	fake_stop(&f);
}

static void unknown_jump_with_code_left_over_is_incomplete(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "lost");
	assert_false(fn->complete);
	assert_false(block_at(fn, "at_lost_in")->reachable);
	fake_stop(&f);
}

static void cold_part_belongs_to_its_function(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn, *cold;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "split");
	cold = fake_function(&f, "split.cold");
	assert_ptr_equal(fn, cold);
	assert_true(fn->complete);
	assert_string_equal(fn->sym.name, "split");
	assert_true(block_at(fn, "split.cold")->reachable);
	assert_int_equal(block_at(fn, "at_split_back")->nr_pred, 2);
	fake_stop(&f);
}

static void return_address_belongs_to_the_call_before_it(void **state)
{
	struct fake f = {0};
	const struct inq_function *fn;
	int call;

	(void)state;
	fake_start(&f);
	fn = fake_function(&f, "saves");
	call = inq_function_insn_before(fn, sample("at_saves_after"));
	assert_true(call > 0);
	assert_int_equal(fn->insns[call].target, sample("helper"));
	assert_int_equal(inq_function_insn_before(fn, sample("at_saves_after") + 1), -1);
	assert_int_equal(inq_function_insn_at(fn, sample("at_saves_after") + 1), -1);
	fake_stop(&f);
}

static void missing_text_is_an_error(void **state)
{
	struct fake f = {.one_symbol = "f", .text = sample_text, .text_len = 0};
	const struct inq_function *fn;
	struct inq_error *err;

	(void)state;
	fake_start(&f);
	err = inq_code_function(f.code, SAMPLE_TEXT, &fn);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	inq_error_destroy(err);
	fake_stop(&f);
}

/* Whatever the bytes are, every block is whole and every edge leads to a block. */
static void check_shape(const struct inq_function *fn)
{
	unsigned int covered = 0;

	for (unsigned int i = 0; i < fn->nr_blocks; i++) {
		const struct inq_block *b = &fn->blocks[i];

		assert_true(b->n > 0);
		assert_true(b->first + b->n <= fn->nr_insns);
		covered += b->n;
		for (unsigned int s = 0; s < b->nr_succ; s++)
			assert_true(b->succ[s] < fn->nr_blocks);
		for (unsigned int p = 0; p < b->nr_pred; p++)
			assert_true(b->pred[p] < fn->nr_blocks);
	}
	assert_int_equal(covered, fn->nr_insns);
}

static void garbage_makes_a_graph_all_the_same(void **state)
{
	unsigned char bytes[4096];
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct fake f = {.one_symbol = "garbage", .text = bytes, .text_len = sizeof(bytes)};
		const struct inq_function *fn;
		const struct inq_state *s;
		struct inq_error *err;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (unsigned char)(seed >> 24);
			/* many short branches and pushes, for shapes and stacks */
			if (seed >> 16 & 1)
				bytes[i] = (unsigned char)(0x70 + (seed >> 20 & 15));
			else if (!(seed >> 12 & 3))
				bytes[i] = (unsigned char)(0x50 + (seed >> 20 & 15));
		}
		fake_start(&f);
		err = inq_code_function(f.code, SAMPLE_TEXT + 7, &fn);
		if (!err) {
			check_shape(fn);
			for (unsigned int i = 0; i < fn->nr_insns; i += 97) {
				assert_null(inq_values_at(f.code, fn, i, &s));
				assert_non_null(inq_state_reg(s, RAX));
			}
		}
		inq_error_destroy(err);
		fake_stop(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_is_the_first_block_and_the_return_thunk_returns),
		cmocka_unit_test(branches_make_a_diamond),
		cmocka_unit_test(loop_has_a_back_edge),
		cmocka_unit_test(nothing_follows_a_call_that_never_returns),
		cmocka_unit_test(tail_calls_leave_the_function),
		cmocka_unit_test(call_through_a_retpoline_is_an_indirect_call),
		cmocka_unit_test(thunk_of_another_name_is_known_by_its_code),
		cmocka_unit_test(jump_table_in_memory_gives_the_edges),
		cmocka_unit_test(unknown_jump_with_code_left_over_is_incomplete),
		cmocka_unit_test(cold_part_belongs_to_its_function),
		cmocka_unit_test(return_address_belongs_to_the_call_before_it),
		cmocka_unit_test(missing_text_is_an_error),
		cmocka_unit_test(garbage_makes_a_graph_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
