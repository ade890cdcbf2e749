// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list of descriptors under an interrupt-safe spinlock. Adding one that is already in the list makes a ring of it, and the
 * next count runs round and round with interrupts off.
 */
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>

struct desc {
	struct desc *next;
	u32 length;
	u32 flags;
};

static DEFINE_SPINLOCK(desc_lock);	/* protects the list */
static struct desc descs[4];
static struct desc *first;
static unsigned long total;

static noinline void desc_add(struct desc *d)
{
	unsigned long flags;

	spin_lock_irqsave(&desc_lock, flags);
	d->length = 64;
	d->next = first;
	first = d;
	spin_unlock_irqrestore(&desc_lock, flags);
}

static noinline unsigned long desc_count(void)
{
	unsigned long flags, sum = 0;
	struct desc *d;

	spin_lock_irqsave(&desc_lock, flags);
	for (d = first; d; d = READ_ONCE(d->next))
		sum += d->length;
	total = sum;
	spin_unlock_irqrestore(&desc_lock, flags);
	return sum;
}

static ssize_t desc_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	unsigned long sum = desc_count();

	return simple_read_from_buffer(to, count, pos, &sum, sizeof(sum));
}

static long desc_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
#ifndef DESCLIST_FIXED
	desc_add(&descs[cmd % ARRAY_SIZE(descs)]);
#endif
	return 0;
}

static const struct file_operations desc_fops = {
	.owner = THIS_MODULE,
	.read = desc_read,
	.unlocked_ioctl = desc_ioctl,
};

static struct miscdevice desc_device = { MISC_DYNAMIC_MINOR, "desclist", &desc_fops };

static int __init desclist_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(descs); i++)
		desc_add(&descs[i]);
	return misc_register(&desc_device);
}

static void __exit desclist_exit(void)
{
	misc_deregister(&desc_device);
}

module_init(desclist_init);
module_exit(desclist_exit);
MODULE_DESCRIPTION("inquest lab: list of descriptors");
MODULE_LICENSE("GPL");
