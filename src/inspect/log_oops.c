// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An oops in the log (arch/x86/kernel/dumpstack.c, process_64.c):
 *
 *	RIP: 0010:f+0x9/0x20 [mod]
 *	RSP: 0018:ff725ddd8041bef0 EFLAGS: 00000246
 *	RAX: 0000000000000000 RBX: ff394137829f3060 RCX: 0000000000000002
 *	Call Trace:
 *	 <TASK>
 *	 g+0x1e/0x30 [mod]
 *	 ? residue+0x20/0x20
 *	RIP: 0033:0x435533		the user's registers: no more of ours
 */
#include "inspect/log_oops.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/facts.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "util/vec.h"

#include "util/banned.h"

const struct inq_log_oops *inq_log_oops_of(const struct inq_inspect *in, inq_id event)
{
	for (size_t i = 0; i < in->oopses.n; i++) {
		if (in->oopses.v[i].event == event)
			return &in->oopses.v[i];
	}
	return NULL;
}

static struct inq_log_oops *oops_of(struct inq_inspect *in, inq_id event)
{
	struct inq_log_oops *o;

	for (size_t i = in->oopses.n; i-- > 0;) {
		if (in->oopses.v[i].event == event)
			return &in->oopses.v[i];
	}
	if (in->oopses.n >= INQ_LOG_OOPSES)
		return NULL;
	o = inq_case_add(in->c, &in->oopses);
	if (o)
		*o = (struct inq_log_oops){.event = event};
	return o;
}

/* Cuts the name of "f+0x9/0x20" off into @name.  Returns what follows, "+0x9/0x20"; NULL: it has
 * another form. */
static const char *cut_name(const char *at, char *name, size_t size)
{
	size_t n = strcspn(at, "+ ");

	if (!n || n >= size || at[n] != '+')
		return NULL;
	memcpy(name, at, n);
	name[n] = '\0';
	return at + n;
}

/* The module of "f+0x9/0x20 [mod]" or "[mod 1a2b... (build id)]", NULL where none stands there.
 * False: it isn't loaded. */
static bool module_of(struct inq_inspect *in, const char *at, const struct inq_module **ret)
{
	const char *open = strchr(at, '[');
	size_t n = open ? strcspn(open + 1, " ]") : 0;
	char name[INQ_MODULE_NAME_MAX];

	*ret = NULL;
	if (!open)
		return true;
	if (n >= sizeof(name))
		return false;
	memcpy(name, open + 1, n);
	name[n] = '\0';
	*ret = inq_module_by_name(in->k, name);
	return *ret;
}

/* The address of "sym+0x12/0x34 [mod]"; 0: not in this dump. */
static uint64_t place(struct inq_inspect *in, const char *at)
{
	const struct inq_module *module;
	struct inq_symbol sym;
	char name[256];
	const char *plus = cut_name(at, name, sizeof(name));
	uint64_t off;

	if (!plus || !module_of(in, plus, &module) || !inq_symbol_of(in->k, module, name, &sym))
		return 0;
	off = strtoull(plus + 1, NULL, 16);
	return off < (sym.size ? sym.size : sym.room) ? sym.addr + off : 0;
}

static inq_reg reg_named(const struct inq_arch *arch, const char *at, size_t n)
{
	char name[8] = "";

	if (n < 2 || n >= sizeof(name))
		return INQ_REG_NONE;
	for (size_t i = 0; i < n; i++)
		name[i] = (char)tolower((unsigned char)at[i]);
	if (name[1] == '0' && n == 3) { /* R08 */
		name[1] = name[2];
		name[2] = '\0';
	}
	for (unsigned int r = 0; r < arch->nr_regs; r++) {
		if (strcmp(arch->reg_names[r], name) == 0)
			return (inq_reg)r;
	}
	return INQ_REG_NONE;
}

/*
 * "RAX: 0000 RBX: ff39"; "RSP: 0018:ff72 EFLAGS: 0246 ORIG_RAX: 0001".  The first value of each
 * counts.
 */
static void registers(struct inq_inspect *in, struct inq_regs *regs, const char *line)
{
	for (const char *colon = strstr(line, ": "); colon; colon = strstr(colon + 2, ": ")) {
		const char *name = colon, *value = colon + 2;
		size_t n;
		inq_reg r;
		char *end;
		uint64_t v = strtoull(value, &end, 16);

		while (name > line && (isalnum((unsigned char)name[-1]) || name[-1] == '_'))
			name--;
		n = (size_t)(colon - name);
		if (*end == ':') /* a segment before it */
			v = strtoull(end + 1, &end, 16);
		r = reg_named(in->arch, name, n);
		if (end == value)
			continue;
		if (n == 8 && strncmp(name, "ORIG_RAX", n) == 0)
			regs->orig_syscall = v;
		else if (r != INQ_REG_NONE && !(regs->known >> r & 1))
			inq_regs_set(regs, r, v);
	}
}

