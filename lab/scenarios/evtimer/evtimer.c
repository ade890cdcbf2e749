// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts events with a timer, in memory of the kernel's that outlives the module; unloading forgets to delete the timer. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct event_counter {
	u32 events;
	struct timer_list timer;
};

static struct event_counter *counter;

static void event_timer(struct timer_list *t)
{
	struct event_counter *c = container_of(t, struct event_counter, timer);

	c->events++;
	mod_timer(t, jiffies + HZ / 2);
}

static int __init evtimer_init(void)
{
	counter = kzalloc(sizeof(*counter), GFP_KERNEL);
	if (!counter)
		return -ENOMEM;
	timer_setup(&counter->timer, event_timer, 0);
	mod_timer(&counter->timer, jiffies + HZ / 2);
	return 0;
}

static void __exit evtimer_exit(void)
{
	pr_info("event counter stops\n");
}

module_init(evtimer_init);
module_exit(evtimer_exit);
MODULE_DESCRIPTION("inquest lab: event counter");
MODULE_LICENSE("GPL");
