// SPDX-License-Identifier: GPL-2.0-or-later
/* Bells that ring one after another. Each tower has a queue of them; the queues of towers beyond the first are never initialised. */
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define NR_TOWERS 4

struct bell {
	struct list_head node;
	u32 tone;
	u32 strokes;
};

struct tower {
	spinlock_t lock;
	u32 rung;
	struct list_head waiting;
	char name[12];
};

struct carillon {
	u64 total;
	struct tower towers[NR_TOWERS];
};

static struct carillon *carillon;

static void tower_enqueue(struct tower *t, struct bell *b)
{
	spin_lock(&t->lock);
	list_add_tail(&b->node, &t->waiting);
	t->rung++;
	spin_unlock(&t->lock);
}

static noinline int carillon_ring(struct carillon *c, u32 tone)
{
	struct bell *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return -ENOMEM;
	b->tone = tone;
	b->strokes = 1 + tone % 3;
	tower_enqueue(&c->towers[tone % NR_TOWERS], b);
	c->total += b->strokes;
	return 0;
}

static ssize_t bell_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	u32 tone;
	int err = kstrtou32_from_user(from, count, 0, &tone);

	if (err)
		return err;
	err = carillon_ring(carillon, tone);
	return err ? err : count;
}

static const struct file_operations bell_fops = {
	.owner = THIS_MODULE,
	.write = bell_write,
};

static struct miscdevice bell_device = { MISC_DYNAMIC_MINOR, "carillon", &bell_fops };

static void __init tower_setup(struct tower *t, int nr)
{
	spin_lock_init(&t->lock);
	snprintf(t->name, sizeof(t->name), "tower%d", nr);
	if (nr == 0)
		INIT_LIST_HEAD(&t->waiting);
}

static int __init bellring_init(void)
{
	int i;

	carillon = kzalloc(sizeof(*carillon), GFP_KERNEL);
	if (!carillon)
		return -ENOMEM;
	for (i = 0; i < NR_TOWERS; i++)
		tower_setup(&carillon->towers[i], i);
	return misc_register(&bell_device);
}

module_init(bellring_init);
MODULE_DESCRIPTION("inquest lab: carillon");
MODULE_LICENSE("GPL");
