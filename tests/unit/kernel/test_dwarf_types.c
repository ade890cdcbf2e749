// SPDX-License-Identifier: GPL-2.0-or-later
/* Types out of DWARF: this program's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <bpf/btf.h>

#include "kernel/dwarf_types.h"
#include "kernel/types.h"

#define SELF "/proc/self/exe"

enum lamp_state { LAMP_OFF, LAMP_ON = 7, LAMP_BROKEN = -1 };
struct lamp_room;
struct lamp_maker; /* declared, and nowhere whole */
typedef int (*lamp_fn)(struct lamp_room *room, const char *name);

struct lamp {
	struct lamp *next;
	struct lamp_room *room;
	struct lamp_maker *maker;
	unsigned int on : 1, level : 5;
	enum lamp_state state;
	union {
		uint64_t word;
		uint16_t halves[4];
	};
	struct {
		uint8_t red, green;
	} colours[3][2];
	lamp_fn set;
	volatile long uses;
	double watts;
	uint32_t tail[];
};

struct lamp_room {
	char name[24];
	struct lamp *lamps;
};

struct lamp lamp_of_test;
struct lamp_room rooms_of_test[4];

static __attribute__((noinline)) int lamp_test_set(struct lamp_room *room, const char *name)
{
	return room->lamps && name;
}

struct dwarf_test {
	struct inq_btf *types;
	struct inq_type lamp;
};

static int setup(void **state)
{
	static struct dwarf_test x;
	struct inq_error *err = inq_dwarf_types(SELF, NULL, &x.types);

	*state = &x;
	if (err) {
		print_message("%s\n", err->message);
		inq_error_destroy(err);
		x.types = NULL;
		return 0;
	}
	x.lamp = (struct inq_type){x.types->btf, inq_btf_find_struct(x.types, "lamp")};
	lamp_of_test.room = &rooms_of_test[0];
	return lamp_test_set(lamp_of_test.room, "x");
}

static int teardown(void **state)
{
	struct dwarf_test *x = *state;

	inq_btf_destroy(x->types);
	return 0;
}

static struct dwarf_test *test_of(void **state)
{
	struct dwarf_test *x = *state;

	if (!x->types)
		skip(); /* built without debug information, or without libdw */
	return x;
}

static struct inq_member member(const struct dwarf_test *x, const char *path)
{
	struct inq_member m = {0};

	if (!inq_type_member(x->lamp, path, &m))
		fail_msg("no member %s", path);
	return m;
}

static void test_members_lie_where_they_are(void **state)
{
	struct dwarf_test *x = test_of(state);

	assert_int_equal(inq_type_size(x->lamp), sizeof(struct lamp));
	assert_int_equal(member(x, "room").offset, offsetof(struct lamp, room));
	assert_int_equal(member(x, "word").offset, offsetof(struct lamp, word));
	assert_int_equal(member(x, "halves[2]").offset, offsetof(struct lamp, halves[2]));
	assert_int_equal(member(x, "colours[2][1].green").offset,
			 offsetof(struct lamp, colours[2][1].green));
	assert_int_equal(inq_type_array_len(member(x, "tail").type), 0);
	assert_true(inq_type_is_signed(member(x, "uses").type));
	assert_int_equal(inq_type_size(member(x, "watts").type), 8);
}

static void test_bit_fields(void **state)
{
	struct dwarf_test *x = test_of(state);
	struct inq_member on = member(x, "on"), level = member(x, "level");

	assert_int_equal(on.bit_size, 1);
	assert_int_equal(level.bit_size, 5);
	assert_int_equal(level.offset * 8 + level.bit_offset - on.offset * 8 - on.bit_offset, 1);
	assert_int_equal(on.offset, offsetof(struct lamp, state) - 4);
}