/* "<TASK>", "<IRQ>", "</IRQ>" */
static void marker(struct inq_log_oops *o, const char *word)
{
	if (word[1] == '/')
		return;
	o->now = strncmp(word, "<IRQ>", 5) == 0	      ? INQ_CTX_IRQ
		 : strncmp(word, "<SOFTIRQ>", 9) == 0 ? INQ_CTX_SOFTIRQ
		 : strncmp(word, "<NMI>", 5) == 0     ? INQ_CTX_NMI
						      : INQ_CTX_TASK;
	if (!o->marked)
		o->context = o->now;
	o->marked = true;
}

static void trace_line(struct inq_inspect *in, struct inq_log_oops *o, const char *line)
{
	uint64_t ip;

	while (*line == ' ')
		line++;
	if (*line == '<')
		marker(o, line);
	/* "? f+0x1/0x2": may be of another time */
	if (*line == '?' || *line == '<' || o->trace_done || o->nr_callers == INQ_LOG_FRAMES)
		return;
	ip = place(in, line);
	if (!ip) {
		/* beyond a frame that is not known nothing follows from the next */
		o->trace_done = true;
		return;
	}
	if (!o->nr_callers && ip == o->regs.ip)
		return;
	o->contexts[o->nr_callers] = o->now;
	o->callers[o->nr_callers++] = ip;
}

/* "RIP: 0010:f+0x9/0x20 [mod]" of the fault, or of what an interrupt came in on top of; "RIP:
 * 0033:0x435533" of user mode. */
static void rip_line(struct inq_inspect *in, struct inq_log_oops *o, const char *at)
{
	bool kernel = strncmp(at, "0010:", 5) == 0;

	if (!o->has_rip && kernel) {
		o->at = inq_arena_strdup(&in->c->arena, at + 5);
		o->regs.ip = strncmp(at + 5, "0x", 2) == 0 ? strtoull(at + 5, NULL, 16)
							   : place(in, at + 5);
	} else if (!o->has_rip) {
		o->done = true;
	} else if (kernel) {
		o->trace_done = true;
	} else {
		o->has_user = true;
		o->user_regs = (struct inq_regs){.orig_syscall = UINT64_MAX, .user = true};
		o->user_regs.ip = strtoull(at + 5, NULL, 16);
	}
	o->has_rip = true;
}

void inq_log_oops_line(struct inq_inspect *in, inq_id event, const char *line)
{
	struct inq_log_oops *o = oops_of(in, event);

	if (!o || o->done)
		return;
	if (strncmp(line, "RIP: ", 5) == 0)
		rip_line(in, o, line + 5);
	else if (strncmp(line, "Call Trace:", 11) == 0)
		o->in_trace = true;
	else if (strncmp(line, "Modules linked in", 17) == 0 || strncmp(line, "---[ end", 8) == 0)
		o->done = true;
	else if (o->has_user)
		registers(in, &o->user_regs, line);
	else if (o->in_trace)
		trace_line(in, o, line);
	else if (o->has_rip)
		registers(in, &o->regs, line);
}

/* Whether @ip is what the log prints as @at; what the number after the slash is kernels see
 * differently. */
static bool prints_as(struct inq_inspect *in, uint64_t ip, const char *at)
{
	const char *symbol = inq_fact_symbol(in, ip);
	size_t n = strcspn(symbol, "/");
	const char *module = strchr(symbol, '['), *other = at ? strchr(at, '[') : NULL;

	return at && strchr(symbol, '+') && n == strcspn(at, "/") && !strncmp(symbol, at, n) &&
	       !module == !other && (!module || !strncmp(module, other, strcspn(module, " ]")));
}

bool inq_log_oops_is_at(struct inq_inspect *in, const struct inq_log_oops *o,
			const struct inq_ustack *us)
{
	uint64_t sp;

	return o->has_rip && us->n && us->v[0].exact_ip &&
	       inq_regs_get(&o->regs, in->arch->sp, &sp) && us->v[0].sp == sp &&
	       (us->v[0].ip == o->regs.ip || prints_as(in, us->v[0].ip, o->at));
}

inq_id inq_log_oops_stack(struct inq_inspect *in, const struct inq_log_oops *o)
{
	struct inq_ustack us = {.end = INQ_UNWIND_NO_DATA};

	if (!o->regs.ip || !o->regs.known)
		return INQ_NONE;
	for (size_t i = 0; i <= o->nr_callers; i++) {
		struct inq_uframe *f = inq_vec_push(&us);

		if (!f) {
			inq_ustack_deinit(&us);
			return INQ_NONE;
		}
		*f = (struct inq_uframe){.ip = i ? o->callers[i - 1] : o->regs.ip,
					 .how = i ? INQ_HOW_SCAN : INQ_HOW_REGS,
					 .ctx = i ? o->contexts[i - 1] : o->context,
					 .exact_ip = i == 0};
		if (i == 0)
			f->regs = o->regs;
		f->regs.ip = f->ip;
		inq_regs_get(&f->regs, in->arch->sp, &f->sp);
	}
	/* whom an interrupt came in on top of has nothing to do with it */
	if (o->has_user && o->context == INQ_CTX_TASK) {
		us.user_regs_known = true;
		us.user_regs = o->user_regs;
	}
	return inq_fact_add_stack(in, &us);
}
