// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * percpu_rw_semaphores.  percpu_down_read() and percpu_up_read() are inlined
 *(include/linux/percpu-rwsem.h):
 *
 *	if (no writer about)				mov   rss(sem), %eax; test; jne slow
 *		this_cpu_inc(*sem->read_count);		mov   read_count(sem), %rax; incl %gs:(%rax)
 *	else
 *		__percpu_down_read(sem, false);		slow: call
 *
 *	if (no writer about)
 *		this_cpu_dec(*sem->read_count);
 *	else
 *		this_cpu_dec(...), rcuwait_wake_up(&sem->writer);
 *
 * A counter that is counted up or down through such a pointer may be anybody's; it is a lock's
 * where the same function has the slow path of the same lock as well.
 */
#include "code/lockset.h"

#include <string.h>

#include "util/banned.h"

static int64_t member_offset(struct inq_type sem, const char *path)
{
	struct inq_member m;

	return inq_type_member(sem, path, &m) && !m.bit_size ? (int64_t)m.offset : -1;
}

static void look_up(struct inq_code *c)
{
	struct inq_type sem;

	if (c->percpu_rwsem_known)
		return;
	c->percpu_rwsem_known = true;
	c->percpu_rwsem_count = c->percpu_rwsem_writer = -1;
	if (!c->env->struct_type(c->env_ctx, "percpu_rw_semaphore", &sem))
		return;
	c->percpu_rwsem_count = member_offset(sem, "read_count");
	c->percpu_rwsem_writer = member_offset(sem, "writer");
}

/* Of "per-CPU base + pointer": the pointer's own address; NULL: @v is something else. */
static const struct inq_value *pointer_of(const struct inq_value *v)
{
	const struct inq_value *p = NULL;

	if (v->kind != INQ_VAL_ADD || !v->b || v->c)
		return NULL;
	if (v->a->kind == INQ_VAL_PERCPU_BASE)
		p = v->b;
	else if (v->b->kind == INQ_VAL_PERCPU_BASE)
		p = v->a;
	return p && p->kind == INQ_VAL_LOAD && p->size == sizeof(uint64_t) ? p->a : NULL;
}

static bool is_negative(const struct inq_insn *insn)
{
	return insn->nr_operands > 1 && insn->operands[1].kind == INQ_OPERAND_IMM &&
	       insn->operands[1].imm < 0;
}

bool inq_lock_percpu_store(struct inq_code *c, struct inq_state *st, const struct inq_insn *insn,
			   struct inq_lock_event *ret)
{
	const struct inq_operand *dst = &insn->operands[0];
	const struct inq_value *at;

	if ((insn->op != INQ_OP_ADD && insn->op != INQ_OP_SUB) || !insn->nr_operands ||
	    dst->kind != INQ_OPERAND_MEM || !dst->mem.percpu || dst->size != sizeof(uint32_t) ||
	    (dst->mem.base == INQ_REG_NONE && dst->mem.index == INQ_REG_NONE))
		return false;
	look_up(c);
	at = pointer_of(inq_state_address(st->vals, st, &dst->mem));
	if (!at || c->percpu_rwsem_count < 0)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->what = (insn->op == INQ_OP_ADD) == !is_negative(insn) ? INQ_LE_COUNT_UP
								   : INQ_LE_COUNT_DOWN;
	ret->kind = INQ_LOCK_PERCPU_READ;
	ret->expr = inq_node_addc(st->vals, at, -c->percpu_rwsem_count);
	return true;
}

const struct inq_value *inq_lock_percpu_mark(struct inq_code *c, struct inq_state *st,
					     const struct inq_value *arg)
{
	look_up(c);
	return c->percpu_rwsem_writer < 0 ? NULL
					  : inq_node_addc(st->vals, arg, -c->percpu_rwsem_writer);
}

static bool is_count(const struct inq_lock_event *ev)
{
	return ev->what == INQ_LE_COUNT_UP || ev->what == INQ_LE_COUNT_DOWN;
}

/* Whether another event says that the lock of @ev is one. */
static bool is_named(const struct inq_lock_events *events, const struct inq_lock_event *ev)
{
	for (size_t i = 0; i < events->n; i++) {
		const struct inq_lock_event *e = &events->v[i];

		if (!is_count(e) && e->kind == INQ_LOCK_PERCPU_READ && e->expr == ev->expr)
			return true;
	}
	return false;
}

void inq_lock_percpu_settle(struct inq_lock_events *events)
{
	size_t n = 0;

	/* first all questions, then all changes: what is settled names no other */
	for (size_t i = 0; i < events->n; i++) {
		struct inq_lock_event *ev = &events->v[i];

		ev->mask = is_count(ev) && is_named(events, ev) ? 1 : ev->mask;
	}
	for (size_t i = 0; i < events->n; i++) {
		struct inq_lock_event ev = events->v[i];

		if (ev.what == INQ_LE_MARK || (is_count(&ev) && !ev.mask))
			continue;
		if (is_count(&ev)) {
			ev.what = ev.what == INQ_LE_COUNT_UP ? INQ_LE_ACQUIRE : INQ_LE_RELEASE;
			ev.mask = 0;
		}
		events->v[n++] = ev;
	}
	events->n = n;
}
