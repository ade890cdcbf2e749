// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes test frames. The frame has room for a fixed payload, and the user says how long his is. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/skbuff.h>

#define FRAME_ROOM 128

static u64 frames;

static noinline __noclone void frame_fill(struct sk_buff *skb, size_t payload)
{
	memset(skb_put(skb, 14), 0xff, 14);
	memset(skb_put(skb, payload), 0, payload);
}

static ssize_t frame_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct sk_buff *skb = alloc_skb(FRAME_ROOM, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	frame_fill(skb, count * 100);
	frames++;
	kfree_skb(skb);
	return count;
}

static const struct file_operations frame_fops = {
	.owner = THIS_MODULE,
	.write = frame_write,
};

static struct miscdevice frame_device = { MISC_DYNAMIC_MINOR, "framegen", &frame_fops };

module_misc_device(frame_device);
MODULE_DESCRIPTION("inquest lab: test frames");
MODULE_LICENSE("GPL");
