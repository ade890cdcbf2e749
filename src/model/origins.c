// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/case.h"

#include "util/banned.h"

inq_id inq_process_of(const struct inq_case *c, inq_id task)
{
	const struct inq_task *t = inq_case_task(c, task);

	for (size_t i = 0; t && i < c->processes.n; i++) {
		const struct inq_task *other = inq_case_task(c, c->processes.v[i].task);

		if (other == t || (other && t->tgid > 0 && other->tgid == t->tgid))
			return (inq_id)i;
	}
	return INQ_NONE;
}

/*
 * Where the context that frame @i runs in began: the first frame of another one.  An exception
 * is the doing of the code that it stands on.
 */
static size_t end_of_context(const struct inq_stack *s, size_t i)
{
	enum inq_frame_context own = s->v[i].context;

	while (i < s->n && s->v[i].context == INQ_FRAME_EXCEPTION)
		own = ++i < s->n ? s->v[i].context : own;
	while (i < s->n && s->v[i].context == own)
		i++;
	return i;
}

/* Of the origins on @stack beyond @from the one that is nearest; INQ_NONE: none. */
static inq_id next_origin(const struct inq_case *c, inq_id stack, inq_id from)
{
	inq_id best = INQ_NONE;

	for (size_t i = 0; i < c->origins.n; i++) {
		const struct inq_origin *o = &c->origins.v[i];

		if (o->stack == stack && o->frame > from &&
		    (best == INQ_NONE || o->frame < c->origins.v[best].frame))
			best = (inq_id)i;
	}
	return best;
}

size_t inq_origins_at(const struct inq_case *c, inq_id stack, inq_id frame, inq_id *ret, size_t max)
{
	const struct inq_stack *s = inq_case_stack(c, stack);
	size_t n = 0, end;

	if (!s || frame < 0 || (size_t)frame >= s->n)
		return 0;
	end = end_of_context(s, (size_t)frame);
	for (inq_id o = next_origin(c, stack, frame); o != INQ_NONE && n < max;
	     o = next_origin(c, stack, c->origins.v[o].frame)) {
		/* at its very end stands what entered the kernel */
		if ((size_t)c->origins.v[o].frame > end ||
		    ((size_t)c->origins.v[o].frame == end && end < s->n))
			break;
		ret[n++] = o;
	}
	return n;
}
