// SPDX-License-Identifier: GPL-2.0-or-later
/* A licence that can be dropped by writing to its attribute: afterwards there is no such attribute. */
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

struct licence {
	struct kobject *dir;
	unsigned int seats;
	bool dropped;
};

static struct licence *licence;

static ssize_t seats_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u\n", licence->seats);
}

static struct kobj_attribute seats_attr = __ATTR_RO(seats);
static ssize_t drop_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t len);
static ssize_t drop_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u\n", licence->dropped);
}

static struct kobj_attribute drop_attr = __ATTR_RW(drop);

static noinline void licence_hide(struct licence *l)
{
#ifndef ATTRDROP_FIXED
	sysfs_remove_file(l->dir, &drop_attr.attr);
#endif
	sysfs_remove_file(l->dir, &seats_attr.attr);
}

static noinline void licence_drop(struct licence *l)
{
	l->dropped = true;
	l->seats = 0;
	licence_hide(l);
}

static ssize_t drop_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t len)
{
	if (!licence->dropped)
		licence_drop(licence);
	return len;
}

static int __init attrdrop_init(void)
{
	licence = kzalloc(sizeof(*licence), GFP_KERNEL);
	if (!licence)
		return -ENOMEM;
	licence->seats = 5;
	licence->dir = kobject_create_and_add("licence", kernel_kobj);
	if (!licence->dir)
		return -ENOMEM;
	return sysfs_create_file(licence->dir, &seats_attr.attr) ?: sysfs_create_file(licence->dir, &drop_attr.attr);
}

module_init(attrdrop_init);
MODULE_DESCRIPTION("inquest lab: licence");
MODULE_LICENSE("GPL");
