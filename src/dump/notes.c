// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ELF notes, as a vmcore's PT_NOTE segment or a kdump sub-header's note range
 * holds them, one after the other:
 *
 *	0   4  length of the name, with its NUL
 *	4   4  length of the payload
 *	8   4  type
 *	12     name, padded to 4 bytes; then payload, padded to 4 bytes
 *
 * The crash notes that each CPU leaves in memory are padded with zeros to their
 * full size (kernel/crash_core.c), so a header of zeros is skipped, not an end.
 */
#include "dump/notes.h"

#include <stdlib.h>
#include <string.h>

#include "dump/file.h"
#include "dump/layout.h"
#include "util/cursor.h"

#include "util/banned.h"

enum { NOTE_PRSTATUS = 1, NOTE_PRPSINFO = 3 };

/* 8192 CPUs with 4 KiB each; real ones have some 400 bytes each. */
static const uint64_t notes_max = 32 << 20;

static bool note_is(const unsigned char *name, size_t len, const char *want)
{
	/* Some writers count the NUL, some don't. */
	return (len == strlen(want) || (len == strlen(want) + 1 && !name[len - 1])) &&
	       !memcmp(name, want, strlen(want));
}

static struct inq_error *note_add(struct inq_dump_notes *notes, const unsigned char *name,
				  size_t namelen, uint32_t type, const unsigned char *desc,
				  size_t len)
{
	if (note_is(name, namelen, "VMCOREINFO")) {
		if (notes->vmcoreinfo)
			return NULL;
		notes->vmcoreinfo = strndup((const char *)desc, len);
		return notes->vmcoreinfo ? NULL : &inq_enomem;
	}
	if (note_is(name, namelen, "CORE") && type == NOTE_PRSTATUS) {
		struct inq_dump_note *n = inq_vec_push(&notes->prstatus);

		if (!n)
			return &inq_enomem;
		*n = (struct inq_dump_note){.bytes = desc, .len = len};
	} else if (note_is(name, namelen, "CORE") && type == NOTE_PRPSINFO) {
		notes->foreign = true;
	}
	return NULL;
}

static bool skip_padded(struct inq_cursor *c, size_t n)
{
	size_t pad = -n & 3;

	if (!inq_cursor_skip(c, n))
		return false;
	/* The last note's padding may be missing. */
	return inq_cursor_skip(c, pad < inq_cursor_left(c) ? pad : inq_cursor_left(c));
}

static struct inq_error *notes_parse(struct inq_dump_notes *notes, struct inq_cursor c)
{
	while (inq_cursor_left(&c) >= 12) {
		uint32_t namelen = inq_cursor_u32(&c);
		uint32_t len = inq_cursor_u32(&c);
		uint32_t type = inq_cursor_u32(&c);
		const unsigned char *name = c.pos;
		const unsigned char *desc;
		struct inq_error *err;

		if (!namelen && !len)
			continue;
		if (!skip_padded(&c, namelen))
			break;
		desc = c.pos;
		if (!skip_padded(&c, len))
			break;
		err = note_add(notes, name, namelen, type, desc, len);
		if (err)
			return err;
	}
	notes->cut |= c.overrun;
	return NULL;
}

static struct inq_error *vmcoreinfo_load(const struct inq_file *file,
					 const struct inq_file_range *range,
					 struct inq_dump_notes *notes)
{
	cleanup_free char *text = NULL;
	struct inq_error *err;

	if (range->len > notes_max)
		return inq_error_create(INQ_ERR_BADDATA, 0, "VMCOREINFO of %llu bytes",
					(unsigned long long)range->len);
	text = calloc(1, range->len + 1);
	if (!text)
		return &inq_enomem;
	err = inq_file_pread(file, text, range->len, range->off);
	if (err)
		return inq_error_prefix(err, "VMCOREINFO");
	notes->vmcoreinfo = take_ptr(text);
	return NULL;
}

struct inq_error *inq_dump_notes_load(const struct inq_file *file,
				      const struct inq_dump_layout *layout,
				      struct inq_dump_notes *ret)
{
	struct inq_dump_notes notes = {0};
	struct inq_error *err = NULL;
	uint64_t total = 0;

	for (size_t i = 0; i < layout->nnotes; i++) {
		if (layout->notes[i].len > notes_max - total)
			return inq_error_create(INQ_ERR_BADDATA, 0, "over %llu bytes of notes",
						(unsigned long long)notes_max);
		total += layout->notes[i].len;
	}
	notes.bytes = malloc(total + 1);
	if (!notes.bytes)
		return &inq_enomem;
	for (size_t i = 0; i < layout->nnotes && !err; i++) {
		const struct inq_file_range *r = &layout->notes[i];
		unsigned char *p = notes.bytes + notes.len;

		err = inq_file_pread(file, p, r->len, r->off);
		if (!err)
			err = notes_parse(&notes, inq_cursor_init(p, r->len));
		notes.len += r->len;
	}
	if (!err && !notes.vmcoreinfo && layout->vmcoreinfo.len)
		err = vmcoreinfo_load(file, &layout->vmcoreinfo, &notes);
	if (err) {
		inq_dump_notes_deinit(&notes);
		return inq_error_prefix(err, "notes");
	}
	*ret = notes;
	return NULL;
}

void inq_dump_notes_deinit(struct inq_dump_notes *notes)
{
	inq_vec_deinit(&notes->prstatus);
	free(notes->bytes);
	free(notes->vmcoreinfo);
	*notes = (struct inq_dump_notes){0};
}
