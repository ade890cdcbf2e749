/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_NOTES_H
#define INQ_DUMP_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/vec.h"

struct inq_dump_layout;
struct inq_file;

/** One note's payload, borrowed from inq_dump_notes.bytes. */
struct inq_dump_note {
	const unsigned char *bytes;
	size_t len;
};

/** The notes of a dump: who owns what they point to is `bytes`. */
struct inq_dump_notes {
	unsigned char *bytes;			/**< raw notes, all ranges; owned */
	size_t len;				/**< of bytes */
	inq_vec(struct inq_dump_note) prstatus; /**< in the order of the file */
	char *vmcoreinfo;			/**< NUL-terminated, owned; NULL: none */
	bool cut;				/**< a note runs past the end of its range */
	bool foreign;				/**< user-space notes (NT_PRPSINFO) are there */
};

/** Load and split the notes that @layout names.  Errors: OS, NOMEM, BADDATA (absurd size). */
struct inq_error *inq_dump_notes_load(const struct inq_file *file,
				      const struct inq_dump_layout *layout,
				      struct inq_dump_notes *ret) inq_must_check;

void inq_dump_notes_deinit(struct inq_dump_notes *notes);

#endif
