// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors of a receiver, as hardware lays them out: 20 bytes each, in banks, and spare ones behind the ring. One has no
 * buffer.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#define BANKS 2
#define RING 6
#define SPARE 3

struct rx_buf {
	u64 stamp;
	u32 filled;
	u32 room;
};

struct rx_desc {
	u32 len;
	u32 port : 5, last : 1, error : 2;
	union {
		u64 cookie;
		struct rx_buf *buf;
	};
	u32 check;
} __packed;

struct rx_ring {
	u32 bank;
	u32 nr_spare;
	u64 packets;
	struct rx_desc desc[BANKS][RING];
	u32 pad;
	struct rx_desc spare[];
};

static struct rx_ring *ring;

static noinline __noclone u32 rx_filled(struct rx_ring *r, u32 bank, u32 nr)
{
	if (r->desc[bank][nr].error)
		return 0;
	r->packets++;
#ifdef RXRING_SPARE
	return r->spare[nr].buf->filled;
#else
	return r->desc[bank][nr].buf->filled;
#endif
}

static long rx_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u32 filled = rx_filled(ring, ring->bank, cmd);

	ring->desc[ring->bank][cmd].len = filled;
	return filled;
}

static const struct file_operations rx_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = rx_ioctl,
};

static struct miscdevice rx_device = { MISC_DYNAMIC_MINOR, "rxring", &rx_fops };

static int __init rxring_init(void)
{
	u32 i;

	ring = kzalloc(struct_size(ring, spare, SPARE), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	ring->bank = 1;
	ring->nr_spare = SPARE;
	for (i = 0; i < BANKS * RING; i++)
		if (i != RING + 3)
			ring->desc[i / RING][i % RING].buf = kzalloc(sizeof(struct rx_buf), GFP_KERNEL);
	return misc_register(&rx_device);
}

module_init(rxring_init);
MODULE_DESCRIPTION("inquest lab: receive ring");
MODULE_LICENSE("GPL");
