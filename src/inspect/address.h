/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_ADDRESS_H
#define INQ_INSPECT_ADDRESS_H

#include "inspect/inspect.h"

/** What an address is. */
struct inq_address {
	const char *text; /**< "freed object of kmalloc-64, 0x18 bytes in"; in the case's arena;
			     never NULL */
	bool freed;	  /**< it lies in memory that is known to be free */
	bool kernel;	  /**< it is a kernel address by its form */
};

/**
 * Say what @addr is: NULL and a small offset, a poison value, a user or non-canonical address,
 * ASCII text, a symbol, a stack, a slab object, a page that the dump does not hold, ...
 * Never fails: "an unknown address" is an answer.
 */
struct inq_address inq_address_describe(struct inq_inspect *in, uint64_t addr);

#endif
