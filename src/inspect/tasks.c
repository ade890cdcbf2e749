// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tasks: every thread on the task list, with its state, how long it is in it, and how far
 * its exit got.  Fills c->tasks.
 *
 *	init_task.tasks -> each process' leader -> leader.signal.thread_head -> its threads
 *
 * Where the list breaks off (a makedumpfile that does not know its kernel's slab pages leaves some
 *of them out), the leaders that are known point to others: to both neighbours, and to their
 *parents.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/task_fields.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

/* A bound for damaged lists only: PID_MAX_LIMIT is 4 million. */
enum { TASKS_MAX = 4 * 1024 * 1024 };

/* include/linux/sched.h; values unchanged since 4.14 but where a comment says so. */
enum {
	STATE_INTERRUPTIBLE = 0x1,
	STATE_UNINTERRUPTIBLE = 0x2,
	STATE_STOPPED = 0x4,
	STATE_TRACED = 0x8,
	STATE_PARKED = 0x40,
	STATE_NOLOAD = 0x400,
	STATE_RTLOCK_WAIT = 0x1000, /* PREEMPT_RT, since 5.15 (cd781d0ce8cb) */
	STATE_FROZEN = 0x8000,	    /* since 6.1 (f5d39b020809) */
	EXIT_STATE_DEAD = 0x10,
	EXIT_STATE_ZOMBIE = 0x20,
	FLAG_EXITING = 0x4,
	FLAG_KTHREAD = 0x200000,
	MAX_RT_PRIO = 100,
};

static const struct inq_field_def task_defs[TASK_FIELDS_NR] = {
	[TASK_PID] = {"task_struct", "pid", INQ_REQUIRED},
	[TASK_TGID] = {"task_struct", "tgid", INQ_REQUIRED},
	[TASK_COMM] = {"task_struct", "comm", INQ_REQUIRED},
	/* renamed in 5.14 (2f064a59a11f) */
	[TASK_STATE] = {"task_struct", "__state|state", INQ_REQUIRED},
	[TASK_EXIT_STATE] = {"task_struct", "exit_state", INQ_OPTIONAL},
	[TASK_FLAGS] = {"task_struct", "flags", INQ_REQUIRED},
	/* moved into thread_info in 5.16 (bcf9033e5449) */
	[TASK_CPU] = {"task_struct", "thread_info.cpu|cpu", INQ_OPTIONAL},
	[TASK_ON_CPU] = {"task_struct", "on_cpu", INQ_OPTIONAL},
	[TASK_ON_RQ] = {"task_struct", "on_rq", INQ_OPTIONAL},
	[TASK_STACK] = {"task_struct", "stack", INQ_REQUIRED},
	[TASK_MM] = {"task_struct", "mm", INQ_OPTIONAL},
	[TASK_NSPROXY] = {"task_struct", "nsproxy", INQ_OPTIONAL},
	[TASK_REAL_PARENT] = {"task_struct", "real_parent", INQ_OPTIONAL},
	[TASK_TASKS] = {"task_struct", "tasks", INQ_REQUIRED},
	[TASK_THREAD_NODE] = {"task_struct", "thread_node", INQ_OPTIONAL},
	[TASK_SIGNAL] = {"task_struct", "signal", INQ_OPTIONAL},
	[TASK_EXEC_START] = {"task_struct", "se.exec_start", INQ_OPTIONAL},
	[TASK_LAST_ARRIVAL] = {"task_struct", "sched_info.last_arrival", INQ_OPTIONAL},
	[TASK_LAST_QUEUED] = {"task_struct", "sched_info.last_queued", INQ_OPTIONAL},
	[TASK_PRIO] = {"task_struct", "prio", INQ_OPTIONAL},
};

enum { SIGNAL_THREAD_HEAD, SIGNAL_NR };
static const struct inq_field_def signal_defs[SIGNAL_NR] = {
	[SIGNAL_THREAD_HEAD] = {"signal_struct", "thread_head", INQ_OPTIONAL},
};

struct inq_error *inq_task_fields(struct inq_inspect *in)
{
	struct inq_field *f;
	struct inq_error *err;

	if (in->task_fields)
		return NULL;
	f = inq_arena_calloc(&in->c->arena, TASK_FIELDS_NR, sizeof(*f));
	if (!f)
		return &inq_enomem;
	err = inq_fields_resolve(in->k, task_defs, f, TASK_FIELDS_NR);
	if (!err)
		in->task_fields = f;
	return err;
}

