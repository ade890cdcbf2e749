// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "kernel/internal.h"
#include "util/banned.h"

/*
 * BTF has the types of per-CPU variables only.  These are the types of other globals, as the
 * kernel's sources declare them; a struct that a kernel does not have is simply not found.
 * Spelled: a base type, stars, then "[]" or "[N]" for arrays.
 */
static const struct {
	const char *name, *type;
} globals[] = {
	{"bdi_list", "struct list_head"},
	{"boot_cpu_data", "struct cpuinfo_x86"},
	{"btf_modules", "struct list_head"},
	{"cgrp_dfl_root", "struct cgroup_root"},
	{"console_drivers", "struct console*"},
	{"console_sem", "struct semaphore"},
	{"contig_page_data", "struct pglist_data"},
	{"cpu_add_remove_lock", "struct mutex"},
	{"cpu_hotplug_lock", "struct percpu_rw_semaphore"},
	{"hugetlb_lock", "spinlock_t"},
	{"init_mm", "struct mm_struct"},
	{"init_net", "struct net"},
	{"init_nsproxy", "struct nsproxy"},
	{"init_pid_ns", "struct pid_namespace"},
	{"init_task", "struct task_struct"},
	{"init_user_ns", "struct user_namespace"},
	{"init_uts_ns", "struct uts_namespace"},
	{"jiffies_64", "u64"},
	{"jiffies_lock", "raw_spinlock_t"},
	{"logbuf_lock", "raw_spinlock_t"},
	{"mem_section", "struct mem_section**"},
	{"module_mutex", "struct mutex"},
	{"modules", "struct list_head"},
	{"mount_lock", "seqlock_t"},
	{"namespace_sem", "struct rw_semaphore"},
	{"net_namespace_list", "struct list_head"},
	{"net_rwsem", "struct rw_semaphore"},
	{"node_data", "struct pglist_data*[]"},
	{"panic_cpu", "atomic_t"},
	{"pernet_ops_rwsem", "struct rw_semaphore"},
	{"prb", "struct printk_ringbuffer*"},
	{"printk_rb_static", "struct printk_ringbuffer"},
	{"rcu_state", "struct rcu_state"},
	{"rtnl_mutex", "struct mutex"},
	{"runqueues", "struct rq"},
	{"saved_command_line", "char*"},
	{"slab_caches", "struct list_head"},
	{"slab_mutex", "struct mutex"},
	{"super_blocks", "struct list_head"},
	{"system_wq", "struct workqueue_struct*"},
	{"tasklist_lock", "rwlock_t"},
	{"tick_broadcast_device", "struct tick_device"},
	{"timekeeper_lock", "raw_spinlock_t"},
	{"vmap_area_list", "struct list_head"},
	{"vmap_area_lock", "spinlock_t"},
	{"wq_pool_attach_mutex", "struct mutex"},
	{"wq_pool_mutex", "struct mutex"},
	{"workqueues", "struct list_head"},
};

const char *inq_global_type_name(const char *name)
{
	for (size_t i = 0; i < array_size(globals); i++) {
		if (!strcmp(globals[i].name, name))
			return globals[i].type;
	}
	return NULL;
}
