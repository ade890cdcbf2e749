// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that mkdump writes: their layouts are drawn in src/dump/elf.c, kdump.c and flattened.c.
 */
#include <bzlib.h>
#include <elf.h>
#include <endian.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "mkdump_priv.h"

#include "util/banned.h"

/* Whether @p goes on where the page before it in the file ended: one segment has both. */
static bool follows(const struct mkdump_page *before, const struct mkdump_page *p)
{
	return before && before->pfn + 1 == p->pfn && !before->excluded && !p->excluded;
}

static size_t count_segments(const struct mkdump *m)
{
	const struct mkdump_page *before = NULL;
	size_t n = 0;

	for (const struct mkdump_page *p = m->pages; p; before = p, p = p->next)
		n += !follows(before, p);
	return n;
}

/* From @first on, at @off; *@ret_next: the page behind it. */
static Elf64_Phdr make_segment(const struct mkdump_page *first, uint64_t off,
			       const struct mkdump_page **ret_next)
{
	const struct mkdump_page *last = first;
	Elf64_Phdr ph = {.p_type = PT_LOAD,
			 .p_offset = off,
			 .p_vaddr = first->pfn * MKDUMP_PAGE,
			 .p_paddr = first->pfn * MKDUMP_PAGE};

	while (last->next && follows(last, last->next))
		last = last->next;
	ph.p_memsz = (last->pfn + 1 - first->pfn) * MKDUMP_PAGE;
	ph.p_filesz = first->excluded ? 0 : ph.p_memsz;
	*ret_next = last->next;
	return ph;
}

/* Like QEMU's: p_vaddr is p_paddr, a segment a stretch of memory; an excluded page has no bytes in
 * the file. */
static struct mkdump_buf make_elf(struct mkdump *m)
{
	struct mkdump_buf notes = mkdump_all_notes(m), b = {0};
	size_t nphdrs = count_segments(m) + 1;
	uint64_t off = sizeof(Elf64_Ehdr) + nphdrs * sizeof(Elf64_Phdr);
	Elf64_Ehdr eh = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			 .e_type = ET_CORE,
			 .e_machine = EM_X86_64,
			 .e_version = EV_CURRENT,
			 .e_phoff = sizeof(eh),
			 .e_ehsize = sizeof(eh),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = (uint16_t)nphdrs};
	Elf64_Phdr note = {.p_type = PT_NOTE, .p_offset = off, .p_filesz = notes.len};

	mkdump_append(&b, &eh, sizeof(eh));
	mkdump_append(&b, &note, sizeof(note));
	off += notes.len;
	for (const struct mkdump_page *p = m->pages; p;) {
		Elf64_Phdr ph = make_segment(p, off, &p);

		mkdump_append(&b, &ph, sizeof(ph));
		off += ph.p_filesz;
	}
	mkdump_append(&b, notes.bytes, notes.len);
	for (const struct mkdump_page *p = m->pages; p; p = p->next)
		mkdump_append(&b, p->bytes, p->excluded ? 0 : MKDUMP_PAGE);
	free(notes.bytes);
	return b;
}

static size_t pack(const unsigned char *page, enum mkdump_format format, unsigned char *out,
		   size_t room, uint32_t *ret_flags)
{
	static const uint32_t flags[] = {[MKDUMP_KDUMP_ZLIB] = 1,
					 [MKDUMP_KDUMP_LZO] = 2,
					 [MKDUMP_KDUMP_SNAPPY] = 4,
					 [MKDUMP_KDUMP_ZSTD] = 0x20};
	_Alignas(16) static unsigned char lzo_memory[LZO1X_1_MEM_COMPRESS];
	uLongf zlen = room;
	lzo_uint llen = room;
	size_t slen = room;

	*ret_flags = format == MKDUMP_KDUMP_RAW ? 0 : flags[format];
	switch (format) {
	case MKDUMP_KDUMP_ZLIB:
		if (compress2(out, &zlen, page, MKDUMP_PAGE, 1) != Z_OK)
			mkdump_die("zlib");
		return zlen;
	case MKDUMP_KDUMP_LZO:
		if (lzo1x_1_compress(page, MKDUMP_PAGE, out, &llen, lzo_memory) != LZO_E_OK)
			mkdump_die("lzo");
		return llen;
	case MKDUMP_KDUMP_SNAPPY:
		if (snappy_compress((const char *)page, MKDUMP_PAGE, (char *)out, &slen) !=
		    SNAPPY_OK)
			mkdump_die("snappy");
		return slen;
	case MKDUMP_KDUMP_ZSTD:
		return ZSTD_compress(out, room, page, MKDUMP_PAGE, 1);
	default:
		memcpy(out, page, MKDUMP_PAGE);
		return MKDUMP_PAGE;
	}
}

static void set_bit(unsigned char *bitmap, uint64_t bit)
{
	bitmap[bit / 8] |= (unsigned char)(1 << bit % 8);
}

static void put32(struct mkdump_buf *b, size_t at, uint32_t v)
{
	memcpy(b->bytes + at, &v, sizeof(v));
}

static void put64(struct mkdump_buf *b, size_t at, uint64_t v)
{
	memcpy(b->bytes + at, &v, sizeof(v));
}

/* The headers, with notes in the sub-header's second block on, and the bitmaps. */
static struct mkdump_buf make_kdump_head(struct mkdump *m)
{
	struct mkdump_buf notes = mkdump_all_notes(m), b = {0};
	size_t sub_blocks = 1 + (notes.len + MKDUMP_PAGE - 1) / MKDUMP_PAGE;
	uint64_t max_mapnr = MKDUMP_RAM / MKDUMP_PAGE;
	size_t bitmap = (max_mapnr / 8 + MKDUMP_PAGE - 1) / MKDUMP_PAGE * MKDUMP_PAGE;
	size_t at = (1 + sub_blocks) * MKDUMP_PAGE;

