// SPDX-License-Identifier: GPL-2.0-or-later
/* A gate with a bell. Who waits for it too long gives up, and forgets to take itself off the queue. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct gate {
	wait_queue_head_t bell;
	u32 open;
	u32 rings;
	u32 gave_up;
};

static struct gate *gate;

static noinline int gate_wait(struct gate *g, long ticks)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(&g->bell, &wait);
	while (!READ_ONCE(g->open)) {
		ticks = wait_woken(&wait, TASK_INTERRUPTIBLE, ticks);
		if (!ticks) {
			g->gave_up++;
			return -ETIME;
		}
	}
	remove_wait_queue(&g->bell, &wait);
	return 0;
}

static noinline void gate_ring(struct gate *g)
{
	g->rings++;
	wake_up_interruptible(&g->bell);
}

static ssize_t gate_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	int err = gate_wait(gate, HZ / 5);

	return err ? err : 0;
}

static ssize_t gate_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	gate_ring(gate);
	return count;
}

static const struct file_operations gate_fops = {
	.owner = THIS_MODULE,
	.read = gate_read,
	.write = gate_write,
};

static struct miscdevice gate_device = { MISC_DYNAMIC_MINOR, "gate", &gate_fops };

static int __init gatebell_init(void)
{
	gate = kzalloc(sizeof(*gate), GFP_KERNEL);
	if (!gate)
		return -ENOMEM;
	init_waitqueue_head(&gate->bell);
	return misc_register(&gate_device);
}

module_init(gatebell_init);
MODULE_DESCRIPTION("inquest lab: gate");
MODULE_LICENSE("GPL");
