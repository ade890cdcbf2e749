/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_INFLATE_H
#define INQ_DUMP_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How a kdump page is compressed: the flags of its descriptor. */
enum {
	INQ_PAGE_ZLIB = 0x1,
	INQ_PAGE_LZO = 0x2,
	INQ_PAGE_SNAPPY = 0x4,
	INQ_PAGE_ZSTD = 0x20,
};

/** One thread's decompressors, each made when first needed. */
struct inq_inflater {
	struct libdeflate_decompressor *zlib; /**< NULL: not needed yet */
	void *zstd;			      /**< ZSTD_DCtx; NULL: not needed yet */
};

/**
 * Decompress @len bytes at @in to exactly @out_len bytes at @out.
 * Gives INQ_READ_OK, INQ_ERR_BADDATA, INQ_ERR_NOTSUP (unknown flags) or INQ_ERR_NOMEM.
 */
int inq_inflate(struct inq_inflater *inf, uint32_t flags, const unsigned char *in, size_t len,
		unsigned char *out, size_t out_len);

void inq_inflater_deinit(struct inq_inflater *inf);

#endif
