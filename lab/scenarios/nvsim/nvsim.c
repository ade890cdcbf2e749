// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small memory disk on blk-mq. After so many requests its firmware "stops": requests are taken and never
 * completed, and the driver's timeout handler gives them more time, again and again.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define SECTORS 2048
#define STOPS_AFTER 5

struct nvsim {
	u32 served;
	u32 stuck;
	u8 *media;
	struct gendisk *disk;
	struct blk_mq_tag_set tags;
};

static struct nvsim dev;
static int major;

static void nvsim_copy(struct nvsim *d, struct request *rq)
{
	size_t at = blk_rq_pos(rq) << SECTOR_SHIFT;
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_segment(bv, rq, iter) {
		if (rq_data_dir(rq) == WRITE)
			memcpy_from_bvec(d->media + at, &bv);
		else
			memcpy_to_bvec(&bv, d->media + at);
		at += bv.bv_len;
	}
}

static blk_status_t nvsim_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct nvsim *d = hctx->queue->queuedata;

	blk_mq_start_request(bd->rq);
#ifndef NVSIM_FIXED
	if (++d->served > STOPS_AFTER) {
		d->stuck++;
		return BLK_STS_OK;
	}
#endif
	nvsim_copy(d, bd->rq);
	blk_mq_end_request(bd->rq, BLK_STS_OK);
	return BLK_STS_OK;
}

static enum blk_eh_timer_return nvsim_timeout(struct request *rq)
{
	return BLK_EH_RESET_TIMER;
}

static const struct blk_mq_ops nvsim_mq_ops = {
	.queue_rq = nvsim_queue_rq,
	.timeout = nvsim_timeout,
};

static const struct block_device_operations nvsim_fops = { .owner = THIS_MODULE };

static int nvsim_add_disk(struct nvsim *d)
{
	d->tags.ops = &nvsim_mq_ops;
	d->tags.nr_hw_queues = 1;
	d->tags.queue_depth = 16;
	d->tags.numa_node = NUMA_NO_NODE;
	d->tags.flags = BLK_MQ_F_SHOULD_MERGE;
	if (blk_mq_alloc_tag_set(&d->tags))
		return -ENOMEM;
	d->disk = blk_mq_alloc_disk(&d->tags, d);
	if (IS_ERR(d->disk))
		return PTR_ERR(d->disk);
	d->disk->major = major;
	d->disk->first_minor = 0;
	d->disk->minors = 1;
	d->disk->fops = &nvsim_fops;
	d->disk->flags |= GENHD_FL_NO_PART;
	snprintf(d->disk->disk_name, DISK_NAME_LEN, "nvsim0");
	set_capacity(d->disk, SECTORS);
	return add_disk(d->disk);
}

static int __init nvsim_init(void)
{
	dev.media = vzalloc(SECTORS << SECTOR_SHIFT);
	if (!dev.media)
		return -ENOMEM;
	major = register_blkdev(0, "nvsim");
	if (major < 0)
		return major;
	return nvsim_add_disk(&dev);
}

static void __exit nvsim_exit(void)
{
	del_gendisk(dev.disk);
	put_disk(dev.disk);
	blk_mq_free_tag_set(&dev.tags);
	unregister_blkdev(major, "nvsim");
	vfree(dev.media);
}

module_init(nvsim_init);
module_exit(nvsim_exit);
MODULE_DESCRIPTION("inquest lab: memory disk");
MODULE_LICENSE("GPL");
