// SPDX-License-Identifier: GPL-2.0-or-later
/* User memory, through the process' own page tables (mm_struct.pgd). */
#include "inspect/user_memory.h"

#include <ctype.h>
#include <string.h>

#include "kernel/fields.h"
#include "util/strbuf.h"

#include "util/banned.h"

enum { PAGE_BYTES = 4096, TEXT_MAX = 128 };

static const struct inq_field_def pgd_def = {"mm_struct", "pgd", INQ_OPTIONAL};

size_t inq_user_read(struct inq_inspect *in, uint64_t mm, uint64_t addr, void *buf, size_t len)
{
	struct inq_field f;
	uint64_t root, at;
	size_t done = 0;

	inq_error_destroy(inq_fields_resolve(in->k, &pgd_def, &f, 1));
	if (!mm || addr > UINT64_MAX - len || !inq_field_try_u64(in->k, &f, mm, &root))
		return 0;
	while (done < len) {
		size_t n = PAGE_BYTES - (addr + done) % PAGE_BYTES;

		if (n > len - done)
			n = len - done;
		if (!in->arch->user_address(in->k, root, addr + done, &at) ||
		    !inq_dump_try_read(in->k->dump, at, (char *)buf + done, n))
			break;
		done += n;
	}
	return done;
}

static bool add_escaped(struct inq_strbuf *sb, unsigned char c)
{
	if (c == '\n' || c == '\t' || c == '\r')
		inq_strbuf_addf(sb, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
	else if (c == '"' || c == '\\')
		inq_strbuf_addf(sb, "\\%c", c);
	else if (isprint(c) || c >= 0x80)
		inq_strbuf_addc(sb, (char)c);
	else
		return false;
	return true;
}

const char *inq_user_text(struct inq_inspect *in, uint64_t mm, uint64_t addr, size_t max,
			  bool string)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	unsigned char buf[TEXT_MAX];
	size_t want = max < sizeof(buf) ? max : sizeof(buf), n, i;

	n = inq_user_read(in, mm, addr, buf, want);
	inq_strbuf_addc(&sb, '"');
	for (i = 0; i < n && buf[i]; i++) {
		if (!add_escaped(&sb, buf[i]))
			return NULL;
	}
	if (i == 0 || (!string && i < want))
		return NULL;
	inq_strbuf_add(&sb, i == n && n < max ? "\"..." : "\"");
	in->c->arena.failed |= sb.failed;
	return inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
}
