// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The input is kallsyms' tables:
 *
 *	u8 absolute, u8 n, u16 bytes of names, u16 bytes of tokens, then the names, the
 *	tokens, 256 u16 token indices (as far as there are bytes), n values
 */
#include <string.h>

#include "kernel/kallsyms.h"
#include "util/cursor.h"

#include "fuzz.h"

#include "util/banned.h"

/* The next @len bytes, or zeros, in memory of exactly that size; never NULL. */
static void *take(struct inq_cursor *c, size_t len)
{
	void *p = calloc(1, len ? len : 1);

	if (!p)
		__builtin_trap();
	inq_cursor_bytes(c, p, len < inq_cursor_left(c) ? len : inq_cursor_left(c));
	return p;
}

static void look_up(const struct inq_kallsyms *ks)
{
	uint32_t n = inq_kallsyms_count(ks), i;
	uint64_t value;
	char type, name[64];

	for (i = 0; i < n; i++) {
		inq_kallsyms_name(ks, i, &type, name, sizeof(name));
		inq_kallsyms_next_value(ks, i, &value);
	}
	inq_kallsyms_by_name(ks, "_stext", &i);
	inq_kallsyms_by_name(ks, "", &i);
	inq_kallsyms_by_addr(ks, 0, &i);
	inq_kallsyms_by_addr(ks, UINT64_MAX, &i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inq_cursor c = inq_cursor_init(data, size);
	struct inq_kallsyms_tables t = {0};
	struct inq_kallsyms *ks = NULL;
	struct inq_error *err;

	t.is_absolute = inq_cursor_u8(&c) & 1;
	t.n = inq_cursor_u8(&c);
	t.names_len = inq_cursor_u16(&c);
	t.tokens_len = inq_cursor_u16(&c);
	t.names = take(&c, t.names_len);
	t.tokens = take(&c, t.tokens_len);
	t.token_index = take(&c, INQ_KALLSYMS_TOKENS * sizeof(*t.token_index));
	t.values = take(&c, (size_t)t.n * (t.is_absolute ? 8 : 4));
	t.has_relative_base = true;
	t.relative_base = 0xffffffff81000000;
	err = inq_kallsyms_create(&t, 0xffffffff81000000, &ks);
	if (!err)
		look_up(ks);
	inq_error_destroy(err);
	inq_kallsyms_destroy(ks);
	inq_kallsyms_tables_deinit(&t);
	return 0;
}
