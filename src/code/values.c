// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The values of a function at each block, by passes over the graph in reverse post
 * order.  A pass trusts that a loop brings back what went into it; where it doesn't, the
 * location becomes a PHI of the loop's head ("sticky") and another pass is made.  Sticky ones
 * are never taken back, so the passes end.
 */
#include "code/values.h"

#include <stdlib.h>
#include <string.h>

#include "code/state.h"

#include "util/banned.h"

enum {
	MAX_PASSES = 12,
	MAX_KEPT_PHIS = 16,
	MAX_KEPT_PREDS = 8,
	STICKY_PHI = 1,	 /* a PHI, whatever comes */
	STICKY_GONE = 2, /* a slot that not every way brings */
};

struct fixpoint {
	struct inq_values *vals;
	const struct inq_function *f;
	struct inq_state *in, *out; /* per block */
	struct inq_hashmap sticky;  /* block and location -> STICKY_* */
	bool changed;		    /* another pass is needed */
	bool failed;		    /* no memory */
	unsigned int block;	    /* being merged */
	unsigned int nr_phis;	    /* PHIs made for it whose alternatives are kept */
	struct inq_value *phis[MAX_KEPT_PHIS];
	const struct inq_value *phi_alt[MAX_KEPT_PHIS][MAX_KEPT_PREDS];
	const struct inq_state **preds; /* room for the block with most of them */
	const struct inq_value **alt;	/* likewise */
};

static uint64_t reg_key(unsigned int block, unsigned int reg)
{
	return (uint64_t)block << 36 | UINT64_C(1) << 35 | reg;
}

static uint64_t slot_key(unsigned int block, int64_t off)
{
	return (uint64_t)block << 36 | (uint32_t)(int32_t)off;
}

static unsigned int sticky(const struct fixpoint *x, uint64_t key)
{
	uint64_t v;

	return inq_hashmap_get(&x->sticky, key, &v) ? (unsigned int)v : 0;
}

static void make_sticky(struct fixpoint *x, uint64_t key, unsigned int what)
{
	if (sticky(x, key) >= what)
		return;
	x->changed = true;
	if (!inq_hashmap_put(&x->sticky, key, what))
		x->failed = true;
}

/* Predecessors of @b that this pass has been through: all that lie before it in the order. */
static unsigned int forward_preds(const struct fixpoint *x, unsigned int b,
				  const struct inq_state **ret)
{
	const struct inq_block *blk = &x->f->blocks[b];
	unsigned int n = 0;

	for (unsigned int i = 0; i < blk->nr_pred; i++)
		if (blk->pred[i] < b && x->f->blocks[blk->pred[i]].reachable)
			ret[n++] = &x->out[blk->pred[i]];
	return n;
}

static bool has_back_edge(const struct fixpoint *x, unsigned int b)
{
	const struct inq_block *blk = &x->f->blocks[b];

	for (unsigned int i = 0; i < blk->nr_pred; i++)
		if (blk->pred[i] >= b && x->f->blocks[blk->pred[i]].reachable)
			return true;
	return false;
}

/* The PHI of a location; where two have the same alternatives, one. */
static const struct inq_value *merged(struct fixpoint *x, inq_reg reg, int64_t off, unsigned int n)
{
	struct inq_value *phi;

	if (n > MAX_KEPT_PREDS || !n || has_back_edge(x, x->block))
		return inq_node_phi(x->vals, x->block, reg, off);
	for (unsigned int i = 0; i < x->nr_phis; i++)
		if (!memcmp(x->phi_alt[i], x->alt, n * sizeof(*x->alt)))
			return x->phis[i];
	phi = inq_node_phi(x->vals, x->block, reg, off);
	if (x->nr_phis < MAX_KEPT_PHIS) {
		memcpy(x->phi_alt[x->nr_phis], x->alt, n * sizeof(*x->alt));
		x->phis[x->nr_phis++] = phi;
	}
	return phi;
}

static void merge_regs(struct fixpoint *x, unsigned int n, struct inq_state *in)
{
	for (unsigned int r = 0; r < x->vals->fn->code->arch->nr_regs; r++) {
		bool same = true;

		for (unsigned int i = 0; i < n; i++) {
			x->alt[i] = x->preds[i]->regs[r];
			same &= x->alt[i] == x->alt[0];
		}
		if (sticky(x, reg_key(x->block, r)))
			in->regs[r] = inq_node_phi(x->vals, x->block, (inq_reg)r, 0);
		else if (!same)
			in->regs[r] = merged(x, (inq_reg)r, 0, n);
	}
}

