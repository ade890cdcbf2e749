// SPDX-License-Identifier: GPL-2.0-or-later
/* A link's state machine, driven by a timer. One step goes where it must not, and a WARN_ONCE() says so. */
#include <linux/module.h>
#include <linux/timer.h>

enum { LINK_DOWN, LINK_WAIT, LINK_UP, LINK_STATES };

struct link_machine {
	u32 state;
	u32 steps;
	struct timer_list timer;
};

static struct link_machine machine;

static noinline void link_enter(struct link_machine *m, u32 state)
{
	WARN(state >= LINK_STATES, "link: no state %u, step %u\n", state, m->steps);
	m->state = state;
	m->steps++;
}

static void link_timer(struct timer_list *t)
{
	link_enter(&machine, machine.state + 1);
	mod_timer(&machine.timer, jiffies + HZ / 10);
}

static int __init statelog_init(void)
{
	timer_setup(&machine.timer, link_timer, 0);
	return mod_timer(&machine.timer, jiffies + HZ / 5);
}

module_init(statelog_init);
MODULE_DESCRIPTION("inquest lab: link states");
MODULE_LICENSE("GPL");
