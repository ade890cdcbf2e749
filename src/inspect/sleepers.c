// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sleepers: what each blocked task waits for.
 *
 * The wait is named by the outermost of the waiting functions that lie together at the top of
 * its stack: schedule <- schedule_timeout <- wait_for_completion <- __flush_work says "work",
 * not "completion".  A lock's address is an argument of that function; that the lock has the
 * task in its own wait list proves it.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "code/lock_use.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/names.h"
#include "inspect/rt_locks.h"
#include "inspect/sleeping_locks.h"
#include "inspect/spinlocks.h"
#include "inspect/wait_queues.h"
#include "kernel/symtab.h"

#include "util/banned.h"

/* Interruptible sleepers, and waits without a function, are looked at after so long. */
static const double interruptible_s = 2.0;
/* Tasks of which is said that it was not seen what they wait for. */
enum { UNSEEN_MAX = 8 };

/* A function that waits: for what, and which argument says it (-1: none). */
struct wait_function {
	const char *name;
	enum inq_resource_kind kind;
	int arg;
};
static const struct wait_function wait_functions[] = {
	/* ways through the scheduler: no kind of their own */
	{"__schedule", INQ_RES_UNKNOWN, -1},
	{"schedule", INQ_RES_UNKNOWN, -1},
	{"schedule_timeout", INQ_RES_UNKNOWN, -1},
	{"schedule_preempt_disabled", INQ_RES_UNKNOWN, -1},
	{"schedule_rtlock", INQ_RES_UNKNOWN, -1},
	/* of rt_mutexes since 6.7 (d14f9e930b90) */
	{"rt_mutex_schedule", INQ_RES_UNKNOWN, -1},
	{"__cond_resched", INQ_RES_UNKNOWN, -1},
	{"io_schedule", INQ_RES_IO, -1},
	{"io_schedule_timeout", INQ_RES_IO, -1},
	/* completions */
	{"do_wait_for_common", INQ_RES_COMPLETION, 0},
	{"__wait_for_common", INQ_RES_COMPLETION, 0},
	{"wait_for_common", INQ_RES_COMPLETION, 0},
	{"wait_for_completion", INQ_RES_COMPLETION, 0},
	{"wait_for_completion_timeout", INQ_RES_COMPLETION, 0},
	{"wait_for_completion_interruptible", INQ_RES_COMPLETION, 0},
	{"wait_for_completion_killable", INQ_RES_COMPLETION, 0},
	{"wait_for_completion_io", INQ_RES_COMPLETION, 0},
	{"wait_for_completion_state", INQ_RES_COMPLETION, 0},
	/* semaphores */
	{"___down_common", INQ_RES_SEMAPHORE, 0},
	{"__down_common", INQ_RES_SEMAPHORE, 0},
	{"__down", INQ_RES_SEMAPHORE, 0},
	/* RCU, workqueues, other CPUs */
	{"synchronize_rcu", INQ_RES_RCU, -1},
	{"synchronize_rcu_expedited", INQ_RES_RCU, -1},
	{"synchronize_rcu_normal", INQ_RES_RCU, -1},
	{"__wait_rcu_gp", INQ_RES_RCU, -1},
	{"synchronize_rcu_expedited_wait_once", INQ_RES_RCU, -1},
	{"synchronize_rcu_expedited_wait", INQ_RES_RCU, -1},
	{"rcu_exp_wait_wake", INQ_RES_RCU, -1},
	{"rcu_exp_sel_wait_wake", INQ_RES_RCU, -1},
	{"wait_rcu_exp_gp", INQ_RES_RCU, -1},
	{"rcu_barrier", INQ_RES_RCU, -1},
	{"synchronize_srcu", INQ_RES_RCU, 0},
	{"__synchronize_srcu", INQ_RES_RCU, 0},
	{"exp_funnel_lock", INQ_RES_RCU, -1},
	{"__flush_work", INQ_RES_WORK, 0},
	{"flush_work", INQ_RES_WORK, 0},
	{"flush_delayed_work", INQ_RES_WORK, 0},
	{"__cancel_work_timer", INQ_RES_WORK, 0},
	{"__cancel_work_sync", INQ_RES_WORK, 0},
	{"cancel_work_sync", INQ_RES_WORK, 0},
	{"cancel_delayed_work_sync", INQ_RES_WORK, 0},
	{"__flush_workqueue", INQ_RES_WORK, 0},
	{"flush_workqueue", INQ_RES_WORK, 0},
	{"drain_workqueue", INQ_RES_WORK, 0},
	{"stop_one_cpu", INQ_RES_STOP_MACHINE, -1},
	{"stop_machine", INQ_RES_STOP_MACHINE, -1},
	{"stop_machine_cpuslocked", INQ_RES_STOP_MACHINE, -1},
	{"stop_cpus", INQ_RES_STOP_MACHINE, -1},
	{"__stop_cpus", INQ_RES_STOP_MACHINE, -1},
	/* handlers of interrupts, tasklets, network devices: that they end */
	{"tasklet_unlock_wait", INQ_RES_HANDLER, 0},
	{"tasklet_kill", INQ_RES_HANDLER, 0},
	{"__synchronize_irq", INQ_RES_HANDLER, -1},
	{"synchronize_irq", INQ_RES_HANDLER, -1},
	{"disable_irq", INQ_RES_HANDLER, -1},
	{"free_irq", INQ_RES_HANDLER, -1},
	{"napi_disable", INQ_RES_HANDLER, 0},
	{"napi_disable_locked", INQ_RES_HANDLER, 0},
	/* a file of sysfs: that those who use it are through */
	{"kernfs_drain", INQ_RES_ACTIVE_REF, 0},
	{"__kernfs_remove", INQ_RES_ACTIVE_REF, 0},
	/* bits and pages */
	{"bit_wait", INQ_RES_BIT, -1},
	{"bit_wait_io", INQ_RES_IO, -1},
	{"__wait_on_bit", INQ_RES_BIT, -1},
	{"__wait_on_bit_lock", INQ_RES_BIT, -1},
	{"out_of_line_wait_on_bit", INQ_RES_BIT, 0},
	{"out_of_line_wait_on_bit_lock", INQ_RES_BIT, 0},
	{"__wait_on_buffer", INQ_RES_IO, 0},
	{"folio_wait_bit_common", INQ_RES_PAGE, 0},
	{"folio_wait_bit", INQ_RES_PAGE, 0},
	{"folio_wait_writeback", INQ_RES_PAGE, 0},
	{"__folio_lock", INQ_RES_PAGE, 0},
	{"__folio_lock_killable", INQ_RES_PAGE, 0},
	{"wait_on_page_bit", INQ_RES_PAGE, 0},
	{"wait_on_page_bit_common", INQ_RES_PAGE, -1},
	{"submit_bio_wait", INQ_RES_IO, 0},
	{"blk_execute_rq", INQ_RES_IO, 0},
	{"blk_mq_get_tag", INQ_RES_IO, -1},
	{"blk_mq_freeze_queue_wait", INQ_RES_IO, 0},
	{"rq_qos_wait", INQ_RES_IO, -1},
	/* sleeps that end by themselves */
	{"msleep", INQ_RES_TIMER, -1},
	{"msleep_interruptible", INQ_RES_TIMER, -1},
	{"usleep_range_state", INQ_RES_TIMER, -1},
	{"usleep_range", INQ_RES_TIMER, -1},
	{"schedule_timeout_uninterruptible", INQ_RES_TIMER, -1},
	{"schedule_timeout_killable", INQ_RES_TIMER, -1},
	{"schedule_timeout_interruptible", INQ_RES_TIMER, -1},
	{"schedule_timeout_idle", INQ_RES_TIMER, -1},
	{"schedule_hrtimeout_range", INQ_RES_UNKNOWN, -1},
	{"schedule_hrtimeout_range_clock", INQ_RES_UNKNOWN, -1},
	{"schedule_hrtimeout", INQ_RES_TIMER, -1},
	{"do_nanosleep", INQ_RES_TIMER, -1},
	{"hrtimer_nanosleep", INQ_RES_TIMER, -1},
	/* user space's own business */
	{"futex_wait_queue", INQ_RES_FUTEX, -1},
	{"futex_wait_queue_me", INQ_RES_FUTEX, -1},
	{"futex_do_wait", INQ_RES_FUTEX, -1},
	{"__futex_wait", INQ_RES_FUTEX, 0},
	{"futex_wait", INQ_RES_FUTEX, 0},
	{"do_poll", INQ_RES_USER, -1},
	{"do_select", INQ_RES_USER, -1},
	{"ep_poll", INQ_RES_USER, -1},
	{"do_epoll_wait", INQ_RES_USER, -1},
	{"do_wait", INQ_RES_USER, -1},
	{"pipe_read", INQ_RES_USER, -1},
	{"pipe_write", INQ_RES_USER, -1},
	{"wait_woken", INQ_RES_USER, -1},
	{"do_sigtimedwait", INQ_RES_USER, -1},
	{"sigsuspend", INQ_RES_USER, -1},
	{"do_signal_stop", INQ_RES_USER, -1},
	{"ptrace_stop", INQ_RES_USER, -1},
	{"__refrigerator", INQ_RES_USER, -1},
	{"call_usermodehelper_exec", INQ_RES_USER, -1},
	{"handle_userfault", INQ_RES_USER, -1},
	{"fanotify_handle_event", INQ_RES_USER, -1},
	{"fanotify_get_response", INQ_RES_USER, -1},
	{"seccomp_do_user_notification", INQ_RES_USER, -1},
	{"wait_for_partner", INQ_RES_USER, -1},
	{"locks_lock_inode_wait", INQ_RES_USER, -1},
	{"do_msgrcv", INQ_RES_USER, -1},
	{"__do_semtimedop", INQ_RES_USER, -1},
	{"do_semtimedop", INQ_RES_USER, -1},
	{"unix_stream_read_generic", INQ_RES_USER, -1},
	{"unix_wait_for_peer", INQ_RES_USER, -1},
};

