// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The five formats that kdump services and people wrap dumps in, each by its own
 * library.  libarchive would cover them all, but pulls in libxml2 and ICU: loading
 * those costs more time and memory than a whole run of ours.
 */
#include "dump/codec.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "util/cleanup.h"

#include "util/banned.h"

/* xz -9 needs 65 MiB to decompress; more is an attack or an exotic setting. */
static const uint64_t xz_memory_max = 256 << 20;

static unsigned int clamp_uint(size_t n)
{
	return n > 1 << 30 ? 1 << 30 : (unsigned int)n;
}

static void moved(struct inq_codec_io *io, size_t in, size_t out)
{
	io->in += in;
	io->in_len -= in;
	io->out += out;
	io->out_len -= out;
}

static void *gz_create(void)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (z && inflateInit2(z, 15 + 16) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static void gz_destroy(void *state)
{
	inflateEnd(state);
	free(state);
}

static enum inq_codec_result gz_reset(void *state)
{
	return inflateReset(state) == Z_OK ? INQ_CODEC_MORE : INQ_CODEC_NOMEM;
}

static enum inq_codec_result gz_step(void *state, struct inq_codec_io *io)
{
	unsigned int in = clamp_uint(io->in_len), out = clamp_uint(io->out_len);
	z_stream *z = state;
	int r;

	z->next_in = (unsigned char *)(uintptr_t)io->in;
	z->avail_in = in;
	z->next_out = io->out;
	z->avail_out = out;
	r = inflate(z, Z_NO_FLUSH);
	moved(io, in - z->avail_in, out - z->avail_out);
	if (r == Z_MEM_ERROR)
		return INQ_CODEC_NOMEM;
	if (r == Z_STREAM_END)
		return INQ_CODEC_END;
	return r == Z_OK || r == Z_BUF_ERROR ? INQ_CODEC_MORE : INQ_CODEC_BAD;
}

static void *bz_create(void)
{
	bz_stream *bz = calloc(1, sizeof(*bz));

	if (bz && BZ2_bzDecompressInit(bz, 0, 0) != BZ_OK) {
		free(bz);
		bz = NULL;
	}
	return bz;
}

static void bz_destroy(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}

static enum inq_codec_result bz_reset(void *state)
{
	bz_stream *bz = state;

	BZ2_bzDecompressEnd(bz);
	*bz = (bz_stream){0};
	return BZ2_bzDecompressInit(bz, 0, 0) == BZ_OK ? INQ_CODEC_MORE : INQ_CODEC_NOMEM;
}

static enum inq_codec_result bz_step(void *state, struct inq_codec_io *io)
{
	unsigned int in = clamp_uint(io->in_len), out = clamp_uint(io->out_len);
	bz_stream *bz = state;
	int r;

	bz->next_in = (char *)(uintptr_t)io->in;
	bz->avail_in = in;
	bz->next_out = (char *)io->out;
	bz->avail_out = out;
	r = BZ2_bzDecompress(bz);
	moved(io, in - bz->avail_in, out - bz->avail_out);
	if (r == BZ_MEM_ERROR)
		return INQ_CODEC_NOMEM;
	if (r == BZ_STREAM_END)
		return INQ_CODEC_END;
	return r == BZ_OK ? INQ_CODEC_MORE : INQ_CODEC_BAD;
}

static enum inq_codec_result xz_reset(void *state)
{
	/* On a stream in use this reuses its memory. */
	return lzma_stream_decoder(state, xz_memory_max, 0) == LZMA_OK ? INQ_CODEC_MORE
								       : INQ_CODEC_NOMEM;
}

static void xz_destroy(void *state)
{
	lzma_end(state);
	free(state);
}

static void *xz_create(void)
{
	lzma_stream *xz = calloc(1, sizeof(*xz));

	if (xz && xz_reset(xz) != INQ_CODEC_MORE) {
		xz_destroy(xz);
		xz = NULL;
	}
	return xz;
}

static enum inq_codec_result xz_step(void *state, struct inq_codec_io *io)
{
	lzma_stream *xz = state;
	lzma_ret r;

	xz->next_in = io->in;
	xz->avail_in = io->in_len;
	xz->next_out = io->out;
	xz->avail_out = io->out_len;
	r = lzma_code(xz, LZMA_RUN);
	moved(io, io->in_len - xz->avail_in, io->out_len - xz->avail_out);
	if (r == LZMA_MEM_ERROR || r == LZMA_MEMLIMIT_ERROR)
		return INQ_CODEC_NOMEM;
	if (r == LZMA_STREAM_END)
		return INQ_CODEC_END;
	return r == LZMA_OK || r == LZMA_BUF_ERROR ? INQ_CODEC_MORE : INQ_CODEC_BAD;
}

static void *zst_create(void)
{
	return ZSTD_createDStream();
}

static void zst_destroy(void *state)
{
	ZSTD_freeDStream(state);
}

static enum inq_codec_result zst_reset(void *state)
{
	return ZSTD_isError(ZSTD_initDStream(state)) ? INQ_CODEC_NOMEM : INQ_CODEC_MORE;
}

static enum inq_codec_result zst_step(void *state, struct inq_codec_io *io)
{
	ZSTD_inBuffer in = {.src = io->in, .size = io->in_len};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_len};
	size_t r = ZSTD_decompressStream(state, &out, &in);

	moved(io, in.pos, out.pos);
	if (ZSTD_isError(r))
		return INQ_CODEC_BAD;
	return r ? INQ_CODEC_MORE : INQ_CODEC_END;
}

static void *lz4_create(void)
{
	LZ4F_dctx *lz4 = NULL;

	return LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION)) ? NULL : lz4;
}

static void lz4_destroy(void *state)
{
	LZ4F_freeDecompressionContext(state);
}

static enum inq_codec_result lz4_reset(void *state)
{
	LZ4F_resetDecompressionContext(state);
	return INQ_CODEC_MORE;
}

static enum inq_codec_result lz4_step(void *state, struct inq_codec_io *io)
{
	size_t in = io->in_len, out = io->out_len;
	size_t r = LZ4F_decompress(state, io->out, &out, io->in, &in, NULL);

	if (LZ4F_isError(r))
		return INQ_CODEC_BAD;
	moved(io, in, out);
	return r ? INQ_CODEC_MORE : INQ_CODEC_END;
}

#define CODEC(ext, bytes, name)                                                                    \
	{                                                                                          \
		.suffix = ext, .magic = bytes, .magic_len = sizeof(bytes) - 1,                     \
		.create = name##_create, .destroy = name##_destroy, .reset = name##_reset,         \
		.step = name##_step                                                                \
	}

const struct inq_codec inq_codecs[] = {
	CODEC(".gz", "\x1f\x8b\x08", gz),
	CODEC(".bz2", "BZh", bz),
	CODEC(".xz",
	      "\xfd"
	      "7zXZ\0",
	      xz),
	CODEC(".zst", "\x28\xb5\x2f\xfd", zst),
	CODEC(".lz4", "\x04\x22\x4d\x18", lz4),
};
const size_t inq_ncodecs = array_size(inq_codecs);
