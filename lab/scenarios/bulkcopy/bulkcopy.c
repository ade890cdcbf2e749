// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copies in a work item on a queue that is bound to CPUs. An item of length zero is never finished: its worker
 * computes on, politely, and as long as it computes the pool of that CPU starts no other work.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define COPY_CPU 1

struct bulk_job {
	u64 length;
	u64 copied;
	u64 step;
	struct work_struct copy;
	struct work_struct report;
	u64 reported;
};

static struct bulk_job *job;
static struct workqueue_struct *bulk_wq;

static noinline void bulk_copy(struct bulk_job *j)
{
	while (READ_ONCE(j->copied) < j->length) {
		WRITE_ONCE(j->copied, j->copied + READ_ONCE(j->step));
		cond_resched();
	}
}

static void bulk_copy_work(struct work_struct *work)
{
	struct bulk_job *j = container_of(work, struct bulk_job, copy);

	bulk_copy(j);
}

static void bulk_report_work(struct work_struct *work)
{
	struct bulk_job *j = container_of(work, struct bulk_job, report);

	j->reported = j->copied;
}

static ssize_t bulk_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	job->length = 1000;
	job->copied = 0;
	queue_work_on(COPY_CPU, bulk_wq, &job->copy);
	return count;
}

static ssize_t bulk_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	queue_work_on(COPY_CPU, bulk_wq, &job->report);
	flush_work(&job->report);
	return simple_read_from_buffer(to, count, pos, &job->reported, sizeof(job->reported));
}

static const struct file_operations bulk_fops = {
	.owner = THIS_MODULE,
	.read = bulk_read,
	.write = bulk_write,
};

static struct miscdevice bulk_device = { MISC_DYNAMIC_MINOR, "bulkcopy", &bulk_fops };

static int __init bulkcopy_init(void)
{
	job = kzalloc(sizeof(*job), GFP_KERNEL);
	bulk_wq = alloc_workqueue("bulkcopy", 0, 0);
	if (!job || !bulk_wq)
		return -ENOMEM;
	INIT_WORK(&job->copy, bulk_copy_work);
	INIT_WORK(&job->report, bulk_report_work);
#ifdef BULKCOPY_FIXED
	job->step = 10;
#endif
	return misc_register(&bulk_device);
}

static void __exit bulkcopy_exit(void)
{
	misc_deregister(&bulk_device);
	destroy_workqueue(bulk_wq);
	kfree(job);
}

module_init(bulkcopy_init);
module_exit(bulkcopy_exit);
MODULE_DESCRIPTION("inquest lab: copies");
MODULE_LICENSE("GPL");
