// SPDX-License-Identifier: GPL-2.0-or-later
/* A block cache over back ends. The back end for memory has nothing to flush, so it has no flush operation; the cache calls it anyway. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct blk_cache;

struct backend_ops {
	const char *name;
	int (*load)(struct blk_cache *cache, u32 nr);
	int (*store)(struct blk_cache *cache, u32 nr);
	int (*flush)(struct blk_cache *cache);
};

struct blk_cache {
	u32 blocks;
	u32 dirty;
	const struct backend_ops *ops;
};

static int mem_store(struct blk_cache *cache, u32 nr)
{
	cache->dirty += nr;
	return 0;
}

static const struct backend_ops mem_ops = { .name = "mem", .store = mem_store };
static struct blk_cache cache = { .blocks = 64, .ops = &mem_ops };

static noinline __noclone int cache_flush(struct blk_cache *c)
{
	int error = c->ops->flush(c);

	if (!error)
		c->dirty = 0;
	return error;
}

static ssize_t cache_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int error = cache.ops->store(&cache, count);

	if (!error)
		error = cache_flush(&cache);
	return error ? error : count;
}

static const struct file_operations cache_fops = {
	.owner = THIS_MODULE,
	.write = cache_write,
};

static struct miscdevice cache_device = { MISC_DYNAMIC_MINOR, "blkcache", &cache_fops };

module_misc_device(cache_device);
MODULE_DESCRIPTION("inquest lab: block cache");
MODULE_LICENSE("GPL");
