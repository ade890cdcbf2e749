// SPDX-License-Identifier: GPL-2.0-or-later
/* Guards the hardware: a stalled fan that is reported as critical stops the machine. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/panic.h>

static bool critical = true;
static u32 reports;

static noinline void guard_fan_stalled(u32 fan)
{
	reports++;
	if (critical)
		panic("hwguard: fan %u stalled, report %u\n", fan, reports);
}

static long guard_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	guard_fan_stalled(cmd);
	return reports;
}

static const struct file_operations guard_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = guard_ioctl,
};

static struct miscdevice guard_device = { MISC_DYNAMIC_MINOR, "hwguard", &guard_fops };

module_misc_device(guard_device);
MODULE_DESCRIPTION("inquest lab: hardware guard");
MODULE_LICENSE("GPL");
