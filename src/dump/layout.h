/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_LAYOUT_H
#define INQ_DUMP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

struct inq_file;

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

/** An ELF segment of physical memory. */
struct inq_dump_segment {
	uint64_t paddr;	 /**< of its first byte */
	uint64_t memsz;	 /**< bytes of memory */
	uint64_t off;	 /**< in the file */
	uint64_t filesz; /**< bytes in the file, <= memsz: the rest was left out */
};

struct inq_dump_layout {
	enum inq_dump_kind kind;
	char machine[66];  /**< kdump: utsname.machine; "" unknown */
	char release[66];  /**< kdump: utsname.release; "" unknown */
	char nodename[66]; /**< kdump: utsname.nodename; "" unknown */
	struct inq_file_range notes[INQ_LAYOUT_MAX_NOTES]; /**< all inside the file */
	size_t nnotes;					   /**< in notes[] */
	struct inq_file_range vmcoreinfo; /**< kdump: outside the notes; len 0: none */
	bool complete;			  /**< nothing that the headers name is cut off */

	int64_t dumped_at; /**< kdump: seconds since 1970; 0: unknown */

	/* ELF only */
	struct inq_dump_segment *segments; /**< owned; sorted by paddr, disjoint */
	size_t nsegments;

	/* kdump only */
	uint32_t block_size;	      /**< bytes in a page, a power of two */
	uint64_t max_mapnr;	      /**< page frame numbers are below it */
	struct inq_file_range ram;    /**< bitmap: pages that are memory */
	struct inq_file_range dumped; /**< bitmap: pages that are in the file */
	uint64_t descriptors;	      /**< file offset of the first page descriptor */
};

/**
 * Read and check the headers of @file.  *@ret owns memory: inq_dump_layout_deinit().
 *
 * Errors: OS (read), NOTSUP (not a kernel dump, or another architecture's; says what
 * it is), BADDATA (headers that can't be right), NOMEM.
 */
struct inq_error *inq_dump_layout_read(const struct inq_file *file,
				       struct inq_dump_layout *ret) inq_must_check;

void inq_dump_layout_deinit(struct inq_dump_layout *layout);

#endif
