// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { DIS_MAX = 64 * 1024 };

/* Print from @sym's start; the instruction at @mark gets an arrow. */
static enum inq_exit print_function(struct inq_session *s, const struct inq_symbol *sym,
				    uint64_t mark)
{
	size_t size = sym->size && sym->size < DIS_MAX ? sym->size : 64;
	cleanup_free unsigned char *bytes = malloc(size);
	const struct inq_arch *arch = s->inspect->arch;
	struct inq_error *err;

	if (!bytes)
		return INQ_EXIT_NO_CASE;
	err = inq_dump_read(s->dump, sym->addr, bytes, size, sym->name);
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	for (size_t at = 0; at < size;) {
		char text[160];
		struct inq_insn insn;
		bool ok = arch->decode(bytes + at, size - at, sym->addr + at, &insn);

		if (ok)
			arch->format_insn(bytes + at, size - at, sym->addr + at, text,
					  sizeof(text));
		printf("%s%016" PRIx64 " <%s+0x%zx>:  %s\n", sym->addr + at == mark ? "=> " : "   ",
		       sym->addr + at, sym->name, at, ok ? text : "(bad)");
		at += ok ? insn.len : 1;
	}
	return INQ_EXIT_OK;
}

enum inq_exit inq_verb_dis(struct inq_session *s, int argc, char **argv)
{
	struct inq_symbol sym;
	uint64_t addr;

	if (argc != 1)
		return inq_verb_usage("dis", "takes one ADDRESS or FUNCTION");
	if (!inq_parse_address(s, argv[0], &addr))
		return inq_verb_usage("dis", "%s is no address and no symbol", argv[0]);
	if (!inq_kernel_is_text(s->kernel, addr) || !inq_symbol_by_addr(s->kernel, addr, &sym)) {
		inq_complain_of(s->path, "no kernel function at 0x%" PRIx64 "", addr);
		return INQ_EXIT_NO_CASE;
	}
	return print_function(s, &sym, addr);
}
