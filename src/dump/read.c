// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading memory.  A virtual page is translated once (tlb), a physical page is
 * fetched and inflated once (cache); both are direct-mapped, so a repeated small
 * read costs two comparisons and a copy.  Long reads go past the cache (bulk.c).
 */
#include <stdlib.h>
#include <string.h>

#include "dump/dump_priv.h"

#include "util/banned.h"

enum { BULK_MIN = 16 * INQ_PAGE_SIZE };

struct inq_error *inq_dump_start_reading(struct inq_dump *dump)
{
	dump->tlb = calloc(INQ_TLB_SLOTS, sizeof(*dump->tlb));
	dump->cached = calloc(INQ_CACHE_SLOTS, sizeof(*dump->cached));
	dump->cache_bytes = malloc((size_t)INQ_CACHE_SLOTS * INQ_PAGE_SIZE);
	if (!inq_page_reader_init(&dump->reader, &dump->shared->index) || !dump->tlb ||
	    !dump->cached || !dump->cache_bytes)
		return &inq_enomem;
	return inq_xlat_init(&dump->xlat, dump);
}

void inq_dump_stop_reading(struct inq_dump *dump)
{
	inq_xlat_deinit(&dump->xlat);
	inq_page_reader_deinit(&dump->reader);
	free(dump->tlb);
	free(dump->cached);
	free(dump->cache_bytes);
}

int inq_dump_page(struct inq_dump *dump, uint64_t ppage, const unsigned char **ret)
{
	size_t slot = ppage % INQ_CACHE_SLOTS;
	unsigned char *bytes = dump->cache_bytes + slot * INQ_PAGE_SIZE;
	size_t done;
	int code;

	if (dump->cached[slot] != ppage + 1) {
		dump->cached[slot] = 0;
		dump->stats.pages++;
		code = inq_page_reader_read(&dump->reader, &ppage, 1, bytes, &done);
		if (code != INQ_READ_OK)
			return code;
		dump->cached[slot] = ppage + 1;
	}
	*ret = bytes;
	return INQ_READ_OK;
}

int inq_dump_translate(struct inq_dump *dump, uint64_t addr, uint64_t *ret_ppage)
{
	uint64_t vpage = addr >> INQ_PAGE_SHIFT;
	struct inq_tlb_slot *slot = &dump->tlb[vpage % INQ_TLB_SLOTS];

	if (slot->vpage != vpage + 1) {
		uint64_t ppage;
		int code = inq_xlat_page(&dump->xlat, addr, &ppage);

		if (code != INQ_READ_OK)
			return code;
		*slot = (struct inq_tlb_slot){.vpage = vpage + 1, .ppage = ppage};
	}
	*ret_ppage = slot->ppage;
	return INQ_READ_OK;
}

static bool injected(struct inq_dump *dump)
{
	dump->stats.reads++;
	return dump->inject && !--dump->inject;
}

/* As much of [addr, addr + len) as lies in one page; *@ret_n bytes. */
static int read_part(struct inq_dump *dump, bool virt, uint64_t addr, unsigned char *buf,
		     size_t len, size_t *ret_n)
{
	size_t off = addr & (INQ_PAGE_SIZE - 1);
	size_t n = INQ_PAGE_SIZE - off < len ? INQ_PAGE_SIZE - off : len;
	uint64_t ppage = addr >> INQ_PAGE_SHIFT;
	const unsigned char *page;
	int code = INQ_READ_OK;

	*ret_n = 0;
	if (virt)
		code = inq_dump_translate(dump, addr, &ppage);
	if (code == INQ_READ_OK)
		code = inq_dump_page(dump, ppage, &page);
	dump->no_memory |= code == INQ_ERR_NOMEM;
	if (code != INQ_READ_OK)
		return code;
	memcpy(buf, page + off, n);
	*ret_n = n;
	return INQ_READ_OK;
}

/* *@done is how much came before what failed. */
static int read_bytes(struct inq_dump *dump, bool virt, uint64_t addr, void *buf, size_t len,
		      size_t *done)
{
	int code = INQ_READ_OK;

	*done = 0;
	if (injected(dump))
		return INQ_ERR_FAULT;
	while (*done < len && code == INQ_READ_OK) {
		unsigned char *to = (unsigned char *)buf + *done;
		uint64_t at = addr + *done;
		size_t n;

		if (at < addr)
			return INQ_ERR_FAULT;
		if (len - *done >= BULK_MIN && !(at & (INQ_PAGE_SIZE - 1))) {
			n = (len - *done) / INQ_PAGE_SIZE;
			if (n > (UINT64_MAX - at) / INQ_PAGE_SIZE)
				return INQ_ERR_FAULT;
			code = inq_dump_bulk(dump, virt, at, to, n, &n);
			dump->no_memory |= code == INQ_ERR_NOMEM;
			n *= INQ_PAGE_SIZE;
		} else {
			code = read_part(dump, virt, at, to, len - *done, &n);
		}
		*done += n;
		dump->stats.bytes += n;
	}
	return code;
}

bool inq_dump_no_memory(const struct inq_dump *dump)
{
	return dump->no_memory;
}

static const char *code_text(const struct inq_dump *dump, int code)
{
	if (code == INQ_ERR_OS)
		return dump->shared->info.complete ? "the file can't be read there"
						   : "cut off: the file is not complete";
	if (code == INQ_ERR_BADDATA)
		return "its page can't be decompressed";
	return inq_error_code_name((enum inq_error_code)code);
}

static struct inq_error *read_error(const struct inq_dump *dump, int code, const char *what,
				    uint64_t at, bool virt)
{
	if (code == INQ_READ_OK)
		return NULL;
	if (code == INQ_ERR_NOMEM)
		return &inq_enomem;
	return inq_error_create((enum inq_error_code)code, at, "%s at %s0x%llx: %s", what,
				virt ? "" : "physical ", (unsigned long long)at,
				code_text(dump, code));
}

struct inq_error *inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				const char *what)
{
	size_t done;
	int code = read_bytes(dump, true, addr, buf, len, &done);

	return read_error(dump, code, what, addr + done, true);
}

struct inq_error *inq_dump_read_phys(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				     const char *what)
{
	size_t done;
	int code = read_bytes(dump, false, addr, buf, len, &done);

	return read_error(dump, code, what, addr + done, false);
}

bool inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	size_t done;

	return read_bytes(dump, true, addr, buf, len, &done) == INQ_READ_OK;
}

size_t inq_dump_read_prefix(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	size_t done;

	(void)read_bytes(dump, true, addr, buf, len, &done);
	return done;
}

bool inq_dump_try_cstr(struct inq_dump *dump, uint64_t addr, char *buf, size_t size)
{
	size_t done = 0;

	if (!size)
		return false;
	buf[0] = '\0';
	if (injected(dump))
		return false;
	while (done < size - 1) {
		size_t n;

		if (addr + done < addr ||
		    read_part(dump, true, addr + done, (unsigned char *)buf + done, size - 1 - done,
			      &n) != INQ_READ_OK)
			break;
		dump->stats.bytes += n;
		buf[done + n] = '\0';
		if (memchr(buf + done, '\0', n))
			return true;
		done += n;
	}
	buf[done] = '\0';
	return done > 0;
}

bool inq_dump_try_uint(struct inq_dump *dump, uint64_t addr, size_t size, uint64_t *ret)
{
	uint64_t v = 0;

	if ((size != 1 && size != 2 && size != 4 && size != 8) ||
	    !inq_dump_try_read(dump, addr, &v, size))
		return false;
	*ret = v;
	return true;
}
