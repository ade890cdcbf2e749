// SPDX-License-Identifier: GPL-2.0-or-later
/* Pumps of a printer: a stroke is ordered by a process and ended by a delayed work, which tells the one who waits for it. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct ink_pump {
	unsigned int strokes;
	struct mutex lock;	/* protects strokes */
	struct delayed_work settle;
	struct completion settled;
};

static struct ink_pump *pumps[3];

static noinline void pump_account(struct ink_pump *p)
{
	mutex_lock(&p->lock);
	p->strokes++;
	mutex_unlock(&p->lock);
}

static void pump_settle(struct work_struct *work)
{
	struct ink_pump *p = container_of(work, struct ink_pump, settle.work);

	pump_account(p);
	complete(&p->settled);
}

static noinline void pump_wait(struct ink_pump *p)
{
	wait_for_completion(&p->settled);
}

static noinline void pump_stroke(struct ink_pump *p)
{
	mutex_lock(&p->lock);
	reinit_completion(&p->settled);
	schedule_delayed_work(&p->settle, msecs_to_jiffies(20));
#ifdef INKFEED_FIXED
	mutex_unlock(&p->lock);
	pump_wait(p);
#else
	pump_wait(p);
	mutex_unlock(&p->lock);
#endif
}

static ssize_t ink_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	pump_stroke(pumps[1]);
	return len;
}

static long ink_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ink_pump *p = pumps[cmd % ARRAY_SIZE(pumps)];
	long n;

	mutex_lock(&p->lock);
	n = p->strokes;
	mutex_unlock(&p->lock);
	return n;
}

static const struct file_operations ink_fops = {
	.owner = THIS_MODULE,
	.write = ink_write,
	.unlocked_ioctl = ink_ioctl,
};

static struct miscdevice ink_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "ink", .fops = &ink_fops };

static int __init inkfeed_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pumps); i++) {
		struct ink_pump *p = kzalloc(sizeof(*p), GFP_KERNEL);

		if (!p)
			return -ENOMEM;
		mutex_init(&p->lock);
		init_completion(&p->settled);
		INIT_DELAYED_WORK(&p->settle, pump_settle);
		pumps[i] = p;
	}
	return misc_register(&ink_dev);
}

module_init(inkfeed_init);
MODULE_DESCRIPTION("inquest lab: ink");
MODULE_LICENSE("GPL");
