// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A gate to a bus that every CPU has registers of. A scan holds the gate and asks another CPU for its registers; a
 * transmission waits for the gate with interrupts off, on just that CPU.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#define SCAN_CPU 1
#define SEND_CPU 2

static DEFINE_SPINLOCK(gate_lock);
static u64 bus_words, bus_state;
static struct task_struct *scanner, *sender;

static void bus_collect(void *info)
{
	*(u64 *)info = bus_words;
}

static noinline void bus_scan(void)
{
	u64 words = 0;

	spin_lock(&gate_lock);
	udelay(200);
#ifdef BUSGATE_FIXED
	spin_unlock(&gate_lock);
	smp_call_function_single(SEND_CPU, bus_collect, &words, 1);
	spin_lock(&gate_lock);
#else
	smp_call_function_single(SEND_CPU, bus_collect, &words, 1);
#endif
	bus_state = words;
	spin_unlock(&gate_lock);
}

static noinline void bus_send(void)
{
	unsigned long flags;

	spin_lock_irqsave(&gate_lock, flags);
	bus_words++;
	udelay(50);
	spin_unlock_irqrestore(&gate_lock, flags);
}

static int bus_scanner(void *arg)
{
	while (!kthread_should_stop()) {
		bus_scan();
		usleep_range(200, 400);
	}
	return 0;
}

static int bus_sender(void *arg)
{
	while (!kthread_should_stop()) {
		bus_send();
		usleep_range(50, 100);
	}
	return 0;
}

static int __init busgate_init(void)
{
	scanner = kthread_create(bus_scanner, NULL, "busscan");
	sender = kthread_create(bus_sender, NULL, "bussend");
	if (IS_ERR(scanner) || IS_ERR(sender))
		return -ENOMEM;
	kthread_bind(scanner, SCAN_CPU);
	kthread_bind(sender, SEND_CPU);
	wake_up_process(scanner);
	wake_up_process(sender);
	return 0;
}

static void __exit busgate_exit(void)
{
	kthread_stop(scanner);
	kthread_stop(sender);
}

module_init(busgate_init);
module_exit(busgate_exit);
MODULE_DESCRIPTION("inquest lab: gate to a bus");
MODULE_LICENSE("GPL");
