// SPDX-License-Identifier: GPL-2.0-or-later
/* Meters of each CPU, behind a notifier chain. Only the CPU that set them up has a sink for what it loses. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>

struct meter_sink {
	u64 events;
	u64 lost;
};

struct cpu_meter {
	u64 ticks;
	u32 level[4];
	struct meter_sink *sink;
};

struct meter_set {
	u32 nr;
	u32 period;
	struct cpu_meter __percpu *meters;
	struct notifier_block nb;
};

static RAW_NOTIFIER_HEAD(meter_chain);
static struct meter_set *meters;

static int meter_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct meter_set *set = container_of(nb, struct meter_set, nb);
	struct cpu_meter *meter = get_cpu_ptr(set->meters);

	meter->ticks++;
	meter->sink->lost += event;
	put_cpu_ptr(set->meters);
	return NOTIFY_OK;
}

static long meter_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	raw_notifier_call_chain(&meter_chain, cmd, NULL);
	return 0;
}

static const struct file_operations meter_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = meter_ioctl,
};

static struct miscdevice meter_device = { MISC_DYNAMIC_MINOR, "cpumeter", &meter_fops };

static int __init cpumeter_init(void)
{
	meters = kzalloc(sizeof(*meters), GFP_KERNEL);
	if (!meters)
		return -ENOMEM;
	meters->meters = alloc_percpu(struct cpu_meter);
	if (!meters->meters)
		return -ENOMEM;
	per_cpu_ptr(meters->meters, 0)->sink = kzalloc(sizeof(struct meter_sink), GFP_KERNEL);
	meters->nb.notifier_call = meter_event;
	raw_notifier_chain_register(&meter_chain, &meters->nb);
	return misc_register(&meter_device);
}

module_init(cpumeter_init);
MODULE_DESCRIPTION("inquest lab: meters of each CPU");
MODULE_LICENSE("GPL");
