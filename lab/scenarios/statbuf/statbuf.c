// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters that can be cleared for display: blanks instead of zeroes. The clearing starts at the right place and is as
 * long as the whole structure, so it also blanks the spinlock in its middle.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct stat_block {
	char text[64];
	u32 hits;
	spinlock_t lock;	/* protects text, hits */
	char tail[64];
};

static struct stat_block *stats;

static noinline void stat_count(struct stat_block *s)
{
	spin_lock(&s->lock);
	s->hits++;
	snprintf(s->text, sizeof(s->text), "%u", s->hits);
	spin_unlock(&s->lock);
}

static noinline void stat_clear(struct stat_block *s)
{
#ifdef STATBUF_FIXED
	size_t length = sizeof(s->text);
#else
	size_t length = sizeof(*s);
#endif
	memset(s, ' ', length);
}

static ssize_t stat_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	stat_count(stats);
	return simple_read_from_buffer(to, count, pos, stats->text, sizeof(stats->text));
}

static long stat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	stat_clear(stats);
	return 0;
}

static const struct file_operations stat_fops = {
	.owner = THIS_MODULE,
	.read = stat_read,
	.unlocked_ioctl = stat_ioctl,
};

static struct miscdevice stat_device = { MISC_DYNAMIC_MINOR, "statbuf", &stat_fops };

static int __init statbuf_init(void)
{
	stats = kzalloc(sizeof(*stats), GFP_KERNEL);
	if (!stats)
		return -ENOMEM;
	spin_lock_init(&stats->lock);
	return misc_register(&stat_device);
}

static void __exit statbuf_exit(void)
{
	misc_deregister(&stat_device);
	kfree(stats);
}

module_init(statbuf_init);
module_exit(statbuf_exit);
MODULE_DESCRIPTION("inquest lab: counters");
MODULE_LICENSE("GPL");
