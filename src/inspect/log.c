// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel log: the printk ring buffer (since 5.10, 896fbe20b4e2).
 *
 *	prb -> struct printk_ringbuffer
 *	  desc_ring       descs[2^count_bits]  state_var: bits 63-62 state, 61-0 id
 *	                  infos[2^count_bits]  sequence, time, level, length
 *	                  head_id, tail_id     newest and oldest id; index = id mod 2^count_bits
 *	  text_data_ring  data[2^size_bits]    blocks: unsigned long id, then text
 *
 * A descriptor's text_blk_lpos [begin, next) are logical positions; index = lpos mod
 * 2^size_bits.  A block that would wrap starts at index 0 instead.  Bit 0 of begin set: no text.
 */
#include "inspect/log.h"

#include <string.h>

#include "kernel/fields.h"
#include "kernel/symtab.h"
#include "util/cleanup.h"

#include "util/banned.h"

enum {
	RB_COUNT_BITS,
	RB_DESCS,
	RB_INFOS,
	RB_HEAD_ID,
	RB_TAIL_ID,
	RB_SIZE_BITS,
	RB_DATA,
	DESC_STATE,
	DESC_BEGIN,
	DESC_NEXT,
	INFO_SEQ,
	INFO_TS,
	INFO_LEN,
	INFO_LEVEL,
	INFO_CALLER,
	LOG_NR
};
static const struct inq_field_def log_defs[LOG_NR] = {
	[RB_COUNT_BITS] = {"printk_ringbuffer", "desc_ring.count_bits", INQ_REQUIRED},
	[RB_DESCS] = {"printk_ringbuffer", "desc_ring.descs", INQ_REQUIRED},
	[RB_INFOS] = {"printk_ringbuffer", "desc_ring.infos", INQ_REQUIRED},
	[RB_HEAD_ID] = {"printk_ringbuffer", "desc_ring.head_id.counter", INQ_REQUIRED},
	[RB_TAIL_ID] = {"printk_ringbuffer", "desc_ring.tail_id.counter", INQ_REQUIRED},
	[RB_SIZE_BITS] = {"printk_ringbuffer", "text_data_ring.size_bits", INQ_REQUIRED},
	[RB_DATA] = {"printk_ringbuffer", "text_data_ring.data", INQ_REQUIRED},
	[DESC_STATE] = {"prb_desc", "state_var.counter", INQ_REQUIRED},
	[DESC_BEGIN] = {"prb_desc", "text_blk_lpos.begin", INQ_REQUIRED},
	[DESC_NEXT] = {"prb_desc", "text_blk_lpos.next", INQ_REQUIRED},
	[INFO_SEQ] = {"printk_info", "seq", INQ_REQUIRED},
	[INFO_TS] = {"printk_info", "ts_nsec", INQ_REQUIRED},
	[INFO_LEN] = {"printk_info", "text_len", INQ_REQUIRED},
	[INFO_LEVEL] = {"printk_info", "level", INQ_OPTIONAL},
	[INFO_CALLER] = {"printk_info", "caller_id", INQ_OPTIONAL},
};

enum { RECORD_MAX = 64 * 1024, RING_BITS_MAX = 30 };
/* Unreadable records after which the ring counts as damaged: no log has as many in a row. */
enum { LOST_MAX = 256 * 1024 };

static const uint64_t id_mask = (UINT64_C(1) << 62) - 1;

/* kernel/printk/printk_ringbuffer.h: enum desc_state */
enum { STATE_COMMITTED = 1, STATE_FINALIZED = 2 };

struct log_ring {
	struct inq_kernel *k;
	struct inq_field f[LOG_NR];
	uint64_t rb, count_bits, size_bits, descs, infos, data, head_id, tail_id;
	size_t desc_size, info_size;
	char text[RECORD_MAX + 1];
};

static struct inq_error *ring_open(struct inq_kernel *k, struct log_ring *ring)
{
	uint64_t prb = inq_symbol_addr(k, "prb");
	static const int members[] = {RB_COUNT_BITS, RB_DESCS,	   RB_INFOS, RB_HEAD_ID,
				      RB_TAIL_ID,    RB_SIZE_BITS, RB_DATA};
	uint64_t *values[] = {&ring->count_bits, &ring->descs,	   &ring->infos, &ring->head_id,
			      &ring->tail_id,	 &ring->size_bits, &ring->data};
	struct inq_error *err;