static void merge_slots(struct fixpoint *x, unsigned int n, struct inq_state *in)
{
	unsigned int kept = 0;

	for (unsigned int s = 0; s < in->nr_slots; s++) {
		struct inq_slot slot = in->slots[s];
		unsigned int st = sticky(x, slot_key(x->block, slot.off));
		bool same = true, gone = st == STICKY_GONE;

		for (unsigned int i = 0; i < n && !gone; i++) {
			const struct inq_slot *o = inq_state_find_slot(x->preds[i], slot.off);

			gone = !o || o->size != slot.size;
			x->alt[i] = gone ? NULL : o->v;
			same &= x->alt[i] == x->alt[0];
		}
		if (gone)
			continue;
		if (st)
			slot.v = inq_node_phi(x->vals, x->block, INQ_REG_NONE, slot.off);
		else if (!same)
			slot.v = merged(x, INQ_REG_NONE, slot.off, n);
		in->slots[kept++] = slot;
	}
	in->nr_slots = kept;
}

/* The state before block @b from what precedes it. */
static void merge(struct fixpoint *x, unsigned int b)
{
	struct inq_state entry = {0};
	unsigned int n;

	x->block = b;
	x->nr_phis = 0;
	if (!b) {
		inq_state_init(&entry, x->vals);
		x->preds[0] = &entry;
		n = 1;
	} else {
		n = forward_preds(x, b, x->preds);
	}
	/* Reachable blocks have one: their parent in the search. */
	if (!n || !inq_state_copy(&x->in[b], x->preds[0])) {
		x->failed = true;
		return;
	}
	merge_regs(x, n, &x->in[b]);
	merge_slots(x, n, &x->in[b]);
}

static void step_block(struct fixpoint *x, unsigned int b)
{
	const struct inq_block *blk = &x->f->blocks[b];

	if (!inq_state_copy(&x->out[b], &x->in[b])) {
		x->failed = true;
		return;
	}
	for (unsigned int i = blk->first; i < blk->first + blk->n; i++)
		inq_state_step(&x->out[b], &x->f->insns[i]);
	x->failed |= x->out[b].failed;
}

/* Does what comes round to @b agree with what it began with? */
static void check_back_edge(struct fixpoint *x, unsigned int b, const struct inq_state *back)
{
	const struct inq_state *in = &x->in[b];

	for (unsigned int r = 0; r < x->vals->fn->code->arch->nr_regs; r++)
		if (in->regs[r] != back->regs[r])
			make_sticky(x, reg_key(b, r), STICKY_PHI);
	for (unsigned int s = 0; s < in->nr_slots; s++) {
		const struct inq_slot *slot = &in->slots[s];
		const struct inq_slot *o = inq_state_find_slot(back, slot->off);

		if (!o || o->size != slot->size)
			make_sticky(x, slot_key(b, slot->off), STICKY_GONE);
		else if (o->v != slot->v)
			make_sticky(x, slot_key(b, slot->off), STICKY_PHI);
	}
}

static void pass(struct fixpoint *x)
{
	x->changed = false;
	x->vals->escapes_grew = false;
	for (unsigned int b = 0; b < x->f->nr_blocks && x->f->blocks[b].reachable && !x->failed;
	     b++) {
		merge(x, b);
		if (!x->failed)
			step_block(x, b);
	}
	for (unsigned int b = 0; b < x->f->nr_blocks && x->f->blocks[b].reachable && !x->failed;
	     b++) {
		const struct inq_block *blk = &x->f->blocks[b];

		for (unsigned int i = 0; i < blk->nr_pred; i++)
			if (blk->pred[i] >= b && x->f->blocks[blk->pred[i]].reachable)
				check_back_edge(x, b, &x->out[blk->pred[i]]);
	}
	x->changed |= x->vals->escapes_grew;
}

/* After too many passes: everything is a PHI at the heads of loops. */
static void give_up(struct fixpoint *x)
{
	for (unsigned int b = 0; b < x->f->nr_blocks && x->f->blocks[b].reachable; b++) {
		if (!has_back_edge(x, b))
			continue;
		for (unsigned int r = 0; r < x->vals->fn->code->arch->nr_regs; r++)
			make_sticky(x, reg_key(b, r), STICKY_PHI);
		for (unsigned int s = 0; s < x->in[b].nr_slots; s++)
			if (x->in[b].slots[s].v->kind != INQ_VAL_ENTRY)
				make_sticky(x, slot_key(b, x->in[b].slots[s].off), STICKY_GONE);
	}
}

