// SPDX-License-Identifier: GPL-2.0-or-later
/* A press whose jobs are works of a queue that runs two at a time; a reset makes sure that its last job is through. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define JOBS 2

struct press_job {
	struct work_struct work;
	struct press *press;
	u32 sheets;
};

struct press {
	struct workqueue_struct *wq;
	struct mutex lock;	/* protects pressed */
	u32 pressed;
	struct press_job job[JOBS];
	struct work_struct clean;
};

static struct press *press;

static noinline void press_account(struct press *p, u32 sheets)
{
	mutex_lock(&p->lock);
	p->pressed += sheets;
	mutex_unlock(&p->lock);
}

static void press_work(struct work_struct *work)
{
	struct press_job *j = container_of(work, struct press_job, work);

	press_account(j->press, j->sheets);
}

static void clean_work(struct work_struct *work)
{
	udelay(20);
}

static noinline void press_clean(struct press *p)
{
	queue_work(p->wq, &p->clean);
	flush_work(&p->clean);
}

static noinline void press_reset(struct press *p)
{
	int i;

	mutex_lock(&p->lock);
	for (i = 0; i < JOBS; i++)
		queue_work(p->wq, &p->job[i].work);
	msleep(50);
	p->pressed = 0;
#ifdef JOBPRESS_FIXED
	mutex_unlock(&p->lock);
	press_clean(p);
#else
	press_clean(p);
	mutex_unlock(&p->lock);
#endif
}

static long press_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 3)
		press_reset(press);
	else
		press_account(press, 1);
	return 0;
}

static const struct file_operations press_fops = { .owner = THIS_MODULE, .unlocked_ioctl = press_ioctl };
static struct miscdevice press_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "press", .fops = &press_fops };

static int __init jobpress_init(void)
{
	int i;

	press = kzalloc(sizeof(*press), GFP_KERNEL);
	if (!press)
		return -ENOMEM;
	mutex_init(&press->lock);
	INIT_WORK(&press->clean, clean_work);
	for (i = 0; i < JOBS; i++) {
		press->job[i].press = press;
		press->job[i].sheets = i + 1;
		INIT_WORK(&press->job[i].work, press_work);
	}
	press->wq = alloc_workqueue("jobpress", WQ_UNBOUND, JOBS);
	return press->wq ? misc_register(&press_dev) : -ENOMEM;
}

module_init(jobpress_init);
MODULE_DESCRIPTION("inquest lab: press");
MODULE_LICENSE("GPL");
