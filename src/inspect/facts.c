// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/facts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "util/vec.h"

#include "util/banned.h"

inq_id inq_fact_member(struct inq_inspect *in, const char *type, const char *member, uint64_t base,
		       const struct inq_field *f, uint64_t value, const char *whose)
{
	char inquest[256], crash[256];
	inq_id id;

	id = inq_evidence_add(in->c, INQ_EV_MEMORY, "%s.%s%s%s = 0x%" PRIx64, type, member,
			      whose ? " of " : "", whose ? whose : "", value);
	inq_evidence_set_value(in->c, id, base + f->offset, value);
	snprintf(inquest, sizeof(inquest), "struct %%V %s.%s 0x%" PRIx64, type, member, base);
	snprintf(crash, sizeof(crash), "struct %s.%s %" PRIx64, type, member, base);
	inq_evidence_set_checks(in->c, id, inquest, crash);
	return id;
}

inq_id inq_fact_memory(struct inq_inspect *in, uint64_t addr, size_t size, uint64_t value,
		       const char *fmt, ...)
{
	char inquest[128], crash[128];
	va_list ap;
	inq_id id;

	va_start(ap, fmt);
	id = inq_evidence_vadd(in->c, INQ_EV_MEMORY, fmt, ap);
	va_end(ap);
	inq_evidence_set_value(in->c, id, addr, value);
	snprintf(inquest, sizeof(inquest), "read %%V 0x%" PRIx64 " --size %zu", addr, size);
	snprintf(crash, sizeof(crash), "rd -%zu %" PRIx64, size * 8, addr);
	inq_evidence_set_checks(in->c, id, inquest, crash);
	return id;
}

inq_id inq_fact_stack(struct inq_inspect *in, int32_t cpu, int32_t pid, const char *fmt, ...)
{
	char inquest[64], crash[64];
	va_list ap;
	inq_id id;

	va_start(ap, fmt);
	id = inq_evidence_vadd(in->c, INQ_EV_STACK, fmt, ap);
	va_end(ap);
	if (cpu >= 0) {
		snprintf(inquest, sizeof(inquest), "bt %%V --cpu %d", cpu);
		snprintf(crash, sizeof(crash), "bt -c %d", cpu);
	} else {
		snprintf(inquest, sizeof(inquest), "bt %%V %d", pid);
		snprintf(crash, sizeof(crash), "bt %d", pid);
	}
	inq_evidence_set_checks(in->c, id, inquest, crash);
	return id;
}

inq_id inq_fact_code(struct inq_inspect *in, uint64_t addr, const char *fmt, ...)
{
	char inquest[64], crash[64];
	struct inq_evidence *e;
	va_list ap;
	inq_id id;

	va_start(ap, fmt);
	id = inq_evidence_vadd(in->c, INQ_EV_CODE, fmt, ap);
	va_end(ap);
	e = inq_evidence_at(in->c, id);
	if (e) {
		e->addr = addr;
		e->has_addr = true;
	}
	/* A call that went astray leads to where no code is: what is there instead? */
	snprintf(inquest, sizeof(inquest), "%s %%V 0x%" PRIx64,
		 inq_kernel_is_text(in->k, addr) ? "dis" : "what", addr);
	snprintf(crash, sizeof(crash), "dis -r %" PRIx64, addr);
	inq_evidence_set_checks(in->c, id, inquest, crash);
	return id;
}

const char *inq_fact_task_name(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	const char *name = NULL;

	if (t)
		name = inq_arena_printf(&in->c->arena, "%s (%d)", t->comm ? t->comm : "?", t->pid);
	return name ? name : "?";
}

inq_id inq_fact_log(struct inq_inspect *in, const struct inq_log_record *r, const char *line)
{
	char inquest[64];
	struct inq_evidence *e;
	inq_id id;

	id = inq_evidence_add(in->c, INQ_EV_LOG, "[%12.6f] %.200s", inq_fact_seconds(r->ts_ns),
			      line);
	snprintf(inquest, sizeof(inquest), "log %%V --seq %" PRIu64, r->seq);
	inq_evidence_set_checks(in->c, id, inquest, "log");
	e = inq_evidence_at(in->c, id);
	if (e)
		e->conf = INQ_CONF_CERTAIN;
	return id;
}

