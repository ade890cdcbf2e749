/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_CODEC_H
#define INQ_DUMP_CODEC_H

#include <stddef.h>
#include <stdint.h>

/** Bytes still to be read, and room still to be filled; a step moves both along. */
struct inq_codec_io {
	const unsigned char *in;
	size_t in_len;
	unsigned char *out;
	size_t out_len;
};

enum inq_codec_result {
	INQ_CODEC_MORE, /**< give more input, or more room */
	INQ_CODEC_END,	/**< a stream has ended; another may follow, begun with reset */
	INQ_CODEC_BAD,	/**< damaged */
	INQ_CODEC_NOMEM,
};

/** A stream decompressor: one whole-file compression format, one row. */
struct inq_codec {
	const char *suffix; /**< ".gz" */
	const char *magic;
	size_t magic_len;
	void *(*create)(void); /**< NULL: no memory */
	void (*destroy)(void *state);
	/** Start over for the next stream of the same file. */
	enum inq_codec_result (*reset)(void *state);
	enum inq_codec_result (*step)(void *state, struct inq_codec_io *io);
};

extern const struct inq_codec inq_codecs[];
extern const size_t inq_ncodecs;

#endif
