// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's dispatchers: functions that call what others registered.  Each is told by its name
 * on the stack; what it called is the frame further in, or its own argument where that tells more
 * (a function that no longer is there has no frame of its name).
 */
#include "inspect/dispatch.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "code/frames.h"
#include "inspect/address.h"
#include "inspect/facts.h"
#include "inspect/names.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	WORK_FUNC,
	WORKER_PWQ,
	PWQ_WQ,
	WQ_NAME,
	DESC_IRQ,
	DESC_ACTION,
	ACTION_NAME,
	ACTION_NEXT,
	ACTION_HANDLER,
	ACTION_THREAD_FN,
	ACTION_IRQ,
	TASKLET_CALLBACK,
	TASKLET_FUNC,
	KPROBE_NAME,
	KPROBE_ADDR,
	HOOK_STATE_HOOK,
	HOOK_STATE_PF,
	SOFTIRQ_ACTION,
	DISPATCH_NR
};
static const struct inq_field_def dispatch_defs[DISPATCH_NR] = {
	[WORK_FUNC] = {"work_struct", "func", INQ_OPTIONAL},
	[WORKER_PWQ] = {"worker", "current_pwq", INQ_OPTIONAL},
	[PWQ_WQ] = {"pool_workqueue", "wq", INQ_OPTIONAL},
	[WQ_NAME] = {"workqueue_struct", "name", INQ_OPTIONAL},
	[DESC_IRQ] = {"irq_desc", "irq_data.irq", INQ_OPTIONAL},
	[DESC_ACTION] = {"irq_desc", "action", INQ_OPTIONAL},
	[ACTION_NAME] = {"irqaction", "name", INQ_OPTIONAL},
	[ACTION_NEXT] = {"irqaction", "next", INQ_OPTIONAL},
	[ACTION_HANDLER] = {"irqaction", "handler", INQ_OPTIONAL},
	[ACTION_THREAD_FN] = {"irqaction", "thread_fn", INQ_OPTIONAL},
	[ACTION_IRQ] = {"irqaction", "irq", INQ_OPTIONAL},
	/* since 5.9 (12cc923f1ccc), beside func */
	[TASKLET_CALLBACK] = {"tasklet_struct", "callback", INQ_OPTIONAL},
	[TASKLET_FUNC] = {"tasklet_struct", "func", INQ_OPTIONAL},
	[KPROBE_NAME] = {"kprobe", "symbol_name", INQ_OPTIONAL},
	[KPROBE_ADDR] = {"kprobe", "addr", INQ_OPTIONAL},
	[HOOK_STATE_HOOK] = {"nf_hook_state", "hook", INQ_OPTIONAL},
	[HOOK_STATE_PF] = {"nf_hook_state", "pf", INQ_OPTIONAL},
	[SOFTIRQ_ACTION] = {"softirq_action", "action", INQ_OPTIONAL},
};

enum { ACTIONS_MAX = 64, SOFTIRQS_MAX = 16 };

/* What is being read. */
struct site {
	struct inq_inspect *in;
	const struct inq_ustack *us;
	const struct inq_stack *s;
	inq_id stack;
	size_t frame;
	unsigned int cpu;
	struct inq_field f[DISPATCH_NR];
	struct inq_origin *o;
};

/* Argument @n of frame @frame, where it is known for sure enough. */
static uint64_t arg_of(struct site *st, size_t frame, unsigned int n)
{
	enum inq_certainty how;
	uint64_t v;

	return inq_frame_arg(st->in->code, st->us, frame, st->cpu, n, &v, &how) && how >= INQ_LIKELY
		       ? v
		       : 0;
}

static uint64_t get(struct site *st, int field, uint64_t base)
{
	uint64_t v;

	return base && inq_field_try_u64(st->in->k, &st->f[field], base, &v) ? v : 0;
}

static const char *say(struct site *st, const char *fmt, ...) inq_printf(2, 3);
static const char *say(struct site *st, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = inq_arena_vprintf(&st->in->c->arena, fmt, ap);
	va_end(ap);
	return text ? text : "";
}

/* The frame that the dispatcher called is @frame - 1. */
static void called_frame(struct site *st)
{
	const struct inq_frame *f = st->frame ? &st->s->v[st->frame - 1] : NULL;

	if (!f)
		return;
	st->o->function = f->symbol;
	st->o->module = f->module;
}

