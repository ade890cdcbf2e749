// SPDX-License-Identifier: GPL-2.0-or-later

/* A loom. Its thread weaves without end and lets others run; a patch of its program waits until no task can be in the old one. */
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/rcupdate.h>

static DEFINE_MUTEX(loom);
static struct task_struct *weaver;
static u64 rows;

static noinline void weave(void)
{
	for (int i = 0; i < 1000; i++)
		WRITE_ONCE(rows, rows + i);
}

static int weaver_run(void *data)
{
	while (!kthread_should_stop()) {
		weave();
#ifdef LOOMCTL_FIXED
		msleep(1);
#else
		cond_resched();
#endif
	}
	return 0;
}

static noinline void loom_patch(void)
{
	synchronize_rcu_tasks();
}

static long loom_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	mutex_lock(&loom);
	if (cmd == 1)
		loom_patch();
	mutex_unlock(&loom);
	return 0;
}

static const struct file_operations loom_fops = { .owner = THIS_MODULE, .unlocked_ioctl = loom_ioctl };
static struct miscdevice loom_device = { MISC_DYNAMIC_MINOR, "loomctl", &loom_fops };

static int __init loomctl_init(void)
{
	weaver = kthread_run(weaver_run, NULL, "weaver");
	if (IS_ERR(weaver))
		return PTR_ERR(weaver);
	return misc_register(&loom_device);
}

module_init(loomctl_init);
MODULE_DESCRIPTION("inquest lab: loom");
MODULE_LICENSE("GPL");
