// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * blocker: what the kernel itself wrote down of the lock that a task sleeps for, a witness beside
 * the task's stack:
 *
 *	task_struct.blocker	address of the lock | 0 mutex, 1 semaphore, 2 rwsem for reading, 3
 *for writing; 0 while it waits for none of these.  With CONFIG_DETECT_HUNG_TASK_BLOCKER since 6.16
 *(e711faaafbe5); rwsems since 6.17 (77da18de55ac)
 *
 * Where both say the same the wait is certain.  Where they differ it is no more than possible, and
 * that is a gap.  A blocked task of which the stack says nothing waits for what stands there.
 */
#include <inttypes.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/sleeping_locks.h"

#include "util/banned.h"

static const struct inq_field_def blocker_defs[] = {
	{"task_struct", "blocker", INQ_OPTIONAL},
};

enum { TYPE_MASK = 3, TYPE_READER = 2 };

static const enum inq_resource_kind kinds[] = {INQ_RES_MUTEX, INQ_RES_SEMAPHORE, INQ_RES_RWSEM,
					       INQ_RES_RWSEM};

struct blocker {
	uint64_t word, lock;
	enum inq_resource_kind kind;
	inq_id evidence;
};

static bool read_blocker(struct inq_inspect *in, const struct inq_field *f, inq_id task,
			 struct blocker *ret)
{
	const struct inq_task *t = inq_case_task(in->c, task);

	if (!inq_field_try_u64(in->k, f, t->addr, &ret->word) ||
	    !in->arch->is_kernel_addr(in->k, ret->word & ~(uint64_t)TYPE_MASK))
		return false;
	ret->lock = ret->word & ~(uint64_t)TYPE_MASK;
	ret->kind = kinds[ret->word & TYPE_MASK];
	ret->evidence = inq_fact_memory(
		in, t->addr + f->offset, f->size, ret->word,
		"the kernel notes that %s is blocked by the %s at 0x%" PRIx64
		" (task_struct.blocker)",
		inq_fact_task_name(in, task), inq_resource_kind_name(ret->kind), ret->lock);
	return true;
}

/* The stack tells of a wait of @task for a lock: does the note say the same? */
static void compare(struct inq_inspect *in, size_t wait, const struct blocker *b)
{
	struct inq_wait *w = &in->c->waits.v[wait];
	struct inq_resource *r = inq_case_resource(in->c, w->resource);

	if (!r->addr && r->kind == b->kind) {
		inq_id id = inq_sleeping_lock(in, b->kind, b->lock);

		w = &in->c->waits.v[wait];
		w->resource = id;
		r = inq_case_resource(in->c, id);
	}
	if (r && r->addr == b->lock && r->kind == b->kind) {
		w->conf = INQ_CONF_CERTAIN;
		inq_ids_add(in->c, &w->evidence, b->evidence);
		return;
	}
	w->conf = INQ_CONF_POSSIBLE;
	inq_ids_add(in->c, &w->evidence, b->evidence);
	inq_gap_add(in->c,
		    inq_arena_printf(&in->c->arena, "what %s waits for",
				     inq_fact_task_name(in, w->waiter.task)),
		    r ? r->addr : 0,
		    "its stack says the %s at 0x%" PRIx64
		    ", task_struct.blocker the %s at 0x%" PRIx64,
		    r ? inq_resource_kind_name(r->kind) : "lock", r ? r->addr : 0,
		    inq_resource_kind_name(b->kind), b->lock);
}

/* Its stack says nothing. */
static void add_wait(struct inq_inspect *in, inq_id task, const struct blocker *b)
{
	inq_id id = inq_sleeping_lock(in, b->kind, b->lock);
	struct inq_wait *w = inq_edge_sleep(in, task, id, INQ_NONE);

	if (!w)
		return;
	w->shared = (b->word & TYPE_MASK) == TYPE_READER;
	/* nothing clears it but the code that waits; that this is what it waits in is not seen */
	w->conf = INQ_CONF_LIKELY;
	inq_ids_add(in->c, &w->evidence, b->evidence);
}

/* The wait of @task in the case; c->waits.n: none. */
static size_t wait_of(const struct inq_case *c, const struct inq_hashmap *waits, inq_id task)
{
	uint64_t i;

	return inq_hashmap_get(waits, (uint64_t)task, &i) ? (size_t)i : c->waits.n;
}

static void look_at_task(struct inq_inspect *in, const struct inq_field *f,
			 const struct inq_hashmap *waits, inq_id task)
{
	size_t wait = wait_of(in->c, waits, task);
	struct blocker b;

	if (!read_blocker(in, f, task, &b))
		return;
	if (wait == in->c->waits.n) {
		add_wait(in, task, &b);
		return;
	}
	/* what it waits for while it waits for a lock is only known to be that lock */
	if (inq_resource_is_sleeping_lock(in->c->resources.v[in->c->waits.v[wait].resource].kind))
		compare(in, wait, &b);
}

struct inq_error *inq_inspect_blocker(struct inq_inspect *in)
{
	cleanup_with(inq_hashmap_deinit) struct inq_hashmap waits = INQ_HASHMAP_INIT;
	struct inq_case *c = in->c;
	struct inq_field f;
	struct inq_error *err = inq_fields_resolve(in->k, blocker_defs, &f, 1);

	if (err)
		return err; /* optional: NOMEM */
	for (size_t i = 0; f.found && i < c->waits.n; i++) {
		const struct inq_wait *w = &c->waits.v[i];

		if (w->waiter.kind == INQ_ACTOR_TASK && inq_case_resource(c, w->resource) &&
		    !inq_hashmap_put(&waits, (uint64_t)w->waiter.task, i))
			return &inq_enomem;
	}
	for (size_t i = 0; f.found && i < c->tasks.n && !inq_case_failed(c); i++) {
		if (c->tasks.v[i].run == INQ_RUN_BLOCKED && !c->tasks.v[i].on_cpu)
			look_at_task(in, &f, &waits, (inq_id)i);
	}
	return NULL;
}
