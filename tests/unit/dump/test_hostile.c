// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever the bytes: an error or a dump that can be read from, never a crash or a
 * hang. What that means is watched by the sanitizers (make sanitize) and by the clock.
 */
#include "openbytes.h"

#include <time.h>

#include "util/banned.h"

#define VMALLOC UINT64_C(0xffffc90000010000)

enum { SHAPES = 6 };

/* A small dump in one of SHAPES ways; to be freed. */
static unsigned char *make(int shape, size_t *ret_len)
{
	struct mkdump *m = mkdump_create(4);
	unsigned char *bytes, *outer;
	size_t len;

	mkdump_put(m, MKDUMP_IMAGE + 0x100, "text", 5);
	mkdump_put(m, VMALLOC, "data", 5);
	mkdump_put(m, VMALLOC + 4096, "gone", 5);
	mkdump_exclude(m, VMALLOC + 4096);
	mkdump_cpu(m, 1, 2, 3);
	bytes = mkdump_bytes(m, shape == 0 || shape == 4 ? MKDUMP_ELF : MKDUMP_KDUMP_ZLIB, &len);
	mkdump_destroy(m);
	if (shape == 2)
		outer = mkdump_flatten(bytes, len, 1000, ret_len);
	else if (shape >= 3)
		outer = mkdump_wrap(bytes, len, (const char *[]){".gz", ".xz", ".lz4"}[shape - 3],
				    ret_len);
	else
		outer = NULL;
	if (!outer) {
		*ret_len = len;
		return bytes;
	}
	free(bytes);
	return outer;
}

/* Open and read all over the place. */
static void try_all(const unsigned char *bytes, size_t len)
{
	static const uint64_t at[] = {0,       MKDUMP_IMAGE,   MKDUMP_IMAGE + 0x200000,
				      VMALLOC, VMALLOC + 4096, UINT64_MAX - 100};
	struct inq_dump *dump = NULL;
	struct inq_error *err = open_bytes(bytes, len, &dump);
	char buf[300];
	uint64_t v;

	if (err) {
		assert_true(err == &inq_enomem || err->message[0]);
		assert_null(strchr(err->message, '\n'));
		inq_error_destroy(err);
		return;
	}
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		inq_dump_try_cstr(dump, at[i], buf, sizeof(buf));
		inq_dump_read_prefix(dump, at[i], buf, sizeof(buf));
		inq_error_destroy(inq_dump_read_phys(dump, at[i], buf, sizeof(buf), "x"));
	}
	inq_dump_vmcoreinfo_num(dump, "NUMBER(phys_base)", 10, &v);
	for (unsigned int cpu = 0; cpu < inq_dump_get_info(dump)->ncpus; cpu++) {
		const void *note;
		size_t n;

		assert_true(inq_dump_prstatus(dump, cpu, &note, &n));
		for (size_t i = 0; i < n; i++)
			v += ((const unsigned char *)note)[i];
	}
	inq_dump_destroy(dump);
}

static void survives_truncation_at_every_boundary(void **state)
{
	(void)state;
	for (int shape = 0; shape < SHAPES; shape++) {
		size_t len;
		unsigned char *bytes = make(shape, &len);

		for (size_t n = 0; n < len; n += n < 1000 ? 1 : 97)
			try_all(bytes, n);
		free(bytes);
	}
}

static void survives_flipped_bits(void **state)
{
	(void)state;
	for (int shape = 0; shape < SHAPES; shape++) {
		size_t len;
		unsigned char *bytes = make(shape, &len);

		for (size_t i = 0; i < len; i += i < 600 ? 1 : 41) {
			unsigned char mask = (unsigned char)(1 << i % 8);

			bytes[i] ^= mask;
			try_all(bytes, len);
			bytes[i] ^= mask;
		}
		free(bytes);
	}
}

static void survives_extreme_fields(void **state)
{
	static const uint64_t values[] = {0,
					  1,
					  0x7fffffff,
					  0xffffffff,
					  INT64_MAX,
					  UINT64_MAX,
					  UINT64_C(1) << 63,
					  4095,
					  UINT64_MAX - 4095};

	(void)state;
	for (int shape = 0; shape < 3; shape++) {
		size_t len;
		unsigned char *bytes = make(shape, &len);

		for (size_t i = 0; i + 8 < len; i += i < 1200 ? 4 : i < 20000 ? 148 : 8) {
			unsigned char saved[8];

			memcpy(saved, bytes + i, 8);
			memcpy(bytes + i, &values[i / 4 % 9], i % 8 ? 4 : 8);
			try_all(bytes, len);
			memcpy(bytes + i, saved, 8);
		}
		free(bytes);
	}
}

static void survives_every_injected_fault(void **state)
{
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump;

	(void)state;
	mkdump_put(m, VMALLOC, "data", 5);
	dump = must_open(m, MKDUMP_ELF);
	for (uint64_t nth = 1; nth <= 4; nth++) {
		unsigned int failed = 0;
		uint64_t v;

		inq_dump_inject_fault(dump, nth);
		for (int i = 0; i < 5; i++)
			failed += !inq_dump_try_u64(dump, VMALLOC, &v);
		assert_int_equal(failed, 1);
	}
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

/* The search for VMCOREINFO in memory must not believe how much memory there is. */
static void does_not_search_memory_that_the_file_does_not_hold(void **state)
{
	const uint64_t huge = UINT64_C(1) << 44;
	struct mkdump *m = mkdump_create(4);
	struct inq_dump *dump = NULL;
	unsigned char *bytes;
	clock_t before;
	size_t len;

	(void)state;
	mkdump_no_vmcoreinfo(m);
	bytes = mkdump_bytes(m, MKDUMP_ELF, &len);
	/* Second program header: p_filesz, p_memsz */
	memcpy(bytes + 64 + 56 + 32, &huge, 8);
	memcpy(bytes + 64 + 56 + 40, &huge, 8);
	before = clock();
	expect_error(open_bytes(bytes, len, &dump), INQ_ERR_NOTFOUND, "VMCOREINFO");
	/* A believer spends some 0.7 s of processor time, another a thousandth of it. */
	assert_true(clock() - before < CLOCKS_PER_SEC / 4);
	free(bytes);
	mkdump_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_truncation_at_every_boundary),
		cmocka_unit_test(survives_flipped_bits),
		cmocka_unit_test(survives_extreme_fields),
		cmocka_unit_test(survives_every_injected_fault),
		cmocka_unit_test(does_not_search_memory_that_the_file_does_not_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
