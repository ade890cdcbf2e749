// SPDX-License-Identifier: GPL-2.0-or-later
#include "openbytes.h"

#include "util/banned.h"

#define VMALLOC	 UINT64_C(0xffffc90000010000)
#define LA57	 UINT64_C(0xff11000000123000)
#define UNMAPPED UINT64_C(0xffffc90000800000)

enum { BIG_PAGES = 300, BIG = BIG_PAGES * 4096 };

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 4096 * 13);
}

/* A table of BIG bytes in the image, whose page @hole (none if < 0) is excluded. */
static struct mkdump *with_table(int hole)
{
	struct mkdump *m = mkdump_create(4);
	unsigned char *bytes = malloc(BIG);

	assert_non_null(bytes);
	for (size_t i = 0; i < BIG; i++)
		bytes[i] = pattern(i);
	mkdump_put(m, MKDUMP_IMAGE + 0x300000, bytes, BIG);
	if (hole >= 0)
		mkdump_exclude(m, MKDUMP_IMAGE + 0x300000 + (uint64_t)hole * 4096);
	free(bytes);
	return m;
}

static void translates_by_page_tables_of_4_and_5_levels(void **state)
{
	(void)state;
	for (int levels = 4; levels <= 5; levels++) {
		struct mkdump *m = mkdump_create(levels);
		uint64_t at = levels == 5 ? LA57 : VMALLOC, v;
		struct inq_dump *dump;

		mkdump_put_u64(m, at + 8, 0x1122334455667788);
		mkdump_put_u64(m, MKDUMP_IMAGE + 0x1000, 42);
		for (int f = MKDUMP_ELF; f <= MKDUMP_KDUMP_ZLIB; f++) {
			dump = must_open(m, (enum mkdump_format)f);
			assert_true(inq_dump_try_u64(dump, at + 8, &v));
			assert_true(v == 0x1122334455667788);
			assert_true(inq_dump_try_uint(dump, at + 8, 2, &v));
			assert_true(v == 0x7788);
			assert_true(inq_dump_try_u64(dump, MKDUMP_IMAGE + 0x1000, &v));
			assert_true(v == 42);
			assert_null(inq_dump_read_phys(dump, mkdump_phys(m, at + 8), &v, 8, "it"));
			assert_true(v == 0x1122334455667788);
			inq_dump_destroy(dump);
		}
		mkdump_destroy(m);
	}
}

