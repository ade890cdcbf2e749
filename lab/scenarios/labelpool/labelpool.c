// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Labels from a roll, one user at a time: a semaphore. A label that is too long is refused, and that path forgets the
 * semaphore.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/semaphore.h>
#include <linux/uaccess.h>

#define LABEL_MAX 8

static struct semaphore roll_sem;	/* protects printed */
static unsigned long printed;

static noinline int label_print(unsigned long length)
{
	down(&roll_sem);
	if (length > LABEL_MAX) {
#ifdef LABELPOOL_FIXED
		up(&roll_sem);
#endif
		return -EINVAL;
	}
	printed++;
	up(&roll_sem);
	return 0;
}

static long label_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return label_print(cmd);
}

static const struct file_operations labelpool_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = label_ioctl,
};

static struct miscdevice labelpool_device = { MISC_DYNAMIC_MINOR, "labelpool", &labelpool_fops };

static int __init labelpool_init(void)
{
	sema_init(&roll_sem, 1);
	return misc_register(&labelpool_device);
}

static void __exit labelpool_exit(void)
{
	misc_deregister(&labelpool_device);
}

module_init(labelpool_init);
module_exit(labelpool_exit);
MODULE_DESCRIPTION("inquest lab: labels");
MODULE_LICENSE("GPL");
