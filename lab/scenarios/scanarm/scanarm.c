// SPDX-License-Identifier: GPL-2.0-or-later
/* The arm of a scanner: who moves it waits, interruptibly, until it has arrived. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/wait.h>

struct scan_arm {
	unsigned int position;
	unsigned int target;
	wait_queue_head_t arrived;
	struct mutex lock;	/* protects position, target */
};

static struct scan_arm *arm;

static noinline int arm_await(struct scan_arm *a)
{
	return wait_event_interruptible(a->arrived, a->position == a->target);
}

static noinline int arm_move(struct scan_arm *a, unsigned int target)
{
	int err;

	if (mutex_lock_interruptible(&a->lock))
		return -ERESTARTSYS;
	a->target = target;
	if (target < 100)
		a->position = target;
	err = arm_await(a);
	if (err) {
#ifdef SCANARM_FIXED
		mutex_unlock(&a->lock);
#endif
		return err;
	}
	mutex_unlock(&a->lock);
	return 0;
}

static ssize_t scan_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	int err = arm_move(arm, len > 2 ? 500 : len);

	return err ? err : (ssize_t)len;
}

static ssize_t scan_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	mutex_lock(&arm->lock);
	arm->target = arm->position;
	mutex_unlock(&arm->lock);
	return 0;
}

static const struct file_operations scan_fops = { .owner = THIS_MODULE, .read = scan_read, .write = scan_write };
static struct miscdevice scan_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "scanner", .fops = &scan_fops };

static int __init scanarm_init(void)
{
	arm = kzalloc(sizeof(*arm), GFP_KERNEL);
	if (!arm)
		return -ENOMEM;
	init_waitqueue_head(&arm->arrived);
	mutex_init(&arm->lock);
	return misc_register(&scan_dev);
}

module_init(scanarm_init);
MODULE_DESCRIPTION("inquest lab: scanner");
MODULE_LICENSE("GPL");