static enum inq_task_run run_of(uint64_t state, uint64_t exit_state, bool on_cpu)
{
	if (on_cpu)
		return INQ_RUN_ON_CPU;
	if (exit_state & (EXIT_STATE_DEAD | EXIT_STATE_ZOMBIE))
		return INQ_RUN_DEAD;
	if (state & (STATE_UNINTERRUPTIBLE | STATE_RTLOCK_WAIT))
		return state & STATE_NOLOAD ? INQ_RUN_IDLE : INQ_RUN_BLOCKED;
	if (state & STATE_INTERRUPTIBLE)
		return INQ_RUN_SLEEPING;
	if (state & (STATE_STOPPED | STATE_TRACED | STATE_PARKED | STATE_FROZEN))
		return INQ_RUN_STOPPED;
	return state == 0 ? INQ_RUN_QUEUED : INQ_RUN_UNKNOWN;
}

/*
 * do_exit() in order: PF_EXITING, exit_mm() (mm = NULL), ..., exit_task_namespaces()
 * (nsproxy = NULL), exit_notify() (exit_state = zombie or dead).  kernel/exit.c.
 */
static enum inq_exit_stage exit_stage(const struct inq_task *t, uint64_t exit_state, bool no_mm,
				      bool no_nsproxy)
{
	if (exit_state & EXIT_STATE_DEAD)
		return INQ_EXIT_DEAD;
	if (exit_state & EXIT_STATE_ZOMBIE)
		return INQ_EXIT_NOTIFIED;
	if (!(t->flags & FLAG_EXITING))
		return INQ_EXIT_NO;
	if (no_nsproxy)
		return INQ_EXIT_NAMESPACES;
	return no_mm ? INQ_EXIT_MM : INQ_EXIT_STARTED;
}

/* @bytes is a copy of the task_struct: one read instead of twenty. */
struct task_bytes {
	unsigned char v[16 * 1024];
	size_t n;
};

static uint64_t member(const struct task_bytes *b, const struct inq_field *f, uint64_t otherwise)
{
	uint64_t v;

	return inq_field_from_bytes(f, b->v, b->n, &v) ? v : otherwise;
}

/* How much of a task_struct the members lie in: not its far end, which costs pages. */
static size_t needed_bytes(const struct inq_field *f, size_t max)
{
	size_t end = 0;

	for (size_t i = 0; i < TASK_FIELDS_NR; i++) {
		if (f[i].found && f[i].offset + f[i].size > end)
			end = f[i].offset + f[i].size;
	}
	return end < max ? end : max;
}

/* A comm is what the task wrote there, with the newline of its echo if it must be. */
static void task_comm(struct inq_inspect *in, const struct task_bytes *b, const struct inq_field *f,
		      struct inq_task *t)
{
	const char *comm = (const char *)b->v + f->offset;
	size_t n;

	if (f->offset + f->size > b->n)
		return;
	n = strnlen(comm, f->size);
	while (n && isspace((unsigned char)comm[n - 1]))
		n--;
	t->comm = inq_arena_strndup(&in->c->arena, comm, n);
}

static int32_t parent_tgid(struct inq_inspect *in, const struct inq_field *f, uint64_t parent)
{
	uint64_t tgid;

	if (!parent || !inq_field_try_u64(in->k, &f[TASK_TGID], parent, &tgid))
		return -1;
	return (int32_t)tgid;
}

/* Which evidence shows the exit stage: the last member that do_exit() changed. */
static void exit_evidence(struct inq_inspect *in, const struct inq_field *f, struct inq_task *t,
			  const struct task_bytes *b, inq_id id)
{
	const char *whose = inq_fact_task_name(in, id);
	inq_id ev = INQ_NONE;

	switch (t->exit) {
	case INQ_EXIT_NO:
		break;
	case INQ_EXIT_NOTIFIED:
	case INQ_EXIT_DEAD:
		ev = inq_fact_member(in, "task_struct", "exit_state", t->addr, &f[TASK_EXIT_STATE],
				     member(b, &f[TASK_EXIT_STATE], 0), whose);
		break;
	default:
		ev = inq_fact_member(in, "task_struct", "flags", t->addr, &f[TASK_FLAGS], t->flags,
				     whose);
	}
	t->ev_exit = ev;
}

/* PID_MAX_LIMIT (include/linux/threads.h) */
enum { PID_LIMIT = 4 * 1024 * 1024 };

