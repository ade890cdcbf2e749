// SPDX-License-Identifier: GPL-2.0-or-later
#include <bpf/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"

/* The types of these C declarations, and some that no compiler would write. */
struct ids {
	int u64, u32, ch, list, list_ptr, lock, thing, loop, tangle, fan, fn, proto, mode;
};

static struct inq_dump dump;
static struct inq_kernel *k;
static struct ids id;

/* typedef struct { union { struct { u32 val; } rlock; struct { char pad[4]; } ; }; } lock_t; */
static int add_lock(struct btf *b)
{
	int raw, un, st;

	raw = btf__add_struct(b, "raw_lock", 4);
	btf__add_field(b, "val", id.u32, 0, 0);
	un = btf__add_union(b, "", 4);
	btf__add_field(b, "rlock", raw, 0, 0);
	st = btf__add_struct(b, "lock", 4);
	btf__add_field(b, "", un, 0, 0);
	return btf__add_typedef(b, "lock_t", st);
}

/*
 * struct thing {
 *	u64 first;
 *	u64 mark[0];
 *	struct list_head list;			8
 *	union { u64 num; struct list_head *ptr; };	24
 *	u32 low:3, high:29;			32
 *	char name[16];				36
 *	lock_t lock;				52
 *	struct list_head heads[2];		56
 *	const volatile u32 state;		88	(84 is padding)
 *	u64 (*call)(struct list_head *, u32);	96
 *	u64 tail[];				104
 * };
 */
static void add_thing(struct btf *b)
{
	int un, arr, name, tail, index, cv, proto, call;

	index = id.u32;
	un = btf__add_union(b, "", 8);
	btf__add_field(b, "num", id.u64, 0, 0);
	btf__add_field(b, "ptr", id.list_ptr, 0, 0);
	name = btf__add_array(b, index, id.ch, 16);
	arr = btf__add_array(b, index, id.list, 2);
	tail = btf__add_array(b, index, id.u64, 0);
	cv = btf__add_const(b, btf__add_volatile(b, id.u32));
	proto = btf__add_func_proto(b, id.u64);
	btf__add_func_param(b, "head", id.list_ptr);
	btf__add_func_param(b, "n", id.u32);
	id.proto = proto;
	id.fn = btf__add_func(b, "do_thing", BTF_FUNC_STATIC, proto);
	call = btf__add_ptr(b, proto);
	id.thing = btf__add_struct(b, "thing", 104);
	btf__add_field(b, "first", id.u64, 0, 0);
	btf__add_field(b, "mark", tail, 64, 0);
	btf__add_field(b, "list", id.list, 64, 0);
	btf__add_field(b, "", un, 24 * 8, 0);
	btf__add_field(b, "low", id.u32, 32 * 8, 3);
	btf__add_field(b, "high", id.u32, 32 * 8 + 3, 29);
	btf__add_field(b, "name", name, 36 * 8, 0);
	btf__add_field(b, "lock", id.lock, 52 * 8, 0);
	btf__add_field(b, "heads", arr, 56 * 8, 0);
	btf__add_field(b, "state", cv, 88 * 8, 0);
	btf__add_field(b, "call", call, 96 * 8, 0);
	btf__add_field(b, "tail", tail, 104 * 8, 0);
}

static void add_nonsense(struct btf *b)
{
	int next = (int)btf__type_cnt(b);

	/* typedef loop loop; and a struct of which every anonymous member is the struct itself */
	id.loop = btf__add_typedef(b, "loop", next);
	id.tangle = btf__add_struct(b, "tangle", 64);
	for (int i = 0; i < 8; i++)
		btf__add_field(b, "", id.tangle, 0, 0);
	/* a function whose thirty parameters are that function */
	id.fan = btf__add_func_proto(b, 0);
	for (int i = 0; i < 30; i++)
		btf__add_func_param(b, "f", id.fan);
}

static struct btf *make(bool nonsense)
{
	struct btf *b = btf__new_empty();

	id.u64 = btf__add_int(b, "long unsigned int", 8, 0);
	id.u32 = btf__add_int(b, "unsigned int", 4, 0);
	id.ch = btf__add_int(b, "char", 1, BTF_INT_SIGNED | BTF_INT_CHAR);
	id.list = btf__add_struct(b, "list_head", 16);
	btf__add_field(b, "next", id.list + 1, 0, 0);
	btf__add_field(b, "prev", id.list + 1, 64, 0);
	id.list_ptr = btf__add_ptr(b, id.list);
	id.lock = add_lock(b);
	add_thing(b);
	id.mode = btf__add_enum(b, "mode", 4);
	btf__add_enum_value(b, "OFF", 0);
	btf__add_enum_value(b, "BROKEN", -1);
	btf__add_typedef(b, "u64", id.u64);
	btf__add_var(b, "per_cpu_thing", BTF_VAR_GLOBAL_ALLOCATED, id.thing);
	if (nonsense)
		add_nonsense(b);
	return b;
}

