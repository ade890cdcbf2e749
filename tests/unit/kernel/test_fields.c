// SPDX-License-Identifier: GPL-2.0-or-later
#include <bpf/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "kernel/fields.h"

#define BASE UINT64_C(0xffff888000010000)

enum { PID, STATE, COMM, COUNT, LOW, HIGH, GONE, TITLE, NR };
static const struct inq_field_def defs[NR] = {
	[PID] = {"task_struct", "pid", INQ_REQUIRED},
	[STATE] = {"task_struct", "__state|state", INQ_REQUIRED},
	[COMM] = {"task_struct", "comm", INQ_REQUIRED},
	[COUNT] = {"new_task|task_struct", "usage.refs|usage", INQ_REQUIRED},
	[LOW] = {"task_struct", "low", INQ_REQUIRED},
	[HIGH] = {"task_struct", "high", INQ_REQUIRED},
	[GONE] = {"task_struct", "blocker", INQ_OPTIONAL},
	[TITLE] = {"task_struct", "title", INQ_OPTIONAL},
};

static struct inq_dump dump;
static struct inq_kernel *k;
static struct inq_field f[NR];

/*
 * struct task_struct {
 *	int pid;			0
 *	long state;			8
 *	char comm[8];			16
 *	struct { int counter; } usage;	24
 *	u32 low:5; int high:20;		28
 *	char *title;			32
 * };
 */
static struct btf *make(void)
{
	struct btf *b = btf__new_empty();
	int s32 = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	int u32 = btf__add_int(b, "unsigned int", 4, 0);
	int s64 = btf__add_int(b, "long int", 8, BTF_INT_SIGNED);
	int ch = btf__add_int(b, "char", 1, BTF_INT_SIGNED);
	int comm = btf__add_array(b, u32, ch, 8);
	int title = btf__add_ptr(b, ch);
	int atomic = btf__add_struct(b, "", 4);

	btf__add_field(b, "counter", s32, 0, 0);
	atomic = btf__add_typedef(b, "atomic_t", atomic);
	btf__add_struct(b, "task_struct", 40);
	btf__add_field(b, "pid", s32, 0, 0);
	btf__add_field(b, "state", s64, 64, 0);
	btf__add_field(b, "comm", comm, 128, 0);
	btf__add_field(b, "usage", atomic, 192, 0);
	btf__add_field(b, "low", u32, 224, 5);
	btf__add_field(b, "high", s32, 229, 20);
	btf__add_field(b, "title", title, 256, 0);
	return b;
}

static int setup(void **state)
{
	struct btf *b = make();
	uint32_t len;
	const void *bytes = btf__raw_data(b, &len);

	(void)state;
	fake_region(&dump, BASE, 64);
	k = fake_kernel(&dump);
	assert_null(inq_btf_create(bytes, len, NULL, &k->types->image));
	btf__free(b);
	fake_put32(&dump, BASE, (uint32_t)-7);
	fake_put64(&dump, BASE + 8, 0x102);
	memcpy(fake_at(&dump, BASE + 16, 8), "kworker!", 8);
	fake_put32(&dump, BASE + 24, (uint32_t)-1);
	fake_put32(&dump, BASE + 28, (uint32_t)(0x80000 << 5) | 0x13 | 0xfe000000);
	fake_put64(&dump, BASE + 32, BASE + 48);
	memcpy(fake_at(&dump, BASE + 48, 6), "title", 6);
	assert_null(inq_fields_resolve(k, defs, f, NR));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	inq_kernel_destroy(k);
	fake_deinit(&dump);
	return 0;
}

static uint64_t value(int i)
{
	uint64_t v = 0x5555, again = 0;

	assert_true(inq_field_try_u64(k, &f[i], BASE, &v));
	assert_null(inq_field_read_u64(k, &f[i], BASE, &again));
	assert_int_equal(v, again);
	assert_true(inq_field_from_bytes(&f[i], fake_at(&dump, BASE, 40), 40, &again));
	assert_int_equal(v, again);
	return v;
}

static void test_numbers_are_extended_as_their_type_says(void **state)
{
	(void)state;
	assert_int_equal(value(PID), (uint64_t)-7);
	assert_int_equal(value(STATE), 0x102);
	assert_int_equal(value(COUNT), (uint64_t)-1); /* atomic_t is as signed as its counter */
}

static void test_bit_fields_are_cut_out(void **state)
{
	(void)state;
	assert_int_equal(value(LOW), 0x13);
	assert_int_equal(value(HIGH), (uint64_t)-0x80000);
}

