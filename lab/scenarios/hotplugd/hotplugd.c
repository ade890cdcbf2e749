// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A bus that asks a program of user space to set a new device up, and waits for its end with the bus's mutex held. The program doesn't
 * end; all who list the bus queue.
 */
#include <linux/fs.h>
#include <linux/kmod.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/umh.h>

static DEFINE_MUTEX(bus_mutex);	/* protects devices */
static u32 devices;

static noinline int bus_setup(void)
{
#ifdef HOTPLUGD_FIXED
	static char *const argv[] = { "/bin/busybox", "true", NULL };
#else
	static char *const argv[] = { "/bin/busybox", "sleep", "5000", NULL };
#endif
	static char *const envp[] = { "PATH=/bin", NULL };

	return call_usermodehelper(argv[0], (char **)argv, (char **)envp, UMH_WAIT_PROC);
}

static noinline int bus_plug(void)
{
	int err;

	mutex_lock(&bus_mutex);
	err = bus_setup();
	devices++;
	mutex_unlock(&bus_mutex);
	return err;
}

static ssize_t bus_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int err = bus_plug();

	return err ?: count;
}

static ssize_t bus_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 n;

	mutex_lock(&bus_mutex);
	n = devices;
	mutex_unlock(&bus_mutex);
	return simple_read_from_buffer(to, count, pos, &n, sizeof(n));
}

static const struct file_operations bus_fops = {
	.owner = THIS_MODULE,
	.read = bus_read,
	.write = bus_write,
};

static struct miscdevice bus_device = { MISC_DYNAMIC_MINOR, "hpbus", &bus_fops };

static int __init hotplugd_init(void)
{
	return misc_register(&bus_device);
}

static void __exit hotplugd_exit(void)
{
	misc_deregister(&bus_device);
}

module_init(hotplugd_init);
module_exit(hotplugd_exit);
MODULE_DESCRIPTION("inquest lab: bus");
MODULE_LICENSE("GPL");
