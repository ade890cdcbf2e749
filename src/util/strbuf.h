/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_STRBUF_H
#define INQ_UTIL_STRBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "util/cleanup.h"

/**
 * A growing string.  Invariant: `str` is NUL-terminated at `len`, or NULL while
 * nothing has been added.  A failed allocation sets `failed` and drops the text
 * that did not fit; test it once, at the end.
 */
struct inq_strbuf {
	char *str;   /**< NULL: nothing added yet; see inq_strbuf_str() */
	size_t len;  /**< without the NUL */
	size_t size; /**< allocated */
	bool failed; /**< an allocation has failed: the text is not complete */
};

#define INQ_STRBUF_INIT ((struct inq_strbuf){0})

void inq_strbuf_add(struct inq_strbuf *sb, const char *s);
void inq_strbuf_addn(struct inq_strbuf *sb, const char *s, size_t n);
void inq_strbuf_addc(struct inq_strbuf *sb, char c);
void inq_strbuf_addf(struct inq_strbuf *sb, const char *fmt, ...) inq_printf(2, 3);
/** Make it empty, keep its memory. */
void inq_strbuf_reset(struct inq_strbuf *sb);
/** Release its memory; it may be used again. */
void inq_strbuf_deinit(struct inq_strbuf *sb);
/** The text, "" when there is none.  Borrowed until the next change. */
const char *inq_strbuf_str(const struct inq_strbuf *sb);

#define cleanup_strbuf __attribute__((cleanup(inq_strbuf_deinit)))

/** Whether two strings are the same; NULL is the same as NULL alone. */
static inline bool inq_str_same(const char *x, const char *y)
{
	return x && y ? strcmp(x, y) == 0 : x == y;
}

#endif
