// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A catalogue under a reader-writer semaphore and a journal under a mutex. An update writes the catalogue and then the
 * journal; a checkpoint holds the journal and reads the catalogue.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

struct catalog {
	struct rw_semaphore tree_sem;	/* protects entries */
	u64 entries;
	struct mutex journal_lock;	/* protects written */
	u64 written;
};

static struct catalog *catalog;

static noinline void catalog_update(struct catalog *c)
{
	down_write(&c->tree_sem);
	c->entries++;
	usleep_range(1000, 2000);
	mutex_lock(&c->journal_lock);
	c->written++;
	mutex_unlock(&c->journal_lock);
	up_write(&c->tree_sem);
}

static noinline void catalog_checkpoint(struct catalog *c)
{
#ifdef CATALOGD_FIXED
	down_read(&c->tree_sem);
	mutex_lock(&c->journal_lock);
#else
	mutex_lock(&c->journal_lock);
	usleep_range(1000, 2000);
	down_read(&c->tree_sem);
#endif
	c->written = c->entries;
	up_read(&c->tree_sem);
	mutex_unlock(&c->journal_lock);
}

static ssize_t catalog_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	catalog_update(catalog);
	return count;
}

static ssize_t catalog_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u64 entries;

	down_read(&catalog->tree_sem);
	entries = catalog->entries;
	up_read(&catalog->tree_sem);
	return simple_read_from_buffer(to, count, pos, &entries, sizeof(entries));
}

static long catalog_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	catalog_checkpoint(catalog);
	return 0;
}

static const struct file_operations catalog_fops = {
	.owner = THIS_MODULE,
	.read = catalog_read,
	.write = catalog_write,
	.unlocked_ioctl = catalog_ioctl,
};

static struct miscdevice catalog_device = { MISC_DYNAMIC_MINOR, "catalog", &catalog_fops };

static int __init catalogd_init(void)
{
	catalog = kzalloc(sizeof(*catalog), GFP_KERNEL);
	if (!catalog)
		return -ENOMEM;
	init_rwsem(&catalog->tree_sem);
	mutex_init(&catalog->journal_lock);
	return misc_register(&catalog_device);
}

static void __exit catalogd_exit(void)
{
	misc_deregister(&catalog_device);
	kfree(catalog);
}

module_init(catalogd_init);
module_exit(catalogd_exit);
MODULE_DESCRIPTION("inquest lab: catalogue and journal");
MODULE_LICENSE("GPL");
