// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A mixer's channels with a spinlock each. Linking two takes both, by trylocks, backing off; a mute waits for silence with one held.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#ifdef MIXBUS_FIXED
#define silence_wait() udelay(50)
#else
#define silence_wait() msleep(200000)
#endif

static spinlock_t chan_lock[6];	/* of the volume and the link */
static u32 chan_volume[6], chan_link[6];

static noinline void chan_pair(u32 a, u32 b)
{
	spin_lock(&chan_lock[a]);
	while (!spin_trylock(&chan_lock[b])) {
		spin_unlock(&chan_lock[a]);
		cpu_relax();
		spin_lock(&chan_lock[a]);
	}
	chan_link[a] = b;
	chan_link[b] = a;
	spin_unlock(&chan_lock[b]);
	spin_unlock(&chan_lock[a]);
}

static noinline void chan_mute(u32 nr)
{
	spin_lock(&chan_lock[nr]);
	silence_wait();
	chan_volume[nr] = 0;
	spin_unlock(&chan_lock[nr]);
}

static ssize_t mix_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	chan_pair(2, 4);
	return 0;
}

static long mix_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	chan_mute(cmd % 6);
	return 0;
}

static const struct file_operations mix_fops = {
	.owner = THIS_MODULE,
	.read = mix_read,
	.unlocked_ioctl = mix_ioctl,
};

static struct miscdevice mix_device = { MISC_DYNAMIC_MINOR, "mixbus", &mix_fops };

static int __init mixbus_init(void)
{
	for (int i = 0; i < 6; i++)
		spin_lock_init(&chan_lock[i]);
	return misc_register(&mix_device);
}

static void __exit mixbus_exit(void)
{
	misc_deregister(&mix_device);
}

module_init(mixbus_init);
module_exit(mixbus_exit);
MODULE_DESCRIPTION("inquest lab: mixer");
MODULE_LICENSE("GPL");
