// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fonts under an rwsem. A lookup of a font that isn't there gives the lock back, and so does its caller once more.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define FONTS 8

struct font_db {
	char title[16];
	struct rw_semaphore sem;	/* protects uses */
	unsigned long uses[FONTS];
};

static struct font_db *db;

static noinline long font_find(struct font_db *d, unsigned long nr)
{
	if (nr >= FONTS) {
#ifndef FONTDB_FIXED
		up_read(&d->sem);
#endif
		return -ENOENT;
	}
	return d->uses[nr] & 0xff;
}

static noinline long font_show(struct font_db *d, unsigned long nr)
{
	long uses;

	down_read(&d->sem);
	uses = font_find(d, nr);
	up_read(&d->sem);
	return uses;
}

static noinline void font_load(struct font_db *d)
{
	down_write(&d->sem);
	d->uses[0]++;
	up_write(&d->sem);
}

static long font_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return font_show(db, cmd);
}

static ssize_t font_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	font_load(db);
	return count;
}

static const struct file_operations fontdb_fops = {
	.owner = THIS_MODULE,
	.write = font_write,
	.unlocked_ioctl = font_ioctl,
};

static struct miscdevice fontdb_device = { MISC_DYNAMIC_MINOR, "fontdb", &fontdb_fops };

static int __init fontdb_init(void)
{
	db = kzalloc(sizeof(*db), GFP_KERNEL);
	if (!db)
		return -ENOMEM;
	init_rwsem(&db->sem);
	return misc_register(&fontdb_device);
}

static void __exit fontdb_exit(void)
{
	misc_deregister(&fontdb_device);
	kfree(db);
}

module_init(fontdb_init);
module_exit(fontdb_exit);
MODULE_DESCRIPTION("inquest lab: fonts");
MODULE_LICENSE("GPL");
