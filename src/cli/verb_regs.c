// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"
#include "kernel/symtab.h"

#include "util/banned.h"

static void print_regs(struct inq_session *s, const struct inq_regs *r)
{
	const struct inq_arch *arch = s->inspect->arch;
	char sym[INQ_SYM_NAME_MAX + 96];

	printf("  ip %016" PRIx64 "  %s\n", r->ip,
	       r->user ? "user mode" : inq_symbol_format(s->kernel, r->ip, sym, sizeof(sym)));
	for (inq_reg i = 0; i < arch->nr_regs; i++) {
		uint64_t v;

		if (!inq_regs_get(r, i, &v))
			continue;
		printf("%5s %016" PRIx64 "%s", arch->reg_names[i], v, i % 4 == 3 ? "\n" : "");
	}
	if (arch->nr_regs % 4)
		putchar('\n');
	if (r->has_flags)
		printf("  flags %016" PRIx64 "  interrupts %s\n", r->flags,
		       r->flags & arch->irq_enable_flag ? "on" : "off");
}

static enum inq_exit print_cpu(struct inq_session *s, uint64_t nr)
{
	struct inq_error *err = inq_inspect_run_until(s->inspect, "cpus");
	const struct inq_cpu *cpu;

	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	cpu = inq_case_cpu(s->inspect->c, nr > INT32_MAX ? -1 : (int32_t)nr);
	if (!cpu || cpu->stack == INQ_NONE || !s->inspect->ustacks.v[cpu->stack].n) {
		inq_complain_of(s->path, "no registers of CPU %" PRIu64 "", nr);
		return INQ_EXIT_NO_CASE;
	}
	print_regs(s, &s->inspect->ustacks.v[cpu->stack].v[0].regs);
	return INQ_EXIT_OK;
}

enum inq_exit inq_verb_regs(struct inq_session *s, int argc, char **argv)
{
	struct inq_regs r = {0};
	struct inq_error *err;
	uint64_t n;
	bool bad = false;

	if (inq_take_option(&argc, argv, "--cpu", &n, &bad) && !bad && argc == 0)
		return print_cpu(s, n);
	if (bad || argc != 1 || !inq_parse_address(s, argv[0], &n))
		return inq_verb_usage("regs", "takes --cpu N, or the ADDRESS of a pt_regs");
	err = s->inspect->arch->regs_from_pt_regs(s->kernel, n, &r);
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	print_regs(s, &r);
	return INQ_EXIT_OK;
}
