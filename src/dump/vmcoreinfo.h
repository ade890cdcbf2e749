/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_VMCOREINFO_H
#define INQ_DUMP_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* VMCOREINFO is text: lines KEY=VALUE, some keys as KIND(NAME). */

/** What follows "@key=" in @text (NULL: as empty), borrowed, *@ret_len bytes; NULL: no such line.
 */
const char *inq_vmcoreinfo_find(const char *text, const char *key, size_t *ret_len);

/** The same as a number in @base, which may be negative; false: no such line, or no number. */
bool inq_vmcoreinfo_num(const char *text, const char *key, int base, uint64_t *ret);

#endif
