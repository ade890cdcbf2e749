// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pending_calls: timers of every CPU's wheel, high resolution timers, works that are queued or
 * delayed, handlers of interrupts.
 */
#include "inspect/pending_calls.h"

#include "kernel/fields.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	TIMERS_MAX = 1 << 18,
	WORKS_MAX = 1 << 18,
	QUEUES_MAX = 1 << 16,
	ACTIONS_MAX = 64,
	IRQS_MAX = 1 << 18,
	TREE_DEPTH = 128,
	NR_TIMER_BASES = 3,
	NR_VECTORS = 256,
};

enum {
	TIMER_ENTRY,
	TIMER_FUNC,
	TIMER_VECTORS,
	TIMER_RUNNING,
	PROCESS_TIMER_TASK,
	DELAYED_TIMER,
	DELAYED_FUNC,
	HRTIMER_NODE,
	HRTIMER_FUNC,
	HRTIMER_BASES,
	HRTIMER_TREE,
	SLEEPER_TASK,
	RB_LEFT,
	RB_RIGHT,
	WQ_LIST,
	WQ_PWQS,
	PWQ_NODE,
	PWQ_POOL,
	PWQ_INACTIVE,
	POOL_WORKS,
	WORK_ENTRY,
	WORK_FUNC,
	DESC_ACTION,
	ACTION_HANDLER,
	ACTION_THREAD,
	ACTION_NEXT,
	DESC_KOBJ,
	KOBJ_SD,
	KN_CHILDREN,
	KN_RB,
	KN_PRIV,
	FIELDS_NR
};
static const struct inq_field_def defs[FIELDS_NR] = {
	[TIMER_ENTRY] = {"timer_list", "entry", INQ_REQUIRED},
	[TIMER_FUNC] = {"timer_list", "function", INQ_REQUIRED},
	[TIMER_VECTORS] = {"timer_base", "vectors", INQ_REQUIRED},
	[TIMER_RUNNING] = {"timer_base", "running_timer", INQ_REQUIRED},
	/* since 4.15 (58e1177b4cd1) */
	[PROCESS_TIMER_TASK] = {"process_timer", "task", INQ_REQUIRED},
	[DELAYED_TIMER] = {"delayed_work", "timer", INQ_REQUIRED},
	[DELAYED_FUNC] = {"delayed_work", "work.func", INQ_REQUIRED},
	[HRTIMER_NODE] = {"hrtimer", "node.node", INQ_REQUIRED},
	[HRTIMER_FUNC] = {"hrtimer", "function", INQ_REQUIRED},
	[HRTIMER_BASES] = {"hrtimer_cpu_base", "clock_base", INQ_REQUIRED},
	/* a cached tree since 5.4 (511885d7061e) */
	[HRTIMER_TREE] = {"hrtimer_clock_base",
			  "active.rb_root.rb_root.rb_node|active.head.rb_node", INQ_REQUIRED},
	[SLEEPER_TASK] = {"hrtimer_sleeper", "task", INQ_REQUIRED},
	[RB_LEFT] = {"rb_node", "rb_left", INQ_REQUIRED},
	[RB_RIGHT] = {"rb_node", "rb_right", INQ_REQUIRED},
	[WQ_LIST] = {"workqueue_struct", "list", INQ_REQUIRED},
	[WQ_PWQS] = {"workqueue_struct", "pwqs", INQ_REQUIRED},
	[PWQ_NODE] = {"pool_workqueue", "pwqs_node", INQ_REQUIRED},
	[PWQ_POOL] = {"pool_workqueue", "pool", INQ_REQUIRED},
	/* renamed in 5.15 (f97a4a1a3f87) */
	[PWQ_INACTIVE] = {"pool_workqueue", "inactive_works|delayed_works", INQ_REQUIRED},
	[POOL_WORKS] = {"worker_pool", "worklist", INQ_REQUIRED},
	[WORK_ENTRY] = {"work_struct", "entry", INQ_REQUIRED},
	[WORK_FUNC] = {"work_struct", "func", INQ_REQUIRED},
	[DESC_ACTION] = {"irq_desc", "action", INQ_REQUIRED},
	[ACTION_HANDLER] = {"irqaction", "handler", INQ_REQUIRED},
	[ACTION_THREAD] = {"irqaction", "thread_fn", INQ_REQUIRED},
	[ACTION_NEXT] = {"irqaction", "next", INQ_REQUIRED},
	/* with CONFIG_SPARSE_IRQ and CONFIG_SYSFS */
	[DESC_KOBJ] = {"irq_desc", "kobj", INQ_OPTIONAL},
	[KOBJ_SD] = {"kobject", "sd", INQ_OPTIONAL},
	[KN_CHILDREN] = {"kernfs_node", "dir.children.rb_node", INQ_OPTIONAL},
	[KN_RB] = {"kernfs_node", "rb", INQ_OPTIONAL},
	[KN_PRIV] = {"kernfs_node", "priv", INQ_OPTIONAL},
};

