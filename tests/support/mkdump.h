/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_TESTS_SUPPORT_MKDUMP_H
#define INQ_TESTS_SUPPORT_MKDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Makes tiny vmcores, so that a test needs no kernel:
 *
 *	struct mkdump *m = mkdump_create(4);                     // 4-level page tables
 *	mkdump_text(m, "SYMBOL(linux_banner)=ffffffff81000100"); // VMCOREINFO lines
 *	mkdump_put(m, 0xffffffff81000100, "Linux", 6);           // memory, mapped as needed
 *	mkdump_cpu(m, rip, rsp, rflags);                         // an NT_PRSTATUS note
 *	mkdump_write(m, path, MKDUMP_KDUMP_ZLIB);                // a file
 *	mkdump_destroy(m);
 *
 * Virtual addresses from MKDUMP_IMAGE are the kernel image, mapped in a row from
 * MKDUMP_PHYS_BASE + that distance; all others get pages one by one. VMCOREINFO has
 * what address translation needs. Any failure (no memory, a bad file) aborts: it is
 * the test's own.
 */

#define MKDUMP_IMAGE	 UINT64_C(0xffffffff81000000) /**< _stext */
#define MKDUMP_PHYS_BASE UINT64_C(0x4000000)	      /**< NUMBER(phys_base) */
#define MKDUMP_RAM	 UINT64_C(0x8000000)	      /**< bytes of memory of the machine */

enum mkdump_format {
	MKDUMP_ELF,
	MKDUMP_KDUMP_RAW,
	MKDUMP_KDUMP_ZLIB,
	MKDUMP_KDUMP_LZO,
	MKDUMP_KDUMP_SNAPPY,
	MKDUMP_KDUMP_ZSTD,
};

struct mkdump;

/** A machine with page tables of @levels (4 or 5), and nothing in its memory. */
struct mkdump *mkdump_create(int levels);
void mkdump_destroy(struct mkdump *m);

/** Add a line (without '\n') to VMCOREINFO. */
void mkdump_text(struct mkdump *m, const char *line);

/** VMCOREINFO's text so far, to be freed. */
char *mkdump_vmcoreinfo(const struct mkdump *m);

/** Without VMCOREINFO altogether. */
void mkdump_no_vmcoreinfo(struct mkdump *m);

/** Write @len bytes at virtual address @vaddr, mapping its pages. */
void mkdump_put(struct mkdump *m, uint64_t vaddr, const void *bytes, size_t len);
void mkdump_put_u64(struct mkdump *m, uint64_t vaddr, uint64_t value);

/** The physical address that @vaddr is mapped to; maps it if needed. */
uint64_t mkdump_phys(struct mkdump *m, uint64_t vaddr);

/** Write at a physical address. */
void mkdump_put_phys(struct mkdump *m, uint64_t paddr, const void *bytes, size_t len);

/** Leave the page of @vaddr out of the file, as makedumpfile does: memory, but excluded. */
void mkdump_exclude(struct mkdump *m, uint64_t vaddr);
/** The same by physical address. */
void mkdump_exclude_phys(struct mkdump *m, uint64_t paddr);

/** Add an NT_PRSTATUS note of 336 bytes with these registers. */
void mkdump_cpu(struct mkdump *m, uint64_t rip, uint64_t rsp, uint64_t rflags);

/** Add a note of any kind. */
void mkdump_note(struct mkdump *m, const char *name, uint32_t type, const void *bytes, size_t len);

/** kdump only: what the header's utsname.machine says; "" as some QEMU. Default "x86_64". */
void mkdump_machine(struct mkdump *m, const char *machine);

/** The vmcore's bytes, to be freed. */
unsigned char *mkdump_bytes(struct mkdump *m, enum mkdump_format format, size_t *ret_len);

/** The same into a file. */
void mkdump_write(struct mkdump *m, const char *path, enum mkdump_format format);

/**
 * @bytes in the flattened format, in records of @record bytes, the second half of the
 * records first, and the first record written twice, the first time wrongly: readers
 * must heed the offsets and the order. To be freed.
 */
unsigned char *mkdump_flatten(const unsigned char *bytes, size_t len, size_t record,
			      size_t *ret_len);

/** @bytes compressed as a ".gz", ".bz2", ".xz", ".zst" or ".lz4" file holds them. To be freed. */
unsigned char *mkdump_wrap(const unsigned char *bytes, size_t len, const char *suffix,
			   size_t *ret_len);

/** Write @len bytes to @path. */
void mkdump_file(const char *path, const void *bytes, size_t len);

#endif
