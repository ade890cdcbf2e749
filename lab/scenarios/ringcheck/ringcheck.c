// SPDX-License-Identifier: GPL-2.0-or-later
/* A ring of records that checks itself. An ioctl rewinds the tail but not the head. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#define RING_SIZE 8

struct rec_ring {
	u32 head;
	u32 tail;
	u64 records[RING_SIZE];
};

static struct rec_ring *ring;

static noinline __noclone void ring_push(struct rec_ring *r, u64 record)
{
	BUG_ON(r->head - r->tail > RING_SIZE);
	if (r->head - r->tail == RING_SIZE)
		r->tail++;
	r->records[r->head++ % RING_SIZE] = record;
}

static ssize_t ring_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	ring_push(ring, count);
	return count;
}

static long ring_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	ring->head = cmd;
	return 0;
}

static const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.write = ring_write,
	.unlocked_ioctl = ring_ioctl,
};

static struct miscdevice ring_device = { MISC_DYNAMIC_MINOR, "recring", &ring_fops };

static int __init ringcheck_init(void)
{
	ring = kzalloc(sizeof(*ring), GFP_KERNEL);
	return ring ? misc_register(&ring_device) : -ENOMEM;
}

module_init(ringcheck_init);
MODULE_DESCRIPTION("inquest lab: record ring");
MODULE_LICENSE("GPL");
