// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "util/banned.h"

/*
 * lock-corruption: somebody waits for a lock whose word can't be the lock's own work.  The
 * inspector that read the word has said so.  Whoever overwrote it is not known from the word.
 */
/* The word is fine, but for the readers that it (or what is beside it) counts. */
static bool counts_wrong(const struct inq_resource *r)
{
	return r->detail &&
	       (r->kind == INQ_RES_PERCPU_RWSEM ||
		(r->kind == INQ_RES_RWSEM && (int64_t)r->word < 0) ||
		(r->kind == INQ_RES_RWLOCK && (int32_t)r->word < 0 && !(r->word & 0xff)));
}

static const char *title(struct inq_analysis *a, inq_id resource)
{
	const struct inq_resource *r = inq_case_resource(a->c, resource);

	if (counts_wrong(r))
		return inq_say(a->c, "%s was given back more often than taken, or overwritten: %s",
			       inq_say_resource(a->c, resource), r->detail);
	return inq_say(a->c, "%s was overwritten or never initialised: no lock writes 0x%llx there",
		       inq_say_resource(a->c, resource), (unsigned long long)r->word);
}

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
		f->title = title(a, w->resource);
	}
}
