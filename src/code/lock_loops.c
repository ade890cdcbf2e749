// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lock sets and loops.  A name such as "what r gets at this loop's head, plus 8" means another
 * lock in each turn: what was taken in one turn must not be called by it in the next.
 */
#include "code/lockset.h"

#include <stdlib.h>

#include "code/loop.h"

#include "util/banned.h"

struct turn {
	struct inq_values *vals;
	const struct inq_function *f;
	unsigned int head;
	bool *body;	      /* per block: it lies in the loop */
	struct inq_state out; /* at the end of the turn */
};

/* The blocks of the loop: those that lead to @from not by way of the head. */
static bool find_body(struct turn *t, unsigned int from)
{
	t->body = calloc(t->f->nr_blocks, sizeof(*t->body));
	return t->body && inq_loop_blocks(t->f, from, t->head, t->body);
}

static bool is_made_anew(const struct turn *t, const struct inq_value *v)
{
	return inq_loop_makes(t->f, t->body, v);
}

/* The head's name @phi for what is @out at the end of a turn, for base + @c; NULL: it isn't that.
 */
static const struct inq_value *renamed(struct turn *t, const struct inq_value *phi,
				       const struct inq_value *out, const struct inq_value *base,
				       int64_t c)
{
	int64_t out_c;

	if (phi->kind != INQ_VAL_PHI || phi->c != t->head || inq_lock_split(out, &out_c) != base)
		return NULL;
	/* a counter: to follow it would never end */
	if (base == phi || (base->kind == INQ_VAL_PHI && out_c))
		return NULL;
	return inq_node_addc(t->vals, phi, c - out_c);
}

/* What the head calls the lock @v that the turn leaves behind; NULL: nothing. */
static const struct inq_value *name_at_head(struct turn *t, const struct inq_value *v)
{
	const struct inq_state *in = &t->vals->in[t->head];
	const struct inq_value *base, *to = NULL;
	int64_t c;

	base = inq_lock_split(v, &c);
	for (unsigned int r = 0; base && !to && r < t->vals->fn->code->arch->nr_regs; r++)
		to = renamed(t, in->regs[r], t->out.regs[r], base, c);
	for (unsigned int i = 0; base && !to && i < in->nr_slots; i++) {
		const struct inq_slot *slot = inq_state_find_slot(&t->out, in->slots[i].off);

		if (slot && slot->size == 8 && in->slots[i].size == 8)
			to = renamed(t, in->slots[i].v, slot->v, base, c);
	}
	return to;
}

/* Whether @v is a counter of this very loop: another number in each turn. */
static bool is_counter(const struct turn *t, const struct inq_value *v)
{
	int64_t c, step;
	const struct inq_value *phi = inq_lock_split(v, &c);

	if (!phi || phi->kind != INQ_VAL_PHI || phi->c != t->head ||
	    phi->reg >= t->vals->fn->code->arch->nr_regs)
		return false;
	return inq_lock_split(t->out.regs[phi->reg], &step) == phi && step;
}

static void lose(struct turn *t, struct inq_lock_set *set, const struct inq_lock_elt *e)
{
	bool moves = is_counter(t, e->expr) && (!set->lost || set->lost == e->expr);

	set->lost = e->expr;
	set->lost_kind = e->kind;
	set->lost_site = e->site;
	set->lost_moves = moves;
}

static void go_round(struct turn *t, struct inq_lock_set *set)
{
	struct inq_lock_set old = *set;
	size_t kept = 0;

	/* an outer loop begins again what an inner one counted */
	if (set->lost && is_made_anew(t, set->lost) && !is_counter(t, set->lost))
		set->lost_moves = false;
	for (size_t i = 0; i < old.n; i++) {
		struct inq_lock_elt e = old.v[i];
		bool known = false;

		if (is_made_anew(t, e.expr)) {
			const struct inq_value *to = name_at_head(t, e.expr);

			if (!to && e.mask & INQ_LS_HELD) {
				lose(t, set, &e);
				e.mask = (unsigned char)(e.mask & ~INQ_LS_HELD) | INQ_LS_UNTOUCHED;
			}
			e.try_site = 0;
			if (to)
				e.expr = to;
			if (e.mask == INQ_LS_UNTOUCHED)
				continue;
		}
		for (size_t k = 0; k < kept && !known; k++) {
			known = set->v[k].expr == e.expr;
			if (known)
				set->v[k].mask |= e.mask;
		}
		if (!known)
			set->v[kept++] = e;
	}
	set->n = kept;
}

bool inq_lockset_go_round(struct inq_values *vals, unsigned int from, unsigned int to,
			  struct inq_lock_set *set)
{
	struct turn t = {.vals = vals, .f = &vals->fn->f, .head = to};
	const struct inq_block *blk = &t.f->blocks[from];
	bool ok;

	if ((!set->n && !set->lost) || to >= vals->nr_in)
		return true;
	ok = find_body(&t, from) && inq_values_block_state(vals, from, &t.out);
	for (unsigned int i = blk->first; ok && i < blk->first + blk->n; i++)
		inq_state_step(&t.out, &t.f->insns[i]);
	if (ok)
		go_round(&t, set);
	inq_state_deinit(&t.out);
	free(t.body);
	return ok;
}
