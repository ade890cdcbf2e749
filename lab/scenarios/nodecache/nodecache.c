// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains of nodes, freed after a grace period. A chain whose last node points to its first is never freed to its end. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

struct node {
	struct node *next;
	u32 refs;
	struct rcu_head rcu;
};

static struct node nodes[8];

static void node_free_chain(struct rcu_head *rcu)
{
	struct node *first = container_of(rcu, struct node, rcu);

	for (struct node *n = first; n; n = READ_ONCE(n->next))
		WRITE_ONCE(n->refs, n->refs - 1);
}

static ssize_t node_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	for (u32 i = 0; i + 1 < ARRAY_SIZE(nodes); i++)
		nodes[i].next = &nodes[i + 1];
#ifdef NODECACHE_FIXED
	nodes[ARRAY_SIZE(nodes) - 1].next = NULL;
#else
	nodes[ARRAY_SIZE(nodes) - 1].next = &nodes[1];
#endif
	call_rcu(&nodes[0].rcu, node_free_chain);
	return count;
}

static noinline void node_sweep(void)
{
	rcu_barrier();
	nodes[0].refs = 0;
}

static long node_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	node_sweep();
	return 0;
}

static const struct file_operations node_fops = {
	.owner = THIS_MODULE,
	.write = node_write,
	.unlocked_ioctl = node_ioctl,
};

static struct miscdevice node_device = { MISC_DYNAMIC_MINOR, "nodes", &node_fops };

module_misc_device(node_device);
MODULE_DESCRIPTION("inquest lab: nodes");
MODULE_LICENSE("GPL");
