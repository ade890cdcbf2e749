// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's own mappings (mm/vmalloc.c):
 *
 *	struct vmap_area: [va_start, va_end), and in use a
 *	struct vm_struct: size (with a guard page, but for VM_NO_GUARD), flags, caller, nr_pages
 *
 * Those in use are on the list vmap_area_list, since 6.9 (d093602919ad) on the lists of
 * nr_vmap_nodes nodes.  What was given back stays on another one until the TLBs are flushed:
 * vmap_purge_list (an llist), purge_vmap_area_list since 5.13 (96e2db456135), vmap_node.lazy.
 */
#include "inspect/vmalloc.h"

#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/names.h"
#include "kernel/lists.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	VA_START,
	VA_END,
	VA_LIST,
	VA_PURGE,
	VA_VM,
	VM_SIZE,
	VM_FLAGS,
	VM_CALLER,
	VM_NR_PAGES,
	VM_PHYS,
	NODE_BUSY,
	NODE_LAZY,
	VMALLOC_NR
};
static const struct inq_field_def vmalloc_defs[VMALLOC_NR] = {
	[VA_START] = {"vmap_area", "va_start", INQ_REQUIRED},
	[VA_END] = {"vmap_area", "va_end", INQ_REQUIRED},
	[VA_LIST] = {"vmap_area", "list", INQ_REQUIRED},
	[VA_PURGE] = {"vmap_area", "purge_list", INQ_OPTIONAL},
	[VA_VM] = {"vmap_area", "vm", INQ_REQUIRED},
	[VM_SIZE] = {"vm_struct", "size", INQ_REQUIRED},
	[VM_FLAGS] = {"vm_struct", "flags", INQ_OPTIONAL},
	[VM_CALLER] = {"vm_struct", "caller", INQ_OPTIONAL},
	[VM_NR_PAGES] = {"vm_struct", "nr_pages", INQ_OPTIONAL},
	[VM_PHYS] = {"vm_struct", "phys_addr", INQ_OPTIONAL},
	[NODE_BUSY] = {"vmap_node", "busy.head", INQ_OPTIONAL},
	[NODE_LAZY] = {"vmap_node", "lazy.head", INQ_OPTIONAL},
};

enum { AREAS_MAX = 1 << 20, NODES_MAX = 1024, PAGE = 4096, MODULE_MAX = 16 << 20 };
enum { VM_IOREMAP = 0x1, VM_NO_GUARD = 0x40 };

typedef bool area_fn(const struct inq_vmalloc_area *area, void *arg);

struct walker {
	struct inq_inspect *in;
	struct inq_field f[VMALLOC_NR];
	bool freed; /* the list is one of areas that were given back */
	area_fn *fn;
	void *arg;
};

static bool value(const struct walker *w, int field, uint64_t base, uint64_t *ret)
{
	return inq_field_try_u64(w->in->k, &w->f[field], base, ret);
}

static bool read_area(const struct walker *w, uint64_t va, struct inq_vmalloc_area *ret)
{
	struct inq_vmalloc_area a = {.freed = w->freed};
	uint64_t vm, size;

	if (!value(w, VA_START, va, &a.start) || !value(w, VA_END, va, &a.end) || a.start >= a.end)
		return false;
	/* of a freed one, and of vm_map_ram()'s, there is no vm_struct */
	if (!w->freed && value(w, VA_VM, va, &vm) && vm && value(w, VM_SIZE, vm, &size) &&
	    size <= a.end - a.start) {
		value(w, VM_FLAGS, vm, &a.flags);
		value(w, VM_CALLER, vm, &a.caller);
		value(w, VM_NR_PAGES, vm, &a.pages);
		if (a.flags & VM_IOREMAP)
			value(w, VM_PHYS, vm, &a.phys);
		a.size = a.flags & VM_NO_GUARD || size < PAGE ? size : size - PAGE;
	}
	*ret = a;
	return true;
}

/* All areas of one list, whose nodes are at @field of each.  False: it could not be read whole. */
static bool walk_list(const struct walker *w, struct inq_list_walk list, int field, bool *ret_more)
{
	struct inq_vmalloc_area a;
	uint64_t node;

	while (inq_list_walk_next(&list, &node)) {
		if (!read_area(w, node - w->f[field].offset, &a))
			return false;
		if (!w->fn(&a, w->arg)) {
			*ret_more = false;
			return true;
		}
	}
	return list.end == INQ_WALK_DONE;
}

static bool walk_nodes(const struct walker *w, bool *ret_more)
{
	int field = w->freed ? NODE_LAZY : NODE_BUSY;
	uint64_t nodes, n;
	bool whole = true;
	size_t size;

	if (!inq_kernel_try_global(w->in->k, "vmap_nodes", 8, &nodes) ||
	    !inq_kernel_try_global(w->in->k, "nr_vmap_nodes", 4, &n) || n > NODES_MAX ||
	    !w->f[field].found || !inq_struct_size(w->in->k, "vmap_node", &size))
		return false;
	for (uint64_t i = 0; i < n && *ret_more; i++) {
		uint64_t head = nodes + i * size + w->f[field].offset;

		whole &= walk_list(w, inq_list_walk_init(w->in->k, head, AREAS_MAX), VA_LIST,
				   ret_more);
	}
	return whole;
}

