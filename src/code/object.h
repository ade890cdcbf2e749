/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_OBJECT_H
#define INQ_CODE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

struct inq_code;

/** What memory around an address is one thing: an allocation, a variable. */
struct inq_object {
	uint64_t start, size; /**< [start, start + size); size 0: not known */
	uint64_t asked;	      /**< who has it asked for at least so many bytes; 0: not known */
};

/** try: the object that @addr lies in.  False: not known. */
typedef bool (*inq_object_fn)(void *arg, uint64_t addr, struct inq_object *ret);

/**
 * Let @c ask @fn for what is allocated, where it must know what a pointer points to.  Without it
 * only variables of modules are known.  @arg must live as long as it is used.
 */
void inq_code_set_objects(struct inq_code *c, inq_object_fn fn, void *arg);

/** try: the object that @addr lies in: a module's variable, or what the function set says. */
bool inq_code_object_at(const struct inq_code *c, uint64_t addr, struct inq_object *ret);

#endif
