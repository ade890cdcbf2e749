// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/duration.h"
#include "util/banned.h"

/* hardware-error: the machine reported an error of its own that the kernel could not survive. */
void inq_rule_hardware_error(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_MCE, -1, -1);
	struct inq_finding *f;

	if (a->end != INQ_END_MCE)
		return;
	f = inq_finding_add(a, INQ_ANSWER_DEATH, "hardware-error", INQ_CONF_CERTAIN, NULL);
	if (!f)
		return;
	if (id != INQ_NONE) {
		inq_ids_add(a->c, &f->evidence, a->c->events.v[id].evidence);
		f->culprit.cpu = a->c->events.v[id].cpu;
		if (f->culprit.cpu >= 0)
			f->culprit.kind = INQ_ACTOR_CPU;
	}
	f->title =
		inq_say(a->c, "the hardware reported a fatal error: %s", a->c->dump.panic_message);
}
