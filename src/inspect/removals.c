// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * removals: who is still inside a file that somebody takes away?
 *
 *	proc_remove()		proc_dir_entry.pde_unload_completion
 *	unregister_sysctl_table() ctl_table_header.unregistering
 *	debugfs_remove()	debugfs_fsdata.active_users_drained
 *	sysfs_remove_file()	kernfs_node.active below zero, a wait queue of all of its file
 *system
 *
 * Who removes a file of these waits for the completion until the last one has left its functions
 *(of sysfs see kernfs.c).  A task that is inside has the file system's own function on its stack,
 *and the file that it was called for leads to the same object.  It holds a reference to it, and
 *what it waits for itself is the answer.
 *
 * Such a wait becomes one for the references of the file, which who is inside has.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/files.h"
#include "inspect/inspectors.h"

#include "util/banned.h"

enum {
	FILE_INODE,
	FILE_DENTRY,
	KIOCB_FILE,
	PROC_VFS,
	PROC_PDE,
	PROC_SYSCTL,
	PDE_DONE,
	SYSCTL_DONE,
	DENTRY_FSDATA,
	FSDATA_DRAINED,
	REMOVAL_NR
};
static const struct inq_field_def removal_defs[REMOVAL_NR] = {
	[FILE_INODE] = {"file", "f_inode", INQ_OPTIONAL},
	[FILE_DENTRY] = {"file", "f_path.dentry", INQ_OPTIONAL},
	[KIOCB_FILE] = {"kiocb", "ki_filp", INQ_OPTIONAL},
	[PROC_VFS] = {"proc_inode", "vfs_inode", INQ_OPTIONAL},
	[PROC_PDE] = {"proc_inode", "pde", INQ_OPTIONAL},
	[PROC_SYSCTL] = {"proc_inode", "sysctl", INQ_OPTIONAL},
	[PDE_DONE] = {"proc_dir_entry", "pde_unload_completion", INQ_OPTIONAL},
	[SYSCTL_DONE] = {"ctl_table_header", "unregistering", INQ_OPTIONAL},
	[DENTRY_FSDATA] = {"dentry", "d_fsdata", INQ_OPTIONAL},
	/* since 4.15 (e9117a5a4bf6) */
	[FSDATA_DRAINED] = {"debugfs_fsdata", "active_users_drained", INQ_OPTIONAL},
};

enum file_system { IN_PROC, IN_SYSCTL, IN_DEBUGFS };

/* A function of the file system that calls into a file's own: which argument is the file. */
struct user_function {
	const char *name;
	enum file_system fs;
	unsigned int arg;
	bool kiocb; /* a struct kiocb, not a struct file */
};
static const struct user_function user_functions[] = {
	{"proc_reg_read", IN_PROC, 0, false},
	{"proc_reg_read_iter", IN_PROC, 0, true},
	{"proc_reg_write", IN_PROC, 0, false},
	{"proc_reg_llseek", IN_PROC, 0, false},
	{"proc_reg_poll", IN_PROC, 0, false},
	{"proc_reg_unlocked_ioctl", IN_PROC, 0, false},
	{"proc_reg_compat_ioctl", IN_PROC, 0, false},
	{"proc_reg_mmap", IN_PROC, 0, false},
	{"proc_reg_open", IN_PROC, 1, false},
	{"proc_sys_call_handler", IN_SYSCTL, 0, true},
	{"full_proxy_read", IN_DEBUGFS, 0, false},
	{"full_proxy_write", IN_DEBUGFS, 0, false},
	{"full_proxy_llseek", IN_DEBUGFS, 0, false},
	{"full_proxy_poll", IN_DEBUGFS, 0, false},
	{"full_proxy_unlocked_ioctl", IN_DEBUGFS, 0, false},
	{"full_proxy_open", IN_DEBUGFS, 1, false},
	{"open_proxy_open", IN_DEBUGFS, 1, false},
	/* since 6.14 (f8f25893a477) */
	{"short_proxy_read", IN_DEBUGFS, 0, false},
	{"short_proxy_write", IN_DEBUGFS, 0, false},
	{"short_proxy_llseek", IN_DEBUGFS, 0, false},
	{"full_proxy_open_regular", IN_DEBUGFS, 1, false},
	{"full_proxy_open_short", IN_DEBUGFS, 1, false},
	{"debugfs_attr_read", IN_DEBUGFS, 0, false},
	{"debugfs_attr_write", IN_DEBUGFS, 0, false},
	{"debugfs_attr_write_signed", IN_DEBUGFS, 0, false},
};