static void test_pointers_lead_on(void **state)
{
	struct dwarf_test *x = test_of(state);
	struct inq_type t = inq_type_target(member(x, "next").type), set;

	assert_int_equal(t.id, x->lamp.id);
	/* declared before it is whole */
	t = inq_type_target(member(x, "room").type);
	assert_string_equal(inq_type_name(t), "lamp_room");
	assert_int_equal(inq_type_size(t), sizeof(struct lamp_room));
	t = inq_type_target(member(x, "maker").type);
	assert_string_equal(inq_type_name(t), "lamp_maker");
	assert_int_equal(inq_type_size(t), 0);
	set = inq_type_target(member(x, "set").type);
	assert_int_equal(inq_type_kind(set), INQ_TYPE_FUNC);
}

static void test_functions_and_variables(void **state)
{
	struct dwarf_test *x = test_of(state);
	uint32_t func = inq_btf_find_func(x->types, "lamp_test_set");
	uint32_t var = inq_btf_find_var(x->types, "rooms_of_test");
	struct inq_type proto, param;
	const char *name;

	assert_int_not_equal(func, 0);
	proto = (struct inq_type){x->types->btf, btf__type_by_id(x->types->btf, func)->type};
	assert_true(inq_type_func_param(proto, 1, &param, &name));
	assert_string_equal(name, "name");
	assert_false(inq_type_func_param(proto, 2, &param, &name));
	assert_int_not_equal(var, 0);
	assert_int_equal(inq_type_size((struct inq_type){
				 x->types->btf, btf__type_by_id(x->types->btf, var)->type}),
			 sizeof(rooms_of_test));
}

static void test_enumerators(void **state)
{
	struct dwarf_test *x = test_of(state);
	uint32_t id = inq_btf_find_enum(x->types, "lamp_state");
	const struct btf_type *t = btf__type_by_id(x->types->btf, id);

	assert_int_not_equal(id, 0);
	assert_int_equal(btf_vlen(t), 3);
	assert_int_equal(btf_enum(t)[1].val, 7);
	assert_int_equal(btf_enum(t)[2].val, -1);
}

/* As a module's over the image's: what is the same is the image's. */
static void test_what_the_base_has_is_the_bases(void **state)
{
	struct dwarf_test *x = test_of(state);
	struct inq_btf *over = NULL;
	const struct btf_type *func;
	struct inq_type param;

	assert_null(inq_dwarf_types(SELF, x->types, &over));
	assert_int_equal(over->first, x->types->count);
	assert_int_equal(inq_btf_find_struct(over, "lamp"), 0);
	func = btf__type_by_id(over->btf, inq_btf_find_func(over, "lamp_test_set"));
	assert_true(inq_type_func_param((struct inq_type){over->btf, func->type}, 0, &param, NULL));
	param = inq_type_target(param);
	assert_ptr_equal(param.btf, x->types->btf);
	assert_string_equal(inq_type_name(param), "lamp_room");
	inq_btf_destroy(over);
}

static void test_another_struct_of_that_name_stays_apart(void **state)
{
	struct btf *b = btf__new_empty();
	const void *raw;
	struct inq_btf *base = NULL, *over = NULL;
	uint32_t len, id;

	test_of(state);
	assert_true(btf__add_struct(b, "lamp_room", sizeof(struct lamp_room)) > 0);
	raw = btf__raw_data(b, &len);
	assert_null(inq_btf_create(raw, len, NULL, &base));
	assert_null(inq_dwarf_types(SELF, base, &over));
	id = inq_btf_find_struct(over, "lamp_room");
	assert_true(id >= over->first);
	assert_int_equal(btf_vlen(btf__type_by_id(over->btf, id)), 2);
	inq_btf_destroy(over);
	inq_btf_destroy(base);
	btf__free(b);
}

static void test_no_dwarf(void **state)
{
	struct inq_btf *types = NULL;
	struct inq_error *err = inq_dwarf_types("/proc/self/maps", NULL, &types);

	(void)state;
	assert_non_null(err);
	assert_null(types);
	inq_error_destroy(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_lie_where_they_are),
		cmocka_unit_test(test_bit_fields),
		cmocka_unit_test(test_pointers_lead_on),
		cmocka_unit_test(test_functions_and_variables),
		cmocka_unit_test(test_enumerators),
		cmocka_unit_test(test_what_the_base_has_is_the_bases),
		cmocka_unit_test(test_another_struct_of_that_name_stays_apart),
		cmocka_unit_test(test_no_dwarf),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
