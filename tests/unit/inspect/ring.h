/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_RING_H
#define TESTS_INSPECT_RING_H

/* A printk ring buffer: ring_types() before world_ready(), ring_make() behind it. */

#include <stdio.h>

#include "world.h"

enum { RING_DESCS = 64, RING_TEXT = 8192 };

static struct {
	uint64_t rb, descs, infos, data;
	uint64_t head, tail; /* ids; head: the newest */
	uint64_t next;	     /* where the next block begins */
} ring;

static inline void ring_types(void)
{
	world_struct("prb_data_blk_lpos", 16,
		     (struct world_member[]){{"begin", "u64", 0}, {"next", "u64", 8}, {0}});
	world_struct("prb_desc", 24,
		     (struct world_member[]){{"state_var", "atomic64", 0},
					     {"text_blk_lpos", "prb_data_blk_lpos", 8},
					     {0}});
	world_struct("printk_info", 32,
		     (struct world_member[]){{"seq", "u64", 0},
					     {"ts_nsec", "u64", 8},
					     {"text_len", "u16", 16},
					     {"level", "u8", 18},
					     {"caller_id", "u32", 20},
					     {0}});
	world_struct("prb_desc_ring", 48,
		     (struct world_member[]){{"count_bits", "u32", 0},
					     {"descs", "ptr", 8},
					     {"infos", "ptr", 16},
					     {"head_id", "atomic64", 24},
					     {"tail_id", "atomic64", 32},
					     {0}});
	world_struct("prb_data_ring", 16,
		     (struct world_member[]){{"size_bits", "u32", 0}, {"data", "ptr", 8}, {0}});
	world_struct("printk_ringbuffer", 64,
		     (struct world_member[]){{"desc_ring", "prb_desc_ring", 0},
					     {"text_data_ring", "prb_data_ring", 48},
					     {0}});
	world_global("prb", 8);
}

static inline void ring_publish(void)
{
	put64(ring.rb + 24, ring.head & ((UINT64_C(1) << 62) - 1));
	put64(ring.rb + 32, ring.tail & ((UINT64_C(1) << 62) - 1));
}

static inline void ring_make(void)
{
	ring.rb = world_heap(64);
	ring.descs = world_heap(RING_DESCS * 24);
	ring.infos = world_heap(RING_DESCS * 32);
	ring.data = world_heap(RING_TEXT);
	ring.tail = 1000;
	ring.head = ring.tail - 1;
	ring.next = 0;
	put64(inq_symbol_addr(world.k, "prb"), ring.rb);
	put32(ring.rb, 6);
	put64(ring.rb + 8, ring.descs);
	put64(ring.rb + 16, ring.infos);
	put32(ring.rb + 48, 13);
	put64(ring.rb + 56, ring.data);
}

static inline uint64_t ring_desc(uint64_t id)
{
	return ring.descs + id % RING_DESCS * 24;
}

static inline void ring_set_len(uint64_t id, uint16_t len)
{
	memcpy(fake_at(&world.dump, ring.infos + id % RING_DESCS * 32 + 16, 2), &len, 2);
}

/** A finished record as printk writes it; its id. */
static inline uint64_t ring_add(uint64_t ts_ns, uint32_t caller, const char *text)
{
	uint64_t id = ++ring.head, info = ring.infos + id % RING_DESCS * 32;
	uint64_t size = 8 + ((strlen(text) + 7) & ~UINT64_C(7));
	uint64_t begin = ring.next, end = begin + size, place = begin % RING_TEXT;

	if (begin / RING_TEXT != end / RING_TEXT) {
		place = 0;
		end = end / RING_TEXT * RING_TEXT + size;
	}
	put64(ring.data + place, id);
	memcpy(fake_at(&world.dump, ring.data + place + 8, strlen(text)), text, strlen(text));
	put64(ring_desc(id), id | UINT64_C(2) << 62);
	put64(ring_desc(id) + 8, begin);
	put64(ring_desc(id) + 16, end);
	put64(info, id - 1000 + 5);
	put64(info + 8, ts_ns);
	*(unsigned char *)fake_at(&world.dump, info + 18, 1) = 6;
	put32(info + 20, caller);
	ring_set_len(id, (uint16_t)strlen(text));
	ring.next = end;
	ring_publish();
	return id;
}

#endif
