// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracks flows in a hash table; a flow that ends is freed after a grace period, back into its pool. One was made without a pool. */
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#define FLOW_BITS 4

struct flow_pool {
	spinlock_t lock;
	u32 nr_used;
	u32 nr_free;
};

struct flow {
	u32 id;
	u32 state;
	struct hlist_node hash;
	struct rcu_head rcu;
	struct flow_pool *pool;
};

static struct hlist_head flows[1 << FLOW_BITS];
static struct flow_pool *pool;

static noinline __noclone struct flow *flow_find(struct hlist_head *table, u32 id)
{
	struct flow *f;

	hlist_for_each_entry_rcu(f, &table[hash_32(id, FLOW_BITS)], hash, true) {
		if (f->id == id)
			return f;
	}
	return NULL;
}

static void flow_free_rcu(struct rcu_head *head)
{
	struct flow *f = container_of(head, struct flow, rcu);

	f->pool->nr_free++;
	kfree(f);
}

static long flow_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct flow *f = flow_find(flows, cmd);

	if (!f)
		return -ENOENT;
	hlist_del_rcu(&f->hash);
	call_rcu(&f->rcu, flow_free_rcu);
	return 0;
}

static const struct file_operations flow_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = flow_ioctl,
};

static struct miscdevice flow_device = { MISC_DYNAMIC_MINOR, "flows", &flow_fops };

static int __init flowfree_init(void)
{
	u32 id;

	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	spin_lock_init(&pool->lock);
	for (id = 1; id < 40; id++) {
		struct flow *f = kzalloc(sizeof(*f), GFP_KERNEL);

		if (!f)
			return -ENOMEM;
		f->id = id;
		f->pool = id == 33 ? NULL : pool;
		hlist_add_head_rcu(&f->hash, &flows[hash_32(id, FLOW_BITS)]);
	}
	return misc_register(&flow_device);
}

module_init(flowfree_init);
MODULE_DESCRIPTION("inquest lab: flow table");
MODULE_LICENSE("GPL");
