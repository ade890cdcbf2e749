// SPDX-License-Identifier: GPL-2.0-or-later
/* A frame grabber: a tasklet takes the frame from the card, and waits for the card to be ready, however long that is. */
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct grabber {
	u32 frames;
	u32 ready;
	struct tasklet_struct tasklet;
};

static struct grabber grabber;

static void grab_frame(struct tasklet_struct *t)
{
	struct grabber *g = container_of(t, struct grabber, tasklet);
	u32 turns = 0;

	while (!READ_ONCE(g->ready)) {
#ifdef FRAMEGRAB_FIXED
		if (turns++ > 1000)
			return;
#endif
		cpu_relax();
	}
	g->frames += turns;
}

static ssize_t grab_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	tasklet_schedule(&grabber.tasklet);
	return count;
}

static noinline void grab_stop(struct grabber *g)
{
	tasklet_kill(&g->tasklet);
	g->frames = 0;
}

static long grab_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	grab_stop(&grabber);
	return 0;
}

static const struct file_operations grab_fops = {
	.owner = THIS_MODULE,
	.write = grab_write,
	.unlocked_ioctl = grab_ioctl,
};

static struct miscdevice grab_device = { MISC_DYNAMIC_MINOR, "grabber", &grab_fops };

static int __init framegrab_init(void)
{
	tasklet_setup(&grabber.tasklet, grab_frame);
	return misc_register(&grab_device);
}

static void __exit framegrab_exit(void)
{
	misc_deregister(&grab_device);
	tasklet_kill(&grabber.tasklet);
}

module_init(framegrab_init);
module_exit(framegrab_exit);
MODULE_DESCRIPTION("inquest lab: frames");
MODULE_LICENSE("GPL");
