// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What code is going to signal: the calls of complete() and the like that lie before it, and
 * whether their first argument is the very object that somebody waits for.
 */
#include "code/signals.h"

#include <stdlib.h>

#include "code/state.h"
#include "kernel/symtab.h"
#include "util/cleanup.h"

#include "util/banned.h"

/* Calls within the module that are followed, and functions that are looked through for one
 * question. */
enum { DEPTH_MAX = 2, EXPRS_MAX = 16 };

/* First arguments of the signalling calls of one function, in its own terms. */
struct exprs {
	const struct inq_value *v[EXPRS_MAX];
	uint64_t site[EXPRS_MAX];
	unsigned int n;
};

static bool is_one_of(const struct inq_callee *callee, const char *const *names)
{
	for (size_t i = 0; !callee->module && callee->is_start && names[i]; i++) {
		if (inq_symbol_is(callee->name, names[i]))
			return true;
	}
	return false;
}

/* Mark the blocks that can be reached from block @b, over its end. */
static void mark(const struct inq_function *f, unsigned int b, bool *seen, unsigned int *todo)
{
	unsigned int n = 0;

	todo[n++] = b;
	while (n) {
		const struct inq_block *blk = &f->blocks[todo[--n]];

		for (unsigned int i = 0; i < blk->nr_succ; i++) {
			if (blk->succ[i] < f->nr_blocks && !seen[blk->succ[i]]) {
				seen[blk->succ[i]] = true;
				todo[n++] = blk->succ[i];
			}
		}
	}
}

static void collect(struct inq_code_func *fn, unsigned int depth, const char *const *names,
		    const bool *blocks, unsigned int from, struct exprs *ret);

/* Add the first arguments of the callee's calls, in the terms of @fn at its call @insn. */
static void collect_inside(struct inq_code_func *fn, unsigned int insn,
			   const struct inq_callee *callee, unsigned int depth,
			   const char *const *names, struct exprs *ret)
{
	cleanup_error struct inq_error *err = NULL;
	const struct inq_state *st;
	struct inq_code_func *to;
	struct exprs inside = {0};

	if (depth >= DEPTH_MAX || !callee->module || callee->module != fn->f.sym.module ||
	    !callee->is_start || callee->start == fn->f.sym.addr)
		return;
	err = inq_code_func(fn->code, callee->start, &to);
	if (err)
		return;
	collect(to, depth + 1, names, NULL, 0, &inside);
	if (inside.n)
		err = inq_values_at(fn->code, &fn->f, insn, &st);
	for (unsigned int i = 0; !err && i < inside.n && ret->n < EXPRS_MAX; i++) {
		const struct inq_value *v =
			inq_value_translate(st, inside.v[i], fn->f.insns[insn].addr, 0);

		if (!v)
			continue;
		ret->v[ret->n] = v;
		ret->site[ret->n++] = inside.site[i];
	}
}

static void look_at(struct inq_code_func *fn, unsigned int insn, unsigned int depth,
		    const char *const *names, struct exprs *ret)
{
	uint64_t target = inq_function_call_target(&fn->f, &fn->f.insns[insn]);
	const struct inq_callee *callee = target ? inq_code_callee(fn->code, target) : NULL;
	cleanup_error struct inq_error *err = NULL;
	const struct inq_state *st;

	if (!callee || ret->n == EXPRS_MAX)
		return;
	if (!is_one_of(callee, names)) {
		collect_inside(fn, insn, callee, depth, names, ret);
		return;
	}
	err = inq_values_at(fn->code, &fn->f, insn, &st);
	if (err)
		return;
	ret->v[ret->n] = inq_state_reg(st, fn->code->arch->arg_regs[0]);
	ret->site[ret->n++] = fn->f.insns[insn].addr;
}

/* The calls in the marked blocks (@blocks NULL: in all), and in @from's block behind @from. */
static void collect(struct inq_code_func *fn, unsigned int depth, const char *const *names,
		    const bool *blocks, unsigned int from, struct exprs *ret)
{
	for (unsigned int b = 0; b < fn->f.nr_blocks; b++) {
		const struct inq_block *blk = &fn->f.blocks[b];
		unsigned int end = blk->first + blk->n;

		if (!blk->reachable)
			continue;
		for (unsigned int i = blk->first; i < end; i++)
			if (!blocks || blocks[b] || (i > from && from >= blk->first && from < end))
				look_at(fn, i, depth, names, ret);
	}
}

static bool names_object(struct inq_code *c, const struct inq_ustack *s, size_t frame,
			 const struct exprs *x, uint64_t object, uint64_t *ret_site)
{
	for (unsigned int i = 0; i < x->n; i++) {
		enum inq_certainty how;
		uint64_t addr;

		if (inq_frame_eval(c, s, frame, 0, x->v[i], &addr, &how) && addr == object) {
			*ret_site = x->site[i];
			return true;
		}
	}
	return false;
}

bool inq_frame_signals(struct inq_code *c, const struct inq_ustack *s, size_t frame,
		       const char *const *names, uint64_t object, uint64_t *ret_site)
{
	const struct inq_uframe *fr = inq_ustack_frame(s, frame);
	cleanup_error struct inq_error *err = NULL;
	cleanup_free bool *blocks = NULL;
	cleanup_free unsigned int *todo = NULL;
	struct inq_code_func *fn;
	struct exprs x = {0};
	int insn;

	if (!fr || fr->exact_ip || !fr->ip)
		return false;
	err = inq_code_func(c, fr->ip - 1, &fn);
	insn = err ? -1 : inq_function_insn_before(&fn->f, fr->ip);
	if (insn < 0)
		return false;
	blocks = calloc(fn->f.nr_blocks, sizeof(*blocks));
	todo = calloc(fn->f.nr_blocks + 1, sizeof(*todo));
	if (!blocks || !todo)
		return false;
	mark(&fn->f, inq_function_block_of(&fn->f, (unsigned int)insn), blocks, todo);
	collect(fn, 0, names, blocks, (unsigned int)insn, &x);
	return names_object(c, s, frame, &x, object, ret_site);
}

bool inq_function_signals(struct inq_code *c, uint64_t func, uint64_t arg, const char *const *names,
			  uint64_t object, uint64_t *ret_site)
{
	struct inq_uframe frame = {.ip = func, .exact_ip = true};
	struct inq_ustack s = {.v = &frame, .n = 1, .max = 1};
	cleanup_error struct inq_error *err = NULL;
	struct inq_code_func *fn;
	struct exprs x = {0};

	err = inq_code_func(c, func, &fn);
	if (err || fn->f.sym.addr != func)
		return false;
	frame.regs.ip = func;
	inq_regs_set(&frame.regs, fn->code->arch->arg_regs[0], arg);
	collect(fn, 0, names, NULL, 0, &x);
	return names_object(c, &s, 0, &x, object, ret_site);
}
