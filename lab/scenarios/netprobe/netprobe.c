// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes with back ends. A probe that has been created but not yet bound to a back end has no operations. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

struct probe_dev;

struct probe_ops {
	int (*open)(struct probe_dev *dev);
	void (*close)(struct probe_dev *dev);
	int (*sample)(struct probe_dev *dev, u32 channel);
	int (*stats)(struct probe_dev *dev, u64 *out);
};

struct probe_dev {
	u32 id;
	char name[20];
	const struct probe_ops *ops;
	u64 samples;
};

static int sim_stats(struct probe_dev *dev, u64 *out)
{
	*out = dev->samples;
	return 0;
}

static const struct probe_ops sim_ops = { .stats = sim_stats };
static struct probe_dev probes[] = { { 1, "uplink", &sim_ops }, { 2, "downlink", NULL } };

static noinline int probe_dev_stats(struct probe_dev *dev, u64 *sum)
{
	u64 value = 0;
	int error = dev->ops->stats(dev, &value);

	*sum += value;
	return error;
}

static int netprobe_show(struct seq_file *m, void *v)
{
	u64 sum = 0;
	int i, error = 0;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		error |= probe_dev_stats(&probes[i], &sum);
	seq_printf(m, "%llu %d\n", sum, error);
	return 0;
}

static int __init netprobe_init(void)
{
	return proc_create_single("netprobe", 0444, NULL, netprobe_show) ? 0 : -ENOMEM;
}

module_init(netprobe_init);
MODULE_DESCRIPTION("inquest lab: probes");
MODULE_LICENSE("GPL");
