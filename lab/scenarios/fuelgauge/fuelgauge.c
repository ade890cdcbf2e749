// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A fuel gauge: level and rate are read together, by a sequence counter. A level out of range makes an update return too early.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seqlock.h>

static DEFINE_SPINLOCK(gauge_lock);	/* serialises updates */
static seqcount_spinlock_t gauge_seq = SEQCNT_SPINLOCK_ZERO(gauge_seq, &gauge_lock);
static u32 gauge_level, gauge_rate;

static noinline int gauge_update(u32 level)
{
	int err = 0;

	spin_lock(&gauge_lock);
	write_seqcount_begin(&gauge_seq);
	gauge_rate = level - gauge_level;
	if (level > 100) {
		err = -ERANGE;
#ifndef FUELGAUGE_FIXED
		goto out;
#endif
	} else {
		gauge_level = level;
	}
	write_seqcount_end(&gauge_seq);
#ifndef FUELGAUGE_FIXED
out:
#endif
	spin_unlock(&gauge_lock);
	return err;
}

static noinline u32 gauge_get(void)
{
	unsigned int seq;
	u32 value;

	do {
		seq = read_seqcount_begin(&gauge_seq);
		value = gauge_level + gauge_rate;
	} while (read_seqcount_retry(&gauge_seq, seq));
	return value;
}

static ssize_t gauge_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 value = gauge_get();

	return simple_read_from_buffer(to, count, pos, &value, sizeof(value));
}

static long gauge_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return gauge_update(cmd);
}

static const struct file_operations gauge_fops = {
	.owner = THIS_MODULE,
	.read = gauge_read,
	.unlocked_ioctl = gauge_ioctl,
};

static struct miscdevice gauge_device = { MISC_DYNAMIC_MINOR, "fuelgauge", &gauge_fops };

static int __init fuelgauge_init(void)
{
	return misc_register(&gauge_device);
}

static void __exit fuelgauge_exit(void)
{
	misc_deregister(&gauge_device);
}

module_init(fuelgauge_init);
module_exit(fuelgauge_exit);
MODULE_DESCRIPTION("inquest lab: fuel gauge");
MODULE_LICENSE("GPL");
