// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"
#include "kernel/modules.h"
#include "kernel/source.h"
#include "kernel/symtab.h"

#include "util/banned.h"

/* "  kernel/exit.c:871", and in what that was inlined. */
static void print_source(struct inq_session *s, uint64_t addr)
{
	struct inq_source_line lines[INQ_SOURCE_DEPTH];
	size_t n = inq_source_of(s->kernel, addr, lines, INQ_SOURCE_DEPTH);

	for (size_t i = 0; i < n; i++) {
		fputs(i ? "    inlined at " : "  ", stdout);
		inq_print_text(lines[i].file ? lines[i].file : "?");
		printf(":%u", lines[i].line);
		if (lines[i].function) {
			fputs(" (", stdout);
			inq_print_text(lines[i].function);
			putchar(')');
		}
		putchar('\n');
	}
}

enum inq_exit inq_verb_sym(struct inq_session *s, int argc, char **argv)
{
	struct inq_symbol sym;
	uint64_t addr;

	if (argc != 1)
		return inq_verb_usage("sym", "takes one ADDRESS or NAME");
	if (inq_symbol_by_name(s->kernel, argv[0], &sym)) {
		addr = sym.addr;
	} else if (!inq_parse_address(s, argv[0], &addr) ||
		   !inq_symbol_by_addr(s->kernel, addr, &sym)) {
		inq_complain_of(s->path, "no symbol %s", argv[0]);
		return INQ_EXIT_NO_CASE;
	}
	printf("%016" PRIx64 " (%c) ", addr, sym.type);
	inq_print_text(sym.name);
	if (addr != sym.addr)
		printf("+0x%" PRIx64, addr - sym.addr);
	if (sym.module)
		printf(" [%s]", sym.module->name);
	putchar('\n');
	print_source(s, addr);
	return INQ_EXIT_OK;
}

enum inq_exit inq_verb_mod(struct inq_session *s, int argc, char **argv)
{
	const struct inq_module *m;
	size_t n;

	(void)argv;
	if (argc)
		return inq_verb_usage("mod", "takes no arguments");
	m = inq_modules(s->kernel, &n);
	printf("%-18s %-24s %s\n", "MODULE", "NAME", "TEXT");
	for (size_t i = 0; i < n; i++) {
		printf("%016" PRIx64 "   %-24s", m[i].addr, m[i].name);
		for (size_t r = 0; r < m[i].nr_ranges; r++) {
			if (m[i].ranges[r].text && m[i].ranges[r].start != m[i].ranges[r].end)
				printf(" %016" PRIx64 "-%016" PRIx64, m[i].ranges[r].start,
				       m[i].ranges[r].end);
		}
		putchar('\n');
	}
	return INQ_EXIT_OK;
}
