// SPDX-License-Identifier: GPL-2.0-or-later
#include "mkdump.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkdump_priv.h"

#include "util/banned.h"

enum { PRESENT = 0x63, PRSTATUS_LEN = 336, PRSTATUS_REGS = 112 };

void mkdump_die(const char *what)
{
	fprintf(stderr, "mkdump: %s\n", what);
	abort();
}

void *mkdump_need(void *p)
{
	if (!p)
		mkdump_die("out of memory");
	return p;
}

void mkdump_append(struct mkdump_buf *b, const void *bytes, size_t len)
{
	if (!len)
		return;
	b->bytes = mkdump_need(realloc(b->bytes, b->len + len));
	if (bytes)
		memcpy(b->bytes + b->len, bytes, len);
	else
		memset(b->bytes + b->len, 0, len);
	b->len += len;
}

void mkdump_pad(struct mkdump_buf *b, size_t to)
{
	if (b->len < to)
		mkdump_append(b, NULL, to - b->len);
}

struct mkdump_page *mkdump_page_at(struct mkdump *m, uint64_t pfn, bool make)
{
	struct mkdump_page **at = &m->pages;

	if (pfn >= MKDUMP_RAM / MKDUMP_PAGE)
		mkdump_die("address beyond the machine's memory");
	while (*at && (*at)->pfn < pfn)
		at = &(*at)->next;
	if ((!*at || (*at)->pfn != pfn) && make) {
		struct mkdump_page *page = mkdump_need(calloc(1, sizeof(*page)));

		page->pfn = pfn;
		page->next = *at;
		*at = page;
	}
	return *at && (*at)->pfn == pfn ? *at : NULL;
}

static uint64_t new_page(struct mkdump *m)
{
	uint64_t pfn = m->next_pfn++;

	mkdump_page_at(m, pfn, true);
	return pfn * MKDUMP_PAGE;
}

static uint64_t *entry(struct mkdump *m, uint64_t table, unsigned int index)
{
	struct mkdump_page *page = mkdump_page_at(m, table / MKDUMP_PAGE, true);

	return (uint64_t *)(void *)page->bytes + index;
}

static uint64_t image_phys(uint64_t vaddr)
{
	return vaddr - UINT64_C(0xffffffff80000000) + MKDUMP_PHYS_BASE;
}

uint64_t mkdump_phys(struct mkdump *m, uint64_t vaddr)
{
	uint64_t table = m->root;

	for (int level = m->levels; level > 0; level--) {
		unsigned int index = vaddr >> (12 + 9 * (level - 1)) & 511;
		uint64_t e = *entry(m, table, index);

		if (!e && level == 1 && vaddr >= MKDUMP_IMAGE)
			e = (image_phys(vaddr) & ~UINT64_C(4095)) | PRESENT;
		else if (!e)
			e = new_page(m) | PRESENT;
		*entry(m, table, index) = e;
		table = e & ~UINT64_C(4095);
	}
	mkdump_page_at(m, table / MKDUMP_PAGE, true);
	return table + vaddr % MKDUMP_PAGE;
}

void mkdump_put_phys(struct mkdump *m, uint64_t paddr, const void *bytes, size_t len)
{
	while (len) {
		struct mkdump_page *page = mkdump_page_at(m, paddr / MKDUMP_PAGE, true);
		size_t room = MKDUMP_PAGE - paddr % MKDUMP_PAGE;
		size_t n = len < room ? len : room;

		memcpy(page->bytes + paddr % MKDUMP_PAGE, bytes, n);
		bytes = (const char *)bytes + n;
		paddr += n;
		len -= n;
	}
}

void mkdump_put(struct mkdump *m, uint64_t vaddr, const void *bytes, size_t len)
{
	while (len) {
		size_t room = MKDUMP_PAGE - vaddr % MKDUMP_PAGE;
		size_t n = len < room ? len : room;

		mkdump_put_phys(m, mkdump_phys(m, vaddr), bytes, n);
		bytes = (const char *)bytes + n;
		vaddr += n;
		len -= n;
	}
}

void mkdump_put_u64(struct mkdump *m, uint64_t vaddr, uint64_t value)
{
	mkdump_put(m, vaddr, &value, sizeof(value));
}

void mkdump_exclude(struct mkdump *m, uint64_t vaddr)
{
	mkdump_exclude_phys(m, mkdump_phys(m, vaddr));
}

void mkdump_exclude_phys(struct mkdump *m, uint64_t paddr)
{
	mkdump_page_at(m, paddr / MKDUMP_PAGE, true)->excluded = true;
}

