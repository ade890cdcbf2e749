// SPDX-License-Identifier: GPL-2.0-or-later
/* Each allocation of ours fails in turn: always a clean error, or a dump that works. */
#include "openbytes.h"

#include "util/banned.h"

#define VMALLOC UINT64_C(0xffffc90000010000)

/* The linker's --wrap sends our floors' calls here; the libraries' own are left alone. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static _Thread_local unsigned int until_failure; /* 0: never */

static bool fails(void)
{
	return until_failure && !--until_failure;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

/* Open and read with the @nth allocation failing; true: it was reached. */
static bool run(const unsigned char *bytes, size_t len, unsigned int nth)
{
	static unsigned char buf[200 * 4096];
	struct inq_dump *dump = NULL;
	struct inq_error *err;
	bool reached;

	until_failure = nth;
	err = open_bytes(bytes, len, &dump);
	if (!err)
		err = inq_dump_read(dump, MKDUMP_IMAGE + 0x300000, buf, sizeof(buf), "table");
	if (!err)
		err = inq_dump_read(dump, VMALLOC, buf, 8, "data");
	reached = !until_failure;
	until_failure = 0;
	/* A page table that had no room may also look like one that is not there. */
	if (err && !reached)
		print_error("%s\n", err->message);
	assert_true(!err || reached);
	inq_error_destroy(err);
	inq_dump_destroy(dump);
	return reached;
}

static void every_failed_allocation_is_handled(void **state)
{
	static unsigned char table[200 * 4096];
	struct mkdump *m = mkdump_create(4);
	unsigned char *shapes[4];
	size_t len[4];

	(void)state;
	mkdump_put(m, MKDUMP_IMAGE + 0x300000, table, sizeof(table));
	mkdump_put(m, VMALLOC, "data", 5);
	mkdump_cpu(m, 1, 2, 3);
	shapes[0] = mkdump_bytes(m, MKDUMP_ELF, &len[0]);
	shapes[1] = mkdump_bytes(m, MKDUMP_KDUMP_ZLIB, &len[1]);
	shapes[2] = mkdump_flatten(shapes[1], len[1], 5000, &len[2]);
	shapes[3] = mkdump_wrap(shapes[0], len[0], ".zst", &len[3]);
	for (int i = 0; i < 4; i++) {
		unsigned int nth = 1;

		while (run(shapes[i], len[i], nth))
			nth++;
		assert_true(nth > 5);
		free(shapes[i]);
	}
	mkdump_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_handled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
