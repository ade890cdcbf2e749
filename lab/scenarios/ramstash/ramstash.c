// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A memory disk that takes bios as they come. What doesn't fit its window it parks on a list for later, and later never comes.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#define SECTORS 2048
#define WINDOW_SECTORS 256

static DEFINE_SPINLOCK(parked_lock);	/* protects parked */
static struct bio_list parked;
static struct gendisk *disk;
static u8 *media;
static int major;

static void stash_copy(struct bio *bio)
{
	size_t at = bio->bi_iter.bi_sector << SECTOR_SHIFT;
	struct bvec_iter iter;
	struct bio_vec bv;

	bio_for_each_segment(bv, bio, iter) {
		if (bio_data_dir(bio) == WRITE)
			memcpy_from_bvec(media + at, &bv);
		else
			memcpy_to_bvec(&bv, media + at);
		at += bv.bv_len;
	}
}

static void stash_submit(struct bio *bio)
{
#ifndef RAMSTASH_FIXED
	if (bio->bi_iter.bi_sector >= WINDOW_SECTORS) {
		spin_lock(&parked_lock);
		bio_list_add(&parked, bio);
		spin_unlock(&parked_lock);
		return;
	}
#endif
	stash_copy(bio);
	bio_endio(bio);
}

static const struct block_device_operations stash_fops = {
	.owner = THIS_MODULE,
	.submit_bio = stash_submit,
};

static int __init ramstash_init(void)
{
	media = vzalloc(SECTORS << SECTOR_SHIFT);
	disk = blk_alloc_disk(NUMA_NO_NODE);
	major = register_blkdev(0, "ramstash");
	if (!media || !disk || major < 0)
		return -ENOMEM;
	disk->major = major;
	disk->minors = 1;
	disk->fops = &stash_fops;
	disk->flags |= GENHD_FL_NO_PART;
	snprintf(disk->disk_name, DISK_NAME_LEN, "stash0");
	set_capacity(disk, SECTORS);
	return add_disk(disk);
}

static void __exit ramstash_exit(void)
{
	del_gendisk(disk);
	put_disk(disk);
	unregister_blkdev(major, "ramstash");
	vfree(media);
}

module_init(ramstash_init);
module_exit(ramstash_exit);
MODULE_DESCRIPTION("inquest lab: memory disk");
MODULE_LICENSE("GPL");
