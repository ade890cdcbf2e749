// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Address translation is libaddrxlat's (of libkdumpfile): it knows the kernel's
 * linear mappings and walks its page tables, of 4 and 5 levels.  It asks us for
 * physical pages, and for symbols and numbers, which come from VMCOREINFO.
 */
#include "dump/xlat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump_priv.h"

#include "util/banned.h"

static addrxlat_status status_of(int code)
{
	switch (code) {
	case INQ_READ_OK:
		return ADDRXLAT_OK;
	case INQ_ERR_NOMEM:
		return ADDRXLAT_ERR_NOMEM;
	case INQ_ERR_FAULT:
		return ADDRXLAT_ERR_INVALID;
	default:
		return ADDRXLAT_ERR_NODATA;
	}
}

static void put_page(const addrxlat_buffer_t *buf)
{
	free(buf->priv);
}

/* A copy: the library keeps pages for longer than our cache may. */
static addrxlat_status get_page(const addrxlat_cb_t *cb, addrxlat_buffer_t *buf)
{
	struct inq_dump *dump = cb->priv;
	const unsigned char *page;
	int code = inq_dump_page(dump, buf->addr.addr >> INQ_PAGE_SHIFT, &page);
	void *copy;

	if (code != INQ_READ_OK) {
		dump->xlat.miss = code;
		return status_of(code);
	}
	copy = malloc(INQ_PAGE_SIZE);
	if (!copy)
		return ADDRXLAT_ERR_NOMEM;
	memcpy(copy, page, INQ_PAGE_SIZE);
	buf->addr.addr &= ~(addrxlat_addr_t)(INQ_PAGE_SIZE - 1);
	buf->ptr = buf->priv = copy;
	buf->size = INQ_PAGE_SIZE;
	buf->byte_order = ADDRXLAT_LITTLE_ENDIAN;
	buf->put_page = put_page;
	return ADDRXLAT_OK;
}

static unsigned long read_caps(const addrxlat_cb_t *cb)
{
	(void)cb;
	return ADDRXLAT_CAPS(ADDRXLAT_KPHYSADDR) | ADDRXLAT_CAPS(ADDRXLAT_MACHPHYSADDR);
}

static addrxlat_status found(bool there)
{
	return there ? ADDRXLAT_OK : ADDRXLAT_ERR_NODATA;
}

static addrxlat_status sym_value(const addrxlat_cb_t *cb, const char *name, addrxlat_addr_t *val)
{
	return found(inq_dump_vmcoreinfo_symbol(cb->priv, name, val));
}

static addrxlat_status num_value(const addrxlat_cb_t *cb, const char *name, addrxlat_addr_t *val)
{
	return found(inq_dump_vmcoreinfo_line(cb->priv, "NUMBER", name, 10, val));
}

static addrxlat_status sym_sizeof(const addrxlat_cb_t *cb, const char *name, addrxlat_addr_t *val)
{
	return found(inq_dump_vmcoreinfo_line(cb->priv, "SIZE", name, 10, val));
}

static addrxlat_status sym_offsetof(const addrxlat_cb_t *cb, const char *obj, const char *elem,
				    addrxlat_addr_t *val)
{
	char name[128];

	if (snprintf(name, sizeof(name), "%s.%s", obj, elem) >= (int)sizeof(name))
		return ADDRXLAT_ERR_NODATA;
	return found(inq_dump_vmcoreinfo_line(cb->priv, "OFFSET", name, 10, val));
}

static addrxlat_status reg_value(const addrxlat_cb_t *cb, const char *name, addrxlat_addr_t *val)
{
	(void)cb;
	(void)name;
	(void)val;
	return ADDRXLAT_ERR_NODATA;
}

static void add_callbacks(addrxlat_cb_t *cb, struct inq_dump *dump)
{
	cb->priv = dump;
	cb->get_page = get_page;
	cb->read_caps = read_caps;
	cb->reg_value = reg_value;
	cb->sym_value = sym_value;
	cb->sym_sizeof = sym_sizeof;
	cb->sym_offsetof = sym_offsetof;
	cb->num_value = num_value;
}

