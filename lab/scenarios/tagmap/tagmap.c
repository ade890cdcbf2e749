// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map of tags with a 'restore' that puts back a saved copy of the map, its mutex included: the owner that the copy has
 * is nobody, with the flag that there are waiters. The waiters sleep on; no unlock will ever wake them.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>

#define OWNER_NOBODY_WITH_WAITERS 1UL

struct tag_map {
	u64 tags[8];
	struct mutex lock;	/* protects tags */
};

static struct tag_map map;
static u64 saved_tags[8];

static noinline void tag_map_restore(struct tag_map *m)
{
	memcpy(m->tags, saved_tags, sizeof(m->tags));
#ifdef TAGMAP_FIXED
	mutex_unlock(&m->lock);
#else
	atomic_long_set(&m->lock.owner, OWNER_NOBODY_WITH_WAITERS);
#endif
}

static noinline void tag_map_reload(struct tag_map *m)
{
	mutex_lock(&m->lock);
	msleep(2000);	/* reads the copy */
	tag_map_restore(m);
}

static noinline void tag_map_set(struct tag_map *m, u64 tag)
{
	mutex_lock(&m->lock);
	m->tags[tag % ARRAY_SIZE(m->tags)] = tag;
	mutex_unlock(&m->lock);
}

static long tag_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	tag_map_reload(&map);
	return 0;
}

static ssize_t tag_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	tag_map_set(&map, count);
	return count;
}

static const struct file_operations tag_fops = {
	.owner = THIS_MODULE,
	.write = tag_write,
	.unlocked_ioctl = tag_ioctl,
};

static struct miscdevice tag_device = { MISC_DYNAMIC_MINOR, "tagmap", &tag_fops };

static int __init tagmap_init(void)
{
	mutex_init(&map.lock);
	return misc_register(&tag_device);
}

static void __exit tagmap_exit(void)
{
	misc_deregister(&tag_device);
}

module_init(tagmap_init);
module_exit(tagmap_exit);
MODULE_DESCRIPTION("inquest lab: map of tags");
MODULE_LICENSE("GPL");
