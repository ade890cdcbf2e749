// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * napi-waits: who disables the polling of a network device that is disabled already.
 *
 *	napi_disable(n)		waits for NAPI_STATE_SCHED in napi_struct.state to be cleared, and
 *				sets it itself; napi_enable() clears it
 *	napi_struct.poll_list	its place on the list of a CPU that is to poll it
 *
 * Where no poll runs (that one is `handler-waits`' business) and the napi_struct is on no list,
 * napi_disable() has set the bit, and only a napi_enable() ends the wait.
 *
 * napi_disable() sleeps for a moment again and again: who is in it may be on a CPU just now, or
 *wait for one, and waits for the same thing all the while.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"

#include "util/banned.h"

enum { NAPI_STATE, NAPI_LIST, NAPI_POLL, NAPI_DEV, DEV_NAME, NAPI_NR };
static const struct inq_field_def napi_defs[NAPI_NR] = {
	[NAPI_STATE] = {"napi_struct", "state", INQ_REQUIRED},
	[NAPI_LIST] = {"napi_struct", "poll_list", INQ_REQUIRED},
	[NAPI_POLL] = {"napi_struct", "poll", INQ_REQUIRED},
	[NAPI_DEV] = {"napi_struct", "dev", INQ_OPTIONAL},
	[DEV_NAME] = {"net_device", "name", INQ_OPTIONAL},
};

enum { NAPI_SCHED = 1 /* 1 << NAPI_STATE_SCHED */ };

static const char *const waiting[] = {"napi_disable", "napi_disable_locked", NULL};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[NAPI_NR];
	bool resolved, missing;
};

/* ---- the napi_struct --------------------------------------------------------------- */

/* Whether a CPU or an interrupt on it runs the function at @func. */
static bool runs(const struct inq_case *c, uint64_t func)
{
	for (size_t cpu = 0; cpu < c->cpus.n; cpu++) {
		const struct inq_stack *s = inq_case_stack(c, c->cpus.v[cpu].stack);

		for (size_t i = 0; s && i < s->n; i++) {
			if (s->v[i].symbol && s->v[i].ip - s->v[i].offset == func)
				return true;
		}
	}
	return false;
}

static bool is_disabled(const struct reader *rd, uint64_t napi, uint64_t *ret_state)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t list, poll;

	return inq_field_try_u64(k, &rd->f[NAPI_STATE], napi, ret_state) &&
	       (*ret_state & NAPI_SCHED) &&
	       inq_dump_try_u64(k->dump, napi + rd->f[NAPI_LIST].offset, &list) &&
	       list == napi + rd->f[NAPI_LIST].offset &&
	       inq_field_try_u64(k, &rd->f[NAPI_POLL], napi, &poll) && !runs(rd->in->c, poll);
}

static bool resolve(struct reader *rd)
{
	struct inq_error *err;

	if (rd->resolved)
		return !rd->missing;
	rd->resolved = true;
	err = inq_fields_resolve(rd->in->k, napi_defs, rd->f, NAPI_NR);
	rd->missing = err;
	inq_error_destroy(err);
	return !err;
}

static void fill(const struct reader *rd, struct inq_resource *r, uint64_t state)
{
	struct inq_inspect *in = rd->in;
	char name[64];
	uint64_t dev;

	r->name = "napi_struct.state";
	if (inq_field_try_u64(in->k, &rd->f[NAPI_DEV], r->addr, &dev) &&
	    inq_field_try_str(in->k, &rd->f[DEV_NAME], dev, name, sizeof(name)) && name[0])
		r->whose = inq_arena_strdup(&in->c->arena, name);
	r->never = "nobody polls it, nor is it on a CPU's list to be polled: it is disabled "
		   "already, and only napi_enable() ends that";
	r->ev_word = inq_fact_memory(in, r->addr + rd->f[NAPI_STATE].offset, rd->f[NAPI_STATE].size,
				     state,
				     "napi_struct.state of %s is 0x%" PRIx64
				     ": NAPI_STATE_SCHED is set, and its poll_list is empty",
				     r->whose ? r->whose : "a device", state);
}

/*
 * The resource of the disabled napi_struct that frame @frame of @stack, in napi_disable(), is
 * about; INQ_NONE: it is another matter.
 */
static inq_id disabled(struct reader *rd, inq_id stack, int frame, unsigned int cpu)
{
	struct inq_inspect *in = rd->in;
	enum inq_certainty how;
	struct inq_resource *r;
	uint64_t napi, state;
	inq_id id;

	if (!resolve(rd) ||
	    !inq_frame_arg(in->code, &in->ustacks.v[stack], (size_t)frame, cpu, 0, &napi, &how) ||
	    how < INQ_LIKELY || !is_disabled(rd, napi, &state))
		return INQ_NONE;
	id = inq_resource_find_or_add(in->c, INQ_RES_HANDLER, napi);
	r = inq_case_resource(in->c, id);
	if (r && !r->never)
		fill(rd, r, state);
	return id;
}

/* ---- the waits -------------------------------------------------------------------- */

static void look_at_sleeper(struct reader *rd, size_t wait)
{
	struct inq_inspect *in = rd->in;
	const struct inq_wait *w = &in->c->waits.v[wait];
	const struct inq_task *t = inq_case_task(in->c, w->waiter.task);
	const struct inq_stack *s = t && !t->on_cpu ? inq_case_stack(in->c, t->stack) : NULL;
	int frame = s ? inq_fact_find_frame(s, 0, waiting) : -1;
	inq_id id = frame < 0 ? INQ_NONE : disabled(rd, t->stack, frame, 0);
	const struct inq_resource *r = inq_case_resource(in->c, id);

	if (!r)
		return;
	in->c->waits.v[wait].resource = id;
	inq_ids_add(in->c, &in->c->waits.v[wait].evidence, r->ev_word);
}

static bool waits_already(const struct inq_case *c, inq_id task)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].waiter.task == task)
			return true;
	}
	return false;
}

static void look_at_waking(struct reader *rd, inq_id task)
{
	struct inq_inspect *in = rd->in;
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_cpu *cpu = t->on_cpu ? inq_case_cpu(in->c, t->cpu) : NULL;
	inq_id stack = cpu ? cpu->stack : inq_fact_task_stack(in, task);
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	int frame = s ? inq_fact_find_frame(s, 0, waiting) : -1;
	inq_id id =
		frame < 0 ? INQ_NONE : disabled(rd, stack, frame, cpu ? (unsigned int)cpu->nr : 0);
	const struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_wait *w = r ? inq_edge_wait(in, inq_edge_task(in, task), id) : NULL;

	if (!w)
		return;
	w->frame = frame;
	inq_ids_add(in->c, &w->evidence, inq_case_resource(in->c, id)->ev_word);
}

struct inq_error *inq_inspect_napi_waits(struct inq_inspect *in)
{
	struct reader rd = {.in = in};

	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (r && r->kind == INQ_RES_HANDLER)
			look_at_sleeper(&rd, i);
	}
	/* only where others wait for it does such a wait matter */
	for (size_t i = 0; i < in->c->holds.n && !inq_case_failed(in->c); i++) {
		inq_id task = in->c->holds.v[i].holder.task;
		const struct inq_task *t = inq_case_task(in->c, task);

		if (t && (t->run == INQ_RUN_QUEUED || t->on_cpu) && !waits_already(in->c, task))
			look_at_waking(&rd, task);
	}
	return NULL;
}