static unsigned int add_options(struct inq_dump *dump, addrxlat_opt_t opts[8])
{
	uint64_t phys_base, five;
	unsigned int n = 0;

	addrxlat_opt_arch(&opts[n++], "x86_64");
	addrxlat_opt_os_type(&opts[n++], "linux");
	if (inq_dump_vmcoreinfo_line(dump, "NUMBER", "phys_base", 10, &phys_base))
		addrxlat_opt_phys_base(&opts[n++], phys_base);
	if (inq_dump_vmcoreinfo_line(dump, "NUMBER", "pgtable_l5_enabled", 10, &five))
		addrxlat_opt_virt_bits(&opts[n++], five ? 57 : 48);
	return n;
}

/*
 * The kernel image is mapped in a row (arch/x86/include/asm/page_64.h, __phys_addr_nodebug),
 * so it can be read without page tables; and whether the root table can be read is known.
 */
static void find_image(struct inq_xlat *xlat, struct inq_dump *dump)
{
	const uint64_t base = 0xffffffff80000000;
	uint64_t phys_base, root, size = 512 << 20;
	const unsigned char *page;

	xlat->broken = xlat->miss = INQ_READ_OK;
	inq_dump_vmcoreinfo_line(dump, "NUMBER", "KERNEL_IMAGE_SIZE", 10, &size);
	if (!inq_dump_vmcoreinfo_line(dump, "NUMBER", "phys_base", 10, &phys_base) ||
	    !inq_dump_vmcoreinfo_symbol(dump, "_stext", &xlat->image_start) ||
	    !inq_dump_vmcoreinfo_symbol(dump, "swapper_pg_dir", &root) || root < base ||
	    xlat->image_start < base || size > UINT64_MAX - base)
		return;
	xlat->image_end = base + size;
	xlat->image_offset = phys_base - base;
	xlat->broken = inq_dump_page(dump, (root + xlat->image_offset) >> INQ_PAGE_SHIFT, &page);
}

struct inq_error *inq_xlat_init(struct inq_xlat *xlat, struct inq_dump *dump)
{
	addrxlat_opt_t opts[8];
	addrxlat_status status;
	addrxlat_cb_t *cb;
	const char *text;

	xlat->ctx = addrxlat_ctx_new();
	xlat->sys = addrxlat_sys_new();
	cb = xlat->ctx ? addrxlat_ctx_add_cb(xlat->ctx) : NULL;
	if (!cb || !xlat->sys)
		return &inq_enomem;
	find_image(xlat, dump);
	add_callbacks(cb, dump);
	status = addrxlat_sys_os_init(xlat->sys, xlat->ctx, add_options(dump, opts), opts);
	if (status == ADDRXLAT_OK)
		return NULL;
	if (status == ADDRXLAT_ERR_NOMEM)
		return &inq_enomem;
	text = addrxlat_ctx_get_err(xlat->ctx);
	return inq_error_create(INQ_ERR_BADDATA, 0, "can't set up address translation: %s",
				text ? text : addrxlat_strerror(status));
}

void inq_xlat_deinit(struct inq_xlat *xlat)
{
	if (xlat->ctx)
		addrxlat_ctx_decref(xlat->ctx);
	if (xlat->sys)
		addrxlat_sys_decref(xlat->sys);
	*xlat = (struct inq_xlat){0};
}

int inq_xlat_page(struct inq_xlat *xlat, uint64_t addr, uint64_t *ret_ppage)
{
	addrxlat_fulladdr_t full = {.addr = addr & ~(uint64_t)(INQ_PAGE_SIZE - 1),
				    .as = ADDRXLAT_KVADDR};
	addrxlat_status status;

	if (xlat->broken != INQ_READ_OK) {
		if (addr < xlat->image_start || addr >= xlat->image_end)
			return xlat->broken;
		*ret_ppage = (addr + xlat->image_offset) >> INQ_PAGE_SHIFT;
		return INQ_READ_OK;
	}
	xlat->miss = INQ_READ_OK;
	status = addrxlat_fulladdr_conv(&full, ADDRXLAT_MACHPHYSADDR, xlat->ctx, xlat->sys);
	if (status == ADDRXLAT_OK) {
		*ret_ppage = full.addr >> INQ_PAGE_SHIFT;
		return INQ_READ_OK;
	}
	if (status == ADDRXLAT_ERR_NOMEM)
		return INQ_ERR_NOMEM;
	return xlat->miss != INQ_READ_OK ? xlat->miss : INQ_ERR_FAULT;
}
