// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * block: which device, and which of its requests, do tasks that wait for I/O wait for?
 *
 * What a task waits with (a bio, a buffer_head, a folio, a file) leads to the disk:
 *
 *	bio.bi_bdev | buffer_head.b_bdev | folio.mapping.host.i_sb.s_bdev | kiocb.ki_filp... |
 *	request_queue.disk
 *	  -> block_device.bd_disk -> gendisk.queue.tag_set.tags[].rqs[]: requests in flight
 *
 * A request in flight was given to the driver (tag_set.ops.queue_rq) and has not come back.
 * Names the wait's resource after the disk, its module after the driver.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/names.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	BIO_BDEV,
	BH_BDEV,
	FOLIO_MAPPING,
	MAPPING_HOST,
	INODE_SB,
	SB_BDEV,
	BDEV_INODE_BDEV,
	BDEV_INODE_INODE,
	KIOCB_FILE,
	FILE_MAPPING,
	BDEV_DISK,
	DISK_NAME,
	DISK_QUEUE,
	DISK_FOPS,
	FOPS_SUBMIT,
	QUEUE_TAG_SET,
	QUEUE_DISK,
	SET_OPS,
	SET_NR_HW,
	SET_TAGS,
	OPS_QUEUE_RQ,
	TAGS_NR,
	TAGS_RQS,
	RQ_QUEUE,
	RQ_STATE,
	RQ_START,
	BLOCK_NR
};
static const struct inq_field_def block_defs[BLOCK_NR] = {
	[BIO_BDEV] = {"bio", "bi_bdev", INQ_OPTIONAL}, /* since 5.12 (309dca309fc3) */
	[BH_BDEV] = {"buffer_head", "b_bdev", INQ_OPTIONAL},
	[FOLIO_MAPPING] = {"folio|page", "mapping", INQ_OPTIONAL},
	[MAPPING_HOST] = {"address_space", "host", INQ_OPTIONAL},
	[INODE_SB] = {"inode", "i_sb", INQ_OPTIONAL},
	[SB_BDEV] = {"super_block", "s_bdev", INQ_OPTIONAL},
	[BDEV_INODE_BDEV] = {"bdev_inode", "bdev", INQ_OPTIONAL},
	[BDEV_INODE_INODE] = {"bdev_inode", "vfs_inode", INQ_OPTIONAL},
	[KIOCB_FILE] = {"kiocb", "ki_filp", INQ_OPTIONAL},
	[FILE_MAPPING] = {"file", "f_mapping", INQ_OPTIONAL},
	[BDEV_DISK] = {"block_device", "bd_disk", INQ_OPTIONAL},
	[DISK_NAME] = {"gendisk", "disk_name", INQ_OPTIONAL},
	[DISK_QUEUE] = {"gendisk", "queue", INQ_OPTIONAL},
	[DISK_FOPS] = {"gendisk", "fops", INQ_OPTIONAL},
	[FOPS_SUBMIT] = {"block_device_operations", "submit_bio", INQ_OPTIONAL},
	[QUEUE_TAG_SET] = {"request_queue", "tag_set", INQ_OPTIONAL},
	/* since 5.15 (d152c682f03c) */
	[QUEUE_DISK] = {"request_queue", "disk", INQ_OPTIONAL},
	[SET_OPS] = {"blk_mq_tag_set", "ops", INQ_OPTIONAL},
	[SET_NR_HW] = {"blk_mq_tag_set", "nr_hw_queues", INQ_OPTIONAL},
	[SET_TAGS] = {"blk_mq_tag_set", "tags", INQ_OPTIONAL},
	[OPS_QUEUE_RQ] = {"blk_mq_ops", "queue_rq", INQ_OPTIONAL},
	[TAGS_NR] = {"blk_mq_tags", "nr_tags", INQ_OPTIONAL},
	[TAGS_RQS] = {"blk_mq_tags", "rqs", INQ_OPTIONAL},
	[RQ_QUEUE] = {"request", "q", INQ_OPTIONAL},
	[RQ_STATE] = {"request", "state", INQ_OPTIONAL},
	[RQ_START] = {"request", "start_time_ns", INQ_OPTIONAL},
};

enum { RQ_IN_FLIGHT = 1 /* MQ_RQ_IN_FLIGHT */, HW_QUEUES_MAX = 4096, TAGS_MAX = 65536 };

