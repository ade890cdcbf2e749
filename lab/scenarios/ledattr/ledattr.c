// SPDX-License-Identifier: GPL-2.0-or-later
/* A row of lamps with an attribute for its pattern, which is there only while the row is on. */
#include <linux/delay.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

struct lamp_row {
	struct kobject *dir;
	bool on;
	u32 pattern;
	struct mutex lock;	/* protects on, pattern */
};

static struct lamp_row *row;

static noinline u32 row_pattern(struct lamp_row *r)
{
	u32 p;

	mutex_lock(&r->lock);
	p = r->pattern;
	mutex_unlock(&r->lock);
	return p;
}

static ssize_t pattern_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	msleep(5);
	return sprintf(buf, "%08x\n", row_pattern(row));
}

static struct kobj_attribute pattern_attr = __ATTR_RO(pattern);

static noinline void row_hide(struct lamp_row *r)
{
	sysfs_remove_file(r->dir, &pattern_attr.attr);
}

static noinline int row_switch(struct lamp_row *r, bool on)
{
	int err = 0;
	bool was;

	mutex_lock(&r->lock);
	was = r->on;
	r->on = on;
	r->pattern += on;
	msleep(2);
#ifdef LEDATTR_FIXED
	mutex_unlock(&r->lock);
	if (on && !was)
		err = sysfs_create_file(r->dir, &pattern_attr.attr);
	else if (!on && was)
		row_hide(r);
#else
	if (on && !was)
		err = sysfs_create_file(r->dir, &pattern_attr.attr);
	else if (!on && was)
		row_hide(r);
	mutex_unlock(&r->lock);
#endif
	return err;
}

static ssize_t power_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t len)
{
	int err = row_switch(row, true);

	msleep(10);
	if (!err)
		err = row_switch(row, false);
	return err ? err : (ssize_t)len;
}

static ssize_t power_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u %08x\n", row->on, row_pattern(row));
}

static struct kobj_attribute power_attr = __ATTR_RW(power);

static int __init ledattr_init(void)
{
	row = kzalloc(sizeof(*row), GFP_KERNEL);
	if (!row)
		return -ENOMEM;
	mutex_init(&row->lock);
	row->dir = kobject_create_and_add("lamprow", kernel_kobj);
	return row->dir ? sysfs_create_file(row->dir, &power_attr.attr) : -ENOMEM;
}

module_init(ledattr_init);
MODULE_DESCRIPTION("inquest lab: lamps");
MODULE_LICENSE("GPL");
