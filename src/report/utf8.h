/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_UTF8_H
#define INQ_REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "util/strbuf.h"

/** What inq_utf8_next() returns for bytes that are no UTF-8. */
#define INQ_UTF8_BAD UINT32_MAX

/**
 * The code point at @s (not at its NUL), and in *@ret_len how many bytes it takes.  Overlong
 * forms, surrogates and stray bytes are INQ_UTF8_BAD of length 1.
 */
uint32_t inq_utf8_next(const char *s, size_t *ret_len);

/**
 * Append @s to @sb as it may be shown on a terminal: control characters, bad bytes and
 * characters that change the writing direction become visible escapes (\x1b, \u202e).
 */
void inq_printable(struct inq_strbuf *sb, const char *s);

/** Columns that @s takes, counting one per code point. */
size_t inq_columns(const char *s);

#endif
