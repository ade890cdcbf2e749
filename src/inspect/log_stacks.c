// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * log stacks: the stacks of tasks that died in an oops while the machine lived on, out of the
 * log's reports: who died with a lock held that somebody waits for still?
 *
 * Nothing is read from such a stack: its memory is another's by now.  Registers are those of the
 * report, in outer frames as far as the inner functions had left them alone.  Adds holds of locks
 * that have no living holder, by tasks that are dead.
 */
#include <string.h>

#include "code/locks.h"
#include "code/path.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/log_oops.h"
#include "inspect/names.h"
#include "inspect/spinlocks.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "util/cleanup.h"
#include "util/vec.h"

#include "util/banned.h"

static bool is_dead(const struct inq_task *t)
{
	return t && (t->run == INQ_RUN_DEAD || t->exit >= INQ_EXIT_NOTIFIED);
}

/* The oops in the log that killed a task; NULL: it is on a stack, or not in the log. */
static const struct inq_log_oops *oops_of(const struct inq_inspect *in, const struct inq_fault *f)
{
	if (f->on_stack || f->t_s < 0 || !f->symbol || !is_dead(inq_case_task(in->c, f->task)))
		return NULL;
	for (size_t i = 0; i < in->c->events.n; i++) {
		const struct inq_event *e = &in->c->events.v[i];

		if ((e->kind == INQ_EVENT_OOPS || e->kind == INQ_EVENT_BUG) && e->t_s == f->t_s &&
		    e->symbol && strcmp(e->symbol, f->symbol) == 0)
			return inq_log_oops_of(in, (inq_id)i);
	}
	return NULL;
}

/* Where a frame stands, and what its registers are in terms of the function's entry. */
struct standing {
	const struct inq_function *f;
	const struct inq_state *st;
	unsigned int insn;
};

/* False: not known, or (*@ret_err) no memory. */
static bool standing_of(struct inq_inspect *in, const struct inq_uframe *fr, struct standing *ret)
{
	cleanup_error struct inq_error *err = NULL;
	int insn = -1;

	*ret = (struct standing){0};
	if (fr->ip)
		err = inq_code_function(in->code, fr->exact_ip ? fr->ip : fr->ip - 1, &ret->f);
	if (!err && ret->f)
		insn = fr->exact_ip ? inq_function_insn_at(ret->f, fr->ip)
				    : inq_function_insn_before(ret->f, fr->ip);
	if (insn < 0)
		return false;
	ret->insn = (unsigned int)insn;
	err = inq_values_at(in->code, ret->f, ret->insn, &ret->st);
	return !err && ret->st;
}

/* Register @r of @fr, unless the function inside may have changed it. */
static bool kept_reg(const struct inq_inspect *in, const struct inq_uframe *fr, unsigned int r,
		     uint64_t *ret)
{
	return (fr->exact_ip || in->arch->callee_saved >> r & 1) &&
	       inq_regs_get(&fr->regs, (inq_reg)r, ret);
}

/* What of @inner's registers still was its caller's. */
static void callers_registers(const struct inq_inspect *in, const struct inq_uframe *inner,
			      const struct standing *at, struct inq_uframe *outer)
{
	for (unsigned int r = 0; r < in->arch->nr_regs; r++) {
		const struct inq_value *v = at->st ? inq_state_reg(at->st, (inq_reg)r) : NULL;
		inq_reg was = v ? v->reg : (inq_reg)r;
		uint64_t val;

		if ((v && v->kind != INQ_VAL_ENTRY) || was >= INQ_NR_REGS_MAX ||
		    !(in->arch->callee_saved >> was & 1) || was == in->arch->sp)
			continue;
		if (kept_reg(in, inner, r, &val))
			inq_regs_set(&outer->regs, was, val);
	}
}

/* What a function was called with, as far as it still has it. */
struct arguments {
	uint64_t callee; /* the function; 0: unknown */
	uint64_t val[INQ_NR_REGS_MAX];
	uint64_t known; /* bit per register */
};

static struct arguments arguments_of(const struct inq_inspect *in, const struct inq_uframe *inner,
				     const struct standing *at)
{
	struct arguments ret = {.callee = at->f->sym.addr};

	for (unsigned int r = 0; r < in->arch->nr_regs; r++) {
		const struct inq_value *v = inq_state_reg(at->st, (inq_reg)r);
		uint64_t val;

		if (v->kind != INQ_VAL_ENTRY || v->reg >= INQ_NR_REGS_MAX ||
		    !kept_reg(in, inner, r, &val))
			continue;
		ret.val[v->reg] = val;
		ret.known |= UINT64_C(1) << v->reg;
	}
	return ret;
}

