// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump: the descriptors hold only the pages that are in the file, in order, so a
 * page's descriptor number is its rank: how many bits of the bitmap are set before
 * its own.  The index keeps the rank of every 4096th page; a reader counts on from
 * there in 512 bytes of bitmap.
 */
#include "dump/pages.h"

#include <stdlib.h>
#include <string.h>

#include "util/bisect.h"
#include "util/cleanup.h"
#include "util/cursor.h"

#include "util/banned.h"

enum {
	STRETCH = 4096,		     /* pages that share a rank */
	STRETCH_BYTES = STRETCH / 8, /* of bitmap */
	DESC_SIZE = 24,
	DESCS = 256,			/* descriptors read at once */
	DATA = 128 * 1024,		/* window onto the pages' bytes */
	SCAN = 64 * 1024,		/* bitmap bytes read at once when counting */
	PACKED_MAX = 2 * INQ_PAGE_SIZE, /* no compressor makes a page larger */
};

struct page_desc {
	uint64_t off;
	uint32_t size;
	uint32_t flags;
};

static struct page_desc parse_desc(const unsigned char *bytes)
{
	struct inq_cursor c = inq_cursor_init(bytes, DESC_SIZE);
	struct page_desc d = {.off = inq_cursor_u64(&c)};

	d.size = inq_cursor_u32(&c);
	d.flags = inq_cursor_u32(&c);
	return d;
}

static unsigned int count_bits(const unsigned char *p, size_t n)
{
	unsigned int sum = 0;

	for (; n >= 8; p += 8, n -= 8) {
		uint64_t word;

		memcpy(&word, p, 8);
		sum += (unsigned int)__builtin_popcountll(word);
	}
	for (; n; p++, n--)
		sum += (unsigned int)__builtin_popcount(*p);
	return sum;
}

static bool test_bit(const unsigned char *p, size_t bit)
{
	return p[bit / 8] >> (bit % 8) & 1;
}

/* Fill ranks: the bitmap's range of the file is known to be inside it. */
static struct inq_error *count_ranks(struct inq_page_index *ix)
{
	const struct inq_file_range *map = &ix->layout->dumped;
	uint64_t bytes = ix->layout->max_mapnr / 8 + !!(ix->layout->max_mapnr % 8);
	uint64_t n = bytes / STRETCH_BYTES + 1;
	cleanup_free unsigned char *buf = malloc(SCAN);

	ix->ranks = calloc(n, sizeof(*ix->ranks));
	if (!buf || !ix->ranks)
		return &inq_enomem;
	for (uint64_t at = 0; at < bytes; at += SCAN) {
		size_t len = bytes - at < SCAN ? bytes - at : SCAN;
		struct inq_error *err = inq_file_pread(ix->file, buf, len, map->off + at);

		if (err)
			return inq_error_prefix(err, "page bitmap");
		for (size_t i = 0; i < len; i += STRETCH_BYTES) {
			size_t part = len - i < STRETCH_BYTES ? len - i : STRETCH_BYTES;

			ix->ranks[(at + i) / STRETCH_BYTES] = ix->ndumped;
			ix->ndumped += count_bits(buf + i, part);
		}
	}
	return NULL;
}

/*
 * Whether the last pages are in the file.  Descriptors are filled in order, and pages
 * mostly written in order (all-zero pages share one at the front), so the last stretch
 * of descriptors tells about all.
 */
static bool check_last(const struct inq_page_index *ix)
{
	uint64_t n = ix->ndumped < DESCS ? ix->ndumped : DESCS;
	uint64_t off = ix->layout->descriptors + (ix->ndumped - n) * DESC_SIZE;
	unsigned char descs[DESCS * DESC_SIZE];

	if (!inq_file_try_pread(ix->file, descs, n * DESC_SIZE, off))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		struct page_desc d = parse_desc(descs + i * DESC_SIZE);

		if (!d.off || !inq_file_has(ix->file, d.off, d.size))
			return false;
	}
	return true;
}

struct inq_error *inq_page_index_init(struct inq_page_index *ix, const struct inq_file *file,
				      const struct inq_dump_layout *layout, bool *ret_complete)
{
	struct inq_error *err;

	*ix = (struct inq_page_index){.file = file, .layout = layout};
	*ret_complete = true;
	if (layout->kind != INQ_DUMP_KDUMP)
		return NULL;
	err = count_ranks(ix);
	if (!err)
		*ret_complete = check_last(ix);
	return err;
}