/*
 * What one frame's function waits for; false: it is no waiting function.  All of these are the
 * kernel image's: a module's function of the same name is another one.
 */
static bool wait_of(const struct inq_frame *f, struct wait_function *ret)
{
	const char *symbol = f->module ? NULL : f->symbol;
	const struct inq_lock_primitive *p = symbol ? inq_lock_primitive(symbol) : NULL;

	if (inq_lock_primitive_takes(p) && !p->spins) {
		*ret = (struct wait_function){p->name, inq_lock_resource_kind(p->kind), p->arg};
		return true;
	}
	for (size_t i = 0; symbol && i < array_size(wait_functions); i++) {
		if (inq_symbol_is(symbol, wait_functions[i].name)) {
			*ret = wait_functions[i];
			return true;
		}
	}
	return false;
}

struct wait_place {
	struct wait_function fn;
	size_t frame;
	bool shared;
};

/*
 * Who makes somebody the owner of an rt_mutex that he never took, to lend him priority, and then
 * waits for it: what for, that is.
 */
static const struct wait_function lenders[] = {
	{"rcu_boost", INQ_RES_RCU, -1},
	{"rcu_boost_kthread", INQ_RES_RCU, -1},
	{"rt_mutex_wait_proxy_lock", INQ_RES_FUTEX, -1},
	{"futex_lock_pi", INQ_RES_FUTEX, -1},
	{"futex_wait_requeue_pi", INQ_RES_FUTEX, -1},
};