/*
 * What @outer passed on it may have in a register of its own, too, which the inner function has
 * saved and used for something else since: a pointer handed on from function to function.
 */
static void passed_registers(struct inq_inspect *in, const struct arguments *args,
			     struct inq_uframe *outer)
{
	struct standing call;

	if (!args->callee || !standing_of(in, outer, &call) ||
	    call.f->insns[call.insn].target != args->callee)
		return;
	for (unsigned int a = 0; a < in->arch->nr_arg_regs; a++) {
		inq_reg arg = in->arch->arg_regs[a];
		const struct inq_value *passed = inq_state_reg(call.st, arg);
		/* the one node that stands for all that is unknown says nothing */
		bool told =
			args->known >> arg & 1 && (passed->kind != INQ_VAL_CLOBBER || passed->site);

		for (unsigned int r = 0; told && r < in->arch->nr_regs; r++)
			if ((in->arch->callee_saved >> r & 1) &&
			    inq_state_reg(call.st, (inq_reg)r) == passed)
				inq_regs_set(&outer->regs, (inq_reg)r, args->val[arg]);
	}
}

/* The registers of @outer, out of those of the frame right inside. */
static void outer_registers(struct inq_inspect *in, const struct inq_uframe *inner,
			    struct inq_uframe *outer)
{
	struct arguments args = {0};
	struct standing at;
	bool known = standing_of(in, inner, &at);

	if (known)
		args = arguments_of(in, inner, &at);
	if (known || !inner->ip)
		callers_registers(in, inner, &at, outer);
	passed_registers(in, &args, outer);
}

/* No number that leads into the dead stack may be followed. */
static void drop_stack_pointers(const struct inq_inspect *in, struct inq_regs *regs)
{
	uint64_t sp = 0, size = in->thread_size;
	bool known = inq_regs_get(regs, in->arch->sp, &sp);

	for (unsigned int r = 0; r < in->arch->nr_regs; r++) {
		if (r == in->arch->sp || (known && size && regs->val[r] / size == sp / size) ||
		    (!known && r == in->arch->fp))
			regs->known &= ~(UINT64_C(1) << r);
	}
}

static bool make_stack(struct inq_inspect *in, const struct inq_log_oops *o, struct inq_ustack *ret)
{
	for (size_t i = 0; o->regs.ip && i <= o->nr_callers; i++) {
		struct inq_uframe *fr = inq_vec_push(ret);

		if (!fr)
			return false;
		*fr = (struct inq_uframe){.ip = i ? o->callers[i - 1] : o->regs.ip,
					  .exact_ip = i == 0,
					  .how = i == 0 ? INQ_HOW_REGS : INQ_HOW_SCAN,
					  .ctx = INQ_CTX_TASK};
		if (i == 0) {
			fr->regs = o->regs;
			drop_stack_pointers(in, &fr->regs);
		} else {
			outer_registers(in, &ret->v[i - 1], fr);
		}
		fr->regs.ip = fr->ip;
	}
	return true;
}

/* ---- holds --------------------------------------------------------------- */

static bool has_other_holder(const struct inq_case *c, inq_id resource, inq_id task)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];

		if (h->resource == resource && h->conf >= INQ_CONF_LIKELY && h->holder.task != task)
			return true;
	}
	return false;
}

static bool is_waited_for(const struct inq_case *c, inq_id resource)
{
	for (size_t i = 0; i < c->waits.n; i++)
		if (c->waits.v[i].resource == resource)
			return true;
	return false;
}

/* What the lock is called as a member of its object; NULL: not known. */
static const char *member_of(struct inq_inspect *in, const struct inq_ustack *us,
			     const struct inq_held_lock *held)
{
	const char *expr, *member = NULL;
	struct inq_error *err;

	err = inq_path_of_pointer(in->code, us, held->frame, 0, held->expr, &in->c->arena, &expr,
				  &member);
	if (err)
		in->c->arena.failed = true; /* NOMEM is the only error */
	inq_error_destroy(err);
	return member ? inq_name_cut_to_lock(in, member) : NULL;
}

