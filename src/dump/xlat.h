/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_XLAT_H
#define INQ_DUMP_XLAT_H

#include <libkdumpfile/addrxlat.h>
#include <stdint.h>

#include "dump/pages.h"
#include "util/error.h"

struct inq_dump;

/** Kernel virtual to physical addresses, by libaddrxlat; one thread's. */
struct inq_xlat {
	addrxlat_ctx_t *ctx;
	addrxlat_sys_t *sys;
	int miss; /**< why the last page that the library asked for was not there; or INQ_READ_OK */
	int broken;	       /**< the root page table can't be read, and why; else INQ_READ_OK */
	uint64_t image_start;  /**< the kernel image's virtual addresses, for when it is broken; */
	uint64_t image_end;    /**< they lie in a row in physical memory */
	uint64_t image_offset; /**< physical minus virtual address in the image */
};

/**
 * Set up from @dump's VMCOREINFO and page tables.  @dump must stay where it is.
 * Errors: NOTSUP, NOMEM; BADDATA or EXCLUDED (with the library's text).
 */
struct inq_error *inq_xlat_init(struct inq_xlat *xlat, struct inq_dump *dump) inq_must_check;
void inq_xlat_deinit(struct inq_xlat *xlat);

/**
 * The physical page of virtual address @addr.  INQ_READ_OK, INQ_ERR_FAULT (not mapped);
 * or a page table can't be read: EXCLUDED, OS, BADDATA, NOMEM.
 */
int inq_xlat_page(struct inq_xlat *xlat, uint64_t addr, uint64_t *ret_ppage);

#endif
