// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts traffic per link. The counters are per CPU; adding works on the right ones, but the byte limit is looked up without per_cpu_ptr(). */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>

struct link_counts {
	u64 packets;
	u64 bytes;
	u32 limit;
	u32 dropped;
};

struct traf_link {
	u32 id;
	u32 flags;
	struct link_counts __percpu *counts;
};

struct traf_table {
	u32 nr;
	struct traf_link links[6];
};

static struct traf_table *table;

static void link_account(struct traf_link *link, u32 bytes)
{
	this_cpu_inc(link->counts->packets);
	this_cpu_add(link->counts->bytes, bytes);
}

static noinline u32 link_limit(struct traf_link *link)
{
	struct link_counts *c = (__force struct link_counts *)link->counts;

	return c->limit - c->dropped;
}

static noinline int traf_send(struct traf_table *t, u32 id, u32 bytes)
{
	struct traf_link *link = &t->links[id % t->nr];

	link_account(link, bytes);
	if (bytes > 1000 && bytes > link_limit(link))
		return -ENOSPC;
	return 0;
}

static long traf_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return traf_send(table, cmd & 7, cmd);
}

static const struct file_operations traf_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = traf_ioctl,
};

static struct miscdevice traf_device = { MISC_DYNAMIC_MINOR, "traffic", &traf_fops };

static int __init trafmon_init(void)
{
	int i;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	table->nr = ARRAY_SIZE(table->links);
	for (i = 0; i < table->nr; i++) {
		table->links[i].id = i;
		table->links[i].counts = alloc_percpu(struct link_counts);
		if (!table->links[i].counts)
			return -ENOMEM;
	}
	return misc_register(&traf_device);
}

module_init(trafmon_init);
MODULE_DESCRIPTION("inquest lab: traffic");
MODULE_LICENSE("GPL");
