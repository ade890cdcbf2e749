// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spinners: tasks that wait for a sleeping lock without sleeping.  As long as a mutex's or rwsem's
 * owner runs, the first who wants it spins on the owner (mutex_spin_on_owner()), and those behind
 * spin in the lock's MCS queue (osq_lock()).  The lock is the argument of the locking function
 * around these.  Adds waits.
 */
#include <string.h>

#include "code/frames.h"
#include "code/locks.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/sleeping_locks.h"
#include "inspect/spinlocks.h"

#include "util/banned.h"

static const char *const spinning[] = {
	"osq_lock",
	"mutex_spin_on_owner",
	"mutex_optimistic_spin",
	"rwsem_spin_on_owner",
	"rwsem_optimistic_spin",
	"rtmutex_spin_on_owner",
	NULL,
};

/* The outermost of the functions from @frame outwards that take one lock; -1: there is none. */
static int locking_frame(const struct inq_stack *s, size_t frame)
{
	enum inq_resource_kind kind = INQ_RES_UNKNOWN;
	int found = -1;

	for (size_t i = frame; i < s->n && !s->v[i].pt_regs; i++) {
		const struct inq_lock_primitive *p =
			inq_lock_primitive_of(s->v[i].symbol, s->v[i].module);

		if (!inq_lock_primitive_takes(p) || p->spins ||
		    (found >= 0 && inq_lock_resource_kind(p->kind) != kind))
			break;
		kind = inq_lock_resource_kind(p->kind);
		found = (int)i;
	}
	return found;
}

/* The lock's address, from any of the locking functions in frames [@from, @to]. */
static uint64_t address(struct inq_inspect *in, const struct inq_cpu *cpu, size_t from, size_t to,
			enum inq_certainty *ret_how)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);

	*ret_how = INQ_UNKNOWN;
	for (size_t i = to + 1; i-- > from;) {
		const struct inq_lock_primitive *p =
			inq_lock_primitive_of(s->v[i].symbol, s->v[i].module);
		uint64_t addr;

		if (p &&
		    inq_frame_arg(in->code, &in->ustacks.v[cpu->stack], i, (unsigned int)cpu->nr,
				  p->arg, &addr, ret_how) &&
		    in->arch->is_kernel_addr(in->k, addr))
			return addr;
	}
	*ret_how = INQ_UNKNOWN;
	return 0;
}

/* What it has got by now it doesn't wait for. */
static bool is_owner(const struct inq_case *c, inq_id resource, inq_id task)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];

		if (h->resource == resource && h->how == INQ_HELD_FIELD && h->holder.task == task)
			return true;
	}
	return false;
}

static void add_wait(struct inq_inspect *in, const struct inq_cpu *cpu, size_t spin, size_t frame)
{
	const struct inq_frame *f = inq_case_stack(in->c, cpu->stack)->v;
	const struct inq_lock_primitive *p =
		inq_lock_primitive_of(f[frame].symbol, f[frame].module);
	enum inq_certainty how;
	uint64_t addr = address(in, cpu, spin + 1, frame, &how);
	inq_id resource = inq_sleeping_lock(in, inq_lock_resource_kind(p->kind), addr);
	struct inq_wait *w;

	if (is_owner(in->c, resource, cpu->task))
		return;
	inq_lock_name_by_argument(in, resource, cpu->stack, frame, (unsigned int)cpu->nr, p->arg);
	w = inq_case_add(in->c, &in->c->waits);
	if (!w || !inq_case_resource(in->c, resource))
		return;
	w->waiter = inq_fact_actor(in, cpu->nr, cpu->stack, frame);
	w->target = INQ_ACTOR_INIT;
	w->resource = resource;
	w->shared = inq_lock_kind_is_shared(p->kind);
	w->spins = true;
	w->frame = (inq_id)frame;
	w->conf = how >= INQ_LIKELY ? INQ_CONF_CERTAIN : addr ? INQ_CONF_LIKELY : INQ_CONF_POSSIBLE;
	w->since_s = inq_fact_cpu_wait(cpu, &w->since_how);
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_stack(in, cpu->nr, -1,
				   "CPU %d spins in %s for the %s that it asked for in %s", cpu->nr,
				   f[spin].symbol,
				   inq_resource_kind_name(inq_lock_resource_kind(p->kind)),
				   f[frame].symbol));
	inq_ids_add(in->c, &w->evidence, inq_case_resource(in->c, resource)->ev_word);
}

struct inq_error *inq_inspect_spinners(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];
		const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
		int spin = s ? inq_fact_find_frame(s, 0, spinning) : -1;
		int frame = -1;

		/* one stands around the other */
		for (size_t f = spin < 0 ? 0 : (size_t)spin + 1;
		     spin >= 0 && f < s->n && f < (size_t)spin + 3; f++) {
			frame = locking_frame(s, f);
			if (frame >= 0)
				break;
		}
		if (frame >= 0)
			add_wait(in, cpu, (size_t)spin, (size_t)frame);
	}
	return NULL;
}
