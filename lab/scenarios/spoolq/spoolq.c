// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A spooler with one printer, which a semaphore guards. A banner page waits for its ink with the semaphore held.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/semaphore.h>
#include <linux/uaccess.h>

#ifdef SPOOLQ_FIXED
#define INK_MS 50
#else
#define INK_MS 200000
#endif

static struct semaphore printer_sem;	/* whose printer it is */
static unsigned long pages;

static noinline void spool_banner(void)
{
	down(&printer_sem);
	pages++;
	msleep(INK_MS);
	up(&printer_sem);
}

static noinline int spool_page(void)
{
	if (down_killable(&printer_sem))
		return -EINTR;
	pages++;
	up(&printer_sem);
	return 0;
}

static noinline void spool_flush(void)
{
	down(&printer_sem);
	pages = 0;
	up(&printer_sem);
}

static long spool_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1)
		spool_banner();
	else
		spool_flush();
	return 0;
}

static ssize_t spool_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	int err = spool_page();

	return err ? err : simple_read_from_buffer(to, count, pos, &pages, sizeof(pages));
}

static const struct file_operations spoolq_fops = {
	.owner = THIS_MODULE,
	.read = spool_read,
	.unlocked_ioctl = spool_ioctl,
};

static struct miscdevice spoolq_device = { MISC_DYNAMIC_MINOR, "spoolq", &spoolq_fops };

static int __init spoolq_init(void)
{
	sema_init(&printer_sem, 1);
	return misc_register(&spoolq_device);
}

static void __exit spoolq_exit(void)
{
	misc_deregister(&spoolq_device);
}

module_init(spoolq_init);
module_exit(spoolq_exit);
MODULE_DESCRIPTION("inquest lab: a spooler");
MODULE_LICENSE("GPL");
