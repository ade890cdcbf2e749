// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/address.h"

#include <ctype.h>
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/names.h"
#include "inspect/pages.h"
#include "inspect/slab.h"
#include "inspect/task_fields.h"
#include "inspect/vmalloc.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { NULL_PAGE = 4096, POISON_SPAN = 0x10000, MAX_ERRNO = 4095 };

/* include/linux/poison.h and friends; @span: how far an access may lie beyond the value. */
struct poison {
	uint64_t value, span;
	const char *text;
	bool freed;
};
static const struct poison poisons[] = {
	{0xdead000000000100, 0x22, "LIST_POISON1: a list entry that was already deleted", true},
	{0xdead000000000122, 0x100, "LIST_POISON2: a list entry that was already deleted", true},
	{0xdead000000000000, 0x1000, "a poison pointer (POISON_POINTER_DELTA)", true},
	{0x6b6b6b6b6b6b6b6b, POISON_SPAN, "SLUB's POISON_FREE: the object was already freed", true},
	{0x5a5a5a5a5a5a5a5a, POISON_SPAN, "SLUB's POISON_INUSE: memory that was never set", false},
	{0xbbbbbbbbbbbbbbbb, POISON_SPAN, "SLUB's red zone", false},
	{0xcccccccccccccccc, POISON_SPAN, "SLUB's red zone of an object in use", false},
	{0xaaaaaaaaaaaaaaaa, POISON_SPAN, "PAGE_POISON: a page that was already freed", true},
};

static const struct poison *poison_of(uint64_t addr)
{
	for (size_t i = 0; i < array_size(poisons); i++) {
		if (addr - poisons[i].value < poisons[i].span)
			return &poisons[i];
	}
	return NULL;
}

/* All eight bytes printable: text that was taken for a pointer. */
static bool is_ascii(uint64_t addr, char *buf)
{
	for (int i = 0; i < 8; i++) {
		buf[i] = (char)(addr >> (8 * i));
		if (!isprint((unsigned char)buf[i]))
			return false;
	}
	buf[8] = '\0';
	return true;
}

static const char *stack_name(struct inq_inspect *in, uint64_t addr)
{
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		uint64_t base = inq_task_stack_base(in, in->c->tasks.v[i].addr);

		if (base && addr >= base && addr - base < in->thread_size)
			return inq_arena_printf(&in->c->arena, "the stack of %s",
						inq_fact_task_name(in, (inq_id)i));
		/* vmalloc'ed stacks have a guard page below */
		if (base && base > addr && base - addr <= NULL_PAGE)
			return inq_arena_printf(&in->c->arena,
						"the guard page below the stack of %s",
						inq_fact_task_name(in, (inq_id)i));
	}
	return NULL;
}

/* Modules and generated code lie within reach of a direct call of the image, outside it. */
static bool in_module_area(const struct inq_inspect *in, uint64_t addr)
{
	uint64_t start = inq_symbol_addr(in->k, "_text"), end = inq_symbol_addr(in->k, "_end");
	const uint64_t reach = UINT64_C(1) << 31;

	if (!start || !end || (addr >= start && addr < end))
		return false;
	return addr > end && addr - end < reach && addr < UINT64_C(0xffffffffff000000);
}

/* A module's text, data or init code was here, if anything ever was. */
static const char *no_module(struct inq_inspect *in)
{
	if (!in->c->dump.last_unloaded)
		return "where modules are loaded, but none is there now, and none was ever "
		       "unloaded: a module's init memory, which is freed after loading, or nothing";
	return inq_arena_printf(&in->c->arena,
				"where modules are loaded, but none is there now "
				"(the last one unloaded is %s)",
				in->c->dump.last_unloaded);
}

/* Other stacks of the CPUs than their tasks'. */
static const char *cpu_stack_name(struct inq_inspect *in, uint64_t addr)
{
	struct inq_stack_range r[16];

	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		size_t n = in->arch->cpu_stacks(in->k, cpu, r, array_size(r));

		for (size_t i = 0; i < n; i++) {
			if (addr >= r[i].start && addr < r[i].end)
				return inq_arena_printf(&in->c->arena, "the %s stack of CPU %u",
							r[i].name, cpu);
			if (addr < r[i].start && r[i].start - addr <= NULL_PAGE)
				return inq_arena_printf(
					&in->c->arena,
					"the guard page below the %s stack of CPU %u", r[i].name,
					cpu);
		}
	}
	return NULL;
}

/* What nothing but its page or its region tells of. */
static const char *bare_place(struct inq_inspect *in, uint64_t addr, bool *ret_freed)
{
	const char *region = in->arch->region_of(in->k, addr), *page;
	unsigned char byte;

	if (inq_dump_try_read(in->k->dump, addr, &byte, 1)) {
		page = inq_page_describe(in, addr, ret_freed);
		return page ? page : "mapped kernel memory";
	}
	if (in_module_area(in, addr))
		return no_module(in);
	return region ? inq_arena_printf(&in->c->arena,
					 "in %s, but not mapped there, or not in the dump", region)
		      : "a kernel address that is not mapped, or not in the dump";
}

static const char *place(struct inq_inspect *in, uint64_t addr, bool *ret_freed)
{
	const char *name = inq_name_of(in, addr, NULL);
	struct inq_slab_object o;

	if (name)
		return name;
	if (inq_slab_find(in, addr, &o)) {
		*ret_freed = o.use == INQ_SLAB_FREE;
		return inq_slab_describe(in, addr);
	}
	name = stack_name(in, addr);
	name = name ? name : cpu_stack_name(in, addr);
	name = name ? name : inq_vmalloc_describe(in, addr, ret_freed);
	if (name && *ret_freed && in_module_area(in, addr))
		return inq_arena_printf(&in->c->arena, "%s: %s", name, no_module(in));
	return name ? name : bare_place(in, addr, ret_freed);
}

/*
 * What a per-CPU pointer of the first chunk looks like: an offset from where the areas would be
 * if they began at 0, behind the variables that have names (mm/percpu.c).
 */
static bool may_be_percpu(const struct inq_inspect *in, uint64_t addr)
{
	uint64_t end = inq_symbol_addr(in->k, "__per_cpu_end"), size;

	return end && addr >= end && inq_kernel_try_global(in->k, "pcpu_unit_size", 4, &size) &&
	       addr < size;
}

struct inq_address inq_address_describe(struct inq_inspect *in, uint64_t addr)
{
	struct inq_address a = {.kernel = in->arch->is_kernel_addr(in->k, addr)};
	const struct poison *p = poison_of(addr);
	char ascii[9];

	if (p) {
		a.text = p->text;
		a.freed = p->freed;
	} else if (addr < NULL_PAGE) {
		a.text = addr ? "a small offset from NULL" : "NULL";
	} else if (addr >= (uint64_t)-MAX_ERRNO) {
		a.text = inq_arena_printf(&in->c->arena, "error code %" PRId64 " (ERR_PTR)",
					  (int64_t)addr);
	} else if (is_ascii(addr, ascii)) {
		a.text = inq_arena_printf(&in->c->arena, "text: \"%s\"", ascii);
	} else if (a.kernel) {
		a.text = place(in, addr, &a.freed);
	} else if (addr >> 63) {
		a.text = "not canonical: no address at all";
	} else if (may_be_percpu(in, addr)) {
		a.text = "a user address, or a per-CPU pointer that was used as a plain one";
	} else {
		a.text = addr >> 47 ? "not canonical, or a far user address" : "a user address";
	}
	if (!a.text)
		a.text = "an unknown address";
	return a;
}
