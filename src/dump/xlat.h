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
};

/**
 * Set up from @dump's VMCOREINFO and page tables.  @dump must stay where it is.
 * Errors: NOTSUP, NOMEM; BADDATA or EXCLUDED (with the library's text).
 */
struct inq_error *inq_xlat_init(struct inq_xlat *xlat, struct inq_dump *dump) inq_must_check;
void inq_xlat_deinit(struct inq_xlat *xlat);

/** The physical page of virtual address @addr: INQ_READ_OK, INQ_ERR_FAULT or EXCLUDED. */
int inq_xlat_page(struct inq_xlat *xlat, uint64_t addr, uint64_t *ret_ppage);

#endif