/* That it called @fn, whether or not its frame is there. */
static void called_function(struct site *st, uint64_t fn)
{
	struct inq_symbol sym;

	if (!fn)
		return;
	if (inq_symbol_by_addr(st->in->k, fn, &sym) && inq_kernel_is_text(st->in->k, fn)) {
		st->o->function = inq_arena_strdup(&st->in->c->arena, sym.name);
		st->o->module =
			sym.module ? inq_arena_strdup(&st->in->c->arena, sym.module->name) : NULL;
		return;
	}
	st->o->function = say(st, "0x%" PRIx64, fn);
	st->o->module = NULL;
}

/* "f [mod]" */
static const char *function_words(struct site *st)
{
	const struct inq_origin *o = st->o;

	if (!o->function)
		return "(unknown)";
	return o->module ? say(st, "%s [%s]", o->function, o->module) : o->function;
}

/* What was called has to do with @object, and where that lies: a symbol, a slab object. */
static void about_object(struct site *st, uint64_t object)
{
	const char *name = object ? inq_name_of(st->in, object, NULL) : NULL;
	struct inq_address a;

	st->o->object = object;
	if (!object || name) {
		st->o->object_is = name;
		return;
	}
	a = inq_address_describe(st->in, object);
	st->o->object_is = a.kernel ? a.text : NULL;
}

static const char *with_object(struct site *st, const char *text, const char *type)
{
	return st->o->object_is ? say(st, "%s (its %s: %s)", text, type, st->o->object_is) : text;
}

/* A function that lies in no text any more: the module it was of may have been unloaded. */
static const char *with_unloaded(struct site *st, const char *text, uint64_t fn)
{
	if (!fn || inq_kernel_is_text(st->in->k, fn) || !st->in->c->dump.last_unloaded)
		return text;
	return say(st, "%s, where no code is now; the module that was unloaded last is %s", text,
		   st->in->c->dump.last_unloaded);
}

/* call_timer_fn(struct timer_list *timer, void (*fn)(...), ...) */
static void read_timer(struct site *st)
{
	uint64_t fn = arg_of(st, st->frame, 1);

	called_frame(st);
	called_function(st, fn);
	about_object(st, arg_of(st, st->frame, 0));
	st->o->text = with_object(
		st, with_unloaded(st, say(st, "timer function %s", function_words(st)), fn),
		"timer_list");
}

static void read_hrtimer(struct site *st)
{
	called_frame(st);
	if (st->frame)
		about_object(st, arg_of(st, st->frame - 1, 0));
	st->o->text =
		with_object(st, say(st, "hrtimer function %s", function_words(st)), "hrtimer");
}

/* process_one_work(struct worker *worker, struct work_struct *work) */
static void read_work(struct site *st)
{
	uint64_t work = arg_of(st, st->frame, 1), worker = arg_of(st, st->frame, 0), wq;
	char name[64];

	called_frame(st);
	/* the function may have freed the work, or queued it again with another */
	if (!st->o->function)
		called_function(st, get(st, WORK_FUNC, work));
	about_object(st, work);
	wq = get(st, PWQ_WQ, get(st, WORKER_PWQ, worker));
	if (wq && inq_field_try_str(st->in->k, &st->f[WQ_NAME], wq, name, sizeof(name)) && name[0])
		st->o->name = inq_arena_strdup(&st->in->c->arena, name);
	st->o->text = with_object(st,
				  say(st, "work function %s%s%s", function_words(st),
				      st->o->name ? " of workqueue " : "",
				      st->o->name ? st->o->name : ""),
				  "work_struct");
}

/* Of the actions that share a line, the one whose handler is running. */
static uint64_t action_of(struct site *st, uint64_t desc, int handler)
{
	const struct inq_frame *f = st->frame ? &st->s->v[st->frame - 1] : NULL;
	uint64_t action = get(st, DESC_ACTION, desc), first = action;

	for (unsigned int i = 0; f && action && i < ACTIONS_MAX; i++) {
		uint64_t fn = get(st, handler, action);

		if (fn && f->ip >= fn && f->ip - fn == f->offset)
			return action;
		action = get(st, ACTION_NEXT, action);
	}
	/* inlined or tail-called: only where nobody shares the line */
	return first && !get(st, ACTION_NEXT, first) ? first : 0;
}

static void name_action(struct site *st, uint64_t action)
{
	char name[64];

	if (action &&
	    inq_field_try_str(st->in->k, &st->f[ACTION_NAME], action, name, sizeof(name)) &&
	    name[0])
		st->o->name = inq_arena_strdup(&st->in->c->arena, name);
	if (action && st->o->name)
		inq_ids_add(st->in->c, &st->o->evidence,
			    inq_fact_member(st->in, "irqaction", "name", action,
					    &st->f[ACTION_NAME], get(st, ACTION_NAME, action),
					    st->o->name));
}

