// SPDX-License-Identifier: GPL-2.0-or-later
/* A relay's requests, in a list that a kernel thread works off. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct relay_request {
	struct list_head node;
	int level;
	struct completion done;
};

struct relay {
	struct list_head requests;
	spinlock_t lock;	/* protects requests */
	struct task_struct *thread;
	unsigned int switched;
};

static struct relay *relay;

static struct relay_request *relay_next(struct relay *r)
{
	struct relay_request *q;

	spin_lock(&r->lock);
	q = list_first_entry_or_null(&r->requests, struct relay_request, node);
	if (q)
		list_del(&q->node);
	spin_unlock(&r->lock);
	return q;
}

static noinline void relay_switch(struct relay *r, struct relay_request *q)
{
	r->switched++;
	complete(&q->done);
}

static int relay_thread(void *arg)
{
	struct relay *r = arg;
	struct relay_request *q;

	while (!kthread_should_stop()) {
#ifdef RELAYQ_FIXED
		set_current_state(TASK_INTERRUPTIBLE);
		q = relay_next(r);
		if (!q) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
#else
		q = relay_next(r);
		if (!q) {
			udelay(300);
			set_current_state(TASK_INTERRUPTIBLE);
			schedule();
			continue;
		}
#endif
		relay_switch(r, q);
	}
	return 0;
}

static noinline void relay_submit(struct relay *r, struct relay_request *q)
{
	spin_lock(&r->lock);
	list_add_tail(&q->node, &r->requests);
	spin_unlock(&r->lock);
	wake_up_process(r->thread);
}

static ssize_t relay_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct relay_request q = { .level = len };

	init_completion(&q.done);
	relay_submit(relay, &q);
	wait_for_completion(&q.done);
	return len;
}

static const struct file_operations relay_fops = { .owner = THIS_MODULE, .write = relay_write };
static struct miscdevice relay_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "relay", .fops = &relay_fops };

static int __init relayq_init(void)
{
	relay = kzalloc(sizeof(*relay), GFP_KERNEL);
	if (!relay)
		return -ENOMEM;
	INIT_LIST_HEAD(&relay->requests);
	spin_lock_init(&relay->lock);
	relay->thread = kthread_run(relay_thread, relay, "relayd");
	return misc_register(&relay_dev);
}

module_init(relayq_init);
MODULE_DESCRIPTION("inquest lab: relay");
MODULE_LICENSE("GPL");
