// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include <inttypes.h>

#include "analyze/duration.h"
#include "util/banned.h"

enum { UNCORRECTED = 61 };

/* The machine check that the panic is about: of the CPU that the log names, else the first
 * uncorrected one. */
static const struct inq_machine_check *the_check(const struct inq_case *c, int32_t cpu)
{
	const struct inq_machine_check *first = NULL;

	for (size_t i = 0; i < c->machine_checks.n; i++) {
		const struct inq_machine_check *m = &c->machine_checks.v[i];

		if (!(m->status >> UNCORRECTED & 1))
			continue;
		if (m->cpu == cpu)
			return m;
		first = first ? first : m;
	}
	return first;
}

static void tell_check(struct inq_analysis *a, struct inq_finding *f,
		       const struct inq_machine_check *m)
{
	const char *where =
		m->has_addr ? inq_say(a->c, ", at physical address 0x%" PRIx64 "%s%s%s", m->addr,
				      m->address_is ? " (" : "", m->address_is ? m->address_is : "",
				      m->address_is ? ")" : "")
			    : "";

	if (inq_case_cpu(a->c, m->cpu))
		f->culprit =
			(struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = m->cpu, .task = INQ_NONE};
	inq_ids_add(a->c, &f->evidence, m->evidence);
	f->title = inq_say(a->c, "the hardware reported a fatal error%s, bank %d%s: %s",
			   m->cpu < 0 ? "" : inq_say(a->c, " to CPU %d", m->cpu), m->bank, where,
			   m->text ? m->text : "?");
}

/* hardware-error: the machine reported an error of its own that the kernel could not survive. */
void inq_rule_hardware_error(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_MCE, -1, -1);
	const struct inq_machine_check *m;
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
	m = the_check(a->c, f->culprit.cpu);
	if (m)
		tell_check(a, f, m);
}
