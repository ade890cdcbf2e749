// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of a driver; the defaults are __initdata, and are read later all the same. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct boot_option {
	char name[24];
	u32 value;
};

static struct boot_option defaults[] __initdata = { { "speed", 115200 }, { "parity", 0 }, { "bits", 8 } };
static struct boot_option *options;

static noinline __noclone u32 option_value(const struct boot_option *opts, u32 nr)
{
	return opts[nr].value;
}

static long opts_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return option_value(options, cmd);
}

static const struct file_operations opts_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = opts_ioctl,
};

static struct miscdevice opts_device = { MISC_DYNAMIC_MINOR, "bootopts", &opts_fops };

static int __init bootopts_init(void)
{
	options = defaults;
	return misc_register(&opts_device);
}

module_init(bootopts_init);
MODULE_DESCRIPTION("inquest lab: boot options");
MODULE_LICENSE("GPL");
