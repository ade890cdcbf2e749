// SPDX-License-Identifier: GPL-2.0-or-later
/* Lamps that blink by a timer each; one that has blinked often enough is put out. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>


struct lamp {
	struct timer_list timer;
	unsigned int blinks;
	bool on;
};

static struct lamp *lamps[3];

static noinline void lamp_stop_timer(struct lamp *l)
{
#ifdef BLINKER_FIXED
	l->on = false;
#else
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	timer_delete_sync(&l->timer);
#else
	del_timer_sync(&l->timer);
#endif
#endif
}

static noinline void lamp_put_out(struct lamp *l)
{
	l->on = false;
	lamp_stop_timer(l);
}

static void lamp_blink(struct timer_list *t)
{
	struct lamp *l = container_of(t, struct lamp, timer);

	if (++l->blinks > 40) {
		lamp_put_out(l);
		return;
	}
	mod_timer(&l->timer, jiffies + msecs_to_jiffies(20));
}

static int __init blinker_init(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		lamps[i] = kzalloc(sizeof(*lamps[i]), GFP_KERNEL);
		if (!lamps[i])
			return -ENOMEM;
		timer_setup(&lamps[i]->timer, lamp_blink, TIMER_PINNED);
		lamps[i]->on = true;
	}
	lamps[2]->timer.expires = jiffies + 10;
	add_timer_on(&lamps[2]->timer, 2);
	return 0;
}

module_init(blinker_init);
MODULE_DESCRIPTION("inquest lab: lamps");
MODULE_LICENSE("GPL");