static void test_strings_from_arrays_and_pointers(void **state)
{
	char buf[64];

	(void)state;
	assert_true(inq_field_try_str(k, &f[COMM], BASE, buf, sizeof(buf)));
	assert_string_equal(buf, "kworker!"); /* full, without a NUL */
	assert_true(inq_field_try_str(k, &f[COMM], BASE, buf, 4));
	assert_string_equal(buf, "kwo");
	assert_true(inq_field_try_str(k, &f[TITLE], BASE, buf, sizeof(buf)));
	assert_string_equal(buf, "title");
	assert_false(inq_field_try_str(k, &f[GONE], BASE, buf, sizeof(buf)));
}

static void test_what_is_optional_may_be_absent(void **state)
{
	uint64_t v = 7;
	struct inq_error *err;

	(void)state;
	assert_false(f[GONE].found);
	assert_false(inq_field_try_u64(k, &f[GONE], BASE, &v));
	assert_int_equal(v, 7);
	err = inq_field_read_u64(k, &f[GONE], BASE, &v);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	inq_error_destroy(err);
}

static void test_what_is_required_and_absent_is_named(void **state)
{
	static const struct inq_field_def required[] = {
		{"task_struct", "pid", INQ_REQUIRED},
		{"task_struct", "no_such|nor_such", INQ_REQUIRED},
	};
	struct inq_field r[2];
	struct inq_error *err = inq_fields_resolve(k, required, r, 2);

	(void)state;
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	assert_non_null(strstr(err->message, "task_struct.no_such"));
	assert_true(r[0].found);
	inq_error_destroy(err);
}

static void test_what_cannot_be_read_is_said(void **state)
{
	uint64_t v = 7;
	struct inq_error *err;

	(void)state;
	assert_false(inq_field_try_u64(k, &f[PID], 0x1000, &v));
	err = inq_field_read_u64(k, &f[PID], 0x1000, &v);
	assert_int_equal(err->code, INQ_ERR_FAULT);
	assert_non_null(strstr(err->message, "task_struct"));
	inq_error_destroy(err);
	assert_false(inq_field_from_bytes(&f[COUNT], fake_at(&dump, BASE, 40), 27, &v));
	assert_int_equal(v, 7);
	assert_false(inq_field_try_u64(k, &f[COMM], 0xffff000000000000, &v));
}

static void test_sizes_and_offsets(void **state)
{
	size_t n;

	(void)state;
	assert_true(inq_struct_size(k, "task_struct", &n));
	assert_int_equal(n, 40);
	assert_true(inq_struct_offset(k, "task_struct", "usage.counter", &n));
	assert_int_equal(n, 24);
	assert_false(inq_struct_offset(k, "task_struct", "nothing", &n));
	assert_false(inq_struct_size(k, "nothing", &n));
}

/* A kernel without types, or damaged ones: its log can be read all the same. */
static void test_what_vmcoreinfo_tells_needs_no_types(void **state)
{
	static const struct inq_field_def log[] = {
		{"printk_ringbuffer", "text_data_ring.data", INQ_REQUIRED},
		{"prb_desc", "text_blk_lpos.next", INQ_REQUIRED},
		{"printk_info", "text_len", INQ_REQUIRED},
		{"printk_ringbuffer", "desc_ring.infos", INQ_OPTIONAL},
	};
	struct inq_field g[array_size(log)];
	size_t n;

	(void)state;
	fake_info(&dump,
		  "\nOFFSET(printk_ringbuffer.text_data_ring)=48\nOFFSET(prb_data_ring.data)=8"
		  "\nOFFSET(prb_desc.text_blk_lpos)=8\nOFFSET(prb_data_blk_lpos.next)=8"
		  "\nOFFSET(printk_info.text_len)=16\nSIZE(prb_desc)=24"
		  "\nOFFSET(printk_ringbuffer.desc_ring)=999999\n");
	assert_null(inq_fields_resolve(k, log, g, array_size(log)));
	assert_int_equal(g[0].offset, 56);
	assert_int_equal(g[0].size, 8);
	assert_int_equal(g[1].offset, 16);
	assert_int_equal(g[2].offset, 16);
	assert_int_equal(g[2].size, 2);
	/* impossible, and the other part isn't told */
	assert_false(g[3].found);
	assert_true(inq_struct_size(k, "prb_desc", &n));
	assert_int_equal(n, 24);
	assert_false(inq_struct_size(k, "printk_info", &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_extended_as_their_type_says),
		cmocka_unit_test(test_bit_fields_are_cut_out),
		cmocka_unit_test(test_strings_from_arrays_and_pointers),
		cmocka_unit_test(test_what_is_optional_may_be_absent),
		cmocka_unit_test(test_what_is_required_and_absent_is_named),
		cmocka_unit_test(test_what_cannot_be_read_is_said),
		cmocka_unit_test(test_sizes_and_offsets),
		cmocka_unit_test(test_what_vmcoreinfo_tells_needs_no_types),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
