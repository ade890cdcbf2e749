// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The headers of a kdump-compressed file (makedumpfile, QEMU), in blocks of
 * block_size, little endian, 64-bit layout:
 *
 *	block 0                 disk_dump_header
 *	block 1                 kdump_sub_header, sub_hdr_size blocks; notes and
 *	                        VMCOREINFO at the file offsets it names
 *	1 + sub_hdr_size        bitmap of pages that are memory, one bit each;
 *	                        then, as long, bitmap of pages that are in the file
 *	... + bitmap_blocks     a descriptor for each page in the file, in order:
 *	                        offset 8, size 4, flags 4, page_flags 8
 *	...                     the pages' compressed bytes
 *
 * (makedumpfile's diskdump_mod.h and IMPLEMENTATION.)
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "dump/layout_priv.h"

#include "util/banned.h"

enum { UTS_LEN = 65, DUMP_INCOMPLETE = 0x8, PAGE = 4096 };

/* 32 TiB of memory: keeps what we compute from the bitmaps at open below a second. */
static const uint64_t max_pfn = UINT64_C(1) << 33;

/* struct disk_dump_header */
struct k_kdump_header {
	char signature[8];
	int32_t header_version;
	char utsname[6][UTS_LEN]; /* sysname nodename release version machine domainname */
	uint64_t tv_sec;
	uint64_t tv_usec;
	uint32_t status;
	int32_t block_size;
	int32_t sub_hdr_size; /* in blocks */
	uint32_t bitmap_blocks;
	uint32_t max_mapnr;
	uint32_t total_ram_blocks;
	uint32_t device_blocks;
	uint32_t written_blocks;
	uint32_t current_cpu;
	int32_t nr_cpus;
};
_Static_assert(offsetof(struct k_kdump_header, tv_sec) == 408, "kdump header layout");
_Static_assert(offsetof(struct k_kdump_header, nr_cpus) == 460, "kdump header layout");

/* struct kdump_sub_header */
struct k_kdump_sub_header {
	uint64_t phys_base;
	int32_t dump_level;
	int32_t split;
	uint64_t start_pfn;
	uint64_t end_pfn;
	uint64_t offset_vmcoreinfo; /* since version 3 */
	uint64_t size_vmcoreinfo;
	uint64_t offset_note; /* since version 4 */
	uint64_t size_note;
	uint64_t offset_eraseinfo; /* since version 5 */
	uint64_t size_eraseinfo;
	uint64_t start_pfn_64; /* since version 6 */
	uint64_t end_pfn_64;
	uint64_t max_mapnr_64;
};
_Static_assert(sizeof(struct k_kdump_sub_header) == 104, "kdump sub-header layout");

static struct inq_error *bad(const char *what)
{
	return inq_error_create(INQ_ERR_BADDATA, 0, "a damaged kdump file: %s", what);
}

static void copy_uts(char ret[66], const char *field)
{
	memcpy(ret, field, UTS_LEN);
	ret[UTS_LEN] = '\0';
}

static struct inq_error *check_arch(const struct k_kdump_header *h)
{
	char machine[66];

	copy_uts(machine, h->utsname[4]);
	for (const char *p = machine; *p; p++) {
		if (*p < 0x21 || *p > 0x7e)
			return bad("its machine name is no text");
	}
	if (machine[0] && strcmp(machine, "x86_64"))
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"a kdump of architecture %s: not supported", machine);
	return NULL;
}

static struct inq_error *check_header(const struct k_kdump_header *h, uint64_t size)
{
	struct inq_error *err = check_arch(h);

	if (err)
		return err;
	if (h->header_version < 1 || h->header_version > 64)
		return bad("impossible header version");
	if (h->block_size != PAGE)
		return bad("its block size is not the page size, 4096");
	if (h->sub_hdr_size < 1 || (uint64_t)h->sub_hdr_size > size / (uint64_t)h->block_size)
		return bad("impossible sub-header size");
	if (h->bitmap_blocks > size / (uint64_t)h->block_size)
		return bad("cut off before the end of its page bitmaps");
	return NULL;
}

static struct inq_error *find_bitmaps(const struct inq_file *file, const struct k_kdump_header *h,
				      struct inq_dump_layout *layout)
{
	uint64_t block = (uint64_t)h->block_size;
	uint64_t off = block * (1 + (uint64_t)h->sub_hdr_size);
	uint64_t bytes = block * h->bitmap_blocks;
	uint64_t need = layout->max_mapnr / 8 + !!(layout->max_mapnr % 8);

	if (!inq_file_has(file, off, bytes))
		return bad("cut off before the end of its page bitmaps");
	layout->descriptors = off + bytes;
	layout->ram = (struct inq_file_range){.off = off, .len = bytes / 2};
	layout->dumped = (struct inq_file_range){.off = off + bytes / 2, .len = bytes / 2};
	if (layout->max_mapnr > max_pfn)
		return bad("impossible number of pages");
	if (bytes / 2 < need)
		return bad("its page bitmaps are too short");
	return NULL;
}

static struct inq_error *read_sub_header(const struct inq_file *file,
					 const struct k_kdump_header *h,
					 struct inq_dump_layout *layout)
{
	struct k_kdump_sub_header sub = {0};
	struct inq_error *err;

	if (!inq_file_has(file, (uint64_t)h->block_size, sizeof(sub)))
		return bad("cut off inside its sub-header");
	err = inq_file_pread(file, &sub, sizeof(sub), (uint64_t)h->block_size);
	if (err)
		return err;
	if (h->header_version >= 6)
		layout->max_mapnr = sub.max_mapnr_64;
	if (h->header_version >= 2 && sub.split)
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"one part of a split kdump: join the parts first "
					"(makedumpfile --reassemble)");
	if (h->header_version >= 3 && sub.size_vmcoreinfo)
		layout->vmcoreinfo =
			(struct inq_file_range){sub.offset_vmcoreinfo, sub.size_vmcoreinfo};
	if (h->header_version >= 4 && sub.size_note)
		layout->notes[layout->nnotes++] =
			(struct inq_file_range){sub.offset_note, sub.size_note};
	if (h->header_version < 3)
		return NULL;
	if (!inq_file_has(file, layout->vmcoreinfo.off, layout->vmcoreinfo.len) ||
	    !inq_file_has(file, layout->notes[0].off, layout->notes[0].len))
		return bad("cut off: its notes are beyond its end");
	return NULL;
}

struct inq_error *inq_kdump_layout(const struct inq_file *file, struct inq_dump_layout *layout)
{
	struct inq_error *err;
	struct k_kdump_header h;

	layout->kind = INQ_DUMP_KDUMP;
	if (file->size < sizeof(h))
		return bad("cut off inside its header");
	err = inq_file_pread(file, &h, sizeof(h), 0);
	if (!err)
		err = check_header(&h, file->size);
	if (err)
		return err;
	layout->block_size = (uint32_t)h.block_size;
	layout->max_mapnr = h.max_mapnr;
	layout->complete &= !(h.status & DUMP_INCOMPLETE);
	layout->dumped_at = (int64_t)h.tv_sec;
	copy_uts(layout->machine, h.utsname[4]);
	copy_uts(layout->release, h.utsname[2]);
	copy_uts(layout->nodename, h.utsname[1]);
	err = read_sub_header(file, &h, layout);
	return err ? err : find_bitmaps(file, &h, layout);
}
