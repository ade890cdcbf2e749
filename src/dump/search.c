// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel keeps VMCOREINFO's text in a page of its own, from the page's start
 * (vmcoreinfo_data; kernel/crash_core.c, since v4.13, 203e9e41219b).
 */
#include "dump/search.h"

#include <stdlib.h>
#include <string.h>

#include "dump/vmcoreinfo.h"
#include "util/cleanup.h"

#include "util/banned.h"

enum { CHUNK = 64, UTS_BYTES = 400, FAILURES_MAX = 1024 };

static const uint64_t pages_max = (UINT64_C(64) << 30) / INQ_PAGE_SIZE;

struct search {
	struct inq_page_reader reader;
	uint64_t ppages[CHUNK];
	unsigned char *buf; /* CHUNK pages */
	char *found;	    /* owned; NULL: nothing yet */
	uint64_t budget;    /* pages that may still be looked at */
	size_t failures;    /* pages that the file should have, and has not */
};

static bool is_candidate(const unsigned char *page)
{
	static const char first[] = "OSRELEASE=";

	return !memcmp(page, first, sizeof(first) - 1) &&
	       memmem(page, INQ_PAGE_SIZE, "SYMBOL(swapper_pg_dir)=", 23);
}

/* Whether the kernel that @text describes is in this memory. */
static bool is_true(struct search *s, const char *text)
{
	uint64_t uts, phys_base, at;
	size_t n;
	cleanup_free unsigned char *page = malloc(2 * INQ_PAGE_SIZE);
	size_t len = 0, done;
	const char *release = inq_vmcoreinfo_find(text, "OSRELEASE", &len);

	if (!page || !release || !len ||
	    !inq_vmcoreinfo_num(text, "SYMBOL(init_uts_ns)", 16, &uts) ||
	    !inq_vmcoreinfo_num(text, "NUMBER(phys_base)", 10, &phys_base))
		return false;
	at = uts - UINT64_C(0xffffffff80000000) + phys_base;
	s->ppages[0] = at >> INQ_PAGE_SHIFT;
	s->ppages[1] = s->ppages[0] + 1;
	n = at % INQ_PAGE_SIZE + UTS_BYTES > INQ_PAGE_SIZE ? 2 : 1;
	if (inq_page_reader_read(&s->reader, s->ppages, n, page, &done) != INQ_READ_OK)
		return false;
	return memmem(page + at % INQ_PAGE_SIZE, UTS_BYTES, release, len);
}

/* Read @n pages from @first on; one that can't be read is passed over. */
static struct inq_error *search_chunk(struct search *s, uint64_t first, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t done;
		int code;

		for (size_t k = i; k < n; k++)
			s->ppages[k - i] = first + k;
		code = inq_page_reader_read(&s->reader, s->ppages, n - i, s->buf, &done);
		if (code == INQ_ERR_NOMEM)
			return &inq_enomem;
		/* Cut off or damaged: what is beyond is worth no more time. */
		s->failures += code == INQ_ERR_OS || code == INQ_ERR_BADDATA;
		if (s->failures > FAILURES_MAX)
			s->budget = 0;
		for (size_t k = 0; k < done; k++) {
			const unsigned char *page = s->buf + k * INQ_PAGE_SIZE;
			cleanup_free char *text = NULL;

			if (!is_candidate(page))
				continue;
			text = strndup((const char *)page, INQ_PAGE_SIZE);
			if (!text)
				return &inq_enomem;
			if (is_true(s, text)) {
				s->found = take_ptr(text);
				return NULL;
			}
		}
		i += done + 1;
	}
	return NULL;
}

static struct inq_error *search_range(struct search *s, uint64_t first, uint64_t end)
{
	struct inq_error *err = NULL;

	while (first < end && s->budget && !s->found && !err) {
		size_t n = end - first < CHUNK ? end - first : CHUNK;
		uint64_t gap = inq_page_index_gap(s->reader.ix, first);

		if (gap) {
			first += gap;
			continue;
		}
		if (n > s->budget)
			n = s->budget;
		err = search_chunk(s, first, n);
		first += n;
		s->budget -= n < s->budget ? n : s->budget;
	}
	return err;
}

struct inq_error *inq_search_vmcoreinfo(const struct inq_page_index *ix, char **ret)
{
	const struct inq_dump_layout *layout = ix->layout;
	struct search s = {.buf = malloc((size_t)CHUNK * INQ_PAGE_SIZE)};
	struct inq_error *err = NULL;

	/* Not more than the file can hold, however often its segments name the same bytes. */
	s.budget = pages_max;
	if (layout->kind == INQ_DUMP_ELF && ix->file->size / INQ_PAGE_SIZE < pages_max)
		s.budget = ix->file->size / INQ_PAGE_SIZE + 1;
	if (!inq_page_reader_init(&s.reader, ix) || !s.buf)
		err = &inq_enomem;
	if (!err && layout->kind == INQ_DUMP_KDUMP)
		err = search_range(&s, 0, layout->max_mapnr);
	for (size_t i = 0; i < layout->nsegments && !err && !s.found; i++) {
		const struct inq_dump_segment *seg = &layout->segments[i];

		err = search_range(&s, seg->paddr >> INQ_PAGE_SHIFT,
				   (seg->paddr + seg->filesz) >> INQ_PAGE_SHIFT);
	}
	inq_page_reader_deinit(&s.reader);
	free(s.buf);
	if (!err)
		*ret = s.found;
	else
		free(s.found);
	return err;
}
