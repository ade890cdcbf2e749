// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A database of tariffs under an rwlock. Importing waits for the next record with it held for writing.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#ifdef TARIFFDB_FIXED
#define record_wait() udelay(20)
#else
#define record_wait() msleep(200000)
#endif

struct tariff_db {
	u32 version;
	u32 prices[20];
	rwlock_t lock;		/* of the prices */
};

static struct tariff_db *db;

static noinline u32 tariff_find(struct tariff_db *d, u32 zone)
{
	u32 price;

	read_lock(&d->lock);
	price = d->prices[zone % 20] + d->version;
	read_unlock(&d->lock);
	return price;
}

static noinline void tariff_import(struct tariff_db *d, u32 price)
{
	write_lock(&d->lock);
	for (int i = 0; i < 20; i++)
		d->prices[i] = price * i;
	record_wait();
	d->version++;
	write_unlock(&d->lock);
}

static ssize_t tariff_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 price = tariff_find(db, count);

	return simple_read_from_buffer(to, count, pos, &price, sizeof(price));
}

static ssize_t tariff_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	tariff_import(db, count);
	return count;
}

static const struct file_operations tariff_fops = {
	.owner = THIS_MODULE,
	.read = tariff_read,
	.write = tariff_write,
};

static struct miscdevice tariff_device = { MISC_DYNAMIC_MINOR, "tariffdb", &tariff_fops };

static int __init tariffdb_init(void)
{
	db = kzalloc(sizeof(*db), GFP_KERNEL);
	if (!db)
		return -ENOMEM;
	rwlock_init(&db->lock);
	return misc_register(&tariff_device);
}

static void __exit tariffdb_exit(void)
{
	misc_deregister(&tariff_device);
}

module_init(tariffdb_init);
module_exit(tariffdb_exit);
MODULE_DESCRIPTION("inquest lab: tariffs");
MODULE_LICENSE("GPL");
