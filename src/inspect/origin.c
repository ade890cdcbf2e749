// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where execution came from: the system call by its number (sys_call_table[]) with what
 * trace data say of its arguments (struct syscall_metadata, where the kernel traces system
 * calls); in an interrupt, what was dispatched.
 */
#include "inspect/origin.h"

#include <inttypes.h>
#include <string.h>

#include "code/frames.h"
#include "inspect/facts.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { META_NR_ARGS, META_ARGS, META_NR };
static const struct inq_field_def meta_defs[META_NR] = {
	[META_NR_ARGS] = {"syscall_metadata", "nb_args", INQ_REQUIRED},
	[META_ARGS] = {"syscall_metadata", "args", INQ_REQUIRED},
};

enum { WORK_FUNC, DESC_IRQ, DESC_ACTION, ACTION_NAME, ORIGIN_NR };
static const struct inq_field_def origin_defs[ORIGIN_NR] = {
	[WORK_FUNC] = {"work_struct", "func", INQ_OPTIONAL},
	[DESC_IRQ] = {"irq_desc", "irq_data.irq", INQ_OPTIONAL},
	[DESC_ACTION] = {"irq_desc", "action", INQ_OPTIONAL},
	[ACTION_NAME] = {"irqaction", "name", INQ_OPTIONAL},
};

enum { SYSCALLS_MAX = 1024, ARGS_MAX = 6 };

static bool resolve(struct inq_inspect *in, const struct inq_field_def *defs, struct inq_field *f,
		    size_t n)
{
	struct inq_error *err = inq_fields_resolve(in->k, defs, f, n);

	inq_error_destroy(err);
	return !err;
}

/* "ioctl" of system call @nr. */
static bool syscall_name(struct inq_inspect *in, int64_t nr, char *buf, size_t size)
{
	uint64_t table = inq_symbol_addr(in->k, "sys_call_table"), fn;
	struct inq_symbol sym;
	const char *at;
	size_t n;

	if (!table || nr < 0 || nr >= SYSCALLS_MAX ||
	    !inq_dump_try_u64(in->k->dump, table + (uint64_t)nr * 8, &fn) ||
	    !inq_symbol_by_addr(in->k, fn, &sym) || sym.addr != fn)
		return false;
	/* __x64_sys_ioctl since 4.17 (d5a00528b58c), sys_ioctl before */
	at = strstr(sym.name, "sys_");
	if (!at)
		return false;
	at += strlen("sys_");
	n = strlen(at);
	if (n >= size)
		return false;
	memcpy(buf, at, n + 1);
	return true;
}

static void add_args(struct inq_inspect *in, const char *name, const struct inq_regs *regs,
		     struct inq_strbuf *sb)
{
	cleanup_strbuf struct inq_strbuf symbol = INQ_STRBUF_INIT;
	struct inq_field f[META_NR];
	uint64_t meta, n, args, at, val;
	char arg[32];

	inq_strbuf_addf(&symbol, "__syscall_meta__%s", name);
	meta = inq_symbol_addr(in->k, inq_strbuf_str(&symbol));
	if (!meta || !resolve(in, meta_defs, f, META_NR) ||
	    !inq_field_try_u64(in->k, &f[META_NR_ARGS], meta, &n) || n > ARGS_MAX ||
	    !inq_field_try_u64(in->k, &f[META_ARGS], meta, &args))
		return;
	inq_strbuf_addc(sb, '(');
	for (unsigned int i = 0; i < n && i < in->arch->nr_syscall_regs; i++) {
		if (!inq_regs_get(regs, in->arch->syscall_regs[i], &val))
			break;
		if (!inq_dump_try_u64(in->k->dump, args + i * 8, &at) ||
		    !inq_dump_try_cstr(in->k->dump, at, arg, sizeof(arg)))
			arg[0] = '\0';
		inq_strbuf_addf(sb, "%s%s%s0x%" PRIx64, i ? ", " : "", arg, arg[0] ? "=" : "", val);
	}
	inq_strbuf_addc(sb, ')');
}

static const char *keep(struct inq_inspect *in, struct inq_strbuf *sb)
{
	in->c->arena.failed |= sb->failed;
	return sb->failed ? NULL : inq_arena_strdup(&in->c->arena, inq_strbuf_str(sb));
}

static const char *from_user(struct inq_inspect *in, inq_id stack)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	char name[64];

	if (!s->has_user_regs || !syscall_name(in, s->syscall_nr, name, sizeof(name)))
		return NULL;
	inq_strbuf_addf(&sb, "system call %s", name);
	add_args(in, name, &in->ustacks.v[stack].user_regs, &sb);
	return keep(in, &sb);
}

static const char *from_irq(struct inq_inspect *in, const struct inq_field *f, uint64_t desc)
{
	uint64_t irq, action;
	char name[32] = "";

	if (!f[DESC_IRQ].found || !inq_field_try_u64(in->k, &f[DESC_IRQ], desc, &irq))
		return NULL;
	if (f[DESC_ACTION].found && f[ACTION_NAME].found &&
	    inq_field_try_u64(in->k, &f[DESC_ACTION], desc, &action) && action)
		inq_field_try_str(in->k, &f[ACTION_NAME], action, name, sizeof(name));
	return inq_arena_printf(&in->c->arena, "interrupt %" PRIu64 "%s%s%s", irq,
				name[0] ? " (" : "", name, name[0] ? ")" : "");
}

/* What frame @i dispatches; NULL: nothing that we know. */
static const char *dispatched(struct inq_inspect *in, inq_id stack, size_t i, unsigned int cpu)
{
	static const struct {
		const char *name;
		unsigned int arg;
	} kinds[] = {
		{"call_timer_fn", 1}, {"process_one_work", 1}, {"__handle_irq_event_percpu", 0}};
	const char *symbol = inq_case_stack(in->c, stack)->v[i].symbol;
	struct inq_field f[ORIGIN_NR];
	enum inq_certainty how;
	uint64_t val, func;
	size_t k = 0;

	while (k < array_size(kinds) && !inq_fact_is(symbol, kinds[k].name))
		k++;
	if (k == array_size(kinds) ||
	    !inq_frame_arg(in->code, &in->ustacks.v[stack], i, cpu, kinds[k].arg, &val, &how) ||
	    how < INQ_LIKELY || !resolve(in, origin_defs, f, ORIGIN_NR))
		return NULL;
	if (k == 0)
		return inq_arena_printf(&in->c->arena, "timer function %s",
					inq_fact_symbol(in, val));
	if (k == 1 && inq_field_try_u64(in->k, &f[WORK_FUNC], val, &func))
		return inq_arena_printf(&in->c->arena, "work function %s",
					inq_fact_symbol(in, func));
	return k == 2 ? from_irq(in, f, val) : NULL;
}

const char *inq_origin_of(struct inq_inspect *in, inq_id stack, size_t frame, unsigned int cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	bool task = true;

	for (size_t i = frame; s && i < s->n; i++) {
		const char *text = dispatched(in, stack, i, cpu);

		if (text)
			return text;
		/* whom an interrupt came in on top of has nothing to do with it */
		task = s->v[i].context == INQ_FRAME_TASK || s->v[i].context == INQ_FRAME_EXCEPTION;
		if (!task && i + 1 < s->n && s->v[i + 1].context == INQ_FRAME_TASK)
			return NULL;
	}
	return s && task ? from_user(in, stack) : NULL;
}
