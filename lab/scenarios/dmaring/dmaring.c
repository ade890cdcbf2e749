// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ring of transfers. A kernel thread hands descriptors to the hardware and waits for its answer under the ring's spinlock,
 * with a time limit; submitters spin meanwhile.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#define ANSWER_TIMEOUT (100 * HZ)
#define SLOTS 16

static DEFINE_SPINLOCK(ring_lock);	/* protects slots, head */
static u64 slots[SLOTS];
static unsigned int head;
static DECLARE_COMPLETION(answer);
static DECLARE_WAIT_QUEUE_HEAD(work_wait);
static struct task_struct *feeder;

static noinline void ring_feed(void)
{
	spin_lock(&ring_lock);
	slots[head % SLOTS] = 0;
#ifdef DMARING_FIXED
	spin_unlock(&ring_lock);
	wait_for_completion_timeout(&answer, ANSWER_TIMEOUT);
#else
	wait_for_completion_timeout(&answer, ANSWER_TIMEOUT);
	spin_unlock(&ring_lock);
#endif
}

static int ring_feeder(void *arg)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(work_wait, head || kthread_should_stop());
		ring_feed();
	}
	return 0;
}

static ssize_t ring_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	spin_lock(&ring_lock);
	slots[head++ % SLOTS] = count;
	spin_unlock(&ring_lock);
	wake_up(&work_wait);
	return count;
}

static const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.write = ring_write,
};

static struct miscdevice ring_device = { MISC_DYNAMIC_MINOR, "dmaring", &ring_fops };

static int __init dmaring_init(void)
{
	feeder = kthread_run(ring_feeder, NULL, "dmafeed");
	if (IS_ERR(feeder))
		return PTR_ERR(feeder);
	return misc_register(&ring_device);
}

static void __exit dmaring_exit(void)
{
	misc_deregister(&ring_device);
	kthread_stop(feeder);
}

module_init(dmaring_init);
module_exit(dmaring_exit);
MODULE_DESCRIPTION("inquest lab: ring of transfers");
MODULE_LICENSE("GPL");
