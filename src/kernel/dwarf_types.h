/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_DWARF_TYPES_H
#define INQ_KERNEL_DWARF_TYPES_H

#include "kernel/btf_data.h"

/* Private to the kernel floor: what DWARF says of types, for kernels and modules without BTF. */

/**
 * Read all structs, unions, enums, prototypes of functions and types of variables out of the DWARF
 * of the ELF file @path (a vmlinux, or a module's relocatable file).  @base: the image's types;
 * what a module has of it as it is there is the image's; NULL: none.
 *
 * Of functions and of variables that have one name and are not alike none is kept.
 * Cost: 10 ms for a small module, some seconds for a vmlinux.
 * Errors: NOTFOUND (no DWARF), NOTSUP (built without libdw), BADDATA, NOMEM.
 */
struct inq_error *inq_dwarf_types(const char *path, const struct inq_btf *base,
				  struct inq_btf **ret) inq_must_check;

#endif