static void reads_across_pages_that_are_not_neighbours(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;
	char buf[16];

	(void)state;
	mkdump_phys(m, VMALLOC + 4096); /* so that the second page comes first in memory */
	mkdump_put(m, VMALLOC + 4090, "across pages", 13);
	dump = must_open(m, MKDUMP_KDUMP_ZLIB);
	assert_null(inq_dump_read(dump, VMALLOC + 4090, buf, 13, "text"));
	assert_string_equal(buf, "across pages");
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

static void tells_excluded_from_absent(void **state)
{
	(void)state;
	for (int f = MKDUMP_ELF; f <= MKDUMP_KDUMP_ZSTD; f++) {
		struct mkdump *m = mkdump_create(4);
		struct inq_dump *dump;
		struct inq_error *err;
		char buf[16];

		mkdump_put(m, VMALLOC, "gone", 5);
		mkdump_exclude(m, VMALLOC);
		dump = must_open(m, (enum mkdump_format)f);
		err = inq_dump_read(dump, VMALLOC - 4, buf, 8, "first");
		expect_error(err, INQ_ERR_FAULT, "first at 0xffffc9000000fffc");
		err = inq_dump_read(dump, VMALLOC + 2, buf, 8, "task_struct.comm");
		assert_true(err && err->addr == VMALLOC + 2);
		expect_error(err, INQ_ERR_EXCLUDED, "task_struct.comm at 0xffffc90000010002");
		expect_error(inq_dump_read(dump, UNMAPPED, buf, 8, "x"), INQ_ERR_FAULT, "");
		expect_error(inq_dump_read(dump, 0, buf, 8, "x"), INQ_ERR_FAULT, "");
		expect_error(inq_dump_read(dump, UINT64_MAX - 3, buf, 8, "x"), INQ_ERR_FAULT, "");
		expect_error(inq_dump_read_phys(dump, MKDUMP_RAM, buf, 8, "x"), INQ_ERR_FAULT,
			     "physical");
		expect_error(inq_dump_read_phys(dump, UINT64_MAX - 3, buf, 8, "x"), INQ_ERR_FAULT,
			     "physical");
		inq_dump_destroy(dump);
		mkdump_destroy(m);
	}
}

static void an_excluded_page_table_makes_what_it_maps_excluded(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;
	uint64_t table, v;

	(void)state;
	mkdump_put_u64(m, VMALLOC, 1);
	/* The last level's table, found through the slots that lead there. */
	dump = must_open(m, MKDUMP_ELF);
	table = mkdump_phys(m, MKDUMP_IMAGE + 0x200000);
	for (int level = 4; level > 1; level--) {
		uint64_t slot = VMALLOC >> (12 + 9 * (level - 1)) & 511;

		assert_null(inq_dump_read_phys(dump, table + 8 * slot, &v, 8, "table"));
		table = v & ~UINT64_C(0xfff);
	}
	inq_dump_destroy(dump);
	mkdump_exclude_phys(m, table);
	dump = must_open(m, MKDUMP_KDUMP_ZLIB);
	expect_error(inq_dump_read(dump, VMALLOC, &v, 8, "x"), INQ_ERR_EXCLUDED, "");
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

static void strings_end_at_nul_page_end_or_size(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;
	char buf[32];

	(void)state;
	mkdump_put(m, VMALLOC + 4096 - 5, "12345", 5); /* the next page is not there */
	mkdump_put(m, VMALLOC, "name\0tail", 10);
	dump = must_open(m, MKDUMP_KDUMP_RAW);
	assert_true(inq_dump_try_cstr(dump, VMALLOC, buf, sizeof(buf)));
	assert_string_equal(buf, "name");
	assert_true(inq_dump_try_cstr(dump, VMALLOC, buf, 3));
	assert_string_equal(buf, "na");
	assert_true(inq_dump_try_cstr(dump, VMALLOC + 4096 - 5, buf, sizeof(buf)));
	assert_string_equal(buf, "12345");
	assert_false(inq_dump_try_cstr(dump, VMALLOC + 4096, buf, sizeof(buf)));
	assert_string_equal(buf, "");
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

static void expect_table(const unsigned char *buf, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (buf[i] != pattern(from + i))
			fail_msg("byte %zu of the table is wrong", from + i);
	}
}

static void long_reads_give_what_short_ones_give(void **state)
{
	unsigned char *buf = malloc(BIG);

	(void)state;
	assert_non_null(buf);
	for (int f = MKDUMP_ELF; f <= MKDUMP_KDUMP_ZSTD; f++) {
		struct mkdump *m = with_table(-1);
		struct inq_dump *dump = must_open(m, (enum mkdump_format)f);

		assert_null(inq_dump_read(dump, MKDUMP_IMAGE + 0x300000, buf, BIG, "table"));
		expect_table(buf, 0, BIG);
		assert_null(
			inq_dump_read(dump, MKDUMP_IMAGE + 0x300123, buf, BIG - 0x200, "table"));
		expect_table(buf, 0x123, BIG - 0x200);
		inq_dump_destroy(dump);
		mkdump_destroy(m);
	}
	free(buf);
}

static void a_hole_ends_a_prefix_and_names_its_address(void **state)
{
	static const int holes[] = {0, 1, 31, 32, 200, BIG_PAGES - 1};
	unsigned char *buf = malloc(BIG);

	(void)state;
	assert_non_null(buf);
	for (size_t i = 0; i < sizeof(holes) / sizeof(*holes); i++) {
		struct mkdump *m = with_table(holes[i]);
		struct inq_dump *dump = must_open(m, MKDUMP_KDUMP_ZLIB);
		uint64_t at = MKDUMP_IMAGE + 0x300000 + (uint64_t)holes[i] * 4096;
		struct inq_error *err;
		size_t n;

		n = inq_dump_read_prefix(dump, MKDUMP_IMAGE + 0x300010, buf, BIG - 0x10);
		assert_int_equal(n, holes[i] ? holes[i] * 4096 - 0x10 : 0);
		expect_table(buf, 0x10, n);
		err = inq_dump_read(dump, MKDUMP_IMAGE + 0x300000, buf, BIG, "table");
		assert_true(err && err->addr == at);
		expect_error(err, INQ_ERR_EXCLUDED, "table");
		inq_dump_destroy(dump);
		mkdump_destroy(m);
	}
	free(buf);
}

static void a_damaged_page_is_neither_excluded_nor_absent(void **state)
{
	struct mkdump *m = with_table(-1);
	size_t len;
	unsigned char *bytes = mkdump_bytes(m, MKDUMP_KDUMP_ZLIB, &len);
	unsigned char *buf = malloc(BIG);
	struct inq_dump *dump;

	(void)state;
	assert_non_null(buf);
	/* The last page's compressed bytes. */
	memset(bytes + len - 20, 0xff, 20);
	dump = must_open_bytes(bytes, len);
	expect_error(inq_dump_read(dump, MKDUMP_IMAGE + 0x300000, buf, BIG, "table"),
		     INQ_ERR_BADDATA, "decompressed");
	inq_dump_destroy(dump);
	/* Cut off there. */
	dump = must_open_bytes(bytes, len - 20);
	assert_false(inq_dump_get_info(dump)->complete);
	expect_error(inq_dump_read(dump, MKDUMP_IMAGE + 0x300000, buf, BIG, "table"), INQ_ERR_OS,
		     "cut off");
	inq_dump_destroy(dump);
	free(buf);
	free(bytes);
	mkdump_destroy(m);
}

/* Without that: a read of many pages that reaches the end never came back. */
static void a_cut_elf_core_gives_what_it_has(void **state)
{
	static const size_t pages[] = {0, 1, 5, 40, 131, BIG_PAGES - 1};
	struct mkdump *m = with_table(-1);
	size_t len, at = 0;
	unsigned char *bytes = mkdump_bytes(m, MKDUMP_ELF, &len), *buf = malloc(BIG);

	(void)state;
	assert_non_null(buf);
	for (size_t i = 0; i < BIG; i++)
		buf[i] = pattern(i);
	at = (size_t)((unsigned char *)memmem(bytes, len, buf, BIG) - bytes);
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		struct inq_dump *dump = must_open_bytes(bytes, at + pages[i] * 4096 + 100);

		assert_false(inq_dump_get_info(dump)->complete);
		memset(buf, 0, BIG);
		assert_true(inq_dump_read_prefix(dump, MKDUMP_IMAGE + 0x300000, buf, BIG) ==
			    pages[i] * 4096);
		for (size_t b = 0; b < pages[i] * 4096; b++)
			assert_true(buf[b] == pattern(b));
		expect_error(inq_dump_read(dump, MKDUMP_IMAGE + 0x300000, buf, BIG, "table"),
			     INQ_ERR_OS, "cut off");
		inq_dump_destroy(dump);
	}
	free(buf);
	free(bytes);
	mkdump_destroy(m);
}

static void lost_page_tables_leave_the_kernel_image_readable(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;
	uint64_t v;

	(void)state;
	mkdump_put_u64(m, MKDUMP_IMAGE + 0x10, 99);
	mkdump_put_u64(m, VMALLOC, 1);
	mkdump_exclude(m, MKDUMP_IMAGE + 0x200000); /* the root table */
	dump = must_open(m, MKDUMP_KDUMP_ZLIB);
	assert_true(inq_dump_try_u64(dump, MKDUMP_IMAGE + 0x10, &v));
	assert_true(v == 99);
	expect_error(inq_dump_read(dump, VMALLOC, &v, 8, "x"), INQ_ERR_EXCLUDED, "");
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

static void injected_fault_hits_the_nth_read(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;
	char buf[8];
	uint64_t v;

	(void)state;
	mkdump_put(m, VMALLOC, "abc", 4);
	dump = must_open(m, MKDUMP_ELF);
	inq_dump_inject_fault(dump, 3);
	assert_true(inq_dump_try_uint(dump, VMALLOC, 1, &v));
	assert_true(inq_dump_try_cstr(dump, VMALLOC, buf, sizeof(buf)));
	expect_error(inq_dump_read(dump, VMALLOC, buf, 4, "it"), INQ_ERR_FAULT, "it at");
	assert_true(inq_dump_try_read(dump, VMALLOC, buf, 4));
	inq_dump_inject_fault(dump, 1);
	assert_false(inq_dump_try_cstr(dump, VMALLOC, buf, sizeof(buf)));
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

static void repeated_reads_fetch_a_page_once(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;
	uint64_t before, v;

	(void)state;
	mkdump_put_u64(m, VMALLOC, 5);
	dump = must_open(m, MKDUMP_KDUMP_ZLIB);
	assert_true(inq_dump_try_u64(dump, VMALLOC, &v));
	before = inq_dump_get_stats(dump).pages;
	for (int i = 0; i < 100; i++)
		assert_true(inq_dump_try_u64(dump, VMALLOC + 8, &v));
	assert_true(inq_dump_get_stats(dump).pages == before);
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translates_by_page_tables_of_4_and_5_levels),
		cmocka_unit_test(reads_across_pages_that_are_not_neighbours),
		cmocka_unit_test(tells_excluded_from_absent),
		cmocka_unit_test(an_excluded_page_table_makes_what_it_maps_excluded),
		cmocka_unit_test(strings_end_at_nul_page_end_or_size),
		cmocka_unit_test(long_reads_give_what_short_ones_give),
		cmocka_unit_test(a_hole_ends_a_prefix_and_names_its_address),
		cmocka_unit_test(a_damaged_page_is_neither_excluded_nor_absent),
		cmocka_unit_test(a_cut_elf_core_gives_what_it_has),
		cmocka_unit_test(lost_page_tables_leave_the_kernel_image_readable),
		cmocka_unit_test(injected_fault_hits_the_nth_read),
		cmocka_unit_test(repeated_reads_fetch_a_page_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
