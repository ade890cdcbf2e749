// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/stack_use.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stacks.h"
#include "util/banned.h"

/* Functions that come again and again in the same order. */
struct recursion {
	size_t first;	/* frame number of the innermost */
	size_t period;	/* functions of one round; 0: there is none */
	size_t rounds;	/* whole rounds that the unwound part shows, 3 or more */
	uint64_t bytes; /* of stack that one round takes */
};

enum { PERIOD_MAX = 12, ROUNDS_MIN = 3, FRAME_MAX = 1 << 20, SHARE = 8 };

static bool same_function(const struct inq_frame *a, const struct inq_frame *b)
{
	size_t n;

	if (!a->symbol || !b->symbol || !a->module != !b->module ||
	    (a->module && strcmp(a->module, b->module) != 0))
		return false;
	n = inq_base_length(a->symbol);
	return inq_base_length(b->symbol) == n && strncmp(a->symbol, b->symbol, n) == 0;
}

/* Bytes of frame @i: up to the stack pointer of its caller; 0: not known. */
static uint64_t frame_bytes(const struct inq_stack *s, size_t i)
{
	uint64_t bytes;

	if (i + 1 >= s->n || !s->v[i].sp || s->v[i + 1].sp <= s->v[i].sp)
		return 0;
	bytes = s->v[i + 1].sp - s->v[i].sp;
	return bytes <= FRAME_MAX ? bytes : 0;
}

/* How many frames from @first on are equal to the one @period further out, in [@first, @end). */
static size_t run_of(const struct inq_stack *s, size_t first, size_t period, size_t end)
{
	size_t n = 0;

	while (first + n + period < end &&
	       same_function(&s->v[first + n], &s->v[first + n + period]))
		n++;
	return n;
}

/* The rounds that frames [@from, ...) of @s, up to the next context, go. */
static struct recursion find_recursion(const struct inq_stack *s, size_t from)
{
	size_t end = inq_stack_context_end(s, from);
	struct recursion best = {0};
	size_t covered = 0;

	/* helpers may stand on top of the round that called them */
	for (size_t first = from; first < end && first - from < PERIOD_MAX; first++) {
		for (size_t period = 1; period <= PERIOD_MAX; period++) {
			size_t run = run_of(s, first, period, end), rounds = run / period + 1;

			if (rounds < ROUNDS_MIN || run + period <= covered + period)
				continue;
			covered = run;
			best = (struct recursion){first, period, rounds, 0};
		}
	}
	for (size_t i = 0; i < best.period; i++)
		best.bytes += frame_bytes(s, best.first + i);
	return best;
}

static bool in_round(const struct inq_stack *s, const struct recursion *r, size_t i)
{
	for (size_t k = 0; k < r->period; k++) {
		if (same_function(&s->v[r->first + k], &s->v[i]))
			return true;
	}
	return false;
}

static struct inq_stack_use *row_of(struct inq_case *c, const struct inq_frame *f)
{
	struct inq_stack_use *row;

	for (size_t i = 0; i < c->verdict.stack_use.n; i++) {
		struct inq_frame known = {.symbol = c->verdict.stack_use.v[i].function,
					  .module = c->verdict.stack_use.v[i].module};

		if (same_function(&known, f))
			return &c->verdict.stack_use.v[i];
	}
	row = inq_case_add(c, &c->verdict.stack_use);
	if (row)
		*row = (struct inq_stack_use){.function = f->symbol, .module = f->module};
	return row;
}

static int by_bytes(const void *a, const void *b)
{
	const struct inq_stack_use *x = a, *y = b;

	return x->bytes == y->bytes ? 0 : x->bytes < y->bytes ? 1 : -1;
}

static const struct inq_stack *stack_of(const struct inq_case *c, const struct inq_fault *f)
{
	const struct inq_stack *s = inq_case_stack(c, f->stack);

	return f->on_stack && s && f->frame >= 0 && (size_t)f->frame < s->n ? s : NULL;
}

void inq_stack_use_make(struct inq_analysis *a, const struct inq_fault *f)
{
	const struct inq_stack *s = stack_of(a->c, f);
	struct recursion r;
	size_t end;

	if (!s)
		return;
	r = find_recursion(s, (size_t)f->frame);
	end = inq_stack_context_end(s, (size_t)f->frame);
	for (size_t i = (size_t)f->frame; i < end; i++) {
		uint64_t bytes = frame_bytes(s, i);
		struct inq_stack_use *row = bytes && s->v[i].symbol ? row_of(a->c, &s->v[i]) : NULL;

		if (!row)
			continue;
		row->frames++;
		row->bytes += bytes;
		row->in_cycle |= in_round(s, &r, i);
	}
	if (a->c->verdict.stack_use.n)
		qsort(a->c->verdict.stack_use.v, a->c->verdict.stack_use.n,
		      sizeof(*a->c->verdict.stack_use.v), by_bytes);
}

/*
 * Of frames [@from, @end) the largest; of a module where @module.  Of some that are about as large
 * the innermost: a few bytes more or less are the compiler's doing.
 */
static size_t largest(const struct inq_stack *s, size_t from, size_t end, bool module)
{
	size_t best = end;

	for (size_t i = from; i < end; i++) {
		uint64_t bytes = frame_bytes(s, i);

		if (!s->v[i].symbol || (module && !s->v[i].module))
			continue;
		if (best == end || bytes > frame_bytes(s, best) + frame_bytes(s, best) / 16)
			best = i;
	}
	return best;
}

const struct inq_frame *inq_stack_use_blame(struct inq_case *c, const struct inq_fault *f,
					    bool *ret_recursion)
{
	const struct inq_stack *s = stack_of(c, f);
	uint64_t all = 0;
	struct recursion r;
	size_t end, at;

	if (!s)
		return NULL;
	r = find_recursion(s, (size_t)f->frame);
	*ret_recursion = r.period > 0;
	if (r.period) {
		end = r.first + r.period;
		at = largest(s, r.first, end, true);
		if (at == end)
			at = largest(s, r.first, end, false);
		return at == end ? NULL : &s->v[at];
	}
	end = inq_stack_context_end(s, (size_t)f->frame);
	for (size_t i = (size_t)f->frame; i < end; i++)
		all += frame_bytes(s, i);
	at = largest(s, (size_t)f->frame, end, true);
	return at == end || !all || frame_bytes(s, at) < all / SHARE ? NULL : &s->v[at];
}

const char *inq_say_recursion(struct inq_case *c, const struct inq_fault *f)
{
	const struct inq_stack *s = stack_of(c, f);
	const char *words = "";
	struct recursion r;

	if (!s)
		return words;
	r = find_recursion(s, (size_t)f->frame);
	/* outermost first: who calls whom */
	for (size_t i = r.period; i-- > 0;)
		words = inq_say(
			c, "%s%s%s", words, *words ? " -> " : "",
			inq_say_function(c, s->v[r.first + i].symbol, s->v[r.first + i].module));
	if (!r.period)
		return words;
	return inq_say(c, "%s%s, %zu rounds or more, %" PRIu64 " bytes each", words,
		       r.period == 1 ? " calls itself" : " -> ...", r.rounds, r.bytes);
}
