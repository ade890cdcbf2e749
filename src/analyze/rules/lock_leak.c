// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include <string.h>

#include "analyze/coverage.h"
#include "util/strbuf.h"
#include "util/banned.h"

/*
 * lock-leak: a lock is held, and no living task or CPU is inside the code that took it: the
 * holder returned, exited or died.  Three ways to know it:
 *  - the lock's field names a task that is dead, or not there any more;
 *  - it names one that is alive, but nothing on its whole stack took the lock;
 *  - nobody holds it by any account, its word says held, and all stacks have been looked at.
 */
/* The module whose lock it is: its own, or that of the code that waits for it. */
static const char *module_of(const struct inq_analysis *a, const struct inq_core *core,
			     const struct inq_resource *r)
{
	for (size_t i = 0; !r->module && i < core->nr_waits; i++) {
		const struct inq_wait *w = &a->c->waits.v[core->waits[i]];
		const struct inq_stack *s =
			inq_node_stack(a, inq_graph_node_of(a->c, &a->g, &w->waiter));

		for (size_t f = w->frame < 0 ? 0 : (size_t)w->frame; s && f < s->n; f++) {
			if (s->v[f].module)
				return s->v[f].module;
		}
	}
	return r->module;
}

/* Code of module @module did end with preemption off, by the log; NULL: none, or several. */
static const struct inq_event *leaker(const struct inq_case *c, const char *module)
{
	const struct inq_event *found = NULL;

	for (size_t i = 0; module && i < c->events.n; i++) {
		const struct inq_event *e = &c->events.v[i];

		if (e->kind != INQ_EVENT_LEAK || !e->symbol || !e->module ||
		    strcmp(e->module, module) != 0)
			continue;
		if (found && strcmp(found->symbol, e->symbol) != 0)
			return NULL;
		if (!found)
			found = e;
	}
	return found;
}

/*
 * The one task that the scheduler complained of, because it slept with preemption off: a hint at
 * who took a spinning lock and came back with it, and no more.  NULL: none, or several.
 */
static const struct inq_event *atomic_sleeper(const struct inq_case *c)
{
	const struct inq_event *found = NULL;

	for (size_t i = 0; i < c->events.n; i++) {
		const struct inq_event *e = &c->events.v[i];

		if (e->kind != INQ_EVENT_ATOMIC_SLEEP || e->pid <= 0 || !e->comm)
			continue;
		if (found && found->pid != e->pid)
			return NULL;
		if (!found)
			found = e;
	}
	return found;
}

static const char *hint_of_log(struct inq_analysis *a, struct inq_finding *f)
{
	const struct inq_event *e = atomic_sleeper(a->c);

	if (!e)
		return "";
	inq_ids_add(a->c, &f->evidence, e->evidence);
	return inq_say(a->c, "; %s (%d) slept with preemption off before, by the log", e->comm,
		       e->pid);
}

/* Nobody holds it: does the kernel itself say who left something locked? */
static const char *blame_log(struct inq_analysis *a, const struct inq_core *core,
			     const struct inq_resource *r, struct inq_finding *f)
{
	const struct inq_event *e = NULL;

	if (!inq_resource_is_spinning_lock(r->kind))
		return "";
	e = leaker(a->c, module_of(a, core, r));
	if (!e)
		return hint_of_log(a, f);
	f->function = e->symbol;
	f->module = e->module;
	inq_ids_add(a->c, &f->evidence, e->evidence);
	return inq_say(a->c, "; %s ended with preemption off, by the log",
		       inq_say_function(a->c, e->symbol, e->module));
}

/* The code that can return with @resource held: the only function, NULL where there are several or
 * none; *@ret_n is their number. */
static const struct inq_leak *only_leak(const struct inq_case *c, inq_id resource, size_t *ret_n)
{
	const struct inq_leak *found = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < c->leaks.n; i++) {
		const struct inq_leak *l = &c->leaks.v[i];

		if (l->resource != resource || !l->function)
			continue;
		if (!found || strcmp(found->function, l->function) != 0)
			++*ret_n;
		found = l;
	}
	return *ret_n == 1 ? found : NULL;
}

