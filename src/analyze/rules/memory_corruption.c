// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/duration.h"
#include "util/banned.h"

/*
 * memory-corruption: the kernel found its own data damaged (list checks, stack protector, slab
 * checks, bad page) and died of it: by panic, or by the BUG() that such a check ends in.
 * The one who notices is seldom the one who wrote: no culprit is named.
 */
void inq_rule_memory_corruption(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_CORRUPTION, -1, -1);
	const struct inq_event *e = id == INQ_NONE ? NULL : &a->c->events.v[id];
	inq_id bug = inq_event_last(a->c, INQ_EVENT_BUG, -1, -1);
	struct inq_finding *f;
	bool fatal = a->end == INQ_END_CORRUPTION;

	/* the BUG() comes right behind the complaint */
	if (e && bug != INQ_NONE && a->end == INQ_END_FAULT) {
		double dt = a->c->events.v[bug].t_s - e->t_s;

		fatal |= dt >= -0.001 && dt < 0.1;
	}
	if (!fatal)
		return;
	f = inq_finding_add(a, INQ_ANSWER_DEATH, "memory-corruption",
			    e ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY, NULL);
	if (!f)
		return;
	f->function = e ? e->symbol : NULL;
	if (e)
		inq_ids_add(a->c, &f->evidence, e->evidence);
	f->weight = 1;
	f->title = inq_say(a->c, "the kernel found its data damaged: %s",
			   e && e->text ? e->text
					: (a->c->dump.panic_message ? a->c->dump.panic_message
								    : "see the log"));
}
