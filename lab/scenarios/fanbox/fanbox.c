// SPDX-License-Identifier: GPL-2.0-or-later

/* Fans with an attribute in sysfs. The attribute's store takes the box's mutex; who removes the attribute has it. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

struct fan_box {
	u32 speed;
	struct mutex config;
	struct kobject *kobj;
};

static struct fan_box *box;

static ssize_t speed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", box->speed);
}

static ssize_t speed_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	mutex_lock(&box->config);
	box->speed++;
	mutex_unlock(&box->config);
	return count;
}

static struct kobj_attribute speed_attr = __ATTR_RW(speed);

static noinline void box_remove(struct fan_box *b)
{
	mutex_lock(&b->config);
	b->speed = 0;
#ifdef FANBOX_FIXED
	mutex_unlock(&b->config);
	sysfs_remove_file(b->kobj, &speed_attr.attr);
#else
	msleep(3000);
	sysfs_remove_file(b->kobj, &speed_attr.attr);
	mutex_unlock(&b->config);
#endif
}

static long box_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1) {
		box_remove(box);
		return 0;
	}
	mutex_lock(&box->config);
	mutex_unlock(&box->config);
	return 0;
}

static const struct file_operations box_fops = { .owner = THIS_MODULE, .unlocked_ioctl = box_ioctl };
static struct miscdevice box_device = { MISC_DYNAMIC_MINOR, "fanbox", &box_fops };

static int __init fanbox_init(void)
{
	int err;

	box = kzalloc(sizeof(*box), GFP_KERNEL);
	if (!box)
		return -ENOMEM;
	mutex_init(&box->config);
	box->kobj = kobject_create_and_add("fanbox", kernel_kobj);
	if (!box->kobj)
		return -ENOMEM;
	err = sysfs_create_file(box->kobj, &speed_attr.attr);
	return err ?: misc_register(&box_device);
}

module_init(fanbox_init);
MODULE_DESCRIPTION("inquest lab: fans");
MODULE_LICENSE("GPL");
