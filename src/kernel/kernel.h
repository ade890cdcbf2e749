/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_KERNEL_H
#define INQ_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "dump/dump.h"
#include "util/error.h"

struct inq_symtab;
struct inq_types;
struct inq_modules;
struct inq_sources;

/**
 * One dump's kernel: its memory, its symbols, types, modules and per-CPU areas.
 * Everything above this floor gets it as its first argument.  Members that could
 * not be had are empty, never NULL, so that a look-up simply finds nothing.
 */
struct inq_kernel {
	struct inq_dump *dump;	       /**< borrowed */
	struct inq_symtab *symtab;     /**< see kernel/symtab.h */
	struct inq_types *types;       /**< see kernel/types.h */
	struct inq_modules *modules;   /**< see kernel/modules.h */
	struct inq_sources *sources;   /**< see kernel/source.h; NULL: no lines */
	unsigned int nr_cpus;	       /**< CPU numbers are [0, nr_cpus): nr_cpu_ids, bounded */
	const uint64_t *percpu_offset; /**< __per_cpu_offset[nr_cpus]; 0: unknown */
	uint64_t kaslr_offset;	       /**< KERNELOFFSET; 0 without KASLR */
	const char *symbols_from;      /**< "kallsyms", "kallsyms-scan", "vmlinux", "none" */
	/** "btf" (the dump's or a vmlinux's), "dwarf" (a vmlinux's), "none" */
	const char *types_from;
	bool no_memory; /**< what is loaded on first use could not be, for want of memory */
};

/** What could not be loaded, as a gap in words. */
struct inq_kernel_gap {
	const char *what; /**< static: "types", "module symbols" */
	char *why;	  /**< owned by the list */
	uint64_t addr;	  /**< 0: none */
};
struct inq_kernel_gaps {
	struct inq_kernel_gap *v;
	size_t n;
	size_t max;
	bool no_memory; /**< what was loaded, or this list, is not whole for want of memory */
};
void inq_kernel_gaps_deinit(struct inq_kernel_gaps *gaps);

/**
 * Load symbols, types, modules and per-CPU offsets of @dump, which must outlive
 * the kernel.  Parts that are missing become a gap in @gaps, not an error.
 * @vmlinux: a file with symbols and types, used for what the dump doesn't carry; NULL: none.
 *
 * Cost: kallsyms and BTF are read whole, some 7 MB, and indexed: 15 ms besides the reading.
 * Errors: NOMEM; NOTFOUND when no symbol can be had at all (then nothing can be said);
 * OS or BADDATA when @vmlinux can't be read, is no ELF file, or not this kernel's (build id).
 */
struct inq_error *inq_kernel_create(struct inq_dump *dump, const char *vmlinux,
				    struct inq_kernel_gaps *gaps,
				    struct inq_kernel **ret) inq_must_check;
void inq_kernel_destroy(struct inq_kernel *k);

/** Address of @cpu's copy of the per-CPU variable at symbol value @var; 0: unknown CPU. */
uint64_t inq_percpu_addr(const struct inq_kernel *k, uint64_t var, unsigned int cpu);

/** try: the value of a (per-CPU) variable by name and size.  False: no symbol, or unreadable. */
bool inq_kernel_try_global(struct inq_kernel *k, const char *name, size_t size, uint64_t *ret);
bool inq_kernel_try_percpu(struct inq_kernel *k, const char *name, unsigned int cpu, size_t size,
			   uint64_t *ret);

#endif
