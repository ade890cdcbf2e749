// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leaks: which code can have left a lock held that nobody is known to hold?
 *
 * Of the module that the lock lies in, or whose code waits for it, all functions are looked
 * through for ways on which they return with it.  Not counted: a wrapper whose callers in the
 * module give the lock back, and who only passes on what such a function has left.  Of a lock that
 * belongs to the kernel only its address can tell, and only modules from outside the kernel's tree
 * are looked through.  Adds to leaks.
 *
 * That it is this lock is certain by its address (a variable, or what one points at), likely by
 * its place in an object of unknown address: the same offset as in the code that waits for it.
 */
#include <inttypes.h>
#include <string.h>

#include "code/locks.h"
#include "code/values.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/names.h"
#include "inspect/spinlocks.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "util/vec.h"

#include "util/banned.h"

/* A wait is worth the search when it lasts so long, seconds. */
static const double long_s = 2.0;

enum {
	LOCKS_MAX = 4,
	FUNCTIONS_MAX = 4000, /* of one module */
	MODULES_MAX = 8,
	DEPTH_MAX = 8,
	OFFSET_MAX = 1 << 20,
	TAINT_OOT = 12, /* TAINT_OOT_MODULE */
};

/* A function, and a lock that it doesn't leave as it was. */
struct leaver {
	uint64_t addr;
	const char *name;
	struct inq_left_lock lock;
	enum inq_confidence conf; /* that it is the lock in question; NONE: another */
	bool dropped;
};

struct search {
	struct inq_inspect *in;
	const struct inq_module *m;
	inq_vec(uint64_t) functions;
	inq_vec(struct leaver) leavers;
	bool whole; /* all of its functions are in there */
	/* the lock in question */
	inq_id resource;
	bool has_offset;
	int64_t offset; /* from the object, as waiting code has it */
};

/* ---- a module's functions ------------------------------------------------ */

static struct inq_error *add_function(struct search *se, const struct inq_symbol *sym)
{
	uint64_t *f = inq_vec_push(&se->functions);
	struct inq_left_locks left = {0};
	struct inq_error *err;
	const char *name = NULL;

	if (!f)
		return &inq_enomem;
	*f = sym->addr;
	err = inq_locks_left(se->in->code, sym->addr, &left);
	if (err && err->code != INQ_ERR_NOMEM) {
		inq_error_destroy(err);
		err = NULL;
		se->whole = false;
	}
	if (left.n)
		name = inq_arena_strdup(&se->in->c->arena, sym->name);
	for (size_t i = 0; !err && i < left.n; i++) {
		struct leaver *l = inq_vec_push(&se->leavers);

		if (!l || !name)
			err = &inq_enomem;
		else
			*l = (struct leaver){.addr = sym->addr, .name = name, .lock = left.v[i]};
	}
	inq_vec_deinit(&left);
	return err;
}

static struct inq_error *add_range(struct search *se, const struct inq_module_range *range)
{
	struct inq_symbol sym;
	uint64_t addr = range->start;

	while (addr < range->end && inq_symbol_by_addr(se->in->k, addr, &sym) && sym.room) {
		struct inq_error *err = NULL;

		if (se->functions.n == FUNCTIONS_MAX) {
			se->whole = false;
			break;
		}
		if (sym.module == se->m && sym.addr == addr && (sym.type == 't' || sym.type == 'T'))
			err = add_function(se, &sym);
		if (err)
			return err;
		addr = sym.addr + sym.room > addr ? sym.addr + sym.room : range->end;
	}
	return NULL;
}

static struct inq_error *read_module(struct search *se, const struct inq_module *m)
{
	struct inq_error *err = NULL;

	if (se->m == m)
		return NULL;
	se->m = m;
	se->functions.n = se->leavers.n = 0;
	se->whole = true;
	for (size_t i = 0; !err && i < m->nr_ranges; i++)
		if (m->ranges[i].text && !m->ranges[i].init)
			err = add_range(se, &m->ranges[i]);
	return err;
}

/* ---- is it the lock? ----------------------------------------------------- */

