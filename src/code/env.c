// SPDX-License-Identifier: GPL-2.0-or-later
/* The code floor's window on a real dump. */
#include "code/code.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/fields.h"
#include "kernel/modules.h"

#include "util/banned.h"

/*
 * struct bug_entry: what the trap instructions of BUG() and WARN() mean
 *
 *	s32 bug_addr_disp     from its own address
 *	s32 file_disp
 *	u16 line
 *	u16 flags             bit 0: a warning, execution goes on
 */
enum { MAX_BUGS = 1 << 17, BUGFLAG_WARNING = 1 };

struct kernel_env {
	struct inq_kernel *k;
	const struct inq_arch *arch;
	struct inq_hashmap warnings; /* addresses of WARN's trap instructions */
	bool image_read;
	struct inq_hashmap modules_read; /* by address of struct module */
};

struct inq_error *inq_code_kernel_env_create(struct inq_kernel *k, const struct inq_arch *arch,
					     void **ret)
{
	struct kernel_env *e = calloc(1, sizeof(*e));

	if (!e)
		return &inq_enomem;
	e->k = k;
	e->arch = arch;
	*ret = e;
	return NULL;
}

void inq_code_kernel_env_destroy(void *ctx)
{
	struct kernel_env *e = ctx;

	if (!e)
		return;
	inq_hashmap_deinit(&e->warnings);
	inq_hashmap_deinit(&e->modules_read);
	free(e);
}

static struct inq_error *env_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	struct kernel_env *e = ctx;

	return inq_dump_read(e->k->dump, addr, buf, len, "kernel text");
}

static bool env_try_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	struct kernel_env *e = ctx;

	return inq_dump_try_read(e->k->dump, addr, buf, len);
}

static bool env_symbol_at(void *ctx, uint64_t addr, struct inq_symbol *ret)
{
	struct kernel_env *e = ctx;

	return inq_symbol_by_addr(e->k, addr, ret);
}

static bool env_percpu_symbol(void *ctx, uint64_t value, struct inq_symbol *ret)
{
	struct kernel_env *e = ctx;

	return inq_symbol_percpu(e->k, value, ret) || inq_symbol_by_addr(e->k, value, ret);
}

static bool env_symbol_named(void *ctx, const char *name, struct inq_symbol *ret)
{
	struct kernel_env *e = ctx;

	return inq_symbol_by_name(e->k, name, ret);
}

static bool env_percpu_base(void *ctx, unsigned int cpu, uint64_t *ret)
{
	struct kernel_env *e = ctx;

	if (cpu >= e->k->nr_cpus || !e->k->percpu_offset || !e->k->percpu_offset[cpu])
		return false;
	*ret = e->k->percpu_offset[cpu];
	return true;
}

static bool env_func_type(void *ctx, const char *name, const struct inq_module *module,
			  struct inq_type *ret)
{
	struct kernel_env *e = ctx;

	return inq_type_find_func(e->k, name, module, ret);
}

static bool env_var_type(void *ctx, const char *name, const struct inq_module *module,
			 struct inq_type *ret)
{
	struct kernel_env *e = ctx;

	return inq_type_find_var(e->k, name, module, ret);
}

static bool env_struct_type(void *ctx, const char *name, struct inq_type *ret)
{
	struct kernel_env *e = ctx;

	return inq_type_find_struct(e->k, name, ret);
}

static bool env_next_struct(void *ctx, struct inq_struct_walk *w, struct inq_type *ret)
{
	struct kernel_env *e = ctx;

	w->k = e->k;
	return inq_struct_walk_next(w, ret);
}

static bool env_is_kernel_addr(void *ctx, uint64_t addr)
{
	struct kernel_env *e = ctx;

	return e->arch->is_kernel_addr(e->k, addr);
}

/* Add the warnings of the @n entries of @size bytes at @table. */
static void add_warnings(struct kernel_env *e, uint64_t table, uint64_t n, size_t size,
			 size_t flags_at)
{
	cleanup_free unsigned char *buf = NULL;

	if (size < 8 || flags_at + 2 > size || !n || n > MAX_BUGS)
		return;
	buf = malloc(n * size);
	if (!buf)
		return;
	n = inq_dump_read_prefix(e->k->dump, table, buf, n * size) / size;
	for (uint64_t i = 0; i < n; i++) {
		int32_t disp;
		uint16_t flags;

		memcpy(&disp, buf + i * size, sizeof(disp));
		memcpy(&flags, buf + i * size + flags_at, sizeof(flags));
		if (flags & BUGFLAG_WARNING &&
		    !inq_hashmap_put(&e->warnings, table + i * size + (uint64_t)(int64_t)disp, 1))
			return;
	}
}

/* The layout of struct bug_entry; false: its addresses aren't relative to itself. */
static bool bug_entry_layout(struct inq_kernel *k, size_t *ret_size, size_t *ret_flags)
{
	size_t at;

	return inq_struct_size(k, "bug_entry", ret_size) &&
	       inq_struct_offset(k, "bug_entry", "flags", ret_flags) &&
	       inq_struct_offset(k, "bug_entry", "bug_addr_disp", &at) && !at;
}

static void read_image_bugs(struct kernel_env *e)
{
	uint64_t start = inq_symbol_addr(e->k, "__start___bug_table");
	uint64_t stop = inq_symbol_addr(e->k, "__stop___bug_table");
	size_t size, flags;

	e->image_read = true;
	if (start && stop > start && bug_entry_layout(e->k, &size, &flags) && size)
		add_warnings(e, start, (stop - start) / size, size, flags);
}

enum { MOD_BUGS, MOD_TABLE, MOD_NR };
static const struct inq_field_def module_defs[MOD_NR] = {
	[MOD_BUGS] = {"module", "num_bugs", INQ_OPTIONAL},
	[MOD_TABLE] = {"module", "bug_table", INQ_OPTIONAL},
};

static void read_module_bugs(struct kernel_env *e, const struct inq_module *m)
{
	struct inq_field f[MOD_NR];
	uint64_t n, table;
	size_t size, flags;

	if (!inq_hashmap_put(&e->modules_read, m->addr, 1))
		return;
	inq_error_destroy(inq_fields_resolve(e->k, module_defs, f, MOD_NR));
	if (bug_entry_layout(e->k, &size, &flags) &&
	    inq_field_try_u64(e->k, &f[MOD_BUGS], m->addr, &n) &&
	    inq_field_try_u64(e->k, &f[MOD_TABLE], m->addr, &table))
		add_warnings(e, table, n, size, flags);
}

static bool env_trap_returns(void *ctx, uint64_t addr)
{
	struct kernel_env *e = ctx;
	const struct inq_module *m = inq_module_by_addr(e->k, addr);

	if (m && !inq_hashmap_get(&e->modules_read, m->addr, NULL))
		read_module_bugs(e, m);
	else if (!m && !e->image_read)
		read_image_bugs(e);
	return inq_hashmap_get(&e->warnings, addr, NULL);
}

const struct inq_code_env inq_code_kernel_env = {
	.read = env_read,
	.try_read = env_try_read,
	.symbol_at = env_symbol_at,
	.percpu_symbol = env_percpu_symbol,
	.symbol_named = env_symbol_named,
	.percpu_base = env_percpu_base,
	.func_type = env_func_type,
	.var_type = env_var_type,
	.struct_type = env_struct_type,
	.next_struct = env_next_struct,
	.trap_returns = env_trap_returns,
	.is_kernel_addr = env_is_kernel_addr,
};
