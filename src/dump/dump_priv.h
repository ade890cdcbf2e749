/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_DUMP_PRIV_H
#define INQ_DUMP_DUMP_PRIV_H

#include "dump/dump.h"
#include "dump/file.h"
#include "dump/layout.h"
#include "dump/notes.h"
#include "dump/pages.h"
#include "dump/xlat.h"

enum {
	INQ_CACHE_SLOTS = 1024, /* pages kept: 4 MiB */
	INQ_TLB_SLOTS = 4096,
};

/** A virtual page's translation. */
struct inq_tlb_slot {
	uint64_t vpage; /**< virtual address >> 12, plus 1; 0: empty */
	uint64_t ppage; /**< physical address >> 12 */
};

/** What is read once and then only looked at: the threads of a long read share it. */
struct inq_dump_shared {
	struct inq_dump_info info;
	struct inq_file file;
	struct inq_dump_layout layout;
	struct inq_dump_notes notes;
	struct inq_page_index index;
	char *format; /**< owned strings of info */
	char *release;
	char *build_id;
};

struct inq_dump {
	struct inq_dump_shared *shared; /**< owned */
	struct inq_page_reader reader;
	struct inq_xlat xlat;
	struct inq_tlb_slot *tlb;   /**< INQ_TLB_SLOTS, by the low bits of vpage */
	uint64_t *cached;	    /**< INQ_CACHE_SLOTS: physical page, plus 1; 0: empty */
	unsigned char *cache_bytes; /**< INQ_CACHE_SLOTS pages */
	struct inq_dump_stats stats;
	uint64_t inject; /**< reads until the injected fault; 0: off */
	bool no_memory;	 /**< a read failed for want of memory */
};

/** Set up caches and address translation of a dump that has its `shared`.  Errors: as open. */
struct inq_error *inq_dump_start_reading(struct inq_dump *dump) inq_must_check;
void inq_dump_stop_reading(struct inq_dump *dump);

/** The page of physical address @ppage << 12, borrowed until the next read.  Quiet codes. */
int inq_dump_page(struct inq_dump *dump, uint64_t ppage, const unsigned char **ret);

/** The physical page of @addr, through the TLB.  Quiet codes. */
int inq_dump_translate(struct inq_dump *dump, uint64_t addr, uint64_t *ret_ppage);

/**
 * Whole pages straight into @buf, in parallel where that pays, past the cache: @n pages
 * at virtual or physical address @addr, which is page-aligned.  *@ret_done pages were
 * read before the first that failed.  Quiet codes.
 */
int inq_dump_bulk(struct inq_dump *dump, bool virt, uint64_t addr, unsigned char *buf, size_t n,
		  size_t *ret_done);

/** VMCOREINFO's line "KIND(name)=" as a number, which may be negative. */
bool inq_dump_vmcoreinfo_line(const struct inq_dump *dump, const char *kind, const char *name,
			      int base, uint64_t *ret);

#endif
