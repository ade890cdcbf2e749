// SPDX-License-Identifier: GPL-2.0-or-later
/* Where access paths begin: current, variables, arguments, what calls returned. */
#include "code/path_text.h"

#include <inttypes.h>
#include <string.h>

#include "code/infer.h"
#include "code/locks.h"

#include "util/banned.h"

static const char *const helpers[] = {
	"memcpy",
	"__memcpy",
	"memmove",
	"__memmove",
	"memset",
	"__memset",
	"memcmp",
	"memchr",
	"memchr_inv",
	"memscan",
	"memcpy_erms",
	"memcpy_orig",
	"memset_erms",
	"memset_orig",
	"rep_movs_alternative",
	"rep_stos_alternative",
	"strlen",
	"strnlen",
	"strcmp",
	"strncmp",
	"strcasecmp",
	"strncasecmp",
	"strcpy",
	"strncpy",
	"strscpy",
	"sized_strscpy",
	"strlcpy",
	"strcat",
	"strncat",
	"strchr",
	"strrchr",
	"strnchr",
	"strstr",
	"strsep",
	"kstrdup",
	"kmemdup",
	"clear_page",
	"clear_page_rep",
	"clear_page_erms",
	"clear_page_orig",
	"copy_page",
	"crc32c",
	"hex_dump_to_buffer",
	"__list_add_valid",
	"__list_del_entry_valid",
	"__list_add_valid_or_report",
	"__list_del_entry_valid_or_report",
	"rb_insert_color",
	"rb_erase",
	"rb_next",
	"rb_first",
	"refcount_warn_saturate",
	"copy_from_kernel_nofault",
	"copy_to_kernel_nofault",
	"_copy_to_iter",
	"_copy_from_iter",
	"csum_partial",
	"string",
	"string_nocheck",
	"find_next_bit",
	"_find_next_bit",
	"_find_first_bit",
	"llist_add_batch",
	"__wake_up_common",
	"__rb_erase_color",
	"__rb_insert_augmented",
	"osq_lock",
	"osq_unlock",
	"sort_r",
	"list_sort",
	"do_raw_spin_lock",
};

bool inq_path_is_helper(const struct inq_symbol *sym)
{
	for (size_t i = 0; i < array_size(helpers) && !sym->module; i++)
		if (inq_symbol_is(sym->name, helpers[i]))
			return true;
	return !sym->module && inq_lock_primitive(sym->name);
}

/* What is known of the variable @sym: it is a struct or a scalar, or of a module @shape. */
static bool variable_type(struct inq_path_text *p, const struct inq_symbol *sym,
			  struct inq_variable_shape *ret)
{
	const struct inq_code *c = p->e.c;

	*ret = (struct inq_variable_shape){0};
	p->module_terms |= !p->quiet && sym->module;
	if (c->env->var_type(c->env_ctx, sym->name, sym->module, &ret->type))
		return true;
	return inq_infer_variable(p->e.c, sym, ret);
}

/* What lies at @a, from its beginning, in the variable @sym that is written @base; no text: that
 * can't be said with types. */
static struct inq_cexpr typed_variable(struct inq_path_text *p, const struct inq_symbol *sym,
				       const char *base, const char *arrow,
				       struct inq_path_address a, size_t size)
{
	struct inq_variable_shape shape;
	struct inq_cexpr x = {0};

	if (!variable_type(p, sym, &shape))
		return x;
	if (shape.element) {
		if (size == shape.element)
			x.text = inq_path_element(p, base, &a, size);
		if (a.off || a.nr_index)
			x.text = NULL;
		return x;
	}
	if (shape.pointer) {
		if (a.off || a.nr_index || size != 8)
			return x;
		return (struct inq_cexpr){
			.text = base, .type = shape.type, .points = true, .typed = true};
	}
	if (shape.array) {
		base = inq_path_element(p, base, &a, inq_type_size(shape.type));
		arrow = ".";
	}
	if (inq_path_behind(p, base, arrow, shape.type, a, size, &x))
		return x;
	x = (struct inq_cexpr){0};
	if (!a.off && !a.nr_index && !shape.array)
		x = (struct inq_cexpr){.text = base, .type = shape.type, .typed = true};
	return x;
}

static struct inq_cexpr variable(struct inq_path_text *p, const char *base,
				 const struct inq_path_address *a, size_t size)
{
	struct inq_cexpr x = {0};

	if (a->nr_index || (a->off && size))
		return inq_path_untyped(p, base, a, size);
	x.text = !a->off ? base
			 : inq_path_str(p, inq_arena_printf(p->arena, "*(%s + 0x%" PRIx64 ")", base,
							    (uint64_t)a->off));
	return x;
}

