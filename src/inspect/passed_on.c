// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * passed-on: a lock or an event that is free while some sleep for it may just have been passed on:
 * whoever was woken runs, or waits for its CPU; or somebody is on the way to wake him.  Only
 * where neither is found has the wakeup been lost.
 */

#include "code/frames.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"

#include "util/banned.h"

/* A wait is worth the search when it lasts so long, seconds. */
static const double long_s = 2.0;

/* Functions that wake, with whom or what for in their first argument. */
struct waker {
	const char *name;
	bool task; /* a task_struct; false: the lock, event or queue itself */
};
static const struct waker wakers[] = {
	{"mutex_unlock", false},
	{"__mutex_unlock_slowpath", false},
	{"rt_mutex_unlock", false},
	{"up_read", false},
	{"up_write", false},
	{"rwsem_wake", false},
	{"percpu_up_write", false},
	{"up", false},
	{"__up", false},
	{"complete", false},
	{"complete_all", false},
	{"wake_up_bit", false},
	{"wake_up_var", false},
	{"folio_unlock", false},
	{"unlock_page", false},
	{"folio_end_writeback", false},
	{"end_page_writeback", false},
	{"folio_wake_bit", false},
	{"__wake_up", false},
	{"__wake_up_sync_key", false},
	{"__wake_up_bit", true /* its first argument is a table's queue: whom it wakes tells */},
	{"swake_up_locked", true},
	{"wake_up_q", true},
	{"wake_up_process", true},
	{"try_to_wake_up", true},
};

static const struct waker *waker_of(const struct inq_frame *f)
{
	for (size_t i = 0; !f->module && i < array_size(wakers); i++) {
		if (inq_fact_is(f->symbol, wakers[i].name))
			return &wakers[i];
	}
	return NULL;
}

static bool task_waits_for(const struct inq_inspect *in, uint64_t task, inq_id resource)
{
	uint64_t id;

	if (!inq_hashmap_get(&in->task_ids, task, &id))
		return false;
	for (size_t i = 0; i < in->c->waits.n; i++) {
		if (in->c->waits.v[i].waiter.task == (inq_id)id &&
		    in->c->waits.v[i].resource == resource)
			return true;
	}
	return false;
}

/*
 * Whether the code on @stack is about to wake somebody who waits for @resource: its own arguments
 * say so, or say nothing.
 */
static bool may_wake(struct inq_inspect *in, inq_id stack, unsigned int cpu, inq_id resource)
{
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	bool unknown = false, known = false;

	for (size_t i = 0; s && i < s->n; i++) {
		const struct waker *w = waker_of(&s->v[i]);
		enum inq_certainty how;
		uint64_t arg;

		if (!w)
			continue;
		if (!inq_frame_arg(in->code, &in->ustacks.v[stack], i, cpu, 0, &arg, &how) ||
		    how < INQ_LIKELY || (w->task && !inq_hashmap_get(&in->task_ids, arg, NULL))) {
			unknown = true;
			continue;
		}
		known = true;
		if (w->task ? task_waits_for(in, arg, resource)
			    : arg == in->c->resources.v[resource].addr)
			return true;
	}
	return unknown && !known;
}

/* Whether @task, not asleep, is on its way out of a wait like that for @r. */
static bool is_coming(struct inq_inspect *in, inq_id task, const struct inq_resource *r)
{
	static const char *const lock_waits[] = {"__mutex_lock",
						 "__mutex_lock_slowpath",
						 "mutex_lock",
						 "__down",
						 "__down_common",
						 "___down_common",
						 "__wait_for_common",
						 "do_wait_for_common",
						 "wait_for_completion",
						 "rt_mutex_slowlock",
						 "__rt_mutex_slowlock",
						 "rwsem_down_read_slowpath",
						 "rwsem_down_write_slowpath",
						 "__percpu_down_read",
						 "percpu_down_write",
						 "__wait_on_bit",
						 "__wait_on_bit_lock",
						 "folio_wait_bit_common",
						 "wait_on_page_bit_common",
						 NULL};
	const struct inq_stack *s;
	uint64_t queued;

	if (inq_hashmap_get(&in->queued_on, in->c->tasks.v[task].addr, &queued) &&
	    queued == r->addr)
		return true;
	s = inq_case_stack(in->c, inq_fact_task_stack(in, task));
	return s && inq_fact_find_frame(s, 0, lock_waits) >= 0;
}

static void look_for_heir(struct inq_inspect *in, inq_id id)
{
	struct inq_case *c = in->c;

	for (size_t i = 0; i < c->tasks.n; i++) {
		const struct inq_task *t = &c->tasks.v[i];

		if (t->run != INQ_RUN_QUEUED && t->run != INQ_RUN_ON_CPU)
			continue;
		if (is_coming(in, (inq_id)i, &c->resources.v[id]))
			c->resources.v[id].signaller =
				inq_arena_printf(&c->arena, "%s is awake and comes to take it",
						 inq_fact_task_name(in, (inq_id)i));
		else if (!t->on_cpu && may_wake(in, inq_fact_task_stack(in, (inq_id)i), 0, id))
			c->resources.v[id].signaller =
				inq_arena_printf(&c->arena, "%s is about to wake somebody",
						 inq_fact_task_name(in, (inq_id)i));
		if (c->resources.v[id].signaller)
			return;
	}
	for (size_t i = 0; i < c->cpus.n; i++) {
		if (may_wake(in, c->cpus.v[i].stack, (unsigned int)i, id)) {
			c->resources.v[id].signaller =
				inq_arena_printf(&c->arena, "CPU %zu is about to wake somebody", i);
			return;
		}
	}
}

/* Thousands may wait for one lock: it is looked at once. */
struct inq_error *inq_inspect_passed_on(struct inq_inspect *in)
{
	cleanup_with(inq_hashmap_deinit) struct inq_hashmap looked_at = INQ_HASHMAP_INIT;

	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_wait *w = &in->c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(in->c, w->resource);

		if (!r || r->signaller || !inq_resource_is_free(r) || w->since_s <= long_s ||
		    inq_hashmap_get(&looked_at, (uint64_t)w->resource, NULL))
			continue;
		if (!inq_hashmap_put(&looked_at, (uint64_t)w->resource, 0))
			return &inq_enomem;
		look_for_heir(in, w->resource);
	}
	return NULL;
}
