// SPDX-License-Identifier: GPL-2.0-or-later
/* Types for what has none, from how it is used; indexes; lists. */
#include "stack.h"

#include <bpf/btf.h>

#include "code/path.h"
#include "kernel/modules.h"

#define STACK UINT64_C(0xffffc90000001000)
#define DEV   UINT64_C(0xffff888001000000)

struct types {
	struct btf *base, *btf; /* the image's, and the module's own */
	int blob, like_blob, wide_blob, long_blob, number_blob, item;
	int f_head, f_dev, f_table, f_host, f_opts;
};

static int func_of(struct btf *b, int ret, const char *param, int type)
{
	int id = btf__add_func_proto(b, ret);

	btf__add_func_param(b, param, type);
	return id;
}

/* struct NAME { u8 pad[0x1c]; u32 count; u64 size; struct ops *ops; } of @bytes */
static int add_blob(struct btf *b, const char *name, unsigned int bytes, int u32, int u64, int ops)
{
	int id = btf__add_struct(b, name, bytes);

	btf__add_field(b, "size", u64, 0x20 * 8, 0);
	btf__add_field(b, "count", u32, 0x1c * 8, 0);
	btf__add_field(b, "ops", ops, 0x28 * 8, 0);
	return id;
}

static void make_types(struct types *t)
{
	struct btf *image = btf__new_empty(), *b = btf__new_empty_split(image);
	int u32, u64, ops, ops_ptr, list, row, grid, words, head, dev;
	int cell, cells, table, bytes, host, name, opt;

	t->base = image;
	t->btf = b;
	u64 = btf__add_int(b, "u64", 8, 0);
	u32 = btf__add_int(b, "u32", 4, 0);
	ops = btf__add_struct(b, "ops", 0x20);
	btf__add_field(b, "stats", u64, 0x18 * 8, 0);
	ops_ptr = btf__add_ptr(b, ops);
	t->blob = add_blob(b, "blob", 0x30, u32, u64, ops_ptr);
	t->like_blob = add_blob(b, "like_blob", 0x30, u32, u64, ops_ptr);
	t->long_blob = add_blob(b, "long_blob", 0x38, u32, u64, ops_ptr);
	t->number_blob = add_blob(b, "number_blob", 0x30, u32, u64, u64);
	/* the count in the upper half of something */
	t->wide_blob = btf__add_struct(b, "wide_blob", 0x30);
	btf__add_field(b, "bits", u64, 0x18 * 8, 0);
	btf__add_field(b, "ops", ops_ptr, 0x28 * 8, 0);
	list = btf__add_struct(b, "list_head", 16);
	btf__add_field(b, "next", btf__type_cnt(b), 0, 0); /* the pointer made next */
	btf__add_field(b, "prev", btf__type_cnt(b), 64, 0);
	btf__add_ptr(b, list);
	t->item = btf__add_struct(b, "item", 0x20);
	btf__add_field(b, "nr", u64, 0, 0);
	btf__add_field(b, "node", list, 64, 0);
	btf__add_field(b, "ops", ops_ptr, 0x18 * 8, 0);
	head = btf__add_struct(b, "head", 0x18);
	btf__add_field(b, "nr", u64, 0, 0);
	btf__add_field(b, "items", list, 64, 0);
	words = btf__add_array(b, u64, u64, 4);
	row = btf__add_array(b, u64, u64, 3);
	grid = btf__add_array(b, u64, row, 5);
	dev = btf__add_struct(b, "dev", 0x60 + 5 * 24);
	btf__add_field(b, "words", words, 0x40 * 8, 0);
	btf__add_field(b, "grid", grid, 0x60 * 8, 0);
	cell = btf__add_struct(b, "cell", 16);
	btf__add_field(b, "gain", u64, 0, 0);
	btf__add_field(b, "level", u64, 64, 0);
	cells = btf__add_array(b, u64, cell, 24);
	table = btf__add_struct(b, "table", 8 + 24 * 16);
	btf__add_field(b, "nr", u64, 0, 0);
	btf__add_field(b, "cells", cells, 64, 0);
	t->f_table = func_of(b, u64, "table", btf__add_ptr(b, table));
	bytes = btf__add_array(b, u64, btf__add_int(b, "u8", 1, 0), 0);
	host = btf__add_struct(b, "host", 0x20);
	btf__add_field(b, "nr", u64, 0, 0);
	btf__add_field(b, "hostdata", bytes, 0x20 * 8, 0);
	t->f_host = func_of(b, u64, "host", btf__add_ptr(b, host));
	name = btf__add_array(b, u64, u32, 6);
	opt = btf__add_struct(b, "option", 28);
	btf__add_field(b, "name", name, 0, 0);
	btf__add_field(b, "value", u32, 24 * 8, 0);
	t->f_opts = func_of(b, u64, "opts", btf__add_ptr(b, opt));
	btf__add_func_param(b, "nr", u32);
	t->f_head = func_of(b, u64, "head", btf__add_ptr(b, head));
	t->f_dev = func_of(b, u64, "dev", btf__add_ptr(b, dev));
}

