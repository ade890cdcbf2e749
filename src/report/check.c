// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/check.h"

#include <ctype.h>
#include <string.h>

#include "util/banned.h"

static bool needs_quotes(const char *s)
{
	if (!*s)
		return true;
	for (; *s; s++) {
		if (!isalnum((unsigned char)*s) && !strchr("/._-+:=@,%", *s))
			return true;
	}
	return false;
}

static void add_quoted(struct inq_strbuf *sb, const char *s)
{
	if (s[0] == '-') /* a file, no option */
		inq_strbuf_add(sb, "./");
	if (!needs_quotes(s)) {
		inq_strbuf_add(sb, s);
		return;
	}
	inq_strbuf_addc(sb, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			inq_strbuf_add(sb, "'\\''");
		else
			inq_strbuf_addc(sb, *s);
	}
	inq_strbuf_addc(sb, '\'');
}

void inq_check_expand(struct inq_strbuf *sb, const char *s, const char *path)
{
	const char *v;

	for (; (v = strstr(s, "%V")); s = v + 2) {
		inq_strbuf_addn(sb, s, (size_t)(v - s));
		add_quoted(sb, path ? path : "VMCORE");
	}
	inq_strbuf_add(sb, s);
}

void inq_check_command(struct inq_strbuf *sb, const char *check, const char *path)
{
	inq_strbuf_add(sb, "inquest ");
	inq_check_expand(sb, check, path);
}
