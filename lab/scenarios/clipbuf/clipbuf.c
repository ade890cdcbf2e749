// SPDX-License-Identifier: GPL-2.0-or-later
/* Clips with titles. The title's end is written behind the room for it, when a title fills it. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#define TITLE_ROOM 64

static char *clip;

static noinline __noclone void clip_retitle(char *to, const char *from)
{
	size_t length = min_t(size_t, strlen(from), TITLE_ROOM);

	memcpy(to, from, length);
	to[length] = '\0';
}

static noinline __noclone void clip_drop(void)
{
	kfree(clip);
	clip = NULL;
}

static ssize_t clip_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	if (!clip)
		clip = kzalloc(TITLE_ROOM, GFP_KERNEL);
	if (!clip)
		return -ENOMEM;
	clip_retitle(clip, "a title that is as long as titles may ever become, and then some more");
	return count;
}

static long clip_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	clip_drop();
	return 0;
}

static const struct file_operations clip_fops = {
	.owner = THIS_MODULE,
	.write = clip_write,
	.unlocked_ioctl = clip_ioctl,
};

static struct miscdevice clip_device = { MISC_DYNAMIC_MINOR, "clips", &clip_fops };

module_misc_device(clip_device);
MODULE_DESCRIPTION("inquest lab: clips");
MODULE_LICENSE("GPL");