/* "interrupt 24 (drum), handler f"; @unnumbered where its number is not known. */
static void say_irq(struct site *st, const char *numbered, const char *unnumbered)
{
	const struct inq_origin *o = st->o;
	const char *name = o->name ? say(st, " (%s)", o->name) : "";

	if (o->number >= 0)
		st->o->text = say(st, "%s %" PRId64 "%s, handler %s", numbered, o->number, name,
				  function_words(st));
	else
		st->o->text = say(st, "%s, handler %s", unnumbered, function_words(st));
}

/* __handle_irq_event_percpu(struct irq_desc *desc) */
static void read_irq(struct site *st)
{
	uint64_t desc = arg_of(st, st->frame, 0), irq;

	called_frame(st);
	name_action(st, action_of(st, desc, ACTION_HANDLER));
	if (desc && inq_field_try_u64(st->in->k, &st->f[DESC_IRQ], desc, &irq))
		st->o->number = (int64_t)irq;
	say_irq(st, "interrupt", "a device's interrupt");
}

/* irq_thread_fn(struct irq_desc *desc, struct irqaction *action) */
static void read_irq_thread(struct site *st)
{
	uint64_t action = arg_of(st, st->frame, 1), irq;

	called_frame(st);
	if (!st->o->function)
		called_function(st, get(st, ACTION_THREAD_FN, action));
	name_action(st, action);
	if (action && inq_field_try_u64(st->in->k, &st->f[ACTION_IRQ], action, &irq))
		st->o->number = (int64_t)irq;
	say_irq(st, "thread of interrupt", "thread of an interrupt");
}

/* The function that @t would call if it is a tasklet; 0: it can't be one. */
static uint64_t tasklet_function(struct site *st, uint64_t t)
{
	static const int members[] = {TASKLET_CALLBACK, TASKLET_FUNC};
	struct inq_symbol sym;

	for (size_t i = 0; i < array_size(members); i++) {
		uint64_t fn = get(st, members[i], t);

		if (fn && inq_kernel_is_text(st->in->k, fn) &&
		    inq_symbol_by_addr(st->in->k, fn, &sym) && sym.addr == fn)
			return fn;
	}
	return 0;
}

/*
 * tasklet_action_common() calls callback(tasklet) or func(data).  The frame further in may be of
 * what that has tail-called; the dispatcher itself keeps the tasklet in a register.
 */
static void read_tasklet(struct site *st)
{
	const struct inq_regs *regs = &st->us->v[st->frame].regs;
	const struct inq_frame *f = st->frame ? &st->s->v[st->frame - 1] : NULL;
	uint64_t t = 0, fn = 0;

	called_frame(st);
	for (unsigned int r = 0; f && !fn && r < st->in->arch->nr_regs; r++) {
		if (inq_regs_get(regs, (inq_reg)r, &t))
			fn = tasklet_function(st, t);
	}
	if (fn && inq_name_module(st->in, fn) && f->module &&
	    strcmp(inq_name_module(st->in, fn), f->module) == 0) {
		called_function(st, fn);
		about_object(st, t);
	}
	st->o->text = with_object(st, say(st, "tasklet function %s", function_words(st)),
				  "tasklet_struct");
}

static void read_rcu(struct site *st)
{
	called_frame(st);
	if (st->frame)
		about_object(st, arg_of(st, st->frame - 1, 0));
	st->o->text = with_object(st, say(st, "RCU callback %s", function_words(st)), "rcu_head");
}

/* softirq_vec[i].action is the frame further in; softirq_to_name[] names it. */
static void read_softirq(struct site *st)
{
	uint64_t vec = inq_symbol_addr(st->in->k, "softirq_vec");
	uint64_t names = inq_symbol_addr(st->in->k, "softirq_to_name"), fn, at;
	const struct inq_frame *f = st->frame ? &st->s->v[st->frame - 1] : NULL;
	size_t size;
	char name[32] = "";

	called_frame(st);
	if (f && vec && inq_struct_size(st->in->k, "softirq_action", &size)) {
		for (unsigned int i = 0; i < SOFTIRQS_MAX && names && !name[0]; i++) {
			fn = get(st, SOFTIRQ_ACTION, vec + i * size);
			if (fn && f->ip - f->offset == fn &&
			    inq_dump_try_u64(st->in->k->dump, names + i * 8, &at))
				inq_dump_try_cstr(st->in->k->dump, at, name, sizeof(name));
		}
	}
	if (name[0])
		st->o->name = inq_arena_strdup(&st->in->c->arena, name);
	st->o->text =
		say(st, "softirq%s%s, function %s", name[0] ? " " : "", name, function_words(st));
}