static const char *const removers[] = {
	"proc_entry_rundown",	    "remove_proc_entry",
	"remove_proc_subtree",	    "drop_sysctl_table",
	"unregister_sysctl_table",  "debugfs_remove",
	"__debugfs_file_removed",   "remove_one",
	"simple_recursive_removal", NULL,
};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[REMOVAL_NR];
};

/* Somebody inside a file. */
struct user {
	inq_id task, stack;
	size_t frame;
	const char *function; /* the file system's own */
	uint64_t file;
	uint64_t object; /* whose references are counted */
	uint64_t at;	 /* completion that is waited for */
	const char *member;
};

static bool follow(const struct reader *rd, int field, uint64_t base, uint64_t *ret)
{
	return base && inq_field_try_u64(rd->in->k, &rd->f[field], base, ret) && *ret;
}

/* ---- from who is inside to the object --------------------------------------- */

static bool proc_inode_member(const struct reader *rd, uint64_t file, int member, uint64_t *ret)
{
	uint64_t inode;

	return rd->f[PROC_VFS].found && follow(rd, FILE_INODE, file, &inode) &&
	       follow(rd, member, inode - rd->f[PROC_VFS].offset, ret);
}

static bool find_object(const struct reader *rd, enum file_system fs, struct user *u)
{
	uint64_t v;

	switch (fs) {
	case IN_PROC:
		u->member = "proc_dir_entry.in_use";
		return proc_inode_member(rd, u->file, PROC_PDE, &u->object) &&
		       follow(rd, PDE_DONE, u->object, &u->at);
	case IN_SYSCTL:
		u->member = "ctl_table_header.used";
		return proc_inode_member(rd, u->file, PROC_SYSCTL, &u->object) &&
		       follow(rd, SYSCTL_DONE, u->object, &u->at);
	case IN_DEBUGFS:
		u->member = "debugfs_fsdata.active_users";
		if (!rd->f[FSDATA_DRAINED].found || !follow(rd, FILE_DENTRY, u->file, &v) ||
		    !follow(rd, DENTRY_FSDATA, v, &u->object) || u->object & 1)
			return false;
		u->at = u->object + rd->f[FSDATA_DRAINED].offset;
		return true;
	}
	return false;
}

static const struct user_function *user_function(const struct inq_frame *f)
{
	for (size_t i = 0; !f->module && i < array_size(user_functions); i++) {
		if (inq_fact_is(f->symbol, user_functions[i].name))
			return &user_functions[i];
	}
	return NULL;
}

/* The frame of @u's stack from @from outwards that is inside a file; false: none. */
static bool next_user(const struct reader *rd, size_t from, struct user *u)
{
	struct inq_inspect *in = rd->in;
	const struct inq_task *t = inq_case_task(in->c, u->task);
	const struct inq_stack *s = inq_case_stack(in->c, u->stack);
	unsigned int cpu = t->on_cpu ? (unsigned int)t->cpu : 0;

	for (size_t i = from; s && i < s->n; i++) {
		const struct user_function *fn = user_function(&s->v[i]);
		enum inq_certainty how;

		if (!fn ||
		    !inq_frame_arg(in->code, &in->ustacks.v[u->stack], i, cpu, fn->arg, &u->file,
				   &how) ||
		    how < INQ_LIKELY || (fn->kiocb && !follow(rd, KIOCB_FILE, u->file, &u->file)))
			continue;
		u->frame = i;
		u->function = fn->name;
		if (find_object(rd, fn->fs, u))
			return true;
	}
	return false;
}

