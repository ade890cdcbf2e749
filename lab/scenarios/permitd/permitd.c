// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An office that hands out permits. One lock guards its books; the yearly audit keeps it over a long sleep, and thousands of
 * clients queue up behind: readers of the list, those who claim a permit, those who renew one.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#ifdef PERMITD_FIXED
#define AUDIT_MS 20
#else
#define AUDIT_MS 900000
#endif

#define AUDIT 1
#define DESKS 16

struct permit_desk {
	u32 open;
	u32 served;
};

struct permit_office {
	char title[16];
	struct permit_desk desk[DESKS];
	struct mutex books;	/* protects desk */
	u64 audits;
};

static struct permit_office *office;

static noinline void permit_audit(struct permit_office *o)
{
	mutex_lock(&o->books);
	o->audits++;
	msleep(AUDIT_MS);
	mutex_unlock(&o->books);
}

static noinline u32 permit_count(struct permit_office *o)
{
	u32 served = 0;
	int i;

	mutex_lock(&o->books);
	for (i = 0; i < DESKS; i++)
		served += o->desk[i].served;
	mutex_unlock(&o->books);
	return served;
}

static noinline void permit_claim(struct permit_office *o, unsigned int nr)
{
	struct permit_desk *desk = &o->desk[nr % DESKS];

	mutex_lock(&o->books);
	desk->open++;
	mutex_unlock(&o->books);
}

static noinline void permit_stamp(struct permit_desk *desk)
{
	desk->served += desk->open > 0;
}

static noinline int permit_renew(struct permit_office *o, unsigned int nr)
{
	int error = mutex_lock_killable(&o->books);

	if (error)
		return error;
	permit_stamp(&o->desk[nr % DESKS]);
	mutex_unlock(&o->books);
	return 0;
}

static long permit_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd != AUDIT)
		return permit_renew(office, cmd);
	permit_audit(office);
	return 0;
}

static ssize_t permit_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 served = permit_count(office);

	return simple_read_from_buffer(to, count, pos, &served, sizeof(served));
}

static ssize_t permit_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	permit_claim(office, count);
	return count;
}

static const struct file_operations permit_fops = {
	.owner = THIS_MODULE,
	.read = permit_read,
	.write = permit_write,
	.unlocked_ioctl = permit_ioctl,
};

static struct miscdevice permit_device = { MISC_DYNAMIC_MINOR, "permits", &permit_fops };

static int __init permitd_init(void)
{
	office = kzalloc(sizeof(*office), GFP_KERNEL);
	if (!office)
		return -ENOMEM;
	mutex_init(&office->books);
	return misc_register(&permit_device);
}

static void __exit permitd_exit(void)
{
	misc_deregister(&permit_device);
	kfree(office);
}

module_init(permitd_init);
module_exit(permitd_exit);
MODULE_DESCRIPTION("inquest lab: permits");
MODULE_LICENSE("GPL");