/* Whether code is known that can return with this very lock held, not merely with one like it. */
static bool is_leaked_by_code(const struct inq_case *c, inq_id resource)
{
	for (size_t i = 0; i < c->leaks.n; i++) {
		const struct inq_leak *l = &c->leaks.v[i];

		if (l->resource == resource && l->function && l->conf >= INQ_CONF_LIKELY)
			return true;
	}
	return false;
}

/* The code that can have left it held: one function is named, of several is said that they can. */
static const char *blame_code(struct inq_analysis *a, inq_id resource, struct inq_finding *f)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	const struct inq_leak *only;
	size_t n, named = 0;

	only = only_leak(a->c, resource, &n);
	for (size_t i = 0; i < a->c->leaks.n && named < 3; i++) {
		const struct inq_leak *l = &a->c->leaks.v[i];

		if (l->resource != resource || !l->function)
			continue;
		inq_ids_add_all(a->c, &f->evidence, &l->evidence);
		inq_strbuf_addf(&sb, "%s%s", named++ ? " or " : "",
				inq_say_function(a->c, l->function, l->module));
	}
	a->c->arena.failed |= sb.failed;
	if (!n)
		return "";
	/* the finding is as sure as that the lock is left: a guess at who left it names nobody */
	if (only && only->conf >= INQ_CONF_LIKELY) {
		f->function = only->function;
		f->module = only->module;
	}
	return inq_say(a->c, "; %sleaked by %s, which can return with it held",
		       only && only->conf >= INQ_CONF_LIKELY ? "" : "perhaps ",
		       inq_strbuf_str(&sb));
}

static void report(struct inq_analysis *a, const struct inq_core *core, inq_id resource,
		   const struct inq_hold *h, enum inq_confidence conf, const char *how)
{
	const struct inq_resource *r = inq_case_resource(a->c, resource);
	struct inq_finding *f;
	const char *leaked = "";

	conf = inq_hang_conf(core, conf);
	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "lock-leak", conf, core);
	if (!f)
		return;
	if (h) {
		f->culprit = h->holder;
		f->function = h->function;
		f->module = h->module;
		inq_ids_add_all(a->c, &f->evidence, &h->evidence);
	}
	if (!f->function)
		leaked = blame_code(a, resource, f);
	if (!h && !f->function)
		leaked = inq_say(a->c, "%s%s", leaked, blame_log(a, core, r, f));
	f->resource = resource;
	inq_ids_add(a->c, &f->evidence, r->ev_word);
	f->title = inq_say(a->c, "%s is held, and %s%s", inq_say_resource(a->c, resource), how,
			   leaked);
}

static bool in_user_mode(const struct inq_case *c, const struct inq_task *t)
{
	const struct inq_cpu *cpu = t->on_cpu ? inq_case_cpu(c, t->cpu) : NULL;

	return cpu && cpu->state == INQ_CPU_USER;
}

/* The oops that @t died in, which only the log tells of; NULL: none. */
static const struct inq_fault *death_of(const struct inq_case *c, inq_id task)
{
	for (size_t i = 0; i < c->faults.n; i++)
		if (!c->faults.v[i].on_stack && c->faults.v[i].task == task)
			return &c->faults.v[i];
	return NULL;
}

static bool word_says_held(const struct inq_resource *r);

/* By the log, its code held the lock when it died. */
static void look_at_dead(struct inq_analysis *a, const struct inq_core *core,
			 const struct inq_hold *h)
{
	const struct inq_resource *r = inq_case_resource(a->c, h->resource);
	const struct inq_fault *f = death_of(a->c, h->holder.task);

	if (!f || !word_says_held(r))
		return;
	report(a, core, h->resource, h, inq_hold_conf(h),
	       inq_say(a->c, "its holder %s died in an oops in %s while %s held it",
		       inq_say_actor(a->c, &h->holder),
		       inq_say_function(a->c, f->symbol, f->module),
		       inq_say_function(a->c, h->function, h->module)));
}

/*
 * How sure it is that what isn't seen to have taken it did not.  Of a lock that isn't a module's
 * code that can leak it must be known: the kernel takes its own in too many ways.
 */