struct reader {
	struct inq_pending *p;
	struct inq_field f[FIELDS_NR];
	struct inq_hashmap pools; /* worker_pools that were looked at */
};

static void look_at_timer(struct reader *rd, uint64_t timer, uint64_t process_timeout,
			  uint64_t delayed_work)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t func, value;

	if (!inq_field_try_u64(k, &rd->f[TIMER_FUNC], timer, &func)) {
		rd->p->gap = "a timer";
		return;
	}
	if (func == process_timeout) {
		if (inq_field_try_u64(k, &rd->f[PROCESS_TIMER_TASK], timer, &value))
			rd->p->wake(rd->p->arg, value);
		return;
	}
	if (func == delayed_work) {
		timer -= rd->f[DELAYED_TIMER].offset;
		if (inq_field_try_u64(k, &rd->f[DELAYED_FUNC], timer, &value))
			rd->p->call(rd->p->arg, value, "a delayed work",
				    timer + rd->f[DELAYED_FUNC].offset);
		return;
	}
	rd->p->call(rd->p->arg, func, "a pending timer", timer + rd->f[TIMER_FUNC].offset);
}

static void look_at_timer_base(struct reader *rd, uint64_t base)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t process_timeout = inq_symbol_addr(k, "process_timeout");
	uint64_t delayed_work = inq_symbol_addr(k, "delayed_work_timer_fn"), timer;
	const struct inq_field *v = &rd->f[TIMER_VECTORS];

	if (inq_field_try_u64(k, &rd->f[TIMER_RUNNING], base, &timer) && timer)
		look_at_timer(rd, timer, process_timeout, delayed_work);
	for (uint64_t i = 0; i + sizeof(uint64_t) <= v->size; i += sizeof(uint64_t)) {
		struct inq_list_walk w;

		w = inq_slist_walk_init(k, base + v->offset + i, TIMERS_MAX);
		while (inq_list_walk_next(&w, &timer) && rd->p->timers++ < TIMERS_MAX)
			look_at_timer(rd, timer - rd->f[TIMER_ENTRY].offset, process_timeout,
				      delayed_work);
		if (w.end != INQ_WALK_DONE || rd->p->timers >= TIMERS_MAX)
			rd->p->gap = "the timers";
	}
}

static void look_at_timers(struct reader *rd)
{
	struct inq_kernel *k = rd->p->in->k;
	struct inq_symbol sym;
	struct inq_type type;
	size_t size, n;

	if (!inq_symbol_by_name(k, "timer_bases", &sym) || sym.module ||
	    !inq_type_find_var(k, "timer_bases", NULL, &type) ||
	    !inq_struct_size(k, "timer_base", &size) || !size) {
		rd->p->gap = "the timers";
		return;
	}
	n = inq_type_size(type) / size;
	for (unsigned int cpu = 0; cpu < k->nr_cpus; cpu++) {
		uint64_t base = inq_percpu_addr(k, sym.addr, cpu);

		for (size_t i = 0; base && i < n && i < NR_TIMER_BASES; i++)
			look_at_timer_base(rd, base + i * size);
	}
}

static void look_at_hrtimer(struct reader *rd, uint64_t timer, uint64_t wakeup)
{
	uint64_t func, task;

	if (!inq_field_try_u64(rd->p->in->k, &rd->f[HRTIMER_FUNC], timer, &func))
		rd->p->gap = "a high resolution timer";
	else if (func != wakeup)
		rd->p->call(rd->p->arg, func, "a pending hrtimer",
			    timer + rd->f[HRTIMER_FUNC].offset);
	else if (inq_field_try_u64(rd->p->in->k, &rd->f[SLEEPER_TASK], timer, &task))
		rd->p->wake(rd->p->arg, task);
}

