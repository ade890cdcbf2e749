// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/duration.h"
#include "util/banned.h"

/* out-of-memory: the kernel panicked because it had no memory left and nobody to kill. */
void inq_rule_out_of_memory(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_OOM, -1, -1);
	struct inq_finding *f;

	if (a->end != INQ_END_OOM)
		return;
	f = inq_finding_add(a, INQ_ANSWER_DEATH, "out-of-memory", INQ_CONF_CERTAIN, NULL);
	if (!f)
		return;
	if (id != INQ_NONE)
		inq_ids_add(a->c, &f->evidence, a->c->events.v[id].evidence);
	f->title = inq_say(a->c, "the kernel ran out of memory and panicked: %s",
			   a->c->dump.panic_message);
}
