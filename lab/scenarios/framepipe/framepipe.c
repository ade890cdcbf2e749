// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames from a timer to readers. After an overrun the timer leaves early and doesn't start itself again: the readers in
 * the wait queue wait for a frame that nobody makes.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/wait.h>

#define OVERRUN_AT 100

static DECLARE_WAIT_QUEUE_HEAD(frame_wait);
static unsigned int frames;
static unsigned int produced;
static struct timer_list frame_timer;

static void frame_tick(struct timer_list *timer)
{
#ifndef FRAMEPIPE_FIXED
	if (++produced > OVERRUN_AT)
		return;
#endif
	WRITE_ONCE(frames, frames + 1);
	wake_up_all(&frame_wait);
	mod_timer(&frame_timer, jiffies + 1);
}

static noinline unsigned int frame_get(void)
{
	unsigned int seen = READ_ONCE(frames);

	wait_event(frame_wait, READ_ONCE(frames) != seen);
	return READ_ONCE(frames);
}

static ssize_t frame_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	unsigned int nr = frame_get();

	return simple_read_from_buffer(to, count, pos, &nr, sizeof(nr));
}

static const struct file_operations frame_fops = {
	.owner = THIS_MODULE,
	.read = frame_read,
};

static struct miscdevice frame_device = { MISC_DYNAMIC_MINOR, "framepipe", &frame_fops };

static int __init framepipe_init(void)
{
	timer_setup(&frame_timer, frame_tick, 0);
	mod_timer(&frame_timer, jiffies + 1);
	return misc_register(&frame_device);
}

static void __exit framepipe_exit(void)
{
	misc_deregister(&frame_device);
	del_timer_sync(&frame_timer);
}

module_init(framepipe_init);
module_exit(framepipe_exit);
MODULE_DESCRIPTION("inquest lab: frames");
MODULE_LICENSE("GPL");
