/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_TYPES_H
#define INQ_KERNEL_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/strbuf.h"

struct btf;
struct inq_kernel;
struct inq_module;

/** A type in the dump's BTF.  Plain value; borrowed from the kernel.  btf NULL: unknown. */
struct inq_type {
	const struct btf *btf; /**< the image's, or a module's split BTF */
	uint32_t id;	       /**< 0 is void */
};

#define INQ_TYPE_NONE ((struct inq_type){0})

static inline bool inq_type_known(struct inq_type t)
{
	return t.btf != NULL;
}

/** What kind a type is, with const/volatile/typedef/type tags peeled off. */
enum inq_type_kind {
	INQ_TYPE_UNKNOWN,
	INQ_TYPE_VOID,
	INQ_TYPE_INT, /**< also bool, enum, float */
	INQ_TYPE_PTR,
	INQ_TYPE_STRUCT,
	INQ_TYPE_UNION,
	INQ_TYPE_ARRAY,
	INQ_TYPE_FUNC, /**< a prototype */
};

/** `struct NAME` or `union NAME` (complete), in the image, then in modules. False: none. */
bool inq_type_find_struct(struct inq_kernel *k, const char *name, struct inq_type *ret);

/** The prototype of function @name as @module (NULL: the image) defines it. */
bool inq_type_find_func(struct inq_kernel *k, const char *name, const struct inq_module *module,
			struct inq_type *ret);

/**
 * Structs that code of @module may use: all of its own BTF, and those of the image that its types
 * and prototypes speak of (these maybe more than once).  Of the image (NULL): all of the image's.
 * False: the end, or no BTF.  Start with a walk that is zeroed but for k and module.
 */
struct inq_struct_walk {
	struct inq_kernel *k;
	const struct inq_module *module;
	uint32_t id, sub; /**< where it is: a type, and the reference of it that comes next */
};
bool inq_struct_walk_next(struct inq_struct_walk *w, struct inq_type *ret);

/** The type of variable @name: BTF's per-CPU VARs, then our own table of kernel globals. */
bool inq_type_find_var(struct inq_kernel *k, const char *name, const struct inq_module *module,
		       struct inq_type *ret);

/** The value of enumerator @name of `enum TYPE` in the image.  False: no such. */
bool inq_type_enum_value(struct inq_kernel *k, const char *type, const char *name, int64_t *ret);

/** Whether it is a module's own type, or an array of such: not one of the image. */
bool inq_type_is_modules(struct inq_type t);
enum inq_type_kind inq_type_kind(struct inq_type t);
/** Without qualifiers and typedefs. */
struct inq_type inq_type_strip(struct inq_type t);
/** What a pointer points to, an array holds, a prototype returns; unknown otherwise. */
struct inq_type inq_type_target(struct inq_type t);
/** Bytes; 0: unknown or incomplete. */
size_t inq_type_size(struct inq_type t);
/** Whether it is a signed integer or enum. */
bool inq_type_is_signed(struct inq_type t);
/** Elements of an array; 0 for others and for flexible arrays. */
size_t inq_type_array_len(struct inq_type t);
/** Parameter @n (from 0) of a prototype.  False: it has fewer. @ret_name may be NULL. */
bool inq_type_func_param(struct inq_type func, unsigned int n, struct inq_type *ret,
			 const char **ret_name);
/** Name of a struct/union/typedef/int; "" for anonymous ones.  Borrowed. */
const char *inq_type_name(struct inq_type t);
/** "struct task_struct *" appended to @sb, as C spells it. */
void inq_type_format(struct inq_type t, struct inq_strbuf *sb);

/** A member of a struct or union (anonymous members are looked through). */
struct inq_member {
	struct inq_type type;
	uint32_t offset;    /**< bytes from the start of the outer struct */
	uint8_t bit_offset; /**< from @offset, for bit fields */
	uint8_t bit_size;   /**< 0: no bit field */
	const char *name;   /**< borrowed */
};

/** Member "a" or path "a.b.c", "a[2].b" of struct @t.  False: no such member. */
bool inq_type_member(struct inq_type t, const char *path, struct inq_member *ret);

/**
 * The path to what lies at byte @offset of @t, as C spells it: "nsproxy", "se.exec_start",
 * "tasks.next", "cpus[2].lock" (appended to @sb without a leading dot).  Goes down through
 * structs, arrays and anonymous members to the outermost non-struct member of @size bytes
 * (0: any); of a union the first member that fits (a pointer, when @size is 8).
 * @ret_type: its type.  False: @offset is padding or beyond the end.
 */
bool inq_type_path_at(struct inq_type t, uint32_t offset, size_t size, struct inq_strbuf *sb,
		      struct inq_type *ret_type);

/** The @n-th direct member of @t in order; false past the last. @ret->name "" when anonymous. */
bool inq_type_nth_member(struct inq_type t, unsigned int n, struct inq_member *ret);

#endif
