// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Meters that remember their last readings. One reading too many is written behind the array, where the
 * mutex begins with its owner. Nobody holds the mutex then, and nobody gets it any more.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#define READINGS 4

struct reading {
	u64 value;
	char note[504];
};

struct meter {
	u32 nr;
	u32 filled;
	struct reading *last[READINGS];
	struct mutex lock;	/* protects filled, total */
	u64 total;
};

static struct meter *meter;

static noinline void meter_sum(struct meter *m)
{
	mutex_lock(&m->lock);
	m->total++;
	mutex_unlock(&m->lock);
}

/* Lockless: only the one client that reads the meter calls it. */
static noinline void meter_keep(struct meter *m, struct reading *r)
{
	struct reading **slot = m->last;

#ifdef METERIO_FIXED
	if (m->filled >= READINGS) {
#else
	if (m->filled > READINGS) {
#endif
		kfree(r);
		return;
	}
	slot[m->filled++] = r;
}

static long meter_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct reading *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->value = cmd;
	meter_keep(meter, r);
	return 0;
}

static ssize_t meter_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	meter_sum(meter);
	return simple_read_from_buffer(to, count, pos, &meter->total, sizeof(meter->total));
}

static const struct file_operations meter_fops = {
	.owner = THIS_MODULE,
	.read = meter_read,
	.unlocked_ioctl = meter_ioctl,
};

static struct miscdevice meter_device = { MISC_DYNAMIC_MINOR, "meter", &meter_fops };

static int __init meterio_init(void)
{
	meter = kzalloc(sizeof(*meter), GFP_KERNEL);
	if (!meter)
		return -ENOMEM;
	mutex_init(&meter->lock);
	return misc_register(&meter_device);
}

static void __exit meterio_exit(void)
{
	misc_deregister(&meter_device);
	kfree(meter);
}

module_init(meterio_init);
module_exit(meterio_exit);
MODULE_DESCRIPTION("inquest lab: meters");
MODULE_LICENSE("GPL");
