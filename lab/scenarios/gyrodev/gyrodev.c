// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A gyroscope: its calibration is written under a sequence counter, and an hrtimer's callback takes samples with it.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/version.h>

struct gyro {
	u64 samples;
	s64 angle;
	spinlock_t cal_lock;		/* serialises writers */
	seqcount_t cal_seq;		/* of offset and gain */
	s32 offset, gain;
};

static struct gyro gyro;
static struct hrtimer gyro_timer;

static noinline s32 gyro_scale(struct gyro *g, s32 raw)
{
	unsigned int seq;
	s32 value;

	do {
		seq = read_seqcount_begin(&g->cal_seq);
		value = (raw - g->offset) * g->gain;
	} while (read_seqcount_retry(&g->cal_seq, seq));
	return value;
}

static enum hrtimer_restart gyro_sample(struct hrtimer *timer)
{
	gyro.angle += gyro_scale(&gyro, 7 + (gyro.samples++ & 3));
	hrtimer_forward_now(timer, ns_to_ktime(700 * 1000));
	return HRTIMER_RESTART;
}

static noinline void gyro_calibrate(struct gyro *g, s32 offset)
{
#ifdef GYRODEV_FIXED
	unsigned long flags;

	spin_lock_irqsave(&g->cal_lock, flags);
#else
	spin_lock(&g->cal_lock);
#endif
	write_seqcount_begin(&g->cal_seq);
	g->offset = offset;
	udelay(100);	/* the sensor settles */
	g->gain = 3 + offset % 2;
	write_seqcount_end(&g->cal_seq);
#ifdef GYRODEV_FIXED
	spin_unlock_irqrestore(&g->cal_lock, flags);
#else
	spin_unlock(&g->cal_lock);
#endif
}

static ssize_t gyro_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	for (int i = 0; i < 100; i++)
		gyro_calibrate(&gyro, count + i);
	return count;
}

static const struct file_operations gyro_fops = {
	.owner = THIS_MODULE,
	.write = gyro_write,
};

static struct miscdevice gyro_device = { MISC_DYNAMIC_MINOR, "gyrodev", &gyro_fops };

static long gyro_start(void *unused)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(&gyro_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	gyro_timer.function = gyro_sample;
#else
	hrtimer_setup(&gyro_timer, gyro_sample, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
#endif
	hrtimer_start(&gyro_timer, ns_to_ktime(1000 * 1000), HRTIMER_MODE_REL_PINNED);
	return 0;
}

static int __init gyrodev_init(void)
{
	spin_lock_init(&gyro.cal_lock);
	seqcount_init(&gyro.cal_seq);
	gyro.gain = 3;
	work_on_cpu(1, gyro_start, NULL);
	return misc_register(&gyro_device);
}

static void __exit gyrodev_exit(void)
{
	misc_deregister(&gyro_device);
	hrtimer_cancel(&gyro_timer);
}

module_init(gyrodev_init);
module_exit(gyrodev_exit);
MODULE_DESCRIPTION("inquest lab: gyroscope");
MODULE_LICENSE("GPL");
