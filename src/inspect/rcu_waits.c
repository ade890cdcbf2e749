// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rcu-waits: waits for other ends of RCU than that of the grace period in progress:
 *
 *	synchronize_rcu_expedited()	an expedited grace period, which has masks and blocked tasks
 *					of its own (rcu_nodes); rcu_state.expedited_sequence is odd
 *					while one runs
 *	rcu_barrier()			that all callbacks have been called: a CPU in rcu_do_batch()
 *					calls one that does not come back, a handler like others
 *
 * sleepers has given all of these the one rcu_state.
 */
#include <inttypes.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/rcu_nodes.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { RCU_EXP_SEQ, RCU_BARRIER_COUNT, RCU_BARRIER, RCU_NR };
static const struct inq_field_def rcu_defs[RCU_NR] = {
	[RCU_EXP_SEQ] = {"rcu_state", "expedited_sequence", INQ_OPTIONAL},
	[RCU_BARRIER_COUNT] = {"rcu_state", "barrier_cpu_count", INQ_OPTIONAL},
	[RCU_BARRIER] = {"rcu_state", "barrier_completion", INQ_OPTIONAL},
};

static const char *const normal_functions[] = {"__wait_rcu_gp", "synchronize_rcu_normal", NULL};
static const char *const expedited_functions[] = {"synchronize_rcu_expedited_wait",
						  "rcu_exp_wait_wake", "synchronize_rcu_expedited",
						  "rcu_exp_sel_wait_wake", NULL};
static const char *const barrier_functions[] = {"rcu_barrier", NULL};
static const char *const batch_functions[] = {"rcu_do_batch", NULL};

enum rcu_wait { THE_GRACE_PERIOD, EXPEDITED, BARRIER };

struct rcu_waits {
	struct inq_inspect *in;
	struct inq_field f[RCU_NR];
	uint64_t state;
	inq_id expedited, barrier; /* resources; INQ_NONE: not yet */
};

static enum rcu_wait kind_of(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	const struct inq_stack *s = t && !t->on_cpu ? inq_case_stack(c, t->stack) : NULL;

	if (!s || inq_fact_find_frame(s, 0, normal_functions) >= 0)
		return THE_GRACE_PERIOD;
	if (inq_fact_find_frame(s, 0, expedited_functions) >= 0)
		return EXPEDITED;
	return inq_fact_find_frame(s, 0, barrier_functions) >= 0 ? BARRIER : THE_GRACE_PERIOD;
}

static inq_id expedited_resource(struct rcu_waits *rd)
{
	struct inq_inspect *in = rd->in;
	const struct inq_field *f = &rd->f[RCU_EXP_SEQ];
	struct inq_rcu_blockers found;
	struct inq_resource *r;
	uint64_t seq;

	if (rd->expedited != INQ_NONE)
		return rd->expedited;
	if (!inq_field_try_u64(in->k, f, rd->state, &seq) || !(seq & 1))
		return INQ_NONE;
	rd->expedited = inq_resource_find_or_add(in->c, INQ_RES_RCU, rd->state + f->offset);
	r = inq_case_resource(in->c, rd->expedited);
	if (!r)
		return INQ_NONE;
	r->name = "rcu_state.expedited_sequence";
	r->ev_word = inq_fact_memory(in, rd->state + f->offset, f->size, seq,
				     "an expedited RCU grace period is in progress "
				     "(rcu_state.expedited_sequence = 0x%" PRIx64 ")",
				     seq);
	found = inq_rcu_blockers(in, rd->expedited, true, INQ_RCU_ALL);
	r = inq_case_resource(in->c, rd->expedited);
	r->detail = inq_arena_printf(
		&in->c->arena, "an expedited grace period, %zu CPUs and tasks block it", found.n);
	return rd->expedited;
}

/* Who is in the midst of calling callbacks; how many they are. */
static size_t add_callers(struct rcu_waits *rd, inq_id resource)
{
	struct inq_inspect *in = rd->in;
	size_t n = 0;

	for (size_t i = 0; i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];
		const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
		int frame = s ? inq_fact_find_frame(s, 0, batch_functions) : -1;
		struct inq_hold *h;

		if (frame <= 0)
			continue;
		n++;
		if (resource == INQ_NONE)
			continue;
		h = inq_edge_hold(
			in, resource, inq_fact_actor(in, cpu->nr, cpu->stack, (size_t)frame),
			inq_fact_stack(in, cpu->nr, -1, "CPU %d calls RCU callbacks: it is in %s",
				       cpu->nr, inq_fact_symbol(in, s->v[frame - 1].ip)));
		if (!h)
			continue;
		/* that the barrier's own callback stands behind this one on this CPU is not read */
		h->conf = INQ_CONF_LIKELY;
		h->function = s->v[frame - 1].symbol;
		h->module = s->v[frame - 1].module;
	}
	return n;
}

static inq_id barrier_resource(struct rcu_waits *rd)
{
	struct inq_inspect *in = rd->in;
	const struct inq_field *count = &rd->f[RCU_BARRIER_COUNT];
	struct inq_resource *r;
	uint64_t n;

	if (rd->barrier != INQ_NONE)
		return rd->barrier;
	/* with nobody calling any, the callbacks wait for the grace period like all others */
	if (!rd->f[RCU_BARRIER].found || !inq_field_try_u64(in->k, count, rd->state, &n) || !n ||
	    !add_callers(rd, INQ_NONE))
		return INQ_NONE;
	rd->barrier = inq_resource_find_or_add(in->c, INQ_RES_HANDLER,
					       rd->state + rd->f[RCU_BARRIER].offset);
	r = inq_case_resource(in->c, rd->barrier);
	if (!r)
		return INQ_NONE;
	r->name = "rcu_state.barrier_completion";
	r->detail = "all RCU callbacks have been called";
	r->ev_word = inq_fact_memory(in, rd->state + count->offset, count->size, n,
				     "rcu_barrier() waits for %" PRIu64
				     " more CPUs' callbacks (rcu_state.barrier_cpu_count)",
				     n);
	add_callers(rd, rd->barrier);
	return rd->barrier;
}

static void look_at(struct rcu_waits *rd, size_t wait)
{
	struct inq_case *c = rd->in->c;
	enum rcu_wait kind = kind_of(c, &c->waits.v[wait]);
	inq_id id = INQ_NONE;

	if (kind == EXPEDITED)
		id = expedited_resource(rd);
	else if (kind == BARRIER)
		id = barrier_resource(rd);
	if (id == INQ_NONE)
		return;
	c->waits.v[wait].resource = id;
	inq_ids_add(c, &c->waits.v[wait].evidence, inq_case_resource(c, id)->ev_word);
}

struct inq_error *inq_inspect_rcu_waits(struct inq_inspect *in)
{
	struct rcu_waits rd = {.in = in,
			       .state = inq_symbol_addr(in->k, "rcu_state"),
			       .expedited = INQ_NONE,
			       .barrier = INQ_NONE};
	struct inq_error *err = inq_fields_resolve(in->k, rcu_defs, rd.f, RCU_NR);

	if (err)
		return err; /* all are optional: NOMEM */
	for (size_t i = 0; rd.state && i < in->c->waits.n; i++) {
		const struct inq_resource *r = inq_case_resource(in->c, in->c->waits.v[i].resource);

		if (r && r->kind == INQ_RES_RCU && r->addr == rd.state)
			look_at(&rd, i);
	}
	return NULL;
}
