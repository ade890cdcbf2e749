/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_VARIABLE_H
#define INQ_CODE_VARIABLE_H

#include "code/function.h"
#include "kernel/types.h"

/** What a variable of a module is, by all that the module's code does with it. */
struct inq_variable {
	struct inq_type type; /**< a struct: its own, or its elements'; unknown: not known */
	uint64_t element;     /**< of an array: bytes of one; 0: no array, or not known */
};

/**
 * try: what variable @sym is, which BTF has no type for: that of a module.  Only what all uses
 * agree on is said.  False: nothing is known, or it is no module's.  Cost: the functions of the
 * module that use it are analysed once.
 */
bool inq_variable_find(struct inq_code *c, const struct inq_symbol *sym, struct inq_variable *ret);

#endif
