// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/names.h"

#include <inttypes.h>

#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "kernel/types.h"
#include "util/strbuf.h"

#include "util/banned.h"

/* A symbol's size goes up to the next symbol; further away than this is no part of it. */
enum { VARIABLE_MAX = 16 * 1024 * 1024 };

/* The per-CPU variable that @addr is some CPU's copy of. */
static const char *percpu_name(struct inq_inspect *in, uint64_t addr)
{
	uint64_t start = inq_symbol_addr(in->k, "__per_cpu_start");
	uint64_t end = inq_symbol_addr(in->k, "__per_cpu_end");

	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		uint64_t base = in->k->percpu_offset[cpu];
		struct inq_symbol sym;
		uint64_t var = addr - base;

		if (!base || var < start || var >= end || !inq_symbol_by_addr(in->k, var, &sym))
			continue;
		if (var == sym.addr)
			return inq_arena_printf(&in->c->arena, "%s (CPU %u)", sym.name, cpu);
		return inq_arena_printf(&in->c->arena, "%s+0x%" PRIx64 " (CPU %u)", sym.name,
					var - sym.addr, cpu);
	}
	return NULL;
}

const char *inq_name_of(struct inq_inspect *in, uint64_t addr)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_symbol sym;
	struct inq_type type, member;
	uint64_t offset;

	if (!inq_symbol_by_addr(in->k, addr, &sym) || addr - sym.addr > VARIABLE_MAX ||
	    (sym.size && addr - sym.addr >= sym.size))
		return percpu_name(in, addr);
	offset = addr - sym.addr;
	if (offset == 0)
		return inq_arena_strdup(&in->c->arena, sym.name);
	inq_strbuf_add(&sb, sym.name);
	if (inq_type_find_var(in->k, sym.name, sym.module, &type)) {
		inq_strbuf_addc(&sb, '.');
		if (inq_type_path_at(type, (uint32_t)offset, 0, &sb, &member))
			return inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
	}
	return inq_arena_printf(&in->c->arena, "%s+0x%" PRIx64, sym.name, offset);
}

const char *inq_name_module(struct inq_inspect *in, uint64_t addr)
{
	const struct inq_module *m = inq_module_by_addr(in->k, addr);

	return m ? inq_arena_strdup(&in->c->arena, m->name) : NULL;
}
