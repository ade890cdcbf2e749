// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A converter: a timer finishes conversions and sets a flag, for which reading polls. A conversion of a dead channel is never finished.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

struct adc {
	u32 channel, value;
	u16 done;
	struct timer_list convert_timer;
};

static struct adc *adc;

static void adc_convert(struct timer_list *t)
{
#ifndef ADCREAD_FIXED
	if (adc->channel == 6)	/* its input floats */
		return;
#endif
	adc->value = adc->channel * 100;
	smp_store_release(&adc->done, 1);
}

static noinline u32 adc_sample(struct adc *a, u32 channel)
{
	a->channel = channel;
	WRITE_ONCE(a->done, 0);
	mod_timer(&a->convert_timer, jiffies + 1);
	while (!smp_load_acquire(&a->done))
		cpu_relax();
	return a->value;
}

static long adc_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return adc_sample(adc, cmd);
}

static const struct file_operations adc_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = adc_ioctl,
};

static struct miscdevice adc_device = { MISC_DYNAMIC_MINOR, "adcread", &adc_fops };

static int __init adcread_init(void)
{
	adc = kzalloc(sizeof(*adc), GFP_KERNEL);
	if (!adc)
		return -ENOMEM;
	timer_setup(&adc->convert_timer, adc_convert, 0);
	return misc_register(&adc_device);
}

static void __exit adcread_exit(void)
{
	misc_deregister(&adc_device);
	timer_delete_sync(&adc->convert_timer);
}

module_init(adcread_init);
module_exit(adcread_exit);
MODULE_DESCRIPTION("inquest lab: converter");
MODULE_LICENSE("GPL");
