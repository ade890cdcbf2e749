// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pool with a current channel. Renumbering the channel takes it out of the pool and puts it back at once, but without the lock that
 * the readers ought to be able to count on: now and then one of them sees NULL.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct channel {
	u32 nr;
	u32 users;
	u64 seq;
	u64 bytes;
};

struct chan_pool {
	u32 size;
	struct channel *cur;
	u64 renumbered;
};

static struct chan_pool *pool;

static noinline u64 chan_next_seq(struct chan_pool *p)
{
	return ++READ_ONCE(p->cur)->seq;
}

static noinline void chan_renumber(struct chan_pool *p, u32 nr)
{
	struct channel *ch = p->cur;

	WRITE_ONCE(p->cur, NULL);
	ch->nr = nr;
	udelay(30);
	WRITE_ONCE(p->cur, ch);
	p->renumbered++;
}

static ssize_t chan_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u64 seq;
	int i;

	for (i = 0; i < 2000; i++)
		seq = chan_next_seq(pool);
	return simple_read_from_buffer(to, count, pos, &seq, sizeof(seq));
}

static long chan_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	chan_renumber(pool, cmd);
	return 0;
}

static const struct file_operations chan_fops = {
	.owner = THIS_MODULE,
	.read = chan_read,
	.unlocked_ioctl = chan_ioctl,
};

static struct miscdevice chan_device = { MISC_DYNAMIC_MINOR, "channel", &chan_fops };

static int __init chanpool_init(void)
{
	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	pool->size = 1;
	pool->cur = kzalloc(sizeof(*pool->cur), GFP_KERNEL);
	return misc_register(&chan_device);
}

module_init(chanpool_init);
MODULE_DESCRIPTION("inquest lab: channel pool");
MODULE_LICENSE("GPL");
