// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/duration.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * sysrq-crash: somebody asked for the crash.  Who: the task that wrote to
 * /proc/sysrq-trigger, or a key on a console, which arrives in an interrupt and names nobody.
 */
void inq_rule_sysrq_crash(struct inq_analysis *a)
{
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);
	const struct inq_stack *s = cpu ? inq_case_stack(a->c, cpu->stack) : NULL;
	const struct inq_task *t = cpu ? inq_case_task(a->c, cpu->task) : NULL;
	bool written = inq_stack_find(s, "write_sysrq_trigger") != INQ_NONE;
	inq_id log = inq_event_last(a->c, INQ_EVENT_SYSRQ, -1, -1);
	struct inq_finding *f;

	if (a->end != INQ_END_SYSRQ)
		return;
	f = inq_finding_add(a, INQ_ANSWER_REQUEST, "sysrq-crash",
			    s ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY, NULL);
	if (!f)
		return;
	if (written && t)
		f->culprit = (struct inq_actor){
			.kind = INQ_ACTOR_TASK, .cpu = cpu->nr, .task = cpu->task};
	f->function = "sysrq_handle_crash";
	if (cpu)
		inq_ids_add(a->c, &f->evidence, cpu->ev_state);
	if (log != INQ_NONE)
		inq_ids_add(a->c, &f->evidence, a->c->events.v[log].evidence);
	if (written && t)
		f->title = inq_say(a->c,
				   "%s asked for this crash: it wrote 'c' to "
				   "/proc/sysrq-trigger",
				   inq_say_actor(a->c, &f->culprit));
	else
		f->title = "somebody asked for this crash through sysrq";
}
