// SPDX-License-Identifier: GPL-2.0-or-later
/* A tariff that is read without locks: a sequence counter says whether it changed meanwhile. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seqlock.h>
#include <linux/slab.h>

struct tariff {
	seqcount_t seq;
	u64 price;
	u64 valid_from;
	struct mutex lock;	/* one writer at a time */
};

static struct tariff *tariff;

static noinline int tariff_update(struct tariff *t, u64 price)
{
	mutex_lock(&t->lock);
	preempt_disable();
	write_seqcount_begin(&t->seq);
	if (price > 1000) {
#ifdef TICKMETER_FIXED
		write_seqcount_end(&t->seq);
#endif
		preempt_enable();
		mutex_unlock(&t->lock);
		return -ERANGE;
	}
	t->price = price;
	t->valid_from = jiffies;
	write_seqcount_end(&t->seq);
	preempt_enable();
	mutex_unlock(&t->lock);
	return 0;
}

static noinline u64 tariff_price(struct tariff *t)
{
	unsigned int seq;
	u64 price;

	do {
		seq = read_seqcount_begin(&t->seq);
		price = t->price + (t->valid_from & 0);
	} while (read_seqcount_retry(&t->seq, seq));
	return price;
}

static ssize_t tariff_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	return tariff_price(tariff) ? 0 : -ENODATA;
}

static long tariff_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return tariff_update(tariff, cmd);
}

static const struct file_operations tariff_fops = {
	.owner = THIS_MODULE,
	.read = tariff_read,
	.unlocked_ioctl = tariff_ioctl,
};

static struct miscdevice tariff_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "tariff", .fops = &tariff_fops };

static int __init tickmeter_init(void)
{
	tariff = kzalloc(sizeof(*tariff), GFP_KERNEL);
	if (!tariff)
		return -ENOMEM;
	seqcount_init(&tariff->seq);
	mutex_init(&tariff->lock);
	return misc_register(&tariff_dev);
}

module_init(tickmeter_init);
MODULE_DESCRIPTION("inquest lab: tariff");
MODULE_LICENSE("GPL");
