/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_FILE_H
#define INQ_DUMP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/**
 * A dump's bytes by their offset in the dump, however the file holds them: as
 * they are, or flattened (see flattened.c).  Read-only once made, so that threads
 * share it; nothing but pread() is ever used on it.
 */
struct inq_file {
	int fd;			       /**< owned; -1: none */
	uint64_t size;		       /**< bytes of the dump; offsets are below it */
	struct inq_file_piece *pieces; /**< flattened: sorted by off, disjoint; NULL: plain */
	size_t npieces;
	bool cut; /**< flattened: no end mark, something is missing */
};

/** Bytes [off, off + len) of the dump are at @pos in the file. */
struct inq_file_piece {
	uint64_t off;
	uint64_t len;
	uint64_t pos;
};

#define INQ_FILE_INIT ((struct inq_file){.fd = -1})

/**
 * Open @path if it is a regular file; never blocks on another kind.  Errors: OS.
 */
struct inq_error *inq_file_open(const char *path, struct inq_file *ret) inq_must_check;

void inq_file_deinit(struct inq_file *file);

/** try: exactly @len bytes at @off; what a flattened file leaves out is zeros. False: end of file,
 * I/O error. */
bool inq_file_try_pread(const struct inq_file *file, void *buf, size_t len, uint64_t off);

/** must: the same.  Errors: OS, with errno's text or where the file ends. */
struct inq_error *inq_file_pread(const struct inq_file *file, void *buf, size_t len,
				 uint64_t off) inq_must_check;

/** Whether [@off, @off + @len) lies inside the dump. */
static inline bool inq_file_has(const struct inq_file *file, uint64_t off, uint64_t len)
{
	return off <= file->size && len <= file->size - off;
}

/** How many bytes the dump has from @off on. */
static inline uint64_t inq_file_left(const struct inq_file *file, uint64_t off)
{
	return off < file->size ? file->size - off : 0;
}

/** Whether the file starts with the signature of makedumpfile's flattened format. */
bool inq_file_is_flattened(const struct inq_file *file);

/**
 * Map a flattened file, in place: afterwards @file's offsets are the dump's.
 * Costs one small read for each record of the file.
 *
 * Errors: BADDATA (a record with impossible offset or size), NOMEM, OS.
 */
struct inq_error *inq_file_unflatten(struct inq_file *file) inq_must_check;

/**
 * If the file is gzip, bzip2, xz, zstd or lz4 (by its magic, not its name), replace
 * @file by its decompressed contents in an unlinked temporary file.  *@ret_suffix is
 * ".gz" etc., static; "" when it is none of them.
 *
 * Errors: BADDATA (damaged), NOTSUP (what is inside is no dump), OS (no room), NOMEM.
 */
struct inq_error *inq_file_unwrap(struct inq_file *file, const char **ret_suffix) inq_must_check;

#endif
