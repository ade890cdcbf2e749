// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tries: who waits for a lock by trying again and again, and lets others run in between:
 *
 *	while (!mutex_trylock(&to->lock))
 *		msleep(1);
 *
 * No detector sees him, for he never sleeps for long, nor runs for long.  But what he holds
 * meanwhile others wait for.  Looked at are those who sleep for a time, and those who run, or wait
 * for a CPU, and own a lock that is waited for.  A loop that gives locks up between its tries is
 * none: that is how one backs off.  The sleeper's wait becomes one for the lock; adds waits of the
 * others.
 */
#include "code/try_loop.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/sleeping_locks.h"
#include "inspect/spinlocks.h"

#include "util/banned.h"

static void become_try(struct inq_inspect *in, struct inq_wait *w, const char *symbol, size_t frame,
		       const struct inq_tried_lock *l, inq_id resource)
{
	const struct inq_resource *r = inq_case_resource(in->c, resource);

	w->resource = resource;
	w->shared = inq_lock_kind_is_shared(l->kind);
	w->frame = (inq_id)frame;
	w->conf = l->addr_how >= INQ_LIKELY ? INQ_CONF_LIKELY : INQ_CONF_POSSIBLE;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_code(in, l->site,
				  "%s is in a loop that ends only when it gets the %s that it "
				  "tries for at %s",
				  symbol ? symbol : "?", inq_lock_kind_name(l->kind),
				  inq_fact_symbol(in, l->site)));
	if (r)
		inq_ids_add(in->c, &w->evidence, r->ev_word);
}

static struct inq_error *look_at_sleeper(struct inq_inspect *in, size_t wait,
					 struct inq_hashmap *others)
{
	const struct inq_wait *w = &in->c->waits.v[wait];
	const struct inq_task *t = inq_case_task(in->c, w->waiter.task);
	const struct inq_stack *s = t && !t->on_cpu ? inq_case_stack(in->c, t->stack) : NULL;
	size_t frame = (size_t)w->frame + 1;
	struct inq_tried_lock l;
	struct inq_error *err;
	inq_id resource;

	/* thousands may sleep at the same place */
	if (!s || w->frame < 0 || frame >= s->n || inq_hashmap_get(others, s->v[frame].ip, NULL))
		return NULL;
	err = inq_lock_tried(in->code, &in->ustacks.v[t->stack], frame, 0, &l);
	if (err)
		return err;
	if (l.kind == INQ_LOCK_NONE || l.gives_up || !l.addr)
		return inq_hashmap_put(others, s->v[frame].ip, 1) ? NULL : &inq_enomem;
	resource = inq_any_lock(in, l.kind, l.addr);
	become_try(in, &in->c->waits.v[wait], s->v[frame].symbol, frame, &l, resource);
	return NULL;
}

static bool is_waited_for(const struct inq_case *c, inq_id resource)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].resource == resource)
			return true;
	}
	return false;
}

static bool waits_already(const struct inq_case *c, const struct inq_actor *who)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].waiter.task == who->task ||
		    (who->cpu >= 0 && c->waits.v[i].waiter.cpu == who->cpu))
			return true;
	}
	return false;
}

/* The innermost frame of task @task, which has a CPU or waits for one, that is in such a loop. */
static struct inq_error *look_at_runner(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_cpu *cpu = t->on_cpu ? inq_case_cpu(in->c, t->cpu) : NULL;
	inq_id id = cpu ? cpu->stack : inq_fact_task_stack(in, task);
	const struct inq_stack *s = inq_case_stack(in->c, id);
	struct inq_actor who = {.kind = INQ_ACTOR_TASK, .cpu = -1, .task = task};
	struct inq_error *err = NULL;

	if (cpu)
		who = inq_fact_actor(in, cpu->nr, id, 0);
	for (size_t f = 0; !err && s && f < s->n && !waits_already(in->c, &who); f++) {
		struct inq_tried_lock l;
		struct inq_wait *w;
		inq_id resource;

		err = inq_lock_tried(in->code, &in->ustacks.v[id], f,
				     cpu ? (unsigned int)cpu->nr : 0, &l);
		if (err || l.kind == INQ_LOCK_NONE || l.gives_up || !l.addr)
			continue;
		resource = inq_any_lock(in, l.kind, l.addr);
		w = inq_edge_wait(in, cpu ? inq_fact_actor(in, cpu->nr, id, f) : who, resource);
		if (!w)
			break;
		w->spins = cpu;
		become_try(in, w, s->v[f].symbol, f, &l, resource);
	}
	return err;
}

static struct inq_error *look_at_owners(struct inq_inspect *in)
{
	struct inq_error *err = NULL;

	for (size_t i = 0; !err && i < in->c->holds.n; i++) {
		const struct inq_hold *h = &in->c->holds.v[i];
		const struct inq_task *t = inq_case_task(in->c, h->holder.task);

		if (h->how == INQ_HELD_FIELD && t && (t->on_cpu || t->run == INQ_RUN_QUEUED) &&
		    is_waited_for(in->c, h->resource))
			err = look_at_runner(in, h->holder.task);
	}
	return err;
}

struct inq_error *inq_inspect_tries(struct inq_inspect *in)
{
	cleanup_with(inq_hashmap_deinit) struct inq_hashmap others = INQ_HASHMAP_INIT;
	struct inq_error *err = NULL;
	size_t n = in->c->waits.n;

	for (size_t i = 0; !err && i < n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (r && r->kind == INQ_RES_TIMER)
			err = look_at_sleeper(in, i, &others);
	}
	return err ? err : look_at_owners(in);
}
