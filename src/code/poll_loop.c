// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/poll_loop.h"

#include <stdlib.h>
#include <string.h>

#include "code/look.h"
#include "code/loop.h"
#include "code/state.h"

#include "util/banned.h"

enum { MAX_DEPTH = 24, SEQUENCE_BYTES = 4, LOOPS_MAX = 4 };

/* An instruction of the loop that reads memory. */
struct reading {
	const struct inq_value *addr;
	uint64_t site;
	uint8_t size;
};

struct poll {
	struct inq_code_func *fn;
	const struct inq_function *f;
	struct inq_values *vals;
	bool *body; /* per block: it lies in the loop */
	inq_vec(struct reading) readings;
	struct inq_polled_word word;
	uint64_t mask;	/* bits that a way out depends on; 0: the whole word */
	bool until_set; /* it is left when they are set */
	bool compares;	/* a way out compares two readings of the word */
	bool no_memory;
	bool failed;		     /* not such a loop */
	const struct inq_value *phi; /* whose ways are looked at */
};

static void fail(struct poll *p)
{
	p->failed = true;
}

/* The loop depends on @size bytes at @addr, as the instruction at @site finds them. */
static void depend_on(struct poll *p, const struct inq_value *addr, uint8_t size, uint64_t site)
{
	struct inq_polled_word *w = &p->word;

	if (inq_loop_makes(p->f, p->body, addr) || (w->expr && w->expr != addr)) {
		fail(p);
		return;
	}
	w->expr = addr;
	w->size = size;
	w->site = site;
}

static const struct inq_insn *insn_at(const struct poll *p, uint64_t site)
{
	int insn = inq_function_insn_at(p->f, site);

	return insn < 0 ? NULL : &p->f->insns[insn];
}

/* What a try left in a register was the word's. */
static void depend_on_try(struct poll *p, uint64_t site)
{
	const struct inq_insn *insn = insn_at(p, site);
	const struct inq_state *st;
	struct inq_error *err;

	if (!insn || (insn->op != INQ_OP_XCHG && insn->op != INQ_OP_CMPXCHG) ||
	    !insn->nr_operands || insn->operands[0].kind != INQ_OPERAND_MEM) {
		fail(p);
		return;
	}
	err = inq_values_at(p->fn->code, p->f, (unsigned int)(insn - p->f->insns), &st);
	if (err)
		fail(p);
	else
		depend_on(p, inq_state_address(p->vals, st, &insn->operands[0].mem),
			  insn->operands[0].size, site);
	inq_error_destroy(err);
}

/* What the call @v returned may be what it has looked at. */
static void depend_on_look(struct poll *p, const struct inq_value *v)
{
	struct inq_code *c = p->fn->code;
	const struct inq_callee *callee = v->c ? inq_code_callee(c, (uint64_t)v->c) : NULL;
	const struct inq_insn *insn = insn_at(p, v->site);
	const struct inq_value *addr = NULL;
	const struct inq_state *st;
	struct inq_error *err = NULL;
	struct inq_look look;

	if (insn && callee && inq_callee_looks(c, callee, &look, &p->no_memory)) {
		err = inq_values_at(c, p->f, (unsigned int)(insn - p->f->insns), &st);
		if (!err)
			addr = inq_value_translate(st, look.addr, v->site, 0);
	}
	inq_error_destroy(err);
	if (addr)
		depend_on(p, addr, look.size, v->site);
	else
		fail(p);
}

/* What is read from one place has one name, wherever that is done. */
static void scan_load(struct poll *p, const struct inq_value *v)
{
	for (size_t i = 0; i < p->readings.n; i++) {
		const struct reading *r = &p->readings.v[i];

		if (r->addr == v->a) {
			depend_on(p, r->addr, r->size, r->site);
			return;
		}
	}
	if (inq_loop_makes(p->f, p->body, v->a))
		fail(p);
}

static void scan(struct poll *p, const struct inq_value *v, unsigned int depth);

/* What a loop's head calls by one name may be read before the first turn and in each one. */
static void scan_phi(struct poll *p, const struct inq_value *v, unsigned int depth)
{
	const struct inq_value *outer = p->phi;

	/* a value that is made of the last turn's: a counter */
	if (p->phi == v || !v->nr_phi) {
		fail(p);
		return;
	}
	p->phi = v;
	for (unsigned int i = 0; i < v->nr_phi && !p->failed; i++)
		if (v->phi[i] != v)
			scan(p, v->phi[i], depth + 1);
	p->phi = outer;
}