/* The alternatives of the PHI @v of block @b, for the location that named it. */
static void fill_phi(struct fixpoint *x, unsigned int b, const struct inq_value *v)
{
	const struct inq_block *blk = &x->f->blocks[b];
	struct inq_value *phi = (struct inq_value *)v;
	const struct inq_value **alt;

	if (v->kind != INQ_VAL_PHI || v->c != b || v->phi)
		return;
	alt = inq_arena_calloc(&x->vals->fn->arena, blk->nr_pred + 1, sizeof(*alt));
	if (!alt)
		return;
	if (!b) /* the entry is a loop's head, too */
		alt[phi->nr_phi++] = v->reg < INQ_NR_REGS_MAX ? inq_node_entry(x->vals, v->reg)
							      : x->vals->unknown;
	for (unsigned int i = 0; i < blk->nr_pred; i++) {
		const struct inq_state *out = &x->out[blk->pred[i]];
		const struct inq_slot *slot;
		const struct inq_value *a = x->vals->unknown;
		unsigned int k;

		if (!x->f->blocks[blk->pred[i]].reachable)
			continue;
		if (v->reg < INQ_NR_REGS_MAX)
			a = out->regs[v->reg];
		else if ((slot = inq_state_find_slot(out, (int64_t)v->site)))
			a = slot->v;
		for (k = 0; k < phi->nr_phi && alt[k] != a; k++)
			;
		if (k == phi->nr_phi)
			alt[phi->nr_phi++] = a;
	}
	phi->phi = alt;
}

static void fill_phis(struct fixpoint *x)
{
	for (unsigned int b = 0; b < x->f->nr_blocks && x->f->blocks[b].reachable; b++) {
		for (unsigned int r = 0; r < x->vals->fn->code->arch->nr_regs; r++)
			fill_phi(x, b, x->in[b].regs[r]);
		for (unsigned int s = 0; s < x->in[b].nr_slots; s++)
			fill_phi(x, b, x->in[b].slots[s].v);
	}
}

/* A copy of @s that lives as long as the function. */
static bool keep_state(struct inq_arena *arena, struct inq_state *ret, const struct inq_state *s)
{
	*ret = *s;
	ret->max_slots = ret->nr_slots;
	ret->slots = inq_arena_calloc(arena, s->nr_slots + 1, sizeof(*ret->slots));
	if (!ret->slots)
		return false;
	if (s->nr_slots)
		memcpy(ret->slots, s->slots, s->nr_slots * sizeof(*ret->slots));
	return true;
}

static bool keep_states(struct fixpoint *x)
{
	struct inq_values *vals = x->vals;
	struct inq_arena *arena = &vals->fn->arena;

	while (vals->nr_in < x->f->nr_blocks && x->f->blocks[vals->nr_in].reachable)
		vals->nr_in++;
	vals->in = inq_arena_calloc(arena, vals->nr_in, sizeof(*vals->in));
	if (!vals->in || !keep_state(arena, &vals->saved, &x->out[0]))
		return false;
	for (unsigned int b = 0; b < vals->nr_in; b++)
		if (!keep_state(arena, &vals->in[b], &x->in[b]))
			return false;
	return true;
}

static bool solve(struct fixpoint *x)
{
	unsigned int passes = 0;

	do {
		pass(x);
		if (++passes == MAX_PASSES)
			give_up(x);
	} while (x->changed && !x->failed && passes < 2 * MAX_PASSES);
	if (x->failed)
		return false;
	fill_phis(x);
	return keep_states(x) && !x->vals->fn->arena.failed;
}

void inq_values_deinit(struct inq_values *vals)
{
	if (!vals)
		return;
	free(vals->table);
	vals->table = NULL;
	inq_hashmap_deinit(&vals->at);
}

static void find_names(struct inq_code *c)
{
	struct inq_symbol sym;

	if (c->names_looked_up)
		return;
	c->names_looked_up = true;
	if (c->env->symbol_named(c->env_ctx, "this_cpu_off", &sym))
		c->this_cpu_off = sym.addr;
	if (c->env->symbol_named(c->env_ctx, "__per_cpu_offset", &sym))
		c->percpu_offset = sym.addr;
}

