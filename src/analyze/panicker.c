// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include "util/banned.h"

/*
 * Who panicked is what crash and others show first.  Where the verdict names another one, the
 * report says why that one is a bystander.
 */

/* Whether the panicking CPU or its task is one of those whom the culprit holds up. */
static bool is_victim(const struct inq_verdict *v, const struct inq_actor *who)
{
	for (size_t i = 0; i < v->victims.n; i++) {
		const struct inq_actor *a = &v->victims.v[i].actor;

		if (a->cpu == who->cpu || (a->task != INQ_NONE && a->task == who->task))
			return true;
	}
	return false;
}

static const char *role_of(const struct inq_analysis *a, bool victim)
{
	switch (a->end) {
	case INQ_END_SOFT_LOCKUP:
	case INQ_END_HARD_LOCKUP:
		return victim ? "the lockup detector found it stuck, and it is stuck behind the "
				"culprit"
			      : "it ran the lockup detector, which found others stuck";
	case INQ_END_HUNG_TASK:
		return "it only reports tasks that hang";
	case INQ_END_RCU_STALL:
		return "it noticed that the grace period does not end";
	case INQ_END_SYSRQ:
		return "it only asked for the crash";
	case INQ_END_NMI:
		return "an NMI from outside asked for the crash there";
	case INQ_END_OOM:
		return "it asked for memory when there was none left";
	default:
		return victim ? "it waits for the culprit"
			      : "it only ran into what the culprit left";
	}
}

void inq_verdict_panicker(struct inq_analysis *a)
{
	struct inq_verdict *v = &a->c->verdict;
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);
	bool same;

	v->panicker = INQ_ACTOR_INIT;
	if (!cpu)
		return;
	v->panicker = (struct inq_actor){.kind = INQ_ACTOR_TASK, .cpu = cpu->nr, .task = cpu->task};
	same = v->culprit.cpu == cpu->nr ||
	       (v->culprit.task != INQ_NONE && v->culprit.task == cpu->task);
	if (same || !v->culprit_kind)
		return;
	v->panic_note =
		inq_say(a->c, "%s, which panicked, is a bystander: %s",
			inq_say_actor(a->c, &v->panicker), role_of(a, is_victim(v, &v->panicker)));
}
