// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports whose buffers are swapped in pairs. The second lock is tried for until it comes.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#define PORTS 4

static spinlock_t port_lock[PORTS];	/* each protects its buffer */
static u32 buffer[PORTS];
static struct task_struct *swappers[2];

static noinline void port_swap(int a, int b)
{
#ifdef PORTSWAP_FIXED
	if (a > b)
		swap(a, b);
#endif
	spin_lock(&port_lock[a]);
	udelay(200);	/* the buffer drains */
	while (!spin_trylock(&port_lock[b]))
		cpu_relax();
	swap(buffer[a], buffer[b]);
	spin_unlock(&port_lock[b]);
	spin_unlock(&port_lock[a]);
}

static int swapper(void *arg)
{
	long nr = (long)arg;

	while (!kthread_should_stop()) {
		port_swap(1 + nr, 2 - nr);
		usleep_range(100, 300);
	}
	return 0;
}

static int __init portswap_init(void)
{
	long i;

	for (i = 0; i < PORTS; i++)
		spin_lock_init(&port_lock[i]);
	for (i = 0; i < 2; i++) {
		swappers[i] = kthread_create(swapper, (void *)i, "swapport/%ld", i);
		if (IS_ERR(swappers[i]))
			return PTR_ERR(swappers[i]);
		kthread_bind(swappers[i], 1 + i);
		wake_up_process(swappers[i]);
	}
	return 0;
}

static void __exit portswap_exit(void)
{
	kthread_stop(swappers[0]);
	kthread_stop(swappers[1]);
}

module_init(portswap_init);
module_exit(portswap_exit);
MODULE_DESCRIPTION("inquest lab: port buffers");
MODULE_LICENSE("GPL");
