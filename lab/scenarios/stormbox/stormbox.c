// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Storms that end: threads that wait for RCU grace periods on and on, queue callbacks by the thousand, flush work, and stop all CPUs
 * for a moment. Nothing is wrong.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/stop_machine.h>
#include <linux/workqueue.h>

struct storm_drop {
	struct rcu_head rcu;
	unsigned long n;
};

DEFINE_STATIC_SRCU(storm_srcu);
static struct task_struct *threads[4];

static void storm_work(struct work_struct *work)
{
	usleep_range(500, 2000);
}
static DECLARE_WORK(storm_job, storm_work);

static int storm_stop(void *arg)
{
	udelay(50);
	return 0;
}

static void storm_round(long kind)
{
	int i, idx;

	switch (kind) {
	case 0:
		synchronize_rcu();
		break;
	case 1:
		for (i = 0; i < 500; i++) {
			struct storm_drop *drop = kmalloc(sizeof(*drop), GFP_KERNEL);

			if (drop)
				kfree_rcu(drop, rcu);
		}
		rcu_barrier();
		break;
	case 2:
		schedule_work(&storm_job);
		flush_work(&storm_job);
		idx = srcu_read_lock(&storm_srcu);
		usleep_range(100, 300);
		srcu_read_unlock(&storm_srcu, idx);
		synchronize_srcu(&storm_srcu);
		break;
	default:
		stop_machine(storm_stop, NULL, NULL);
		usleep_range(2000, 5000);
	}
}

static int storm_thread(void *arg)
{
	while (!kthread_should_stop())
		storm_round((long)arg);
	return 0;
}

static void storm_end(void)
{
	long i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		if (!IS_ERR_OR_NULL(threads[i]))
			kthread_stop(threads[i]);
	flush_work(&storm_job);
}

static int __init stormbox_init(void)
{
	long i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		threads[i] = kthread_run(storm_thread, (void *)i, "storm/%ld", i);
	return 0;
}

static void __exit stormbox_exit(void)
{
	storm_end();
}

module_init(stormbox_init);
module_exit(stormbox_exit);
MODULE_DESCRIPTION("inquest lab: healthy storms");
MODULE_LICENSE("GPL");
