/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_SOURCE_H
#define INQ_KERNEL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

struct inq_dump;
struct inq_kernel;

/** A place in the source.  Strings are owned by the kernel. */
struct inq_source_line {
	const char *file;  /**< "kernel/exit.c": below the top of the source, where that is known */
	unsigned int line; /**< 0: unknown */
	const char *function; /**< whose code it is: an inlined one's, or the symbol's own; NULL */
};

enum { INQ_SOURCE_DEPTH = 16 };

/**
 * Where the source of the instruction at @addr is: ret[0] the line itself, ret[i + 1] where
 * ret[i].function was inlined.  Returns how many were filled, at most @max; 0: no debug information
 * (neither a vmlinux nor a module's file with DWARF was given, or it does not have the address).
 *
 * Finds the compile unit by .debug_aranges and reads that one's lines and scopes alone.
 * Cost: some 400 ms for the first address of a vmlinux, then 0.3 ms, 10 ms in a new unit.
 */
size_t inq_source_of(struct inq_kernel *k, uint64_t addr, struct inq_source_line *ret, size_t max);

/**
 * Let @k read source lines out of @vmlinux (which inq_kernel_create() has found to be its own), and
 * lines and types of modules, where these have no BTF, out of files NAME.ko.debug, NAME.debug or
 * NAME.ko in folder @dir and its folders.  Either may be NULL.  Nothing is opened before it is
 * needed.  A module's file is taken for the dump's where their build ids are the same, or all
 * functions' names and sizes.  Errors: NOMEM; NOTSUP (built without libdw, and @dir is given).
 */
struct inq_error *inq_source_open(struct inq_kernel *k, const char *vmlinux,
				  const char *dir) inq_must_check;

/**
 * The vmlinux (vmlinux-RELEASE, vmlinux, .build-id) of @dump's own kernel, by its build id, in
 * folder @dir and its folders; malloc'ed, NULL: none.  Errors: NOMEM.
 */
struct inq_error *inq_source_find_vmlinux(struct inq_dump *dump, const char *dir,
					  char **ret) inq_must_check;

/** Note number @i (from 0) of what was not as it should be with modules' files: "FILE: ..."; NULL:
 * there are no more.  Owned by the kernel. */
const char *inq_source_note(const struct inq_kernel *k, size_t i);

/** Whether inq_source_of() may find anything: files with DWARF were given, and can be read. */
bool inq_source_available(const struct inq_kernel *k);

#endif
