// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/utf8.h"

#include <stdbool.h>

#include "util/banned.h"

static uint32_t utf8_tail(const unsigned char *p, size_t n, uint32_t cp)
{
	for (size_t i = 1; i < n; i++) {
		/* also stops at the NUL */
		if ((p[i] & 0xc0) != 0x80)
			return INQ_UTF8_BAD;
		cp = cp << 6 | (p[i] & 0x3f);
	}
	return cp;
}

uint32_t inq_utf8_next(const char *s, size_t *ret_len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s;
	uint32_t cp = INQ_UTF8_BAD;
	size_t n = 1;

	if (p[0] < 0x80) {
		cp = p[0];
	} else if ((p[0] & 0xe0) == 0xc0) {
		n = 2;
		cp = utf8_tail(p, n, p[0] & 0x1f);
	} else if ((p[0] & 0xf0) == 0xe0) {
		n = 3;
		cp = utf8_tail(p, n, p[0] & 0x0f);
	} else if ((p[0] & 0xf8) == 0xf0) {
		n = 4;
		cp = utf8_tail(p, n, p[0] & 0x07);
	}
	if (n > 1 && (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)))
		cp = INQ_UTF8_BAD;
	*ret_len = cp == INQ_UTF8_BAD ? 1 : n;
	return cp;
}

/* Line and paragraph separators, and what turns the writing direction around. */
static bool is_unsafe(uint32_t cp)
{
	return cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

void inq_printable(struct inq_strbuf *sb, const char *s)
{
	size_t n;

	for (; *s; s += n) {
		uint32_t cp = inq_utf8_next(s, &n);

		if (cp == '\t')
			inq_strbuf_addc(sb, ' ');
		else if (cp == INQ_UTF8_BAD || cp < 0x20 || cp == 0x7f)
			inq_strbuf_addf(sb, "\\x%02x", (unsigned char)*s);
		else if ((cp >= 0x80 && cp < 0xa0) || is_unsafe(cp))
			inq_strbuf_addf(sb, "\\u%04x", cp);
		else
			inq_strbuf_addn(sb, s, n);
	}
}

size_t inq_columns(const char *s)
{
	size_t columns = 0;

	for (; *s; s++)
		columns += ((unsigned char)*s & 0xc0) != 0x80;
	return columns;
}
