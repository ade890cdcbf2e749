// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A token ring: each station keeps its own segment while it hands the token to the next one's.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>

#define STATIONS 3

static struct mutex segment_locks[STATIONS];
static unsigned long tokens[STATIONS];
static struct task_struct *stations[STATIONS];

static noinline void ring_pass(long from, long to)
{
	long first = from, second = to;

#ifdef RINGHUB_FIXED
	if (from > to)
		swap(first, second);
#endif
	mutex_lock(&segment_locks[first]);
	usleep_range(2000, 3000);
	mutex_lock(&segment_locks[second]);
	tokens[from]--;
	tokens[to]++;
	mutex_unlock(&segment_locks[second]);
	mutex_unlock(&segment_locks[first]);
}

static int station(void *arg)
{
	long nr = (long)arg;

	while (!kthread_should_stop()) {
		ring_pass(nr, (nr + 1) % STATIONS);
		usleep_range(100, 200);
	}
	return 0;
}

static int __init ringhub_init(void)
{
	long i;

	for (i = 0; i < STATIONS; i++)
		mutex_init(&segment_locks[i]);
	for (i = 0; i < STATIONS; i++) {
		stations[i] = kthread_run(station, (void *)i, "station/%ld", i);
		if (IS_ERR(stations[i]))
			return PTR_ERR(stations[i]);
	}
	return 0;
}

static void __exit ringhub_exit(void)
{
	int i;

	for (i = 0; i < STATIONS; i++)
		kthread_stop(stations[i]);
}

module_init(ringhub_init);
module_exit(ringhub_exit);
MODULE_DESCRIPTION("inquest lab: token ring");
MODULE_LICENSE("GPL");
