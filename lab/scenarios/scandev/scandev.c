// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A scanner with channels. A kernel thread reads them in turn under the scanner's spinlock; one of them has no calibration, and the
 * thread dies of the NULL pointer. Readers spin for the lock.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define CHANNELS 4

struct calibration {
	u32 version;
	u32 scale;
};

struct scan_channel {
	u32 value;
	struct calibration *cal;
};

struct scanner {
	struct scan_channel channels[CHANNELS];
	spinlock_t lock;	/* protects channels */
	u32 rounds;
};

static struct scanner *scanner;
static struct calibration factory = { 1, 3 };

static noinline void scan_channel(struct scan_channel *ch, u32 raw)
{
	ch->value = raw * ch->cal->scale;
}

static noinline void scan_round(struct scanner *s)
{
	int i;

	spin_lock(&s->lock);
	for (i = 0; i < CHANNELS; i++)
		scan_channel(&s->channels[i], s->rounds);
	s->rounds++;
	spin_unlock(&s->lock);
}

static int scan_thread(void *arg)
{
	msleep(500);
	scan_round(arg);
	return 0;
}

static ssize_t scan_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 value;

	spin_lock(&scanner->lock);
	value = scanner->channels[0].value;
	spin_unlock(&scanner->lock);
	return simple_read_from_buffer(to, count, pos, &value, sizeof(value));
}

static const struct file_operations scan_fops = {
	.owner = THIS_MODULE,
	.read = scan_read,
};

static struct miscdevice scan_device = { MISC_DYNAMIC_MINOR, "scanner", &scan_fops };

static int __init scandev_init(void)
{
	int i;

	scanner = kzalloc(sizeof(*scanner), GFP_KERNEL);
	if (!scanner)
		return -ENOMEM;
	spin_lock_init(&scanner->lock);
	for (i = 0; i < CHANNELS; i++)
		scanner->channels[i].cal = &factory;
#ifndef SCANDEV_FIXED
	scanner->channels[2].cal = NULL;
#endif
	kthread_run(scan_thread, scanner, "scand");
	return misc_register(&scan_device);
}

static void __exit scandev_exit(void)
{
	misc_deregister(&scan_device);
	kfree(scanner);
}

module_init(scandev_init);
module_exit(scandev_exit);
MODULE_DESCRIPTION("inquest lab: scanner");
MODULE_LICENSE("GPL");
