// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys behind an expander: one interrupt of the chip is passed on as an interrupt of its own. A new map is written with the interrupt
 * disabled, and disabling waits for the handler: with the lock held that the handler takes.
 */
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/version.h>

#define PRESS_NS (5 * NSEC_PER_MSEC)

static struct {
	u32 presses;
	u32 seen;
	spinlock_t lock;	/* protects map, presses */
	u32 map;
} keys;

static struct hrtimer expander;
static int keys_irq;

static irqreturn_t keys_pressed(int irq, void *arg)
{
	WRITE_ONCE(keys.seen, keys.seen + 1);
	spin_lock(&keys.lock);
	keys.presses += keys.map & 1;
	spin_unlock(&keys.lock);
	return IRQ_HANDLED;
}

static enum hrtimer_restart expander_edge(struct hrtimer *timer)
{
	generic_handle_irq(keys_irq);
	hrtimer_forward_now(timer, ns_to_ktime(PRESS_NS));
	return HRTIMER_RESTART;
}

static noinline void keys_remap(u32 map)
{
#ifdef GPIOKEYS_FIXED
	disable_irq(keys_irq);
	spin_lock_irq(&keys.lock);
	keys.map = map;
	spin_unlock_irq(&keys.lock);
#else
	u32 seen;

	spin_lock_irq(&keys.lock);
	seen = READ_ONCE(keys.seen);
	while (READ_ONCE(keys.seen) == seen)
		cpu_relax();
	disable_irq(keys_irq);
	keys.map = map;
	spin_unlock_irq(&keys.lock);
#endif
	enable_irq(keys_irq);
}

static void expander_start(void *arg)
{
	hrtimer_start(&expander, ns_to_ktime(PRESS_NS), HRTIMER_MODE_REL_PINNED);
}

static ssize_t keys_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	keys_remap(count);
	return count;
}

static const struct file_operations keys_fops = {
	.owner = THIS_MODULE,
	.write = keys_write,
};

static struct miscdevice keys_device = { MISC_DYNAMIC_MINOR, "keys", &keys_fops };

static int __init gpiokeys_init(void)
{
	int error;

	spin_lock_init(&keys.lock);
	keys_irq = irq_alloc_descs(-1, 0, 1, NUMA_NO_NODE);
	if (keys_irq < 0)
		return keys_irq;
	irq_set_chip_and_handler(keys_irq, &dummy_irq_chip, handle_simple_irq);
	error = request_irq(keys_irq, keys_pressed, 0, "keys", &keys);
	if (error)
		return error;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&expander, expander_edge, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
#else
	hrtimer_init(&expander, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	expander.function = expander_edge;
#endif
	smp_call_function_single(1, expander_start, NULL, 1);
	return misc_register(&keys_device);
}

static void __exit gpiokeys_exit(void)
{
	misc_deregister(&keys_device);
	hrtimer_cancel(&expander);
	free_irq(keys_irq, &keys);
	irq_free_descs(keys_irq, 1);
}

module_init(gpiokeys_init);
module_exit(gpiokeys_exit);
MODULE_DESCRIPTION("inquest lab: keys");
MODULE_LICENSE("GPL");
