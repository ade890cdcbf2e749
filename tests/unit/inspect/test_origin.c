// SPDX-License-Identifier: GPL-2.0-or-later
/* Files by descriptor, user memory through page tables, cgroups, ioctl numbers. */
#include <stdio.h>

#include "inspect/cgroups.h"
#include "inspect/files.h"
#include "inspect/syscalls.h"
#include "inspect/user_memory.h"
#include "kernel/symtab.h"
#include "world.h"

enum { PRESENT = 1, HUGE = 0x80, USER_PAGE = 0x5000 };
static uint64_t task, mm, root, page;

static void dentry_types(void)
{
	world_struct("qstr", 16, (struct world_member[]){{"name", "ptr", 8}, {0}});
	world_struct("dentry", 64,
		     (struct world_member[]){{"d_parent", "ptr", 0}, {"d_name", "qstr", 8}, {0}});
	world_struct("vfsmount", 16, (struct world_member[]){{"mnt_root", "ptr", 0}, {0}});
	world_struct("mount", 64,
		     (struct world_member[]){{"mnt_parent", "ptr", 0},
					     {"mnt_mountpoint", "ptr", 8},
					     {"mnt", "vfsmount", 32},
					     {0}});
	world_struct("path", 16,
		     (struct world_member[]){{"mnt", "ptr", 0}, {"dentry", "ptr", 8}, {0}});
	world_struct("inode", 64,
		     (struct world_member[]){{"i_mode", "u16", 0}, {"i_rdev", "u32", 4}, {0}});
	world_struct("file", 64,
		     (struct world_member[]){{"f_path", "path", 0}, {"f_inode", "ptr", 16}, {0}});
	world_struct("fdtable", 16,
		     (struct world_member[]){{"max_fds", "u32", 0}, {"fd", "ptr", 8}, {0}});
	world_struct("files_struct", 16, (struct world_member[]){{"fdt", "ptr", 8}, {0}});
	world_struct("mm_struct", 64, (struct world_member[]){{"pgd", "ptr", 8}, {0}});
	world_struct("task_struct", 64, (struct world_member[]){{"files", "ptr", 8}, {0}});
}

/* Frames are numbered from the start of the direct map. */
static uint64_t entry_of(uint64_t table)
{
	return (table - WORLD_HEAP) | PRESENT;
}

static uint64_t page_of_memory(void)
{
	uint64_t at = world_heap(2 * 4096);

	return (at + 4095) & ~UINT64_C(4095);
}

