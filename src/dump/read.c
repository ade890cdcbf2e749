// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading memory.  A virtual page is translated once (tlb), a physical page is
 * fetched and inflated once (cache); both are direct-mapped, so a repeated small
 * read costs two comparisons and a copy.
 */
#include <stdlib.h>
#include <string.h>

#include "dump/dump_priv.h"

#include "util/banned.h"

/* What became of a page; the values of enum inq_error_code, or PAGE_OK. */
enum { PAGE_OK = -1 };

static struct inq_error *lib_error(kdump_ctx_t *ctx, enum inq_error_code code, const char *what)
{
	const char *text = kdump_get_err(ctx);

	return inq_error_create(code, 0, "%s: %s", what, text ? text : "unknown error");
}

static struct inq_error *lib_open(struct inq_dump *dump)
{
	kdump_attr_t attr = {.type = KDUMP_STRING};
	kdump_ctx_t *ctx = dump->ctx;

	if (kdump_open_fd(ctx, dump->fd) != KDUMP_OK)
		return lib_error(ctx, INQ_ERR_BADDATA, "can't open as a dump");
	/* QEMU's kdump header has no architecture; without it the library can't translate. */
	if (kdump_get_attr(ctx, KDUMP_ATTR_ARCH_NAME, &attr) != KDUMP_OK &&
	    kdump_set_string_attr(ctx, KDUMP_ATTR_ARCH_NAME, KDUMP_ARCH_X86_64) != KDUMP_OK)
		return lib_error(ctx, INQ_ERR_BADDATA, "can't set the architecture");
	if (kdump_set_string_attr(ctx, KDUMP_ATTR_OSTYPE, "linux") != KDUMP_OK)
		return lib_error(ctx, INQ_ERR_BADDATA, "can't set up address translation");
	if (kdump_get_addrxlat(ctx, &dump->xlat_ctx, &dump->xlat_sys) != KDUMP_OK)
		return lib_error(ctx, INQ_ERR_BADDATA, "can't set up address translation");
	return NULL;
}

struct inq_error *inq_dump_start_reading(struct inq_dump *dump)
{
	dump->tlb = calloc(INQ_TLB_SLOTS, sizeof(*dump->tlb));
	dump->tags = calloc(INQ_CACHE_SLOTS, sizeof(*dump->tags));
	dump->cache_bytes = malloc((size_t)INQ_CACHE_SLOTS * INQ_PAGE_SIZE);
	dump->ctx = kdump_new();
	if (!dump->tlb || !dump->tags || !dump->cache_bytes || !dump->ctx)
		return &inq_enomem;
	return lib_open(dump);
}

static int code_of(kdump_status status)
{
	switch (status) {
	case KDUMP_OK:
		return PAGE_OK;
	case KDUMP_ERR_NODATA:
		return INQ_ERR_EXCLUDED;
	case KDUMP_ERR_SYSTEM:
	case KDUMP_ERR_EOF:
		return INQ_ERR_OS;
	case KDUMP_ERR_CORRUPT:
		return INQ_ERR_BADDATA;
	default:
		return INQ_ERR_FAULT;
	}
}

static int fetch_page(struct inq_dump *dump, uint64_t ppage, const unsigned char **ret)
{
	size_t slot = ppage % INQ_CACHE_SLOTS;
	unsigned char *bytes = dump->cache_bytes + slot * INQ_PAGE_SIZE;
	size_t len = INQ_PAGE_SIZE;
	int code;

	if (dump->tags[slot].ppage != ppage + 1) {
		dump->tags[slot].ppage = 0;
		dump->stats.pages++;
		code = code_of(kdump_read(dump->ctx, KDUMP_MACHPHYSADDR, ppage << INQ_PAGE_SHIFT,
					  bytes, &len));
		if (code != PAGE_OK)
			return code;
		dump->tags[slot].ppage = ppage + 1;
	}
	*ret = bytes;
	return PAGE_OK;
}

static int translate(struct inq_dump *dump, uint64_t addr, uint64_t *ret_ppage)
{
	uint64_t vpage = addr >> INQ_PAGE_SHIFT;
	struct inq_tlb_slot *slot = &dump->tlb[vpage % INQ_TLB_SLOTS];
	addrxlat_fulladdr_t full = {.addr = addr & ~(uint64_t)(INQ_PAGE_SIZE - 1),
				    .as = ADDRXLAT_KVADDR};

	if (slot->vpage != vpage + 1) {
		addrxlat_status status = addrxlat_fulladdr_conv(&full, ADDRXLAT_MACHPHYSADDR,
								dump->xlat_ctx, dump->xlat_sys);

		if (status != ADDRXLAT_OK)
			return status == ADDRXLAT_ERR_NODATA ? INQ_ERR_EXCLUDED : INQ_ERR_FAULT;
		*slot = (struct inq_tlb_slot){vpage + 1, full.addr >> INQ_PAGE_SHIFT};
	}
	*ret_ppage = slot->ppage;
	return PAGE_OK;
}

static bool injected(struct inq_dump *dump)
{
	dump->stats.reads++;
	return dump->inject && !--dump->inject;
}

/* Copies page by page; *@done is how much came before the page that failed. */
static int read_bytes(struct inq_dump *dump, bool virt, uint64_t addr, void *buf, size_t len,
		      size_t *done)
{
	*done = 0;
	if (injected(dump))
		return INQ_ERR_FAULT;
	while (*done < len) {
		uint64_t at = addr + *done;
		size_t off = at & (INQ_PAGE_SIZE - 1);
		size_t n = INQ_PAGE_SIZE - off < len - *done ? INQ_PAGE_SIZE - off : len - *done;
		uint64_t ppage = at >> INQ_PAGE_SHIFT;
		const unsigned char *page;
		int code = PAGE_OK;

		if (at < addr)
			return INQ_ERR_FAULT;
		if (virt)
			code = translate(dump, at, &ppage);
		if (code == PAGE_OK)
			code = fetch_page(dump, ppage, &page);
		if (code != PAGE_OK)
			return code;
		memcpy((char *)buf + *done, page + off, n);
		*done += n;
		dump->stats.bytes += n;
	}
	return PAGE_OK;
}

static struct inq_error *read_error(int code, const char *what, uint64_t at, bool virt)
{
	if (code == PAGE_OK)
		return NULL;
	return inq_error_create((enum inq_error_code)code, at, "%s at %s0x%llx: %s", what,
				virt ? "" : "physical ", (unsigned long long)at,
				inq_error_code_name((enum inq_error_code)code));
}

struct inq_error *inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				const char *what)
{
	size_t done;
	int code = read_bytes(dump, true, addr, buf, len, &done);

	return read_error(code, what, addr + done, true);
}

struct inq_error *inq_dump_read_phys(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				     const char *what)
{
	size_t done;
	int code = read_bytes(dump, false, addr, buf, len, &done);

	return read_error(code, what, addr + done, false);
}

bool inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	size_t done;

	return read_bytes(dump, true, addr, buf, len, &done) == PAGE_OK;
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
	(void)read_bytes(dump, true, addr, buf, size - 1, &done);
	buf[done] = '\0';
	return done > 0 || (size == 1);
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
