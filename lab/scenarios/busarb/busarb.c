// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An arbiter between buses, each with an rt_mutex as i2c has them. A bridge transfer takes both buses.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rtmutex.h>
#include <linux/slab.h>

struct arb_bus {
	u32 nr;
	u64 words;
	struct rt_mutex lock;	/* protects words */
};

static struct arb_bus *buses[2];
static struct task_struct *bridges[2];

static noinline void bus_bridge(struct arb_bus *from, struct arb_bus *to)
{
	struct arb_bus *first = from, *second = to;

#ifdef BUSARB_FIXED
	if (from > to)
		swap(first, second);
#endif
	rt_mutex_lock(&first->lock);
	usleep_range(500, 800);
	rt_mutex_lock(&second->lock);
	from->words--;
	to->words++;
	rt_mutex_unlock(&second->lock);
	rt_mutex_unlock(&first->lock);
}

static int bridge(void *arg)
{
	long nr = (long)arg;

	while (!kthread_should_stop()) {
		bus_bridge(buses[nr], buses[1 - nr]);
		usleep_range(100, 300);
	}
	return 0;
}

static int __init busarb_init(void)
{
	long i;

	for (i = 0; i < 2; i++) {
		buses[i] = kzalloc(sizeof(*buses[i]), GFP_KERNEL);
		if (!buses[i])
			return -ENOMEM;
		buses[i]->nr = i;
		rt_mutex_init(&buses[i]->lock);
	}
	for (i = 0; i < 2; i++) {
		bridges[i] = kthread_run(bridge, (void *)i, "bridge/%ld", i);
		if (IS_ERR(bridges[i]))
			return PTR_ERR(bridges[i]);
	}
	return 0;
}

static void __exit busarb_exit(void)
{
	kthread_stop(bridges[0]);
	kthread_stop(bridges[1]);
	kfree(buses[0]);
	kfree(buses[1]);
}

module_init(busarb_init);
module_exit(busarb_exit);
MODULE_DESCRIPTION("inquest lab: buses");
MODULE_LICENSE("GPL");