static bool is_lent(const struct inq_frame *f, struct wait_function *ret)
{
	for (size_t i = 0; f->symbol && !f->module && i < array_size(lenders); i++) {
		if (inq_symbol_is(f->symbol, lenders[i].name)) {
			*ret = lenders[i];
			return true;
		}
	}
	return false;
}

/*
 * Does the wait for @outer, a lock of primitive @p (NULL: it is none), stand for the one for the
 * lock @inner within it?  PREEMPT_RT makes other locks of rt_mutexes, and an rwlock of what an
 * rwsem is made of.
 */
static bool stands_for(const struct inq_lock_primitive *p, enum inq_resource_kind outer,
		       enum inq_resource_kind inner)
{
	return p &&
	       (inner == INQ_RES_RTMUTEX || (inner == INQ_RES_RWSEM && outer == INQ_RES_RT_RWLOCK));
}

/*
 * The outermost kind among the waiting functions at the top of @s.  A lock is the end of it: a
 * function that waits for something else has not come to that yet, it takes a lock first.
 */
static bool find_wait(const struct inq_stack *s, struct wait_place *ret)
{
	bool found = false;

	for (size_t i = 0; i < s->n && !s->v[i].pt_regs; i++) {
		const struct inq_lock_primitive *p;
		struct wait_function fn;

		if (found && ret->fn.kind == INQ_RES_RTMUTEX && is_lent(&s->v[i], &fn)) {
			*ret = (struct wait_place){fn, i, false};
			break;
		}
		if (!wait_of(&s->v[i], &fn))
			break;
		if (fn.kind == INQ_RES_UNKNOWN)
			continue;
		p = inq_lock_primitive(s->v[i].symbol);
		if (found && inq_resource_is_sleeping_lock(ret->fn.kind) &&
		    fn.kind != ret->fn.kind && !stands_for(p, fn.kind, ret->fn.kind))
			break;
		*ret = (struct wait_place){fn, i, p && inq_lock_kind_is_shared(p->kind)};
		found = true;
	}
	return found;
}

