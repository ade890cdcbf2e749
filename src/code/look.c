// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/look.h"

#include "util/banned.h"

enum { MAX_SIZE = 512, MAX_PLACES = 8, MAX_DEPTH = 24 };

struct looking {
	struct inq_code_func *fn;
	struct inq_values *vals;
	struct inq_look places[MAX_PLACES];
	unsigned int n;
	bool more; /* it does more than look */
};

static void add_place(struct looking *l, const struct inq_value *addr, uint8_t size)
{
	for (unsigned int i = 0; i < l->n; i++)
		if (l->places[i].addr == addr)
			return;
	if (l->n == MAX_PLACES)
		l->more = true;
	else
		l->places[l->n++] = (struct inq_look){addr, size};
}

static bool is_harmless_call(const struct looking *l, const struct inq_insn *insn)
{
	const struct inq_callee *callee =
		insn->target ? inq_code_callee(l->fn->code, insn->target) : NULL;

	return callee && (callee->role == INQ_CALLEE_NOTHING || callee->role == INQ_CALLEE_RETURN);
}

static void look_at_operand(struct looking *l, const struct inq_state *st,
			    const struct inq_operand *op)
{
	const struct inq_value *addr;
	int64_t off;

	if (op->kind != INQ_OPERAND_MEM || op->mem.percpu)
		return;
	addr = inq_state_address(l->vals, st, &op->mem);
	if (inq_value_stack_offset(l->vals, addr, &off))
		return;
	l->more |= op->written;
	if (op->read)
		add_place(l, addr, op->size);
}

static void look_at_insn(struct looking *l, const struct inq_state *st, const struct inq_insn *insn)
{
	bool leaves = (insn->op == INQ_OP_JMP || insn->op == INQ_OP_JCC) &&
		      inq_function_insn_at(&l->fn->f, insn->target) < 0;

	if ((insn->op == INQ_OP_CALL || leaves) && !is_harmless_call(l, insn))
		l->more = true;
	if (insn->op == INQ_OP_STRING || insn->op == INQ_OP_TRAP)
		l->more = true;
	for (unsigned int i = 0; i < insn->nr_operands && insn->op != INQ_OP_LEA; i++)
		look_at_operand(l, st, &insn->operands[i]);
}

static bool look_at_block(struct looking *l, unsigned int b, struct inq_state *st)
{
	const struct inq_block *blk = &l->fn->f.blocks[b];

	for (unsigned int i = 0; i < blk->nr_succ; i++)
		l->more |= blk->succ[i] <= b;
	if (!inq_values_block_state(l->vals, b, st))
		return false;
	for (unsigned int i = blk->first; i < blk->first + blk->n && !l->more; i++) {
		look_at_insn(l, st, &l->fn->f.insns[i]);
		inq_state_step(st, &l->fn->f.insns[i]);
	}
	return !st->failed;
}

static bool reads(const struct inq_value *v, const struct inq_value *addr, unsigned int depth)
{
	if (!v || depth > MAX_DEPTH)
		return false;
	return (v->kind == INQ_VAL_LOAD && v->a == addr) || reads(v->a, addr, depth + 1) ||
	       reads(v->b, addr, depth + 1);
}

/* The one place that is no pointer on the way to another one. */
static bool last_place(const struct looking *l, struct inq_look *ret)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < l->n; i++) {
		bool on_the_way = false;

		for (unsigned int k = 0; k < l->n; k++)
			on_the_way |= reads(l->places[k].addr, l->places[i].addr, 0);
		if (on_the_way)
			continue;
		*ret = l->places[i];
		found++;
	}
	return found == 1;
}

bool inq_callee_looks(struct inq_code *c, const struct inq_callee *callee, struct inq_look *ret,
		      bool *ret_no_memory)
{
	struct looking l = {.more = false};
	struct inq_state st = {0};
	struct inq_look place;
	struct inq_error *err;
	bool ok = true;

	if (!callee->is_start || callee->role != INQ_CALLEE_NORMAL || callee->lock ||
	    !callee->size || callee->size > MAX_SIZE)
		return false;
	err = inq_code_func(c, callee->start, &l.fn);
	if (!err)
		err = inq_values_get(l.fn, &l.vals);
	if (!err && !l.fn->f.complete)
		l.more = true;
	for (unsigned int b = 0; !err && ok && !l.more && b < l.fn->f.nr_blocks; b++)
		ok = look_at_block(&l, b, &st);
	inq_state_deinit(&st);
	*ret_no_memory |= !ok || (err && err->code == INQ_ERR_NOMEM);
	ok &= !err && !l.more && last_place(&l, &place);
	inq_error_destroy(err);
	if (ok)
		*ret = place;
	return ok;
}
