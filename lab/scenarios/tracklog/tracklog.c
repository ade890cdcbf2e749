// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracks of vehicles, in a list; a track's points are appended under its rwsem. */
#include <linux/bug.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define POINTS 30

struct track {
	struct list_head node;
	unsigned int vehicle;
	struct rw_semaphore sem;	/* protects n, point */
	unsigned int n;
	u32 point[POINTS];
};

static LIST_HEAD(tracks);

static struct track *track_find(unsigned int vehicle)
{
	struct track *t;

	list_for_each_entry(t, &tracks, node)
		if (t->vehicle == vehicle)
			return t;
	return NULL;
}

static noinline void track_check(const struct track *t)
{
#ifndef TRACKLOG_FIXED
	BUG_ON(t->n >= POINTS);
#endif
}

static noinline void track_put_point(struct track *t, u32 point)
{
	track_check(t);
	if (t->n < POINTS)
		t->point[t->n++] = point;
}

static noinline void track_append(struct track *t, u32 point)
{
	down_write(&t->sem);
	track_put_point(t, point);
	up_write(&t->sem);
}

static ssize_t track_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct track *t = track_find(4);

	if (!t)
		return -ENODEV;
	track_append(t, len);
	return len;
}

static ssize_t track_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct track *t = track_find(4);
	u32 n;

	if (!t)
		return -ENODEV;
	down_read(&t->sem);
	n = t->n;
	up_read(&t->sem);
	return len >= sizeof(n) && copy_to_user(buf, &n, sizeof(n)) ? -EFAULT : 0;
}

static const struct file_operations track_fops = { .owner = THIS_MODULE, .read = track_read, .write = track_write };
static struct miscdevice track_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "tracks", .fops = &track_fops };

static int __init tracklog_init(void)
{
	unsigned int i;

	for (i = 0; i < 6; i++) {
		struct track *t = kzalloc(sizeof(*t), GFP_KERNEL);

		if (!t)
			return -ENOMEM;
		t->vehicle = i;
		init_rwsem(&t->sem);
		list_add(&t->node, &tracks);
	}
	return misc_register(&track_dev);
}

module_init(tracklog_init);
MODULE_DESCRIPTION("inquest lab: tracks");
MODULE_LICENSE("GPL");
