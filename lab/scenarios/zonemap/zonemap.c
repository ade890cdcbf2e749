// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map of zones, read by many and redrawn seldom: a percpu_rw_semaphore. A survey holds it for reading over a long walk.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/percpu-rwsem.h>
#include <linux/uaccess.h>

#ifdef ZONEMAP_FIXED
#define WALK_MS 50
#else
#define WALK_MS 200000
#endif

DEFINE_STATIC_PERCPU_RWSEM(zone_sem);	/* protects zones */
static unsigned long zones;

static noinline void zone_survey(void)
{
	percpu_down_read(&zone_sem);
	msleep(WALK_MS);
	percpu_up_read(&zone_sem);
}

static noinline unsigned long zone_count(void)
{
	unsigned long n;

	percpu_down_read(&zone_sem);
	n = zones;
	percpu_up_read(&zone_sem);
	return n;
}

static noinline void zone_redraw(void)
{
	percpu_down_write(&zone_sem);
	zones++;
	percpu_up_write(&zone_sem);
}

static long zone_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	zone_survey();
	return 0;
}

static ssize_t zone_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	unsigned long n = zone_count();

	return simple_read_from_buffer(to, count, pos, &n, sizeof(n));
}

static ssize_t zone_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	zone_redraw();
	return count;
}

static const struct file_operations zonemap_fops = {
	.owner = THIS_MODULE,
	.read = zone_read,
	.write = zone_write,
	.unlocked_ioctl = zone_ioctl,
};

static struct miscdevice zonemap_device = { MISC_DYNAMIC_MINOR, "zonemap", &zonemap_fops };

static int __init zonemap_init(void)
{
	return misc_register(&zonemap_device);
}

static void __exit zonemap_exit(void)
{
	misc_deregister(&zonemap_device);
}

module_init(zonemap_init);
module_exit(zonemap_exit);
MODULE_DESCRIPTION("inquest lab: a map of zones");
MODULE_LICENSE("GPL");