static void read_ipi(struct site *st)
{
	called_frame(st);
	st->o->text =
		say(st, "function %s, which another CPU asked this one to run", function_words(st));
}

/* notifier_call_chain(struct notifier_block **nl, unsigned long val, void *v, ...) */
static void read_notifier(struct site *st)
{
	uint64_t head = arg_of(st, st->frame, 0);
	enum inq_certainty how;
	uint64_t event;
	char symbol[INQ_SYM_NAME_MAX + 64];
	struct inq_symbol sym;

	called_frame(st);
	if (inq_frame_arg(st->in->code, st->us, st->frame, st->cpu, 1, &event, &how) &&
	    how >= INQ_LIKELY)
		st->o->number = (int64_t)event;
	if (head && inq_symbol_by_addr(st->in->k, head, &sym)) {
		snprintf(symbol, sizeof(symbol), "%s", sym.name);
		st->o->name = inq_arena_strdup(&st->in->c->arena, symbol);
	}
	st->o->text = say(st, "notifier %s of chain %s", function_words(st),
			  st->o->name ? st->o->name : "that is not known");
	if (st->o->number >= 0)
		st->o->text = say(st, "%s, event %" PRId64, st->o->text, st->o->number);
}

static void read_kprobe(struct site *st)
{
	uint64_t p = st->frame ? arg_of(st, st->frame - 1, 0) : 0, addr = get(st, KPROBE_ADDR, p);
	char name[128] = "";

	called_frame(st);
	if (p && addr && inq_kernel_is_text(st->in->k, addr)) {
		about_object(st, p);
		if (!inq_field_try_str(st->in->k, &st->f[KPROBE_NAME], p, name, sizeof(name)) ||
		    !name[0])
			inq_symbol_format(st->in->k, addr, name, sizeof(name));
		st->o->name = inq_arena_strdup(&st->in->c->arena, name);
		inq_ids_add(st->in->c, &st->o->evidence,
			    inq_fact_member(st->in, "kprobe", "addr", p, &st->f[KPROBE_ADDR], addr,
					    function_words(st)));
	}
	st->o->text = say(st, "kprobe handler %s%s%s", function_words(st),
			  name[0] ? ", probe at " : "", name);
}

/* nf_hook_slow(struct sk_buff *skb, struct nf_hook_state *state, ...) */
static void read_netfilter(struct site *st)
{
	static const char *const hooks[] = {"PRE_ROUTING", "LOCAL_IN", "FORWARD", "LOCAL_OUT",
					    "POST_ROUTING"};
	uint64_t state = arg_of(st, st->frame, 1), hook, pf;

	called_frame(st);
	st->o->text = say(st, "netfilter hook %s", function_words(st));
	if (!state || !inq_field_try_u64(st->in->k, &st->f[HOOK_STATE_HOOK], state, &hook) ||
	    !inq_field_try_u64(st->in->k, &st->f[HOOK_STATE_PF], state, &pf))
		return;
	st->o->number = (int64_t)hook;
	/* NFPROTO_INET 1, IPV4 2, IPV6 10 name their hooks so (include/uapi/linux/netfilter.h) */
	if (hook < array_size(hooks) && (pf == 1 || pf == 2 || pf == 10)) {
		st->o->name = hooks[hook];
		st->o->text = say(st, "%s at %s of %s", st->o->text, hooks[hook],
				  pf == 10  ? "IPv6"
				  : pf == 2 ? "IPv4"
					    : "IP");
	}
}

/* do_one_initcall(initcall_t fn) */
static void read_initcall(struct site *st)
{
	called_frame(st);
	called_function(st, arg_of(st, st->frame, 0));
	st->o->text = say(st, "initialisation function %s", function_words(st));
}

/* kthread() calls threadfn(data). */
static void read_kthread(struct site *st)
{
	called_frame(st);
	st->o->text = say(st, "kernel thread function %s", function_words(st));
}

