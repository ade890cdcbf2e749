// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"
#include "kernel/symtab.h"

#include "util/banned.h"

static bool print_value(struct inq_session *s, uint64_t addr, uint64_t size)
{
	char sym[INQ_SYM_NAME_MAX + 96];
	unsigned char byte;
	uint64_t v;

	printf("%016" PRIx64 ":  ", addr);
	if (!inq_dump_try_uint(s->dump, addr, size, &v)) {
		struct inq_error *err = inq_dump_read(s->dump, addr, &byte, 1, "memory");

		fflush(stdout);
		if (err)
			inq_complain(s->path, err);
		return false;
	}
	printf("0x%0*" PRIx64, (int)size * 2, v);
	if (size == 8 && inq_kernel_is_text(s->kernel, v))
		printf("  %s", inq_symbol_format(s->kernel, v, sym, sizeof(sym)));
	putchar('\n');
	return true;
}

enum inq_exit inq_verb_read(struct inq_session *s, int argc, char **argv)
{
	uint64_t addr, size = 8, count = 1;
	bool bad = false;

	inq_take_option(&argc, argv, "--size", &size, &bad);
	inq_take_option(&argc, argv, "--count", &count, &bad);
	if (argc == 2 && !inq_parse_number(argv[1], &count))
		bad = true;
	if (bad || argc < 1 || argc > 2 || (size != 1 && size != 2 && size != 4 && size != 8))
		return inq_verb_usage("read", "takes ADDRESS [--size 1|2|4|8] [--count N]");
	if (!inq_parse_address(s, argv[0], &addr))
		return inq_verb_usage("read", "%s is no address and no symbol", argv[0]);
	for (uint64_t i = 0; i < count; i++) {
		if (!print_value(s, addr + i * size, size))
			return INQ_EXIT_NO_CASE;
	}
	return INQ_EXIT_OK;
}
