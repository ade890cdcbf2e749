// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two ordered queues, intake and outlet. An item of either flushes the other one before it goes on.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static struct workqueue_struct *intake_wq, *outlet_wq;
static unsigned long taken, delivered;

static void intake_work_fn(struct work_struct *work)
{
	msleep(20);
	flush_workqueue(outlet_wq);
	taken++;
}

static void outlet_work_fn(struct work_struct *work)
{
	msleep(20);
#ifndef PIPEWORKS_FIXED
	flush_workqueue(intake_wq);
#endif
	delivered++;
}

static DECLARE_WORK(intake_work, intake_work_fn);
static DECLARE_WORK(outlet_work, outlet_work_fn);

static ssize_t pipe_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	queue_work(intake_wq, &intake_work);
	queue_work(outlet_wq, &outlet_work);
	return count;
}

static ssize_t pipe_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	flush_work(&outlet_work);
	return simple_read_from_buffer(to, count, pos, &delivered, sizeof(delivered));
}

static const struct file_operations pipe_fops = {
	.owner = THIS_MODULE,
	.read = pipe_read,
	.write = pipe_write,
};

static struct miscdevice pipe_device = { MISC_DYNAMIC_MINOR, "pipeworks", &pipe_fops };

static int __init pipeworks_init(void)
{
	intake_wq = alloc_ordered_workqueue("intake", 0);
	outlet_wq = alloc_ordered_workqueue("outlet", 0);
	if (!intake_wq || !outlet_wq)
		return -ENOMEM;
	return misc_register(&pipe_device);
}

static void __exit pipeworks_exit(void)
{
	misc_deregister(&pipe_device);
	destroy_workqueue(intake_wq);
	destroy_workqueue(outlet_wq);
}

module_init(pipeworks_init);
module_exit(pipeworks_exit);
MODULE_DESCRIPTION("inquest lab: intake and outlet");
MODULE_LICENSE("GPL");
