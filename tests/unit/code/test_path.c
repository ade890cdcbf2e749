// SPDX-License-Identifier: GPL-2.0-or-later
#include "stack.h"

#include <bpf/btf.h>

#include "code/path.h"

#define STACK UINT64_C(0xffffc90000001000)
#define DEV   UINT64_C(0xffff888001000000)
#define OPS   UINT64_C(0xffff888001100000)
#define TASK  UINT64_C(0xffff888001200000)

/* The types of the samples, as a compiler would have written them. */
struct types {
	struct btf *btf;
	int u64, task_ptr, dev, dev_ptr;
	int f_arg, f_dev;
};

static int add_struct(struct btf *b, const char *name, unsigned int size)
{
	return btf__add_struct(b, name, size);
}

static int add_func(struct btf *b, int ret, const char *param, int type)
{
	int id = btf__add_func_proto(b, ret);

	if (param)
		btf__add_func_param(b, param, type);
	return id;
}

static void make_types(struct types *t)
{
	struct btf *b = btf__new_empty();
	int uts, uts_ptr, nsproxy, nsproxy_ptr, task, ops, ops_ptr, u64_ptr, arr;

	t->btf = b;
	t->u64 = btf__add_int(b, "u64", 8, 0);
	u64_ptr = btf__add_ptr(b, t->u64);
	uts = add_struct(b, "uts_namespace", 400);
	btf__add_field(b, "kref", t->u64, 0, 0);
	uts_ptr = btf__add_ptr(b, uts);
	nsproxy = add_struct(b, "nsproxy", 64);
	btf__add_field(b, "count", t->u64, 0, 0);
	btf__add_field(b, "uts_ns", uts_ptr, 64, 0);
	nsproxy_ptr = btf__add_ptr(b, nsproxy);
	task = add_struct(b, "task_struct", 0x1000);
	btf__add_field(b, "state", t->u64, 0, 0);
	btf__add_field(b, "nsproxy", nsproxy_ptr, 0xbb8 * 8, 0);
	t->task_ptr = btf__add_ptr(b, task);
	ops = add_struct(b, "dev_ops", 0x20);
	btf__add_field(b, "open", u64_ptr, 0, 0);
	btf__add_field(b, "stats", u64_ptr, 0x18 * 8, 0);
	ops_ptr = btf__add_ptr(b, ops);
	arr = btf__add_array(b, t->u64, t->u64, 4);
	t->dev = add_struct(b, "dev", 0x60);
	btf__add_field(b, "id", t->u64, 0, 0);
	btf__add_field(b, "parent", btf__type_cnt(b), 64, 0); /* struct dev *, made next */
	btf__add_field(b, "ops", ops_ptr, 0x10 * 8, 0);
	btf__add_field(b, "slots", u64_ptr, 0x20 * 8, 0);
	btf__add_field(b, "words", arr, 0x40 * 8, 0);
	t->dev_ptr = btf__add_ptr(b, t->dev);
	t->f_arg = add_func(b, t->u64, "dev", t->dev_ptr);
	t->f_dev = add_func(b, t->dev_ptr, NULL, 0);
}

struct path_test {
	struct fake f;
	struct fake_stack st;
	struct types t;
	struct inq_arena arena;
	struct inq_path p;
};

static struct inq_type type_of(const struct path_test *x, int id)
{
	return (struct inq_type){.btf = x->t.btf, .id = (uint32_t)id};
}

static void start(struct path_test *x, const char *label)
{
	*x = (struct path_test){0};
	make_types(&x->t);
	x->f.vars[0] = (struct fake_type){"current_task", type_of(x, x->t.task_ptr)};
	fake_frame(&x->st, label, true, STACK - 16, STACK);
}

static void has_func(struct path_test *x, const char *name, int id)
{
	for (size_t i = 0; i < FAKE_TYPES; i++)
		if (!x->f.funcs[i].name) {
			x->f.funcs[i] = (struct fake_type){name, type_of(x, id)};
			return;
		}
}

static void run(struct path_test *x)
{
	fake_start(&x->f);
	assert_null(inq_path_of_access(x->f.code, &x->st.s, 0, 0, &x->arena, &x->p));
}

static void stop(struct path_test *x)
{
	fake_stop(&x->f);
	inq_arena_deinit(&x->arena);
	btf__free(x->t.btf);
}

