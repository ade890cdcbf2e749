// SPDX-License-Identifier: GPL-2.0-or-later
/* Bins that are recycled after a grace period. A bin without a lid goes through a NULL pointer when its turn comes. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct lid {
	u64 opened;
	u32 colour;
};

struct bin {
	u32 nr;
	struct lid *lid;
	struct rcu_head rcu;
};

static struct lid grey;
static u32 next_nr;

static noinline __noclone void lid_close(struct lid *l, u32 nr)
{
	l->colour = nr;
	l->opened = 0;
}

static void bin_recycle(struct rcu_head *head)
{
	struct bin *b = container_of(head, struct bin, rcu);

	lid_close(b->lid, b->nr);
	kfree(b);
}

static ssize_t bin_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct bin *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return -ENOMEM;
	b->nr = next_nr++;
	b->lid = b->nr < 3 ? &grey : NULL;
	call_rcu(&b->rcu, bin_recycle);
	return count;
}

static const struct file_operations bin_fops = { .owner = THIS_MODULE, .write = bin_write };
static struct miscdevice bin_device = { MISC_DYNAMIC_MINOR, "bins", &bin_fops };

static int __init binrecycle_init(void)
{
	return misc_register(&bin_device);
}

static void __exit binrecycle_exit(void)
{
	misc_deregister(&bin_device);
	rcu_barrier();
}

module_init(binrecycle_init);
module_exit(binrecycle_exit);
MODULE_DESCRIPTION("inquest lab: bins");
MODULE_LICENSE("GPL");
