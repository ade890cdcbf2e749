// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preferences of a device, as a file in /proc. The third dump asks the device for them, which never answers; the kernel's own
 * code keeps the locks of the open file meanwhile, and everybody else who reads through the same open file queues for them.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#define ANSWER_MS 300000

static unsigned long dumps;

static noinline int pref_fetch(void)
{
#ifndef PREFDUMP_FIXED
	if (dumps == 2)
		msleep(ANSWER_MS);
#endif
	return ++dumps & 7;
}

static int pref_show(struct seq_file *m, void *v)
{
	seq_printf(m, "volume %d\n", pref_fetch());
	return 0;
}

static int __init prefdump_init(void)
{
	return proc_create_single("prefs", 0444, NULL, pref_show) ? 0 : -ENOMEM;
}

static void __exit prefdump_exit(void)
{
	remove_proc_entry("prefs", NULL);
}

module_init(prefdump_init);
module_exit(prefdump_exit);
MODULE_DESCRIPTION("inquest lab: preferences");
MODULE_LICENSE("GPL");
