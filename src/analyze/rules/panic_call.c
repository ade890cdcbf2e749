// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * panic-call: the kernel called panic() for a reason that no other class names.  Where a
 * detector panicked (soft lockup, hung task) the hang rules say why; this finding is what
 * remains when none of them can.
 */
static bool is_ours(enum inq_end end)
{
	switch (end) {
	case INQ_END_NONE:
	case INQ_END_FAULT:
	case INQ_END_SYSRQ:
	case INQ_END_OOM:
	case INQ_END_MCE:
	case INQ_END_CORRUPTION:
		return false;
	default:
		return true;
	}
}

static bool is_detector(enum inq_end end)
{
	return end == INQ_END_SOFT_LOCKUP || end == INQ_END_HARD_LOCKUP ||
	       end == INQ_END_HUNG_TASK || end == INQ_END_RCU_STALL || end == INQ_END_NMI;
}

void inq_rule_panic_call(struct inq_analysis *a)
{
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);
	const struct inq_stack *s = cpu ? inq_case_stack(a->c, cpu->stack) : NULL;
	inq_id at = inq_stack_find(s, "panic");
	const char *message = a->c->dump.panic_message;
	struct inq_finding *f;

	if (!is_ours(a->end))
		return;
	f = inq_finding_add(a, INQ_ANSWER_DEATH, "panic-call",
			    is_detector(a->end) ? INQ_CONF_POSSIBLE
						: (s ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY),
			    NULL);
	if (!f)
		return;
	if (cpu) {
		f->culprit = (struct inq_actor){
			.kind = INQ_ACTOR_CPU, .cpu = cpu->nr, .task = cpu->task};
		inq_ids_add(a->c, &f->evidence, cpu->ev_state);
	}
	if (at != INQ_NONE && (size_t)at + 1 < s->n) {
		f->function = s->v[at + 1].symbol;
		f->module = s->v[at + 1].module;
	}
	if (is_detector(a->end))
		f->title = inq_say(a->c,
				   "a detector panicked (\"%s\"), and what held things up "
				   "was not found",
				   message ? message : "?");
	else
		f->title = inq_say(a->c, "%s called panic(\"%s\")",
				   inq_say_function(a->c, f->function, f->module),
				   message ? message : "?");
}
