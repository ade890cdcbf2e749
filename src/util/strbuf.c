// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

static bool strbuf_reserve(struct inq_strbuf *sb, size_t extra)
{
	size_t size = sb->size ? sb->size : 64;
	size_t need;
	char *str;

	if (__builtin_add_overflow(sb->len + 1, extra, &need))
		goto fail;
	if (need <= sb->size)
		return true;
	while (size < need && size <= SIZE_MAX / 2)
		size *= 2;
	if (size < need)
		size = need;
	str = realloc(sb->str, size);
	if (!str)
		goto fail;
	sb->str = str;
	sb->size = size;
	return true;
fail:
	sb->failed = true;
	return false;
}

void inq_strbuf_addn(struct inq_strbuf *sb, const char *s, size_t n)
{
	if (!strbuf_reserve(sb, n))
		return;
	memcpy(sb->str + sb->len, s, n);
	sb->len += n;
	sb->str[sb->len] = '\0';
}

void inq_strbuf_add(struct inq_strbuf *sb, const char *s)
{
	inq_strbuf_addn(sb, s, strlen(s));
}

void inq_strbuf_addc(struct inq_strbuf *sb, char c)
{
	inq_strbuf_addn(sb, &c, 1);
}

void inq_strbuf_addf(struct inq_strbuf *sb, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !strbuf_reserve(sb, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(sb->str + sb->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	sb->len += (size_t)n;
}

void inq_strbuf_reset(struct inq_strbuf *sb)
{
	sb->len = 0;
	if (sb->str)
		sb->str[0] = '\0';
}

void inq_strbuf_deinit(struct inq_strbuf *sb)
{
	free(sb->str);
	*sb = INQ_STRBUF_INIT;
}

const char *inq_strbuf_str(const struct inq_strbuf *sb)
{
	return sb->str ? sb->str : "";
}
