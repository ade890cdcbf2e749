// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

/* Each block is twice the one before: thousands of arenas live for one question and hold little. */
enum { ARENA_ALIGN = 16, ARENA_FIRST = 1024, ARENA_BLOCK = 64 * 1024 };

struct inq_arena_block {
	struct inq_arena_block *next; /* older */
	size_t size;		      /* of data */
	size_t used;		      /* of data */
	_Alignas(ARENA_ALIGN) unsigned char data[];
};

/* Room for @size bytes, and more. */
static struct inq_arena_block *arena_grow(struct inq_arena *a, size_t size)
{
	size_t usual = a->head ? 2 * a->head->size : ARENA_FIRST;
	struct inq_arena_block *b;

	usual = usual < ARENA_BLOCK ? usual : ARENA_BLOCK;
	size = size > usual ? size : usual;
	if (size > SIZE_MAX - sizeof(*b))
		return NULL;
	b = calloc(1, sizeof(*b) + size);
	if (!b)
		return NULL;
	b->size = size;
	b->next = a->head;
	a->head = b;
	return b;
}

void *inq_arena_alloc(struct inq_arena *a, size_t size)
{
	struct inq_arena_block *b = a->head;
	void *p;

	if (size > SIZE_MAX - ARENA_ALIGN) {
		a->failed = true;
		return NULL;
	}
	size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (!b || b->size - b->used < size)
		b = arena_grow(a, size);
	if (!b) {
		a->failed = true;
		return NULL;
	}
	p = b->data + b->used;
	b->used += size;
	a->used += size;
	return p;
}

void *inq_arena_calloc(struct inq_arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		a->failed = true;
		return NULL;
	}
	return inq_arena_alloc(a, bytes);
}

char *inq_arena_strndup(struct inq_arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = inq_arena_alloc(a, len + 1);

	if (copy)
		memcpy(copy, s, len);
	return copy;
}

char *inq_arena_strdup(struct inq_arena *a, const char *s)
{
	return s ? inq_arena_strndup(a, s, strlen(s)) : NULL;
}

char *inq_arena_vprintf(struct inq_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) {
		a->failed = true;
		return NULL;
	}
	s = inq_arena_alloc(a, (size_t)n + 1);
	if (s)
		vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *inq_arena_printf(struct inq_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = inq_arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void inq_arena_deinit(struct inq_arena *a)
{
	struct inq_arena_block *next;

	for (struct inq_arena_block *b = a->head; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = INQ_ARENA_INIT;
}
