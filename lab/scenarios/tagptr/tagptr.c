// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cache whose entries carry a generation in the upper bits of their pointers. entry_of() takes it off again, but a timer's function
 * reads the entry directly.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define GENERATION_SHIFT 56

struct page_entry {
	u64 key;
	u32 hits;
	u32 cost;
};

struct page_bucket {
	u32 nr;
	u32 used;
	struct page_entry *tagged;
};

struct page_cache {
	u32 generation;
	struct page_bucket buckets[4];
	struct delayed_work age;
	u64 cost;
};

static struct page_cache *pages;

static struct page_entry *entry_of(struct page_bucket *b)
{
	return (struct page_entry *)((unsigned long)b->tagged | ~0UL << GENERATION_SHIFT);
}

static noinline __noclone u64 bucket_cost(struct page_bucket *b)
{
	return (u64)b->tagged->cost * b->used;
}

static void pages_age(struct work_struct *work)
{
	struct page_cache *p = container_of(work, struct page_cache, age.work);
	int i;

	for (i = 0; i < ARRAY_SIZE(p->buckets); i++) {
		entry_of(&p->buckets[i])->hits /= 2;
		p->cost += bucket_cost(&p->buckets[i]);
	}
	schedule_delayed_work(&p->age, HZ / 5);
}

static int __init tagptr_init(void)
{
	int i;

	pages = kzalloc(sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	pages->generation = 0x2a;
	for (i = 0; i < ARRAY_SIZE(pages->buckets); i++) {
		struct page_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);
		unsigned long value = (unsigned long)entry;

		if (i == 2)
			value = (value & ~(~0UL << GENERATION_SHIFT)) | (unsigned long)pages->generation << GENERATION_SHIFT;
		pages->buckets[i].tagged = (struct page_entry *)value;
		pages->buckets[i].used = i;
	}
	INIT_DELAYED_WORK(&pages->age, pages_age);
	schedule_delayed_work(&pages->age, HZ / 5);
	return 0;
}

module_init(tagptr_init);
MODULE_DESCRIPTION("inquest lab: page cache");
MODULE_LICENSE("GPL");
