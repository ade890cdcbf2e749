// SPDX-License-Identifier: GPL-2.0-or-later
/* What small functions return, in terms of their arguments: accessors such as rq_lockp(). */
#include "code/state.h"

#include "util/banned.h"

enum { MAX_SIZE = 256, MAX_DEPTH = 12 };

const struct inq_value *inq_value_translate(const struct inq_state *s, const struct inq_value *v,
					    uint64_t site, unsigned int depth)
{
	struct inq_values *vals = s->vals;
	const struct inq_value *a, *b = NULL;

	if (depth > MAX_DEPTH)
		return NULL;
	switch (v->kind) {
	case INQ_VAL_CONST:
		return inq_node_const(vals, v->c);
	case INQ_VAL_PERCPU_BASE:
		return inq_node_percpu(vals);
	case INQ_VAL_ENTRY:
		return v->reg == vals->fn->code->arch->sp ? NULL : inq_state_reg(s, v->reg);
	case INQ_VAL_LOAD:
	case INQ_VAL_ADD:
	case INQ_VAL_SCALE:
	case INQ_VAL_BINOP:
		break;
	default:
		return NULL;
	}
	a = inq_value_translate(s, v->a, site, depth + 1);
	if (a && v->b)
		b = inq_value_translate(s, v->b, site, depth + 1);
	if (!a || (v->b && !b))
		return NULL;
	if (v->kind == INQ_VAL_LOAD)
		return inq_node_load(vals, a, v->size, site);
	if (v->kind == INQ_VAL_SCALE)
		return inq_node_scale(vals, a, v->c);
	if (v->kind == INQ_VAL_ADD)
		return b ? inq_node_add(vals, a, b) : inq_node_addc(vals, a, v->c);
	return b ? inq_node_binop(vals, v->op, a, b) : inq_node_binopc(vals, v->op, a, v->c);
}

/* What @fn returns on every way; NULL: it depends, or can't be said. */
static const struct inq_value *returned(struct inq_code_func *fn)
{
	const struct inq_function *f = &fn->f;
	const struct inq_value *v = NULL;
	struct inq_values *vals;
	struct inq_state s = {0};
	struct inq_error *err;

	err = inq_values_get(fn, &vals);
	if (err || !f->complete) {
		inq_error_destroy(err);
		return NULL;
	}
	for (unsigned int b = 0; b < vals->nr_in; b++) {
		const struct inq_block *blk = &f->blocks[b];
		const struct inq_value *r = NULL;

		if (blk->nr_succ)
			continue;
		if (f->insns[blk->first + blk->n - 1].op == INQ_OP_TRAP)
			continue;
		if (f->insns[blk->first + blk->n - 1].op == INQ_OP_RET &&
		    inq_values_block_state(vals, b, &s)) {
			for (unsigned int i = blk->first; i < blk->first + blk->n; i++)
				inq_state_step(&s, &f->insns[i]);
			r = inq_state_reg(&s, fn->code->arch->ret_reg);
		}
		if (!r || (v && v != r)) {
			v = NULL;
			break;
		}
		v = r;
	}
	inq_state_deinit(&s);
	return v;
}

const struct inq_value *inq_value_of_call(struct inq_code_func *fn, const struct inq_value *call)
{
	struct inq_code *c = fn->code;
	const struct inq_callee *callee;
	const struct inq_state *s;
	struct inq_code_func *to;
	struct inq_error *err;
	int insn;

	if (call->kind != INQ_VAL_CALL || !call->c)
		return NULL;
	callee = inq_code_callee(c, (uint64_t)call->c);
	if (!callee || !callee->is_start || callee->role != INQ_CALLEE_NORMAL || !callee->size ||
	    callee->size > MAX_SIZE)
		return NULL;
	err = inq_code_func(c, callee->start, &to);
	if (!err && !to->returns_known && to != fn) {
		to->returns_known = true;
		to->returns = returned(to);
	}
	insn = inq_function_insn_at(&fn->f, call->site);
	if (!err && to->returns && insn >= 0)
		err = inq_values_at(c, &fn->f, (unsigned int)insn, &s);
	if (err || !to->returns || insn < 0) {
		inq_error_destroy(err);
		return NULL;
	}
	return inq_value_translate(s, to->returns, call->site, 0);
}
