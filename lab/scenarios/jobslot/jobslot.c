// SPDX-License-Identifier: GPL-2.0-or-later
/* Print jobs. Cancelling a job frees it, and so does ending it. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct print_job {
	u32 nr;
	u32 pages;
	char title[200];
};

static struct print_job *job;

static noinline __noclone void job_cancel(struct print_job *j)
{
	j->pages = 0;
	kfree(j);
}

static noinline __noclone void job_end(struct print_job *j)
{
	kfree(j);
	job = NULL;
}

static ssize_t job_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	job_end(job);
	return count;
}

static long job_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	job_cancel(job);
	return 0;
}

static const struct file_operations job_fops = {
	.owner = THIS_MODULE,
	.write = job_write,
	.unlocked_ioctl = job_ioctl,
};

static struct miscdevice job_device = { MISC_DYNAMIC_MINOR, "jobs", &job_fops };

static int __init jobslot_init(void)
{
	job = kzalloc(sizeof(*job), GFP_KERNEL);
	return job ? misc_register(&job_device) : -ENOMEM;
}

module_init(jobslot_init);
MODULE_DESCRIPTION("inquest lab: print jobs");
MODULE_LICENSE("GPL");