/* A list that is damaged leads into other memory: what lies there is seldom a task's. */
static bool can_be_task(const struct inq_inspect *in, const struct inq_field *f,
			const struct task_bytes *b)
{
	const unsigned char *comm = b->v + f[TASK_COMM].offset;
	uint64_t stack = member(b, &f[TASK_STACK], 0);

	return member(b, &f[TASK_PID], 0) <= PID_LIMIT &&
	       member(b, &f[TASK_TGID], 0) <= PID_LIMIT && memchr(comm, '\0', f[TASK_COMM].size) &&
	       /* a dead task's stack is given back */
	       (!stack || in->arch->is_kernel_addr(in->k, stack));
}

inq_id inq_task_add(struct inq_inspect *in, uint64_t addr, bool listed)
{
	const struct inq_field *f = in->task_fields;
	struct task_bytes b;
	uint64_t exit_state, nsproxy, known;
	struct inq_task *t;
	inq_id id;

	if (inq_hashmap_get(&in->task_ids, addr, &known))
		return (inq_id)known;
	if (in->c->tasks.n >= TASKS_MAX)
		return INQ_NONE;
	b.n = inq_dump_read_prefix(in->k->dump, addr, b.v, needed_bytes(f, sizeof(b.v)));
	if (b.n < f[TASK_COMM].offset + f[TASK_COMM].size || !can_be_task(in, f, &b))
		return INQ_NONE;
	t = inq_case_add(in->c, &in->c->tasks);
	id = (inq_id)(in->c->tasks.n - 1);
	if (!t || !inq_hashmap_put(&in->task_ids, addr, (uint64_t)id))
		return INQ_NONE;
	t->addr = addr;
	t->listed = listed;
	t->pid = (int32_t)member(&b, &f[TASK_PID], 0);
	t->tgid = (int32_t)member(&b, &f[TASK_TGID], 0);
	t->ppid = parent_tgid(in, f, member(&b, &f[TASK_REAL_PARENT], 0));
	t->state = member(&b, &f[TASK_STATE], 0);
	t->flags = member(&b, &f[TASK_FLAGS], 0);
	t->kthread = t->flags & FLAG_KTHREAD;
	t->cpu = (int32_t)member(&b, &f[TASK_CPU], (uint64_t)-1);
	t->on_cpu = f[TASK_ON_CPU].found && member(&b, &f[TASK_ON_CPU], 0);
	t->stack = t->ev_exit = INQ_NONE;
	t->since_s = t->queued_s = -1;
	t->rt = (int32_t)member(&b, &f[TASK_PRIO], MAX_RT_PRIO) < MAX_RT_PRIO;
	task_comm(in, &b, &f[TASK_COMM], t);
	exit_state = member(&b, &f[TASK_EXIT_STATE], 0);
	t->mm = member(&b, &f[TASK_MM], 0);
	nsproxy = member(&b, &f[TASK_NSPROXY], 1);
	t->run = run_of(t->state, exit_state, t->on_cpu);
	t->exit = exit_stage(t, exit_state, f[TASK_MM].found && !t->mm, nsproxy == 0);
	t->last_ran_ns = member(&b, &f[TASK_LAST_ARRIVAL], 0);
	if (member(&b, &f[TASK_EXEC_START], 0) > t->last_ran_ns)
		t->last_ran_ns = member(&b, &f[TASK_EXEC_START], 0);
	t->arrived_ns = member(&b, &f[TASK_LAST_ARRIVAL], 0);
	exit_evidence(in, f, t, &b, id);
	return id;
}

uint64_t inq_task_stack_base(struct inq_inspect *in, uint64_t task)
{
	uint64_t stack;

	if (!in->task_fields ||
	    !inq_field_try_u64(in->k, &in->task_fields[TASK_STACK], task, &stack))
		return 0;
	return stack;
}

/* Once per reason: with the pages of many processes left out, one line says it. */
static void walk_ended(struct inq_inspect *in, const char *what, const struct inq_list_walk *w)
{
	const struct inq_gap *last = in->c->gaps.n ? &in->c->gaps.v[in->c->gaps.n - 1] : NULL;
	cleanup_error struct inq_error *err = NULL;
	const char *why = inq_walk_end_name(w->end);
	uint64_t next;

	if (w->end == INQ_WALK_DONE)
		return;
	if (w->end == INQ_WALK_UNREADABLE)
		err = inq_dump_read(in->k->dump, w->addr, &next, sizeof(next), "list node");
	if (err && err->code == INQ_ERR_EXCLUDED)
		why = "node in a page that the dump's maker left out";
	if (!last || strcmp(last->what, what) != 0 || strcmp(last->why, why) != 0)
		inq_gap_add(in->c, what, w->addr, "%s", why);
}

