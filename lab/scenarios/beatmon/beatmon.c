// SPDX-License-Identifier: GPL-2.0-or-later
/* Heartbeats of several monitors, each with a timer of its own. The second one never got a sink to report to. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define timer_container_of from_timer
#define timer_delete_sync del_timer_sync
#endif

struct beat_sink {
	u32 limit;
	u32 count;
	u64 last;
};

struct beat_monitor {
	u32 nr;
	struct beat_sink *sink;
	struct timer_list timer;
	u32 missed;
};

static struct beat_monitor *monitors[2];

static noinline void beat_report(struct beat_monitor *mon, u64 now)
{
	mon->sink->last = now;
	if (++mon->sink->count > mon->sink->limit)
		mon->missed++;
}

static void beat_timer(struct timer_list *t)
{
	struct beat_monitor *mon = timer_container_of(mon, t, timer);

	beat_report(mon, ktime_get_ns());
	mod_timer(&mon->timer, jiffies + HZ / 10);
}

static int __init beatmon_init(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		monitors[i] = kzalloc(sizeof(*monitors[i]), GFP_KERNEL);
		if (!monitors[i])
			return -ENOMEM;
		monitors[i]->nr = i;
		if (i == 0)
			monitors[i]->sink = kzalloc(sizeof(struct beat_sink), GFP_KERNEL);
		timer_setup(&monitors[i]->timer, beat_timer, 0);
		mod_timer(&monitors[i]->timer, jiffies + HZ / 4 * (1 + i));
	}
	return 0;
}

static void __exit beatmon_exit(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		timer_delete_sync(&monitors[i]->timer);
		kfree(monitors[i]->sink);
		kfree(monitors[i]);
	}
}

module_init(beatmon_init);
module_exit(beatmon_exit);
MODULE_DESCRIPTION("inquest lab: heartbeats");
MODULE_LICENSE("GPL");
