// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fill levels of tanks. A timer samples them in softirq context, and a write to /dev/tankmon calibrates them in
 * process context; both under level_lock. Calibration doesn't keep softirqs off: the timer may come in
 * between, on the same CPU, and waits for ever.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>

#define TANKS 8
#define SAMPLER_CPU 1

struct tank {
	u32 level;
	s32 offset;
	u64 samples;
};

static DEFINE_SPINLOCK(level_lock);	/* protects tanks */
static struct tank tanks[TANKS];
static struct timer_list sample_timer;

static void tank_sample(struct timer_list *timer)
{
	int i;

	spin_lock(&level_lock);
	for (i = 0; i < TANKS; i++) {
		tanks[i].level = (tanks[i].level * 7 + 100 + tanks[i].offset) / 8;
		tanks[i].samples++;
	}
	spin_unlock(&level_lock);
	mod_timer(&sample_timer, jiffies + 1);
}

static noinline void tank_calibrate(int offset)
{
	int i;

#ifdef TANKMON_FIXED
	spin_lock_bh(&level_lock);
#else
	spin_lock(&level_lock);
#endif
	for (i = 0; i < TANKS; i++) {
		tanks[i].offset = offset;
		udelay(100);	/* the converter settles */
	}
#ifdef TANKMON_FIXED
	spin_unlock_bh(&level_lock);
#else
	spin_unlock(&level_lock);
#endif
}

static ssize_t tank_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 level;

	spin_lock_bh(&level_lock);
	level = tanks[0].level;
	spin_unlock_bh(&level_lock);
	return simple_read_from_buffer(to, count, pos, &level, sizeof(level));
}

static ssize_t tank_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int offset, err = kstrtoint_from_user(from, count, 0, &offset);

	if (err)
		return err;
	tank_calibrate(offset);
	return count;
}

static const struct file_operations tank_fops = {
	.owner = THIS_MODULE,
	.read = tank_read,
	.write = tank_write,
};

static struct miscdevice tank_device = { MISC_DYNAMIC_MINOR, "tankmon", &tank_fops };

static int __init tankmon_init(void)
{
	timer_setup(&sample_timer, tank_sample, TIMER_PINNED);
	sample_timer.expires = jiffies + 1;
	add_timer_on(&sample_timer, SAMPLER_CPU);
	return misc_register(&tank_device);
}

static void __exit tankmon_exit(void)
{
	misc_deregister(&tank_device);
	del_timer_sync(&sample_timer);
}

module_init(tankmon_init);
module_exit(tankmon_exit);
MODULE_DESCRIPTION("inquest lab: tank levels");
MODULE_LICENSE("GPL");