/*
 * Give all nodes of the red-black tree at @root to @fn: depth first, bounded in depth and by
 * @left_over, which counts down.  False: not all were reached.
 */
static bool each_node(struct reader *rd, uint64_t root, size_t *left_over,
		      void (*fn)(struct reader *rd, uint64_t node, uint64_t arg), uint64_t arg)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t todo[TREE_DEPTH], left, right;
	size_t n = 0;

	if (root)
		todo[n++] = root;
	while (n) {
		uint64_t node = todo[--n];

		if (!*left_over || n + 2 > TREE_DEPTH ||
		    !inq_field_try_u64(k, &rd->f[RB_LEFT], node, &left) ||
		    !inq_field_try_u64(k, &rd->f[RB_RIGHT], node, &right))
			return false;
		(*left_over)--;
		fn(rd, node, arg);
		if (left)
			todo[n++] = left;
		if (right)
			todo[n++] = right;
	}
	return true;
}

static void look_at_hrtimer_node(struct reader *rd, uint64_t node, uint64_t wakeup)
{
	rd->p->timers++;
	look_at_hrtimer(rd, node - rd->f[HRTIMER_NODE].offset, wakeup);
}

static void look_at_hrtimers(struct reader *rd)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t wakeup = inq_symbol_addr(k, "hrtimer_wakeup"), root;
	size_t size, left = TIMERS_MAX;
	struct inq_symbol sym;

	if (!inq_symbol_by_name(k, "hrtimer_bases", &sym) || sym.module ||
	    !inq_struct_size(k, "hrtimer_clock_base", &size) || !size) {
		rd->p->gap = "the high resolution timers";
		return;
	}
	for (unsigned int cpu = 0; cpu < k->nr_cpus; cpu++) {
		uint64_t base = inq_percpu_addr(k, sym.addr, cpu);
		uint64_t end = base + rd->f[HRTIMER_BASES].offset + rd->f[HRTIMER_BASES].size;

		if (!base)
			continue;
		for (uint64_t b = base + rd->f[HRTIMER_BASES].offset; b + size <= end; b += size) {
			if (!inq_field_try_u64(k, &rd->f[HRTIMER_TREE], b, &root) ||
			    !each_node(rd, root, &left, look_at_hrtimer_node, wakeup))
				rd->p->gap = "the high resolution timers";
		}
	}
}

/* The works of the list at @head are queued. */
static void look_at_works(struct reader *rd, uint64_t head)
{
	struct inq_list_walk w = inq_list_walk_init(rd->p->in->k, head, WORKS_MAX);
	uint64_t node, func;

	while (inq_list_walk_next(&w, &node) && rd->p->works++ < WORKS_MAX) {
		uint64_t work = node - rd->f[WORK_ENTRY].offset;

		if (inq_field_try_u64(rd->p->in->k, &rd->f[WORK_FUNC], work, &func))
			rd->p->call(rd->p->arg, func, "a queued work",
				    work + rd->f[WORK_FUNC].offset);
		else
			rd->p->gap = "a queued work";
	}
	if (w.end != INQ_WALK_DONE || rd->p->works >= WORKS_MAX)
		rd->p->gap = "the queued works";
}

static void look_at_queue(struct reader *rd, uint64_t wq)
{
	struct inq_kernel *k = rd->p->in->k;
	struct inq_list_walk w = inq_list_walk_init(k, wq + rd->f[WQ_PWQS].offset, QUEUES_MAX);
	uint64_t node, pool;

	while (inq_list_walk_next(&w, &node) && rd->p->works < WORKS_MAX) {
		uint64_t pwq = node - rd->f[PWQ_NODE].offset;

		look_at_works(rd, pwq + rd->f[PWQ_INACTIVE].offset);
		if (!inq_field_try_u64(k, &rd->f[PWQ_POOL], pwq, &pool)) {
			rd->p->gap = "a worker pool";
			continue;
		}
		if (inq_hashmap_get(&rd->pools, pool, NULL))
			continue;
		if (!inq_hashmap_put(&rd->pools, pool, 1))
			rd->p->in->c->arena.failed = true;
		look_at_works(rd, pool + rd->f[POOL_WORKS].offset);
	}
	if (w.end != INQ_WALK_DONE)
		rd->p->gap = "the workqueues";
}

