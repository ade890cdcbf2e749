// SPDX-License-Identifier: GPL-2.0-or-later
/* Which context each frame of a stack runs in: from the outermost frame inwards. */
#include "kernel/symtab.h"
#include "unwind/unwind_priv.h"

#include "util/banned.h"

/* What a function means for the context of the frames inside it. */
enum role {
	ROLE_NONE,
	ROLE_SOFTIRQ, /* runs softirqs */
	ROLE_LEAVES,  /* the way out of an interrupt, after its handler: as what was interrupted */
	ROLE_ENTRY,   /* + context: entry code */
};

static bool in_list(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (inq_symbol_is(name, list[i]))
			return true;
	return false;
}

static uint64_t role_of_name(struct inq_unwinder *u, const char *name)
{
	/* handle_softirqs since 6.10 (e68ac2b48849); 5.x calls __do_softirq by its section's start
	 */
	static const char *const softirq[] = {
		"__do_softirq",
		"handle_softirqs",
		"__softirqentry_text_start",
	};
	static const char *const leaves[] = {
		"irqentry_exit",
		"irqentry_exit_to_user_mode",
		"irqentry_exit_cond_resched",
		"raw_irqentry_exit_cond_resched",
		"dynamic_irqentry_exit_cond_resched",
		"exit_to_user_mode_prepare",
		"exit_to_user_mode_loop",
		"prepare_exit_to_usermode",
		"preempt_schedule_irq",
	};
	enum inq_context ctx;

	if (u->arch->entry_context(name, &ctx))
		return ROLE_ENTRY + (uint64_t)ctx;
	if (in_list(name, softirq, array_size(softirq)))
		return ROLE_SOFTIRQ;
	return in_list(name, leaves, array_size(leaves)) ? ROLE_LEAVES : ROLE_NONE;
}

static uint64_t role_of(struct inq_unwinder *u, const struct inq_uframe *f)
{
	uint64_t ip = f->exact_ip || !f->ip ? f->ip : f->ip - 1, role;
	struct inq_symbol sym;

	if (inq_hashmap_get(&u->roles, ip, &role))
		return role;
	role = inq_symbol_by_addr(u->k, ip, &sym) ? role_of_name(u, sym.name) : ROLE_NONE;
	/* A cache only. */
	(void)inq_hashmap_put(&u->roles, ip, role);
	return role;
}

/* Entry code without a name of its own: what its stack is for. */
static enum inq_context context_of_stack(enum inq_stack_kind kind)
{
	switch (kind) {
	case INQ_STACK_NMI:
		return INQ_CTX_NMI;
	case INQ_STACK_IRQ:
		return INQ_CTX_IRQ;
	default:
		return INQ_CTX_EXCEPTION;
	}
}

void inq_unwind_set_contexts(struct inq_unwinder *u, struct inq_ustack *stack)
{
	enum inq_context ctx = INQ_CTX_TASK, interrupted = INQ_CTX_TASK;

	for (size_t i = stack->n; i-- > 0;) {
		struct inq_uframe *f = &stack->v[i];
		bool opens = i + 1 < stack->n && stack->v[i + 1].pt_regs;
		uint64_t role = role_of(u, f);

		if (opens) {
			interrupted = ctx;
			ctx = context_of_stack(f->stack);
		}
		if (role >= ROLE_ENTRY)
			ctx = (enum inq_context)(role - ROLE_ENTRY);
		else if (role == ROLE_SOFTIRQ)
			ctx = INQ_CTX_SOFTIRQ;
		else if (role == ROLE_LEAVES && ctx != INQ_CTX_NMI)
			ctx = interrupted;
		f->ctx = ctx;
	}
}
