// SPDX-License-Identifier: GPL-2.0-or-later
/* Capabilities of models. Setting the limit writes to the model's description, which is const. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct model_caps {
	char name[16];
	u32 min_rate;
	u32 max_rate;
	u32 flags;
};

struct capture_dev {
	u32 rate;
	const struct model_caps *caps;
};

static const struct model_caps cx23 = { "cx23", 8000, 96000, 3 };
static struct capture_dev capture = { 8000, &cx23 };

static noinline __noclone void capture_set_limit(struct capture_dev *dev, u32 rate)
{
	struct model_caps *caps = (struct model_caps *)dev->caps;

	caps->max_rate = rate;
	dev->rate = min(dev->rate, rate);
}

static long capture_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	capture_set_limit(&capture, cmd);
	return capture.rate;
}

static const struct file_operations capture_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = capture_ioctl,
};

static struct miscdevice capture_device = { MISC_DYNAMIC_MINOR, "capture", &capture_fops };

module_misc_device(capture_device);
MODULE_DESCRIPTION("inquest lab: capture card");
MODULE_LICENSE("GPL");
