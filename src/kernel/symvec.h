/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_SYMVEC_H
#define INQ_KERNEL_SYMVEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/hashmap.h"

/** Symbols that came with an ELF symbol table: a module's, or a vmlinux's. */
struct inq_symvec {
	struct inq_symvec_entry {
		uint64_t addr;
		uint64_t size; /**< st_size; 0: unknown */
		uint32_t name; /**< offset in strtab */
		uint32_t rank; /**< of aliases the lowest comes first */
		char type;     /**< as nm prints it */
	} * v;		       /**< by address, then rank */
	size_t n, max;
	char *strtab; /**< owned; its last byte is NUL */
	size_t strtab_len;
	struct inq_hashmap names; /**< name hash -> index */
};

void inq_symvec_deinit(struct inq_symvec *s);
/** Add @e, which is copied; false where memory is short. */
bool inq_symvec_add(struct inq_symvec *s, const struct inq_symvec_entry *e);
/** To be called once all are in. */
void inq_symvec_sort(struct inq_symvec *s);
const char *inq_symvec_name(const struct inq_symvec *s, size_t i);
/** The symbol at or next before @addr: of aliases the one of lowest rank that @addr lies in, else
 * the one of lowest rank. */
bool inq_symvec_by_addr(const struct inq_symvec *s, uint64_t addr, size_t *ret);
bool inq_symvec_by_name(const struct inq_symvec *s, const char *name, size_t *ret);
/** Bytes to the next higher symbol; 0: it is the last. */
uint64_t inq_symvec_gap(const struct inq_symvec *s, size_t i);

#endif
