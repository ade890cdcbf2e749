/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_USER_MEMORY_H
#define INQ_INSPECT_USER_MEMORY_H

#include "inspect/inspect.h"

/**
 * try: read from the start of [addr, addr + len) of the user memory of @mm (an mm_struct), page by
 * page.  Returns how many bytes @buf got; 0: none is mapped, or none is in the dump.
 */
size_t inq_user_read(struct inq_inspect *in, uint64_t mm, uint64_t addr, void *buf, size_t len);

/**
 * try: the text at user address @addr, at most @max bytes or up to a NUL, as it may be printed:
 * "\n" and so on escaped, in quotes, with "..." where there is more.  In the case's arena; NULL:
 * not readable, or no text (a NUL-terminated string is one where @string is set).
 */
const char *inq_user_text(struct inq_inspect *in, uint64_t mm, uint64_t addr, size_t max,
			  bool string);

#endif