void inq_page_index_deinit(struct inq_page_index *ix)
{
	free(ix->ranks);
	*ix = (struct inq_page_index){0};
}

uint64_t inq_page_index_gap(const struct inq_page_index *ix, uint64_t ppage)
{
	uint64_t stretch = ppage / STRETCH, end;

	if (ix->layout->kind != INQ_DUMP_KDUMP || ppage >= ix->layout->max_mapnr)
		return 0;
	end = (stretch + 1) * STRETCH < ix->layout->max_mapnr ? ix->ranks[stretch + 1]
							      : ix->ndumped;
	return end == ix->ranks[stretch] ? STRETCH - ppage % STRETCH : 0;
}

bool inq_page_reader_init(struct inq_page_reader *r, const struct inq_page_index *ix)
{
	*r = (struct inq_page_reader){.ix = ix};
	if (ix->layout->kind != INQ_DUMP_KDUMP)
		return true;
	r->descs = malloc(DESCS * DESC_SIZE + DATA);
	if (!r->descs)
		return false;
	r->data = r->descs + DESCS * DESC_SIZE;
	return true;
}

void inq_page_reader_deinit(struct inq_page_reader *r)
{
	inq_inflater_deinit(&r->inflater);
	free(r->descs);
	*r = (struct inq_page_reader){0};
}

/* Have @w show the stretch of @pfn, which is below max_mapnr. */
static bool move_window(const struct inq_page_reader *r, const struct inq_file_range *bitmap,
			uint64_t pfn, struct inq_bitmap_window *w)
{
	uint64_t stretch = pfn / STRETCH, at = stretch * STRETCH_BYTES;
	size_t len = bitmap->len - at < STRETCH_BYTES ? bitmap->len - at : STRETCH_BYTES;

	if (w->stretch == stretch + 1)
		return true;
	w->stretch = 0;
	if (!inq_file_try_pread(r->ix->file, w->bytes, len, bitmap->off + at))
		return false;
	w->stretch = stretch + 1;
	return true;
}

/* The page's descriptor number, or why it has none. */
static int find_rank(struct inq_page_reader *r, uint64_t pfn, uint64_t *ret)
{
	const struct inq_dump_layout *layout = r->ix->layout;
	size_t bit = pfn % STRETCH;
	unsigned int before;

	if (pfn >= layout->max_mapnr)
		return INQ_ERR_FAULT;
	if (!move_window(r, &layout->dumped, pfn, &r->dumped))
		return INQ_ERR_OS;
	if (!test_bit(r->dumped.bytes, bit)) {
		if (!move_window(r, &layout->ram, pfn, &r->ram))
			return INQ_ERR_OS;
		return test_bit(r->ram.bytes, bit) ? INQ_ERR_EXCLUDED : INQ_ERR_FAULT;
	}
	before = r->dumped.bytes[bit / 8] & ((1U << bit % 8) - 1);
	*ret = r->ix->ranks[pfn / STRETCH] + count_bits(r->dumped.bytes, bit / 8) +
	       (unsigned int)__builtin_popcount(before);
	return INQ_READ_OK;
}

static int find_desc(struct inq_page_reader *r, uint64_t rank, struct page_desc *ret)
{
	if (rank < r->desc_first || rank - r->desc_first >= r->ndescs) {
		uint64_t left = r->ix->ndumped - rank;
		size_t n = left < DESCS ? left : DESCS;
		uint64_t off = r->ix->layout->descriptors + rank * DESC_SIZE;

		if (rank >= r->ix->ndumped)
			return INQ_ERR_OS;
		r->ndescs = 0;
		/* At the cut end of a file, perhaps only this one. */
		if (!inq_file_try_pread(r->ix->file, r->descs, n * DESC_SIZE, off)) {
			n = 1;
			if (!inq_file_try_pread(r->ix->file, r->descs, DESC_SIZE, off))
				return INQ_ERR_OS;
		}
		r->desc_first = rank;
		r->ndescs = n;
	}
	*ret = parse_desc(r->descs + (rank - r->desc_first) * DESC_SIZE);
	/* makedumpfile that ran out of room leaves zeros. */
	if (!ret->off)
		return INQ_ERR_OS;
	return ret->size && ret->size <= PACKED_MAX ? INQ_READ_OK : INQ_ERR_BADDATA;
}

