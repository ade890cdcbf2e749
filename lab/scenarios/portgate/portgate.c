// SPDX-License-Identifier: GPL-2.0-or-later
/* Gates of a port, each with a count of who is inside, under a spinlock. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct gate {
	unsigned int inside;
	unsigned int limit;
	spinlock_t lock;	/* protects inside */
};

static struct gate *gates;

static noinline int gate_enter(struct gate *g)
{
	spin_lock(&g->lock);
	if (g->inside >= g->limit) {
#ifdef PORTGATE_FIXED
		spin_unlock(&g->lock);
#endif
		return -EBUSY;
	}
	g->inside++;
	spin_unlock(&g->lock);
	return 0;
}

static noinline void gate_leave(struct gate *g)
{
	spin_lock(&g->lock);
	if (g->inside)
		g->inside--;
	spin_unlock(&g->lock);
}

static long gate_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1)
		return gate_enter(&gates[5]);
	gate_leave(&gates[5]);
	return 0;
}

static const struct file_operations gate_fops = { .owner = THIS_MODULE, .unlocked_ioctl = gate_ioctl };
static struct miscdevice gate_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "gates", .fops = &gate_fops };

static int __init portgate_init(void)
{
	int i;

	gates = kcalloc(8, sizeof(*gates), GFP_KERNEL);
	if (!gates)
		return -ENOMEM;
	for (i = 0; i < 8; i++) {
		gates[i].limit = 3;
		spin_lock_init(&gates[i].lock);
	}
	return misc_register(&gate_dev);
}

module_init(portgate_init);
MODULE_DESCRIPTION("inquest lab: gates");
MODULE_LICENSE("GPL");