/* What @v is as memory stands now; false: it depends on the caller. */
static bool value_now(struct inq_inspect *in, const struct inq_value *v, unsigned int depth,
		      uint64_t *ret)
{
	uint64_t a, b = 0;

	if (!v || depth > DEPTH_MAX)
		return false;
	switch (v->kind) {
	case INQ_VAL_CONST:
		*ret = (uint64_t)v->c;
		return true;
	case INQ_VAL_ADD:
		if (!value_now(in, v->a, depth + 1, &a) ||
		    (v->b && !value_now(in, v->b, depth + 1, &b)))
			return false;
		*ret = a + (v->b ? b : (uint64_t)v->c);
		return true;
	case INQ_VAL_LOAD:
		return v->size == sizeof(*ret) && value_now(in, v->a, depth + 1, &a) &&
		       in->arch->is_kernel_addr(in->k, a) &&
		       inq_dump_try_read(in->k->dump, a, ret, sizeof(*ret));
	default:
		return false;
	}
}

/* The variable that @v is an element of, or 0. */
static uint64_t array_of(struct inq_inspect *in, const struct inq_value *v, unsigned int depth)
{
	uint64_t c = (uint64_t)v->c, found;

	if (depth > DEPTH_MAX)
		return 0;
	if (v->kind == INQ_VAL_CONST)
		return in->arch->is_kernel_addr(in->k, c) ? c : 0;
	if (v->kind != INQ_VAL_ADD)
		return 0;
	if (!v->b)
		return in->arch->is_kernel_addr(in->k, c) ? c : array_of(in, v->a, depth + 1);
	found = array_of(in, v->a, depth + 1);
	return found ? found : array_of(in, v->b, depth + 1);
}

static bool same_variable(struct inq_inspect *in, uint64_t a, uint64_t b)
{
	struct inq_symbol sa, sb;

	return inq_symbol_by_addr(in->k, a, &sa) && inq_symbol_by_addr(in->k, b, &sb) &&
	       sa.addr == sb.addr && b - sb.addr < sb.size;
}

static enum inq_confidence is_the_lock(const struct search *se, const struct inq_left_lock *l)
{
	const struct inq_resource *r = inq_case_resource(se->in->c, se->resource);
	const struct inq_value *v = l->expr;
	uint64_t addr;

	if (inq_lock_resource_kind(l->kind) != r->kind)
		return INQ_CONF_NONE;
	if (value_now(se->in, v, 0, &addr))
		return addr == r->addr ? INQ_CONF_CERTAIN : INQ_CONF_NONE;
	addr = array_of(se->in, v, 0);
	if (addr)
		return same_variable(se->in, addr, r->addr) ? INQ_CONF_LIKELY : INQ_CONF_NONE;
	/* a variable that is handed on by its address */
	if (!se->has_offset)
		return INQ_CONF_POSSIBLE;
	return (v->kind == INQ_VAL_ADD && !v->b ? v->c : 0) == se->offset ? INQ_CONF_LIKELY
									  : INQ_CONF_NONE;
}

/* ---- who has left it ----------------------------------------------------- */

/* Where control goes from @insn of function @f, when that is another function; 0: it doesn't. */
static uint64_t target_of(const struct inq_function *f, const struct inq_insn *insn)
{
	if (insn->op == INQ_OP_CALL)
		return insn->target;
	if (insn->op != INQ_OP_JMP && insn->op != INQ_OP_JCC)
		return 0;
	return insn->target && inq_function_insn_at(f, insn->target) < 0 ? insn->target : 0;
}

static bool calls(struct inq_inspect *in, uint64_t from, uint64_t to)
{
	const struct inq_function *f;
	struct inq_error *err = inq_code_function(in->code, from, &f);

	for (unsigned int i = 0; !err && i < f->nr_insns; i++)
		if (target_of(f, &f->insns[i]) == to)
			return true;
	inq_error_destroy(err);
	return false;
}

static bool may_leave(const struct search *se, uint64_t addr)
{
	for (size_t i = 0; i < se->leavers.n; i++)
		if (se->leavers.v[i].addr == addr && se->leavers.v[i].conf &&
		    se->leavers.v[i].lock.held)
			return true;
	return false;
}

