// SPDX-License-Identifier: GPL-2.0-or-later
/* Spindles of a lathe; a reset brings a spindle back to how it was in the beginning, lock and all. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct spindle {
	unsigned int speed;
	unsigned int turns;
	struct mutex lock;	/* protects speed, turns */
};

static struct spindle *spindles;

static noinline void spindle_init_one(struct spindle *s)
{
	s->speed = 0;
	s->turns = 0;
	mutex_init(&s->lock);
}

static noinline void spindle_turn(struct spindle *s, unsigned int ms)
{
	mutex_lock(&s->lock);
	s->turns++;
	msleep(ms);
	mutex_unlock(&s->lock);
}

static noinline void spindle_reset(struct spindle *s)
{
#ifdef SPINDLE_FIXED
	mutex_lock(&s->lock);
	s->speed = 0;
	s->turns = 0;
	mutex_unlock(&s->lock);
#else
	spindle_init_one(s);
#endif
}

static long spindle_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case 1:
		spindle_turn(&spindles[2], 4000);
		return 0;
	case 4:
		spindle_turn(&spindles[2], 1);
		return 0;
	case 3:
		spindle_reset(&spindles[2]);
		return 0;
	}
	return -ENOTTY;
}

static const struct file_operations spindle_fops = { .owner = THIS_MODULE, .unlocked_ioctl = spindle_ioctl };
static struct miscdevice spindle_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "spindles", .fops = &spindle_fops };

static int __init spindle_init(void)
{
	int i;

	spindles = kcalloc(4, sizeof(*spindles), GFP_KERNEL);
	if (!spindles)
		return -ENOMEM;
	for (i = 0; i < 4; i++)
		spindle_init_one(&spindles[i]);
	return misc_register(&spindle_dev);
}

module_init(spindle_init);
MODULE_DESCRIPTION("inquest lab: spindles");
MODULE_LICENSE("GPL");
