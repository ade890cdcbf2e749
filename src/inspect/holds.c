// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * holds: which locks does the code on each CPU's and each unwound task's stack hold where it
 * stands?
 *
 * From the lock sets of code/locks.h: taken since a function's entry and not released, on
 * every path or on some.  Adds holds with the function that took the lock.
 */
#include <inttypes.h>

#include "code/locks.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/spinlocks.h"

#include "util/banned.h"

static enum inq_confidence hold_confidence(const struct inq_held_lock *h)
{
	if (!h->every_path || h->addr_how == INQ_UNKNOWN)
		return INQ_CONF_POSSIBLE;
	return h->addr_how == INQ_CERTAIN ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
}

/* What the lock's own field already says of the same holder; NULL: nothing. */
static struct inq_hold *field_hold(struct inq_inspect *in, inq_id resource,
				   const struct inq_actor *holder)
{
	for (size_t i = 0; i < in->c->holds.n; i++) {
		struct inq_hold *h = &in->c->holds.v[i];

		if (h->resource == resource && h->how == INQ_HELD_FIELD && !h->function &&
		    h->holder.task != INQ_NONE && h->holder.task == holder->task)
			return h;
	}
	return NULL;
}

static void add_hold(struct inq_inspect *in, int32_t cpu, int32_t pid, struct inq_actor holder,
		     inq_id stack, const struct inq_held_lock *held)
{
	const struct inq_frame *f = &inq_case_stack(in->c, stack)->v[held->frame];
	inq_id resource = inq_lock_resource(in, held->kind, held->addr);
	struct inq_hold *h = field_hold(in, resource, &holder);
	const struct inq_resource *r;

	/* Field and code agree: one hold, with what both know. */
	if (!h) {
		h = inq_case_add(in->c, &in->c->holds);
		if (!h)
			return;
		h->resource = resource;
		h->holder = holder;
		h->how = INQ_HELD_CODE;
		h->shared = inq_lock_kind_is_shared(held->kind);
		h->every_path = held->every_path;
	}
	if (h->conf < hold_confidence(held))
		h->conf = hold_confidence(held);
	inq_lock_name_by_hold(in, resource, stack, cpu < 0 ? 0 : (unsigned int)cpu, held);
	r = inq_case_resource(in->c, resource);
	h->function = f->symbol;
	h->module = f->module;
	h->site = held->site;
	h->frame = (inq_id)held->frame;
	inq_ids_add(in->c, &h->evidence,
		    inq_fact_code(in, held->site,
				  "%s takes %s %s at %s; on %s path from there to %s it is held",
				  f->symbol ? f->symbol : "?", inq_lock_kind_name(held->kind),
				  r && r->name ? r->name : "", inq_fact_symbol(in, held->site),
				  held->every_path ? "every" : "some", inq_fact_symbol(in, f->ip)));
	inq_ids_add(in->c, &h->evidence,
		    inq_fact_stack(in, cpu, pid, "%s stands at %s, frame %zu",
				   f->symbol ? f->symbol : "?", inq_fact_symbol(in, f->ip),
				   held->frame));
}

/* Whether somebody waits for the lock: only then does it matter that a sleeper holds it. */
static bool is_waited_for(const struct inq_inspect *in, const struct inq_held_lock *h)
{
	return h->addr &&
	       inq_resource_find(in->c, inq_lock_resource_kind(h->kind), h->addr) != INQ_NONE;
}

/* Whether a lock that an earlier turn of a loop may have left held can be one waited for. */
static bool may_be_waited_for(const struct inq_inspect *in, const struct inq_held_lock *h)
{
	for (size_t i = 0; h->earlier_turn && i < in->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (r && r->kind == inq_lock_resource_kind(h->kind) && r->addr != h->not_addr)
			return true;
	}
	return false;
}

/* Instructions that may take such a lock are everywhere: it counts only as one in question. */
static bool is_word(const struct inq_held_lock *h)
{
	return h->kind == INQ_LOCK_BIT_SPINLOCK || h->kind == INQ_LOCK_SEQCOUNT ||
	       h->kind == INQ_LOCK_WORD;
}

static struct inq_error *cpu_holds(struct inq_inspect *in, const struct inq_cpu *cpu)
{
	struct inq_held_locks held = {0};
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	struct inq_error *err;

	if (!s)
		return NULL;
	err = inq_locks_held(in->code, &in->ustacks.v[cpu->stack], (unsigned int)cpu->nr, 0, s->n,
			     &held);
	for (size_t i = 0; !err && i < held.n; i++) {
		/* What one path may hold and nobody waits for says nothing. */
		if ((held.v[i].every_path && !is_word(&held.v[i])) ||
		    is_waited_for(in, &held.v[i]) || may_be_waited_for(in, &held.v[i]))
			add_hold(in, cpu->nr, -1,
				 inq_fact_actor(in, cpu->nr, cpu->stack, held.v[i].frame),
				 cpu->stack, &held.v[i]);
	}
	inq_held_locks_deinit(&held);
	return err;
}