static inq_id stack_of(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);

	if (t->kthread || t->run == INQ_RUN_DEAD)
		return INQ_NONE;
	return inq_fact_stack_now(in, task);
}

/* ---- the waits ---------------------------------------------------------------- */

static const struct inq_stack *waiter_stack(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);

	return t && !t->on_cpu ? inq_case_stack(c, t->stack) : NULL;
}

static bool removes(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(c, w->resource);
	const struct inq_stack *s = waiter_stack(c, w);

	return r && r->kind == INQ_RES_COMPLETION && s && inq_fact_find_frame(s, 0, removers) >= 0;
}

static bool waits_for(const struct reader *rd, const struct inq_wait *w, const struct user *u)
{
	const struct inq_resource *r = inq_case_resource(rd->in->c, w->resource);

	return r && r->kind == INQ_RES_COMPLETION && r->addr == u->at && w->waiter.task != u->task;
}

static void name_it(struct reader *rd, inq_id id, const struct user *u)
{
	struct inq_resource *r = inq_case_resource(rd->in->c, id);
	const char *path = inq_file_describe(rd->in, u->file);

	if (!r || r->name)
		return;
	r->name = u->member;
	r->whose = path;
}

static void add_hold(struct reader *rd, inq_id id, const struct user *u)
{
	struct inq_inspect *in = rd->in;
	const struct inq_task *t = inq_case_task(in->c, u->task);
	const struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_hold *h = inq_edge_hold(
		in, id, inq_edge_task(in, u->task),
		inq_fact_stack(in, t->on_cpu ? t->cpu : -1, t->pid,
			       "%s is inside %s, called for %s: it has one of the references "
			       "that are waited for (%s)",
			       inq_fact_task_name(in, u->task), u->function,
			       r && r->whose ? r->whose : "that file", u->member));

	if (!h || h->function)
		return;
	h->function = u->function;
	h->frame = (inq_id)u->frame;
}

/* @u is inside: is it waited for by somebody? */
static void look_at_user(struct reader *rd, const struct user *u)
{
	struct inq_inspect *in = rd->in;
	inq_id id = inq_resource_find(in->c, INQ_RES_ACTIVE_REF, u->object);

	for (size_t i = 0; i < in->c->waits.n; i++) {
		if (!waits_for(rd, &in->c->waits.v[i], u))
			continue;
		if (id == INQ_NONE)
			id = inq_resource_find_or_add(in->c, INQ_RES_ACTIVE_REF, u->object);
		in->c->waits.v[i].resource = id;
	}
	if (id == INQ_NONE)
		return;
	name_it(rd, id, u);
	add_hold(rd, id, u);
}

static void look_at_task(struct reader *rd, inq_id task)
{
	struct user u = {.task = task, .stack = stack_of(rd->in, task)};

	for (size_t from = 0; u.stack != INQ_NONE && next_user(rd, from, &u); from = u.frame + 1)
		look_at_user(rd, &u);
}

static bool something_is_removed(const struct inq_case *c)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (removes(c, &c->waits.v[i]))
			return true;
	}
	return false;
}

struct inq_error *inq_inspect_removals(struct inq_inspect *in)
{
	struct reader rd = {.in = in};
	struct inq_error *err;

	if (!something_is_removed(in->c))
		return NULL;
	err = inq_fields_resolve(in->k, removal_defs, rd.f, REMOVAL_NR);
	if (err)
		return err; /* all are optional: NOMEM */
	for (size_t i = 0; i < in->c->tasks.n && !inq_case_failed(in->c); i++)
		look_at_task(&rd, (inq_id)i);
	return NULL;
}
