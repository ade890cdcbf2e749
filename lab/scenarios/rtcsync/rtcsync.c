// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A clock that follows a source. rtc_follow_step() takes the source that is current, which is NULL once the last one was withdrawn;
 * three functions pass it on before one uses it.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>

struct rtc_source {
	u64 offset_ns;
	u32 quality;
	u32 reads;
	u64 last;
};

struct rtc_follower {
	u32 steps;
	u64 estimate;
	struct rtc_source *current_source;
};

static struct rtc_follower *follower;
static struct task_struct *thread;

static noinline u64 rtc_source_read(struct rtc_source *src)
{
	src->last = ktime_get_ns();
	src->reads++;
	return src->last;
}

static noinline u64 rtc_source_sample(struct rtc_source *src, int tries)
{
	u64 best = ~0ULL;

	while (tries--)
		best = min(best, rtc_source_read(src));
	return best;
}

static noinline u64 rtc_source_median(struct rtc_source *src, u64 *spread)
{
	u64 a = rtc_source_sample(src, 3), b = rtc_source_sample(src, 3);

	*spread = b - a;
	return a + *spread / 2;
}

static noinline void rtc_follow_step(struct rtc_follower *f)
{
	u64 spread;

	f->estimate = rtc_source_median(f->current_source, &spread);
	f->steps += spread > 1000;
}

static int rtc_thread(void *arg)
{
	struct rtc_follower *f = arg;

	while (!kthread_should_stop()) {
		rtc_follow_step(f);
		msleep(50);
		if (f->steps >= 2)
			f->current_source = NULL;
	}
	return 0;
}

static int __init rtcsync_init(void)
{
	follower = kzalloc(sizeof(*follower), GFP_KERNEL);
	if (!follower)
		return -ENOMEM;
	follower->current_source = kzalloc(sizeof(*follower->current_source), GFP_KERNEL);
	thread = kthread_run(rtc_thread, follower, "rtcsyncd");
	return 0;
}

static void __exit rtcsync_exit(void)
{
	kthread_stop(thread);
	kfree(follower);
}

module_init(rtcsync_init);
module_exit(rtcsync_exit);
MODULE_DESCRIPTION("inquest lab: clock follower");
MODULE_LICENSE("GPL");
