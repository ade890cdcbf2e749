// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells a process how many mappings it has, while they can't change. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

struct pin_report {
	u32 maps;
	u32 pages;
};

static noinline int pin_tell(struct pin_report __user *to, const struct pin_report *r)
{
	return copy_to_user(to, r, sizeof(*r)) ? -EFAULT : 0;
}

static noinline void pin_count(struct mm_struct *mm, struct pin_report *r)
{
	r->maps = mm->map_count;
	r->pages = mm->total_vm;
	msleep(300);
}

static noinline int pin_report(struct mm_struct *mm, struct pin_report __user *to)
{
	struct pin_report r;
	int err;

	mmap_read_lock(mm);
	pin_count(mm, &r);
#ifdef PAGEPIN_FIXED
	mmap_read_unlock(mm);
	err = pin_tell(to, &r);
#else
	err = pin_tell(to, &r);
	mmap_read_unlock(mm);
#endif
	return err;
}

static ssize_t pin_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	int err = pin_report(current->mm, (struct pin_report __user *)buf);

	return err ? err : (ssize_t)sizeof(struct pin_report);
}

static const struct file_operations pin_fops = { .owner = THIS_MODULE, .read = pin_read };
static struct miscdevice pin_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "pinreport", .fops = &pin_fops };

static int __init pagepin_init(void)
{
	return misc_register(&pin_dev);
}

static void __exit pagepin_exit(void)
{
	misc_deregister(&pin_dev);
}

module_init(pagepin_init);
module_exit(pagepin_exit);
MODULE_DESCRIPTION("inquest lab: mappings");
MODULE_LICENSE("GPL");
