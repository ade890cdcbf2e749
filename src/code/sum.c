// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses as sums. */
#include "code/sum.h"

#include "code/uses.h"

#include "util/banned.h"

enum { MAX_DEPTH = 24 };

/* Extensions of an int, which lose nothing that is wanted here. */
static bool cuts(const struct inq_value *v)
{
	return v->kind == INQ_VAL_BINOP && !v->b &&
	       (v->op == INQ_OP_MOVSX || (v->op == INQ_OP_AND && v->c == UINT32_MAX));
}

/* Elements of an array, in bytes: n * 28, n * 28 + 4. */
static bool is_multiple(const struct inq_value *v)
{
	if (v->kind == INQ_VAL_ADD && !v->b)
		v = v->a;
	if (cuts(v))
		v = v->a;
	return v->kind == INQ_VAL_SCALE;
}

static void add_to_sum(struct inq_sum *s, const struct inq_value *v, int64_t mult,
		       unsigned int depth);

static void push(struct inq_sum *s, const struct inq_value *v, int64_t mult, int64_t step)
{
	for (unsigned int i = 0; i < s->n; i++) {
		if (s->v[i] != v || s->step[i] || step)
			continue;
		s->mult[i] += mult;
		return;
	}
	if (s->n == INQ_SUM_TERMS) {
		s->failed = true;
		return;
	}
	s->v[s->n] = v;
	s->mult[s->n] = mult;
	s->step[s->n++] = step;
}

/* A pointer that a loop moves on is where it began and so many steps. */
static bool running_pointer(struct inq_sum *s, const struct inq_value *v, unsigned int depth)
{
	const struct inq_value *init;
	int64_t step;

	if (!inq_value_induction(v, &init, &step) || init->kind == INQ_VAL_PHI ||
	    (init->kind == INQ_VAL_CONST && init->c >= -4096 && init->c < 4096))
		return false;
	add_to_sum(s, init, 1, depth + 1);
	push(s, v, 1, step);
	return true;
}

static void add_to_sum(struct inq_sum *s, const struct inq_value *v, int64_t mult,
		       unsigned int depth)
{
	if (depth > MAX_DEPTH) {
		s->failed = true;
		return;
	}
	/* an index of 32 bits that was computed in pieces; a pointer is not cut */
	while (cuts(v) && (is_multiple(v->a) || (mult != 1 && v->a->kind == INQ_VAL_ADD)))
		v = v->a;
	switch (v->kind) {
	case INQ_VAL_CONST:
		s->c = (int64_t)((uint64_t)s->c + (uint64_t)v->c * (uint64_t)mult);
		return;
	case INQ_VAL_ADD:
		add_to_sum(s, v->a, mult, depth + 1);
		if (v->b)
			add_to_sum(s, v->b, mult, depth + 1);
		else
			s->c = (int64_t)((uint64_t)s->c + (uint64_t)v->c * (uint64_t)mult);
		return;
	case INQ_VAL_SCALE:
		add_to_sum(s, v->a, (int64_t)((uint64_t)mult * (uint64_t)v->c), depth + 1);
		return;
	case INQ_VAL_PHI:
		if (mult == 1 && running_pointer(s, v, depth))
			return;
		break;
	default:
		break;
	}
	push(s, v, mult, 0);
}

void inq_sum_add(struct inq_sum *s, const struct inq_value *v)
{
	add_to_sum(s, v, 1, 0);
}
