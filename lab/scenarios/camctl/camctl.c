// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of a camera under a mutex. A setting out of range is refused, and that path forgets to unlock.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#define GAIN_MAX 100

static DEFINE_MUTEX(cam_mutex);	/* protects gain, frames */
static u32 gain;
static u32 frames;

static noinline int cam_set_gain(u32 value)
{
	mutex_lock(&cam_mutex);
	if (value > GAIN_MAX) {
#ifdef CAMCTL_FIXED
		mutex_unlock(&cam_mutex);
#endif
		return -ERANGE;
	}
	gain = value;
	mutex_unlock(&cam_mutex);
	return 0;
}

static ssize_t cam_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	u32 value;
	int err = kstrtou32_from_user(from, count, 0, &value);

	if (!err)
		err = cam_set_gain(value);
	return err ?: count;
}

static ssize_t cam_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 now;

	mutex_lock(&cam_mutex);
	now = ++frames * gain;
	mutex_unlock(&cam_mutex);
	return simple_read_from_buffer(to, count, pos, &now, sizeof(now));
}

static const struct file_operations cam_fops = {
	.owner = THIS_MODULE,
	.read = cam_read,
	.write = cam_write,
};

static struct miscdevice cam_device = { MISC_DYNAMIC_MINOR, "cam0", &cam_fops };

static int __init camctl_init(void)
{
	return misc_register(&cam_device);
}

static void __exit camctl_exit(void)
{
	misc_deregister(&cam_device);
}

module_init(camctl_init);
module_exit(camctl_exit);
MODULE_DESCRIPTION("inquest lab: camera settings");
MODULE_LICENSE("GPL");
