// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pump with a slow motor. Starting it sleeps until the motor has settled, with the pump's spinlock held; whoever asks for
 * the pressure meanwhile spins.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define SETTLE_MS 100000

struct pump {
	u32 speed;
	u32 pressure;
	spinlock_t hw_lock;	/* protects the registers above */
};

static struct pump *pump;

static noinline void pump_settle(struct pump *p)
{
	msleep(SETTLE_MS);
	p->pressure = p->speed * 3;
}

static noinline void pump_start(struct pump *p)
{
	spin_lock(&p->hw_lock);
	p->speed++;
#ifdef FLUXPUMP_FIXED
	spin_unlock(&p->hw_lock);
	pump_settle(p);
#else
	pump_settle(p);
	spin_unlock(&p->hw_lock);
#endif
}

static long pump_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	pump_start(pump);
	return 0;
}

static ssize_t pump_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 pressure;

	spin_lock(&pump->hw_lock);
	pressure = pump->pressure;
	spin_unlock(&pump->hw_lock);
	return simple_read_from_buffer(to, count, pos, &pressure, sizeof(pressure));
}

static const struct file_operations pump_fops = {
	.owner = THIS_MODULE,
	.read = pump_read,
	.unlocked_ioctl = pump_ioctl,
};

static struct miscdevice pump_device = { MISC_DYNAMIC_MINOR, "fluxpump", &pump_fops };

static int __init fluxpump_init(void)
{
	pump = kzalloc(sizeof(*pump), GFP_KERNEL);
	if (!pump)
		return -ENOMEM;
	spin_lock_init(&pump->hw_lock);
	return misc_register(&pump_device);
}

static void __exit fluxpump_exit(void)
{
	misc_deregister(&pump_device);
	kfree(pump);
}

module_init(fluxpump_init);
module_exit(fluxpump_exit);
MODULE_DESCRIPTION("inquest lab: pump");
MODULE_LICENSE("GPL");
