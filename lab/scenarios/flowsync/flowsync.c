// SPDX-License-Identifier: GPL-2.0-or-later
/* Jobs that copy flow records, run by a workqueue of their own. An ioctl takes the destination away from a job that is queued. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct flow_dest {
	u32 id;
	u32 records;
	u64 seq;
};

struct flow_job {
	u64 seq;
	struct flow_dest *dst;
	struct delayed_work work;
	u32 done;
};

static struct workqueue_struct *flow_wq;
static struct flow_job *job;

static noinline void flow_copy(struct flow_job *j)
{
	j->dst->seq = j->seq++;
	j->dst->records++;
}

static void flow_work(struct work_struct *work)
{
	struct flow_job *j = container_of(work, struct flow_job, work.work);

	flow_copy(j);
	j->done++;
}

static ssize_t flow_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	queue_delayed_work(flow_wq, &job->work, HZ / 5);
	return count;
}

static long flow_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct flow_dest *dst = job->dst;

	job->dst = NULL;
	kfree(dst);
	return 0;
}

static const struct file_operations flow_fops = {
	.owner = THIS_MODULE,
	.write = flow_write,
	.unlocked_ioctl = flow_ioctl,
};

static struct miscdevice flow_device = { MISC_DYNAMIC_MINOR, "flow", &flow_fops };

static int __init flowsync_init(void)
{
	flow_wq = alloc_workqueue("flow_wq", WQ_UNBOUND, 1);
	job = kzalloc(sizeof(*job), GFP_KERNEL);
	if (!flow_wq || !job)
		return -ENOMEM;
	job->dst = kzalloc(sizeof(*job->dst), GFP_KERNEL);
	INIT_DELAYED_WORK(&job->work, flow_work);
	return misc_register(&flow_device);
}

module_init(flowsync_init);
MODULE_DESCRIPTION("inquest lab: flow records");
MODULE_LICENSE("GPL");
