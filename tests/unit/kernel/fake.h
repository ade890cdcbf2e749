/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_KERNEL_FAKE_H
#define TEST_KERNEL_FAKE_H

#include <stddef.h>
#include <stdint.h>

#include "dump/dump.h"
#include "kernel/internal.h"

/*
 * A dump made of regions of memory and lines of VMCOREINFO, in place of the dump floor: it
 * defines dump.h's functions.  Fault injection counts reads as the real one does.
 */
struct inq_dump {
	struct fake_region {
		uint64_t addr;
		size_t len;
		unsigned char *bytes;
	} region[32];
	size_t n;
	char vmcoreinfo[4096];
	uint64_t fail_at; /* the n-th read from now on; 0: none */
};

/** Zeroed memory at @addr, to be filled; owned by the dump. */
void *fake_region(struct inq_dump *d, uint64_t addr, size_t len);
/** The bytes of @addr, for writing; fails the test where there is no region. */
void *fake_at(struct inq_dump *d, uint64_t addr, size_t len);
void fake_put64(struct inq_dump *d, uint64_t addr, uint64_t v);
void fake_put32(struct inq_dump *d, uint64_t addr, uint32_t v);
void fake_info(struct inq_dump *d, const char *fmt, ...) inq_printf(2, 3);
void fake_deinit(struct inq_dump *d);

/** What the fake kernel's release is. */
extern const char *fake_release;

/** A kernel with nothing in it but @d; release with inq_kernel_destroy(). */
struct inq_kernel *fake_kernel(struct inq_dump *d);

/** One symbol of a table to be made. */
struct fake_sym {
	uint64_t value;
	const char *name; /* with its nm type before it: "T_stext" */
};

/** kallsyms tables of @syms in encoding @e, values at @values_addr, as scripts/kallsyms.c does. */
struct inq_kallsyms_tables fake_tables(const struct fake_sym *syms, uint32_t n,
				       enum inq_kallsyms_encoding e, uint64_t base,
				       uint64_t values_addr);
enum { FAKE_RODATA = 0x10000 }; /**< bytes of nothing before the tables */

/** Lay @t out as 4.20 to 6.1 do, ending below @end; returns the address of its first byte. */
uint64_t fake_layout(struct inq_dump *d, const struct inq_kallsyms_tables *t, uint64_t end,
		     bool name_them);

#endif
