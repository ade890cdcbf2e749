// SPDX-License-Identifier: GPL-2.0-or-later
/* The code understander's context: functions by address, and what callees are. */
#include "code/code.h"

#include <stdlib.h>
#include <string.h>

#include "code/state.h"

#include "util/banned.h"

enum { MAX_FUNCS = 4096 };

struct inq_error *inq_code_create_env(const struct inq_code_env *env, void *ctx,
				      const struct inq_arch *arch, struct inq_code **ret)
{
	struct inq_code *c = calloc(1, sizeof(*c));

	if (!c)
		return &inq_enomem;
	c->env = env;
	c->env_ctx = ctx;
	c->arch = arch;
	*ret = c;
	return NULL;
}

struct inq_error *inq_code_create(struct inq_kernel *k, const struct inq_arch *arch,
				  struct inq_code **ret)
{
	struct inq_error *err;
	void *ctx;

	err = inq_code_kernel_env_create(k, arch, &ctx);
	if (err)
		return err;
	err = inq_code_create_env(&inq_code_kernel_env, ctx, arch, ret);
	if (err) {
		inq_code_kernel_env_destroy(ctx);
		return err;
	}
	(*ret)->env_destroy = inq_code_kernel_env_destroy;
	return NULL;
}

static void func_destroy(struct inq_code_func *fn)
{
	if (!fn)
		return;
	inq_values_deinit(fn->values);
	inq_hashmap_deinit(&fn->lock_sets);
	inq_arena_deinit(&fn->arena);
	free(fn);
}

void inq_code_destroy(struct inq_code *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->funcs.n; i++)
		func_destroy(c->funcs.v[i]);
	inq_vec_deinit(&c->funcs);
	inq_vec_deinit(&c->scratch);
	inq_hashmap_deinit(&c->callees);
	inq_hashmap_deinit(&c->by_addr);
	inq_hashmap_deinit(&c->by_start);
	inq_hashmap_deinit(&c->pointees);
	inq_hashmap_deinit(&c->shapes);
	inq_arena_deinit(&c->arena);
	if (c->env_destroy)
		c->env_destroy(c->env_ctx);
	free(c);
}

/* The function whose .cold part @sym is: the one that its code jumps back to, or by name. */
static bool find_parent(struct inq_code *c, const struct inq_symbol *sym, struct inq_symbol *ret)
{
	const char *cold = strstr(sym->name, ".cold");
	unsigned char buf[512];
	size_t len = sym->size && sym->size < sizeof(buf) ? sym->size : sizeof(buf);
	size_t n, base = cold ? (size_t)(cold - sym->name) : 0;
	struct inq_insn insn;

	if (!cold || !c->env->try_read(c->env_ctx, sym->addr, buf, len))
		return false;
	for (size_t pos = 0; pos < len; pos += insn.len) {
		if (!c->arch->decode(buf + pos, len - pos, sym->addr + pos, &insn) || !insn.len)
			break;
		if ((insn.op != INQ_OP_JMP && insn.op != INQ_OP_JCC) || !insn.target ||
		    !c->env->symbol_at(c->env_ctx, insn.target, ret))
			continue;
		n = strlen(ret->name);
		if (n == base && !strncmp(ret->name, sym->name, n))
			return true;
	}
	return false;
}

/* The function's symbol at @addr; a .cold part belongs to its function. */
static struct inq_error *function_symbol(struct inq_code *c, uint64_t addr, struct inq_symbol *ret)
{
	struct inq_symbol parent, named;
	char *cold;

	if (!c->env->symbol_at(c->env_ctx, addr, ret))
		return inq_error_create(INQ_ERR_NOTFOUND, addr, "no function at this address");
	cold = strstr(ret->name, ".cold");
	if (!cold)
		return NULL;
	if (find_parent(c, ret, &parent)) {
		*ret = parent;
		return NULL;
	}
	named = *ret;
	*strstr(named.name, ".cold") = '\0';
	if (c->env->symbol_named(c->env_ctx, named.name, &parent) && parent.module == ret->module)
		*ret = parent;
	return NULL;
}

static struct inq_error *build(struct inq_code *c, const struct inq_symbol *sym,
			       struct inq_code_func **ret)
{
	struct inq_code_func *fn, **slot;
	struct inq_error *err;
	uint64_t known;

	if (inq_hashmap_get(&c->by_start, sym->addr, &known)) {
		*ret = (struct inq_code_func *)(uintptr_t)known;
		return NULL;
	}
	if (c->funcs.n >= MAX_FUNCS)
		return inq_error_create(INQ_ERR_NOTSUP, sym->addr, "too many functions");
	fn = calloc(1, sizeof(*fn));
	if (!fn)
		return &inq_enomem;
	fn->code = c;
	fn->f.sym = *sym;
	err = inq_function_build(fn);
	if (err) {
		func_destroy(fn);
		return err;
	}
	slot = inq_vec_push(&c->funcs);
	if (!slot) {
		func_destroy(fn);
		return &inq_enomem;
	}
	*slot = fn;
	if (!inq_hashmap_put(&c->by_start, sym->addr, (uintptr_t)fn))
		return &inq_enomem;
	*ret = fn;
	return NULL;
}

static bool covers(const struct inq_function *f, uint64_t addr)
{
	return inq_function_insn_at(f, addr) >= 0 || inq_function_insn_before(f, addr + 1) >= 0;
}

struct inq_error *inq_code_func(struct inq_code *c, uint64_t addr, struct inq_code_func **ret)
{
	struct inq_code_func *fn;
	struct inq_symbol sym;
	struct inq_error *err;
	uint64_t known;

	if (inq_hashmap_get(&c->by_addr, addr, &known)) {
		*ret = (struct inq_code_func *)(uintptr_t)known;
		return NULL;
	}
	err = function_symbol(c, addr, &sym);
	if (!err)
		err = build(c, &sym, &fn);
	if (err)
		return err;
	/* A .cold part that its function doesn't reach stands for itself. */
	if (addr - sym.addr >= sym.size && !covers(&fn->f, addr) &&
	    c->env->symbol_at(c->env_ctx, addr, &sym) && sym.addr != fn->f.sym.addr) {
		err = build(c, &sym, &fn);
		if (err)
			return err;
	}
	if (!inq_hashmap_put(&c->by_addr, addr, (uintptr_t)fn))
		return &inq_enomem;
	*ret = fn;
	return NULL;
}

struct inq_error *inq_code_function(struct inq_code *c, uint64_t addr,
				    const struct inq_function **ret)
{
	struct inq_code_func *fn;
	struct inq_error *err = inq_code_func(c, addr, &fn);

	if (!err)
		*ret = &fn->f;
	return err;
}
