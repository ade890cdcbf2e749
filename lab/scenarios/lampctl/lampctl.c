// SPDX-License-Identifier: GPL-2.0-or-later
/* Lamps, switched by ioctl(). Dimming one that has no dimmer goes through a NULL pointer. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#define LAMP_DIM _IOW('L', 3, struct lamp_level)

struct lamp_level {
	u32 lamp;
	u32 level;
};

struct dimmer {
	u64 changes;
	u32 level;
};

struct lamp {
	u32 on;
	struct dimmer *dimmer;
};

static struct dimmer dimmers[4];
static struct lamp lamps[4];

static noinline __noclone void dimmer_set(struct dimmer *d, u32 level)
{
	d->level = level;
	d->changes++;
}

static long lamp_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct lamp_level want;

	if (cmd != LAMP_DIM)
		return -ENOTTY;
	if (copy_from_user(&want, (void __user *)arg, sizeof(want)))
		return -EFAULT;
	dimmer_set(lamps[want.lamp & 3].dimmer, want.level);
	return 0;
}

static const struct file_operations lamp_fops = { .owner = THIS_MODULE, .unlocked_ioctl = lamp_ioctl };
static struct miscdevice lamp_device = { MISC_DYNAMIC_MINOR, "lamps", &lamp_fops };

static int __init lampctl_init(void)
{
	int i;

#ifdef LAMPCTL_FIXED
	for (i = 0; i < 4; i++)
#else
	for (i = 0; i < 2; i++)
#endif
		lamps[i].dimmer = &dimmers[i];
	return misc_register(&lamp_device);
}

static void __exit lampctl_exit(void)
{
	misc_deregister(&lamp_device);
}

module_init(lampctl_init);
module_exit(lampctl_exit);
MODULE_DESCRIPTION("inquest lab: lamps");
MODULE_LICENSE("GPL");
