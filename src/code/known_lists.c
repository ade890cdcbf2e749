// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's own lists are lists of: nothing in the types says so. */
#include "code/known_lists.h"

#include <string.h>

#include "util/banned.h"

static const struct {
	const char *head;    /* struct and member */
	const char *element; /* struct */
	const char *link;    /* its member */
} lists[] = {
	{"wait_queue_head.head", "wait_queue_entry", "entry"},
	{"swait_queue_head.task_list", "swait_queue", "task_list"},
	{"completion.wait.task_list", "swait_queue", "task_list"},
	{"mutex.wait_list", "mutex_waiter", "list"},
	{"rw_semaphore.wait_list", "rwsem_waiter", "list"},
	{"semaphore.wait_list", "semaphore_waiter", "list"},
	{"worker_pool.worklist", "work_struct", "entry"},
	{"task_struct.children", "task_struct", "sibling"},
	{"dentry.d_subdirs", "dentry", "d_child"},
	{"super_block.s_inodes", "inode", "i_sb_list"},
};

/* @member is the list @head, or a pointer in it: "x.head", "x.head.next". */
static bool is_head(const char *member, const char *head)
{
	size_t n = strlen(head);

	return !strncmp(member, head, n) && (!member[n] || member[n] == '.');
}

bool inq_known_list(const struct inq_code *c, const char *member, int64_t off, struct inq_type *ret)
{
	for (size_t i = 0; member && i < array_size(lists); i++) {
		struct inq_member link;
		struct inq_type t;

		if (!is_head(member, lists[i].head) ||
		    !c->env->struct_type(c->env_ctx, lists[i].element, &t) ||
		    !inq_type_member(t, lists[i].link, &link) || link.offset != off)
			continue;
		*ret = t;
		return true;
	}
	return false;
}
