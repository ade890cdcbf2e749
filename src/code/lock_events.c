// SPDX-License-Identifier: GPL-2.0-or-later
/* The places of a function that take or release locks, itself or in what it calls. */
#include "code/lockset.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum {
	MAX_DEPTH = 3,
	MAX_CALLEE_SIZE = 768,
	MAX_SPEAKING_SIZE = 2048, /* of a callee of the module, or with locks in its name */
	MERE_WRAPPER_SIZE = 64,
	MAX_WRAPPED_SIZE = 4096,
	MAX_EVENTS = 2000,
};

struct collector {
	struct inq_code_func *fn;
	struct inq_lock_events *ret;
	unsigned int depth;
	struct inq_state state; /* before the instruction */
	bool stores;		/* plain stores count: something is taken here */
	bool failed;
};

/* "lock" as a word of its own, more or less: not block, not clock. */
static bool speaks_of_locks(const char *name)
{
	for (const char *p = strstr(name, "lock"); p; p = strstr(p + 1, "lock"))
		if (p == name || (p[-1] != 'b' && p[-1] != 'c'))
			return true;
	return strstr(name, "acquire") || strstr(name, "release");
}

/* rtnl_unlock() is hardly more than a call of netdev_run_todo(), which unlocks. */
static bool is_mere_wrapper(const struct inq_symbol *sym)
{
	return !sym->module && sym->size <= MERE_WRAPPER_SIZE && speaks_of_locks(sym->name);
}

/* A function that may be a wrapper of locking, by what can be seen from outside. */
static bool may_be_wrapper(const struct inq_code_func *fn, const struct inq_callee *callee)
{
	if (!callee->is_start || callee->role != INQ_CALLEE_NORMAL || !callee->size)
		return false;
	if (callee->module && callee->module == fn->f.sym.module)
		return callee->size <= MAX_SPEAKING_SIZE;
	if (fn->code->deep && callee->size <= MAX_CALLEE_SIZE)
		return true;
	if (callee->module)
		return false;
	return (callee->size <= MAX_SPEAKING_SIZE && speaks_of_locks(callee->name)) ||
	       (callee->size <= MAX_WRAPPED_SIZE && is_mere_wrapper(&fn->f.sym));
}

static struct inq_error *callee_summary(struct inq_code_func *fn, const struct inq_callee *callee,
					unsigned int depth, const struct inq_lock_summary **ret)
{
	static const struct inq_lock_summary nothing;
	struct inq_code_func *to;
	struct inq_error *err;

	*ret = &nothing;
	if (depth >= MAX_DEPTH || !may_be_wrapper(fn, callee))
		return NULL;
	err = inq_code_func(fn->code, callee->start, &to);
	if (!err)
		err = inq_lock_summary_get(to, depth + 1, ret);
	if (err && err->code != INQ_ERR_NOMEM) {
		inq_error_destroy(err);
		err = NULL;
	}
	return err;
}

/* The address of a lock; where a function returned it, what that function computed. */
static const struct inq_value *lock_expr(struct collector *x, const struct inq_value *v)
{
	const struct inq_value *base = v, *r;
	int64_t c = 0;

	if (v->kind == INQ_VAL_ADD && !v->b) {
		base = v->a;
		c = v->c;
	}
	r = inq_value_of_call(x->fn, base);
	return r ? inq_node_addc(x->state.vals, r, c) : v;
}

static struct inq_lock_event *push_event(struct collector *x, unsigned int insn)
{
	struct inq_lock_event *ev = x->ret->n < MAX_EVENTS ? inq_vec_push(x->ret) : NULL;

	if (ev)
		ev->insn = insn;
	else
		x->failed = true;
	return ev;
}

/* __percpu_down_read(sem, try) */
static bool is_true(const struct inq_value *v)
{
	return v->kind == INQ_VAL_CONST && v->c & 0xff;
}

static void add_primitive(struct collector *x, unsigned int insn,
			  const struct inq_lock_primitive *p)
{
	static const enum inq_lock_event_kind what[] = {
		[INQ_LOCK_ACQUIRE] = INQ_LE_ACQUIRE,	 [INQ_LOCK_TRY] = INQ_LE_TRY,
		[INQ_LOCK_TRY_INT] = INQ_LE_TRY_INT,	 [INQ_LOCK_RELEASE] = INQ_LE_RELEASE,
		[INQ_LOCK_DOWNGRADE] = INQ_LE_DOWNGRADE, [INQ_LOCK_MARK] = INQ_LE_MARK,
	};
	const inq_reg *args = x->fn->code->arch->arg_regs;
	const struct inq_value *lock = lock_expr(x, inq_state_reg(&x->state, args[p->arg]));
	struct inq_lock_event *ev;

	if (p->effect == INQ_LOCK_MARK)
		lock = inq_lock_percpu_mark(x->fn->code, &x->state, lock);
	ev = lock ? push_event(x, insn) : NULL;
	if (!ev)
		return;
	ev->what = what[p->effect];
	ev->kind = p->kind;
	ev->expr = lock;
	if (p->kind == INQ_LOCK_PERCPU_READ && p->effect == INQ_LOCK_ACQUIRE &&
	    is_true(inq_state_reg(&x->state, args[1])))
		ev->what = INQ_LE_TRY;
}

