// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Locks that no function takes: bits, sequence counters and lock words, by the instructions that
 * the inlined primitives leave behind.
 *
 *	lock bts $3, (word)	a try; the carry is what the bit was: bit_spin_lock()
 *	lock andb $~8, (byte)	its release; also btr, a zero that is stored
 *	add $1, (sequence)	write_seqcount_begin(), and _end() likewise
 *	lock cmpxchg, xchg	tries for a word that is zero
 */
#include "code/lockset.h"

#include "util/banned.h"

enum { SEQUENCE_BYTES = 4 };

static const struct inq_lock_watch *watched(const struct inq_code *c, enum inq_lock_kind kind)
{
	for (unsigned int i = 0; i < c->nr_watches; i++)
		if (c->watches[i].kind == kind)
			return &c->watches[i];
	return NULL;
}

static const struct inq_lock_watch *watched_bit(const struct inq_code *c, unsigned int bit)
{
	for (unsigned int i = 0; i < c->nr_watches; i++)
		if (c->watches[i].kind == INQ_LOCK_BIT_SPINLOCK && c->watches[i].bit == bit % 8)
			return &c->watches[i];
	return NULL;
}

bool inq_locks_watch(struct inq_code *c, const struct inq_lock_watch *w)
{
	for (unsigned int i = 0; i < c->nr_watches; i++) {
		const struct inq_lock_watch *o = &c->watches[i];

		if (o->kind == w->kind && o->bit == w->bit && o->set == w->set)
			return true;
	}
	if (c->nr_watches == INQ_LOCK_WATCHES_MAX)
		return false;
	c->watches[c->nr_watches++] = *w;
	return true;
}

static bool is_shared_memory(const struct inq_operand *op)
{
	return op->kind == INQ_OPERAND_MEM && !op->mem.percpu && !op->mem.other_seg;
}

static bool is_step(const struct inq_insn *insn)
{
	const struct inq_operand *dst = &insn->operands[0], *src = &insn->operands[1];

	if (dst->size != SEQUENCE_BYTES)
		return false;
	if (insn->op == INQ_OP_MOV)
		return src->kind == INQ_OPERAND_REG;
	return insn->op == INQ_OP_ADD && src->kind == INQ_OPERAND_IMM && src->imm == 1;
}

bool inq_lock_word_like(const struct inq_code *c, const struct inq_insn *insn)
{
	if (!c->nr_watches || insn->nr_operands < 2 || !is_shared_memory(&insn->operands[0]) ||
	    !insn->operands[0].written)
		return false;
	if (watched(c, INQ_LOCK_SEQCOUNT) && is_step(insn))
		return true;
	switch (insn->op) {
	case INQ_OP_BIT_SET:
	case INQ_OP_BIT_CLEAR:
	case INQ_OP_AND:
	case INQ_OP_OR:
		return watched(c, INQ_LOCK_BIT_SPINLOCK);
	case INQ_OP_XCHG:
	case INQ_OP_CMPXCHG:
		return watched(c, INQ_LOCK_WORD);
	case INQ_OP_MOV:
		return insn->operands[1].kind == INQ_OPERAND_IMM &&
		       (watched(c, INQ_LOCK_WORD) || watched(c, INQ_LOCK_BIT_SPINLOCK));
	default:
		return false;
	}
}

/* The number of the only bit of @mask; false: there are none, or several. */
static bool only_bit(uint64_t mask, unsigned int *ret)
{
	if (!mask || mask & (mask - 1))
		return false;
	*ret = (unsigned int)__builtin_ctzll(mask);
	return true;
}

static uint64_t ones(unsigned int size)
{
	return size >= 8 ? UINT64_MAX : (UINT64_C(1) << size * 8) - 1;
}

/* The one bit of memory that @insn sets or clears. */
static bool bit_of(const struct inq_insn *insn, const struct inq_value *v, unsigned int *ret)
{
	unsigned int size = insn->operands[0].size;

	if (v->kind != INQ_VAL_CONST)
		return false;
	switch (insn->op) {
	case INQ_OP_OR:
		return only_bit((uint64_t)v->c & ones(size), ret);
	case INQ_OP_AND:
		return only_bit(~(uint64_t)v->c & ones(size), ret);
	default:
		*ret = (unsigned int)v->c;
		return v->c >= 0 && v->c < size * 8;
	}
}

static bool bit_event(const struct inq_code *c, struct inq_state *st, const struct inq_insn *insn,
		      const struct inq_value *addr, struct inq_lock_event *ret)
{
	const struct inq_value *v = inq_state_operand(st, insn, &insn->operands[1]);
	const struct inq_lock_watch *w;
	unsigned int bit;

	if (!bit_of(insn, v, &bit) || !(w = watched_bit(c, bit)))
		return false;
	*ret = (struct inq_lock_event){.kind = INQ_LOCK_BIT_SPINLOCK,
				       .expr = inq_node_addc(st->vals, addr, bit / 8)};
	if (insn->op == INQ_OP_AND || insn->op == INQ_OP_BIT_CLEAR)
		ret->what = INQ_LE_RELEASE;
	else if (w->set)
		ret->what = INQ_LE_ACQUIRE;
	else
		ret->what = INQ_LE_TRY_INT;
	return w->set || (insn->op != INQ_OP_OR && (insn->op != INQ_OP_BIT_SET || insn->atomic));
}