	mkdump_pad(&b, at + 2 * bitmap);
	memcpy(b.bytes, "KDUMP   ", 8);
	put32(&b, 8, 6);
	memcpy(b.bytes + 12 + 4 * 65, m->machine, strlen(m->machine));
	put32(&b, 428, MKDUMP_PAGE);
	put32(&b, 432, (uint32_t)sub_blocks);
	put32(&b, 436, (uint32_t)(2 * bitmap / MKDUMP_PAGE));
	put32(&b, 440, (uint32_t)max_mapnr);
	put32(&b, 460, 1);
	put64(&b, MKDUMP_PAGE, MKDUMP_PHYS_BASE);
	put64(&b, MKDUMP_PAGE + 48, 2 * MKDUMP_PAGE);
	put64(&b, MKDUMP_PAGE + 56, notes.len);
	put64(&b, MKDUMP_PAGE + 96, max_mapnr);
	if (notes.len)
		memcpy(b.bytes + 2 * (size_t)MKDUMP_PAGE, notes.bytes, notes.len);
	for (const struct mkdump_page *p = m->pages; p; p = p->next) {
		set_bit(b.bytes + at, p->pfn);
		if (!p->excluded)
			set_bit(b.bytes + at + bitmap, p->pfn);
	}
	free(notes.bytes);
	return b;
}

static struct mkdump_buf make_kdump(struct mkdump *m, enum mkdump_format format)
{
	struct mkdump_buf b = make_kdump_head(m);
	size_t desc = b.len;
	unsigned char out[3 * MKDUMP_PAGE];

	for (const struct mkdump_page *p = m->pages; p; p = p->next)
		mkdump_append(&b, NULL, p->excluded ? 0 : 24);
	for (const struct mkdump_page *p = m->pages; p; p = p->next) {
		uint32_t flags;
		size_t n;

		if (p->excluded)
			continue;
		n = pack(p->bytes, format, out, sizeof(out), &flags);
		put64(&b, desc, b.len);
		put32(&b, desc + 8, (uint32_t)n);
		put32(&b, desc + 12, flags);
		desc += 24;
		mkdump_append(&b, out, n);
	}
	return b;
}

unsigned char *mkdump_bytes(struct mkdump *m, enum mkdump_format format, size_t *ret_len)
{
	struct mkdump_buf b = format == MKDUMP_ELF ? make_elf(m) : make_kdump(m, format);

	*ret_len = b.len;
	return b.bytes;
}

static void add_record(struct mkdump_buf *b, uint64_t off, const void *bytes, size_t len)
{
	uint64_t head[2] = {htobe64(off), htobe64(len)};

	mkdump_append(b, head, sizeof(head));
	mkdump_append(b, bytes, len);
}

unsigned char *mkdump_flatten(const unsigned char *bytes, size_t len, size_t record,
			      size_t *ret_len)
{
	struct mkdump_buf b = {0};
	uint64_t end[2] = {UINT64_MAX, UINT64_MAX};
	size_t half = len / record / 2 * record;
	uint64_t head[2] = {htobe64(1), htobe64(1)};

	mkdump_append(&b, "makedumpfile\0\0\0", 16);
	mkdump_append(&b, head, sizeof(head));
	mkdump_pad(&b, 4096);
	add_record(&b, 0, NULL, len < 2 * record ? len : 2 * record);
	for (size_t i = half; i < len; i += record)
		add_record(&b, i, bytes + i, len - i < record ? len - i : record);
	for (size_t i = 0; i < half; i += record)
		add_record(&b, i, bytes + i, half - i < record ? half - i : record);
	mkdump_append(&b, end, sizeof(end));
	*ret_len = b.len;
	return b.bytes;
}

static size_t wrap_gz(const unsigned char *bytes, size_t len, unsigned char *out, size_t room)
{
	struct libdeflate_compressor *c = mkdump_need(libdeflate_alloc_compressor(1));
	size_t n = libdeflate_gzip_compress(c, bytes, len, out, room);

	libdeflate_free_compressor(c);
	return n;
}

unsigned char *mkdump_wrap(const unsigned char *bytes, size_t len, const char *suffix,
			   size_t *ret_len)
{
	size_t room = len + len / 8 + 65536;
	unsigned char *out = mkdump_need(malloc(room));
	unsigned int bzlen = (unsigned int)room;
	size_t xzlen = 0;

	*ret_len = 0;
	if (!strcmp(suffix, ".gz")) {
		*ret_len = wrap_gz(bytes, len, out, room);
	} else if (!strcmp(suffix, ".bz2")) {
		if (BZ2_bzBuffToBuffCompress((char *)out, &bzlen, (char *)(uintptr_t)bytes,
					     (unsigned int)len, 1, 0, 0) == BZ_OK)
			*ret_len = bzlen;
	} else if (!strcmp(suffix, ".xz")) {
		if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, bytes, len, out, &xzlen,
					    room) == LZMA_OK)
			*ret_len = xzlen;
	} else if (!strcmp(suffix, ".zst")) {
		*ret_len = ZSTD_compress(out, room, bytes, len, 1);
	} else if (!strcmp(suffix, ".lz4")) {
		*ret_len = LZ4F_compressFrame(out, room, bytes, len, NULL);
	}
	if (!*ret_len || *ret_len > room)
		mkdump_die("can't compress");
	return out;
}
