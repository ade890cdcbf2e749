// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/names.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "code/variable.h"
#include "inspect/facts.h"
#include "inspect/slab.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "kernel/types.h"
#include "util/bisect.h"
#include "util/strbuf.h"

#include "util/banned.h"

/* A symbol's size goes up to the next symbol; further away than this is no part of it. */
enum { VARIABLE_MAX = 16 * 1024 * 1024, ARRAY_MAX = 4096 };

/*
 * Structures that are a lock, from the outermost name of each to the word inside, and others whose
 * insides say nothing of who they are.
 */
static const char *const lock_structs[] = {
	"spinlock",	  "raw_spinlock", "qspinlock",	   "mutex",	 "rw_semaphore",
	"rt_mutex",	  "semaphore",	  "rt_mutex_base", "completion", "percpu_rw_semaphore",
	"ww_mutex",	  "qrwlock",	  "srcu_struct",   "timer_list", "hrtimer",
	"tasklet_struct", "napi_struct",  "rwbase_rt",	   "rt_rw_lock",
};
/* Those without a name of their own go by their typedef's. */
static const char *const lock_typedefs[] = {"rwlock_t"};

static bool is_lock(struct inq_type t)
{
	const char *name = inq_type_name(inq_type_strip(t)), *alias = inq_type_name(t);

	for (size_t i = 0; i < array_size(lock_structs); i++) {
		if (strcmp(name, lock_structs[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < array_size(lock_typedefs); i++) {
		if (strcmp(alias, lock_typedefs[i]) == 0)
			return true;
	}
	return false;
}

/*
 * A path goes down to a scalar: "chan[3].lock.rlock.raw_lock.val.counter".  Cut it behind the
 * outermost member that is a lock, if there is one: "chan[3].lock".
 */
static void cut_to_lock(struct inq_type type, char *path)
{
	/* an element of an array */
	while (*path == '[' && inq_type_kind(type) == INQ_TYPE_ARRAY && strchr(path, ']')) {
		type = inq_type_target(type);
		path = strchr(path, ']') + 1;
		path += *path == '.';
	}
	for (char *end = path; *end; end++) {
		char kept = *end;
		struct inq_member m;
		bool found;

		if (kept != '.')
			continue;
		*end = '\0';
		found = inq_type_member(type, path, &m) && is_lock(m.type);
		if (found)
			return;
		*end = kept;
	}
}

const char *inq_name_cut_to_lock(struct inq_inspect *in, const char *struct_member)
{
	char *name = inq_arena_strdup(&in->c->arena, struct_member);
	char *dot = name ? strchr(name, '.') : NULL;
	struct inq_type type;
	bool found;

	if (!dot)
		return name;
	*dot = '\0';
	found = inq_type_find_struct(in->k, name, &type);
	*dot = '.';
	/* only what kind of thing it is, not which */
	if (found && is_lock(type))
		return NULL;
	if (found)
		cut_to_lock(type, dot + 1);
	return name;
}

const char *inq_name_member(struct inq_inspect *in, struct inq_type type, uint64_t offset)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_type member;
	char *path;

	if (offset > UINT32_MAX || !inq_type_path_at(type, (uint32_t)offset, 0, &sb, &member))
		return NULL;
	path = inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
	if (path)
		cut_to_lock(type, path);
	return path;
}

/*
 * Whether variable @sym is an array of nothing but such elements: not because its size allows it,
 * but because each of them has a list head where it should have one.
 */
static bool is_array_of(struct inq_inspect *in, const struct inq_symbol *sym,
			const struct inq_name_element *element)
{
	uint64_t n = element && element->size ? sym->size / element->size : 0;

	if (n == 0 || n > ARRAY_MAX || sym->size % element->size)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t head = sym->addr + i * element->size + element->list, next, back;

		if (!inq_dump_try_u64(in->k->dump, head, &next) ||
		    !inq_dump_try_u64(in->k->dump, next + sizeof(uint64_t), &back) || back != head)
			return false;
	}
	return true;
}

/* Whether two paths differ in their indices at most. */
static bool same_but_indices(const char *a, const char *b)
{
	while (*a && *b) {
		if (*a == '[' && *b == '[') {
			a += strcspn(a, "]");
			b += strcspn(b, "]");
		}
		if (*a != *b)
			return false;
		a += *a != '\0';
		b += *b != '\0';
	}
	return *a == *b;
}

const char *inq_name_at(struct inq_inspect *in, const char *struct_member, uint64_t addr)
{
	const char *name = inq_name_cut_to_lock(in, struct_member), *dot, *member, *struct_name;
	struct inq_slab_object o;
	struct inq_type type;

	dot = name ? strchr(name, '.') : NULL;
	if (!dot || !strchr(dot, '[') || !inq_slab_find(in, addr, &o))
		return name;
	struct_name = inq_arena_strndup(&in->c->arena, name, (size_t)(dot - name));
	if (!struct_name || !inq_type_find_struct(in->k, struct_name, &type))
		return name;
	member = inq_name_member(in, type, o.offset);
	if (!member || !same_but_indices(member, dot + 1))
		return name;
	return inq_arena_printf(&in->c->arena, "%s.%s", struct_name, member);
}

/* The same for a module's variable, by how the module's code uses it; NULL: that doesn't tell. */
static const char *name_by_use(struct inq_inspect *in, const struct inq_symbol *sym,
			       uint64_t offset)
{
	struct inq_arena *a = &in->c->arena;
	struct inq_variable var;
	const char *member = NULL, *base = sym->name;
	uint64_t inside = offset;

	if (!inq_variable_find(in->code, sym, &var) || (!var.element && !offset))
		return NULL;
	if (var.element) {
		base = inq_arena_printf(a, "%s[%" PRIu64 "]", sym->name, offset / var.element);
		inside = offset % var.element;
	}
	if (inq_type_known(var.type) && !is_lock(var.type))
		member = inq_name_member(in, var.type, inside);
	if (member)
		return inq_arena_printf(a, "%s.%s", base, member);
	if (!inside || (inq_type_known(var.type) && is_lock(var.type)))
		return var.element ? base : NULL;
	return var.element ? inq_arena_printf(a, "%s+0x%" PRIx64, base, inside) : NULL;
}

/* "VAR.member" or "VAR[2]" for @offset into variable @sym; its own name for 0. */
static const char *member_name(struct inq_inspect *in, const struct inq_symbol *sym,
			       uint64_t offset, const struct inq_name_element *element)
{
	struct inq_arena *a = &in->c->arena;
	const char *member;
	struct inq_type type;

	if (offset == 0 && !sym->module)
		return inq_arena_strdup(a, sym->name);
	if (inq_type_find_var(in->k, sym->name, sym->module, &type)) {
		member = inq_name_member(in, type, offset);
		if (member)
			return inq_arena_printf(a, "%s%s%s", sym->name, member[0] == '[' ? "" : ".",
						member);
	}
	/* A module's own variables have no types. */
	member = name_by_use(in, sym, offset);
	if (member || offset == 0)
		return member ? member : inq_arena_strdup(a, sym->name);
	if (is_array_of(in, sym, element) && offset % element->size == 0)
		return inq_arena_printf(a, "%s[%" PRIu64 "]", sym->name, offset / element->size);
	return inq_arena_printf(a, "%s+0x%" PRIx64, sym->name, offset);
}

/* The per-CPU variable that @addr is some CPU's copy of. */
static const char *percpu_name(struct inq_inspect *in, uint64_t addr,
			       const struct inq_name_element *element)
{
	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		uint64_t var = addr - in->k->percpu_offset[cpu];
		struct inq_symbol sym;

		if (!in->k->percpu_offset[cpu] || !inq_symbol_percpu(in->k, var, &sym))
			continue;
		return inq_arena_printf(&in->c->arena, "%s of CPU %u",
					member_name(in, &sym, var - sym.addr, element), cpu);
	}
	return NULL;
}