const char *inq_fact_symbol(struct inq_inspect *in, uint64_t addr)
{
	char buf[INQ_SYM_NAME_MAX + 96];
	const char *s;

	s = inq_arena_strdup(&in->c->arena, inq_symbol_format(in->k, addr, buf, sizeof(buf)));
	return s ? s : "?";
}

uint64_t inq_fact_percpu_hot(struct inq_kernel *k, const char *name, const char *member,
			     unsigned int cpu)
{
	uint64_t addr = inq_symbol_addr(k, name);
	size_t offset = 0;

	if (!addr) {
		addr = inq_symbol_addr(k, "pcpu_hot");
		if (!addr || !inq_struct_offset(k, "pcpu_hot", member, &offset))
			return 0;
	}
	addr = inq_percpu_addr(k, addr, cpu);
	return addr ? addr + offset : 0;
}

double inq_fact_seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

double inq_fact_since(const struct inq_inspect *in, uint64_t ns)
{
	if (!in->now_ns || !ns || ns > in->now_ns)
		return -1;
	return inq_fact_seconds(in->now_ns - ns);
}

/* A tick is no older where interrupts come, seconds. */
static const double tick_fresh_s = 2.0;

double inq_fact_cpu_wait(const struct inq_cpu *cpu, const char **ret_how)
{
	/* by a tick of a moment ago it was stopped in an interrupt on top of what it waits in */
	bool in_passing = cpu->lockup && cpu->timer_s < tick_fresh_s;

	*ret_how = NULL;
	if (cpu->irqs == INQ_NO && cpu->timer_s >= 0 && !in_passing) {
		*ret_how = "timer";
		return cpu->timer_s;
	}
	if (cpu->lockup || cpu->starved_s > 0) {
		*ret_how = "watchdog";
		return cpu->stuck_s;
	}
	return -1;
}

static enum inq_frame_context frame_context(enum inq_context ctx)
{
	switch (ctx) {
	case INQ_CTX_TASK:
		return INQ_FRAME_TASK;
	case INQ_CTX_SOFTIRQ:
		return INQ_FRAME_SOFTIRQ;
	case INQ_CTX_IRQ:
		return INQ_FRAME_IRQ;
	case INQ_CTX_EXCEPTION:
		return INQ_FRAME_EXCEPTION;
	case INQ_CTX_NMI:
		return INQ_FRAME_NMI;
	case INQ_CTX_USER:
		return INQ_FRAME_USER;
	}
	return INQ_FRAME_TASK;
}

static void fill_frame(struct inq_inspect *in, const struct inq_uframe *uf, struct inq_frame *f)
{
	/* A return address may lie past the end of a function that ends in a call. */
	uint64_t lookup = uf->exact_ip ? uf->ip : uf->ip - 1;
	struct inq_symbol sym;

	f->ip = uf->ip;
	f->sp = uf->sp;
	f->how = inq_how_name(uf->how);
	f->context = frame_context(uf->ctx);
	f->exact_ip = uf->exact_ip;
	f->pt_regs = uf->pt_regs;
	if (uf->ctx == INQ_CTX_USER || !inq_symbol_by_addr(in->k, lookup, &sym))
		return;
	f->symbol = inq_arena_strdup(&in->c->arena, sym.name);
	f->offset = uf->ip - sym.addr;
	if (sym.module)
		f->module = inq_arena_strdup(&in->c->arena, sym.module->name);
}

/* A CPU that was stopped in user mode has no kernel frame: one that says so stands for it. */
static void add_user_frame(struct inq_inspect *in, const struct inq_ustack *us, struct inq_stack *s)
{
	struct inq_frame *f = &s->v[0];

	f->ip = us->user_regs.ip;
	inq_regs_get(&us->user_regs, in->arch->sp, &f->sp);
	f->how = inq_how_name(INQ_HOW_REGS);
	f->context = INQ_FRAME_USER;
	f->exact_ip = true;
	s->n = 1;
}