/* Whether @task itself waits for the lock: what only some path may hold it does not, then. */
static bool waits_for(const struct inq_inspect *in, inq_id task, const struct inq_held_lock *h)
{
	inq_id resource = inq_resource_find(in->c, inq_lock_resource_kind(h->kind), h->addr);

	for (size_t i = 0; i < in->c->waits.n; i++) {
		if (in->c->waits.v[i].waiter.task == task && in->c->waits.v[i].resource == resource)
			return true;
	}
	return false;
}

static struct inq_error *task_holds(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_stack *s = inq_case_stack(in->c, t->stack);
	struct inq_actor holder = INQ_ACTOR_INIT;
	struct inq_held_locks held = {0};
	struct inq_error *err;

	if (t->on_cpu || !s)
		return NULL;
	holder.kind = INQ_ACTOR_TASK;
	holder.task = task;
	err = inq_locks_held(in->code, &in->ustacks.v[t->stack], 0, 0, s->n, &held);
	for (size_t i = 0; !err && i < held.n; i++) {
		if (is_waited_for(in, &held.v[i]) &&
		    (held.v[i].every_path || !waits_for(in, task, &held.v[i])))
			add_hold(in, -1, t->pid, holder, t->stack, &held.v[i]);
	}
	inq_held_locks_deinit(&held);
	return err;
}

static bool has_certain_holder(const struct inq_case *c, inq_id resource)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		if (c->holds.v[i].resource == resource && c->holds.v[i].conf >= INQ_CONF_LIKELY)
			return true;
	}
	return false;
}

/* Whether somebody waits for a lock whose holder is not known yet. */
static bool holder_is_missing(const struct inq_case *c)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(c, c->waits.v[i].resource);

		/* readers of an SRCU that is waited for are counted, and to be found */
		if (r &&
		    (inq_resource_is_lock(r->kind) || (r->kind == INQ_RES_RCU && r->readers)) &&
		    !has_certain_holder(c, c->waits.v[i].resource))
			return true;
	}
	return false;
}

/* The holder may sleep, or wait for a CPU, anywhere: look at every stack. */
static struct inq_error *all_task_holds(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		struct inq_error *err;

		if (in->c->tasks.v[i].stack != INQ_NONE || in->c->tasks.v[i].on_cpu ||
		    inq_fact_task_stack(in, (inq_id)i) == INQ_NONE)
			continue;
		err = task_holds(in, (inq_id)i);
		if (err)
			return err;
	}
	return NULL;
}

/*
 * As many may hold @id as the lock itself counts, and all stacks were looked at: these are its
 * readers, although not every path to where they stand takes it.
 */
static void confirm_readers(struct inq_inspect *in, inq_id id)
{
	const struct inq_resource *r = inq_case_resource(in->c, id);

	for (size_t i = 0; i < in->c->holds.n; i++) {
		struct inq_hold *h = &in->c->holds.v[i];

		if (h->resource != id || h->how != INQ_HELD_CODE || h->conf >= INQ_CONF_LIKELY)
			continue;
		h->conf = INQ_CONF_LIKELY;
		inq_ids_add(in->c, &h->evidence, r->ev_word);
	}
}

/* A reader-held lock counts its readers: say so when fewer are known than there are. */
static void count_readers(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->resources.n; i++) {
		const struct inq_resource *r = &in->c->resources.v[i];
		uint32_t found = 0;

		for (size_t h = 0; r->readers && h < in->c->holds.n; h++)
			found += in->c->holds.v[h].resource == (inq_id)i;
		if (found < r->readers)
			inq_gap_add(in->c,
				    r->kind == INQ_RES_RCU ? "readers of an SRCU"
							   : "readers of a rwsem",
				    r->addr, "%u hold %s, %u of them were found", r->readers,
				    r->name ? r->name : "it", found);
		else if (r->readers && found == r->readers && r->kind == INQ_RES_RWSEM)
			confirm_readers(in, (inq_id)i);
	}
}

static struct inq_error *look_everywhere(struct inq_inspect *in)
{
	struct inq_error *err = holder_is_missing(in->c) ? all_task_holds(in) : NULL;

	if (!err)
		count_readers(in);
	return err;
}

struct inq_error *inq_inspect_holds(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		struct inq_error *err = cpu_holds(in, &in->c->cpus.v[i]);

		if (err)
			return err;
	}
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		struct inq_error *err = task_holds(in, (inq_id)i);

		if (err)
			return err;
	}
	return look_everywhere(in);
}