/* Of futexes only PI ones have an address here. */
static bool has_lock_fields(enum inq_resource_kind kind)
{
	return inq_resource_is_sleeping_lock(kind) || kind == INQ_RES_COMPLETION ||
	       kind == INQ_RES_FUTEX;
}

/* The resource's address, from any of the waiting functions that have it as an argument. */
static uint64_t wait_address(struct inq_inspect *in, const struct wait_place *place, inq_id stack,
			     enum inq_certainty *ret_how)
{
	const struct inq_stack *s = inq_case_stack(in->c, stack);

	*ret_how = INQ_UNKNOWN;
	for (size_t i = place->frame + 1; i-- > 0;) {
		struct wait_function fn;
		enum inq_certainty how;
		uint64_t addr;

		if (!wait_of(&s->v[i], &fn) || fn.kind != place->fn.kind || fn.arg < 0)
			continue;
		if (inq_frame_arg(in->code, &in->ustacks.v[stack], i, 0, (unsigned int)fn.arg,
				  &addr, &how) &&
		    addr && in->arch->is_kernel_addr(in->k, addr)) {
			*ret_how = how;
			return addr;
		}
	}
	return 0;
}

static inq_id wait_resource(struct inq_inspect *in, enum inq_resource_kind kind, uint64_t addr)
{
	inq_id id;
	struct inq_resource *r;

	if (addr && has_lock_fields(kind))
		return inq_sleeping_lock(in, kind, addr);
	/* all but SRCU wait for the one grace period */
	if (!addr && kind == INQ_RES_RCU)
		addr = inq_symbol_addr(in->k, "rcu_state");
	id = inq_resource_find_or_add(in->c, kind, addr);
	r = inq_case_resource(in->c, id);
	if (r && addr && !r->name)
		inq_name_resource(in, r, NULL);
	return id;
}

/* A semaphore is a lock where whoever takes it gives it back; else it signals something. */
static void look_at_use(struct inq_inspect *in, struct inq_resource *r, inq_id stack, size_t frame)
{
	enum inq_lock_use use;

	if (r->kind != INQ_RES_SEMAPHORE)
		return;
	if (inq_lock_use_of(in->code, &in->ustacks.v[stack], frame + 1, INQ_LOCK_SEMAPHORE, &use)) {
		in->c->arena.failed = true; /* NOMEM is the only error */
		return;
	}
	r->given_back |= use == INQ_LOCK_USE_LOCK || use == INQ_LOCK_USE_KEPT;
	r->kept |= use == INQ_LOCK_USE_EVENT || use == INQ_LOCK_USE_KEPT;
}