/* Thousands of stacks are kept: the room that one grew into goes back. */
static void trim(struct inq_ustack *us)
{
	void *smaller = us->n && us->n < us->max ? realloc(us->v, us->n * sizeof(*us->v)) : NULL;

	if (smaller) {
		us->v = smaller;
		us->max = us->n;
	}
}

inq_id inq_fact_add_stack(struct inq_inspect *in, struct inq_ustack *us)
{
	struct inq_ustack *kept = inq_vec_push(&in->ustacks);
	struct inq_stack *s = kept ? inq_case_add(in->c, &in->c->stacks) : NULL;

	if (!s) {
		if (kept)
			in->ustacks.n--;
		in->c->arena.failed = true;
		inq_ustack_deinit(us);
		return INQ_NONE;
	}
	*kept = *us;
	trim(kept);
	*us = (struct inq_ustack){0};
	s->v = inq_arena_calloc(&in->c->arena, kept->n + 1, sizeof(*s->v));
	s->n = s->v ? kept->n : 0;
	for (size_t i = 0; i < s->n; i++)
		fill_frame(in, &kept->v[i], &s->v[i]);
	if (s->v && kept->n == 0 && kept->user_regs_known)
		add_user_frame(in, kept, s);
	s->complete = kept->end == INQ_UNWIND_COMPLETE;
	s->end = inq_unwind_end_name(kept->end);
	s->end_addr = kept->end_addr;
	s->has_user_regs = kept->user_regs_known;
	s->syscall_nr = -1;
	if (kept->user_regs_known) {
		s->user_ip = kept->user_regs.ip;
		inq_regs_get(&kept->user_regs, in->arch->sp, &s->user_sp);
		if ((int64_t)kept->user_regs.orig_syscall >= 0)
			s->syscall_nr = (int64_t)kept->user_regs.orig_syscall;
	}
	return (inq_id)(in->c->stacks.n - 1);
}

bool inq_fact_is(const char *symbol, const char *name)
{
	return symbol && inq_symbol_is(symbol, name);
}

int inq_fact_find_frame(const struct inq_stack *s, size_t from, const char *const *names)
{
	for (size_t i = from; i < s->n; i++) {
		for (size_t n = 0; names[n]; n++) {
			if (!s->v[i].module && inq_fact_is(s->v[i].symbol, names[n]))
				return (int)i;
		}
	}
	return -1;
}

static const char *const idle_functions[] = {"default_idle",
					     "native_safe_halt",
					     "acpi_safe_halt",
					     "mwait_idle",
					     "intel_idle",
					     "intel_idle_irq",
					     "acpi_idle_do_entry",
					     "poll_idle",
					     "cpu_idle_poll",
					     "cpuidle_enter_state",
					     "default_idle_call",
					     "do_idle",
					     "pv_native_safe_halt",
					     "acpi_idle_enter",
					     "mwait_idle_with_hints",
					     "kvm_wait",
					     NULL};

bool inq_fact_is_idle(const struct inq_inspect *in, const struct inq_cpu *cpu, size_t from)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	const struct inq_task *t = inq_case_task(in->c, cpu->task);

	return t && t->pid == 0 && s && from < s->n && s->v[from].context == INQ_FRAME_TASK &&
	       inq_fact_find_frame(s, from, idle_functions) >= 0;
}

struct inq_actor inq_fact_actor(struct inq_inspect *in, int32_t cpu, inq_id stack, size_t frame)
{
	const struct inq_cpu *cp = inq_case_cpu(in->c, cpu);
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	struct inq_actor a = INQ_ACTOR_INIT;

	a.cpu = cpu;
	a.task = cp ? cp->task : INQ_NONE;
	a.kind = a.task == INQ_NONE ? INQ_ACTOR_CPU : INQ_ACTOR_TASK;
	/* The frame runs in an interrupt when it, or a frame below which it was called
	 * (an exception taken inside the handler), has an interrupt's context. */
	for (size_t i = frame; s && i < s->n; i++) {
		if (s->v[i].context == INQ_FRAME_IRQ || s->v[i].context == INQ_FRAME_SOFTIRQ ||
		    s->v[i].context == INQ_FRAME_NMI)
			a.kind = INQ_ACTOR_INTERRUPT;
	}
	return a;
}
