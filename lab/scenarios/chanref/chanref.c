// SPDX-License-Identifier: GPL-2.0-or-later
/* Channels with users. Hanging up puts the channel, and closing puts it again. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct voice_channel {
	refcount_t users;
	u32 nr;
};

static struct voice_channel *channel;

static noinline __noclone void channel_put(struct voice_channel *ch)
{
	if (refcount_dec_and_test(&ch->users))
		pr_info("channel %u is idle\n", ch->nr);
}

static noinline __noclone void channel_hangup(struct voice_channel *ch)
{
	channel_put(ch);
	channel_put(ch);
}

static long channel_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	channel_hangup(channel);
	return 0;
}

static const struct file_operations channel_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = channel_ioctl,
};

static struct miscdevice channel_device = { MISC_DYNAMIC_MINOR, "voice", &channel_fops };

static int __init chanref_init(void)
{
	channel = kzalloc(sizeof(*channel), GFP_KERNEL);
	if (!channel)
		return -ENOMEM;
	refcount_set(&channel->users, 1);
	return misc_register(&channel_device);
}

module_init(chanref_init);
MODULE_DESCRIPTION("inquest lab: voice channels");
MODULE_LICENSE("GPL");
