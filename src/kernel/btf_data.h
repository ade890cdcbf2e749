/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_BTF_DATA_H
#define INQ_KERNEL_BTF_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

struct btf;

/** BTF with an index of its struct, union and variable names.  Immutable after creation,
 * but for the index of functions, which is made at the first look-up of one. */
struct inq_btf {
	struct btf *btf;	 /**< owned; a module's refers to the image's */
	uint32_t first;		 /**< the first type id of its own: 1, or a module's start */
	uint32_t count;		 /**< type ids end here */
	uint32_t *types, *funcs; /**< open hash tables of type ids; 0: free */
	uint32_t type_mask, func_mask;
};

/** More than any kernel's BTF has. */
enum { INQ_BTF_BYTES_MAX = 64 << 20 };

/**
 * Parse @len bytes of BTF at @data, which are copied.  @base: the image's, for a module's split
 * BTF, must outlive it; NULL: none.  Errors: BADDATA, NOMEM.
 */
struct inq_error *inq_btf_create(const void *data, size_t len, struct btf *base,
				 struct inq_btf **ret) inq_must_check;
void inq_btf_destroy(struct inq_btf *b);

/** Id of complete struct or union @name among its own types; 0: none. */
uint32_t inq_btf_find_struct(const struct inq_btf *b, const char *name);
/** Id of VAR @name; 0: none. */
uint32_t inq_btf_find_var(const struct inq_btf *b, const char *name);
/** Id of enum @name; 0: none. */
uint32_t inq_btf_find_enum(const struct inq_btf *b, const char *name);
/** Id of FUNC @name; 0: none.  The first call indexes them all. */
uint32_t inq_btf_find_func(struct inq_btf *b, const char *name);

#endif