/* __handle_sysrq(int key, ...) */
static void read_sysrq(struct site *st)
{
	static const char *const by_write[] = {"write_sysrq_trigger", NULL};
	uint64_t key = arg_of(st, st->frame, 0) & 0xff;
	bool written = inq_fact_find_frame(st->s, st->frame, by_write) >= 0;
	char letter[8] = "";

	called_frame(st);
	if (key > ' ' && key < 0x7f) {
		st->o->number = (int64_t)key;
		snprintf(letter, sizeof(letter), " '%c'", (char)key);
	}
	st->o->text = say(st, "sysrq%s, by %s", letter,
			  written ? "a write to /proc/sysrq-trigger" : "a keyboard or console");
}

static const struct dispatcher {
	const char *name;
	enum inq_origin_kind kind;
	void (*read)(struct site *st);
} dispatchers[] = {
	{"call_timer_fn", INQ_ORIGIN_TIMER, read_timer},
	{"__hrtimer_run_queues", INQ_ORIGIN_HRTIMER, read_hrtimer},
	{"__run_hrtimer", INQ_ORIGIN_HRTIMER, read_hrtimer},
	{"process_one_work", INQ_ORIGIN_WORK, read_work},
	{"__handle_irq_event_percpu", INQ_ORIGIN_INTERRUPT, read_irq},
	{"irq_thread_fn", INQ_ORIGIN_IRQ_THREAD, read_irq_thread},
	{"irq_forced_thread_fn", INQ_ORIGIN_IRQ_THREAD, read_irq_thread},
	{"tasklet_action_common", INQ_ORIGIN_TASKLET, read_tasklet},
	{"rcu_do_batch", INQ_ORIGIN_RCU, read_rcu},
	{"srcu_invoke_callbacks", INQ_ORIGIN_RCU, read_rcu},
	/* renamed in 6.11 (34b3fc558b53) */
	{"handle_softirqs", INQ_ORIGIN_SOFTIRQ, read_softirq},
	{"__do_softirq", INQ_ORIGIN_SOFTIRQ, read_softirq},
	/* underscores since 5.19 (16bf5a5e1ec5) */
	{"__flush_smp_call_function_queue", INQ_ORIGIN_IPI, read_ipi},
	{"flush_smp_call_function_queue", INQ_ORIGIN_IPI, read_ipi},
	{"notifier_call_chain", INQ_ORIGIN_NOTIFIER, read_notifier},
	/* that one may be inlined in these; their first two arguments are alike */
	{"raw_notifier_call_chain", INQ_ORIGIN_NOTIFIER, read_notifier},
	{"blocking_notifier_call_chain", INQ_ORIGIN_NOTIFIER, read_notifier},
	{"atomic_notifier_call_chain", INQ_ORIGIN_NOTIFIER, read_notifier},
	{"srcu_notifier_call_chain", INQ_ORIGIN_NOTIFIER, read_notifier},
	{"kprobe_ftrace_handler", INQ_ORIGIN_KPROBE, read_kprobe},
	{"opt_pre_handler", INQ_ORIGIN_KPROBE, read_kprobe},
	{"aggr_pre_handler", INQ_ORIGIN_KPROBE, read_kprobe},
	{"kprobe_int3_handler", INQ_ORIGIN_KPROBE, read_kprobe},
	{"nf_hook_slow", INQ_ORIGIN_NETFILTER, read_netfilter},
	{"do_one_initcall", INQ_ORIGIN_INITCALL, read_initcall},
	{"kthread", INQ_ORIGIN_KTHREAD, read_kthread},
	{"__handle_sysrq", INQ_ORIGIN_SYSRQ, read_sysrq},
};

static const struct dispatcher *dispatcher_at(const struct inq_frame *f)
{
	for (size_t i = 0; !f->module && i < array_size(dispatchers); i++) {
		if (inq_fact_is(f->symbol, dispatchers[i].name))
			return &dispatchers[i];
	}
	return NULL;
}

bool inq_dispatch_read(struct inq_inspect *in, inq_id stack, size_t frame, unsigned int cpu,
		       struct inq_origin *o)
{
	struct site st = {.in = in, .stack = stack, .frame = frame, .cpu = cpu, .o = o};
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	const struct dispatcher *d = dispatcher_at(&s->v[frame]);
	const struct dispatcher *inner = frame ? dispatcher_at(&s->v[frame - 1]) : NULL;

	/* one that was interrupted itself did not call what is on top of it; of two that are
	 * layers of one the inner calls */
	if (!d || s->v[frame].pt_regs || (inner && inner->kind == d->kind))
		return false;
	st.s = s;
	st.us = &in->ustacks.v[stack];
	inq_error_destroy(inq_fields_resolve(in->k, dispatch_defs, st.f, DISPATCH_NR));
	o->kind = d->kind;
	d->read(&st);
	return true;
}
