// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mce: the machine checks that each CPU saw when the kernel panicked of one
 * (arch/x86/kernel/cpu/mce/core.c): the per-CPU struct mce mces_seen, since 6.13 (750fd23926f1) in
 * the struct mce_hw_err hw_errs_seen.  They are cleared when a machine check is survived.
 *
 * A machine check that went to one CPU alone may leave nothing there.  Then the log tells, in lines
 * whose form is kept for tools (__print_mce()):
 *
 *	mce: [Hardware Error]: CPU 1: Machine Check Exception: 5 Bank 4: be00000000000151
 *	mce: [Hardware Error]: TSC 16fd31e2d ADDR 1f80000 MISC 8c
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/address.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { MCE_STATUS, MCE_ADDR, MCE_BANK, MCE_NR };
static const struct inq_field_def mce_defs[MCE_NR] = {
	[MCE_STATUS] = {"mce", "status", INQ_REQUIRED},
	[MCE_ADDR] = {"mce", "addr", INQ_REQUIRED},
	[MCE_BANK] = {"mce", "bank", INQ_REQUIRED},
};

#define STATUS_VALID (UINT64_C(1) << 63)
#define STATUS_ADDRV (UINT64_C(1) << 58)

/* What physical address @phys holds, where that is memory of the kernel's. */
static const char *what_lies_at(struct inq_inspect *in, uint64_t phys)
{
	uint64_t direct, end;

	if (!inq_kernel_try_global(in->k, "page_offset_base", 8, &direct) ||
	    !inq_kernel_try_global(in->k, "vmalloc_base", 8, &end) || phys >= end - direct)
		return NULL;
	return inq_address_describe(in, direct + phys).text;
}

/* Words for what was read; into the case. */
static void add(struct inq_inspect *in, struct inq_machine_check *read)
{
	struct inq_machine_check *m;
	char text[160];

	in->arch->describe_machine_check(read->status, text, sizeof(text));
	read->text = inq_arena_strdup(&in->c->arena, text);
	m = inq_case_add(in->c, &in->c->machine_checks);
	if (m)
		*m = *read;
}

static void set_addr(struct inq_inspect *in, struct inq_machine_check *m, uint64_t addr)
{
	if (!(m->status & STATUS_ADDRV))
		return;
	m->has_addr = true;
	m->addr = addr;
	m->address_is = what_lies_at(in, addr);
}

static int32_t cpu_of(const struct inq_event *e)
{
	const char *at = strstr(e->text, ": CPU ");

	return at ? (int32_t)strtol(at + strlen(": CPU "), NULL, 10) : e->cpu;
}

static void read_log(struct inq_inspect *in)
{
	struct inq_machine_check *m = NULL;

	for (size_t i = 0; i < in->c->events.n; i++) {
		const struct inq_event *e = &in->c->events.v[i];
		const char *bank = strstr(e->text, " Bank "), *addr = strstr(e->text, " ADDR ");
		struct inq_machine_check read = {.cpu = cpu_of(e), .evidence = e->evidence};
		char *end;

		if (e->kind != INQ_EVENT_MCE)
			continue;
		if (addr && m)
			set_addr(in, m, strtoull(addr + strlen(" ADDR "), NULL, 16));
		if (!bank)
			continue;
		read.bank = (int32_t)strtol(bank + strlen(" Bank "), &end, 10);
		read.status = *end == ':' ? strtoull(end + 1, NULL, 16) : 0;
		if (!(read.status & STATUS_VALID))
			continue;
		add(in, &read);
		m = in->c->machine_checks.n ? &in->c->machine_checks.v[in->c->machine_checks.n - 1]
					    : NULL;
	}
}

static void read_cpu(struct inq_inspect *in, const struct inq_field *f, uint64_t mce,
		     unsigned int cpu)
{
	struct inq_machine_check read = {.cpu = (int32_t)cpu};
	uint64_t bank, addr;

	if (!inq_field_try_u64(in->k, &f[MCE_STATUS], mce, &read.status) ||
	    !(read.status & STATUS_VALID) || !inq_field_try_u64(in->k, &f[MCE_BANK], mce, &bank))
		return;
	read.bank = (int32_t)bank;
	if (inq_field_try_u64(in->k, &f[MCE_ADDR], mce, &addr))
		set_addr(in, &read, addr);
	read.evidence = inq_fact_memory(in, mce + f[MCE_STATUS].offset, 8, read.status,
					"CPU %u saw a machine check in bank %" PRIu64
					": status 0x%" PRIx64 " (struct mce)",
					cpu, bank, read.status);
	add(in, &read);
}

static struct inq_error *read_memory(struct inq_inspect *in, uint64_t var)
{
	struct inq_field f[MCE_NR];
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, mce_defs, f, MCE_NR);

	if (err && err->code == INQ_ERR_NOMEM)
		return &inq_enomem;
	for (unsigned int cpu = 0; !err && cpu < in->k->nr_cpus; cpu++) {
		uint64_t mce = inq_percpu_addr(in->k, var, cpu);

		if (mce)
			read_cpu(in, f, mce, cpu);
	}
	return NULL;
}

struct inq_error *inq_inspect_mce(struct inq_inspect *in)
{
	uint64_t var = inq_symbol_addr(in->k, "mces_seen");
	struct inq_error *err = NULL;

	if (!var)
		var = inq_symbol_addr(in->k, "hw_errs_seen");
	if (var)
		err = read_memory(in, var);
	if (!err && !in->c->machine_checks.n)
		read_log(in);
	return err;
}
