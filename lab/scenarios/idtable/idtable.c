// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of identifiers behind one mutex. When it is full, an insertion makes it larger; growing writes the
 * table out first, and that takes the mutex again.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define FIRST_SIZE 16

struct id_table {
	u32 used;
	u32 size;
	u32 written;
	struct mutex lock;	/* protects all of it */
	u32 ids[64];
};

static struct id_table *table;

static noinline void id_table_write_out(struct id_table *t)
{
#ifndef IDTABLE_FIXED
	mutex_lock(&t->lock);
#endif
	t->written = t->used;
#ifndef IDTABLE_FIXED
	mutex_unlock(&t->lock);
#endif
}

static noinline int id_table_grow(struct id_table *t)
{
	id_table_write_out(t);
	t->size *= 2;
	if (t->size > ARRAY_SIZE(t->ids)) {
		t->size = FIRST_SIZE;
		t->used = 0;
	}
	return 0;
}

static noinline int id_table_insert(struct id_table *t, u32 id)
{
	mutex_lock(&t->lock);
	if (t->used == t->size)
		id_table_grow(t);
	t->ids[t->used++] = id;
	mutex_unlock(&t->lock);
	return 0;
}

static ssize_t idtable_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	u32 id;
	int err = kstrtou32_from_user(from, count, 0, &id);

	if (!err)
		err = id_table_insert(table, id);
	return err ?: count;
}

static ssize_t idtable_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 used;

	mutex_lock(&table->lock);
	used = table->used;
	mutex_unlock(&table->lock);
	return simple_read_from_buffer(to, count, pos, &used, sizeof(used));
}

static const struct file_operations idtable_fops = {
	.owner = THIS_MODULE,
	.read = idtable_read,
	.write = idtable_write,
};

static struct miscdevice idtable_device = { MISC_DYNAMIC_MINOR, "idtable", &idtable_fops };

static int __init idtable_init(void)
{
	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	mutex_init(&table->lock);
	table->size = FIRST_SIZE;
	return misc_register(&idtable_device);
}

static void __exit idtable_exit(void)
{
	misc_deregister(&idtable_device);
	kfree(table);
}

module_init(idtable_init);
module_exit(idtable_exit);
MODULE_DESCRIPTION("inquest lab: table of identifiers");
MODULE_LICENSE("GPL");
