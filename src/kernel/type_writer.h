/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_TYPE_WRITER_H
#define INQ_KERNEL_TYPE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/btf_data.h"
#include "util/hashmap.h"
#include "util/vec.h"

/* Private to the kernel floor: types from elsewhere, written as BTF. */

/** Of a struct, an enum, a prototype. */
struct inq_tw_part {
	const char *name;  /**< NULL: none; must outlive the writer */
	uint32_t type;	   /**< 0: void; of an enum's: not used */
	uint32_t bits;	   /**< offset of a member */
	uint32_t bit_size; /**< of a bit field; 0: none */
	int64_t value;	   /**< of an enumerator */
};

struct inq_tw_type {
	unsigned int kind;     /**< BTF_KIND_* */
	const char *name;      /**< NULL: none; must outlive the writer */
	uint32_t size;	       /**< bytes; of an array: elements; of a declaration: 1 for a union */
	uint32_t type;	       /**< what it refers to; 0: void */
	unsigned int encoding; /**< of an integer */
	size_t first, n;       /**< its parts */
};

/**
 * Types are numbered from one behind the base's on; what a type refers to may be added later.
 */
struct inq_type_writer {
	const struct inq_btf *base; /**< the image's, for a module's types; NULL: none; borrowed */
	uint32_t first;		    /**< number of the first own type */
	inq_vec(struct inq_tw_type) types;
	inq_vec(struct inq_tw_part) parts;
	struct inq_hashmap same; /**< hash of a type's content -> its number */
	bool failed;		 /**< no memory, or too many types */
};

void inq_tw_init(struct inq_type_writer *w, const struct inq_btf *base);
void inq_tw_deinit(struct inq_type_writer *w);

/** Add @t, whose parts are @n at @parts.  Returns its number; 0: failed. */
uint32_t inq_tw_add(struct inq_type_writer *w, const struct inq_tw_type *t,
		    const struct inq_tw_part *parts, size_t n);
/** The same, or the number of one that was added by this function before, and is alike. */
uint32_t inq_tw_share(struct inq_type_writer *w, const struct inq_tw_type *t,
		      const struct inq_tw_part *parts, size_t n);
/** Give type number @id, an own one without parts, its parts. */
void inq_tw_set_parts(struct inq_type_writer *w, uint32_t id, const struct inq_tw_part *parts,
		      size_t n);
/** Own type number @id; borrowed until the next one is added.  NULL: it is the base's. */
struct inq_tw_type *inq_tw_type(struct inq_type_writer *w, uint32_t id);

/** All that was added, parsed as BTF over the base.  Errors: NOMEM, BADDATA. */
struct inq_error *inq_tw_finish(struct inq_type_writer *w, struct inq_btf **ret) inq_must_check;

#endif
