// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/vmcoreinfo.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump_priv.h"

#include "util/banned.h"

const char *inq_vmcoreinfo_find(const char *text, const char *key, size_t *ret_len)
{
	size_t n = strlen(key);

	while (text && *text) {
		size_t len = strcspn(text, "\n");

		if (len > n && !strncmp(text, key, n) && text[n] == '=') {
			*ret_len = len - n - 1;
			return text + n + 1;
		}
		text += len + (text[len] == '\n');
	}
	return NULL;
}

bool inq_vmcoreinfo_num(const char *text, const char *key, int base, uint64_t *ret)
{
	size_t len = 0;
	const char *value = inq_vmcoreinfo_find(text, key, &len);
	uint64_t v;
	char *end;

	if (!value || !len || isspace((unsigned char)*value))
		return false;
	errno = 0;
	v = strtoull(value, &end, base);
	if (errno || end != value + len)
		return false;
	*ret = v;
	return true;
}

const char *inq_dump_vmcoreinfo(const struct inq_dump *dump)
{
	return dump->shared->notes.vmcoreinfo;
}

bool inq_dump_vmcoreinfo_num(const struct inq_dump *dump, const char *key, int base, uint64_t *ret)
{
	return inq_vmcoreinfo_num(inq_dump_vmcoreinfo(dump), key, base, ret);
}

bool inq_dump_vmcoreinfo_line(const struct inq_dump *dump, const char *kind, const char *name,
			      int base, uint64_t *ret)
{
	char key[160];

	if (snprintf(key, sizeof(key), "%s(%s)", kind, name) >= (int)sizeof(key))
		return false;
	return inq_dump_vmcoreinfo_num(dump, key, base, ret);
}

bool inq_dump_vmcoreinfo_symbol(const struct inq_dump *dump, const char *name, uint64_t *ret)
{
	return inq_dump_vmcoreinfo_line(dump, "SYMBOL", name, 16, ret);
}