/* Whether what @l leaves held is its callers' business. */
static bool is_wrapper(struct search *se, const struct leaver *l)
{
	for (size_t i = 0; i < se->functions.n; i++) {
		uint64_t g = se->functions.v[i];

		if (g == l->addr || !calls(se->in, g, l->addr))
			continue;
		if (l->lock.always || l->lock.told || !may_leave(se, g))
			return true;
	}
	return false;
}

/* Whether @l took the lock by calling another one that leaves it held. */
static bool is_passed_on(struct search *se, const struct leaver *l)
{
	const struct inq_function *f;
	struct inq_error *err = inq_code_function(se->in->code, l->addr, &f);
	int insn = err ? -1 : inq_function_insn_at(f, l->lock.site);
	uint64_t to = insn < 0 ? 0 : target_of(f, &f->insns[insn]);

	inq_error_destroy(err);
	for (size_t i = 0; to && i < se->leavers.n; i++) {
		const struct leaver *o = &se->leavers.v[i];

		if (o != l && o->addr == to && o->conf && o->lock.held && !o->dropped)
			return true;
	}
	return false;
}

static bool is_suspect(const struct leaver *l)
{
	return l->conf && l->lock.held && !l->lock.given_up && !l->dropped;
}

static void choose(struct search *se)
{
	bool given_up = false, sometimes = false;

	for (size_t i = 0; i < se->leavers.n; i++) {
		struct leaver *l = &se->leavers.v[i];

		l->conf = is_the_lock(se, &l->lock);
		l->dropped = false;
		given_up |= l->conf && l->lock.given_up && !l->lock.held;
	}
	for (size_t i = 0; i < se->leavers.n; i++)
		if (is_suspect(&se->leavers.v[i]))
			se->leavers.v[i].dropped = is_wrapper(se, &se->leavers.v[i]);
	for (size_t i = 0; i < se->leavers.n; i++)
		if (is_suspect(&se->leavers.v[i]))
			se->leavers.v[i].dropped = is_passed_on(se, &se->leavers.v[i]);
	for (size_t i = 0; i < se->leavers.n; i++)
		sometimes |= is_suspect(&se->leavers.v[i]) && !se->leavers.v[i].lock.always;
	/* a start and a stop: it is kept in between on purpose */
	for (size_t i = 0; i < se->leavers.n; i++)
		se->leavers.v[i].dropped |= sometimes && given_up && se->leavers.v[i].lock.always;
}

static void add_leak(struct search *se, const struct leaver *l)
{
	const struct inq_resource *r = inq_case_resource(se->in->c, se->resource);
	struct inq_leak *leak = inq_case_add(se->in->c, &se->in->c->leaks);

	if (!leak)
		return;
	*leak = (struct inq_leak){
		.resource = se->resource,
		.function = l->name,
		.module = inq_arena_strdup(&se->in->c->arena, se->m->name),
		.always = l->lock.always,
		.conf = l->conf,
	};
	inq_ids_add(se->in->c, &leak->evidence,
		    inq_fact_code(se->in, l->lock.site,
				  "%s takes %s %s at %s, and %s returns with it held", l->name,
				  inq_lock_kind_name(l->lock.kind), r->name ? r->name : "",
				  inq_fact_symbol(se->in, l->lock.site),
				  l->lock.always ? "always" : "on some way"));
}

/* ---- which locks, and where to look -------------------------------------- */

static const struct inq_stack *waiter_stack(const struct inq_case *c, const struct inq_wait *w,
					    inq_id *ret)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	const struct inq_cpu *cpu = inq_case_cpu(c, w->waiter.cpu);

	*ret = cpu ? cpu->stack : t ? t->stack : INQ_NONE;
	return inq_case_stack(c, *ret);
}