static void null_member_of_current_is_told_with_memory_and_register(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_current_at");
	fake_word(&x.f, FAKE_PERCPU + 0x1fbc0, TASK);
	fake_word(&x.f, TASK + 0xbb8, 0);
	inq_regs_set(&x.st.frames[0].regs, RAX, 0);
	run(&x);
	assert_string_equal(x.p.expr, "current->nsproxy->uts_ns");
	assert_true(x.p.typed);
	assert_string_equal(x.p.bad, "current->nsproxy");
	assert_string_equal(x.p.bad_member, "task_struct.nsproxy");
	assert_int_equal(x.p.bad_value, 0);
	assert_int_equal(x.p.offset, 8);
	assert_int_equal(x.p.nr_steps, 2);
	assert_string_equal(x.p.steps[0].expr, "current");
	assert_null(x.p.steps[0].member);
	assert_true(x.p.steps[0].has_value);
	assert_int_equal(x.p.steps[0].value, TASK);
	assert_string_equal(x.p.steps[1].expr, "current->nsproxy");
	assert_int_equal(x.p.steps[1].addr, TASK + 0xbb8);
	assert_true(x.p.steps[1].has_value);
	assert_int_equal(x.p.steps[1].value, 0);
	assert_int_equal(x.p.steps[1].reg, RAX);
	assert_int_equal(x.p.steps[1].reg_value, 0);
	assert_true(x.p.steps[1].site > 0 && x.p.steps[1].site < sample("at_fault_current_at"));
	stop(&x);
}

static void argument_has_its_own_name_and_what_the_caller_passed(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_arg_at");
	has_func(&x, "fault_arg", x.t.f_arg);
	has_func(&x, "calls_fault_arg", x.t.f_arg);
	fake_frame(&x.st, "at_calls_fault_arg_after", false, STACK, STACK + 16);
	inq_regs_set(&x.st.frames[0].regs, RBX, DEV);
	inq_regs_set(&x.st.frames[0].regs, RAX, 0);
	fake_word(&x.f, DEV + 0x10, OPS); /* memory has changed since: both are told */
	run(&x);
	assert_string_equal(x.p.expr, "dev->ops->stats");
	assert_string_equal(x.p.bad, "dev->ops");
	assert_string_equal(x.p.bad_member, "dev.ops");
	assert_int_equal(x.p.bad_value, 0);
	assert_int_equal(x.p.offset, 0x18);
	assert_int_equal(x.p.nr_steps, 2);
	assert_string_equal(x.p.steps[0].expr, "dev");
	assert_int_equal(x.p.steps[0].reg, RBX);
	assert_int_equal(x.p.steps[0].reg_value, DEV);
	assert_int_equal(x.p.steps[1].value, OPS);
	assert_int_equal(x.p.steps[1].reg_value, 0);
	assert_string_equal(x.p.origin, "dev->parent");
	assert_int_equal(x.p.origin_frame, 1);
	stop(&x);
}

static void function_without_types_is_told_in_its_callers_terms(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_arg_at");
	has_func(&x, "calls_fault_arg", x.t.f_arg);
	fake_frame(&x.st, "at_calls_fault_arg_after", false, STACK, STACK + 16);
	inq_regs_set(&x.st.frames[0].regs, RAX, 0);
	run(&x);
	assert_string_equal(x.p.expr, "dev->parent->ops->stats");
	assert_string_equal(x.p.bad_member, "dev.ops");
	stop(&x);
}

static void returned_value_is_typed_by_the_callee(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_returned_at");
	has_func(&x, "get_dev", x.t.f_dev);
	inq_regs_set(&x.st.frames[0].regs, RAX, 0);
	run(&x);
	assert_string_equal(x.p.expr, "get_dev()->ops");
	assert_string_equal(x.p.bad, "get_dev()");
	assert_null(x.p.bad_member);
	assert_int_equal(x.p.offset, 0x10);
	stop(&x);
}

static void global_is_named_by_its_symbol(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_global_at");
	x.f.vars[1] = (struct fake_type){"the_dev", type_of(&x, x.t.dev_ptr)};
	inq_regs_set(&x.st.frames[0].regs, RAX, 0x100);
	run(&x);
	assert_string_equal(x.p.expr, "the_dev->ops");
	assert_string_equal(x.p.bad, "the_dev");
	assert_int_equal(x.p.bad_value, 0x100);
	stop(&x);
}

static void global_without_a_type_is_spelled_as_memory(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_global_at");
	inq_regs_set(&x.st.frames[0].regs, RAX, 0x100);
	run(&x);
	assert_string_equal(x.p.expr, "*(u64 *)(the_dev + 0x10)");
	assert_false(x.p.typed);
	assert_string_equal(x.p.bad, "the_dev");
	stop(&x);
}

