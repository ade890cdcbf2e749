/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_TESTS_SUPPORT_MKDUMP_PRIV_H
#define INQ_TESTS_SUPPORT_MKDUMP_PRIV_H

#include "mkdump.h"

enum { MKDUMP_PAGE = 4096 };

struct mkdump_buf {
	unsigned char *bytes;
	size_t len;
};

struct mkdump_page {
	struct mkdump_page *next; /* of a higher pfn */
	uint64_t pfn;
	bool excluded;
	_Alignas(8) unsigned char bytes[MKDUMP_PAGE];
};

struct mkdump {
	int levels;
	uint64_t root;	   /* physical address of the root table */
	uint64_t next_pfn; /* to be given out */
	struct mkdump_page *pages;
	struct mkdump_buf notes;
	struct mkdump_buf vmcoreinfo;
	char machine[65];
};

void mkdump_die(const char *what) __attribute__((noreturn));
/** @p, which must not be NULL. */
void *mkdump_need(void *p);
/** Append @bytes, zeros for NULL. */
void mkdump_append(struct mkdump_buf *b, const void *bytes, size_t len);
/** Append zeros up to offset @to. */
void mkdump_pad(struct mkdump_buf *b, size_t to);
struct mkdump_page *mkdump_page_at(struct mkdump *m, uint64_t pfn, bool make);
/** All notes with VMCOREINFO; the caller frees bytes. */
struct mkdump_buf mkdump_all_notes(const struct mkdump *m);

#endif
