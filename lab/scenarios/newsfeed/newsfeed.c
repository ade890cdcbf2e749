// SPDX-License-Identifier: GPL-2.0-or-later
/* Subscribers of a feed. Subscribing again does not look whether the subscriber is there. */
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct subscriber {
	u32 nr;
	struct list_head node;
};

struct feed {
	u32 nr;
	struct list_head subscribers;
};

static struct feed *feed;
static struct subscriber *subscriber;

static noinline __noclone void feed_subscribe(struct feed *f, struct subscriber *s)
{
	list_add(&s->node, &f->subscribers);
}

static long feed_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	feed_subscribe(feed, subscriber);
	return 0;
}

static const struct file_operations feed_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = feed_ioctl,
};

static struct miscdevice feed_device = { MISC_DYNAMIC_MINOR, "feed", &feed_fops };

static int __init newsfeed_init(void)
{
	feed = kzalloc(sizeof(*feed), GFP_KERNEL);
	subscriber = kzalloc(sizeof(*subscriber), GFP_KERNEL);
	if (!feed || !subscriber)
		return -ENOMEM;
	INIT_LIST_HEAD(&feed->subscribers);
	return misc_register(&feed_device);
}

module_init(newsfeed_init);
MODULE_DESCRIPTION("inquest lab: feed");
MODULE_LICENSE("GPL");
