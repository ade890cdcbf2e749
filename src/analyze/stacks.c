// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/stacks.h"

#include <string.h>

#include "util/banned.h"

size_t inq_base_length(const char *symbol)
{
	return strcspn(symbol, ".");
}

bool inq_function_is(const char *symbol, const char *name)
{
	return symbol && inq_base_length(symbol) == strlen(name) &&
	       strncmp(symbol, name, strlen(name)) == 0;
}

/* Beginnings of names. */
static const char *const generic_prefixes[] = {
	/* entry and exit */
	"asm_",
	"exc_",
	"sysvec_",
	"__sysvec_",
	"entry_",
	"do_syscall_",
	"__x64_sys_",
	"__ia32_sys_",
	"ret_from_fork",
	"x64_sys_call",
	"common_interrupt",
	"error_entry",
	"irq_exit",
	"irq_enter",
	"__irq_exit",
	"irqentry_",
	"syscall_exit_",
	"invoke_softirq",
	"secondary_startup",
	"cpu_startup_entry",
	"end_repeat_nmi",
	"nmi_handle",
	"default_do_nmi",
	"perf_event_nmi",
	"crash_nmi_",
	"kdump_nmi_",
	/* locks */
	"native_queued_spin_",
	"queued_spin_",
	"queued_read_",
	"queued_write_",
	"__pv_queued_spin_",
	"pv_wait",
	"_raw_spin_",
	"__raw_spin_",
	"_raw_read_",
	"_raw_write_",
	"virt_spin_lock",
	"do_raw_",
	"mutex_",
	"__mutex_",
	"rwsem_",
	"down_",
	"__down_",
	"up_",
	"rt_mutex_",
	"__rt_mutex_",
	"rt_spin_",
	"rtlock_",
	"wait_for_completion",
	"__wait_for_common",
	"do_wait_for_common",
	"wait_on_",
	"__wait_on_",
	"out_of_line_wait_",
	"bit_wait",
	"lock_acquire",
	"__lock_",
	/* scheduler */
	"schedule",
	"__schedule",
	"preempt_schedule",
	"io_schedule",
	"__cond_resched",
	/* interrupt handling */
	"handle_irq",
	"handle_edge_",
	"handle_fasteoi_",
	"handle_level_",
	"__handle_irq",
	"generic_handle_",
	"__common_interrupt",
	"hrtimer_interrupt",
	"__hrtimer_run_queues",
	"local_apic_timer_",
	"tick_",
	"update_process_times",
	"run_timer_softirq",
	"__run_timers",
	"call_timer_fn",
	"expire_timers",
	"__do_softirq",
	"do_softirq",
	"__local_bh_",
	"handle_softirqs",
	"tasklet_action",
	"run_ksoftirqd",
	"smpboot_thread_fn",
	/* oops and panic */
	"oops_",
	"__die",
	"die_",
	"page_fault_oops",
	"kernelmode_fixup",
	"bad_area",
	"__bad_area",
	"do_user_addr_fault",
	"do_kern_addr_fault",
	"__do_page_fault",
	"do_page_fault",
	"no_context",
	"spurious_kernel_fault",
	"fixup_exception",
	"panic",
	"nmi_panic",
	"crash_",
	"__crash_",
	"machine_",
	"show_regs",
	"dump_stack",
	"notifier_call_chain",
	"atomic_notifier_call_chain",
	"notify_die",
	"__warn",
	"report_bug",
	"handle_bug",
	"do_error_trap",
	"do_trap",
	"make_task_dead",
	"rewind_stack_",
	"math_error",
	/* helpers that only pass a bad pointer on */
	"list_",
	"__list_",
	"refcount_",
	"kref_",
	"mem",
	"__mem",
	"str",
	"rb_",
	"__rb_",
	"copy_user_",
	"copy_from_user",
	"copy_to_user",
	"_copy_from_",
	"_copy_to_",
};

/* Whole names. */
static const char *const generic_names[] = {
	"die",
	"kthread",
	"worker_thread",
	"process_one_work",
	"kmsg_dump",
	"cpu_idle",
	"do_idle",
	"default_idle",
	"native_halt",
	"vprintk",
	"_printk",
	"printk",
	"vprintk_emit",
	"delay_tsc",
	"__const_udelay",
	"cpu_relax",
	"__delay",
	"msleep",
	"usleep_range_state",
	"schedule_timeout",
	"do_nanosleep",
	"hrtimer_nanosleep",
	"ksys_write",
	"ksys_read",
	"vfs_write",
	"vfs_read",
	"__flush_work",
	"flush_work",
	"__might_resched",
	"rcu_read_unlock",
	"__rcu_read_lock",
};