static int setup(void **state)
{
	struct btf *b = make(true);
	uint32_t len;
	const void *bytes = btf__raw_data(b, &len);

	(void)state;
	k = fake_kernel(&dump);
	assert_null(inq_btf_create(bytes, len, NULL, &k->types->image));
	btf__free(b);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	inq_kernel_destroy(k);
	return 0;
}

static struct inq_type type(int i)
{
	return (struct inq_type){k->types->image->btf, (uint32_t)i};
}

static void test_structs_are_found_by_name(void **state)
{
	struct inq_type t;

	(void)state;
	assert_true(inq_type_find_struct(k, "thing", &t));
	assert_int_equal(t.id, id.thing);
	assert_int_equal(inq_type_size(t), 104);
	assert_string_equal(inq_type_name(t), "thing");
	assert_int_equal(inq_type_kind(t), INQ_TYPE_STRUCT);
	assert_false(inq_type_find_struct(k, "lock_t", &t)); /* a typedef is no struct */
	assert_false(inq_type_find_struct(k, "nothing", &t));
	assert_false(inq_type_find_struct(k, "", &t));
}

static void test_functions_have_their_prototype(void **state)
{
	struct inq_type t, p;
	const char *name;

	(void)state;
	assert_true(inq_type_find_func(k, "do_thing", NULL, &t));
	assert_int_equal(t.id, id.proto);
	assert_true(inq_type_func_param(t, 0, &p, &name));
	assert_string_equal(name, "head");
	assert_int_equal(p.id, id.list_ptr);
	assert_true(inq_type_func_param(t, 1, &p, NULL));
	assert_false(inq_type_func_param(t, 2, &p, NULL));
	assert_int_equal(inq_type_target(t).id, id.u64);
	assert_false(inq_type_find_func(k, "undo_thing", NULL, &t));
}

static void test_variables_come_from_btf_then_from_the_table(void **state)
{
	struct inq_type t;

	(void)state;
	assert_true(inq_type_find_var(k, "per_cpu_thing", NULL, &t));
	assert_int_equal(t.id, id.thing);
	assert_true(inq_type_find_var(k, "modules", NULL, &t));
	assert_int_equal(t.id, id.list);
	assert_true(inq_type_find_var(k, "jiffies_64", NULL, &t));
	assert_int_equal(inq_type_size(t), 8);
	assert_false(inq_type_find_var(k, "init_task", NULL, &t)); /* no such struct in this BTF */
	assert_false(inq_type_find_var(k, "no_such_variable", NULL, &t));
}

static void test_enumerators_have_values(void **state)
{
	int64_t v = 7;

	(void)state;
	assert_true(inq_type_enum_value(k, "mode", "BROKEN", &v));
	assert_int_equal(v, -1);
	assert_false(inq_type_enum_value(k, "mode", "ON", &v));
	assert_false(inq_type_enum_value(k, "thing", "OFF", &v));
}

static void expect_member(const char *path, uint32_t offset, int bits)
{
	struct inq_member m;

	assert_true(inq_type_member(type(id.thing), path, &m));
	assert_int_equal(m.offset * 8 + m.bit_offset, offset * 8 + (bits == 29 ? 3 : 0));
	assert_int_equal(m.bit_size, bits);
}

static void test_members_are_found_by_path(void **state)
{
	struct inq_member m;

	(void)state;
	expect_member("first", 0, 0);
	expect_member("list.prev", 16, 0);
	expect_member("ptr", 24, 0);
	expect_member("low", 32, 3);
	expect_member("high", 32, 29);
	expect_member("lock.rlock.val", 52, 0);
	expect_member("heads[1].prev", 80, 0);
	expect_member("tail[3]", 128, 0);
	assert_false(inq_type_member(type(id.thing), "heads[2]", &m));
	assert_false(inq_type_member(type(id.thing), "heads[]", &m));
	assert_false(inq_type_member(type(id.thing), "first.next", &m));
	assert_false(inq_type_member(type(id.thing), "lis", &m));
	assert_false(inq_type_member(type(id.thing), "", &m));
	assert_false(inq_type_member(type(id.thing), "list.", &m));
	assert_false(inq_type_member(INQ_TYPE_NONE, "first", &m));
}

