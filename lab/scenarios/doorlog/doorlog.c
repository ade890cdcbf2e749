// SPDX-License-Identifier: GPL-2.0-or-later

/* A record of doors in /proc. Its read takes the mutex that the remover of the file has. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>

static DEFINE_MUTEX(doors);
static struct proc_dir_entry *record;
static u32 opened;

static ssize_t door_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	mutex_lock(&doors);
	opened++;
	mutex_unlock(&doors);
	return 0;
}

static const struct proc_ops door_ops = { .proc_read = door_read };

static noinline void door_remove(void)
{
	mutex_lock(&doors);
#ifdef DOORLOG_FIXED
	mutex_unlock(&doors);
	proc_remove(record);
#else
	msleep(3000);
	proc_remove(record);
	mutex_unlock(&doors);
#endif
}

static long door_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1) {
		door_remove();
		return 0;
	}
	mutex_lock(&doors);
	mutex_unlock(&doors);
	return 0;
}

static const struct file_operations door_fops = { .owner = THIS_MODULE, .unlocked_ioctl = door_ioctl };
static struct miscdevice door_device = { MISC_DYNAMIC_MINOR, "doorlog", &door_fops };

static int __init doorlog_init(void)
{
	record = proc_create("doorlog", 0444, NULL, &door_ops);
	if (!record)
		return -ENOMEM;
	return misc_register(&door_device);
}

module_init(doorlog_init);
MODULE_DESCRIPTION("inquest lab: doors");
MODULE_LICENSE("GPL");
