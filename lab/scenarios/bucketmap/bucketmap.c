// SPDX-License-Identifier: GPL-2.0-or-later
/* A map with buckets. Shrinking an empty map to nothing leaves it with none, and the next lookup divides by their number. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>

struct map_bucket {
	u32 entries;
};

struct bucket_map {
	u32 nr_buckets;
	u32 lookups;
	struct map_bucket *buckets;
};

static struct bucket_map *map;

static noinline __noclone u32 bucket_of(u64 key, u32 nr_buckets)
{
	u32 hash = (u32)(key * 0x9e3779b1) ^ (u32)(key >> 32);

	return hash % nr_buckets;
}

static noinline __noclone u32 map_lookup(struct bucket_map *m, u64 key)
{
	struct map_bucket *bucket = &m->buckets[bucket_of(key, m->nr_buckets)];

	m->lookups++;
	return bucket->entries;
}

static noinline __noclone void map_shrink(struct bucket_map *m)
{
	m->nr_buckets /= 2;
}

static int map_thread(void *arg)
{
	u64 key = 1, entries = 0;

	while (!kthread_should_stop()) {
		entries += map_lookup(arg, key++ << 7);
		msleep(50);
		map_shrink(arg);
	}
	return entries != 0;
}

static int __init bucketmap_init(void)
{
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->nr_buckets = 8;
	map->buckets = kcalloc(8, sizeof(*map->buckets), GFP_KERNEL);
	kthread_run(map_thread, map, "mapcleand");
	return 0;
}

module_init(bucketmap_init);
MODULE_DESCRIPTION("inquest lab: map");
MODULE_LICENSE("GPL");
