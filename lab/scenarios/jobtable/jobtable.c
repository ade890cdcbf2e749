// SPDX-License-Identifier: GPL-2.0-or-later
/* Jobs in a cache of their own. Cancelling the job frees it and leaves the last user with its address. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct job_step {
	u32 nr;
	u32 weight;
};

struct print_job {
	u64 id;
	u64 pages;
	u64 printed;
	struct job_step *step;	/* in the middle, where SLUB keeps its free pointer */
	u64 started;
	u64 deadline;
	void (*done)(struct print_job *job);
};

static struct kmem_cache *job_cache;
static struct print_job *last_job;
static struct job_step first_step = { 1, 10 };

static void job_init(void *object)
{
	memset(object, 0, sizeof(struct print_job));
}

static noinline __noclone u32 job_weight(struct print_job *job)
{
	return job->step->weight * (u32)job->pages;
}

static noinline __noclone void job_cancel(struct print_job *job)
{
	job->deadline = 0;
	kmem_cache_free(job_cache, job);
}

static ssize_t job_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 weight = job_weight(last_job);

	return simple_read_from_buffer(to, count, pos, &weight, sizeof(weight));
}

static long job_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	job_cancel(last_job);
	return 0;
}

static const struct file_operations job_fops = {
	.owner = THIS_MODULE,
	.read = job_read,
	.unlocked_ioctl = job_ioctl,
};

static struct miscdevice job_device = { MISC_DYNAMIC_MINOR, "jobs", &job_fops };

static int __init jobtable_init(void)
{
	int i;

	job_cache = kmem_cache_create_usercopy("print_job", sizeof(struct print_job), 0, SLAB_ACCOUNT, 0, 8, NULL);
	if (!job_cache)
		return -ENOMEM;
	for (i = 0; i < 5; i++) {
		last_job = kmem_cache_alloc(job_cache, GFP_KERNEL);
		if (!last_job)
			return -ENOMEM;
		job_init(last_job);
		last_job->step = &first_step;
	}
	return misc_register(&job_device);
}

module_init(jobtable_init);
MODULE_DESCRIPTION("inquest lab: print jobs");
MODULE_LICENSE("GPL");
