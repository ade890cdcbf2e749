/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_USES_H
#define INQ_CODE_USES_H

#include "code/state.h"

/*
 * Private to the code floor: how code uses a pointer, or a variable, that nothing gives a
 * type.  What it really is must fit all of it.
 */

/* What is asked about: one of these. */
struct inq_subject {
	const struct inq_value *v;    /* a pointer, in the function that is looked at */
	uint64_t pointer;	      /* address of the variable that holds the pointer; 0: none */
	uint64_t object, object_size; /* address and size of the object itself; 0: none */
};

struct inq_use {
	int64_t off;	/* of the access from where the pointer points */
	int64_t stride; /* of an index beside it, bytes; 0: none */
	uint8_t size;	/* bytes; 0: more than 8, or not known */
	bool points;	/* what was read there is used as an address */
};

/* The pointer plus @off is given to who wants a pointer to @type, a struct. */
struct inq_use_sink {
	int64_t off;
	struct inq_type type;
};

enum { INQ_USES_MAX = 96, INQ_SINKS_MAX = 16 };

struct inq_uses {
	struct inq_use v[INQ_USES_MAX];
	unsigned int n;
	struct inq_use_sink sinks[INQ_SINKS_MAX];
	unsigned int nr_sinks;
	uint64_t alloc_size;	/* bytes that were allocated for it; 0: not known */
	uint64_t stored_object; /* of a pointer variable: what it is made to point to; 0: not known
				 */
	int64_t stored_stride;	/* ... in an array of such elements */
	int64_t arg_stride;	/* of an index beside it where it is given to a function; 0: none */
	bool arg_strides_differ;
	bool overflow; /* there are more: what is here is not all */
};

/* Add to @u what @fn does with @s.  False: no memory. */
bool inq_uses_collect(struct inq_uses *u, struct inq_code_func *fn, const struct inq_subject *s);
/* Add what all code of @module does with the variable @s. */
bool inq_uses_collect_module(struct inq_uses *u, struct inq_code *c,
			     const struct inq_module *module, const struct inq_subject *s);

/* PHI @v as a loop's running value: begins as *@ret_init, *@ret_step is added each time round. */
bool inq_value_induction(const struct inq_value *v, const struct inq_value **ret_init,
			 int64_t *ret_step);
/* Bytes that CALL node @v of @fn allocates; 0: it allocates nothing, or the size isn't fixed. */
uint64_t inq_value_alloc_size(struct inq_code_func *fn, const struct inq_value *v);

#endif
