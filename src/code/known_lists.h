/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_KNOWN_LISTS_H
#define INQ_CODE_KNOWN_LISTS_H

#include "code/code.h"
#include "kernel/types.h"

/**
 * What the kernel's own list at @member ("wait_queue_head.head.next", "mutex.wait_list.next") is a
 * list of, where its entries' links stand at @off: wait_queue_entry.  try; false: not a list that
 * is known here, or not of this kernel.
 */
bool inq_known_list(const struct inq_code *c, const char *member, int64_t off,
		    struct inq_type *ret);

#endif
