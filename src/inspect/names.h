/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_NAMES_H
#define INQ_INSPECT_NAMES_H

#include "inspect/inspect.h"
#include "kernel/types.h"

/** What an element of an array of locks looks like in memory. */
struct inq_name_element {
	size_t size; /**< bytes */
	size_t list; /**< offset of a struct list_head in each, by which it can be told */
};

/**
 * What the object at @addr is called: a symbol ("rename_lock"), a member or element of one
 * ("table[3].lock"), "symbol+0x18" where its type is unknown.  A lock's own insides are not
 * spelled out.  @element tells elements of an array that has no type; NULL: not known.
 * In the case's arena; NULL: @addr is in no symbol (heap, stack).
 */
const char *inq_name_of(struct inq_inspect *in, uint64_t addr,
			const struct inq_name_element *element);

/**
 * Cut a path that the code floor found ("id_table.lock.owner.counter") behind the lock in it:
 * "id_table.lock".  In the arena; NULL for NULL, and for what is inside a lock of which no more is
 * known ("srcu_struct.node").
 */
const char *inq_name_cut_to_lock(struct inq_inspect *in, const char *struct_member);

/**
 * The same for the lock at @addr, whose path may hold an index that the code does not tell
 * ("relay_card.chan[0].lock"): where @addr lies in a slab object that starts with that struct, its
 * offset does ("relay_card.chan[3].lock").
 */
const char *inq_name_at(struct inq_inspect *in, const char *struct_member, uint64_t addr);

/**
 * Name resource @r after its address.  Whose copy or object it is ("CPU 1", "python (121)") goes
 * into r->whose: a name is the same in every dump.
 */
void inq_name_resource(struct inq_inspect *in, struct inq_resource *r,
		       const struct inq_name_element *element);

/** Path of the member at @offset of @type ("chan[3].lock"), in the arena; NULL: none is there. */
const char *inq_name_member(struct inq_inspect *in, struct inq_type type, uint64_t offset);

/** Module that @addr lies in, in the case's arena; NULL: none. */
const char *inq_name_module(struct inq_inspect *in, uint64_t addr);

#endif
