// SPDX-License-Identifier: GPL-2.0-or-later
/* An oscilloscope's settings. Its operations reset the device by a function that is __init, and so gone when the device is used. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct scope;

struct scope_ops {
	int (*set_rate)(struct scope *s, u32 hz);
	u32 (*gain)(const struct scope *s);
	int (*reset)(struct scope *s, u32 how);
};

struct scope {
	u32 rate;
	u32 resets;
	const struct scope_ops *ops;
	u64 samples[4];
};

static struct scope *scope;

static int scope_set_rate(struct scope *s, u32 hz)
{
	s->rate = clamp(hz, 10u, 100000u);
	return 0;
}

static u32 scope_gain(const struct scope *s)
{
	return s->rate / 10;
}

static int __init scope_hw_reset(struct scope *s, u32 how)
{
	s->rate = 1000 + how;
	s->resets++;
	memset(s->samples, 0, sizeof(s->samples));
	return 0;
}

static struct scope_ops scope_ops __ref = {
	.set_rate = scope_set_rate,
	.gain = scope_gain,
	.reset = scope_hw_reset,
};

static noinline int scope_restart(struct scope *s, u32 how)
{
	int err = s->ops->reset(s, how);

	if (err)
		return err;
	return s->ops->set_rate(s, s->rate * 2);
}

static noinline int scope_command(struct scope *s, u32 cmd)
{
	if (cmd < 16)
		return s->ops->set_rate(s, cmd * 100);
	return scope_restart(s, cmd - 16);
}

static long scope_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return scope_command(scope, cmd);
}

static const struct file_operations scope_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = scope_ioctl,
};

static struct miscdevice scope_device = { MISC_DYNAMIC_MINOR, "scope", &scope_fops };

static int __init scopectl_init(void)
{
	scope = kzalloc(sizeof(*scope), GFP_KERNEL);
	if (!scope)
		return -ENOMEM;
	scope->ops = &scope_ops;
	scope->ops->reset(scope, 0);
	return misc_register(&scope_device);
}

module_init(scopectl_init);
MODULE_DESCRIPTION("inquest lab: oscilloscope");
MODULE_LICENSE("GPL");
