// SPDX-License-Identifier: GPL-2.0-or-later
/* A feed: writers hand entries to a tasklet, which sorts them into shelves. There is no shelf for entries of kind 7. */
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct shelf {
	u64 total;
	u32 entries;
};

struct feed {
	u32 kind;
	u32 seen;
	struct shelf *shelf[8];
	struct tasklet_struct sorter;
};

static struct shelf shelves[8];
static struct feed feed;

static noinline __noclone void shelf_put(struct shelf *s, u32 what)
{
	s->entries++;
	s->total += what;
}

static void feed_sort(struct tasklet_struct *t)
{
	struct feed *f = container_of(t, struct feed, sorter);

	shelf_put(f->shelf[f->kind & 7], f->seen++);
}

static ssize_t feed_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	char c;

	if (get_user(c, from))
		return -EFAULT;
	feed.kind = c;
	tasklet_schedule(&feed.sorter);
	return count;
}

static const struct file_operations feed_fops = { .owner = THIS_MODULE, .write = feed_write };
static struct miscdevice feed_device = { MISC_DYNAMIC_MINOR, "feed", &feed_fops };

static int __init feedq_init(void)
{
	int i;

	for (i = 0; i < 7; i++)
		feed.shelf[i] = &shelves[i];
	tasklet_setup(&feed.sorter, feed_sort);
	return misc_register(&feed_device);
}

static void __exit feedq_exit(void)
{
	misc_deregister(&feed_device);
	tasklet_kill(&feed.sorter);
}

module_init(feedq_init);
module_exit(feedq_exit);
MODULE_DESCRIPTION("inquest lab: feed");
MODULE_LICENSE("GPL");