/* What the argument of a waiting function is. */
enum io_arg { ARG_BIO, ARG_BH, ARG_FOLIO, ARG_KIOCB, ARG_QUEUE };
struct io_function {
	const char *name;
	unsigned int arg;
	enum io_arg what;
};
static const struct io_function io_functions[] = {
	{"blk_mq_freeze_queue_wait", 0, ARG_QUEUE},
	{"submit_bio_wait", 0, ARG_BIO},
	{"__wait_on_buffer", 0, ARG_BH},
	{"folio_wait_bit_common", 0, ARG_FOLIO},
	{"folio_wait_bit", 0, ARG_FOLIO},
	{"folio_wait_bit_killable", 0, ARG_FOLIO},
	{"folio_wait_writeback", 0, ARG_FOLIO},
	{"__folio_lock", 0, ARG_FOLIO},
	{"__folio_lock_killable", 0, ARG_FOLIO},
	{"wait_on_page_bit", 0, ARG_FOLIO},
	{"__lock_page", 0, ARG_FOLIO},
	{"__blkdev_direct_IO_simple", 0, ARG_KIOCB},
	{"__blkdev_direct_IO", 0, ARG_KIOCB},
	{"blkdev_direct_IO", 0, ARG_KIOCB},
	{"__iomap_dio_rw", 0, ARG_KIOCB},
	{"iomap_dio_rw", 0, ARG_KIOCB},
	{"filemap_read", 0, ARG_KIOCB},
	{"blkdev_read_iter", 0, ARG_KIOCB},
	{"blkdev_write_iter", 0, ARG_KIOCB},
	{"generic_file_read_iter", 0, ARG_KIOCB},
};

/* Tags to look at in all: a damaged tag set may promise any number, for each waiter again. */
enum { TAGS_IN_ALL_MAX = 4 * 1024 * 1024 };

struct block_reader {
	struct inq_inspect *in;
	struct inq_field f[BLOCK_NR];
	uint64_t left; /* of TAGS_IN_ALL_MAX */
};

static bool follow(const struct block_reader *rd, int field, uint64_t base, uint64_t *ret)
{
	return base && inq_field_try_u64(rd->in->k, &rd->f[field], base, ret) && *ret;
}

/* The block device below @mapping: its file system's, or the one that it is itself. */
static uint64_t bdev_of_mapping(const struct block_reader *rd, uint64_t mapping)
{
	uint64_t host, sb, bdev = 0;

	if (mapping & 3 || !follow(rd, MAPPING_HOST, mapping, &host) ||
	    !follow(rd, INODE_SB, host, &sb))
		return 0;
	if (follow(rd, SB_BDEV, sb, &bdev))
		return bdev;
	/* bdevfs has no s_bdev: its inodes are part of what they stand for */
	if (sb != 0 && rd->f[BDEV_INODE_INODE].found && rd->f[BDEV_INODE_BDEV].found)
		return host - rd->f[BDEV_INODE_INODE].offset + rd->f[BDEV_INODE_BDEV].offset;
	return 0;
}

static uint64_t bdev_of(const struct block_reader *rd, enum io_arg what, uint64_t arg)
{
	uint64_t v = 0;

	switch (what) {
	case ARG_BIO:
		return follow(rd, BIO_BDEV, arg, &v) ? v : 0;
	case ARG_BH:
		return follow(rd, BH_BDEV, arg, &v) ? v : 0;
	case ARG_FOLIO:
		return follow(rd, FOLIO_MAPPING, arg, &v) ? bdev_of_mapping(rd, v) : 0;
	case ARG_KIOCB:
		return follow(rd, KIOCB_FILE, arg, &v) && follow(rd, FILE_MAPPING, v, &v)
			       ? bdev_of_mapping(rd, v)
			       : 0;
	case ARG_QUEUE:
		break;
	}
	return 0;
}

/* The gendisk that @arg leads to, proven by a name that can be one; 0: none. */
static uint64_t disk_of(const struct block_reader *rd, enum io_arg what, uint64_t arg,
			char *ret_name, size_t size)
{
	uint64_t disk;

	if (!(what == ARG_QUEUE ? follow(rd, QUEUE_DISK, arg, &disk)
				: follow(rd, BDEV_DISK, bdev_of(rd, what, arg), &disk)) ||
	    !inq_field_try_str(rd->in->k, &rd->f[DISK_NAME], disk, ret_name, size) || !ret_name[0])
		return 0;
	for (const char *p = ret_name; *p; p++) {
		if (*p <= ' ' || *p > '~')
			return 0;
	}
	return disk;
}

struct in_flight {
	uint64_t n, oldest, oldest_ns; /* number, oldest request and its start */
	bool countable;		       /* the driver takes requests, so they can be counted */
};

static void count_tags(struct block_reader *rd, uint64_t tags, uint64_t queue,
		       struct in_flight *ret)
{
	uint64_t nr, rqs, rq, q, state, start = 0;

	if (!follow(rd, TAGS_NR, tags, &nr) || nr > TAGS_MAX || !follow(rd, TAGS_RQS, tags, &rqs))
		return;
	for (uint64_t i = 0; i < nr && rd->left; i++) {
		rd->left--;
		if (!inq_dump_try_u64(rd->in->k->dump, rqs + i * 8, &rq) ||
		    !follow(rd, RQ_QUEUE, rq, &q) || q != queue ||
		    !follow(rd, RQ_STATE, rq, &state) || state != RQ_IN_FLIGHT)
			continue;
		follow(rd, RQ_START, rq, &start);
		if (!ret->n || start < ret->oldest_ns) {
			ret->oldest = rq;
			ret->oldest_ns = start;
		}
		ret->n++;
	}
}