static int by_mm(const void *x, const void *y)
{
	const struct inq_mm_user *a = x, *b = y;

	if (a->mm != b->mm)
		return a->mm < b->mm ? -1 : 1;
	return a->task < b->task ? -1 : a->task > b->task;
}

static void sort_mm_users(struct inq_inspect *in)
{
	struct inq_mm_user *v = inq_arena_calloc(&in->c->arena, in->c->tasks.n, sizeof(*v));
	size_t n = 0;

	if (!v)
		return;
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		if (in->c->tasks.v[i].mm)
			v[n++] = (struct inq_mm_user){in->c->tasks.v[i].mm, (inq_id)i};
	}
	qsort(v, n, sizeof(*v), by_mm);
	in->nr_mm_users = 0;
	for (size_t i = 0; i < n; i++) {
		if (!i || v[i].mm != v[in->nr_mm_users - 1].mm)
			v[in->nr_mm_users++] = v[i];
	}
	in->mm_users = v;
	in->mm_users_of = in->c->tasks.n;
}

/* The first task of the mm_struct that starts at or before @addr; NULL: none does. */
static const struct inq_mm_user *mm_user_at(struct inq_inspect *in, uint64_t addr)
{
	size_t n;

	if (in->mm_users_of != in->c->tasks.n)
		sort_mm_users(in);
	n = inq_bisect(in->nr_mm_users, i, in->mm_users[i].mm <= addr);
	return n ? &in->mm_users[n - 1] : NULL;
}

/* "mm_struct.mmap_lock of python (121)" for what lies in a process' mm_struct. */
static const char *mm_name(struct inq_inspect *in, uint64_t addr)
{
	const struct inq_mm_user *user = mm_user_at(in, addr);
	const char *member;
	struct inq_type mm;
	size_t size;

	if (!user || !inq_type_find_struct(in->k, "mm_struct", &mm) ||
	    !(size = inq_type_size(mm)) || addr - user->mm >= size)
		return NULL;
	member = inq_name_member(in, mm, addr - user->mm);
	return member ? inq_arena_printf(&in->c->arena, "mm_struct.%s of %s", member,
					 inq_fact_task_name(in, user->task))
		      : NULL;
}

const char *inq_name_of(struct inq_inspect *in, uint64_t addr,
			const struct inq_name_element *element)
{
	struct inq_symbol sym;
	const char *name;

	if (inq_symbol_by_addr(in->k, addr, &sym) && addr - sym.addr <= VARIABLE_MAX &&
	    (!sym.size || addr - sym.addr < sym.size))
		return member_name(in, &sym, addr - sym.addr, element);
	name = percpu_name(in, addr, element);
	return name ? name : mm_name(in, addr);
}

const char *inq_name_module(struct inq_inspect *in, uint64_t addr)
{
	const struct inq_module *m = inq_module_by_addr(in->k, addr);

	return m ? inq_arena_strdup(&in->c->arena, m->name) : NULL;
}

void inq_name_resource(struct inq_inspect *in, struct inq_resource *r,
		       const struct inq_name_element *element)
{
	static const char of[] = " of ";
	const char *name = inq_name_of(in, r->addr, element);
	const char *whose = name ? strstr(name, of) : NULL;

	r->name = whose ? inq_arena_strndup(&in->c->arena, name, (size_t)(whose - name)) : name;
	r->whose = whose ? whose + strlen(of) : NULL;
}
