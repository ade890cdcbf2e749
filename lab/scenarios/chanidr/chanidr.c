// SPDX-License-Identifier: GPL-2.0-or-later
/* Channels by number, in an IDR. Who kicks a channel takes for granted that there is one of that number. */
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct chan_ring {
	u32 head;
	u32 tail;
};

struct chan {
	u32 nr;
	u32 kicks;
	struct chan_ring *ring;
};

struct chan_table {
	u32 nr;
	struct idr ids;
};

static struct chan_table *table;

static noinline __noclone struct chan *chan_lookup(struct chan_table *t, u32 nr)
{
	return idr_find(&t->ids, nr);
}

static noinline __noclone int chan_kick(struct chan_table *t, u32 nr)
{
	struct chan *c = chan_lookup(t, nr);

	c->kicks++;
	return c->ring->head != c->ring->tail;
}

static long chan_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return chan_kick(table, cmd) ? 0 : -EAGAIN;
}

static const struct file_operations chan_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = chan_ioctl,
};

static struct miscdevice chan_device = { MISC_DYNAMIC_MINOR, "chans", &chan_fops };

static int __init chanidr_init(void)
{
	u32 nr;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	idr_init(&table->ids);
	for (nr = 1; nr < 6; nr++) {
		struct chan *c = kzalloc(sizeof(*c), GFP_KERNEL);

		if (!c)
			return -ENOMEM;
		c->nr = nr;
		c->ring = kzalloc(sizeof(*c->ring), GFP_KERNEL);
		if (!c->ring || idr_alloc(&table->ids, c, nr, nr + 1, GFP_KERNEL) < 0)
			return -ENOMEM;
	}
	return misc_register(&chan_device);
}

module_init(chanidr_init);
MODULE_DESCRIPTION("inquest lab: channels by number");
MODULE_LICENSE("GPL");
