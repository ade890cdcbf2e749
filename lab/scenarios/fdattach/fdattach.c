// SPDX-License-Identifier: GPL-2.0-or-later
/* Attaches files of its users, and forgets that it must not touch what is not its own: it clears their private pointer. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static long attach_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct file *other = fget(cmd);

	if (!other)
		return -EBADF;
	other->private_data = NULL;
	fput(other);
	return 0;
}

static const struct file_operations attach_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = attach_ioctl,
};

static struct miscdevice attach_device = { MISC_DYNAMIC_MINOR, "attach", &attach_fops };

module_misc_device(attach_device);
MODULE_DESCRIPTION("inquest lab: attaches files");
MODULE_LICENSE("GPL");
