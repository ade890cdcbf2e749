// SPDX-License-Identifier: GPL-2.0-or-later
/* Calibrates a clock: counts until the reference has moved on, with interrupts off; a new setting is made while no other CPU runs. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/stop_machine.h>

static u64 reference, setting;

static noinline u64 cal_count(const u64 *ref)
{
	u64 start = READ_ONCE(*ref), turns = 0;

#ifdef CLKCAL_FIXED
	while (turns < 100000)
#else
	while (READ_ONCE(*ref) == start)
#endif
		turns++;
	return turns + start;
}

static ssize_t cal_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	msleep(1500);
	local_irq_disable();
	setting = cal_count(&reference);
	local_irq_enable();
	return count;
}

static int cal_set(void *arg)
{
	reference++;
	return 0;
}

static long cal_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	msleep(1800);
	return stop_machine(cal_set, NULL, NULL);
}

static const struct file_operations cal_fops = {
	.owner = THIS_MODULE,
	.write = cal_write,
	.unlocked_ioctl = cal_ioctl,
};

static struct miscdevice cal_device = { MISC_DYNAMIC_MINOR, "clkcal", &cal_fops };

module_misc_device(cal_device);
MODULE_DESCRIPTION("inquest lab: clocks");
MODULE_LICENSE("GPL");
