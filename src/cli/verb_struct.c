// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "cli/verbs.h"
#include "kernel/fields.h"
#include "kernel/types.h"
#include "util/strbuf.h"

#include "util/banned.h"

static bool is_char_array(struct inq_type t)
{
	return inq_type_kind(t) == INQ_TYPE_ARRAY && inq_type_size(inq_type_target(t)) == 1;
}

static void print_value(struct inq_session *s, const struct inq_member *m, uint64_t base)
{
	size_t size = inq_type_size(m->type);
	char text[256];
	uint64_t v;

	if (is_char_array(m->type) &&
	    inq_dump_try_cstr(s->dump, base + m->offset, text,
			      size < sizeof(text) ? size + 1 : sizeof(text))) {
		printf(" = \"");
		inq_print_text(text);
		putchar('"');
	} else if ((size == 1 || size == 2 || size == 4 || size == 8) &&
		   inq_dump_try_uint(s->dump, base + m->offset, size, &v)) {
		if (m->bit_size)
			v = v >> m->bit_offset &
			    (m->bit_size >= 64 ? UINT64_MAX : (UINT64_C(1) << m->bit_size) - 1);
		printf(" = 0x%" PRIx64, v);
	} else if (size != 1 && size != 2 && size != 4 && size != 8) {
		printf(" at 0x%016" PRIx64, base + m->offset);
	} else {
		printf(" = <not in the dump>");
	}
}

static void print_member(struct inq_session *s, const struct inq_member *m, const uint64_t *base)
{
	cleanup_strbuf struct inq_strbuf type = INQ_STRBUF_INIT;

	inq_type_format(m->type, &type);
	printf("  [%u] %s %s", m->offset, inq_strbuf_str(&type),
	       m->name[0] ? m->name : "(anonymous)");
	if (m->bit_size)
		printf(" : %u", m->bit_size);
	if (base)
		print_value(s, m, *base);
	putchar('\n');
}

/* Whether anything at all of the object can be read. */
static bool is_there(struct inq_session *s, struct inq_type t, uint64_t base)
{
	size_t size = inq_type_size(t);
	unsigned char byte;

	return inq_dump_try_read(s->dump, base, &byte, 1) ||
	       (size && inq_dump_try_read(s->dump, base + size - 1, &byte, 1));
}

static void print_struct(struct inq_session *s, struct inq_type t, const uint64_t *base)
{
	struct inq_member m;

	for (unsigned int i = 0; inq_type_nth_member(t, i, &m); i++)
		print_member(s, &m, base);
	printf("SIZE: %zu\n", inq_type_size(t));
}

enum inq_exit inq_verb_struct(struct inq_session *s, int argc, char **argv)
{
	char *dot = argc ? strchr(argv[0], '.') : NULL;
	struct inq_type t, inner;
	struct inq_member m;
	uint64_t base;

	if (argc < 1 || argc > 2)
		return inq_verb_usage("struct", "takes TYPE[.MEMBER] [ADDRESS]");
	if (argc == 2 && !inq_parse_address(s, argv[1], &base))
		return inq_verb_usage("struct", "%s is no address and no symbol", argv[1]);
	if (dot)
		*dot = '\0';
	if (!inq_type_find_struct(s->kernel, argv[0], &t)) {
		inq_complain_of(s->path, "no struct or union %s", argv[0]);
		return INQ_EXIT_NO_CASE;
	}
	if (argc == 2 && !is_there(s, t, base)) {
		inq_complain_of(s->path, "nothing of struct %s at 0x%" PRIx64 " is in the dump",
				argv[0], base);
		return INQ_EXIT_NO_CASE;
	}
	if (argc == 2)
		printf("struct %s at 0x%016" PRIx64 "\n", argv[0], base);
	if (!dot) {
		print_struct(s, t, argc == 2 ? &base : NULL);
		return INQ_EXIT_OK;
	}
	if (!inq_type_member(t, dot + 1, &m)) {
		inq_complain_of(s->path, "struct %s has no member %s", argv[0], dot + 1);
		return INQ_EXIT_NO_CASE;
	}
	print_member(s, &m, argc == 2 ? &base : NULL);
	inner = inq_type_strip(m.type);
	if (inq_type_kind(inner) == INQ_TYPE_STRUCT && argc == 2) {
		base += m.offset;
		print_struct(s, inner, &base);
	}
	return INQ_EXIT_OK;
}
