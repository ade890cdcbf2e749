// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's library: functions that work on what their callers give them.  What they share among
 * all callers isn't there (timers, works, wait queues, the slab allocator): in those the next
 * one stumbles over what another one left.
 */
#include <string.h>

#include "analyze/blame.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/* Beginnings of names. */
static const char *const prefixes[] = {
	/* containers */
	"xa_",
	"__xa_",
	"xas_",
	"idr_",
	"ida_",
	"radix_tree_",
	"__radix_tree_",
	"llist_",
	"plist_",
	"klist_",
	"hlist_",
	"kfifo_",
	"__kfifo_",
	"rht_",
	"rhashtable_",
	"__rht_",
	"mtree_",
	"mas_",
	"bitmap_",
	"__bitmap_",
	"find_next_",
	"_find_",
	"scatterwalk_",
	"sg_",
	"__sg_",
	/* locks */
	"mutex_",
	"__mutex_",
	"ww_mutex_",
	"rwsem_",
	"down_",
	"__down_",
	"up_",
	"_raw_",
	"__raw_",
	"queued_",
	"native_queued_",
	"rt_mutex_",
	"__rt_mutex_",
	"rt_spin_",
	"rtlock_",
	/* text, numbers */
	"vsnprintf",
	"vscnprintf",
	"snprintf",
	"scnprintf",
	"sprintf",
	"vsprintf",
	"kvasprintf",
	"kasprintf",
	"sscanf",
	"vsscanf",
	"kstrto",
	"_kstrto",
	"simple_strto",
	"kstrdup",
	"kmemdup",
	"sysfs_emit",
	"seq_put",
	"seq_print",
	"seq_vprintf",
	"seq_write",
	"seq_escape",
	"seq_hex_dump",
	"hex_dump_",
	"hex2bin",
	"bin2hex",
	"crc32",
	"crc16",
	"csum_",
	"sort",
	"bsearch",
	/* objects */
	"kobject_",
	"get_device",
	"put_device",
	"kref_",
	"refcount_",
	"list_",
	"__list_",
	"dev_printk",
	"_dev_",
	"__dev_printk",
	"dev_driver_string",
};

/* Whole names. */
static const char *const names[] = {
	"down",
	"up",
	"string",
	"string_nocheck",
	"number",
	"format_decode",
	"vprintk",
	"pointer",
	"widen_string",
	"iov_iter_advance",
	"clear_page_erms",
	"copy_page",
};

bool inq_is_library(const char *symbol)
{
	if (!symbol)
		return false;
	for (size_t i = 0; i < array_size(prefixes); i++) {
		if (strncmp(symbol, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	for (size_t i = 0; i < array_size(names); i++) {
		if (inq_function_is(symbol, names[i]))
			return true;
	}
	return inq_function_is_generic(symbol);
}

size_t inq_user_of_library(const struct inq_stack *s, size_t from)
{
	size_t end = inq_stack_context_end(s, from);

	for (size_t i = from; i < end; i++) {
		const struct inq_frame *f = &s->v[i];

		if (!f->symbol || (!f->module && inq_is_dispatcher(f->symbol)))
			break;
		if (f->module || (!inq_is_library(f->symbol) && !inq_is_complainer(f->symbol)))
			return i;
	}
	return from;
}