void mkdump_text(struct mkdump *m, const char *line)
{
	mkdump_append(&m->vmcoreinfo, line, strlen(line));
	mkdump_append(&m->vmcoreinfo, "\n", 1);
}

char *mkdump_vmcoreinfo(const struct mkdump *m)
{
	return mkdump_need(strndup((const char *)m->vmcoreinfo.bytes, m->vmcoreinfo.len));
}

void mkdump_no_vmcoreinfo(struct mkdump *m)
{
	m->vmcoreinfo.len = 0;
}

void mkdump_machine(struct mkdump *m, const char *machine)
{
	snprintf(m->machine, sizeof(m->machine), "%s", machine);
}

static void add_note(struct mkdump_buf *b, const char *name, uint32_t type, const void *bytes,
		     size_t len)
{
	uint32_t head[3] = {(uint32_t)strlen(name) + 1, (uint32_t)len, type};

	mkdump_append(b, head, sizeof(head));
	mkdump_append(b, name, strlen(name) + 1);
	mkdump_pad(b, (b->len + 3) & ~(size_t)3);
	mkdump_append(b, bytes, len);
	mkdump_pad(b, (b->len + 3) & ~(size_t)3);
}

void mkdump_note(struct mkdump *m, const char *name, uint32_t type, const void *bytes, size_t len)
{
	add_note(&m->notes, name, type, bytes, len);
}

void mkdump_cpu(struct mkdump *m, uint64_t rip, uint64_t rsp, uint64_t rflags)
{
	unsigned char note[PRSTATUS_LEN] = {0};

	/* struct user_regs_struct: rip is number 16, rflags 18, rsp 19 */
	memcpy(note + PRSTATUS_REGS + 16 * 8, &rip, 8);
	memcpy(note + PRSTATUS_REGS + 18 * 8, &rflags, 8);
	memcpy(note + PRSTATUS_REGS + 19 * 8, &rsp, 8);
	mkdump_note(m, "CORE", NT_PRSTATUS, note, sizeof(note));
}

struct mkdump_buf mkdump_all_notes(const struct mkdump *m)
{
	struct mkdump_buf b = {0};

	mkdump_append(&b, m->notes.bytes, m->notes.len);
	if (m->vmcoreinfo.len)
		add_note(&b, "VMCOREINFO", 0, m->vmcoreinfo.bytes, m->vmcoreinfo.len);
	return b;
}

struct mkdump *mkdump_create(int levels)
{
	struct mkdump *m = mkdump_need(calloc(1, sizeof(*m)));
	uint64_t root = MKDUMP_IMAGE + 0x200000;
	char line[80];

	m->levels = levels;
	m->next_pfn = 0x100;
	m->root = image_phys(root);
	mkdump_machine(m, "x86_64");
	mkdump_text(m, "OSRELEASE=6.1.0-test");
	mkdump_text(m, "BUILD-ID=0123456789abcdef");
	mkdump_text(m, "PAGESIZE=4096");
	snprintf(line, sizeof(line), "SYMBOL(_stext)=%llx", (unsigned long long)MKDUMP_IMAGE);
	mkdump_text(m, line);
	snprintf(line, sizeof(line), "SYMBOL(swapper_pg_dir)=%llx", (unsigned long long)root);
	mkdump_text(m, line);
	snprintf(line, sizeof(line), "SYMBOL(init_top_pgt)=%llx", (unsigned long long)root);
	mkdump_text(m, line);
	snprintf(line, sizeof(line), "NUMBER(phys_base)=%lld", (long long)MKDUMP_PHYS_BASE);
	mkdump_text(m, line);
	snprintf(line, sizeof(line), "NUMBER(pgtable_l5_enabled)=%d", levels == 5);
	mkdump_text(m, line);
	mkdump_text(m, "NUMBER(KERNEL_IMAGE_SIZE)=1073741824");
	mkdump_text(m, "CRASHTIME=1700000000");
	mkdump_phys(m, MKDUMP_IMAGE);
	mkdump_phys(m, root);
	return m;
}

void mkdump_destroy(struct mkdump *m)
{
	struct mkdump_page *next;

	for (struct mkdump_page *p = m->pages; p; p = next) {
		next = p->next;
		free(p);
	}
	free(m->notes.bytes);
	free(m->vmcoreinfo.bytes);
	free(m);
}

void mkdump_file(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
		mkdump_die("can't write");
}

void mkdump_write(struct mkdump *m, const char *path, enum mkdump_format format)
{
	size_t len;
	unsigned char *bytes = mkdump_bytes(m, format, &len);

	mkdump_file(path, bytes, len);
	free(bytes);
}