bool inq_function_is_generic(const char *symbol)
{
	if (!symbol)
		return true;
	for (size_t i = 0; i < array_size(generic_prefixes); i++) {
		if (strncmp(symbol, generic_prefixes[i], strlen(generic_prefixes[i])) == 0)
			return true;
	}
	for (size_t i = 0; i < array_size(generic_names); i++) {
		if (inq_function_is(symbol, generic_names[i]))
			return true;
	}
	return false;
}

/* A module's function is never machinery, whatever its name resembles. */
static bool frame_is_generic(const struct inq_frame *f)
{
	return !f->module && inq_function_is_generic(f->symbol);
}

inq_id inq_stack_find(const struct inq_stack *s, const char *name)
{
	for (size_t i = 0; s && i < s->n; i++) {
		if (!s->v[i].module && inq_function_is(s->v[i].symbol, name))
			return (inq_id)i;
	}
	return INQ_NONE;
}

inq_id inq_stack_teller(const struct inq_stack *s, size_t from, size_t to)
{
	inq_id found = INQ_NONE;

	for (size_t i = to < s->n ? to : s->n; i-- > from;) {
		if (s->v[i].module && s->v[i].symbol)
			return (inq_id)i;
		if (found == INQ_NONE && !frame_is_generic(&s->v[i]))
			found = (inq_id)i;
	}
	return found;
}

inq_id inq_stack_innermost(const struct inq_stack *s, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < s->n; i++) {
		if (!frame_is_generic(&s->v[i]))
			return (inq_id)i;
	}
	return INQ_NONE;
}

size_t inq_stack_context_end(const struct inq_stack *s, size_t frame)
{
	size_t i = frame;

	while (i < s->n && s->v[i].context == s->v[frame].context)
		i++;
	return i;
}

void inq_stack_path(const struct inq_stack *s, size_t from, size_t to, struct inq_strbuf *sb)
{
	enum { MAX_NAMES = 4 };
	size_t names[MAX_NAMES] = {0};
	size_t n = 0, all = 0;

	/* the innermost ones say most */
	for (size_t i = from; i < to && i < s->n; i++) {
		if (frame_is_generic(&s->v[i]))
			continue;
		all++;
		if (n < MAX_NAMES)
			names[n++] = i;
	}
	if (all > n)
		inq_strbuf_add(sb, "... -> ");
	while (n-- > 0) {
		const struct inq_frame *f = &s->v[names[n]];

		inq_strbuf_addn(sb, f->symbol ? f->symbol : "?",
				f->symbol ? inq_base_length(f->symbol) : 1);
		if (n)
			inq_strbuf_add(sb, " -> ");
	}
}

static bool is_entry(const struct inq_frame *f)
{
	return !f->symbol || strncmp(f->symbol, "asm_", 4) == 0 ||
	       strncmp(f->symbol, "exc_", 4) == 0;
}

void inq_stack_whole_path(const struct inq_stack *s, size_t from, size_t to, struct inq_strbuf *sb)
{
	enum { MAX_NAMES = 6 };

	if (to > s->n)
		to = s->n;
	while (from < to && frame_is_generic(&s->v[from]))
		from++;
	while (to > from && is_entry(&s->v[to - 1]))
		to--;
	if (to - from > MAX_NAMES) {
		inq_strbuf_add(sb, "... -> ");
		to = from + MAX_NAMES;
	}
	for (size_t i = to; i-- > from;) {
		const char *name = s->v[i].symbol ? s->v[i].symbol : "?";

		inq_strbuf_addn(sb, name, inq_base_length(name));
		if (i > from)
			inq_strbuf_add(sb, " -> ");
	}
}

static const struct {
	const char *part, *words;
} interrupts[] = {
	{"apic_timer_interrupt", "timer interrupt"},
	{"timer_interrupt", "timer interrupt"},
	{"call_function", "IPI"},
	{"reschedule_ipi", "rescheduling IPI"},
	{"irq_work", "irq_work interrupt"},
	{"common_interrupt", "device interrupt"},
};

const char *inq_stack_context_words(const struct inq_stack *s, size_t frame)
{
	enum inq_frame_context context;
	size_t begin = frame;

	if (!s || frame >= s->n)
		return "unknown context";
	context = s->v[frame].context;
	if (context == INQ_FRAME_SOFTIRQ)
		return "softirq";
	if (context == INQ_FRAME_NMI)
		return "NMI";
	if (context == INQ_FRAME_EXCEPTION)
		return "exception handler";
	if (context != INQ_FRAME_IRQ)
		return "task context";
	while (begin > 0 && s->v[begin - 1].context == context)
		begin--;
	/* the entry is the outermost frame; it may be counted to the context around it */
	for (size_t i = inq_stack_context_end(s, begin) + 3; i-- > begin;) {
		for (size_t k = 0; i < s->n && s->v[i].symbol && k < array_size(interrupts); k++) {
			if (strstr(s->v[i].symbol, interrupts[k].part))
				return interrupts[k].words;
		}
	}
	return "interrupt";
}
