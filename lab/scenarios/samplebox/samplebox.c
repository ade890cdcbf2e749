// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A box of samples: who reads waits for one with the box's mutex held, interruptibly. Who would deliver one needs the mutex.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

static DEFINE_MUTEX(sample_mutex);	/* protects samples */
static DECLARE_WAIT_QUEUE_HEAD(sample_wait);
static int samples = 1;

static noinline int sample_take(void)
{
	int err;

#ifdef SAMPLEBOX_FIXED
	err = wait_event_interruptible(sample_wait, READ_ONCE(samples));
	if (err)
		return err;
	mutex_lock(&sample_mutex);
	if (samples)
		samples--;
	mutex_unlock(&sample_mutex);
	return 0;
#else
	mutex_lock(&sample_mutex);
	err = wait_event_interruptible(sample_wait, READ_ONCE(samples));
	if (!err)
		samples--;
	mutex_unlock(&sample_mutex);
	return err;
#endif
}

static noinline void sample_deliver(void)
{
	mutex_lock(&sample_mutex);
	samples++;
	mutex_unlock(&sample_mutex);
	wake_up(&sample_wait);
}

static ssize_t sample_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	int err = sample_take();

	return err ?: (ssize_t)count;
}

static ssize_t sample_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	sample_deliver();
	return count;
}

static const struct file_operations sample_fops = {
	.owner = THIS_MODULE,
	.read = sample_read,
	.write = sample_write,
};

static struct miscdevice sample_device = { MISC_DYNAMIC_MINOR, "samples", &sample_fops };

static int __init samplebox_init(void)
{
	return misc_register(&sample_device);
}

static void __exit samplebox_exit(void)
{
	misc_deregister(&sample_device);
}

module_init(samplebox_init);
module_exit(samplebox_exit);
MODULE_DESCRIPTION("inquest lab: samples");
MODULE_LICENSE("GPL");
