// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A directory cache of hash buckets, each with its lock in the head's lowest bit. Shrinking waits for the disk with a bucket locked.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/list_bl.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#ifdef CACHEDIR_FIXED
#define disk_wait() udelay(20)
#else
#define disk_wait() msleep(200000)
#endif

struct dir_name {
	struct hlist_bl_node node;
	u32 hash, uses;
};

static struct hlist_bl_head dir_hash[16];
static struct dir_name dir_names[32];

static noinline u32 dir_find(u32 hash)
{
	struct hlist_bl_head *head = &dir_hash[hash % 16];
	struct hlist_bl_node *pos;
	struct dir_name *name;
	u32 uses = 0;

	hlist_bl_lock(head);
	hlist_bl_for_each_entry(name, pos, head, node)
		uses += name->uses++;
	hlist_bl_unlock(head);
	return uses;
}

static noinline void dir_shrink(u32 hash)
{
	struct hlist_bl_head *head = &dir_hash[hash % 16];
	struct hlist_bl_node *pos;
	struct dir_name *name;

	hlist_bl_lock(head);
	hlist_bl_for_each_entry(name, pos, head, node)
		name->uses = 0;
	disk_wait();
	hlist_bl_unlock(head);
}

static ssize_t dir_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 uses = 0;

	for (u32 hash = 0; hash < 16; hash++)
		uses += dir_find(hash);
	return simple_read_from_buffer(to, count, pos, &uses, sizeof(uses));
}

static ssize_t dir_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	dir_shrink(count);
	return count;
}

static const struct file_operations dir_fops = {
	.owner = THIS_MODULE,
	.read = dir_read,
	.write = dir_write,
};

static struct miscdevice dir_device = { MISC_DYNAMIC_MINOR, "cachedir", &dir_fops };

static int __init cachedir_init(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(dir_names); i++) {
		dir_names[i].hash = i;
		hlist_bl_lock(&dir_hash[i % 16]);
		hlist_bl_add_head(&dir_names[i].node, &dir_hash[i % 16]);
		hlist_bl_unlock(&dir_hash[i % 16]);
	}
	return misc_register(&dir_device);
}

static void __exit cachedir_exit(void)
{
	misc_deregister(&dir_device);
}

module_init(cachedir_init);
module_exit(cachedir_exit);
MODULE_DESCRIPTION("inquest lab: directory cache");
MODULE_LICENSE("GPL");