/* All that @v is made of anew in each turn must be the word. */
static void scan(struct poll *p, const struct inq_value *v, unsigned int depth)
{
	if (!v || p->failed)
		return;
	if (depth > MAX_DEPTH) {
		fail(p);
		return;
	}
	switch (v->kind) {
	case INQ_VAL_LOAD:
		scan_load(p, v);
		return;
	case INQ_VAL_PHI:
		if ((uint64_t)v->c >= p->f->nr_blocks)
			fail(p);
		else if (p->body[v->c])
			scan_phi(p, v, depth);
		return;
	case INQ_VAL_CLOBBER:
		if (inq_loop_has(p->f, p->body, v->site))
			depend_on_try(p, v->site);
		return;
	case INQ_VAL_CALL:
		if (inq_loop_has(p->f, p->body, v->site))
			depend_on_look(p, v);
		return;
	default:
		scan(p, v->a, depth + 1);
		scan(p, v->b, depth + 1);
		return;
	}
}

/* The load behind what masks and cuts it. */
static const struct inq_value *bare(const struct inq_value *v, uint64_t *mask)
{
	while (v->kind == INQ_VAL_BINOP && v->op == INQ_OP_AND && !v->b) {
		*mask &= (uint64_t)v->c;
		v = v->a;
	}
	return v;
}

static bool is_reading(const struct poll *p, const struct inq_value *v)
{
	uint64_t mask = UINT64_MAX;

	v = bare(v, &mask);
	if (v->kind == INQ_VAL_PHI && v->nr_phi)
		v = v->phi[0];
	return v->kind == INQ_VAL_LOAD && p->word.expr && v->a == p->word.expr;
}

/* What the comparison before a way out, taken on @set, says of the word's bits. */
static void note_mask(struct poll *p, const struct inq_value *a, const struct inq_value *b,
		      bool is_test, bool nonzero_leaves)
{
	uint64_t mask = UINT64_MAX;
	const struct inq_value *v = bare(a, &mask);

	if (is_test && b->kind == INQ_VAL_CONST)
		mask &= (uint64_t)b->c;
	else if (!is_test && !(b->kind == INQ_VAL_CONST && !b->c))
		mask = 0;
	if (v->kind != INQ_VAL_LOAD && v->kind != INQ_VAL_PHI)
		mask = 0;
	if (p->word.size && p->word.size < 8)
		mask &= (UINT64_C(1) << p->word.size * 8) - 1;
	p->mask = mask;
	p->until_set |= nonzero_leaves;
}

static bool sets_flags(const struct inq_insn *insn)
{
	return insn->op != INQ_OP_NOP && insn->op != INQ_OP_MOV && insn->op != INQ_OP_MOVSX &&
	       insn->op != INQ_OP_LEA && insn->op != INQ_OP_JCC && insn->op != INQ_OP_PUSH &&
	       insn->op != INQ_OP_POP;
}

static void bit_way_out(struct poll *p, struct inq_state *st, const struct inq_insn *test,
			bool carry_leaves)
{
	const struct inq_value *v = inq_state_operand(st, test, &test->operands[1]);
	const struct inq_operand *op = &test->operands[0];

	if (op->kind == INQ_OPERAND_MEM)
		depend_on(p, inq_state_address(p->vals, st, &op->mem), op->size, test->addr);
	else
		scan(p, inq_state_operand(st, test, op), 0);
	if (v->kind == INQ_VAL_CONST && v->c >= 0 && v->c < 64)
		p->mask = UINT64_C(1) << v->c;
	p->until_set |= carry_leaves;
}

