// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/inflate.h"

#include <libdeflate.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <string.h>
#include <zstd.h>

#include "dump/pages.h"

#include "util/banned.h"

static int inflate_zlib(struct inq_inflater *inf, const unsigned char *in, size_t len,
			unsigned char *out, size_t out_len)
{
	if (!inf->zlib)
		inf->zlib = libdeflate_alloc_decompressor();
	if (!inf->zlib)
		return INQ_ERR_NOMEM;
	/* Without a place for the true length, it must be out_len exactly. */
	return libdeflate_zlib_decompress(inf->zlib, in, len, out, out_len, NULL) ? INQ_ERR_BADDATA
										  : INQ_READ_OK;
}

static int inflate_zstd(struct inq_inflater *inf, const unsigned char *in, size_t len,
			unsigned char *out, size_t out_len)
{
	if (!inf->zstd)
		inf->zstd = ZSTD_createDCtx();
	if (!inf->zstd)
		return INQ_ERR_NOMEM;
	return ZSTD_decompressDCtx(inf->zstd, out, out_len, in, len) == out_len ? INQ_READ_OK
										: INQ_ERR_BADDATA;
}

static int inflate_lzo(const unsigned char *in, size_t len, unsigned char *out, size_t out_len)
{
	lzo_uint got = out_len;

	return lzo1x_decompress_safe(in, len, out, &got, NULL) == LZO_E_OK && got == out_len
		       ? INQ_READ_OK
		       : INQ_ERR_BADDATA;
}

static int inflate_snappy(const unsigned char *in, size_t len, unsigned char *out, size_t out_len)
{
	size_t got = out_len;

	return snappy_uncompress((const char *)in, len, (char *)out, &got) == SNAPPY_OK &&
			       got == out_len
		       ? INQ_READ_OK
		       : INQ_ERR_BADDATA;
}

int inq_inflate(struct inq_inflater *inf, uint32_t flags, const unsigned char *in, size_t len,
		unsigned char *out, size_t out_len)
{
	switch (flags) {
	case 0:
		if (len != out_len)
			return INQ_ERR_BADDATA;
		memcpy(out, in, len);
		return INQ_READ_OK;
	case INQ_PAGE_ZLIB:
		return inflate_zlib(inf, in, len, out, out_len);
	case INQ_PAGE_LZO:
		return inflate_lzo(in, len, out, out_len);
	case INQ_PAGE_SNAPPY:
		return inflate_snappy(in, len, out, out_len);
	case INQ_PAGE_ZSTD:
		return inflate_zstd(inf, in, len, out, out_len);
	default:
		return INQ_ERR_NOTSUP;
	}
}

void inq_inflater_deinit(struct inq_inflater *inf)
{
	libdeflate_free_decompressor(inf->zlib);
	ZSTD_freeDCtx(inf->zstd);
	*inf = (struct inq_inflater){0};
}
