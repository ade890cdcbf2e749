// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs that a kernel thread does: the asker waits on a semaphore that the thread ups when it is done. A job of size zero makes
 * it end early.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/semaphore.h>
#include <linux/uaccess.h>

static struct semaphore job_done;	/* upped once for each job */
static unsigned long jobs;

static int job_thread(void *arg)
{
	unsigned long size = (unsigned long)arg;

	msleep(20);
#ifndef JOBGATE_FIXED
	if (!size)
		return -EINVAL;
#endif
	jobs += size;
	up(&job_done);
	return 0;
}

static noinline int job_run(unsigned long size)
{
	struct task_struct *t = kthread_run(job_thread, (void *)size, "jobber");

	if (IS_ERR(t))
		return PTR_ERR(t);
	down(&job_done);
	return 0;
}

static long job_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return job_run(cmd == 4096 ? 0 : cmd);
}

static const struct file_operations jobgate_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = job_ioctl,
};

static struct miscdevice jobgate_device = { MISC_DYNAMIC_MINOR, "jobgate", &jobgate_fops };

static int __init jobgate_init(void)
{
	sema_init(&job_done, 0);
	return misc_register(&jobgate_device);
}

static void __exit jobgate_exit(void)
{
	misc_deregister(&jobgate_device);
}

module_init(jobgate_init);
module_exit(jobgate_exit);
MODULE_DESCRIPTION("inquest lab: jobs");
MODULE_LICENSE("GPL");