/* A way out of the loop by the branch @jcc behind @test. */
static void way_out(struct poll *p, struct inq_state *st, const struct inq_insn *test,
		    const struct inq_insn *jcc, bool taken_leaves)
{
	const struct inq_value *a, *b;
	bool is_test = test->op == INQ_OP_TEST || test->op == INQ_OP_AND;

	if (test->op == INQ_OP_BIT_TEST || test->op == INQ_OP_BIT_SET) {
		bit_way_out(p, st, test, (jcc->cond == INQ_COND_CARRY) == taken_leaves);
		return;
	}
	if (test->op == INQ_OP_CMPXCHG && test->operands[0].kind == INQ_OPERAND_MEM) {
		depend_on(p, inq_state_address(p->vals, st, &test->operands[0].mem),
			  test->operands[0].size, test->addr);
		return;
	}
	if ((!is_test && test->op != INQ_OP_CMP && test->op != INQ_OP_SUB) ||
	    test->nr_operands != 2) {
		fail(p);
		return;
	}
	a = inq_state_operand(st, test, &test->operands[0]);
	b = inq_state_operand(st, test, &test->operands[1]);
	scan(p, a, 0);
	scan(p, b, 0);
	if (p->failed)
		return;
	p->compares |= !is_test && is_reading(p, a) && is_reading(p, b);
	note_mask(p, a, b, is_test, (jcc->cond == INQ_COND_NE) == taken_leaves);
}

/* Look at how block @b leaves the loop, if it does. */
static void look_at_exit(struct poll *p, unsigned int b, struct inq_state *st)
{
	const struct inq_block *blk = &p->f->blocks[b];
	unsigned int last = blk->first + blk->n - 1, test = last;
	const struct inq_insn *jcc = &p->f->insns[last];
	int out = -1;

	for (unsigned int i = 0; i < blk->nr_succ; i++)
		if (!p->body[blk->succ[i]])
			out = (int)i;
	if (out < 0 && blk->nr_succ)
		return;
	if (jcc->op != INQ_OP_JCC || blk->nr_succ != 2) {
		fail(p);
		return;
	}
	while (test > blk->first && !sets_flags(&p->f->insns[test]))
		test--;
	if (!inq_values_block_state(p->vals, b, st)) {
		fail(p);
		return;
	}
	for (unsigned int i = blk->first; i < test; i++)
		inq_state_step(st, &p->f->insns[i]);
	way_out(p, st, &p->f->insns[test], jcc,
		p->f->insns[p->f->blocks[blk->succ[out]].first].addr == jcc->target);
}

static bool note_readings(struct poll *p, unsigned int b, struct inq_state *st)
{
	const struct inq_block *blk = &p->f->blocks[b];

	if (!inq_values_block_state(p->vals, b, st))
		return false;
	for (unsigned int i = blk->first; i < blk->first + blk->n; i++) {
		const struct inq_insn *insn = &p->f->insns[i];

		for (unsigned int k = 0; k < insn->nr_operands; k++) {
			const struct inq_operand *op = &insn->operands[k];
			struct reading *r;

			if (op->kind != INQ_OPERAND_MEM || !op->read)
				continue;
			r = inq_vec_push(&p->readings);
			if (!r)
				return false;
			*r = (struct reading){inq_state_address(p->vals, st, &op->mem), insn->addr,
					      op->size};
		}
		inq_state_step(st, insn);
	}
	return true;
}

/* Functions that only let time pass, or others run. */
static bool is_pause(struct inq_code *c, uint64_t target)
{
	static const char *const names[] = {
		"__SCT__cond_resched",
		"__SCT__might_resched",
		"__SCT__preempt_schedule",
		"__SCT__preempt_schedule_notrace",
		"__cond_resched",
		"__const_udelay",
		"__delay",
		"__ndelay",
		"__udelay",
		"_cond_resched",
		"cond_resched",
		"msleep",
		"preempt_schedule",
		"preempt_schedule_notrace",
		"preempt_schedule_thunk",
		"preempt_schedule_notrace_thunk",
		"schedule",
		"schedule_timeout_uninterruptible",
		"touch_softlockup_watchdog",
		"usleep_range",
		"usleep_range_state",
		"yield",
	};
	const struct inq_callee *callee = target ? inq_code_callee(c, target) : NULL;

	if (!callee || callee->module)
		return false;
	if (callee->role == INQ_CALLEE_NOTHING)
		return true;
	for (size_t i = 0; i < array_size(names); i++)
		if (strcmp(callee->name, names[i]) == 0)
			return true;
	return false;
}

