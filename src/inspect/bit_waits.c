// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bit-waits: has the bit that a task sleeps for been cleared?
 *
 *	out_of_line_wait_on_bit(word, bit, ...)		wait_on_bit() of any flags
 *	folio_wait_bit_common(folio, bit, ...)		a page's flags: locked, under writeback
 *
 * The word is read, and the bit that the waiter's own arguments name.  A waiter that still sleeps
 * when its bit is clear has not been woken; who clears a bit and is to wake has a moment between
 *the two, so this is one witness, no proof.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"

#include "util/banned.h"

struct bit_function {
	const char *name;
	unsigned int word, bit; /* which argument is which */
};
static const struct bit_function bit_functions[] = {
	{"out_of_line_wait_on_bit", 0, 1},
	{"out_of_line_wait_on_bit_lock", 0, 1},
	{"out_of_line_wait_on_bit_timeout", 0, 1},
	/* page.flags comes first, in a folio too */
	{"folio_wait_bit_common", 0, 1},
	{"wait_on_page_bit_common", 1, 2},
};

enum { BITS_MAX = 64 * 1024 };

static const struct bit_function *bit_function(const struct inq_frame *f)
{
	for (size_t i = 0; !f->module && i < array_size(bit_functions); i++) {
		if (inq_fact_is(f->symbol, bit_functions[i].name))
			return &bit_functions[i];
	}
	return NULL;
}

/* The word and the bit in it that frame @frame of @stack waits for. */
static bool read_args(struct inq_inspect *in, inq_id stack, size_t frame,
		      const struct bit_function *fn, uint64_t *ret_word, uint64_t *ret_bit)
{
	const struct inq_ustack *us = &in->ustacks.v[stack];
	enum inq_certainty how_word, how_bit;

	if (!inq_frame_arg(in->code, us, frame, 0, fn->word, ret_word, &how_word) ||
	    !inq_frame_arg(in->code, us, frame, 0, fn->bit, ret_bit, &how_bit) ||
	    how_word < INQ_LIKELY || how_bit < INQ_LIKELY)
		return false;
	*ret_bit = (uint32_t)*ret_bit;
	return in->arch->is_kernel_addr(in->k, *ret_word) && *ret_bit < BITS_MAX;
}

static void look_at(struct inq_inspect *in, size_t wait, size_t frame,
		    const struct bit_function *fn)
{
	struct inq_wait *w = &in->c->waits.v[wait];
	struct inq_resource *r = inq_case_resource(in->c, w->resource);
	const struct inq_task *t = inq_case_task(in->c, w->waiter.task);
	uint64_t word, bit, value;
	bool set, first = !r->has_word;

	if (!read_args(in, t->stack, frame, fn, &word, &bit) || word != r->addr ||
	    !inq_dump_try_u64(in->k->dump, word + bit / 64 * 8, &value))
		return;
	set = value >> bit % 64 & 1;
	r->has_word = true;
	r->word = value;
	/* others may wait for other bits of it */
	r->came = !set && (first || r->came);
	r->ev_word = inq_fact_memory(in, word + bit / 64 * 8, 8, value,
				     "bit %" PRIu64 " of the flags at 0x%" PRIx64 " is %s", bit,
				     word, set ? "set" : "clear");
	r->detail = inq_arena_printf(&in->c->arena, "bit %" PRIu64 " is %s", bit,
				     set ? "set" : "clear");
	inq_ids_add(in->c, &w->evidence, r->ev_word);
}

struct inq_error *inq_inspect_bit_waits(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_wait *w = &in->c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(in->c, w->resource);
		const struct inq_task *t = inq_case_task(in->c, w->waiter.task);
		const struct inq_stack *s =
			t && !t->on_cpu ? inq_case_stack(in->c, t->stack) : NULL;

		if (!r || (r->kind != INQ_RES_BIT && r->kind != INQ_RES_PAGE) || !r->addr || !s)
			continue;
		for (size_t f = 0; f < s->n && w->frame >= 0 && f <= (size_t)w->frame; f++) {
			const struct bit_function *fn = bit_function(&s->v[f]);

			if (!fn)
				continue;
			look_at(in, i, f, fn);
			break;
		}
	}
	return NULL;
}