static struct in_flight requests(struct block_reader *rd, uint64_t disk, uint64_t *ret_driver)
{
	uint64_t queue, set, ops, nr, tags, t, last = 0;
	struct in_flight f = {0};

	if (!follow(rd, DISK_QUEUE, disk, &queue) || !follow(rd, QUEUE_TAG_SET, queue, &set)) {
		/* a driver that takes bios has no requests */
		if (follow(rd, DISK_FOPS, disk, &ops))
			follow(rd, FOPS_SUBMIT, ops, ret_driver);
		return f;
	}
	f.countable = true;
	if (follow(rd, SET_OPS, set, &ops))
		follow(rd, OPS_QUEUE_RQ, ops, ret_driver);
	if (!follow(rd, SET_NR_HW, set, &nr) || nr > HW_QUEUES_MAX ||
	    !follow(rd, SET_TAGS, set, &tags))
		return f;
	for (uint64_t i = 0; i < nr; i++) {
		/* queues may share one set of tags (BLK_MQ_F_TAG_HCTX_SHARED): each request once */
		if (!inq_dump_try_u64(rd->in->k->dump, tags + i * 8, &t) || !t || t == last)
			continue;
		count_tags(rd, t, queue, &f);
		last = t;
	}
	return f;
}

static void name_device(struct block_reader *rd, struct inq_wait *w, uint64_t disk,
			const char *name, enum io_arg what)
{
	struct inq_inspect *in = rd->in;
	uint64_t driver = 0;
	struct in_flight f = requests(rd, disk, &driver);
	const struct inq_resource *waits_for = inq_case_resource(in->c, w->resource);
	struct inq_symbol sym;
	struct inq_resource *r;
	inq_id id;

	/* a locked page of an idle disk is somebody's, not the disk's; so is its queue */
	if ((waits_for->kind != INQ_RES_IO || what == ARG_QUEUE) && f.countable && !f.n)
		return;
	id = inq_resource_find_or_add(in->c, INQ_RES_IO, f.n ? f.oldest : disk);
	r = inq_case_resource(in->c, id);
	if (!r)
		return;
	w->resource = id;
	if (driver && inq_symbol_by_addr(in->k, driver, &sym))
		w->function = inq_arena_strdup(&in->c->arena, sym.name);
	if (!r->name) {
		r->name = inq_arena_strdup(&in->c->arena, name);
		r->module = driver ? inq_name_module(in, driver) : NULL;
		r->detail =
			f.n ? inq_arena_printf(&in->c->arena, "%" PRIu64 " requests in flight", f.n)
			    : "no request in flight that the block layer knows";
	}
	if (f.n)
		inq_ids_add(in->c, &w->evidence,
			    inq_fact_memory(
				    in, f.oldest + rd->f[RQ_STATE].offset, rd->f[RQ_STATE].size,
				    RQ_IN_FLIGHT,
				    "%s: %" PRIu64 " requests were given to %s and have not "
				    "completed, the oldest is 0x%" PRIx64 " (request.state)",
				    name, f.n, w->function ? w->function : "the driver", f.oldest));
}

/* The disk that the waiter's stack leads to. */
static void look_at(struct block_reader *rd, struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(rd->in->c, w->waiter.task);
	const struct inq_stack *s = t ? inq_case_stack(rd->in->c, t->stack) : NULL;

	for (size_t i = 0; s && i < s->n; i++) {
		for (size_t n = 0; n < array_size(io_functions); n++) {
			enum inq_certainty how;
			uint64_t arg, disk;
			char name[64];

			if (!inq_fact_is(s->v[i].symbol, io_functions[n].name) ||
			    !inq_frame_arg(rd->in->code, &rd->in->ustacks.v[t->stack], i, 0,
					   io_functions[n].arg, &arg, &how))
				continue;
			disk = disk_of(rd, io_functions[n].what, arg, name, sizeof(name));
			if (disk) {
				name_device(rd, w, disk, name, io_functions[n].what);
				return;
			}
		}
	}
}

struct inq_error *inq_inspect_block(struct inq_inspect *in)
{
	struct block_reader rd = {.in = in, .left = TAGS_IN_ALL_MAX};
	bool resolved = false;

	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (!r ||
		    (r->kind != INQ_RES_IO && r->kind != INQ_RES_PAGE && r->kind != INQ_RES_BIT))
			continue;
		if (!resolved) {
			struct inq_error *err =
				inq_fields_resolve(in->k, block_defs, rd.f, BLOCK_NR);

			if (err)
				return err; /* all are optional: NOMEM */
			resolved = true;
		}
		look_at(&rd, &in->c->waits.v[i]);
	}
	return NULL;
}
