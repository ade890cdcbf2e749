// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches a temperature: a timer takes a sample on one CPU, a write sets how often. Setting it waits for the timer's
 * callback with the lock held that the callback takes.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

static DEFINE_SPINLOCK(temp_lock);	/* protects the sums and the interval */
static struct timer_list temp_timer;
static u64 temp_sum, temp_samples;
static u32 temp_interval = 2;
static u32 temp_seen;

static void temp_sample(struct timer_list *t)
{
	WRITE_ONCE(temp_seen, temp_seen + 1);
	spin_lock(&temp_lock);
	temp_sum += 40 + (temp_samples & 7);
	temp_samples++;
	spin_unlock(&temp_lock);
	mod_timer(&temp_timer, jiffies + READ_ONCE(temp_interval));
}

static noinline void temp_set_interval(u32 interval)
{
#ifdef TEMPWATCH_FIXED
	spin_lock_bh(&temp_lock);
	temp_interval = interval;
	spin_unlock_bh(&temp_lock);
	timer_delete_sync(&temp_timer);
#else
	u32 seen;

	spin_lock_bh(&temp_lock);
	temp_interval = interval;
	seen = READ_ONCE(temp_seen);
	while (READ_ONCE(temp_seen) == seen)
		cpu_relax();
	timer_delete_sync(&temp_timer);
	spin_unlock_bh(&temp_lock);
#endif
	temp_timer.expires = jiffies + interval;
	add_timer_on(&temp_timer, 1);
}

static ssize_t temp_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	temp_set_interval(count + 1);
	return count;
}

static ssize_t temp_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	spin_lock_bh(&temp_lock);
	count = temp_sum & 0xff;
	spin_unlock_bh(&temp_lock);
	return count;
}

static const struct file_operations temp_fops = {
	.owner = THIS_MODULE,
	.read = temp_read,
	.write = temp_write,
};

static struct miscdevice temp_device = { MISC_DYNAMIC_MINOR, "tempwatch", &temp_fops };

static int __init tempwatch_init(void)
{
	timer_setup(&temp_timer, temp_sample, TIMER_PINNED);
	temp_timer.expires = jiffies + 1;
	add_timer_on(&temp_timer, 1);
	return misc_register(&temp_device);
}

static void __exit tempwatch_exit(void)
{
	misc_deregister(&temp_device);
	timer_delete_sync(&temp_timer);
}

module_init(tempwatch_init);
module_exit(tempwatch_exit);
MODULE_DESCRIPTION("inquest lab: temperature");
MODULE_LICENSE("GPL");
