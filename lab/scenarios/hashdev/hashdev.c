// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hash table of names. Two inserts of the same node close its chain to a ring, and a lookup of what isn't there runs round it
 * for ever, deep in an ioctl.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#define BUCKETS 16

struct hash_node {
	struct hash_node *next;
	u32 key;
	u32 hits;
};

struct hash_table {
	u32 lookups;
	struct hash_node *buckets[BUCKETS];
};

static struct hash_table *table;
static struct hash_node nodes[64];

static noinline struct hash_node *hash_lookup(struct hash_table *t, u32 key)
{
	struct hash_node *n;

	t->lookups++;
	for (n = READ_ONCE(t->buckets[key % BUCKETS]); n; n = READ_ONCE(n->next))
		if (READ_ONCE(n->key) == key)
			return n;
	return NULL;
}

static noinline void hash_insert(struct hash_table *t, struct hash_node *n, u32 key)
{
	n->key = key;
	n->next = t->buckets[key % BUCKETS];
	WRITE_ONCE(t->buckets[key % BUCKETS], n);
}

static noinline int hash_touch(struct hash_table *t, u32 key)
{
	struct hash_node *n = hash_lookup(t, key);

	if (!n)
		return -ENOENT;
	n->hits++;
	return 0;
}

static long hash_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return hash_touch(table, cmd);
}

static const struct file_operations hash_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = hash_ioctl,
};

static struct miscdevice hash_device = { MISC_DYNAMIC_MINOR, "hashdev", &hash_fops };

static int __init hashdev_init(void)
{
	int i;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(nodes); i++)
		hash_insert(table, &nodes[i], i);
#ifndef HASHDEV_FIXED
	hash_insert(table, &nodes[21], 21);
#endif
	return misc_register(&hash_device);
}

static void __exit hashdev_exit(void)
{
	misc_deregister(&hash_device);
	kfree(table);
}

module_init(hashdev_init);
module_exit(hashdev_exit);
MODULE_DESCRIPTION("inquest lab: hash table");
MODULE_LICENSE("GPL");