/* Another CPU's, or with an index this one's, per-CPU variable. */
static bool per_cpu_variable(struct inq_path_text *p, const struct inq_path_address *a,
			     struct inq_symbol *ret, const char **ret_base)
{
	if (!p->e.c->env->percpu_symbol(p->e.c->env_ctx, (uint64_t)a->off, ret))
		return false;
	*ret_base = inq_path_str(
		p, a->cpu ? inq_arena_printf(p->arena, "per_cpu(%s, %s)", ret->name, a->cpu)
			  : inq_arena_printf(p->arena, "this_cpu_ptr(&%s)", ret->name));
	return true;
}

struct inq_cexpr inq_path_global(struct inq_path_text *p, const struct inq_path_address *a,
				 size_t size)
{
	struct inq_path_address at = *a;
	const char *base, *arrow = a->this_cpu ? "->" : ".";
	struct inq_symbol sym;
	struct inq_cexpr x = {0};

	if (a->cpu || a->this_cpu) {
		if (!per_cpu_variable(p, a, &sym, &base))
			return x;
	} else if (p->e.c->env->symbol_at(p->e.c->env_ctx, (uint64_t)a->off, &sym)) {
		base = inq_path_str(p, inq_arena_strdup(p->arena, sym.name));
	} else {
		base = inq_path_str(p, inq_arena_printf(p->arena, "0x%" PRIx64, (uint64_t)a->off));
		at.off = 0;
		return size ? inq_path_untyped(p, base, &at, size)
			    : (struct inq_cexpr){.text = base};
	}
	at.off = (int64_t)((uint64_t)a->off - sym.addr);
	x = typed_variable(p, &sym, base, arrow, at, size);
	return x.text ? x : variable(p, base, &at, size);
}

struct inq_cexpr inq_path_variable(struct inq_path_text *p, int64_t c)
{
	struct inq_path_address a = {.off = c};
	struct inq_variable_shape shape;
	struct inq_symbol sym;

	if (!p->e.c->env->symbol_at(p->e.c->env_ctx, (uint64_t)c, &sym) ||
	    sym.addr != (uint64_t)c || !variable_type(p, &sym, &shape) || shape.pointer ||
	    shape.element)
		return inq_path_global(p, &a, 0);
	return (struct inq_cexpr){
		.text = inq_path_str(p, inq_arena_strdup(p->arena, sym.name)),
		.type = shape.type,
		.typed = true,
	};
}

/* current: per-CPU current_task, or pcpu_hot.current_task (6.2 to 6.14, e57ef2ed97c1). */
static bool is_current(const struct inq_symbol *sym, const struct inq_cexpr *x, int64_t off)
{
	if (!strcmp(sym->name, "current_task") || !strcmp(sym->name, "const_current_task"))
		return !off;
	if (strcmp(sym->name, "pcpu_hot") && strcmp(sym->name, "const_pcpu_hot"))
		return false;
	return x->member ? !strcmp(x->member, "pcpu_hot.current_task") : !off;
}

/* A pointer to struct @name is in no table: the variable's own type, or none. */
static struct inq_cexpr current_expr(struct inq_path_text *p, struct inq_type type)
{
	struct inq_cexpr x = {.text = "current", .type = type, .typed = true};

	if (inq_type_kind(type) == INQ_TYPE_PTR)
		return x;
	/* `current` of a kernel whose variable has no type: say what it points to. */
	x.typed = p->e.c->env->struct_type(p->e.c->env_ctx, "task_struct", &x.type);
	x.points = true;
	return x;
}

struct inq_cexpr inq_path_percpu(struct inq_path_text *p, int64_t c, size_t size)
{
	struct inq_path_address a = {0};
	struct inq_cexpr x = {0};
	struct inq_symbol sym;
	const char *base;

	if (!p->e.c->env->percpu_symbol(p->e.c->env_ctx, (uint64_t)c, &sym)) {
		x.text = inq_path_str(p, inq_arena_printf(p->arena, "*(u%zu __percpu *)0x%" PRIx64,
							  size * 8, (uint64_t)c));
		return x;
	}
	a.off = (int64_t)((uint64_t)c - sym.addr);
	base = inq_path_str(p, inq_arena_printf(p->arena, "this_cpu_ptr(&%s)", sym.name));
	x = typed_variable(p, &sym, base, "->", a, size);
	if (is_current(&sym, &x, a.off))
		return current_expr(p, x.type);
	if (x.text && x.member)
		return x;
	base = inq_path_str(p, inq_arena_strdup(p->arena, sym.name));
	x = typed_variable(p, &sym, base, ".", a, size);
	if (!x.text)
		x = variable(p, base, &a, size);
	x.text = inq_path_str(p, size ? inq_arena_printf(p->arena, "this_cpu_read(%s)", x.text)
				      : inq_arena_printf(p->arena, "(*this_cpu_ptr(&%s))", x.text));
	return x;
}

