// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of exchange rates under a seqlock. An update waits for the feed in its write section.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seqlock.h>
#include <linux/slab.h>

#ifdef RATETAB_FIXED
#define feed_wait() udelay(20)
#else
#define feed_wait() msleep(200000)
#endif

struct rate_table {
	u64 updates;
	seqlock_t lock;		/* of the rates */
	u32 rates[12];
};

static struct rate_table *table;

static noinline u32 rate_sum(struct rate_table *t)
{
	unsigned int seq;
	u32 sum;

	do {
		seq = read_seqbegin(&t->lock);
		sum = 0;
		for (int i = 0; i < 12; i++)
			sum += READ_ONCE(t->rates[i]);
	} while (read_seqretry(&t->lock, seq));
	return sum;
}

static noinline void rate_update(struct rate_table *t, u32 rate)
{
	write_seqlock(&t->lock);
	for (int i = 0; i < 12; i++)
		t->rates[i] = rate + i;
	feed_wait();
	t->updates++;
	write_sequnlock(&t->lock);
}

static ssize_t rate_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 sum = rate_sum(table);

	return simple_read_from_buffer(to, count, pos, &sum, sizeof(sum));
}

static ssize_t rate_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	rate_update(table, count);
	return count;
}

static const struct file_operations rate_fops = {
	.owner = THIS_MODULE,
	.read = rate_read,
	.write = rate_write,
};

static struct miscdevice rate_device = { MISC_DYNAMIC_MINOR, "ratetab", &rate_fops };

static int __init ratetab_init(void)
{
	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	seqlock_init(&table->lock);
	return misc_register(&rate_device);
}

static void __exit ratetab_exit(void)
{
	misc_deregister(&rate_device);
}

module_init(ratetab_init);
module_exit(ratetab_exit);
MODULE_DESCRIPTION("inquest lab: exchange rates");
MODULE_LICENSE("GPL");
