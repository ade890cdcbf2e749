/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_ARENA_H
#define INQ_UTIL_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/cleanup.h"

/**
 * Memory that is given piecemeal and freed at once: for everything that lives
 * as long as one case.  Zero-initialise with INQ_ARENA_INIT.
 *
 * A failed allocation is remembered in `failed` (sticky), so that a long run of
 * small allocations may be checked once at its end.
 */
struct inq_arena {
	struct inq_arena_block *head; /**< newest block; NULL: none yet */
	size_t used;		      /**< bytes given out, all blocks */
	bool failed;		      /**< an allocation has failed */
};

#define INQ_ARENA_INIT ((struct inq_arena){0})

/** @size zeroed bytes, aligned for any type; NULL (and `failed`) where memory is short. */
void *inq_arena_alloc(struct inq_arena *a, size_t size);

/** @n zeroed elements of @size; NULL too where the product overflows. */
void *inq_arena_calloc(struct inq_arena *a, size_t n, size_t size);

/** A copy of @s; NULL for NULL. */
char *inq_arena_strdup(struct inq_arena *a, const char *s);

/** A copy of at most @n characters of @s. */
char *inq_arena_strndup(struct inq_arena *a, const char *s, size_t n);

/** A formatted string in the arena; NULL (and `failed`) where memory is short. */
char *inq_arena_printf(struct inq_arena *a, const char *fmt, ...) inq_printf(2, 3);
char *inq_arena_vprintf(struct inq_arena *a, const char *fmt, va_list ap) inq_printf(2, 0);

/** Free everything that the arena gave out; it may be used again. */
void inq_arena_deinit(struct inq_arena *a);

#define inq_arena_new(a, type) ((type *)inq_arena_alloc((a), sizeof(type)))

#endif
