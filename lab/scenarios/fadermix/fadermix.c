// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strips of a mixing desk, kept in a list. A change of a strip's gain is worked out under the strip's lock; another CPU
 * may ask a strip's home CPU for its level.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#define STRIPS 6
#define TAPS 64

struct strip {
	struct list_head node;
	unsigned int id;
	int gain;
	spinlock_t lock;	/* protects tap */
	int tap[TAPS];
};

static LIST_HEAD(strips);

static struct strip *strip_of(unsigned int id)
{
	struct strip *s;

	list_for_each_entry(s, &strips, node)
		if (s->id == id)
			return s;
	return NULL;
}

static noinline int tap_filter(int sample, int gain)
{
	int i;

	for (i = 0; i < 200; i++) {
		sample = (sample * 31 + gain) ^ (sample >> 7);
		cpu_relax();
	}
	return sample;
}

static noinline void strip_render(struct strip *s)
{
	int i, round;

	for (round = 0; round < 40; round++)
		for (i = 0; i < TAPS; i++)
			s->tap[i] = tap_filter(s->tap[i], s->gain);
}

static noinline void strip_set_gain(struct strip *s, int gain)
{
	s->gain = gain;
	strip_render(s);
}

static noinline int strip_change(struct strip *s, int gain)
{
#ifdef FADERMIX_FIXED
	unsigned long flags;

	spin_lock_irqsave(&s->lock, flags);
	strip_set_gain(s, gain);
	spin_unlock_irqrestore(&s->lock, flags);
#else
	spin_lock(&s->lock);
	strip_set_gain(s, gain);
	spin_unlock(&s->lock);
#endif
	return s->gain;
}

static noinline int strip_sum(struct strip *s)
{
	int i, sum = 0;

	spin_lock(&s->lock);
	for (i = 0; i < TAPS; i++)
		sum += s->tap[i] >> 8;
	spin_unlock(&s->lock);
	return sum;
}

static void level_on_home(void *arg)
{
	struct strip *s = arg;

	s->id |= strip_sum(s) & 0;
}

static ssize_t fader_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct strip *s = strip_of(3);
	int i;

	for (i = 0; s && i < 5; i++) {
		strip_change(s, i + (int)len);
		usleep_range(500, 900);
	}
	return len;
}

static ssize_t fader_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct strip *s = strip_of(3);

	if (s)
		smp_call_function_single(2, level_on_home, s, true);
	return 0;
}

static const struct file_operations fader_fops = {
	.owner = THIS_MODULE,
	.read = fader_read,
	.write = fader_write,
};

static struct miscdevice fader_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "faders", .fops = &fader_fops };

static void free_strips(void)
{
	struct strip *s, *n;

	list_for_each_entry_safe(s, n, &strips, node)
		kfree(s);
}

static int __init fadermix_init(void)
{
	struct strip *s;
	unsigned int i;

	for (i = 0; i < STRIPS; i++) {
		s = kzalloc(sizeof(*s), GFP_KERNEL);
		if (!s) {
			free_strips();
			return -ENOMEM;
		}
		s->id = i;
		spin_lock_init(&s->lock);
		list_add_tail(&s->node, &strips);
	}
	return misc_register(&fader_dev);
}

static void __exit fadermix_exit(void)
{
	misc_deregister(&fader_dev);
	free_strips();
}

module_init(fadermix_init);
module_exit(fadermix_exit);
MODULE_DESCRIPTION("inquest lab: mixing desk");
MODULE_LICENSE("GPL");