/* @v without what cuts it to the low part. */
static const struct inq_value *uncut(const struct inq_value *v)
{
	return v->kind == INQ_VAL_BINOP && v->op == INQ_OP_AND && !v->b && (v->c & 0xff) == 0xff
		       ? v->a
		       : v;
}

/* Whether @v is one more than what is read from @addr. */
static bool is_next_of(const struct inq_value *v, const struct inq_value *addr)
{
	v = uncut(v);
	return v->kind == INQ_VAL_ADD && !v->b && v->c == 1 && uncut(v->a)->kind == INQ_VAL_LOAD &&
	       uncut(v->a)->a == addr;
}

bool inq_lock_word_event(const struct inq_code *c, struct inq_state *st,
			 const struct inq_insn *insn, struct inq_lock_event *ret)
{
	const struct inq_value *addr, *v;
	int64_t off;

	if (!inq_lock_word_like(c, insn))
		return false;
	addr = inq_state_address(st->vals, st, &insn->operands[0].mem);
	if (inq_value_stack_offset(st->vals, addr, &off))
		return false;
	*ret = (struct inq_lock_event){.expr = addr};
	switch (insn->op) {
	case INQ_OP_ADD:
		ret->kind = INQ_LOCK_SEQCOUNT;
		ret->what = INQ_LE_STEP;
		return true;
	case INQ_OP_CMPXCHG:
	case INQ_OP_XCHG:
		ret->kind = INQ_LOCK_WORD;
		ret->what = insn->op == INQ_OP_XCHG ? INQ_LE_TRY_INT : INQ_LE_TRY;
		return true;
	case INQ_OP_MOV:
		v = inq_state_operand(st, insn, &insn->operands[1]);
		ret->what = INQ_LE_STORE0;
		if (v->kind == INQ_VAL_CONST)
			return !v->c;
		ret->kind = INQ_LOCK_SEQCOUNT;
		ret->what = INQ_LE_STEP;
		return is_step(insn) && is_next_of(v, addr);
	default:
		return bit_event(c, st, insn, addr, ret);
	}
}

/* The instruction that left @v in a register; NULL: none that we know. */
static const struct inq_insn *left_by(const struct inq_function *f, const struct inq_value *v)
{
	int insn = v->kind == INQ_VAL_CLOBBER && v->site ? inq_function_insn_at(f, v->site) : -1;

	return insn < 0 ? NULL : &f->insns[insn];
}

/* By the flags: the carry is the bit that was, equal is what a cmpxchg has swapped. */
static bool flags_tell(const struct inq_insn *test, const struct inq_insn *jcc, bool *ret_zero)
{
	bool carry = jcc->cond == INQ_COND_CARRY || jcc->cond == INQ_COND_NO_CARRY;
	bool equal = jcc->cond == INQ_COND_EQ || jcc->cond == INQ_COND_NE;

	*ret_zero = jcc->cond == INQ_COND_NO_CARRY || jcc->cond == INQ_COND_NE;
	return test->op == INQ_OP_CMPXCHG ? equal : test->op == INQ_OP_BIT_SET && carry;
}

bool inq_lock_word_branch(struct inq_state *st, const struct inq_function *f,
			  const struct inq_insn *test, const struct inq_insn *jcc,
			  const struct inq_value **ret, bool *ret_zero)
{
	const struct inq_code *c = st->vals->fn->code;
	const struct inq_insn *from;

	if (inq_lock_word_like(c, test) && flags_tell(test, jcc, ret_zero)) {
		*ret = inq_node_call(st->vals, test->addr, 0);
		return true;
	}
	if (!c->nr_watches || test->nr_operands != 2 || test->operands[0].kind != INQ_OPERAND_REG ||
	    (jcc->cond != INQ_COND_EQ && jcc->cond != INQ_COND_NE))
		return false;
	from = left_by(f, uncut(inq_state_operand(st, test, &test->operands[0])));
	if (!from || !inq_lock_word_like(c, from) ||
	    (from->op != INQ_OP_XCHG && from->op != INQ_OP_CMPXCHG))
		return false;
	/* it was zero: then xchg has taken it, and so has a cmpxchg that expected just that */
	*ret = inq_node_call(st->vals, from->addr, 0);
	*ret_zero = (jcc->cond == INQ_COND_EQ) == (from->op == INQ_OP_XCHG);
	return test->op == INQ_OP_TEST || (test->op == INQ_OP_CMP && !test->operands[1].imm);
}
