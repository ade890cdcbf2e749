// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "util/banned.h"

/*
 * lock-corruption: somebody waits for a lock whose word can't be the lock's own work.  The
 * inspector that read the word has said so.  Whoever overwrote it is not known from the word.
 */
void inq_rule_lock_corruption(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];
		const struct inq_resource *r = NULL;
		enum inq_confidence conf;
		struct inq_finding *f;
		const struct inq_wait *w;

		if (!core->nr_waits)
			continue;
		w = &a->c->waits.v[core->waits[0]];
		r = inq_case_resource(a->c, w->resource);
		if (!r || !r->corrupt)
			continue;
		conf = inq_hang_conf(core, inq_wait_conf(w));
		if (conf == INQ_CONF_NONE)
			continue;
		f = inq_finding_add(a, INQ_ANSWER_HANG, "lock-corruption", conf, core);
		if (!f)
			return;
		f->resource = w->resource;
		inq_ids_add(a->c, &f->evidence, r->ev_word);
		inq_ids_add_all(a->c, &f->evidence, &w->evidence);
		f->title =
			inq_say(a->c,
				"%s was overwritten or never initialised: no lock writes "
				"0x%llx there",
				inq_say_resource(a->c, w->resource), (unsigned long long)r->word);
	}
}
