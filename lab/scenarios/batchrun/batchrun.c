// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs in batches: each batch has a kernel thread of its own, which ends when the batch is done. It leaves
 * early when the batch is empty, and then still has the queue's mutex.
 */
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct batch_queue {
	u32 done;
	struct mutex lock;	/* protects jobs, done */
	u32 jobs;
};

static struct batch_queue *queue;

static int batch_run(void *arg)
{
	struct batch_queue *q = arg;

	mutex_lock(&q->lock);
	if (!q->jobs) {
#ifdef BATCHRUN_FIXED
		mutex_unlock(&q->lock);
#endif
		return -ENOENT;
	}
	q->done += q->jobs;
	q->jobs = 0;
	mutex_unlock(&q->lock);
	return 0;
}

static long batch_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct task_struct *task = kthread_run(batch_run, queue, "batch/%u", cmd);

	return PTR_ERR_OR_ZERO(task);
}

static ssize_t batch_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	mutex_lock(&queue->lock);
	queue->jobs++;
	mutex_unlock(&queue->lock);
	return count;
}

static const struct file_operations batch_fops = {
	.owner = THIS_MODULE,
	.write = batch_write,
	.unlocked_ioctl = batch_ioctl,
};

static struct miscdevice batch_device = { MISC_DYNAMIC_MINOR, "batch", &batch_fops };

static int __init batchrun_init(void)
{
	queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return -ENOMEM;
	mutex_init(&queue->lock);
	return misc_register(&batch_device);
}

static void __exit batchrun_exit(void)
{
	misc_deregister(&batch_device);
	kfree(queue);
}

module_init(batchrun_init);
module_exit(batchrun_exit);
MODULE_DESCRIPTION("inquest lab: batches");
MODULE_LICENSE("GPL");