static void expect_path(uint32_t offset, size_t size, const char *path)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_type t;

	if (!path) {
		assert_false(inq_type_path_at(type(id.thing), offset, size, &sb, &t));
		return;
	}
	assert_true(inq_type_path_at(type(id.thing), offset, size, &sb, &t));
	assert_string_equal(inq_strbuf_str(&sb), path);
}

static void test_an_offset_has_a_path(void **state)
{
	(void)state;
	expect_path(0, 8, "first");
	expect_path(0, 4, "first");
	expect_path(4, 4, "first");
	expect_path(8, 8, "list.next");
	expect_path(24, 8, "ptr"); /* of a union the pointer, when its size is read */
	expect_path(24, 4, "num");
	expect_path(32, 1, "low");
	expect_path(35, 1, "high");
	expect_path(36, 8, "name");
	expect_path(39, 1, "name[3]");
	expect_path(52, 4, "lock.rlock.val");
	expect_path(72, 8, "heads[1].next");
	expect_path(88, 4, "state");
	expect_path(92, 4, NULL);
	expect_path(96, 8, "call");
	expect_path(112, 8, "tail[1]");
}

static void expect_spelling(int i, const char *text)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_type_format(type(i), &sb);
	assert_string_equal(inq_strbuf_str(&sb), text);
}

static void test_types_are_spelled_as_c_spells_them(void **state)
{
	struct inq_member m;

	(void)state;
	expect_spelling(0, "void");
	expect_spelling(id.u64, "unsigned long");
	expect_spelling(id.list_ptr, "struct list_head *");
	expect_spelling(id.lock, "lock_t");
	assert_true(inq_type_member(type(id.thing), "call", &m));
	expect_spelling((int)m.type.id, "unsigned long (*)(struct list_head *, unsigned int)");
	assert_true(inq_type_member(type(id.thing), "heads", &m));
	expect_spelling((int)m.type.id, "struct list_head[2]");
	assert_true(inq_type_member(type(id.thing), "state", &m));
	expect_spelling((int)m.type.id, "const volatile unsigned int");
}

static void test_types_without_end_come_to_an_end(void **state)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_member m;
	struct inq_type t;

	(void)state;
	assert_int_equal(inq_type_kind(type(id.loop)), INQ_TYPE_UNKNOWN);
	assert_int_equal(inq_type_size(type(id.loop)), 0);
	assert_false(inq_type_member(type(id.tangle), "x", &m));
	assert_false(inq_type_path_at(type(id.tangle), 0, 8, &sb, &t));
	inq_type_format(type(id.loop), &sb);
	inq_type_format(type(id.fan), &sb);
}

/* Each byte of the BTF damaged in turn: whatever is accepted can be walked. */
static void test_damaged_btf_is_refused_or_safe(void **state)
{
	struct btf *good = make(false);
	uint32_t len;
	const unsigned char *bytes = btf__raw_data(good, &len);
	cleanup_free unsigned char *copy = malloc(len);

	(void)state;
	for (uint32_t i = 0; i < len; i++) {
		cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
		struct inq_btf *b = NULL;
		struct inq_member m;

		memcpy(copy, bytes, len);
		copy[i] ^= i % 3 ? 0xff : 0x11;
		inq_error_destroy(inq_btf_create(copy, len, NULL, &b));
		for (uint32_t n = 0; b && n < b->count; n++) {
			struct inq_type t = {b->btf, n}, at;

			inq_type_member(t, "list.next", &m);
			inq_type_path_at(t, 72, 8, &sb, &at);
			inq_type_format(t, &sb);
			inq_type_size(t);
			inq_type_func_param(t, 1, &at, NULL);
		}
		if (b)
			inq_btf_find_func(b, "do_thing");
		inq_btf_destroy(b);
	}
	for (uint32_t cut = 0; cut < len; cut++) {
		struct inq_btf *b = NULL;

		inq_error_destroy(inq_btf_create(bytes, cut, NULL, &b));
		assert_null(b);
	}
	btf__free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structs_are_found_by_name),
		cmocka_unit_test(test_functions_have_their_prototype),
		cmocka_unit_test(test_variables_come_from_btf_then_from_the_table),
		cmocka_unit_test(test_enumerators_have_values),
		cmocka_unit_test(test_members_are_found_by_path),
		cmocka_unit_test(test_an_offset_has_a_path),
		cmocka_unit_test(test_types_are_spelled_as_c_spells_them),
		cmocka_unit_test(test_types_without_end_come_to_an_end),
		cmocka_unit_test(test_damaged_btf_is_refused_or_safe),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