/* USER_PAGE is mapped by four tables; the page behind it is not. */
static void map_user(void)
{
	uint64_t pud = page_of_memory(), pmd = page_of_memory(), pte = page_of_memory();

	root = page_of_memory();
	page = page_of_memory();
	mm = world_heap(64);
	put64(mm + 8, root);
	put64(root, entry_of(pud));
	put64(pud, entry_of(pmd));
	put64(pmd, entry_of(pte));
	put64(pte + USER_PAGE / 4096 * 8, entry_of(page));
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	dentry_types();
	world_global("page_offset_base", 8);
	world_ready();
	put64(inq_symbol_addr(world.k, "page_offset_base"), WORLD_HEAP);
	task = world_heap(64);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static uint64_t dentry_of(uint64_t parent, const char *name)
{
	uint64_t d = world_heap(64), text = world_heap(32);

	put64(d, parent ? parent : d);
	put64(d + 16, text);
	put_text(text, name);
	return d;
}

/* Mount @root_dentry at @point of the mount of @parent; 0: the root's. Its vfsmount. */
static uint64_t mount_of(uint64_t root_dentry, uint64_t parent, uint64_t point)
{
	uint64_t m = world_heap(64);

	put64(m, parent ? parent - 32 : m);
	put64(m + 8, point ? point : root_dentry);
	put64(m + 32, root_dentry);
	return m + 32;
}

static uint64_t open_file(uint32_t fd, uint64_t mnt, uint64_t dentry, uint16_t mode, uint32_t dev)
{
	uint64_t files = world_heap(64), fdt = world_heap(64), fds = world_heap(64);
	uint64_t file = world_heap(64), inode = world_heap(64);

	put64(task + 8, files);
	put64(files + 8, fdt);
	put32(fdt, 8);
	put64(fdt + 8, fds);
	put64(fds + fd * 8, file);
	put64(file, mnt);
	put64(file + 8, dentry);
	put64(file + 16, inode);
	put32(inode, mode);
	put32(inode + 4, dev);
	return fds + fd * 8;
}

static void test_file_across_a_mount(void **state)
{
	uint64_t top = dentry_of(0, "/"), point = dentry_of(top, "dev"), slot, found;
	uint64_t other = dentry_of(0, "/"), outer = mount_of(top, 0, 0);
	uint64_t file_slot = open_file(3, mount_of(other, outer, point), dentry_of(other, "lamp"),
				       0020600, 10 << 20 | 125);
	uint64_t file = inq_file_of_fd(world.in, task, 3, &slot);

	(void)state;
	assert_int_equal(slot, file_slot);
	assert_string_equal(inq_file_describe(world.in, file),
			    "/dev/lamp (character device 10:125)");
	assert_int_equal(inq_file_of_fd(world.in, task, 4, NULL), 0);
	assert_int_equal(inq_file_of_fd(world.in, task, 8, NULL), 0);
	assert_true(inq_dump_try_u64(world.k->dump, slot, &found));
	assert_int_equal(found, file);
}

/* Parents that go round in a circle. */
static void test_file_in_a_circle(void **state)
{
	uint64_t a = dentry_of(0, "a"), b = dentry_of(a, "b");

	(void)state;
	put64(a, b);
	open_file(0, 0, b, 0100600, 0);
	assert_non_null(inq_file_describe(world.in, inq_file_of_fd(world.in, task, 0, NULL)));
	assert_null(inq_file_describe(world.in, 0));
}

static void test_user_memory(void **state)
{
	char buf[16] = "";

	(void)state;
	map_user();
	put_text(page + 0x10, "switch on\n");
	assert_int_equal(inq_user_read(world.in, mm, USER_PAGE + 0x10, buf, 6), 6);
	assert_memory_equal(buf, "switch", 6);
	assert_string_equal(inq_user_text(world.in, mm, USER_PAGE + 0x10, 40, true),
			    "\"switch on\\n\"");
	assert_string_equal(inq_user_text(world.in, mm, USER_PAGE + 0x10, 6, false), "\"switch\"");
	/* no text, no page, no process */
	assert_null(inq_user_text(world.in, mm, USER_PAGE + 0x800, 8, false));
	assert_int_equal(inq_user_read(world.in, mm, USER_PAGE + 0xffe, buf, 8), 2);
	assert_int_equal(inq_user_read(world.in, mm, USER_PAGE + 0x1000, buf, 8), 0);
	assert_int_equal(inq_user_read(world.in, mm, UINT64_MAX - 2, buf, 8), 0);
	assert_int_equal(inq_user_read(world.in, 0, USER_PAGE, buf, 8), 0);
	assert_int_equal(inq_user_read(world.in, mm, WORLD_HEAP, buf, 8), 0);
}

static void test_user_memory_in_a_large_page(void **state)
{
	char buf[8] = "";
	uint64_t pud = page_of_memory(), pmd = page_of_memory();

	(void)state;
	map_user();
	put64(root, entry_of(pud));
	put64(pud, entry_of(pmd));
	put64(pmd, PRESENT | HUGE); /* the first 2 MiB of the direct map */
	put_text(page, "here");
	assert_int_equal(inq_user_read(world.in, mm, page - WORLD_HEAP, buf, 4), 4);
	assert_memory_equal(buf, "here", 4);
}

static void test_containers(void **state)
{
	static const char hex[] =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	char path[256];
	const char *id = NULL;

	(void)state;
	snprintf(path, sizeof(path), "/system.slice/docker-%s.scope", hex);
	assert_int_equal(inq_cgroup_container(path, &id), 64);
	assert_memory_equal(id, hex, 64);
	snprintf(path, sizeof(path),
		 "/kubepods/burstable/pod12345678-9abc-def0-1234-56789abcdef0/%s", hex);
	assert_int_equal(inq_cgroup_container(path, &id), 64);
	snprintf(path, sizeof(path), "/docker/%.12s", hex);
	assert_int_equal(inq_cgroup_container(path, &id), 12);
	assert_int_equal(inq_cgroup_container("/user.slice/user-1000.slice/session-3.scope", &id),
			 0);
	assert_int_equal(inq_cgroup_container("/system.slice/feedbeefcafefeed.service", &id), 0);
	assert_int_equal(inq_cgroup_container("/", &id), 0);
}

static void test_ioctl_numbers(void **state)
{
	(void)state;
	assert_string_equal(inq_ioctl_words(world.in, 0x40084c03), "_IOW('L', 3, 8 bytes)");
	assert_string_equal(inq_ioctl_words(world.in, 0xc0104c01), "_IOWR('L', 1, 16 bytes)");
	assert_string_equal(inq_ioctl_words(world.in, 0x5401), "_IO('T', 1)");
	assert_null(inq_ioctl_words(world.in, 7));
	assert_null(inq_ioctl_words(world.in, 0x40004c03));
	assert_null(inq_ioctl_words(world.in, UINT32_MAX));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_across_a_mount), TEST(test_file_in_a_circle),
		TEST(test_user_memory),		TEST(test_user_memory_in_a_large_page),
		TEST(test_containers),		TEST(test_ioctl_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
