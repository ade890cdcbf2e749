/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_VMLINUX_H
#define INQ_KERNEL_VMLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/symvec.h"
#include "util/error.h"

/** An ELF file of a kernel, 64-bit little endian: its sections. */
struct inq_vmlinux;

/**
 * Open the file at @path.  Errors: OS, BADDATA (no such ELF), NOMEM.
 */
struct inq_error *inq_vmlinux_open(const char *path, struct inq_vmlinux **ret) inq_must_check;
void inq_vmlinux_close(struct inq_vmlinux *v);

/** Its GNU build id in hex into @buf, "" when it has none. */
void inq_vmlinux_build_id(const struct inq_vmlinux *v, char *buf, size_t size);

/** The GNU build id in hex among the @len bytes of ELF notes at @p.  False: there is none. */
bool inq_vmlinux_note_build_id(const char *p, size_t len, char *buf, size_t size);

/** Whether the file at @path is an ELF file with build id @build_id. */
bool inq_vmlinux_is_of(const char *path, const char *build_id);

/** The bytes of section @name, malloc'ed.  NOTFOUND: no such section, or it has no bytes. */
struct inq_error *inq_vmlinux_section(const struct inq_vmlinux *v, const char *name, void **ret,
				      size_t *ret_len) inq_must_check;

/** Its symbols, addresses of the image moved by @slide (KASLR).  NOTFOUND: it is stripped. */
struct inq_error *inq_vmlinux_symbols(const struct inq_vmlinux *v, uint64_t slide,
				      struct inq_symvec *ret) inq_must_check;

#endif