static bool only_looks(struct poll *p, uint64_t target)
{
	struct inq_code *c = p->fn->code;
	const struct inq_callee *callee = target ? inq_code_callee(c, target) : NULL;
	struct inq_look look;

	return callee && inq_callee_looks(c, callee, &look, &p->no_memory);
}

/* Whether @insn changes nothing that others, or the loop's next turn, look at. */
static bool is_idle(struct poll *p, struct inq_state *st, const struct inq_insn *insn)
{
	const struct inq_operand *dst = &insn->operands[0];
	const struct inq_value *addr;
	int64_t off;

	if (insn->op == INQ_OP_CALL)
		return is_pause(p->fn->code, insn->target) || only_looks(p, insn->target);
	if (insn->op == INQ_OP_STI || insn->op == INQ_OP_CLI || insn->op == INQ_OP_PUSH ||
	    !insn->writes_mem)
		return true;
	if (insn->op == INQ_OP_STRING || dst->kind != INQ_OPERAND_MEM)
		return false;
	if (dst->mem.percpu)
		return true;
	addr = inq_state_address(p->vals, st, &dst->mem);
	return inq_value_stack_offset(p->vals, addr, &off) ||
	       (insn->atomic && addr == p->word.expr);
}

static bool is_idle_block(struct poll *p, unsigned int b, struct inq_state *st)
{
	const struct inq_block *blk = &p->f->blocks[b];
	bool idle = inq_values_block_state(p->vals, b, st);

	for (unsigned int i = blk->first; idle && i < blk->first + blk->n; i++) {
		idle = is_idle(p, st, &p->f->insns[i]);
		inq_state_step(st, &p->f->insns[i]);
	}
	return idle;
}

/* A way out that does nothing but come back is none: that of `continue`. */
static void take_in_detours(struct poll *p, struct inq_state *st)
{
	for (unsigned int b = 0; b < p->f->nr_blocks; b++) {
		const struct inq_block *blk = &p->f->blocks[b];

		for (unsigned int i = 0; p->body[b] && i < blk->nr_succ; i++) {
			const struct inq_block *next = &p->f->blocks[blk->succ[i]];

			if (!p->body[blk->succ[i]] && next->nr_succ == 1 &&
			    p->body[next->succ[0]] && is_idle_block(p, blk->succ[i], st))
				p->body[blk->succ[i]] = true;
		}
	}
}

/* ---- what kind of word it is ---------------------------------------------- */

/* What the whole function does with the word. */
struct uses {
	bool sets_bit, swaps, compares;
	unsigned int readings;
};

static void note_use(struct poll *p, struct inq_state *st, const struct inq_insn *insn,
		     struct uses *u)
{
	unsigned int bit = p->mask ? (unsigned int)__builtin_ctzll(p->mask) : 0;
	const struct inq_value *v;

	u->compares |= insn->op == INQ_OP_CMP && insn->nr_operands == 2 &&
		       is_reading(p, inq_state_operand(st, insn, &insn->operands[0])) &&
		       is_reading(p, inq_state_operand(st, insn, &insn->operands[1]));
	for (unsigned int i = 0; i < insn->nr_operands; i++) {
		const struct inq_operand *op = &insn->operands[i];

		if (op->kind != INQ_OPERAND_MEM || op->mem.percpu ||
		    inq_state_address(p->vals, st, &op->mem) != p->word.expr)
			continue;
		v = insn->nr_operands > 1 ? inq_state_operand(st, insn, &insn->operands[1]) : NULL;
		u->readings += op->read && !op->written;
		u->swaps |= insn->op == INQ_OP_CMPXCHG || insn->op == INQ_OP_XCHG;
		u->sets_bit |= insn->op == INQ_OP_BIT_SET && insn->atomic &&
			       v->kind == INQ_VAL_CONST && v->c == bit;
	}
}

static bool collect_uses(struct poll *p, struct inq_state *st, struct uses *u)
{
	for (unsigned int b = 0; b < p->f->nr_blocks; b++) {
		const struct inq_block *blk = &p->f->blocks[b];

		if (!blk->reachable)
			continue;
		if (!inq_values_block_state(p->vals, b, st))
			return false;
		for (unsigned int i = blk->first; i < blk->first + blk->n; i++) {
			note_use(p, st, &p->f->insns[i], u);
			inq_state_step(st, &p->f->insns[i]);
		}
	}
	return true;
}

