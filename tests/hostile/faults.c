// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults on order, for test_faults.py.  The linker's --wrap sends every allocation that inquest's
 * own code makes, and every open and close of a dump, through here:
 *
 *   INQUEST_FAIL_ALLOC=N   the N-th allocation fails; N+ : it and all behind it
 *   INQUEST_FAIL_READ=N    the N-th read of the dump's memory fails
 *   INQUEST_COUNT=FILE     how many of each there were is written there, "ALLOCATIONS READS\n"
 *
 * Allocations inside libraries are not counted: they are their authors' to handle.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump.h"
#include "util/banned.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
int __real_vasprintf(char **ret, const char *fmt, va_list ap);
struct inq_error *__real_inq_dump_open(const char *path, struct inq_dump **ret);
void __real_inq_dump_destroy(struct inq_dump *dump);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
int __wrap_vasprintf(char **ret, const char *fmt, va_list ap);
int __wrap___vasprintf_chk(char **ret, int flag, const char *fmt, va_list ap);
struct inq_error *__wrap_inq_dump_open(const char *path, struct inq_dump **ret);
void __wrap_inq_dump_destroy(struct inq_dump *dump);

static atomic_ullong allocations, reads;

/* The number in an environment variable; 0 when it isn't set.  *@ret_onwards: it ends in '+'. */
static unsigned long long ordered(const char *name, bool *ret_onwards)
{
	const char *text = getenv(name);
	char *end;
	unsigned long long n;

	if (!text)
		return 0;
	n = strtoull(text, &end, 10);
	*ret_onwards = *end == '+';
	return n;
}

static bool must_fail(void)
{
	unsigned long long now = atomic_fetch_add(&allocations, 1) + 1;
	bool onwards = false;
	unsigned long long nth = ordered("INQUEST_FAIL_ALLOC", &onwards);

	if (!nth || now < nth || (now > nth && !onwards))
		return false;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return must_fail() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return must_fail() ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return must_fail() ? NULL : __real_reallocarray(p, n, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	return must_fail() ? NULL : __real_aligned_alloc(align, size);
}

char *__wrap_strdup(const char *s)
{
	return must_fail() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
	return must_fail() ? NULL : __real_strndup(s, n);
}

int __wrap_vasprintf(char **ret, const char *fmt, va_list ap)
{
	return must_fail() ? -1 : __real_vasprintf(ret, fmt, ap);
}

/* What vasprintf is called with _FORTIFY_SOURCE. */
int __wrap___vasprintf_chk(char **ret, int flag, const char *fmt, va_list ap)
{
	(void)flag;
	return __wrap_vasprintf(ret, fmt, ap);
}

struct inq_error *__wrap_inq_dump_open(const char *path, struct inq_dump **ret)
{
	struct inq_error *err = __real_inq_dump_open(path, ret);
	bool onwards = false;
	unsigned long long nth = ordered("INQUEST_FAIL_READ", &onwards);

	if (!err && *ret && nth)
		inq_dump_inject_fault(*ret, nth);
	return err;
}

void __wrap_inq_dump_destroy(struct inq_dump *dump)
{
	if (dump)
		atomic_fetch_add(&reads, inq_dump_get_stats(dump).reads);
	__real_inq_dump_destroy(dump);
}

__attribute__((destructor)) static void write_count(void)
{
	const char *path = getenv("INQUEST_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%llu %llu\n", atomic_load(&allocations), atomic_load(&reads));
	fclose(file);
}