static int arg_number(const struct inq_arch *arch, inq_reg reg)
{
	for (unsigned int i = 0; i < arch->nr_arg_regs; i++)
		if (arch->arg_regs[i] == reg)
			return (int)i;
	return -1;
}

/* What the caller passed, for the record. */
static void note_origin(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
			const struct inq_value *v)
{
	struct inq_frame_ctx *caller;
	const struct inq_value *cv;
	struct inq_cexpr x;
	bool sure, quiet = p->quiet;

	if (p->quiet || p->origin ||
	    !inq_eval_caller_value(&p->e, ctx, v->reg, &caller, &cv, &sure))
		return;
	p->quiet = true;
	x = inq_path_value(p, caller, cv);
	p->quiet = quiet;
	if (!x.text || !strcmp(x.text, "?"))
		return;
	p->origin = x.address ? inq_path_str(p, inq_arena_printf(p->arena, "&%s", x.text)) : x.text;
	p->origin_frame = caller->frame;
}

/* Parameter @n by the function's own prototype. */
static bool own_parameter(struct inq_path_text *p, const struct inq_frame_ctx *ctx, unsigned int n,
			  struct inq_cexpr *ret)
{
	const struct inq_symbol *sym = &ctx->fn->f.sym;
	const char *name = NULL;
	struct inq_type func;

	if (inq_path_is_helper(sym) ||
	    !p->e.c->env->func_type(p->e.c->env_ctx, sym->name, sym->module, &func) ||
	    !inq_type_func_param(func, n, &ret->type, &name) || !name || !*name)
		return false;
	ret->text = inq_path_str(p, inq_arena_strdup(p->arena, name));
	ret->typed = true;
	p->module_terms |= !p->quiet && sym->module;
	return true;
}

/* A void * has a name but says nothing of what is behind it: the caller may know. */
static bool says_something(struct inq_type t)
{
	return inq_type_kind(t) != INQ_TYPE_PTR || inq_type_size(inq_type_target(t));
}

bool inq_path_argument_is_named(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				const struct inq_value *v)
{
	int n = arg_number(p->e.c->arch, v->reg);
	struct inq_cexpr x = {0};

	return n >= 0 && own_parameter(p, ctx, (unsigned int)n, &x) && says_something(x.type);
}

struct inq_cexpr inq_path_argument(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				   const struct inq_value *v)
{
	const struct inq_arch *arch = p->e.c->arch;
	int n = arg_number(arch, v->reg);
	struct inq_cexpr x = {0}, outer = {0};
	struct inq_frame_ctx *caller;
	const struct inq_value *cv;
	bool own, sure;

	if (v->reg == arch->sp)
		return x;
	own = n >= 0 && own_parameter(p, ctx, (unsigned int)n, &x);
	if (own && says_something(x.type)) {
		note_origin(p, ctx, v);
		return x;
	}
	if (n >= 0 && inq_eval_caller_value(&p->e, ctx, v->reg, &caller, &cv, &sure))
		outer = inq_path_value(p, caller, cv);
	if (outer.text && strcmp(outer.text, "?") && (outer.typed || !own))
		return outer;
	if (own)
		return x;
	if (n >= 0)
		x.text = inq_path_str(p, inq_arena_printf(p->arena, "arg%d", n + 1));
	return x;
}

struct inq_cexpr inq_path_call(struct inq_path_text *p, const struct inq_value *v)
{
	const struct inq_callee *callee;
	struct inq_cexpr x = {0};
	struct inq_type func;

	if (!v->c)
		return x;
	callee = inq_code_callee(p->e.c, (uint64_t)v->c);
	if (!callee || !callee->is_start)
		return x;
	x.text = inq_path_str(p, inq_arena_printf(p->arena, "%s()", callee->name));
	if (!p->e.c->env->func_type(p->e.c->env_ctx, callee->name, callee->module, &func))
		return x;
	x.type = inq_type_target(func);
	x.typed = inq_type_known(x.type);
	return x;
}