/* The lock's offset in its object, by what the waiting code computes. */
static bool offset_in_waiter(struct inq_inspect *in, const struct inq_wait *w, int64_t *ret)
{
	inq_id id;
	const struct inq_stack *s = waiter_stack(in->c, w, &id);
	const struct inq_state *st;
	const struct inq_function *f;
	const struct inq_value *v;
	struct inq_error *err;
	int insn;

	if (!s || w->frame < 0 || (size_t)w->frame + 1 >= s->n)
		return false;
	err = inq_code_function(in->code, s->v[w->frame + 1].ip - 1, &f);
	insn = err ? -1 : inq_function_insn_before(f, s->v[w->frame + 1].ip);
	if (!err && insn >= 0)
		err = inq_values_at(in->code, f, (unsigned int)insn, &st);
	if (err || insn < 0) {
		inq_error_destroy(err);
		return false;
	}
	v = inq_state_reg(st, in->arch->arg_regs[0]);
	*ret = v->kind == INQ_VAL_ADD && !v->b ? v->c : 0;
	return v->kind != INQ_VAL_CONST && *ret >= 0 && *ret < OFFSET_MAX;
}

/* The module that the waiting code is of; NULL: the kernel's own. */
static const char *waiting_module(const struct inq_case *c, const struct inq_wait *w)
{
	inq_id id;
	const struct inq_stack *s = waiter_stack(c, w, &id);
	size_t frame = (size_t)w->frame + 1;

	return s && w->frame >= 0 && frame < s->n ? s->v[frame].module : NULL;
}

static struct inq_error *look_in(struct search *se, const struct inq_module *m)
{
	struct inq_error *err = read_module(se, m);

	if (err)
		return err;
	choose(se);
	for (size_t i = 0; i < se->leavers.n; i++)
		if (is_suspect(&se->leavers.v[i]))
			add_leak(se, &se->leavers.v[i]);
	return NULL;
}

static struct inq_error *look_for(struct search *se, const struct inq_wait *w)
{
	struct inq_resource *r = inq_case_resource(se->in->c, w->resource);
	const char *name = r->module ? r->module : waiting_module(se->in->c, w);
	const struct inq_module *m = name ? inq_module_by_name(se->in->k, name) : NULL;
	struct inq_error *err = NULL;
	size_t n, looked = 0;

	se->resource = w->resource;
	se->has_offset = offset_in_waiter(se->in, w, &se->offset);
	if (m) {
		err = look_in(se, m);
		r->leaks_looked_for = !err && se->whole;
		return err;
	}
	m = inq_modules(se->in->k, &n);
	se->has_offset = true;
	se->offset = -1; /* no object's: only an address tells */
	for (size_t i = 0; !err && i < n && looked < MODULES_MAX; i++) {
		if (!(m[i].taints >> TAINT_OOT & 1))
			continue;
		err = look_in(se, &m[i]);
		looked++;
	}
	return err;
}

/* Whether somebody is known to be inside the code that took it. */
static bool has_holder(const struct inq_case *c, inq_id resource)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];

		if (h->resource == resource && h->function && h->conf >= INQ_CONF_LIKELY)
			return true;
	}
	return false;
}

static bool is_in_question(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(c, w->resource);

	if (!r || !r->addr || r->corrupt || (w->since_s >= 0 && w->since_s < long_s) ||
	    !inq_resource_is_lock(r->kind) || (r->kind == INQ_RES_SEMAPHORE && !r->given_back))
		return false;
	return !has_holder(c, w->resource);
}

struct inq_error *inq_inspect_leaks(struct inq_inspect *in)
{
	struct search se = {.in = in};
	struct inq_error *err = NULL;
	inq_id seen[LOCKS_MAX];
	size_t n = 0;

	for (size_t i = 0; !err && i < in->c->waits.n && n < LOCKS_MAX; i++) {
		bool known = false;

		for (size_t k = 0; k < n; k++)
			known |= seen[k] == in->c->waits.v[i].resource;
		if (known || !is_in_question(in->c, &in->c->waits.v[i]))
			continue;
		seen[n++] = in->c->waits.v[i].resource;
		err = look_for(&se, &in->c->waits.v[i]);
	}
	inq_vec_deinit(&se.functions);
	inq_vec_deinit(&se.leavers);
	return err;
}
