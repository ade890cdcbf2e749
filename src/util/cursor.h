/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_CURSOR_H
#define INQ_UTIL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * A bounds-checked reader of bytes [pos, end).  A next_* call that would pass
 * the end reads nothing, leaves the value 0 and sets `overrun` (sticky), so a
 * run of fields may be checked once.  Little endian.
 */
struct inq_cursor {
	const unsigned char *pos; /**< next byte */
	const unsigned char *end; /**< one past the last byte */
	bool overrun;		  /**< something was asked for beyond the end */
};

static inline struct inq_cursor inq_cursor_init(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	return (struct inq_cursor){.pos = p, .end = p + n};
}

static inline size_t inq_cursor_left(const struct inq_cursor *c)
{
	return (size_t)(c->end - c->pos);
}

static inline bool inq_cursor_bytes(struct inq_cursor *c, void *ret, size_t n)
{
	if (n > inq_cursor_left(c)) {
		c->overrun = true;
		return false;
	}
	if (ret)
		memcpy(ret, c->pos, n);
	c->pos += n;
	return true;
}

static inline bool inq_cursor_skip(struct inq_cursor *c, size_t n)
{
	return inq_cursor_bytes(c, NULL, n);
}

#define INQ_CURSOR_NEXT(type, name)                                                                \
	static inline type inq_cursor_##name(struct inq_cursor *c)                                 \
	{                                                                                          \
		type v = 0;                                                                        \
		inq_cursor_bytes(c, &v, sizeof(v));                                                \
		return v;                                                                          \
	}

INQ_CURSOR_NEXT(uint8_t, u8)
INQ_CURSOR_NEXT(uint16_t, u16)
INQ_CURSOR_NEXT(uint32_t, u32)
INQ_CURSOR_NEXT(uint64_t, u64)
INQ_CURSOR_NEXT(int16_t, s16)
INQ_CURSOR_NEXT(int32_t, s32)

#endif
