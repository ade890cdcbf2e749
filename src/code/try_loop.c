// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/try_loop.h"

#include <stdlib.h>

#include "code/lock_flow.h"
#include "code/loop.h"

#include "util/banned.h"

struct search {
	struct inq_lock_flow x;
	bool *body; /* per block: it lies in the loop */
};

/* The event at @site that takes its lock when it returns zero or when it doesn't; NULL: none. */
static const struct inq_lock_event *try_at(const struct search *s, uint64_t site,
					   bool *ret_zero_takes)
{
	for (size_t i = 0; i < s->x.events.n; i++) {
		const struct inq_lock_event *ev = &s->x.events.v[i];
		unsigned char zero = ev->what == INQ_LE_SUMMARY ? ev->if_zero & INQ_LS_HELD : 0;
		unsigned char nonzero =
			ev->what == INQ_LE_SUMMARY ? ev->if_nonzero & INQ_LS_HELD : 0;

		if (s->x.f->insns[ev->insn].addr != site)
			continue;
		zero |= ev->what == INQ_LE_TRY_INT;
		nonzero |= ev->what == INQ_LE_TRY;
		*ret_zero_takes = zero;
		if (!zero != !nonzero)
			return ev;
	}
	return NULL;
}

/* The one try that all ways out of the loop depend on, and that succeeded there; NULL: none. */
static const struct inq_lock_event *only_way_out(const struct search *s)
{
	const struct inq_function *f = s->x.f;
	const struct inq_lock_event *found = NULL;

	for (unsigned int b = 0; b < f->nr_blocks; b++) {
		const struct inq_block *blk = &f->blocks[b];

		for (unsigned int i = 0; s->body[b] && i < blk->nr_succ; i++) {
			const struct inq_lock_branch *br = &s->x.branches[b];
			const struct inq_lock_event *ev;
			bool zero_takes;

			if (s->body[blk->succ[i]])
				continue;
			if (blk->nr_succ != 2 || !br->v || br->v->kind != INQ_VAL_CALL)
				return NULL;
			ev = try_at(s, br->v->site, &zero_takes);
			if (!ev || (found && ev != found) ||
			    (br->nonzero == blk->succ[i]) == zero_takes ||
			    !s->body[inq_function_block_of(f, ev->insn)])
				return NULL;
			found = ev;
		}
	}
	return found;
}

static bool gives_up(const struct search *s)
{
	for (size_t i = 0; i < s->x.events.n; i++) {
		const struct inq_lock_event *ev = &s->x.events.v[i];

		if (s->body[inq_function_block_of(s->x.f, ev->insn)] &&
		    (ev->what == INQ_LE_RELEASE ||
		     (ev->what == INQ_LE_SUMMARY && ev->mask & INQ_LS_RELEASED)))
			return true;
	}
	return false;
}

static bool leaves_function(const struct search *s)
{
	for (unsigned int b = 0; b < s->x.f->nr_blocks; b++) {
		if (s->body[b] && !s->x.f->blocks[b].nr_succ)
			return true;
	}
	return false;
}

static struct inq_error *look_at(struct search *s, unsigned int insn,
				 const struct inq_lock_event **ret)
{
	unsigned int n = s->x.f->nr_blocks;
	struct inq_error *err = inq_lock_flow_run(&s->x, 0);
	bool no_memory = false;

	*ret = NULL;
	if (err || !s->x.events.n)
		return err;
	s->body = calloc(n, sizeof(*s->body));
	if (!s->body)
		return &inq_enomem;
	if (inq_loop_around(s->x.f, s->x.seen, inq_function_block_of(s->x.f, insn), 0, s->body,
			    &no_memory) &&
	    !leaves_function(s))
		*ret = only_way_out(s);
	return no_memory ? &inq_enomem : NULL;
}

static void search_deinit(struct search *s)
{
	free(s->body);
	inq_lock_flow_deinit(&s->x);
}

struct inq_error *inq_lock_tried(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				 unsigned int cpu, struct inq_tried_lock *ret)
{
	const struct inq_uframe *fr = inq_ustack_frame(s, frame);
	const struct inq_lock_event *ev = NULL;
	struct inq_tried_lock tried = {0};
	struct search se = {0};
	struct inq_code_func *fn;
	struct inq_error *err = NULL;
	int insn;

	if (fr)
		err = inq_code_func(c, fr->exact_ip ? fr->ip : fr->ip - 1, &fn);
	if (fr && !err) {
		insn = fr->exact_ip ? inq_function_insn_at(&fn->f, fr->ip)
				    : inq_function_insn_before(&fn->f, fr->ip);
		se.x = (struct inq_lock_flow){.fn = fn, .f = &fn->f};
		if (insn >= 0)
			err = look_at(&se, (unsigned int)insn, &ev);
	}
	if (ev) {
		tried.kind = ev->kind;
		tried.site = fn->f.insns[ev->insn].addr;
		tried.gives_up = gives_up(&se);
		if (!inq_frame_eval(c, s, frame, cpu, ev->expr, &tried.addr, &tried.addr_how))
			tried.addr = 0;
	}
	search_deinit(&se);
	if (err && err->code != INQ_ERR_NOMEM) {
		inq_error_destroy(err);
		err = NULL;
	}
	*ret = tried;
	return err;
}
