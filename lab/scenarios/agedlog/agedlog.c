// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device that leaves old complaints in the log, none of which matters any more: a warning when it is loaded, a mutex that was held
 * for some seconds so that its waiters were reported as hung, and a process that died of a NULL pointer with no lock held.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>

struct aged_page {
	unsigned long lines;
	struct aged_page *next;
};

static DEFINE_MUTEX(page_mutex);	/* protects pages */
static struct aged_page first;

static noinline void aged_archive(void)
{
	mutex_lock(&page_mutex);
	msleep(5500);
	mutex_unlock(&page_mutex);
}

static noinline unsigned long aged_count(struct aged_page *page)
{
	return READ_ONCE(page->next->lines);
}

/* 11 archives, 12 counts lines of a page that isn't there */
static long aged_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 11)
		aged_archive();
	return cmd == 12 ? aged_count(&first) : 0;
}

static ssize_t aged_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	mutex_lock(&page_mutex);
	first.lines++;
	mutex_unlock(&page_mutex);
	return 0;
}

static const struct file_operations aged_fops = {
	.owner = THIS_MODULE,
	.read = aged_read,
	.unlocked_ioctl = aged_ioctl,
};

static struct miscdevice aged_device = { MISC_DYNAMIC_MINOR, "aged", &aged_fops };

static int __init agedlog_init(void)
{
	WARN_ON(!first.next);
	return misc_register(&aged_device);
}

static void __exit agedlog_exit(void)
{
	misc_deregister(&aged_device);
}

module_init(agedlog_init);
module_exit(agedlog_exit);
MODULE_DESCRIPTION("inquest lab: old complaints");
MODULE_LICENSE("GPL");
