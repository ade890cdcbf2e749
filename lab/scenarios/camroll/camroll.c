// SPDX-License-Identifier: GPL-2.0-or-later

/* A camera. A film waits for its frames under the camera's mutex, and may be frozen meanwhile. */
#include <linux/freezer.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/timer.h>
#include <linux/wait.h>

static DEFINE_MUTEX(cam);
static DECLARE_WAIT_QUEUE_HEAD(frames);
static u32 ready;
static struct timer_list shutter;

static void cam_shutter(struct timer_list *t)
{
	ready++;
	wake_up(&frames);
}

static noinline void cam_film(void)
{
	wait_event_freezable(frames, READ_ONCE(ready));
}

static long cam_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	mutex_lock(&cam);
#ifdef CAMROLL_FIXED
	mutex_unlock(&cam);
#endif
	if (cmd == 1) {
		mod_timer(&shutter, jiffies + 2 * HZ);
		cam_film();
	}
#ifndef CAMROLL_FIXED
	mutex_unlock(&cam);
#endif
	return 0;
}

static const struct file_operations cam_fops = { .owner = THIS_MODULE, .unlocked_ioctl = cam_ioctl };
static struct miscdevice cam_device = { MISC_DYNAMIC_MINOR, "camroll", &cam_fops };

static int __init camroll_init(void)
{
	timer_setup(&shutter, cam_shutter, 0);
	return misc_register(&cam_device);
}

module_init(camroll_init);
MODULE_DESCRIPTION("inquest lab: camera");
MODULE_LICENSE("GPL");