	ring->k = k;
	err = inq_fields_resolve(k, log_defs, ring->f, LOG_NR);
	if (err)
		return err;
	if (!prb)
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "no symbol prb");
	err = inq_dump_read(k->dump, prb, &ring->rb, sizeof(ring->rb), "prb");
	for (size_t i = 0; !err && i < array_size(members); i++)
		err = inq_field_read_u64(k, &ring->f[members[i]], ring->rb, values[i]);
	if (err)
		return err;
	ring->count_bits &= 0xffffffff;
	ring->size_bits &= 0xffffffff;
	if (ring->count_bits > RING_BITS_MAX || ring->size_bits > RING_BITS_MAX ||
	    !inq_struct_size(k, "prb_desc", &ring->desc_size) ||
	    !inq_struct_size(k, "printk_info", &ring->info_size))
		return inq_error_create(INQ_ERR_BADDATA, ring->rb,
					"printk ring buffer has impossible sizes");
	return NULL;
}

/* Where the text of the block [begin, next) is, and how long it can be at most. */
static bool block_place(const struct log_ring *ring, uint64_t begin, uint64_t next,
			uint64_t *ret_addr, uint64_t *ret_len)
{
	uint64_t size = UINT64_C(1) << ring->size_bits;
	uint64_t start = begin & (size - 1), end = next & (size - 1);

	if (begin & 1)
		return false;
	if (begin >> ring->size_bits != next >> ring->size_bits && end != 0)
		start = 0; /* wrapped: the block lies at the ring's start */
	else if (end == 0)
		end = size;
	if (end < start + sizeof(uint64_t))
		return false;
	*ret_addr = ring->data + start + sizeof(uint64_t);
	*ret_len = end - start - sizeof(uint64_t);
	return true;
}

static bool read_record(struct log_ring *ring, uint64_t id, struct inq_log_record *ret)
{
	uint64_t index = id & ((UINT64_C(1) << ring->count_bits) - 1);
	uint64_t desc = ring->descs + index * ring->desc_size;
	uint64_t info = ring->infos + index * ring->info_size;
	uint64_t state, begin, next, addr, room, len, level = 0, caller = 0;
	struct inq_kernel *k = ring->k;

	if (!inq_field_try_u64(k, &ring->f[DESC_STATE], desc, &state) ||
	    !inq_field_try_u64(k, &ring->f[DESC_BEGIN], desc, &begin) ||
	    !inq_field_try_u64(k, &ring->f[DESC_NEXT], desc, &next) ||
	    !inq_field_try_u64(k, &ring->f[INFO_SEQ], info, &ret->seq) ||
	    !inq_field_try_u64(k, &ring->f[INFO_TS], info, &ret->ts_ns) ||
	    !inq_field_try_u64(k, &ring->f[INFO_LEN], info, &len))
		return false;
	if ((state & id_mask) != id ||
	    (state >> 62 != STATE_COMMITTED && state >> 62 != STATE_FINALIZED))
		return false;
	inq_field_try_u64(k, &ring->f[INFO_LEVEL], info, &level);
	inq_field_try_u64(k, &ring->f[INFO_CALLER], info, &caller);
	if (begin & 1) {
		len = 0; /* a record without text */
	} else {
		if (!block_place(ring, begin, next, &addr, &room))
			return false;
		if (len > room)
			len = room;
		if (len > RECORD_MAX)
			len = RECORD_MAX;
		if (!inq_dump_try_read(k->dump, addr, ring->text, len))
			return false;
	}
	ring->text[len] = '\0';
	len = strlen(ring->text);
	ret->level = (unsigned int)level;
	ret->caller_id = (uint32_t)caller;
	ret->text = ring->text;
	ret->len = len;
	return true;
}

struct inq_error *inq_log_walk(struct inq_kernel *k, inq_log_fn fn, void *arg, size_t *ret_lost)
{
	cleanup_free struct log_ring *ring = calloc(1, sizeof(*ring));
	struct inq_error *err;
	size_t lost = 0;
	uint64_t n;

	if (!ring)
		return &inq_enomem;
	err = ring_open(k, ring);
	if (err)
		return err;
	n = ((ring->head_id - ring->tail_id) & id_mask) + 1;
	if (n > UINT64_C(1) << ring->count_bits)
		return inq_error_create(INQ_ERR_BADDATA, ring->rb,
					"printk ring buffer: head and tail don't fit its size");
	for (uint64_t i = 0; i < n && lost < LOST_MAX; i++) {
		struct inq_log_record r;

		if (!read_record(ring, (ring->tail_id + i) & id_mask, &r))
			lost++;
		else if (!fn(&r, arg))
			break;
	}
	*ret_lost = lost;
	return NULL;
}
