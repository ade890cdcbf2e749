// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packets on three lanes. Each stage keeps its own lane locked while it looks at the next one; the last one's
 * next is the first.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(inbound_lock);
static DEFINE_SPINLOCK(route_lock);
static DEFINE_SPINLOCK(outbound_lock);
static unsigned long inbound, routed, outbound;
static struct task_struct *stages[3];

static noinline void lane_receive(void)
{
	spin_lock(&inbound_lock);
	inbound++;
	udelay(300);
	spin_lock(&route_lock);
	routed++;
	spin_unlock(&route_lock);
	spin_unlock(&inbound_lock);
}

static noinline void lane_route(void)
{
	spin_lock(&route_lock);
	routed--;
	udelay(300);
	spin_lock(&outbound_lock);
	outbound++;
	spin_unlock(&outbound_lock);
	spin_unlock(&route_lock);
}

static noinline void lane_send(void)
{
#ifdef TRILANE_FIXED
	spin_lock(&inbound_lock);
	spin_lock(&outbound_lock);
#else
	spin_lock(&outbound_lock);
	udelay(300);
	spin_lock(&inbound_lock);
#endif
	outbound--;
	inbound--;
	spin_unlock(&inbound_lock);
	spin_unlock(&outbound_lock);
}

static int stage(void *arg)
{
	void (*work)(void) = arg;

	while (!kthread_should_stop()) {
		work();
		usleep_range(100, 200);
	}
	return 0;
}

static int __init trilane_init(void)
{
	static void (*const work[])(void) = { lane_receive, lane_route, lane_send };
	int i;

	for (i = 0; i < 3; i++) {
		stages[i] = kthread_create(stage, work[i], "lane/%d", i);
		if (IS_ERR(stages[i]))
			return PTR_ERR(stages[i]);
		kthread_bind(stages[i], 1 + i);
	}
	for (i = 0; i < 3; i++)
		wake_up_process(stages[i]);
	return 0;
}

static void __exit trilane_exit(void)
{
	int i;

	for (i = 0; i < 3; i++)
		kthread_stop(stages[i]);
}

module_init(trilane_init);
module_exit(trilane_exit);
MODULE_DESCRIPTION("inquest lab: three lanes");
MODULE_LICENSE("GPL");
