// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * polls: which word of memory does a CPU wait for that is in a loop which only reads it?
 *
 * Such a loop can't end by itself, so who is in it waits for somebody else.  By what its function
 * does with the word it is a lock that no function takes: a bit, a sequence counter or a word that
 * is swapped.  Then those who hold it are looked for like those of other locks
 * (inq_locks_watch()).  Else only the word can be told.  Adds waits.
 *
 * polled: of words that only may be locks, and that nobody is found to have taken, later only the
 * word is left.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "code/path.h"
#include "code/poll_loop.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/names.h"
#include "inspect/spinlocks.h"

#include "util/banned.h"

/* A CPU that took no tick for so long is stuck, seconds. */
static const double long_s = 2.0;

static bool is_stuck(const struct inq_cpu *cpu)
{
	return cpu->lockup || cpu->panic_cpu || cpu->starved_s >= long_s ||
	       (cpu->irqs == INQ_NO && cpu->timer_s >= long_s);
}

/* "bit 3 is set", "odd: a write is under way". */
static const char *state_text(struct inq_inspect *in, const struct inq_polled_word *p,
			      uint64_t word, bool *ret_free)
{
	*ret_free = p->kind == INQ_LOCK_BIT_SPINLOCK ? !(word >> p->bit & 1)
		    : p->kind == INQ_LOCK_SEQCOUNT   ? !(word & 1)
						     : !word;
	switch (p->kind) {
	case INQ_LOCK_BIT_SPINLOCK:
		return inq_arena_printf(&in->c->arena, "bit %u is %s", p->bit,
					*ret_free ? "clear" : "set");
	case INQ_LOCK_SEQCOUNT:
		return *ret_free ? "even: no write is under way" : "odd: a write is under way";
	case INQ_LOCK_WORD:
		return *ret_free ? "free" : "taken";
	default:
		return "what the loop has found so far";
	}
}

static void read_word(struct inq_inspect *in, struct inq_resource *r,
		      const struct inq_polled_word *p)
{
	unsigned int size = p->kind == INQ_LOCK_BIT_SPINLOCK ? 1 : p->size;
	uint64_t word;
	bool is_free;

	if (!r->addr || !size || size > 8 || !inq_dump_try_uint(in->k->dump, r->addr, size, &word))
		return;
	r->has_word = true;
	r->word = word;
	r->detail = state_text(in, p, word, &is_free);
	r->unheld = p->kind != INQ_LOCK_NONE && is_free;
	r->ev_word = inq_fact_memory(in, r->addr, size, word, "%s %s = 0x%" PRIx64 ": %s",
				     inq_resource_kind_name(r->kind), r->name ? r->name : "word",
				     word, r->detail ? r->detail : "?");
}

/* The word as a resource of the case; INQ_NONE: no memory. */
static inq_id polled_resource(struct inq_inspect *in, const struct inq_cpu *cpu, size_t frame,
			      const struct inq_polled_word *p)
{
	enum inq_resource_kind kind = p->kind ? inq_lock_resource_kind(p->kind) : INQ_RES_MEMORY;
	inq_id id = inq_resource_find_or_add(in->c, kind, p->addr);
	struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_held_lock as_held = {.frame = frame, .expr = p->expr};

	if (!r || r->name || r->has_word)
		return id;
	r->ev_word = INQ_NONE;
	r->guess = p->guess;
	if (p->addr) {
		inq_name_resource(in, r, NULL);
		r->module = inq_name_module(in, p->addr);
	}
	inq_lock_name_by_hold(in, id, cpu->stack, (unsigned int)cpu->nr, &as_held);
	read_word(in, r, p);
	return id;
}

static const char *until_text(const struct inq_polled_word *p)
{
	switch (p->kind) {
	case INQ_LOCK_BIT_SPINLOCK:
		return p->tries ? "a bit of a word, which it wants to set as a lock, is clear"
				: "a bit of a word is clear";
	case INQ_LOCK_SEQCOUNT:
		return "no write is under way by a sequence counter";
	case INQ_LOCK_WORD:
		return "it has swapped a word that is its lock";
	default:
		return "somebody changes the word that it reads";
	}
}

static void add_wait(struct inq_inspect *in, const struct inq_cpu *cpu, size_t frame,
		     const struct inq_polled_word *p)
{
	const char *symbol = inq_case_stack(in->c, cpu->stack)->v[frame].symbol;
	inq_id resource = polled_resource(in, cpu, frame, p);
	struct inq_wait *w = inq_edge_spin(in, cpu, resource, frame);
	const struct inq_resource *r = inq_case_resource(in->c, resource);

	if (!w || !r)
		return;
	w->shared = p->kind == INQ_LOCK_SEQCOUNT;
	w->conf = p->addr_how >= INQ_LIKELY ? INQ_CONF_LIKELY : INQ_CONF_POSSIBLE;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_code(in, p->site,
				  "CPU %d is in a loop of %s that changes nothing and ends only "
				  "when %s, by what is read at %s",
				  cpu->nr, symbol ? symbol : "?", until_text(p),
				  inq_fact_symbol(in, p->site)));
	inq_ids_add(in->c, &w->evidence, r->ev_word);
}

static void watch(struct inq_inspect *in, const struct inq_polled_word *p)
{
	struct inq_lock_watch w = {.kind = p->kind, .bit = p->bit};

	w.set = p->kind == INQ_LOCK_BIT_SPINLOCK && !p->tries;
	if (p->kind != INQ_LOCK_NONE && p->addr && !inq_locks_watch(in->code, &w))
		inq_gap_add(in->c, "who holds a word that is polled", p->addr,
			    "too many kinds of such words are waited for");
}

/* The innermost frame of a stuck CPU that stands in such a loop. */
static struct inq_error *look_for_polls(struct inq_inspect *in, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	struct inq_error *err = NULL;

	if (!s || !is_stuck(cpu) || inq_edge_spins(in->c, cpu->nr))
		return NULL;
	for (size_t f = 0; !err && f < s->n; f++) {
		struct inq_polled_word p;

		err = inq_loop_polls(in->code, &in->ustacks.v[cpu->stack], f, (unsigned int)cpu->nr,
				     &p);
		if (err || !p.expr)
			continue;
		add_wait(in, cpu, f, &p);
		watch(in, &p);
		break;
	}
	return err;
}

struct inq_error *inq_inspect_polls(struct inq_inspect *in)
{
	struct inq_error *err = NULL;

	for (size_t i = 0; !err && i < in->c->cpus.n; i++)
		err = look_for_polls(in, &in->c->cpus.v[i]);
	return err;
}

static bool is_held_or_left(const struct inq_case *c, inq_id resource)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		if (c->holds.v[i].resource == resource)
			return true;
	}
	for (size_t i = 0; i < c->leaks.n; i++) {
		if (c->leaks.v[i].resource == resource && c->leaks.v[i].conf >= INQ_CONF_LIKELY)
			return true;
	}
	return false;
}

struct inq_error *inq_inspect_polled(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->resources.n; i++) {
		struct inq_resource *r = &in->c->resources.v[i];

		if (!r->guess || is_held_or_left(in->c, (inq_id)i))
			continue;
		r->kind = INQ_RES_MEMORY;
		r->unheld = false;
	}
	return NULL;
}
