/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_NAMES_H
#define INQ_INSPECT_NAMES_H

#include "inspect/inspect.h"

/**
 * What the object at @addr is called: a symbol ("msg_lock"), a member or element of one
 * ("table[3].lock"), "symbol+0x18" where its type is unknown.  In the case's arena; NULL:
 * @addr is in no symbol (heap, stack).
 */
const char *inq_name_of(struct inq_inspect *in, uint64_t addr);

/** Module that @addr lies in, in the case's arena; NULL: none. */
const char *inq_name_module(struct inq_inspect *in, uint64_t addr);

#endif