static const struct inq_module demo = {
	.name = "demo",
	.ranges = {{SAMPLE_TEXT, SAMPLE_TEXT + SAMPLE_TEXT_LEN, true, false}},
	.nr_ranges = 1,
};

struct infer_test {
	struct fake f;
	struct fake_stack st;
	struct types t;
	struct inq_arena arena;
	struct inq_path p;
	struct inq_object object; /* the one at its start; size 0: not known */
};

static bool find_object(void *arg, uint64_t addr, struct inq_object *ret)
{
	struct infer_test *x = arg;

	*ret = x->object;
	return addr - ret->start < ret->size;
}

static struct inq_type type_of(const struct infer_test *x, int id)
{
	return (struct inq_type){.btf = x->t.btf, .id = (uint32_t)id};
}

static void start(struct infer_test *x, const char *label)
{
	*x = (struct infer_test){0};
	make_types(&x->t);
	x->f.module = &demo;
	fake_frame(&x->st, label, true, STACK - 16, STACK);
	inq_regs_set(&x->st.frames[0].regs, RCX, 0);
}

static void run(struct infer_test *x)
{
	fake_start(&x->f);
	inq_code_set_objects(x->f.code, find_object, x);
	assert_null(inq_path_of_access(x->f.code, &x->st.s, 0, 0, &x->arena, &x->p));
}

static void stop(struct infer_test *x)
{
	fake_stop(&x->f);
	inq_arena_deinit(&x->arena);
	btf__free(x->t.btf);
	btf__free(x->t.base);
}

static void struct_that_alone_fits_is_told(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"item", type_of(&x, x.t.item)};
	x.f.structs[1] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	run(&x);
	assert_string_equal(x.p.expr, "get_blob()->ops->stats");
	assert_true(x.p.typed);
	assert_string_equal(x.p.bad_member, "blob.ops");
	stop(&x);
}

static void of_two_that_fit_none_is_told(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	x.f.structs[1] = (struct fake_type){"like_blob", type_of(&x, x.t.like_blob)};
	run(&x);
	assert_false(x.p.typed);
	assert_null(x.p.bad_member);
	assert_string_equal(x.p.expr, "*(u64 *)(*(u64 *)(get_blob() + 0x28) + 0x18)");
	assert_string_equal(x.p.shape, "+18 of +28");
	stop(&x);
}

static void members_as_they_are_beat_parts_of_members(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	x.f.structs[1] = (struct fake_type){"wide_blob", type_of(&x, x.t.wide_blob)};
	run(&x);
	assert_string_equal(x.p.expr, "get_blob()->ops->stats");
	stop(&x);
}

static void entry_of_a_list_is_found_around_its_node(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_sums_list_at");
	x.f.funcs[0] = (struct fake_type){"sums_list", type_of(&x, x.t.f_head)};
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	x.f.structs[1] = (struct fake_type){"item", type_of(&x, x.t.item)};
	run(&x);
	assert_string_equal(x.p.expr, "container_of(pos, struct item, node)->ops->stats");
	assert_string_equal(x.p.bad_member, "item.ops");
	stop(&x);
}

static void pointer_that_a_loop_moves_becomes_an_index(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_sums_words_at");
	x.f.funcs[0] = (struct fake_type){"sums_words", type_of(&x, x.t.f_dev)};
	inq_regs_set(&x.st.frames[0].regs, RDI, DEV);
	inq_regs_set(&x.st.frames[0].regs, RAX, DEV + 0x50);
	run(&x);
	assert_string_equal(x.p.expr, "dev->words[2]");
	stop(&x);
	/* where the loop stands isn't known */
	start(&x, "at_sums_words_at");
	x.f.funcs[0] = (struct fake_type){"sums_words", type_of(&x, x.t.f_dev)};
	run(&x);
	assert_string_equal(x.p.expr, "dev->words[i]");
	stop(&x);
}

static void pointer_variable_is_what_all_of_the_module_uses_it_for(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_reads_static_at");
	x.f.structs[0] = (struct fake_type){"item", type_of(&x, x.t.item)};
	x.f.structs[1] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	run(&x);
	assert_string_equal(x.p.expr, "the_blob->ops");
	stop(&x);
}

static void two_indexes_find_their_own_dimension(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_reads_grid_at");
	x.f.funcs[0] = (struct fake_type){"reads_grid", type_of(&x, x.t.f_dev)};
	inq_regs_set(&x.st.frames[0].regs, RSI, 4);
	inq_regs_set(&x.st.frames[0].regs, RDX, 1);
	run(&x);
	assert_string_equal(x.p.expr, "dev->grid[4][1]");
	stop(&x);
}

static void longer_steps_over_structs_are_rows(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_reads_table_at");
	x.f.funcs[0] = (struct fake_type){"reads_table", type_of(&x, x.t.f_table)};
	inq_regs_set(&x.st.frames[0].regs, RSI, 2);
	inq_regs_set(&x.st.frames[0].regs, RDX, 3);
	run(&x);
	assert_string_equal(x.p.expr, "table->cells[2][3].level");
	stop(&x);
}