static void add_wait(struct inq_inspect *in, inq_id task, const struct wait_place *place)
{
	inq_id stack = in->c->tasks.v[task].stack, resource;
	/* a PI futex is an rt_mutex in the kernel, and its address as good as the futex's own */
	enum inq_resource_kind kind =
		place->fn.kind == INQ_RES_FUTEX ? INQ_RES_RTMUTEX : place->fn.kind;
	uint64_t blocked_on = inq_rt_blocked_on(in, in->c->tasks.v[task].addr, kind);
	enum inq_certainty how;
	uint64_t addr = wait_address(in, place, stack, &how), queued;
	const struct inq_task *t;
	struct inq_resource *r;
	struct inq_wait *w;
	bool proven;

	if (!addr)
		addr = blocked_on;
	resource = wait_resource(in, place->fn.kind, addr);
	if (place->fn.arg >= 0)
		inq_lock_name_by_argument(in, resource, stack, place->frame, 0,
					  (unsigned int)place->fn.arg);
	w = inq_edge_sleep(in, task, resource, (inq_id)place->frame);
	r = inq_case_resource(in->c, resource);
	if (!w || !r)
		return;
	t = inq_case_task(in->c, task);
	proven = addr && (blocked_on == addr ||
			  (inq_hashmap_get(&in->queued_on, t->addr, &queued) && queued == addr));
	w->shared = place->shared;
	w->conf = proven || how == INQ_CERTAIN ? INQ_CONF_CERTAIN
		  : how >= INQ_LIKELY	       ? INQ_CONF_LIKELY
					       : INQ_CONF_POSSIBLE;
	/* there is only one such grace period: the function alone says for what it waits */
	if (!addr && r->kind == INQ_RES_RCU && r->addr && w->conf < INQ_CONF_LIKELY)
		w->conf = INQ_CONF_LIKELY;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_stack(in, -1, t->pid, "%s waits in %s%s", inq_fact_task_name(in, task),
				   inq_case_stack(in->c, stack)->v[place->frame].symbol,
				   proven ? ", and stands in the lock's own wait list" : ""));
	inq_ids_add(in->c, &w->evidence, r->ev_word);
	look_at_use(in, r, stack, place->frame);
}

/* A wait queue's entry on the stack says what no function does: wait_event() is inlined. */
static void add_queue_wait(struct inq_inspect *in, inq_id task, size_t frame,
			   const struct inq_queued *q)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	bool bit = q->func == inq_symbol_addr(in->k, "wake_bit_function");
	inq_id id = wait_resource(in, bit ? INQ_RES_BIT : INQ_RES_WAIT_QUEUE, q->head);
	struct inq_wait *w = inq_edge_sleep(in, task, id, (inq_id)frame);
	struct inq_resource *r = inq_case_resource(in->c, id);

	if (!w || !r)
		return;
	if (!r->module)
		r->module = inq_name_module(in, q->head);
	w->conf = INQ_CONF_LIKELY;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_memory(in, q->entry + q->private, 8, t->addr,
				    "%s stands in the wait queue at 0x%" PRIx64
				    " with a wait_queue_entry on its stack",
				    inq_fact_task_name(in, task), q->head));
}

static void say_unseen(struct inq_inspect *in, inq_id task, const struct inq_frame *f)
{
	const char *name = inq_fact_task_name(in, task);

	inq_gap_add(in->c,
		    inq_arena_printf(&in->c->arena, "what %s waits for", name ? name : "a task"), 0,
		    "it sleeps in %s%s%s%s", f->symbol ? f->symbol : "unknown code",
		    f->module ? " [" : "", f->module ? f->module : "", f->module ? "]" : "");
}

/* A blocked task that is in no function which waits for something known. */
static void look_for_queue(struct inq_inspect *in, inq_id task, size_t *unseen)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_stack *s = inq_case_stack(in->c, t->stack);
	struct wait_function fn;
	struct inq_queued q = {0};
	size_t from = 0;

	if (t->since_s >= 0 && t->since_s <= interruptible_s)
		return;
	while (from < s->n && !s->v[from].pt_regs && wait_of(&s->v[from], &fn))
		from++;
	if (from == 0 || from >= s->n || s->v[from].pt_regs)
		return;
	if (inq_wait_queue_of(in, task, from, &q))
		add_queue_wait(in, task, from - 1, &q);
	else if ((*unseen)++ < UNSEEN_MAX)
		say_unseen(in, task, &s->v[from]);
}

