// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An index that a kernel thread rebuilds now and then under the write side of a reader-writer semaphore; in the middle it waits for
 * its storage, which takes minutes. Lookups queue behind it.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

#ifdef INDEXCACHE_FIXED
#define STORAGE_JIFFIES 2
#else
#define STORAGE_JIFFIES (200 * HZ)
#endif

struct index_cache {
	u64 generation;
	u64 keys[32];
	struct rw_semaphore sem;	/* protects keys */
};

static struct index_cache *cache;
static struct task_struct *builder;

static noinline void index_wait_storage(struct index_cache *c)
{
	schedule_timeout_uninterruptible(STORAGE_JIFFIES);
}

static noinline void index_rebuild(struct index_cache *c)
{
	int i;

	down_write(&c->sem);
	for (i = 0; i < ARRAY_SIZE(c->keys); i++)
		c->keys[i] = c->generation * i;
	index_wait_storage(c);
	c->generation++;
	up_write(&c->sem);
}

static int index_builder(void *arg)
{
	while (!kthread_should_stop()) {
		index_rebuild(cache);
		msleep(20);
	}
	return 0;
}

static ssize_t index_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u64 key;

	down_read(&cache->sem);
	key = cache->keys[count % ARRAY_SIZE(cache->keys)];
	up_read(&cache->sem);
	return simple_read_from_buffer(to, count, pos, &key, sizeof(key));
}

static ssize_t index_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	down_write(&cache->sem);
	cache->keys[count % ARRAY_SIZE(cache->keys)]++;
	up_write(&cache->sem);
	return count;
}

static const struct file_operations index_fops = {
	.owner = THIS_MODULE,
	.read = index_read,
	.write = index_write,
};

static struct miscdevice index_device = { MISC_DYNAMIC_MINOR, "indexcache", &index_fops };

static int __init indexcache_init(void)
{
	cache = kzalloc(sizeof(*cache), GFP_KERNEL);
	if (!cache)
		return -ENOMEM;
	init_rwsem(&cache->sem);
	builder = kthread_run(index_builder, NULL, "indexer");
	if (IS_ERR(builder))
		return PTR_ERR(builder);
	return misc_register(&index_device);
}

static void __exit indexcache_exit(void)
{
	misc_deregister(&index_device);
	kthread_stop(builder);
	kfree(cache);
}

module_init(indexcache_init);
module_exit(indexcache_exit);
MODULE_DESCRIPTION("inquest lab: index");
MODULE_LICENSE("GPL");
