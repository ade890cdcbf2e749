// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is inside a file that somebody takes away: /proc, sysctl, debugfs. */
#include "module_code.h"

static uint64_t remover, user, file, inode, dentry, completion;

static void types(void)
{
	world_struct("path", 16, (struct world_member[]){{"dentry", "ptr", 8}, {0}});
	world_struct("file", 64,
		     (struct world_member[]){{"f_inode", "ptr", 8}, {"f_path", "path", 16}, {0}});
	world_struct("kiocb", 32, (struct world_member[]){{"ki_filp", "ptr", 8}, {0}});
	world_struct("inode", 64, (struct world_member[]){{"x", "ptr", 24}, {0}});
	world_struct(
		"proc_inode", 128,
		(struct world_member[]){
			{"pde", "ptr", 8}, {"sysctl", "ptr", 16}, {"vfs_inode", "inode", 32}, {0}});
	world_struct("proc_dir_entry", 64,
		     (struct world_member[]){{"pde_unload_completion", "ptr", 16}, {0}});
	world_struct("ctl_table_header", 64,
		     (struct world_member[]){{"unregistering", "ptr", 24}, {0}});
	world_struct("dentry", 64, (struct world_member[]){{"d_fsdata", "ptr", 32}, {0}});
	world_struct("debugfs_fsdata", 64,
		     (struct world_member[]){{"active_users_drained", "u64", 40}, {0}});
}

static int setup(void **state)
{
	static const char *const names[] = {
		"schedule",
		"__wait_for_common",
		"proc_entry_rundown",
		"debugfs_remove",
		"unregister_sysctl_table",
		"kernfs_drain",
		"proc_reg_read",
		"proc_sys_call_handler",
		"full_proxy_write",
		"kernfs_fop_write_iter",
		"other",
	};

	(void)state;
	world_begin();
	world_task_types();
	types();
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_ready();
	world_two_tasks("remover", &remover, "user", &user);
	file = world_heap(64);
	inode = world_heap(128) + 32;
	dentry = world_heap(64);
	completion = world_heap(64);
	put64(file + 8, inode);
	put64(file + 24, dentry);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* @task stands in @function, called for @arg. */
static void inside(uint64_t task, const char *function, uint64_t arg)
{
	inq_id s = FRAMES({"schedule", {0}}, {"other", {0}}, {function, {arg}});

	world.in->c->tasks.v[frames_task_id(task)].stack = s;
}

static size_t removes(const char *function, enum inq_resource_kind kind, uint64_t addr,
		      uint64_t arg)
{
	inq_id s = FRAMES({"schedule", {0}}, {"__wait_for_common", {addr}}, {function, {arg}});

	return frames_sleeper(remover, s, 1, kind, addr);
}

static void assert_held(size_t w, uint64_t object, const char *name)
{
	const struct inq_case *c = world.in->c;
	const struct inq_resource *r;

	assert_null(inq_inspect_removals(world.in));
	r = frames_resource(w);
	assert_int_equal(r->kind, INQ_RES_ACTIVE_REF);
	assert_int_equal(r->addr, object);
	assert_string_equal(r->name, name);
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].resource, c->waits.v[w].resource);
	assert_int_equal(c->holds.v[0].holder.task, frames_task_id(user));
	assert_int_equal(c->holds.v[0].frame, 2);
}

static void assert_silent(size_t w, enum inq_resource_kind kind)
{
	assert_null(inq_inspect_removals(world.in));
	assert_int_equal(frames_resource(w)->kind, kind);
	assert_int_equal(world.in->c->holds.n, 0);
}

static uint64_t proc_entry(void)
{
	uint64_t pde = world_heap(64);

	put64(inode - 32 + 8, pde);
	put64(pde + 16, completion);
	return pde;
}

static void test_a_reader_of_a_proc_file_is_inside(void **state)
{
	uint64_t pde = proc_entry();

	(void)state;
	inside(user, "proc_reg_read", file);
	assert_held(removes("proc_entry_rundown", INQ_RES_COMPLETION, completion, pde), pde,
		    "proc_dir_entry.in_use");
}

static void test_a_sysctl_has_a_kiocb(void **state)
{
	uint64_t head = world_heap(64), kiocb = world_heap(32);

	(void)state;
	put64(inode - 32 + 16, head);
	put64(head + 24, completion);
	put64(kiocb + 8, file);
	inside(user, "proc_sys_call_handler", kiocb);
	assert_held(removes("unregister_sysctl_table", INQ_RES_COMPLETION, completion, 0), head,
		    "ctl_table_header.used");
}

static void test_a_writer_of_a_debugfs_file_is_inside(void **state)
{
	uint64_t fsd = world_heap(64);

	(void)state;
	put64(dentry + 32, fsd);
	inside(user, "full_proxy_write", file);
	assert_held(removes("debugfs_remove", INQ_RES_COMPLETION, fsd + 40, 0), fsd,
		    "debugfs_fsdata.active_users");
}

/* Before its first open d_fsdata is no debugfs_fsdata yet: bit 0 says so. */
static void test_a_debugfs_file_without_users_has_none(void **state)
{
	(void)state;
	put64(dentry + 32, completion + 1);
	inside(user, "full_proxy_write", file);
	assert_silent(removes("debugfs_remove", INQ_RES_COMPLETION, completion + 41, 0),
		      INQ_RES_COMPLETION);
}

static void test_another_completion_is_none_of_it(void **state)
{
	uint64_t pde = proc_entry();

	(void)state;
	inside(user, "proc_reg_read", file);
	assert_silent(removes("proc_entry_rundown", INQ_RES_COMPLETION, completion + 8, pde),
		      INQ_RES_COMPLETION);
}

static void test_nobody_removes(void **state)
{
	(void)state;
	proc_entry();
	inside(user, "proc_reg_read", file);
	assert_silent(removes("other", INQ_RES_COMPLETION, completion, 0), INQ_RES_COMPLETION);
}

static void test_who_has_died_is_not_inside(void **state)
{
	uint64_t pde = proc_entry();

	(void)state;
	inside(user, "proc_reg_read", file);
	world.in->c->tasks.v[frames_task_id(user)].run = INQ_RUN_DEAD;
	assert_silent(removes("proc_entry_rundown", INQ_RES_COMPLETION, completion, pde),
		      INQ_RES_COMPLETION);
}

static void test_a_file_that_is_not_there(void **state)
{
	(void)state;
	inside(user, "proc_reg_read", UINT64_C(0xffff999900000000));
	assert_silent(removes("proc_entry_rundown", INQ_RES_COMPLETION, completion, 0),
		      INQ_RES_COMPLETION);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_reader_of_a_proc_file_is_inside),
		TEST(test_a_sysctl_has_a_kiocb),
		TEST(test_a_writer_of_a_debugfs_file_is_inside),
		TEST(test_a_debugfs_file_without_users_has_none),
		TEST(test_another_completion_is_none_of_it),
		TEST(test_nobody_removes),
		TEST(test_who_has_died_is_not_inside),
		TEST(test_a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
