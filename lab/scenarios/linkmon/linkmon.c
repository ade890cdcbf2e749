// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches a link from a timer, that is in softirq context. When the link is down it polls for it to come back, which it doesn't.
 */
#include <linux/module.h>
#include <linux/timer.h>

#define LINK_UP 1
#define TICKS_UP 100

struct link {
	u32 state;
	u32 ticks;
	u64 polls;
};

static struct link link;
static struct timer_list link_timer;

static noinline void link_poll(struct link *l)
{
	while (!(READ_ONCE(l->state) & LINK_UP)) {
		WRITE_ONCE(l->polls, l->polls + 1);
#ifdef LINKMON_FIXED
		break;
#endif
	}
}

static void link_check(struct timer_list *timer)
{
	if (++link.ticks == TICKS_UP)
		link.state = 0;
	link_poll(&link);
	mod_timer(&link_timer, jiffies + 1);
}

static int __init linkmon_init(void)
{
	link.state = LINK_UP;
	timer_setup(&link_timer, link_check, TIMER_PINNED);
	link_timer.expires = jiffies + 1;
	add_timer_on(&link_timer, 1);
	return 0;
}

static void __exit linkmon_exit(void)
{
	del_timer_sync(&link_timer);
}

module_init(linkmon_init);
module_exit(linkmon_exit);
MODULE_DESCRIPTION("inquest lab: link monitor");
MODULE_LICENSE("GPL");
