// SPDX-License-Identifier: GPL-2.0-or-later
/* Rates of flows. The interval of a flow is set by an ioctl, and nobody keeps a user from setting it to zero. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct flow_meter {
	u64 bytes;
	u32 nr;
	u32 interval_ms;
	u64 rate;
};

static struct flow_meter *meter;

static noinline __noclone void meter_update(struct flow_meter *m, u64 bytes)
{
	m->bytes += bytes;
	m->rate = 1000 * m->bytes / m->interval_ms;
}

static ssize_t meter_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	meter_update(meter, count);
	return count;
}

static long meter_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	meter->interval_ms = cmd;
	return 0;
}

static const struct file_operations meter_fops = {
	.owner = THIS_MODULE,
	.write = meter_write,
	.unlocked_ioctl = meter_ioctl,
};

static struct miscdevice meter_device = { MISC_DYNAMIC_MINOR, "flowmeter", &meter_fops };

static int __init ratecalc_init(void)
{
	meter = kzalloc(sizeof(*meter), GFP_KERNEL);
	if (!meter)
		return -ENOMEM;
	meter->interval_ms = 100;
	return misc_register(&meter_device);
}

module_init(ratecalc_init);
MODULE_DESCRIPTION("inquest lab: flow meter");
MODULE_LICENSE("GPL");