static void without_types_the_words_are_honest(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_untyped_at");
	inq_regs_set(&x.st.frames[0].regs, RAX, 0);
	run(&x);
	assert_false(x.p.typed);
	assert_string_equal(x.p.expr, "*(u32 *)(*(u64 *)(arg1 + 0x28) + 0x8)");
	assert_string_equal(x.p.bad, "*(u64 *)(arg1 + 0x28)");
	assert_null(x.p.bad_member);
	assert_int_equal(x.p.bad_value, 0);
	assert_int_equal(x.p.offset, 8);
	stop(&x);
}

static void index_becomes_a_subscript(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_array_at");
	has_func(&x, "fault_array", x.t.f_arg);
	inq_regs_set(&x.st.frames[0].regs, RAX, 0);
	inq_regs_set(&x.st.frames[0].regs, RSI, 3);
	run(&x);
	assert_string_equal(x.p.expr, "dev->slots[5]");
	assert_string_equal(x.p.bad, "dev->slots");
	assert_int_equal(x.p.offset, 3 * 8 + 0x10);
	stop(&x);
}

static void copy_of_another_cpu_is_said_so(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_fault_percpu_at");
	has_func(&x, "fault_percpu", x.t.f_arg);
	inq_regs_set(&x.st.frames[0].regs, RAX, 0x40);
	inq_regs_set(&x.st.frames[0].regs, RSI, 1);
	run(&x);
	assert_string_equal(x.p.expr, "per_cpu_ptr(dev->ops, 1)->stats");
	assert_true(x.p.typed);
	assert_int_equal(x.p.bad_value, 0x40);
	assert_int_equal(x.p.offset, 0x18);
	stop(&x);
}

static void copy_function_is_looked_through_to_its_caller(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_memcpy_in");
	has_func(&x, "calls_memcpy", x.t.f_arg);
	fake_frame(&x.st, "at_calls_memcpy_after", false, STACK, STACK + 32);
	inq_regs_set(&x.st.frames[1].regs, RBX, DEV);
	fake_word(&x.f, DEV + 0x10, 0x5000);
	fake_word(&x.f, STACK + 4, 0);
	/* four bytes are copied: the registers have moved on */
	inq_regs_set(&x.st.frames[0].regs, RDI, STACK + 4);
	inq_regs_set(&x.st.frames[0].regs, RSI, 0x5004);
	inq_regs_set(&x.st.frames[0].regs, RCX, 12);
	run(&x);
	assert_string_equal(x.p.expr, "dev->ops->open");
	assert_string_equal(x.p.bad, "dev->ops");
	assert_string_equal(x.p.bad_member, "dev.ops");
	assert_int_equal(x.p.bad_value, 0x5000);
	assert_int_equal(x.p.offset, 4);
	stop(&x);
}

static void instruction_without_memory_is_refused(void **state)
{
	struct path_test x;
	struct inq_error *err;

	(void)state;
	start(&x, "narrow");
	fake_start(&x.f);
	err = inq_path_of_access(x.f.code, &x.st.s, 0, 0, &x.arena, &x.p);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTSUP);
	inq_error_destroy(err);
	err = inq_path_of_access(x.f.code, &x.st.s, 5, 0, &x.arena, &x.p);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	inq_error_destroy(err);
	stop(&x);
}

static void indirect_call_names_the_pointer(void **state)
{
	struct path_test x;

	(void)state;
	start(&x, "at_indirect_after");
	x.st.frames[0].exact_ip = false;
	has_func(&x, "indirect", x.t.f_arg);
	run(&x);
	assert_string_equal(x.p.expr, "dev->words[0]");
	assert_string_equal(x.p.bad, "dev->words[0]");
	assert_string_equal(x.p.bad_member, "dev.words[0]");
	stop(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_member_of_current_is_told_with_memory_and_register),
		cmocka_unit_test(argument_has_its_own_name_and_what_the_caller_passed),
		cmocka_unit_test(function_without_types_is_told_in_its_callers_terms),
		cmocka_unit_test(returned_value_is_typed_by_the_callee),
		cmocka_unit_test(global_is_named_by_its_symbol),
		cmocka_unit_test(global_without_a_type_is_spelled_as_memory),
		cmocka_unit_test(without_types_the_words_are_honest),
		cmocka_unit_test(index_becomes_a_subscript),
		cmocka_unit_test(copy_of_another_cpu_is_said_so),
		cmocka_unit_test(copy_function_is_looked_through_to_its_caller),
		cmocka_unit_test(instruction_without_memory_is_refused),
		cmocka_unit_test(indirect_call_names_the_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
