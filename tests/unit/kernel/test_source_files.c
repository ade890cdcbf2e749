// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "kernel/source_files.h"
#include "util/cleanup.h"

static char top[64];
static char *made[8];
static size_t nr_made;

/* Folders end with a slash. */
static void make(const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	made[nr_made++] = strdup(path);
	if (name[strlen(name) - 1] == '/') {
		assert_int_equal(mkdir(path, 0700), 0);
		return;
	}
	f = fopen(path, "we");
	assert_non_null(f);
	fclose(f);
}

static int setup(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "/tmp/inquest-test-XXXXXX");
	return !mkdtemp(top);
}

static int teardown(void **state)
{
	(void)state;
	while (nr_made > 0) {
		remove(made[--nr_made]);
		free(made[nr_made]);
	}
	return rmdir(top);
}

static void expect(const char *name, const char *found)
{
	static const char *const suffixes[] = {".ko.debug", ".ko"};
	const struct inq_file_search s = {
		.dir = top, .name = name, .suffixes = suffixes, .n = array_size(suffixes)};
	cleanup_free char *path = NULL;

	assert_null(inq_source_find(&s, &path));
	if (!found) {
		assert_null(path);
		return;
	}
	assert_non_null(path);
	assert_string_equal(strrchr(path, '/') + 1, found);
}

static void test_find(void **state)
{
	(void)state;
	make("kernel/");
	make("kernel/net/");
	make("kernel/net/virtio-net.ko.debug");
	make("e1000.ko");
	make("e1000e.ko.xz");
	expect("virtio_net", "virtio-net.ko.debug");
	expect("e1000", "e1000.ko");
	expect("e1000e", NULL);
	expect("virtio", NULL);
}

/* A link that leads round in a circle. */
static void test_links_are_left_alone(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/loop", top);
	made[nr_made++] = strdup(path);
	assert_int_equal(symlink(top, path), 0);
	expect("anything", NULL);
}

static void test_no_folder(void **state)
{
	static const char *const suffixes[] = {""};
	const struct inq_file_search s = {
		.dir = "/nonexistent", .name = "vmlinux", .suffixes = suffixes, .n = 1};
	char *path = NULL;

	(void)state;
	assert_null(inq_source_find(&s, &path));
	assert_null(path);
}

static bool is_in(void *arg, const char *path)
{
	return strstr(path, arg) != NULL;
}

static void test_the_one_that_is_wanted(void **state)
{
	static const char *const suffixes[] = {".ko"};
	struct inq_file_search s = {.dir = top,
				    .name = "relay",
				    .suffixes = suffixes,
				    .n = 1,
				    .is_wanted = is_in,
				    .arg = (char[]){"/second/"}};
	cleanup_free char *path = NULL;
	char *none = NULL;

	(void)state;
	make("first/");
	make("first/relay.ko");
	make("second/");
	make("second/relay.ko");
	assert_null(inq_source_find(&s, &path));
	assert_non_null(path);
	assert_non_null(strstr(path, "/second/relay.ko"));
	s.arg = (char[]){"/third/"};
	assert_null(inq_source_find(&s, &none));
	assert_null(none);
}

static void expect_tidy(const char *path, const char *base, const char *expected)
{
	char buf[256];

	snprintf(buf, sizeof(buf), "%s", path);
	assert_string_equal(inq_source_tidy(buf, base), expected);
}

static void test_tidy(void **state)
{
	const char *base = "/build/linux-6.1/debian/build/amd64";

	(void)state;
	expect_tidy("kernel/exit.c", base, "kernel/exit.c");
	expect_tidy("./include/linux/list.h", base, "include/linux/list.h");
	expect_tidy("/build/linux-6.1/mm/slub.c", base, "mm/slub.c");
	expect_tidy("/build/linux-6.1/debian/build/../../arch/x86/lib/copy.S", base,
		    "arch/x86/lib/copy.S");
	expect_tidy("/build/other/driver.c", base, "/build/other/driver.c");
	expect_tidy("/srv/driver.c", base, "/srv/driver.c");
	expect_tidy("/build/linux-6.1/mm/slub.c", NULL, "/build/linux-6.1/mm/slub.c");
	expect_tidy("/build/linux-6.1/mm/slub.c", "debian/build", "/build/linux-6.1/mm/slub.c");
	expect_tidy("../../x.c", base, "../../x.c");
	expect_tidy("/../../x.c", base, "/../../x.c");
	expect_tidy("", base, "");
	expect_tidy("/", "/", "/");
	expect_tidy("a/..", base, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links_are_left_alone, setup, teardown),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test_setup_teardown(test_the_one_that_is_wanted, setup, teardown),
		cmocka_unit_test(test_tidy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
