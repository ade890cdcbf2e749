// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * panic-call: the kernel called panic() for a reason that no other class names.  Where a
 * detector panicked (soft lockup, hung task) the hang rules say why; this finding is the verdict
 * only when none of them can.
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
	       end == INQ_END_HUNG_TASK || end == INQ_END_RCU_STALL;
}

/* Whoever was interrupted has nothing to do with it. */
static bool is_from_outside(enum inq_end end)
{
	return end == INQ_END_NMI;
}

/* panic_on_warn where no trap tells which function warned: its frame calls the machinery. */
static const char *class_of(enum inq_end end)
{
	return end == INQ_END_WARN ? "bug-on" : "panic-call";
}

static bool has_fault_of_warning(const struct inq_analysis *a, const struct inq_cpu *cpu)
{
	for (size_t i = 0; cpu && a->end == INQ_END_WARN && i < a->c->faults.n; i++) {
		const struct inq_fault *f = &a->c->faults.v[i];

		if (f->on_stack && f->cpu == cpu->nr && f->kind == INQ_FAULT_OPCODE)
			return true;
	}
	return false;
}

static const char *title_of(struct inq_analysis *a, const struct inq_finding *f)
{
	const char *message = inq_plain_panic_message(a->c->dump.panic_message);

	if (is_detector(a->end))
		return inq_say(a->c, "a detector of hangs panicked (\"%s\")",
			       message ? message : "?");
	if (is_from_outside(a->end))
		return inq_say(a->c,
			       "an NMI from outside (a button, a management controller, or "
			       "hardware) made the kernel panic (\"%s\")",
			       message ? message : "?");
	if (a->end == INQ_END_WARN)
		return inq_say(a->c, "a warning in %s, and panic_on_warn made it a panic (\"%s\")",
			       inq_say_function(a->c, f->function, f->module),
			       message ? message : "?");
	if (!f->function)
		return inq_say(a->c, "the kernel panicked (\"%s\")", message ? message : "?");
	return inq_say(a->c, "%s%s called panic(\"%s\")",
		       inq_say_function(a->c, f->function, f->module),
		       f->culprit.kind == INQ_ACTOR_INTERRUPT ? ", in an interrupt," : "",
		       message ? message : "?");
}

static enum inq_confidence conf_of(enum inq_end end, const struct inq_stack *s)
{
	if (is_detector(end))
		return INQ_CONF_POSSIBLE;
	return s ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
}

/* A detector's own task, or whom an NMI interrupted, is nobody's culprit: not for them. */
static void blame(const struct inq_analysis *a, struct inq_finding *f, const struct inq_cpu *cpu)
{
	const struct inq_stack *s = inq_case_stack(a->c, cpu->stack);
	inq_id at = inq_stack_find(s, "panic");
	size_t blamed;

	f->culprit = (struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = cpu->nr, .task = cpu->task};
	if (at == INQ_NONE || (size_t)at + 1 >= s->n)
		return;
	blamed = inq_blame_frame(s, (size_t)at + 1);
	/* a stack that ends before who is to blame */
	if (!s->v[blamed].module && inq_is_complainer(s->v[blamed].symbol)) {
		f->culprit = INQ_ACTOR_INIT;
		f->conf = inq_conf_min(f->conf, INQ_CONF_LIKELY);
		return;
	}
	f->function = s->v[blamed].symbol;
	f->module = s->v[blamed].module;
	f->culprit = inq_actor_at(a->c, cpu, blamed);
}

void inq_rule_panic_call(struct inq_analysis *a)
{
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);
	const struct inq_stack *s = cpu ? inq_case_stack(a->c, cpu->stack) : NULL;
	struct inq_finding *f;

	if (!is_ours(a->end) || has_fault_of_warning(a, cpu))
		return;
	f = inq_finding_add(a, is_detector(a->end) ? INQ_ANSWER_NOTICE : INQ_ANSWER_DEATH,
			    class_of(a->end), conf_of(a->end, s), NULL);
	if (!f)
		return;
	if (cpu)
		inq_ids_add(a->c, &f->evidence, cpu->ev_state);
	if (cpu && !is_detector(a->end) && !is_from_outside(a->end))
		blame(a, f, cpu);
	f->title = title_of(a, f);
}
