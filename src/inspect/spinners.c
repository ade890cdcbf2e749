// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spinners: who waits for a lock on a CPU, not in the lock's own slow path.
 *
 * For a sleeping lock without sleeping: as long as a mutex's or rwsem's
 * owner runs, the first who wants it spins on the owner (mutex_spin_on_owner()), and those behind
 * spin in the lock's MCS queue (osq_lock()).  The lock is the argument of the locking function
 * around these.
 *
 * In a loop of its own: while (!spin_trylock(lock)), by what the code does.
 *
 * Adds waits.
 */
#include <string.h>

#include "code/frames.h"
#include "code/try_loop.h"
#include "inspect/edges.h"
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
	w = inq_edge_spin(in, cpu, resource, frame);
	if (!w || !inq_case_resource(in->c, resource))
		return;
	w->shared = inq_lock_kind_is_shared(p->kind);
	w->conf = how >= INQ_LIKELY ? INQ_CONF_CERTAIN : addr ? INQ_CONF_LIKELY : INQ_CONF_POSSIBLE;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_stack(in, cpu->nr, -1,
				   "CPU %d spins in %s for the %s that it asked for in %s", cpu->nr,
				   f[spin].symbol,
				   inq_resource_kind_name(inq_lock_resource_kind(p->kind)),
				   f[frame].symbol));
	inq_ids_add(in->c, &w->evidence, inq_case_resource(in->c, resource)->ev_word);
}

/* The locking function around what spins on @cpu; -1: none. */
static int find_spinner(const struct inq_case *c, const struct inq_cpu *cpu, int *ret_spin)
{
	const struct inq_stack *s = inq_case_stack(c, cpu->stack);
	int frame = -1;

	*ret_spin = s ? inq_fact_find_frame(s, 0, spinning) : -1;
	if (*ret_spin < 0)
		return -1;
	/* one of them may stand around another */
	for (size_t f = (size_t)*ret_spin + 1; frame < 0 && f < s->n && f < (size_t)*ret_spin + 3;
	     f++)
		frame = locking_frame(s, f);
	return frame;
}

static void add_try(struct inq_inspect *in, const struct inq_cpu *cpu, size_t frame,
		    const struct inq_tried_lock *l)
{
	const char *symbol = inq_case_stack(in->c, cpu->stack)->v[frame].symbol;
	inq_id resource = inq_any_lock(in, l->kind, l->addr);
	struct inq_wait *w = inq_edge_spin(in, cpu, resource, frame);
	const struct inq_resource *r = inq_case_resource(in->c, resource);

	if (!w || !r)
		return;
	w->shared = inq_lock_kind_is_shared(l->kind);
	w->conf = l->addr_how >= INQ_LIKELY ? INQ_CONF_LIKELY : INQ_CONF_POSSIBLE;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_code(in, l->site,
				  "CPU %d is in a loop of %s that ends only when it gets the %s "
				  "that it tries for at %s",
				  cpu->nr, symbol ? symbol : "?", inq_lock_kind_name(l->kind),
				  inq_fact_symbol(in, l->site)));
	inq_ids_add(in->c, &w->evidence, r->ev_word);
}

/* The innermost frame of a stuck CPU that stands in such a loop. */
static struct inq_error *look_for_tries(struct inq_inspect *in, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	struct inq_error *err = NULL;

	if (!s || !cpu->lockup || inq_edge_spins(in->c, cpu->nr))
		return NULL;
	for (size_t f = 0; !err && f < s->n; f++) {
		struct inq_tried_lock l;

		err = inq_lock_tried(in->code, &in->ustacks.v[cpu->stack], f, (unsigned int)cpu->nr,
				     &l);
		if (err || l.kind == INQ_LOCK_NONE)
			continue;
		add_try(in, cpu, f, &l);
		break;
	}
	return err;
}

struct inq_error *inq_inspect_spinners(struct inq_inspect *in)
{
	struct inq_error *err = NULL;

	for (size_t i = 0; !err && i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];
		int spin, frame = find_spinner(in->c, cpu, &spin);

		if (frame >= 0)
			add_wait(in, cpu, (size_t)spin, (size_t)frame);
		err = look_for_tries(in, cpu);
	}
	return err;
}