/* The page's bytes, through the window; reads ahead only where reading goes on in order. */
static const unsigned char *find_data(struct inq_page_reader *r, const struct page_desc *d,
				      bool ahead)
{
	const struct inq_file *file = r->ix->file;
	size_t len = d->size;

	if (d->off >= r->data_off && d->off - r->data_off <= r->data_len &&
	    d->size <= r->data_len - (d->off - r->data_off))
		return r->data + (d->off - r->data_off);
	if (!inq_file_has(file, d->off, d->size))
		return NULL;
	if (ahead)
		len = file->size - d->off < DATA ? file->size - d->off : DATA;
	r->data_len = 0;
	if (!inq_file_try_pread(file, r->data, len, d->off))
		return NULL;
	r->data_off = d->off;
	r->data_len = len;
	return r->data;
}

static int read_kdump(struct inq_page_reader *r, uint64_t pfn, unsigned char *buf, bool ahead)
{
	const unsigned char *packed;
	struct page_desc d;
	uint64_t rank;
	int code = find_rank(r, pfn, &rank);

	if (code == INQ_READ_OK)
		code = find_desc(r, rank, &d);
	if (code != INQ_READ_OK)
		return code;
	packed = find_data(r, &d, ahead);
	if (!packed)
		return INQ_ERR_OS;
	return inq_inflate(&r->inflater, d.flags, packed, d.size, buf, INQ_PAGE_SIZE);
}

/* The last segment that starts at or before @paddr; NULL: none. */
static const struct inq_dump_segment *find_segment(const struct inq_dump_layout *layout,
						   uint64_t paddr)
{
	size_t n = inq_bisect(layout->nsegments, i, layout->segments[i].paddr <= paddr);

	return n ? &layout->segments[n - 1] : NULL;
}

/* [paddr, paddr + len) out of as many segments as it takes; *@done: bytes before what failed. */
static int read_elf(const struct inq_page_reader *r, uint64_t paddr, size_t len, unsigned char *buf,
		    size_t *done)
{
	*done = 0;
	while (*done < len) {
		const struct inq_dump_segment *seg = find_segment(r->ix->layout, paddr + *done);
		uint64_t in, n, there;

		if (!seg || paddr + *done - seg->paddr >= seg->memsz)
			return INQ_ERR_FAULT;
		in = paddr + *done - seg->paddr;
		/* Memory that the file does not hold: 'makedumpfile -E' leaves pages out so. */
		if (in >= seg->filesz)
			return INQ_ERR_EXCLUDED;
		n = seg->filesz - in < len - *done ? seg->filesz - in : len - *done;
		/* All that a cut file has, not nothing because the last page is gone. */
		there = inq_file_left(r->ix->file, seg->off + in);
		if (!there || !inq_file_try_pread(r->ix->file, buf + *done, n < there ? n : there,
						  seg->off + in))
			return INQ_ERR_OS;
		*done += n < there ? n : there;
	}
	return INQ_READ_OK;
}

/* How many of @ppages are neighbours. */
static size_t run_length(const uint64_t *ppages, size_t n)
{
	size_t run = 1;

	while (run < n && ppages[run] == ppages[run - 1] + 1)
		run++;
	return run;
}

int inq_page_reader_read(struct inq_page_reader *r, const uint64_t *ppages, size_t n,
			 unsigned char *buf, size_t *ret_done)
{
	size_t i = 0;
	int code = INQ_READ_OK;

	while (i < n && code == INQ_READ_OK) {
		unsigned char *to = buf + i * INQ_PAGE_SIZE;
		size_t bytes;

		if (ppages[i] > UINT64_MAX >> INQ_PAGE_SHIFT) {
			code = INQ_ERR_FAULT;
		} else if (r->ix->layout->kind == INQ_DUMP_KDUMP) {
			code = read_kdump(r, ppages[i], to, n > 1);
			i += code == INQ_READ_OK;
		} else {
			bytes = run_length(ppages + i, n - i) * INQ_PAGE_SIZE;
			code = read_elf(r, ppages[i] << INQ_PAGE_SHIFT, bytes, to, &bytes);
			i += bytes / INQ_PAGE_SIZE;
		}
	}
	*ret_done = i;
	return code;
}
