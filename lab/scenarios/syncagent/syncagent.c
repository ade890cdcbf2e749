// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An agent that synchronises in a work item of its own. A changed configuration makes it drain its own queue first: it waits for
 * itself.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct sync_agent {
	u32 rounds;
	bool changed;
	struct work_struct work;
};

static struct sync_agent *agent;
static struct workqueue_struct *sync_wq;

static noinline void sync_agent_drain(struct sync_agent *a)
{
#ifndef SYNCAGENT_FIXED
	flush_work(&a->work);
#endif
	a->changed = false;
}

static void sync_agent_work(struct work_struct *work)
{
	struct sync_agent *a = container_of(work, struct sync_agent, work);

	if (READ_ONCE(a->changed))
		sync_agent_drain(a);
	a->rounds++;
}

static ssize_t sync_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	WRITE_ONCE(agent->changed, true);
	queue_work(sync_wq, &agent->work);
	return count;
}

static ssize_t sync_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	flush_work(&agent->work);
	return simple_read_from_buffer(to, count, pos, &agent->rounds, sizeof(agent->rounds));
}

static const struct file_operations sync_fops = {
	.owner = THIS_MODULE,
	.read = sync_read,
	.write = sync_write,
};

static struct miscdevice sync_device = { MISC_DYNAMIC_MINOR, "syncagent", &sync_fops };

static int __init syncagent_init(void)
{
	agent = kzalloc(sizeof(*agent), GFP_KERNEL);
	sync_wq = alloc_workqueue("syncagent", 0, 0);
	if (!agent || !sync_wq)
		return -ENOMEM;
	INIT_WORK(&agent->work, sync_agent_work);
	return misc_register(&sync_device);
}

static void __exit syncagent_exit(void)
{
	misc_deregister(&sync_device);
	destroy_workqueue(sync_wq);
	kfree(agent);
}

module_init(syncagent_init);
module_exit(syncagent_exit);
MODULE_DESCRIPTION("inquest lab: agent");
MODULE_LICENSE("GPL");
