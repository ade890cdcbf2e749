// SPDX-License-Identifier: GPL-2.0-or-later
/* A print spooler. Its work item takes the first job of the queue without a look whether there is one. */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct spool_user {
	u32 uid;
	u32 gid;
	u64 printed;
	u64 quota;
};

struct spool_job {
	u32 pages;
	u32 copies;
	struct spool_user *owner;
	struct list_head node;
	char title[32];
};

struct spool_queue {
	u64 nr_printed;
	u64 nr_rejected;
	struct spool_user *guest;
	struct list_head jobs;
	struct delayed_work work;
};

static struct spool_queue *spool;

static noinline __noclone u64 spool_quota_left(struct spool_queue *q)
{
	struct spool_job *job = list_first_entry(&q->jobs, struct spool_job, node);

	return job->owner->quota - (u64)job->pages * job->copies;
}

static void spool_work(struct work_struct *work)
{
	struct spool_queue *q = container_of(work, struct spool_queue, work.work);

	if (spool_quota_left(q))
		q->nr_printed++;
	else
		q->nr_rejected++;
	schedule_delayed_work(&q->work, HZ / 10);
}

static int spool_add(u32 pages, struct spool_user *owner)
{
	struct spool_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	if (!job)
		return -ENOMEM;
	job->pages = pages;
	job->copies = 1;
	job->owner = owner;
	list_add_tail(&job->node, &spool->jobs);
	return 0;
}

static int __init printq_init(void)
{
	spool = kzalloc(sizeof(*spool), GFP_KERNEL);
	if (!spool)
		return -ENOMEM;
	INIT_LIST_HEAD(&spool->jobs);
	INIT_DELAYED_WORK(&spool->work, spool_work);
	if (spool->guest && spool_add(1, spool->guest))
		return -ENOMEM;
	schedule_delayed_work(&spool->work, HZ / 10);
	return 0;
}

module_init(printq_init);
MODULE_DESCRIPTION("inquest lab: print spooler");
MODULE_LICENSE("GPL");
