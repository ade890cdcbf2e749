/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_PAGES_H
#define INQ_DUMP_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump/file.h"
#include "dump/inflate.h"
#include "dump/layout.h"
#include "util/error.h"

/*
 * Physical pages out of the file.  The index is shared and read-only; a reader is
 * one thread's.
 */

enum { INQ_PAGE_SHIFT = 12, INQ_PAGE_SIZE = 1 << INQ_PAGE_SHIFT };

/** What a read gives on the quiet paths: this, or an enum inq_error_code. */
enum { INQ_READ_OK = -1 };

/** Where to look for a page; borrows file and layout. */
struct inq_page_index {
	const struct inq_file *file;
	const struct inq_dump_layout *layout;
	uint64_t *ranks;  /**< kdump: pages dumped before each stretch of 4096; owned */
	uint64_t ndumped; /**< kdump: pages in the file */
};

/**
 * Make the index.  For kdump, one pass over its bitmap (a bit for each page of the
 * machine) and a look at its last descriptors, of which *@ret_complete is false when
 * one of their pages lies beyond the end of the file.
 *
 * Errors: NOMEM, OS.
 */
struct inq_error *inq_page_index_init(struct inq_page_index *ix, const struct inq_file *file,
				      const struct inq_dump_layout *layout,
				      bool *ret_complete) inq_must_check;
void inq_page_index_deinit(struct inq_page_index *ix);

/** kdump: how many pages from @ppage on are surely not in the file; up to 4096, 0: can't say. */
uint64_t inq_page_index_gap(const struct inq_page_index *ix, uint64_t ppage);

/** 512 bytes of a page bitmap. */
struct inq_bitmap_window {
	uint64_t stretch; /**< which pages: number / 4096, plus 1; 0: none */
	unsigned char bytes[512];
};

struct inq_page_reader {
	const struct inq_page_index *ix;
	struct inq_inflater inflater;
	struct inq_bitmap_window dumped; /**< pages that are in the file */
	struct inq_bitmap_window ram;	 /**< pages that are memory */
	uint64_t desc_first;		 /**< which descriptors are in descs[] */
	size_t ndescs;
	uint64_t data_off; /**< which bytes of the file are in data[] */
	size_t data_len;
	unsigned char *descs; /**< owned, with data[] in one block */
	unsigned char *data;
};

/** False: no memory. */
bool inq_page_reader_init(struct inq_page_reader *r, const struct inq_page_index *ix);
void inq_page_reader_deinit(struct inq_page_reader *r);

/**
 * Read @n pages, of physical addresses @ppages[i] << 12, into @buf, one after the
 * other; *@ret_done pages were read before the one that failed.
 *
 * Gives INQ_READ_OK; INQ_ERR_FAULT (no such memory), EXCLUDED (memory, but left out
 * of the file), OS (cut off, I/O error) or BADDATA (does not inflate to a page).
 */
int inq_page_reader_read(struct inq_page_reader *r, const uint64_t *ppages, size_t n,
			 unsigned char *buf, size_t *ret_done);

#endif
