// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flow meters, each under an rwlock of its own. A timer writes the readings in softirq context; a write to /dev/flowmeter
 * walks them in process context, without keeping softirqs off.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>

#define METERS 4
#define SAMPLER_CPU 1

static rwlock_t meter_lock[METERS];	/* each protects its reading */
static u64 reading[METERS];
static u64 sum;
static struct timer_list meter_timer;

static void meter_sample(struct timer_list *timer)
{
	int i;

	for (i = 0; i < METERS; i++) {
		write_lock(&meter_lock[i]);
		reading[i] += i + 1;
		write_unlock(&meter_lock[i]);
	}
	mod_timer(&meter_timer, jiffies + 1);
}

static noinline u64 meter_read_one(int i)
{
	u64 value;

#ifdef FLOWMETER_FIXED
	read_lock_bh(&meter_lock[i]);
#else
	read_lock(&meter_lock[i]);
#endif
	udelay(100);	/* the converter settles */
	value = reading[i];
#ifdef FLOWMETER_FIXED
	read_unlock_bh(&meter_lock[i]);
#else
	read_unlock(&meter_lock[i]);
#endif
	return value;
}

static ssize_t meter_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int i;

	for (i = 0; i < METERS; i++)
		sum += meter_read_one(i);
	return count;
}

static const struct file_operations flowmeter_fops = {
	.owner = THIS_MODULE,
	.write = meter_write,
};

static struct miscdevice flowmeter_device = { MISC_DYNAMIC_MINOR, "flowmeter", &flowmeter_fops };

static int __init flowmeter_init(void)
{
	int i;

	for (i = 0; i < METERS; i++)
		rwlock_init(&meter_lock[i]);
	timer_setup(&meter_timer, meter_sample, TIMER_PINNED);
	meter_timer.expires = jiffies + 1;
	add_timer_on(&meter_timer, SAMPLER_CPU);
	return misc_register(&flowmeter_device);
}

static void __exit flowmeter_exit(void)
{
	misc_deregister(&flowmeter_device);
	del_timer_sync(&meter_timer);
}

module_init(flowmeter_init);
module_exit(flowmeter_exit);
MODULE_DESCRIPTION("inquest lab: flow meters");
MODULE_LICENSE("GPL");