/*
 * The lock that @held is, of those waited for: by its address, else the only one that is the same
 * member of the same struct.
 */
static inq_id waited_lock(struct inq_inspect *in, const struct inq_ustack *us,
			  const struct inq_held_lock *held, bool *ret_by_name)
{
	enum inq_resource_kind kind = inq_lock_resource_kind(held->kind);
	const char *member;
	inq_id found = INQ_NONE;

	*ret_by_name = !held->addr;
	if (held->addr) {
		found = inq_resource_find(in->c, kind, held->addr);
		return is_waited_for(in->c, found) ? found : INQ_NONE;
	}
	member = held->expr ? member_of(in, us, held) : NULL;
	for (size_t i = 0; member && i < in->c->resources.n; i++) {
		const struct inq_resource *r = &in->c->resources.v[i];

		if (r->kind != kind || !r->name || strcmp(r->name, member) != 0 ||
		    !is_waited_for(in->c, (inq_id)i))
			continue;
		if (found != INQ_NONE)
			return INQ_NONE;
		found = (inq_id)i;
	}
	return found;
}

static struct inq_hold *hold_of(struct inq_case *c, inq_id resource, inq_id task)
{
	for (size_t i = 0; i < c->holds.n; i++)
		if (c->holds.v[i].resource == resource && c->holds.v[i].holder.task == task)
			return &c->holds.v[i];
	return NULL;
}

static void add_hold(struct inq_inspect *in, const struct inq_fault *f, const struct inq_ustack *us,
		     const struct inq_held_lock *held)
{
	uint64_t ip = us->v[held->frame].ip;
	struct inq_symbol sym;
	struct inq_hold *h;
	bool by_name;
	inq_id lock = waited_lock(in, us, held, &by_name);

	if (lock == INQ_NONE || has_other_holder(in->c, lock, f->task))
		return;
	h = hold_of(in->c, lock, f->task);
	if ((h && h->function) || !inq_symbol_by_addr(in->k, held->frame ? ip - 1 : ip, &sym))
		return;
	if (!h) {
		h = inq_case_add(in->c, &in->c->holds);
		if (!h)
			return;
		h->resource = lock;
		h->holder = INQ_ACTOR_INIT;
		h->holder.kind = INQ_ACTOR_TASK;
		h->holder.task = f->task;
		h->how = INQ_HELD_CODE;
		h->shared = inq_lock_kind_is_shared(held->kind);
		h->every_path = true;
		h->conf = !by_name && held->addr_how == INQ_CERTAIN ? INQ_CONF_CERTAIN
								    : INQ_CONF_LIKELY;
	}
	h->frame = INQ_NONE; /* its stack is gone */
	h->function = inq_arena_strdup(&in->c->arena, sym.name);
	h->module = sym.module ? inq_arena_strdup(&in->c->arena, sym.module->name) : NULL;
	h->site = held->site;
	inq_ids_add_all(in->c, &h->evidence, &f->ev_where);
	inq_ids_add(
		in->c, &h->evidence,
		inq_fact_code(in, held->site,
			      "%s takes %s at %s; on every path from there to %s, where the log's "
			      "call trace has it, it is held",
			      sym.name, inq_lock_kind_name(held->kind),
			      inq_fact_symbol(in, held->site), inq_fact_symbol(in, ip)));
}

static struct inq_error *oops_holds(struct inq_inspect *in, const struct inq_fault *f,
				    const struct inq_log_oops *o)
{
	struct inq_ustack us = {0};
	struct inq_held_locks held = {0};
	struct inq_error *err = NULL;

	if (!make_stack(in, o, &us))
		err = &inq_enomem;
	if (!err)
		err = inq_locks_held(in->code, &us, 0, 0, us.n, &held);
	for (size_t i = 0; !err && i < held.n; i++)
		if (held.v[i].every_path)
			add_hold(in, f, &us, &held.v[i]);
	inq_held_locks_deinit(&held);
	inq_ustack_deinit(&us);
	return err;
}

struct inq_error *inq_inspect_log_stacks(struct inq_inspect *in)
{
	for (size_t i = 0; in->c->waits.n && i < in->c->faults.n; i++) {
		const struct inq_fault *f = &in->c->faults.v[i];
		const struct inq_log_oops *o = oops_of(in, f);
		struct inq_error *err = o ? oops_holds(in, f, o) : NULL;

		if (err)
			return err;
	}
	return NULL;
}
