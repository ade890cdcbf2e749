// SPDX-License-Identifier: GPL-2.0-or-later
/* A printer whose head is busy while a bit of its flags is set. The end of a page clears the bit and forgets those who wait for it. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#define INKJET_BUSY 3

static struct {
	u64 pages;
	u32 ink;
	unsigned long flags;
} inkjet;

static void inkjet_page_end(struct work_struct *work)
{
	inkjet.pages++;
	clear_bit_unlock(INKJET_BUSY, &inkjet.flags);
#ifdef INKJET_FIXED
	smp_mb__after_atomic();
	wake_up_bit(&inkjet.flags, INKJET_BUSY);
#endif
}

static DECLARE_DELAYED_WORK(page_end, inkjet_page_end);

static ssize_t inkjet_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	if (!test_and_set_bit(INKJET_BUSY, &inkjet.flags))
		schedule_delayed_work(&page_end, 3 * HZ);
	return count;
}

static noinline ssize_t inkjet_wait(void)
{
	wait_on_bit(&inkjet.flags, INKJET_BUSY, TASK_UNINTERRUPTIBLE);
	return 0;
}

static ssize_t inkjet_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return inkjet_wait();
}

static const struct file_operations inkjet_fops = {
	.owner = THIS_MODULE,
	.read = inkjet_read,
	.write = inkjet_write,
};

static struct miscdevice inkjet_device = { MISC_DYNAMIC_MINOR, "inkjet", &inkjet_fops };

static int __init inkjet_init(void)
{
	return misc_register(&inkjet_device);
}

static void __exit inkjet_exit(void)
{
	misc_deregister(&inkjet_device);
	cancel_delayed_work_sync(&page_end);
}

module_init(inkjet_init);
module_exit(inkjet_exit);
MODULE_DESCRIPTION("inquest lab: printer");
MODULE_LICENSE("GPL");