/* @left: how many more threads may come, over all processes: lists that share their nodes would
 * be walked again for each. */
static void add_threads(struct inq_inspect *in, const struct inq_field *sig, uint64_t leader,
			uint64_t *left)
{
	const struct inq_field *f = in->task_fields;
	struct inq_list_walk w;
	uint64_t signal, node;

	if (inq_task_add(in, leader, true) == INQ_NONE) {
		inq_gap_add(in->c, "task list", leader, "what is there is no task_struct");
		return;
	}
	if (!f[TASK_THREAD_NODE].found || !sig[SIGNAL_THREAD_HEAD].found ||
	    !inq_field_try_u64(in->k, &f[TASK_SIGNAL], leader, &signal) || !signal)
		return;
	w = inq_list_walk_init(in->k, signal + sig[SIGNAL_THREAD_HEAD].offset, *left);
	while (inq_list_walk_next(&w, &node)) {
		inq_task_add(in, node - f[TASK_THREAD_NODE].offset, true);
		--*left;
	}
	walk_ended(in, "threads of a process", &w);
}

/* The leader whose list node is @node, if that has @back at @back_at; init_task is the list's head.
 */
static void add_neighbour(struct inq_inspect *in, const struct inq_field *sig, uint64_t node,
			  uint64_t back_at, uint64_t back, uint64_t *left)
{
	uint64_t leader = node - in->task_fields[TASK_TASKS].offset, known, v;

	if (*left && leader != inq_symbol_addr(in->k, "init_task") &&
	    !inq_hashmap_get(&in->task_ids, leader, &known) &&
	    inq_dump_try_u64(in->k->dump, node + back_at, &v) && v == back)
		add_threads(in, sig, leader, left);
}

static void add_neighbours(struct inq_inspect *in, const struct inq_field *sig, uint64_t task,
			   uint64_t *left)
{
	uint64_t node = task + in->task_fields[TASK_TASKS].offset, v;

	if (inq_dump_try_u64(in->k->dump, node, &v))
		add_neighbour(in, sig, v, sizeof(v), node, left);
	if (inq_dump_try_u64(in->k->dump, node + sizeof(v), &v))
		add_neighbour(in, sig, v, 0, node, left);
}

/* The list broke off: go on from each task that is known.  The table grows on the way. */
static void add_islands(struct inq_inspect *in, const struct inq_field *sig, uint64_t *left)
{
	const struct inq_field *parent = &in->task_fields[TASK_REAL_PARENT];
	uint64_t init_task = inq_symbol_addr(in->k, "init_task"), v;

	add_neighbours(in, sig, init_task, left);
	for (size_t i = 0; i < in->c->tasks.n && *left; i++) {
		const struct inq_task *t = &in->c->tasks.v[i];
		uint64_t task = t->addr;

		/* a thread's own node is none of the list */
		if (t->pid == t->tgid)
			add_neighbours(in, sig, task, left);
		if (inq_field_try_u64(in->k, parent, task, &v) && v && v != init_task)
			inq_task_add(in, v, true);
	}
}

struct inq_error *inq_inspect_tasks(struct inq_inspect *in)
{
	struct inq_field sig[SIGNAL_NR];
	uint64_t init_task = inq_symbol_addr(in->k, "init_task");
	struct inq_list_walk w;
	uint64_t node, offset, left = TASKS_MAX;
	cleanup_error struct inq_error *err = inq_task_fields(in);

	if (!err)
		err = inq_fields_resolve(in->k, signal_defs, sig, SIGNAL_NR);
	if (err || !init_task) {
		inq_gap_add(in->c, "task list", 0, "%s", err ? err->message : "no init_task");
		return NULL;
	}
	offset = in->task_fields[TASK_TASKS].offset;
	w = inq_list_walk_init(in->k, init_task + offset, TASKS_MAX);
	while (inq_list_walk_next(&w, &node))
		add_threads(in, sig, node - offset, &left);
	walk_ended(in, "task list", &w);
	if (w.end != INQ_WALK_DONE)
		add_islands(in, sig, &left);
	in->c->dump.tasks = (uint32_t)in->c->tasks.n;
	return NULL;
}
