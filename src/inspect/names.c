// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/names.h"

#include <inttypes.h>
#include <string.h>

#include "inspect/facts.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "kernel/types.h"
#include "util/strbuf.h"

#include "util/banned.h"

/* A symbol's size goes up to the next symbol; further away than this is no part of it. */
enum { VARIABLE_MAX = 16 * 1024 * 1024 };

/* "VAR.member" for @offset into variable @sym; its own name for 0. */
static const char *member_name(struct inq_inspect *in, const struct inq_symbol *sym,
			       uint64_t offset)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_type type, member;

	if (offset == 0)
		return inq_arena_strdup(&in->c->arena, sym->name);
	inq_strbuf_add(&sb, sym->name);
	if (inq_type_find_var(in->k, sym->name, sym->module, &type)) {
		inq_strbuf_addc(&sb, '.');
		if (inq_type_path_at(type, (uint32_t)offset, 0, &sb, &member))
			return inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
	}
	return inq_arena_printf(&in->c->arena, "%s+0x%" PRIx64, sym->name, offset);
}

/* The per-CPU variable that @addr is some CPU's copy of. */
static const char *percpu_name(struct inq_inspect *in, uint64_t addr)
{
	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		uint64_t var = addr - in->k->percpu_offset[cpu];
		struct inq_symbol sym;

		if (!in->k->percpu_offset[cpu] || !inq_symbol_percpu(in->k, var, &sym))
			continue;
		return inq_arena_printf(&in->c->arena, "%s of CPU %u",
					member_name(in, &sym, var - sym.addr), cpu);
	}
	return NULL;
}

/* "mm_struct.mmap_lock of python (121)" for what lies in a process' mm_struct. */
static const char *mm_name(struct inq_inspect *in, uint64_t addr)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_type mm, member;
	size_t size;

	if (!inq_type_find_struct(in->k, "mm_struct", &mm) || !(size = inq_type_size(mm)))
		return NULL;
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		const struct inq_task *t = &in->c->tasks.v[i];

		if (!t->mm || addr < t->mm || addr - t->mm >= size)
			continue;
		inq_strbuf_add(&sb, "mm_struct.");
		if (!inq_type_path_at(mm, (uint32_t)(addr - t->mm), 0, &sb, &member))
			return NULL;
		/* The path goes down to the first scalar: the lock is the member around it. */
		return inq_arena_printf(&in->c->arena, "%.*s of %s",
					(int)strcspn(inq_strbuf_str(&sb) + 10, ".") + 10,
					inq_strbuf_str(&sb), inq_fact_task_name(in, (inq_id)i));
	}
	return NULL;
}

const char *inq_name_of(struct inq_inspect *in, uint64_t addr)
{
	struct inq_symbol sym;
	const char *name;

	if (inq_symbol_by_addr(in->k, addr, &sym) && addr - sym.addr <= VARIABLE_MAX &&
	    (!sym.size || addr - sym.addr < sym.size))
		return member_name(in, &sym, addr - sym.addr);
	name = percpu_name(in, addr);
	return name ? name : mm_name(in, addr);
}

const char *inq_name_module(struct inq_inspect *in, uint64_t addr)
{
	const struct inq_module *m = inq_module_by_addr(in->k, addr);

	return m ? inq_arena_strdup(&in->c->arena, m->name) : NULL;
}