static void look_at_task(struct inq_inspect *in, inq_id task, size_t *unseen)
{
	inq_id stack = inq_fact_task_stack(in, task);
	struct wait_place place = {0};

	if (stack == INQ_NONE)
		return;
	if (find_wait(inq_case_stack(in->c, stack), &place))
		add_wait(in, task, &place);
	else if (in->c->tasks.v[task].run == INQ_RUN_BLOCKED)
		look_for_queue(in, task, unseen);
}

static bool sleeps(const struct inq_task *t)
{
	return t->run == INQ_RUN_SLEEPING || t->run == INQ_RUN_IDLE || t->run == INQ_RUN_STOPPED;
}

static bool add_once(struct inq_inspect *in, struct inq_hashmap *tasks, inq_id task)
{
	if (inq_hashmap_get(tasks, (uint64_t)task, NULL))
		return false;
	if (!inq_hashmap_put(tasks, (uint64_t)task, 1))
		in->c->arena.failed = true;
	return true;
}

/*
 * Who holds what others wait for is looked at too, in whatever way it sleeps: for a timer or user
 * space as well.  That may bring up further locks and their holders, which stand behind it in the
 * table.
 */
static void look_at_holders(struct inq_inspect *in, size_t *unseen)
{
	struct inq_hashmap seen = INQ_HASHMAP_INIT; /* tasks of which is known what they wait for */

	for (size_t i = 0; i < in->c->waits.n; i++)
		add_once(in, &seen, in->c->waits.v[i].waiter.task);
	for (size_t i = 0; i < in->c->holds.n && !inq_case_failed(in->c); i++) {
		inq_id id = in->c->holds.v[i].holder.task;
		const struct inq_task *t = inq_case_task(in->c, id);

		if (!t || t->on_cpu || !add_once(in, &seen, id))
			continue;
		if (sleeps(t))
			look_at_task(in, id, unseen);
		else
			inq_fact_task_stack(in, id);
	}
	inq_hashmap_deinit(&seen);
}

static bool is_kernels_own(enum inq_resource_kind kind)
{
	return kind != INQ_RES_TIMER && kind != INQ_RES_USER && kind != INQ_RES_FUTEX &&
	       kind != INQ_RES_UNKNOWN;
}

/* A futex whose owner the kernel knows: who waits for it waits for that task. */
static bool is_pi_futex(const struct wait_place *place)
{
	return inq_symbol_is(place->fn.name, "rt_mutex_wait_proxy_lock") ||
	       inq_symbol_is(place->fn.name, "futex_lock_pi");
}

/*
 * Interruptible waiters (mutex_lock_interruptible()) are never reported by the kernel, yet may be
 * a link of a deadlock.  Most sleepers are no such thing: only waits for the kernel's own locks
 * and events count.
 */
static void look_at_interruptible(struct inq_inspect *in, inq_id task)
{
	inq_id stack = inq_fact_task_stack(in, task);
	struct wait_place place = {0};

	if (stack != INQ_NONE && find_wait(inq_case_stack(in->c, stack), &place) &&
	    (is_kernels_own(place.fn.kind) || is_pi_futex(&place)))
		add_wait(in, task, &place);
}

/* A CPU that is stuck explains the hang: then nobody's sleep has to be looked into. */
static bool a_cpu_is_stuck(const struct inq_case *c)
{
	for (size_t i = 0; i < c->cpus.n; i++) {
		if (c->cpus.v[i].lockup)
			return true;
	}
	return false;
}

struct inq_error *inq_inspect_sleepers(struct inq_inspect *in)
{
	size_t unseen = 0;

	for (size_t i = 0; i < in->c->tasks.n && !inq_case_failed(in->c); i++) {
		if (in->c->tasks.v[i].run == INQ_RUN_BLOCKED)
			look_at_task(in, (inq_id)i, &unseen);
	}
	for (size_t i = 0; i < in->c->tasks.n && !a_cpu_is_stuck(in->c); i++) {
		const struct inq_task *t = &in->c->tasks.v[i];

		if (t->run == INQ_RUN_SLEEPING && t->since_s > interruptible_s)
			look_at_interruptible(in, (inq_id)i);
	}
	inq_semaphore_last_holders(in);
	look_at_holders(in, &unseen);
	return NULL;
}