static void data_behind_a_struct_has_its_modules_type(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_reads_private_at");
	x.f.funcs[0] = (struct fake_type){"reads_private", type_of(&x, x.t.f_host)};
	x.f.structs[0] = (struct fake_type){"item", type_of(&x, x.t.item)};
	x.f.structs[1] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	run(&x);
	assert_string_equal(x.p.expr, "((struct blob *)host->hostdata)->ops->stats");
	assert_string_equal(x.p.bad_member, "blob.ops");
	stop(&x);
}

/* What the pointer to a blob is told to be, where an object of @size bytes is, @asked for. */
static void in_object(struct infer_test *x, uint64_t size, uint64_t asked)
{
	inq_regs_set(&x->st.frames[0].regs, RBX, DEV);
	x->object = (struct inq_object){.start = DEV, .size = size, .asked = asked};
	run(x);
}

static void struct_that_the_object_has_no_room_for_is_refused(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	in_object(&x, 0x28, 0);
	assert_false(x.p.typed);
	stop(&x);
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	in_object(&x, 0x30, 0x21);
	assert_string_equal(x.p.expr, "get_blob()->ops->stats");
	stop(&x);
}

static void struct_that_is_less_than_was_asked_for_is_refused(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	in_object(&x, 0x40, 0x31);
	assert_false(x.p.typed);
	stop(&x);
}

static void of_two_that_fit_the_one_of_the_objects_size_is_told(void **state)
{
	struct infer_test x;

	(void)state;
	for (uint64_t size = 0x30; size <= 0x38; size += 8) {
		start(&x, "at_uses_blob_at");
		x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
		x.f.structs[1] = (struct fake_type){"long_blob", type_of(&x, x.t.long_blob)};
		in_object(&x, size, size - 7);
		assert_string_equal(x.p.bad_member, size == 0x30 ? "blob.ops" : "long_blob.ops");
		stop(&x);
	}
}

static void what_is_used_as_a_pointer_is_no_number(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"number_blob", type_of(&x, x.t.number_blob)};
	run(&x);
	assert_false(x.p.typed);
	stop(&x);
	start(&x, "at_uses_blob_at");
	x.f.structs[0] = (struct fake_type){"number_blob", type_of(&x, x.t.number_blob)};
	x.f.structs[1] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	run(&x);
	assert_string_equal(x.p.expr, "get_blob()->ops->stats");
	stop(&x);
}

static void elements_of_odd_sizes_are_indexed(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_reads_options_at");
	x.f.funcs[0] = (struct fake_type){"reads_options", type_of(&x, x.t.f_opts)};
	run(&x);
	assert_string_equal(x.p.expr, "opts[nr].value");
	stop(&x);
	start(&x, "at_reads_option_cut_at");
	x.f.funcs[0] = (struct fake_type){"reads_option_cut", type_of(&x, x.t.f_opts)};
	run(&x);
	assert_string_equal(x.p.expr, "opts[nr + 1].value");
	stop(&x);
}

static void entry_is_found_where_one_way_round_has_a_constant(void **state)
{
	struct infer_test x;

	(void)state;
	start(&x, "at_drops_list_at");
	inq_regs_set(&x.st.frames[0].regs, RBX, 0xdead0000000000f8);
	x.f.funcs[0] = (struct fake_type){"drops_list", type_of(&x, x.t.f_head)};
	x.f.structs[0] = (struct fake_type){"blob", type_of(&x, x.t.blob)};
	x.f.structs[1] = (struct fake_type){"item", type_of(&x, x.t.item)};
	run(&x);
	assert_string_equal(x.p.expr, "container_of(pos, struct item, node)->ops");
	assert_int_equal(x.p.bad_value, 0xdead000000000100);
	stop(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(struct_that_alone_fits_is_told),
		cmocka_unit_test(of_two_that_fit_none_is_told),
		cmocka_unit_test(members_as_they_are_beat_parts_of_members),
		cmocka_unit_test(entry_of_a_list_is_found_around_its_node),
		cmocka_unit_test(pointer_that_a_loop_moves_becomes_an_index),
		cmocka_unit_test(pointer_variable_is_what_all_of_the_module_uses_it_for),
		cmocka_unit_test(two_indexes_find_their_own_dimension),
		cmocka_unit_test(longer_steps_over_structs_are_rows),
		cmocka_unit_test(data_behind_a_struct_has_its_modules_type),
		cmocka_unit_test(struct_that_the_object_has_no_room_for_is_refused),
		cmocka_unit_test(struct_that_is_less_than_was_asked_for_is_refused),
		cmocka_unit_test(of_two_that_fit_the_one_of_the_objects_size_is_told),
		cmocka_unit_test(what_is_used_as_a_pointer_is_no_number),
		cmocka_unit_test(elements_of_odd_sizes_are_indexed),
		cmocka_unit_test(entry_is_found_where_one_way_round_has_a_constant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