static bool is_one_bit(uint64_t mask)
{
	return mask && !(mask & (mask - 1));
}

/*
 * A bit that its own function sets when it finds it clear is a lock; one that is only looked at may
 * be one.  A reader of a sequence counter waits for an even one, and then reads it once more.
 */
static void find_kind(struct poll *p, struct inq_state *st)
{
	struct inq_polled_word *w = &p->word;
	struct uses u = {0};

	if (!collect_uses(p, st, &u))
		return;
	w->tries = is_one_bit(p->mask) && u.sets_bit;
	if (w->size == SEQUENCE_BYTES && !u.swaps && !w->tries && u.readings > 1 && !p->until_set &&
	    (p->compares || p->mask == 1)) {
		w->kind = INQ_LOCK_SEQCOUNT;
		w->guess = !u.compares;
	} else if (is_one_bit(p->mask) && (w->tries || !p->until_set)) {
		unsigned int bit = (unsigned int)__builtin_ctzll(p->mask);

		w->kind = INQ_LOCK_BIT_SPINLOCK;
		w->expr = inq_node_addc(p->vals, w->expr, bit / 8);
		w->bit = bit % 8;
		w->guess = !w->tries;
	} else if (u.swaps) {
		w->kind = INQ_LOCK_WORD;
	}
}

/* Look at the loop of @p->body. */
static bool look_at_loop(struct poll *p, struct inq_state *st)
{
	bool no_memory = false;

	take_in_detours(p, st);
	for (unsigned int b = 0; b < p->f->nr_blocks && !no_memory; b++)
		if (p->body[b])
			no_memory |= !note_readings(p, b, st);
	for (unsigned int b = 0; b < p->f->nr_blocks && !p->failed; b++)
		if (p->body[b])
			look_at_exit(p, b, st);
	p->failed |= !p->word.expr;
	for (unsigned int b = 0; b < p->f->nr_blocks && !p->failed; b++)
		p->failed |= p->body[b] && !is_idle_block(p, b, st);
	if (!p->failed)
		find_kind(p, st);
	inq_vec_deinit(&p->readings);
	return !no_memory && !st->failed && !p->no_memory;
}

/*
 * Several loops may be around the instruction, and begin at the same place: that which waits for
 * something like a lock tells most.
 */
static struct inq_error *look_at(const struct poll *init, unsigned int insn,
				 struct inq_polled_word *ret)
{
	bool *body = calloc(init->f->nr_blocks, sizeof(*body)), no_memory = !body;
	unsigned int b = inq_function_block_of(init->f, insn);
	struct inq_state st = {0};

	for (size_t n = 0; n < LOOPS_MAX && !no_memory && !ret->kind; n++) {
		struct poll p = *init;

		p.body = body;
		if (!inq_loop_around(p.f, NULL, b, n, body, &no_memory))
			break;
		no_memory |= !look_at_loop(&p, &st);
		if (!p.failed && (!ret->expr || p.word.kind))
			*ret = p.word;
	}
	inq_state_deinit(&st);
	free(body);
	return no_memory ? &inq_enomem : NULL;
}

struct inq_error *inq_loop_polls(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				 unsigned int cpu, struct inq_polled_word *ret)
{
	const struct inq_uframe *fr = inq_ustack_frame(s, frame);
	struct inq_polled_word word = {0};
	struct poll p = {.failed = false};
	struct inq_error *err = NULL;
	int insn = -1;

	if (fr)
		err = inq_code_func(c, fr->exact_ip ? fr->ip : fr->ip - 1, &p.fn);
	if (fr && !err) {
		p.f = &p.fn->f;
		insn = fr->exact_ip ? inq_function_insn_at(p.f, fr->ip)
				    : inq_function_insn_before(p.f, fr->ip);
	}
	if (insn >= 0)
		err = inq_values_get(p.fn, &p.vals);
	if (!err && insn >= 0)
		err = look_at(&p, (unsigned int)insn, &word);
	if (!word.expr || !inq_frame_eval(c, s, frame, cpu, word.expr, &word.addr, &word.addr_how))
		word.addr = 0;
	if (err && err->code != INQ_ERR_NOMEM) {
		inq_error_destroy(err);
		err = NULL;
	}
	*ret = word;
	return err;
}
