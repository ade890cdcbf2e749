/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_DUMP_PRIV_H
#define INQ_DUMP_DUMP_PRIV_H

#include <libkdumpfile/kdumpfile.h>

#include "dump/dump.h"
#include "dump/layout.h"
#include "dump/notes.h"

enum {
	INQ_PAGE_SHIFT = 12,
	INQ_PAGE_SIZE = 1 << INQ_PAGE_SHIFT,
	INQ_CACHE_SLOTS = 1024, /* pages kept: 4 MiB */
	INQ_TLB_SLOTS = 4096,
};

/** A virtual page's translation. */
struct inq_tlb_slot {
	uint64_t vpage; /**< virtual address >> 12, plus 1; 0: empty */
	uint64_t ppage; /**< physical address >> 12 */
};

/** A cached page: bytes of slot i are at cache_bytes + i * INQ_PAGE_SIZE. */
struct inq_cache_tag {
	uint64_t ppage; /**< physical address >> 12, plus 1; 0: empty */
};

struct inq_dump {
	struct inq_dump_info info;
	struct inq_dump_layout layout;
	struct inq_dump_notes notes;
	struct inq_dump *parent; /**< a clone's original, which owns notes and strings; NULL: own */
	char *strings[3];	 /**< owned: format, release, build_id */
	int fd;			 /**< owned; -1: none */
	kdump_ctx_t *ctx;
	addrxlat_ctx_t *xlat_ctx;
	addrxlat_sys_t *xlat_sys;
	struct inq_tlb_slot *tlb;   /**< INQ_TLB_SLOTS */
	struct inq_cache_tag *tags; /**< INQ_CACHE_SLOTS */
	unsigned char *cache_bytes; /**< INQ_CACHE_SLOTS pages */
	struct inq_dump_stats stats;
	uint64_t inject; /**< reads until the injected fault; 0: off */
};

/** Set up libkdumpfile and the caches of a dump whose fd, layout and notes are there. */
struct inq_error *inq_dump_start_reading(struct inq_dump *dump) inq_must_check;

#endif
