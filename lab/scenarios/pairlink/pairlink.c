// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports that move credits to each other, one pump per direction. A transfer takes the lock of the port it takes from, then
 * the lock of the port it gives to: two opposite transfers at once wait for each other.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define PORTS 4

struct port {
	u64 credits;
	u32 nr;
	spinlock_t lock;	/* protects credits */
};

static struct port *ports;
static struct task_struct *pumps[2];

static noinline void port_transfer(struct port *from, struct port *to)
{
	struct port *first = from, *second = to;

#ifdef PAIRLINK_FIXED
	if (from > to)
		swap(first, second);
#endif
	spin_lock(&first->lock);
	udelay(200);	/* the link's answer */
	spin_lock(&second->lock);
	from->credits--;
	to->credits++;
	spin_unlock(&second->lock);
	spin_unlock(&first->lock);
}

static int pump(void *arg)
{
	long nr = (long)arg;

	while (!kthread_should_stop()) {
		port_transfer(&ports[1 + nr], &ports[2 - nr]);
		usleep_range(100, 300);
	}
	return 0;
}

static int __init pairlink_init(void)
{
	long i;

	ports = kcalloc(PORTS, sizeof(*ports), GFP_KERNEL);
	if (!ports)
		return -ENOMEM;
	for (i = 0; i < PORTS; i++) {
		ports[i].nr = i;
		spin_lock_init(&ports[i].lock);
	}
	for (i = 0; i < 2; i++) {
		pumps[i] = kthread_create(pump, (void *)i, "pump/%ld", i);
		if (IS_ERR(pumps[i]))
			return PTR_ERR(pumps[i]);
		kthread_bind(pumps[i], 1 + i);
		wake_up_process(pumps[i]);
	}
	return 0;
}

static void __exit pairlink_exit(void)
{
	kthread_stop(pumps[0]);
	kthread_stop(pumps[1]);
	kfree(ports);
}

module_init(pairlink_init);
module_exit(pairlink_exit);
MODULE_DESCRIPTION("inquest lab: credits between ports");
MODULE_LICENSE("GPL");
