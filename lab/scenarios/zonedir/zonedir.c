// SPDX-License-Identifier: GPL-2.0-or-later
/* Zones in a list that is read under RCU. A zone that is looked up for the first time is resolved under the directory's mutex. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>

struct zone_entry {
	struct list_head node;
	unsigned int id;
	bool resolved;
};

struct zone_dir {
	unsigned int generation;
	struct list_head zones;
	struct mutex lock;	/* protects changes of zones */
};

static struct zone_dir *dir;

static noinline void zone_resolve(struct zone_dir *d, struct zone_entry *z)
{
	mutex_lock(&d->lock);
	z->resolved = true;
	d->generation++;
	mutex_unlock(&d->lock);
}

static noinline unsigned int zone_count(struct zone_dir *d, bool again)
{
	struct zone_entry *z;
	unsigned int n = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(z, &d->zones, node) {
		n++;
#ifndef ZONEDIR_FIXED
		if (again || !z->resolved)
			zone_resolve(d, z);
#endif
	}
	rcu_read_unlock();
	return n;
}

static noinline int zone_replace(struct zone_dir *d)
{
	struct zone_entry *old, *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	mutex_lock(&d->lock);
	old = list_first_entry(&d->zones, struct zone_entry, node);
	new->id = old->id;
	list_replace_rcu(&old->node, &new->node);
	synchronize_rcu();
	kfree(old);
	mutex_unlock(&d->lock);
	return 0;
}

static ssize_t zone_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	return zone_count(dir, true) ? 0 : -ENOENT;
}

static ssize_t zone_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	int err = zone_replace(dir);

	return err ? err : (ssize_t)len;
}

static const struct file_operations zone_fops = {
	.owner = THIS_MODULE,
	.read = zone_read,
	.write = zone_write,
};

static struct miscdevice zone_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "zones", .fops = &zone_fops };

static int __init zonedir_init(void)
{
	unsigned int i;

	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return -ENOMEM;
	INIT_LIST_HEAD(&dir->zones);
	mutex_init(&dir->lock);
	for (i = 0; i < 20; i++) {
		struct zone_entry *z = kzalloc(sizeof(*z), GFP_KERNEL);

		if (!z)
			return -ENOMEM;
		z->id = i;
		list_add_tail(&z->node, &dir->zones);
	}
	return misc_register(&zone_dev);
}

static void __exit zonedir_exit(void)
{
	misc_deregister(&zone_dev);
}

module_init(zonedir_init);
module_exit(zonedir_exit);
MODULE_DESCRIPTION("inquest lab: zones");
MODULE_LICENSE("GPL");