static bool walk_all(struct walker *w)
{
	static const char *const lists[] = {"vmap_area_list", "purge_vmap_area_list"};
	uint64_t head = inq_symbol_addr(w->in->k, lists[w->freed]);
	bool more = true;

	if (head)
		return walk_list(w, inq_list_walk_init(w->in->k, head, AREAS_MAX), VA_LIST, &more);
	head = w->freed ? inq_symbol_addr(w->in->k, "vmap_purge_list") : 0;
	if (head && w->f[VA_PURGE].found)
		return walk_list(w, inq_slist_walk_init(w->in->k, head, AREAS_MAX), VA_PURGE,
				 &more);
	return walk_nodes(w, &more);
}

static bool walk(struct inq_inspect *in, bool freed, area_fn *fn, void *arg)
{
	struct walker w = {.in = in, .freed = freed, .fn = fn, .arg = arg};
	cleanup_error struct inq_error *err =
		inq_fields_resolve(in->k, vmalloc_defs, w.f, VMALLOC_NR);

	return !err && walk_all(&w);
}

bool inq_vmalloc_each(struct inq_inspect *in, area_fn *fn, void *arg)
{
	return walk(in, false, fn, arg);
}

struct search {
	uint64_t addr;
	struct inq_vmalloc_area area;
	bool found;
};

static bool is_it(const struct inq_vmalloc_area *area, void *arg)
{
	struct search *s = arg;

	s->found = s->addr >= area->start && s->addr < area->end;
	if (s->found)
		s->area = *area;
	return !s->found;
}

bool inq_vmalloc_find(struct inq_inspect *in, uint64_t addr, struct inq_vmalloc_area *ret)
{
	struct search s = {.addr = addr};

	walk(in, false, is_it, &s);
	if (!s.found)
		walk(in, true, is_it, &s);
	if (s.found)
		*ret = s.area;
	return s.found;
}

/* The variable of a module in [@start, @end) that points to @area; NULL: none. */
static const char *pointer_in(struct inq_inspect *in, uint64_t start, uint64_t end, uint64_t area)
{
	enum { CHUNK = 512 };
	uint64_t words[CHUNK];

	if (end - start > MODULE_MAX)
		return NULL;
	for (uint64_t off = 0; off < end - start; off += sizeof(words)) {
		uint64_t at = start + off;
		size_t n =
			inq_dump_read_prefix(in->k->dump, at, words,
					     end - at < sizeof(words) ? end - at : sizeof(words));

		for (size_t i = 0; i < n / sizeof(words[0]); i++) {
			if (words[i] == area)
				return inq_name_of(in, at + i * sizeof(words[0]), NULL);
		}
	}
	return NULL;
}

/* ", which arena [maps] points to": modules' own variables tell whose it is. */
static const char *pointed_to(struct inq_inspect *in, uint64_t area)
{
	const struct inq_module *m;
	size_t n;

	m = inq_modules(in->k, &n);
	for (size_t i = 0; i < n; i++) {
		for (size_t r = 0; r < m[i].nr_ranges; r++) {
			const struct inq_module_range *range = &m[i].ranges[r];
			const char *name =
				range->text ? NULL : pointer_in(in, range->start, range->end, area);

			if (name)
				return inq_arena_printf(&in->c->arena, " and %s [%s] points to",
							name, m[i].name);
		}
	}
	return "";
}

static const char *asked_for(struct inq_inspect *in, const struct inq_vmalloc_area *a)
{
	const char *var = pointed_to(in, a->start), *by;
	struct inq_symbol sym;

	if (!a->caller)
		return var;
	/* A module's init code is gone by now, and its symbols with it. */
	by = inq_symbol_by_addr(in->k, a->caller, &sym)
		     ? inq_fact_symbol(in, a->caller)
		     : "code that is gone by now (a module's init code?)";
	return inq_arena_printf(&in->c->arena, " that %s asked for%s", by, var ? var : "");
}

const char *inq_vmalloc_describe(struct inq_inspect *in, uint64_t addr, bool *ret_freed)
{
	struct inq_vmalloc_area a;
	const char *kind;

	if (!inq_vmalloc_find(in, addr, &a))
		return NULL;
	*ret_freed = a.freed;
	if (a.freed)
		return inq_arena_printf(&in->c->arena,
					"vmalloc memory of 0x%" PRIx64
					" bytes (with its guard page) that was given back",
					a.end - a.start);
	kind = a.flags & VM_IOREMAP ? "device memory mapped by ioremap" : "vmalloc memory";
	if (!a.size)
		return inq_arena_printf(&in->c->arena, "a mapping of 0x%" PRIx64 " bytes",
					a.end - a.start);
	if (addr - a.start >= a.size)
		return inq_arena_printf(&in->c->arena,
					"the guard page behind 0x%" PRIx64
					" bytes of %s%s, 0x%" PRIx64 " bytes past their end",
					a.size, kind, asked_for(in, &a), addr - a.start - a.size);
	return inq_arena_printf(&in->c->arena, "0x%" PRIx64 " bytes into 0x%" PRIx64 " of %s%s",
				addr - a.start, a.size, kind, asked_for(in, &a));
}