static enum inq_confidence unseen_conf(const struct inq_analysis *a, const struct inq_hold *h)
{
	const struct inq_resource *r = inq_case_resource(a->c, h->resource);

	return is_leaked_by_code(a->c, h->resource) || (r->module && !r->leaks_looked_for)
		       ? INQ_CONF_LIKELY
		       : INQ_CONF_POSSIBLE;
}

/*
 * A lock that was locked in the name of a task that never took it: RCU's way to lend a preempted
 * reader the priority of the thread that boosts it (rt_mutex_init_proxy_locked()).
 */
static bool is_proxy(const struct inq_resource *r)
{
	const char *member = r->name ? strrchr(r->name, '.') : NULL;

	return member && strcmp(member, ".boost_mtx") == 0;
}

static void look_at_holder(struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *h = inq_core_hold(a, core);
	const struct inq_resource *r = h ? inq_case_resource(a->c, h->resource) : NULL;
	const struct inq_task *t = h ? inq_case_task(a->c, h->holder.task) : NULL;
	const struct inq_stack *s = t ? inq_case_stack(a->c, t->stack) : NULL;
	const char *who;

	if (!r || !t || !inq_resource_is_lock(r->kind) || is_proxy(r))
		return;
	if (h->how == INQ_HELD_CODE && t->run == INQ_RUN_DEAD)
		look_at_dead(a, core, h);
	if (h->how != INQ_HELD_FIELD)
		return;
	who = inq_say_actor(a->c, &h->holder);
	if (t->run == INQ_RUN_DEAD || t->exit >= INQ_EXIT_NOTIFIED)
		report(a, core, h->resource, h, inq_hold_conf(h),
		       inq_say(a->c, "its holder %s has exited", who));
	else if (in_user_mode(a->c, t))
		report(a, core, h->resource, h, inq_hold_conf(h),
		       inq_say(a->c, "its holder %s is back in user mode", who));
	else if (!h->function && s && s->complete && !t->on_cpu && !inq_lock_is_section(r))
		report(a, core, h->resource, h, inq_conf_min(inq_hold_conf(h), unseen_conf(a, h)),
		       inq_say(a->c, "nothing on the stack of its holder %s took it", who));
}

/* The word says that somebody has it.  Spinlocks have no waiters' bit that outlives a holder. */
static bool word_says_held(const struct inq_resource *r)
{
	if (r->unheld)
		return false;
	switch (r->kind) {
	case INQ_RES_SPINLOCK:
		return r->has_word && (r->word & 0xff) != 0;
	case INQ_RES_RWLOCK:
		return r->has_word && r->word != 0;
	case INQ_RES_MUTEX:
		/* the low 3 bits are flags: waiters, handoff, pickup */
		return r->has_word && (r->word & ~UINT64_C(7)) != 0;
	case INQ_RES_RTMUTEX:
	case INQ_RES_RT_SPINLOCK:
		/* bit 0: waiters */
		return r->has_word && (r->word & ~UINT64_C(1)) != 0;
	case INQ_RES_RWSEM:
		/* bit 0 writer, from bit 8 readers (94a9717b3c40) */
		return r->readers || (r->has_word && ((r->word & 1) || r->word >> 8));
	case INQ_RES_PERCPU_RWSEM:
		/* a writer has it, or waits for those who read */
		return r->readers || (r->has_word && r->word);
	case INQ_RES_SEMAPHORE:
		return r->has_word && r->word == 0;
	default:
		return r->has_word && r->word != 0;
	}
}

static bool somebody_is_blocked(const struct inq_analysis *a, const struct inq_core *core)
{
	for (size_t i = 0; i < core->nr_waits; i++) {
		const struct inq_task *t =
			inq_case_task(a->c, a->c->waits.v[core->waits[i]].waiter.task);

		if (t && t->run == INQ_RUN_BLOCKED)
			return true;
	}
	return false;
}

/* An earlier turn of a loop that somebody is in may have left one of these held. */
static bool may_be_held(const struct inq_case *c, const struct inq_resource *lock)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		const struct inq_hold *h = &c->holds.v[i];
		const struct inq_resource *r = inq_case_resource(c, h->resource);

		if (h->how == INQ_HELD_CODE && !h->every_path && r && !r->addr &&
		    r->kind == lock->kind)
			return true;
	}
	return false;
}

