/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_DUMP_H
#define INQ_DUMP_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/*
 * One vmcore: its identity, its notes, and its memory by kernel virtual or
 * physical address.  x86-64.  The only user of libkdumpfile, of which it needs the
 * address translation (libaddrxlat): the pages of ELF cores and kdump-compressed
 * files (zlib, lzo, snappy, zstd) are read here, plain, flattened or inside .gz,
 * .bz2, .xz, .zst or .lz4.  The last are decompressed to an unlinked file in TMPDIR,
 * else /var/tmp.
 *
 * The ways for a byte to be missing are kept apart all the way up:
 *
 * - INQ_ERR_EXCLUDED: memory that the file leaves out, because makedumpfile filtered
 *   its page - or the page of a page table on the way to it.  Levels with bit 1 set
 *   (such as 31) filter all-zero pages, too, and the file doesn't say which pages
 *   those were: an excluded page may have held zeros, and must not be taken for them.
 * - INQ_ERR_FAULT: the machine had no such memory, or does not map the address.
 * - INQ_ERR_OS: the file is cut off there, or can't be read.
 * - INQ_ERR_BADDATA: the page is there but can't be decompressed.
 *
 * Threads: a dump is one thread's at a time.  A long read starts short-lived threads of its
 * own.
 */
struct inq_dump;

/** What the file says of itself.  Strings are owned by the dump; never NULL, "" is unknown. */
struct inq_dump_info {
	const char *format;   /**< "elf", "kdump"; with "-flattened" and/or ".gz" etc. as found */
	const char *arch;     /**< "x86_64" */
	const char *release;  /**< OSRELEASE: "6.1.0-40-cloud-amd64" */
	const char *build_id; /**< hex */
	const char *nodename; /**< may be "" in QEMU's dumps: then inspect reads init_uts_ns */
	int64_t dumped_at;    /**< CRASHTIME, seconds since 1970; 0: unknown */
	unsigned int ncpus;   /**< CPU register notes in the file; 0: none */
	bool complete;	      /**< false: the file is cut off, or its header says incomplete */
	bool filtered;	      /**< the format can leave out pages (kdump) */
};

/**
 * Open the vmcore at @path.  *@ret is owned by the caller (inq_dump_destroy()).
 *
 * Errors: OS (can't be opened or read, is a directory), NOTSUP (no kernel dump: the
 * message says what it looks like; or an architecture that we don't know), BADDATA
 * (a kernel dump whose headers can't be right), NOTFOUND (a kernel dump without
 * VMCOREINFO: nothing can be translated), NOMEM.
 */
struct inq_error *inq_dump_open(const char *path, struct inq_dump **ret) inq_must_check;

/** Close; NULL is allowed. */
void inq_dump_destroy(struct inq_dump *dump);

/** Identity; borrowed from @dump. */
const struct inq_dump_info *inq_dump_get_info(const struct inq_dump *dump);

/**
 * must: read @len bytes at kernel virtual address @addr into @buf, which holds anything
 * after a failure.  A repeated small read costs some 20 ns, a new page some 10 us (zlib);
 * from 64 KiB on, reads go past the page cache, in several threads: 10 MB of zlib pages in
 * some 35 ms on two cores.
 * The error names @what (a static text: "task_struct.comm") and the first address that
 * could not be read.  Errors: as above, and NOMEM.
 */
struct inq_error *inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				const char *what) inq_must_check;

/** must: the same by physical address. */
struct inq_error *inq_dump_read_phys(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				     const char *what) inq_must_check;

/** try: read @len bytes at kernel virtual address @addr; no message, and below 64 KiB no
 * allocation. */
bool inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len);

/**
 * try: how much of [addr, addr + len) can be read from its start, page by page.
 * @buf gets that much; what follows in it may hold anything.  For tables that may be cut by a hole.
 */
size_t inq_dump_read_prefix(struct inq_dump *dump, uint64_t addr, void *buf, size_t len);

/**
 * try: the NUL-terminated string at @addr, at most @size - 1 characters, always
 * terminated in @buf.  False when not even its first byte can be read.
 */
bool inq_dump_try_cstr(struct inq_dump *dump, uint64_t addr, char *buf, size_t size);

/** try: a little-endian unsigned value of @size 1, 2, 4 or 8 bytes. */
bool inq_dump_try_uint(struct inq_dump *dump, uint64_t addr, size_t size, uint64_t *ret);

static inline bool inq_dump_try_u64(struct inq_dump *dump, uint64_t addr, uint64_t *ret)
{
	return inq_dump_try_uint(dump, addr, 8, ret);
}

/**
 * The raw VMCOREINFO text, NUL-terminated; borrowed; never NULL.  From the note, or, where
 * a hypervisor wrote the dump without it, found in memory and checked against init_uts_ns.
 */
const char *inq_dump_vmcoreinfo(const struct inq_dump *dump);

/** The value after "KEY=" in VMCOREINFO as a number in @base (10, 16). False: no such line. */
bool inq_dump_vmcoreinfo_num(const struct inq_dump *dump, const char *key, int base, uint64_t *ret);

/** VMCOREINFO's SYMBOL(@name): an address with KASLR applied (as the kernel wrote it). */
bool inq_dump_vmcoreinfo_symbol(const struct inq_dump *dump, const char *name, uint64_t *ret);

/**
 * The NT_PRSTATUS note of note number @cpu (in [0, info.ncpus)), whole, with its
 * layout as the dump's architecture writes it.  Borrowed.  False: none.
 * Note order is CPU order where all CPUs were saved; inspect checks that.
 */
bool inq_dump_prstatus(const struct inq_dump *dump, unsigned int cpu, const void **ret_bytes,
		       size_t *ret_len);

/**
 * Whether any read since it was opened failed for want of memory.  A "try" read doesn't say why it
 * failed: whoever takes that for the dump's fault asks here before it is told to people.
 */
bool inq_dump_no_memory(const struct inq_dump *dump);

/** Counters for --verbose and the benchmark. */
struct inq_dump_stats {
	uint64_t reads; /**< calls */
	uint64_t pages; /**< pages fetched from the file */
	uint64_t bytes; /**< bytes given to callers */
};
struct inq_dump_stats inq_dump_get_stats(const struct inq_dump *dump);

/**
 * Fault injection for tests: the @nth read from now on (1 = next) fails with
 * INQ_ERR_FAULT; 0 switches it off.  Counts every inq_dump_*read*, string and value.
 */
void inq_dump_inject_fault(struct inq_dump *dump, uint64_t nth);

#endif
