// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lamps on one slow bus, which an rt_mutex guards. A lamp that doesn't answer is waited for with the bus held.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rtmutex.h>
#include <linux/uaccess.h>

#ifdef LAMPBUS_FIXED
#define ANSWER_MS 20
#else
#define ANSWER_MS 200000
#endif

static DEFINE_RT_MUTEX(bus_mutex);	/* protects the bus, transfers */
static unsigned long transfers;

static noinline void lamp_probe(void)
{
	rt_mutex_lock(&bus_mutex);
	transfers++;
	msleep(ANSWER_MS);
	rt_mutex_unlock(&bus_mutex);
}

static noinline unsigned long lamp_dim(void)
{
	unsigned long n;

	rt_mutex_lock(&bus_mutex);
	n = transfers++;
	rt_mutex_unlock(&bus_mutex);
	return n;
}

static long lamp_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	lamp_probe();
	return 0;
}

static ssize_t lamp_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	unsigned long n = lamp_dim();

	return simple_read_from_buffer(to, count, pos, &n, sizeof(n));
}

static const struct file_operations lampbus_fops = {
	.owner = THIS_MODULE,
	.read = lamp_read,
	.unlocked_ioctl = lamp_ioctl,
};

static struct miscdevice lampbus_device = { MISC_DYNAMIC_MINOR, "lampbus", &lampbus_fops };

static int __init lampbus_init(void)
{
	return misc_register(&lampbus_device);
}

static void __exit lampbus_exit(void)
{
	misc_deregister(&lampbus_device);
}

module_init(lampbus_init);
module_exit(lampbus_exit);
MODULE_DESCRIPTION("inquest lab: lamps");
MODULE_LICENSE("GPL");