static void add_summary(struct collector *x, unsigned int insn, const struct inq_lock_summary *sum)
{
	uint64_t site = x->fn->f.insns[insn].addr;

	for (size_t i = 0; i < sum->n; i++) {
		struct inq_lock_event *ev = push_event(x, insn);

		if (!ev)
			return;
		ev->what = INQ_LE_SUMMARY;
		ev->kind = sum->v[i].kind;
		ev->mask = sum->v[i].mask;
		ev->if_zero = sum->v[i].if_zero;
		ev->if_nonzero = sum->v[i].if_nonzero;
		ev->expr = inq_value_translate(&x->state, sum->v[i].expr, site, 0);
		if (!ev->expr)
			ev->expr = inq_node_clobber(x->state.vals, site, INQ_REG_NONE);
		else
			ev->expr = lock_expr(x, ev->expr);
	}
}

static struct inq_error *call_events(struct collector *x, unsigned int i)
{
	const struct inq_lock_summary *sum;
	const struct inq_callee *callee;
	struct inq_error *err;
	uint64_t target = inq_function_call_target(&x->fn->f, &x->fn->f.insns[i]);

	if (!target)
		return NULL;
	callee = inq_code_callee(x->fn->code, target);
	if (!callee)
		return &inq_enomem;
	if (callee->lock) {
		add_primitive(x, i, callee->lock);
		return NULL;
	}
	err = callee_summary(x->fn, callee, x->depth, &sum);
	if (!err)
		add_summary(x, i, sum);
	return err;
}

static void add_event(struct collector *x, unsigned int i, const struct inq_lock_event *what)
{
	struct inq_lock_event *ev = push_event(x, i);

	if (!ev)
		return;
	*ev = *what;
	ev->insn = i;
	ev->expr = lock_expr(x, what->expr);
}

static void store_events(struct collector *x, unsigned int i)
{
	const struct inq_insn *insn = &x->fn->f.insns[i];
	const struct inq_operand *dst = &insn->operands[0];
	struct inq_lock_event *ev;
	struct inq_lock_event count;
	const struct inq_value *v;
	bool zero = false;

	if (inq_lock_word_event(x->fn->code, &x->state, insn, &count)) {
		add_event(x, i, &count);
		return;
	}
	if (inq_lock_percpu_store(x->fn->code, &x->state, insn, &count)) {
		add_event(x, i, &count);
		return;
	}
	if (!x->stores || !insn->writes_mem || !insn->nr_operands || dst->kind != INQ_OPERAND_MEM)
		return;
	if (insn->op == INQ_OP_MOV && dst->size == 1) {
		v = inq_state_operand(&x->state, insn, &insn->operands[1]);
		zero = v->kind == INQ_VAL_CONST && !(v->c & 0xff);
	}
	if (!zero && !(insn->atomic && (insn->op == INQ_OP_SUB || insn->op == INQ_OP_ADD ||
					insn->op == INQ_OP_XADD)))
		return;
	ev = push_event(x, i);
	if (!ev)
		return;
	ev->what = zero ? INQ_LE_STORE0 : INQ_LE_ATOMIC;
	ev->expr = inq_state_address(x->state.vals, &x->state, &dst->mem);
}

/* Without values, and so fast: whether @fn calls anything that has to do with locks. */
static struct inq_error *has_events(struct collector *x, bool *ret)
{
	const struct inq_function *f = &x->fn->f;
	struct inq_error *err = NULL;

	*ret = false;
	for (unsigned int i = 0; i < f->nr_insns && !err && !x->stores; i++) {
		uint64_t target = inq_function_call_target(f, &f->insns[i]);
		const struct inq_lock_summary *sum;
		const struct inq_callee *callee;

		*ret |= inq_lock_word_like(x->fn->code, &f->insns[i]);
		if (!target)
			continue;
		callee = inq_code_callee(x->fn->code, target);
		if (!callee)
			return &inq_enomem;
		if (callee->lock) {
			*ret = true;
			x->stores |= callee->lock->effect != INQ_LOCK_RELEASE;
			continue;
		}
		err = callee_summary(x->fn, callee, x->depth, &sum);
		for (size_t k = 0; !err && k < sum->n; k++) {
			*ret = true;
			x->stores |= sum->v[k].mask & INQ_LS_HELD;
		}
	}
	return err;
}

static struct inq_error *block_events(struct collector *x, struct inq_values *vals, unsigned int b)
{
	const struct inq_function *f = &x->fn->f;
	struct inq_error *err = NULL;

	if (!inq_values_block_state(vals, b, &x->state))
		return &inq_enomem;
	for (unsigned int i = f->blocks[b].first; i < f->blocks[b].first + f->blocks[b].n && !err;
	     i++) {
		err = call_events(x, i);
		store_events(x, i);
		inq_state_step(&x->state, &f->insns[i]);
	}
	return err;
}

struct inq_error *inq_lock_events_find(struct inq_code_func *fn, unsigned int depth,
				       struct inq_lock_events *ret)
{
	struct collector x = {.fn = fn, .ret = ret, .depth = depth};
	struct inq_values *vals;
	struct inq_error *err;
	bool any;

	err = has_events(&x, &any);
	if (err || !any)
		return err;
	err = inq_values_get(fn, &vals);
	for (unsigned int b = 0; !err && b < fn->f.nr_blocks && fn->f.blocks[b].reachable; b++)
		err = block_events(&x, vals, b);
	inq_state_deinit(&x.state);
	inq_lock_percpu_settle(ret);
	if (!err && x.failed && ret->n < MAX_EVENTS)
		err = &inq_enomem;
	return err;
}
