/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_LAYOUT_H
#define INQ_DUMP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/*
 * What the headers of an ELF core or a kdump-compressed file say, checked
 * against the size of the file.  libkdumpfile gets a file only after this:
 * what is refused here never reaches it.
 */

enum inq_dump_kind { INQ_DUMP_ELF, INQ_DUMP_KDUMP };

enum { INQ_LAYOUT_MAX_NOTES = 8 };

/** A range of the file. */
struct inq_file_range {
	uint64_t off; /**< bytes from the start of the file */
	uint64_t len; /**< bytes; 0: absent */
};

struct inq_dump_layout {
	enum inq_dump_kind kind;
	uint64_t file_size; /**< bytes */
	char machine[66];   /**< kdump: utsname.machine; "" unknown */
	char release[66];   /**< kdump: utsname.release; "" unknown */
	char nodename[66];  /**< kdump: utsname.nodename; "" unknown */
	struct inq_file_range notes[INQ_LAYOUT_MAX_NOTES]; /**< all inside the file */
	size_t nnotes;					   /**< in notes[] */
	struct inq_file_range vmcoreinfo; /**< kdump: outside the notes; len 0: none */
	bool complete;			  /**< nothing that the headers name is cut off */

	/* kdump only */
	uint32_t block_size;	      /**< bytes in a page, a power of two */
	uint64_t max_mapnr;	      /**< page frame numbers are below it */
	struct inq_file_range ram;    /**< bitmap: pages that are memory */
	struct inq_file_range dumped; /**< bitmap: pages that are in the file */
	uint64_t descriptors;	      /**< file offset of the first page descriptor */
};

/**
 * Read and check the headers of @fd, of @size bytes.
 *
 * Errors: OS (read), NOTSUP (not a kernel dump, or another architecture's; says what
 * it is), BADDATA (headers that can't be right), NOMEM.
 */
struct inq_error *inq_dump_layout_read(int fd, uint64_t size,
				       struct inq_dump_layout *ret) inq_must_check;

/** Read exactly @len bytes at @off.  Errors: OS (also: end of file). */
struct inq_error *inq_dump_pread(int fd, void *buf, size_t len, uint64_t off) inq_must_check;

#endif
