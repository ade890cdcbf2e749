// SPDX-License-Identifier: GPL-2.0-or-later

/* A library of tape cartridges as a disk. A command of its own is a request of the disk's queue; one that is refused is not given back. */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/version.h>

#define SECTORS 2048

struct cartlib {
	u32 moves;
	struct gendisk *disk;
	struct blk_mq_tag_set tags;
};

static struct cartlib lib;
static int major;

static blk_status_t cart_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct req_iterator iter;
	struct bio_vec bv;

	blk_mq_start_request(bd->rq);
	rq_for_each_segment(bv, bd->rq, iter)
		memzero_bvec(&bv);
	blk_mq_end_request(bd->rq, BLK_STS_OK);
	return BLK_STS_OK;
}

static noinline int cart_move(struct cartlib *l, unsigned int cmd)
{
	struct request *rq = blk_mq_alloc_request(l->disk->queue, REQ_OP_DRV_IN, 0);

	if (IS_ERR(rq))
		return PTR_ERR(rq);
	l->moves++;
#ifdef CARTLIB_FIXED
	blk_mq_free_request(rq);
#else
	if (l->moves != 2)
		blk_mq_free_request(rq);
#endif
	return -EIO;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
static int cart_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd, unsigned long arg)
#else
static int cart_ioctl(struct block_device *bdev, fmode_t mode, unsigned int cmd, unsigned long arg)
#endif
{
	return cart_move(&lib, cmd);
}

static const struct blk_mq_ops cart_mq_ops = { .queue_rq = cart_queue_rq };
static const struct block_device_operations cart_fops = { .owner = THIS_MODULE, .ioctl = cart_ioctl };

static int cart_add_disk(struct cartlib *l)
{
	l->tags.ops = &cart_mq_ops;
	l->tags.nr_hw_queues = 1;
	l->tags.queue_depth = 16;
	l->tags.numa_node = NUMA_NO_NODE;
	if (blk_mq_alloc_tag_set(&l->tags))
		return -ENOMEM;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	l->disk = blk_mq_alloc_disk(&l->tags, NULL, l);
#else
	l->disk = blk_mq_alloc_disk(&l->tags, l);
#endif
	if (IS_ERR(l->disk))
		return PTR_ERR(l->disk);
	l->disk->major = major;
	l->disk->first_minor = 0;
	l->disk->minors = 1;
	l->disk->fops = &cart_fops;
	l->disk->flags |= GENHD_FL_NO_PART;
	snprintf(l->disk->disk_name, DISK_NAME_LEN, "cart0");
	set_capacity(l->disk, SECTORS);
	return add_disk(l->disk);
}

static int __init cartlib_init(void)
{
	major = register_blkdev(0, "cartlib");
	if (major < 0)
		return major;
	return cart_add_disk(&lib);
}

module_init(cartlib_init);
MODULE_DESCRIPTION("inquest lab: cartridges");
MODULE_LICENSE("GPL");
