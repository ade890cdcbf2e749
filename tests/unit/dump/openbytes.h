/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_TESTS_UNIT_DUMP_OPENBYTES_H
#define INQ_TESTS_UNIT_DUMP_OPENBYTES_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "dump/dump.h"
#include "mkdump.h"

/* Open @bytes as if they were a file's. */
static inline struct inq_error *open_bytes(const void *bytes, size_t len, struct inq_dump **ret)
{
	int fd = memfd_create("dump", MFD_CLOEXEC);
	struct inq_error *err;
	char path[40];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = inq_dump_open(path, ret);
	close(fd);
	return err;
}

/* Open, which must succeed. */
static inline struct inq_dump *must_open_bytes(const void *bytes, size_t len)
{
	struct inq_dump *dump = NULL;
	struct inq_error *err = open_bytes(bytes, len, &dump);

	if (err)
		print_error("%s\n", err->message);
	assert_null(err);
	return dump;
}

/* The dump of @m; both stay the caller's. */
static inline struct inq_dump *must_open(struct mkdump *m, enum mkdump_format format)
{
	size_t len;
	unsigned char *bytes = mkdump_bytes(m, format, &len);
	struct inq_dump *dump = must_open_bytes(bytes, len);

	free(bytes);
	return dump;
}

/* @err is of @code, and its message has @text in it. */
static inline void expect_error(struct inq_error *err, enum inq_error_code code, const char *text)
{
	assert_non_null(err);
	if (err->code != code || !strstr(err->message, text))
		print_error("got: %s: %s\n", inq_error_code_name(err->code), err->message);
	assert_int_equal(err->code, code);
	assert_non_null(strstr(err->message, text));
	inq_error_destroy(err);
}

#endif
