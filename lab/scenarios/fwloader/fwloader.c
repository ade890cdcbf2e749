// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads firmware in a kernel thread; whoever opens the device waits for the thread's completion. The thread refuses an image with a
 * bad checksum and ends, and on that path completes nothing.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct firmware_job {
	u32 image[16];
	u32 checksum;
	int status;
	struct completion loaded;
};

static struct firmware_job *job;

static noinline int fw_verify(struct firmware_job *j)
{
	u32 sum = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(j->image); i++)
		sum += j->image[i];
	return sum == j->checksum ? 0 : -EBADMSG;
}

static int fw_load(void *arg)
{
	struct firmware_job *j = arg;

	j->status = fw_verify(j);
#ifndef FWLOADER_FIXED
	if (j->status)
		return j->status;
#endif
	complete_all(&j->loaded);
	return 0;
}

static noinline void fw_wait(struct firmware_job *j)
{
	wait_for_completion(&j->loaded);
}

static ssize_t fw_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	fw_wait(job);
	return simple_read_from_buffer(to, count, pos, &job->status, sizeof(job->status));
}

static const struct file_operations fw_fops = {
	.owner = THIS_MODULE,
	.read = fw_read,
};

static struct miscdevice fw_device = { MISC_DYNAMIC_MINOR, "firmware0", &fw_fops };

static int __init fwloader_init(void)
{
	struct task_struct *task;

	job = kzalloc(sizeof(*job), GFP_KERNEL);
	if (!job)
		return -ENOMEM;
	init_completion(&job->loaded);
	job->image[3] = 5;
	task = kthread_run(fw_load, job, "fwload");
	if (IS_ERR(task))
		return PTR_ERR(task);
	return misc_register(&fw_device);
}

static void __exit fwloader_exit(void)
{
	misc_deregister(&fw_device);
	kfree(job);
}

module_init(fwloader_init);
module_exit(fwloader_exit);
MODULE_DESCRIPTION("inquest lab: firmware loader");
MODULE_LICENSE("GPL");