/* How sure it is that nobody holds @resource when nobody was found: the kernel's own code takes
 * its own locks in more ways than can be seen. */
static enum inq_confidence unheld_conf(const struct inq_analysis *a, const struct inq_core *core,
				       inq_id resource, const struct inq_coverage *cov)
{
	return cov->whole && (is_leaked_by_code(a->c, resource) ||
			      module_of(a, core, inq_case_resource(a->c, resource)))
		       ? INQ_CONF_LIKELY
		       : INQ_CONF_POSSIBLE;
}

static void report_kept(struct inq_analysis *a, const struct inq_core *core, inq_id resource)
{
	const struct inq_resource *r = inq_case_resource(a->c, resource);
	enum inq_confidence conf = inq_hang_conf(core, INQ_CONF_LIKELY);
	struct inq_finding *f;

	if (conf == INQ_CONF_NONE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_HANG, "lock-leak", conf, core);
	if (!f)
		return;
	f->resource = resource;
	inq_ids_add(a->c, &f->evidence, r->ev_word);
	inq_ids_add_all(a->c, &f->evidence, &r->ev_signaller);
	f->title = inq_say(a->c, "%s is held: %s", inq_say_resource(a->c, resource), r->never);
}

static void look_at_lock(struct inq_analysis *a, const struct inq_core *core, inq_id resource,
			 const struct inq_coverage *cov)
{
	const struct inq_resource *r = inq_case_resource(a->c, resource);

	if (!inq_resource_is_lock(r->kind) || r->corrupt || !word_says_held(r))
		return;
	/* semaphores also serve as events: an idle thread may sleep on one for ever */
	if (inq_resource_is_event(r) ||
	    (r->kind == INQ_RES_SEMAPHORE && !somebody_is_blocked(a, core)))
		return;
	/* or as the count of a pool, whose parts are given back elsewhere */
	if (r->kind == INQ_RES_SEMAPHORE && (r->kept || !r->given_back)) {
		report(a, core, resource, NULL, INQ_CONF_POSSIBLE,
		       "no holder was found; its waiters' own code may keep it");
		return;
	}
	if (r->owner_gone) {
		report(a, core, resource, NULL,
		       cov->all_tasks ? INQ_CONF_CERTAIN : INQ_CONF_POSSIBLE,
		       cov->all_tasks
			       ? "the owner that its word names is no living task"
			       : "the owner that its word names is none of the tasks that could be "
				 "read");
		return;
	}
	if (r->owner_stale) {
		report(a, core, resource, NULL,
		       inq_conf_min(INQ_CONF_LIKELY, unheld_conf(a, core, resource, cov)),
		       "the task that its word names is in no code that took it, and waits for it "
		       "too or is younger than the wait: it may have a dead one's memory");
		return;
	}
	/* held on purpose, by nobody who runs: by its own state */
	if (r->never) {
		report_kept(a, core, resource);
		return;
	}
	if (may_be_held(a->c, r)) {
		report(a, core, resource, NULL, INQ_CONF_POSSIBLE,
		       "no holder was found; a loop may have taken it in an earlier turn");
		return;
	}
	report(a, core, resource, NULL, unheld_conf(a, core, resource, cov),
	       cov->whole
		       ? inq_say(a->c, "none of the %zu tasks and CPUs is inside code that took it",
				 cov->looked_at)
		       : inq_say(a->c, "no holder was found; %zu of %zu stacks could not be read",
				 cov->missing, cov->looked_at + cov->missing));
}

void inq_rule_lock_leak(struct inq_analysis *a)
{
	struct inq_coverage cov = inq_coverage_of(a->c);

	for (size_t i = 0; i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];
		inq_id r;

		if (core->cycle || !core->nr_waits)
			continue;
		r = inq_node_resource(&a->g, core->nodes[0]);
		if (r != INQ_NONE)
			look_at_lock(a, core, r, &cov);
		else
			look_at_holder(a, core);
	}
}