static bool compute(struct inq_values *vals)
{
	struct fixpoint x = {.vals = vals, .f = &vals->fn->f};
	unsigned int most = 1;
	bool ok = false;

	for (unsigned int b = 0; b < x.f->nr_blocks; b++)
		if (x.f->blocks[b].nr_pred > most)
			most = x.f->blocks[b].nr_pred;
	x.in = calloc(x.f->nr_blocks, sizeof(*x.in));
	x.out = calloc(x.f->nr_blocks, sizeof(*x.out));
	x.preds = calloc(most, sizeof(*x.preds));
	x.alt = calloc(most, sizeof(*x.alt));
	if (x.in && x.out && x.preds && x.alt)
		ok = solve(&x);
	for (unsigned int b = 0; b < x.f->nr_blocks; b++) {
		if (x.in)
			inq_state_deinit(&x.in[b]);
		if (x.out)
			inq_state_deinit(&x.out[b]);
	}
	free(x.in);
	free(x.out);
	free(x.preds);
	free(x.alt);
	inq_hashmap_deinit(&x.sticky);
	return ok;
}

struct inq_error *inq_values_get(struct inq_code_func *fn, struct inq_values **ret)
{
	struct inq_values *vals;

	if (fn->values) {
		*ret = fn->values;
		return NULL;
	}
	find_names(fn->code);
	vals = inq_arena_new(&fn->arena, struct inq_values);
	if (!vals)
		return &inq_enomem;
	vals->fn = fn;
	vals->unknown = inq_node_clobber(vals, 0, INQ_REG_NONE);
	if (!vals->unknown || !compute(vals)) {
		inq_values_deinit(vals);
		return &inq_enomem;
	}
	fn->values = vals;
	*ret = vals;
	return NULL;
}

/*
 * A block that nothing is known to lead to (behind an unknown jump, or an exception
 * fixup): nothing known but the registers that the first block saved.
 */
static bool unreachable_state(struct inq_values *vals, unsigned int b, struct inq_state *s)
{
	const struct inq_arch *arch = vals->fn->code->arch;
	const struct inq_function *f = &vals->fn->f;
	unsigned int kept = 0;

	if (!inq_state_copy(s, &vals->saved))
		return false;
	for (unsigned int r = 0; r < arch->nr_regs; r++)
		s->regs[r] = inq_node_clobber(vals, f->insns[f->blocks[b].first].addr, (inq_reg)r);
	for (unsigned int i = 0; i < s->nr_slots; i++)
		if (s->slots[i].v->kind == INQ_VAL_ENTRY &&
		    inq_reg_in(arch->callee_saved, s->slots[i].v->reg))
			s->slots[kept++] = s->slots[i];
	s->nr_slots = kept;
	return true;
}

bool inq_values_block_state(struct inq_values *vals, unsigned int block, struct inq_state *ret)
{
	if (block >= vals->nr_in)
		return unreachable_state(vals, block, ret);
	return inq_state_copy(ret, &vals->in[block]);
}

static struct inq_error *state_at(struct inq_values *vals, unsigned int insn,
				  const struct inq_state **ret)
{
	const struct inq_function *f = &vals->fn->f;
	unsigned int b = inq_function_block_of(f, insn);
	struct inq_state s = {0}, *kept;
	bool ok = inq_values_block_state(vals, b, &s);

	for (unsigned int i = f->blocks[b].first; ok && i < insn; i++)
		inq_state_step(&s, &f->insns[i]);
	kept = inq_arena_new(&vals->fn->arena, struct inq_state);
	ok = ok && kept && !s.failed && keep_state(&vals->fn->arena, kept, &s) &&
	     inq_hashmap_put(&vals->at, insn, (uintptr_t)kept);
	inq_state_deinit(&s);
	if (!ok)
		return &inq_enomem;
	*ret = kept;
	return NULL;
}

struct inq_error *inq_values_at(struct inq_code *c, const struct inq_function *f, unsigned int insn,
				const struct inq_state **ret)
{
	struct inq_code_func *fn;
	struct inq_values *vals;
	struct inq_error *err;
	uint64_t known;

	if (insn >= f->nr_insns)
		return inq_error_create(INQ_ERR_NOTFOUND, f->sym.addr, "%s has no such instruction",
					f->sym.name);
	fn = (struct inq_code_func *)((char *)(uintptr_t)f - offsetof(struct inq_code_func, f));
	(void)c;
	err = inq_values_get(fn, &vals);
	if (err)
		return err;
	if (inq_hashmap_get(&vals->at, insn, &known)) {
		*ret = (const struct inq_state *)(uintptr_t)known;
		return NULL;
	}
	return state_at(vals, insn, ret);
}

const struct inq_value *inq_state_reg(const struct inq_state *s, inq_reg reg)
{
	return reg < INQ_NR_REGS_MAX ? s->regs[reg] : s->vals->unknown;
}

const struct inq_value *inq_state_slot(const struct inq_state *s, int64_t offset)
{
	const struct inq_slot *slot = inq_state_find_slot(s, offset);

	return slot && slot->size == 8 ? slot->v : NULL;
}