static void look_at_workqueues(struct reader *rd)
{
	uint64_t head = inq_symbol_addr(rd->p->in->k, "workqueues"), node;
	struct inq_list_walk w = inq_list_walk_init(rd->p->in->k, head, QUEUES_MAX);

	while (head && inq_list_walk_next(&w, &node) && !inq_case_failed(rd->p->in->c))
		look_at_queue(rd, node - rd->f[WQ_LIST].offset);
	if (!head || w.end != INQ_WALK_DONE)
		rd->p->gap = "the workqueues";
}

static void look_at_irq(struct reader *rd, uint64_t desc)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t action, func;

	if (!inq_field_try_u64(k, &rd->f[DESC_ACTION], desc, &action)) {
		rd->p->gap = "an interrupt";
		return;
	}
	for (size_t i = 0; action && i < ACTIONS_MAX; i++) {
		uint64_t at = action + rd->f[ACTION_HANDLER].offset;

		rd->p->actions++;
		if (inq_field_try_u64(k, &rd->f[ACTION_HANDLER], action, &func))
			rd->p->call(rd->p->arg, func, "an interrupt handler", at);
		at = action + rd->f[ACTION_THREAD].offset;
		if (inq_field_try_u64(k, &rd->f[ACTION_THREAD], action, &func))
			rd->p->call(rd->p->arg, func, "an interrupt thread", at);
		if (!inq_field_try_u64(k, &rd->f[ACTION_NEXT], action, &action)) {
			rd->p->gap = "an interrupt";
			return;
		}
	}
}

static void look_at_irq_node(struct reader *rd, uint64_t node, uint64_t unused)
{
	uint64_t kobj;

	(void)unused;
	if (inq_field_try_u64(rd->p->in->k, &rd->f[KN_PRIV], node - rd->f[KN_RB].offset, &kobj) &&
	    kobj)
		look_at_irq(rd, kobj - rd->f[DESC_KOBJ].offset);
	else
		rd->p->gap = "an interrupt";
}

/* Each irq_desc has a folder in /sys/kernel/irq. */
static bool look_at_sysfs_irqs(struct reader *rd)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t base, sd, root;
	size_t left = IRQS_MAX;

	return rd->f[DESC_KOBJ].found && rd->f[KN_RB].found &&
	       inq_kernel_try_global(k, "irq_kobj_base", 8, &base) && base &&
	       inq_field_try_u64(k, &rd->f[KOBJ_SD], base, &sd) && sd &&
	       inq_field_try_u64(k, &rd->f[KN_CHILDREN], sd, &root) && root &&
	       each_node(rd, root, &left, look_at_irq_node, 0);
}

/*
 * Each interrupt in use that the CPU itself gets has a vector on some CPU (x86); -1 and -2 mark
 * vectors that are not.  Those behind another interrupt (an expander's) have none.
 */
static void look_at_vectors(struct reader *rd)
{
	struct inq_kernel *k = rd->p->in->k;
	uint64_t v[NR_VECTORS];
	struct inq_symbol sym;

	if (!inq_symbol_by_name(k, "vector_irq", &sym) || sym.module) {
		rd->p->gap = "the interrupts";
		return;
	}
	for (unsigned int cpu = 0; cpu < k->nr_cpus; cpu++) {
		uint64_t base = inq_percpu_addr(k, sym.addr, cpu);

		if (!base)
			continue;
		if (!inq_dump_try_read(k->dump, base, v, sizeof(v))) {
			rd->p->gap = "the interrupts";
			continue;
		}
		for (size_t i = 0; i < NR_VECTORS; i++) {
			if (rd->p->in->arch->is_kernel_addr(k, v[i]) && v[i] + 2 > 2)
				look_at_irq(rd, v[i]);
		}
	}
}

static void look_at_irqs(struct reader *rd)
{
	size_t actions = rd->p->actions;

	if (look_at_sysfs_irqs(rd))
		return;
	rd->p->actions = actions;
	look_at_vectors(rd);
	rd->p->gap = "the interrupts";
}

void inq_pending_calls(struct inq_pending *p)
{
	struct reader rd = {.p = p};
	cleanup_error struct inq_error *err = inq_fields_resolve(p->in->k, defs, rd.f, FIELDS_NR);

	if (err) {
		p->gap = inq_arena_printf(&p->in->c->arena, "what is pending (%s)", err->message);
		return;
	}
	look_at_timers(&rd);
	look_at_hrtimers(&rd);
	look_at_workqueues(&rd);
	look_at_irqs(&rd);
	inq_hashmap_deinit(&rd.pools);
}
