/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_FIELDS_H
#define INQ_KERNEL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "kernel/types.h"

/*
 * A reader declares the members of kernel structures that it needs, by name,
 * and resolves them once per dump against the dump's own types:
 *
 *	enum { TASK_PID, TASK_STATE, TASK_NR };
 *	static const struct inq_field_def task_defs[TASK_NR] = {
 *		[TASK_PID] = {"task_struct", "pid", INQ_REQUIRED},
 *		// renamed in 5.14 (2f064a59a11f)
 *		[TASK_STATE] = {"task_struct", "__state|state", INQ_REQUIRED},
 *	};
 *	struct inq_field f[TASK_NR];
 *	err = inq_fields_resolve(k, task_defs, f, TASK_NR);
 *	inq_field_try_u64(k, &f[TASK_PID], task, &pid)
 *
 * The members of the printk ring buffer are found without types, too: by VMCOREINFO.
 */
enum inq_field_need {
	INQ_REQUIRED, /**< without it the reader can't work: inq_fields_resolve() fails */
	INQ_OPTIONAL, /**< absent in some kernels: `found` tells */
};

struct inq_field_def {
	const char *type; /**< struct name, alternatives newest first: "a|b" */
	const char *path; /**< member path, alternatives newest first: "__state|state" */
	enum inq_field_need need;
};

struct inq_field {
	const struct inq_field_def *def; /**< borrowed */
	bool found;
	struct inq_type type; /**< the member's */
	uint32_t offset;      /**< bytes */
	uint32_t size;	      /**< bytes */
	uint8_t bit_offset;   /**< of a bit field, from `offset` */
	uint8_t bit_size;     /**< 0: no bit field */
	bool is_signed;
};

/** must: resolve @n members.  NOTFOUND names the first required one that is missing. */
struct inq_error *inq_fields_resolve(struct inq_kernel *k, const struct inq_field_def *defs,
				     struct inq_field *ret, size_t n) inq_must_check;

/** try: the member's value in the object at @base, zero- or sign-extended. False: not found,
 * unreadable. */
bool inq_field_try_u64(struct inq_kernel *k, const struct inq_field *f, uint64_t base,
		       uint64_t *ret);
/** must: the same with an error that names "struct.member". */
struct inq_error *inq_field_read_u64(struct inq_kernel *k, const struct inq_field *f, uint64_t base,
				     uint64_t *ret) inq_must_check;
/** try: a char array or char * member as a string. */
bool inq_field_try_str(struct inq_kernel *k, const struct inq_field *f, uint64_t base, char *buf,
		       size_t size);
/** The member's value out of @bytes, a copy of the object's first @len bytes. False: beyond it. */
bool inq_field_from_bytes(const struct inq_field *f, const void *bytes, size_t len, uint64_t *ret);

/** try, once: sizeof(struct name) and offsetof(struct name, path), not cached by the caller. */
bool inq_struct_size(struct inq_kernel *k, const char *name, size_t *ret);
bool inq_struct_offset(struct inq_kernel *k, const char *name, const char *path, size_t *ret);

#endif
