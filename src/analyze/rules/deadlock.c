// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "analyze/blame.h"
#include "analyze/duration.h"
#include "util/strbuf.h"
#include "util/banned.h"

/*
 * deadlock: a cycle of two or more tasks or CPUs over any kinds of lock, and over what else one
 * waits for: a handler or a work that wants the lock, a thread, other CPUs.  Named as culprit is
 * the one who closed the cycle: who began to wait last, where that is known; a module's code
 * before the kernel's own.
 */

struct cycle {
	struct inq_analysis *a;
	enum inq_confidence conf;
	bool work, lock;
	const struct inq_hold *blamed;
	const struct inq_wait *closing; /* the youngest wait */
	double closing_s;
	struct inq_finding *f; /* set in the second walk */
};

static void judge(void *arg, const struct inq_wait *w, const struct inq_hold *h)
{
	struct cycle *cy = arg;

	cy->conf = inq_conf_min(cy->conf, w ? inq_wait_conf(w) : inq_hold_conf(h));
	if (h) {
		const struct inq_resource *r = inq_case_resource(cy->a->c, h->resource);

		cy->lock |= r && inq_resource_is_lock(r->kind);
	}
	if (w) {
		const struct inq_resource *r = inq_case_resource(cy->a->c, w->resource);
		double s = inq_wait_seconds(cy->a->c, w);

		cy->work |= r && r->kind == INQ_RES_WORK;
		if (!cy->closing || (s >= 0 && (cy->closing_s < 0 || s < cy->closing_s))) {
			cy->closing = w;
			cy->closing_s = s;
		}
	}
}

/*
 * How well @h says what went wrong: a module's code before the kernel's own, a lock that somebody
 * took before a handler or work that merely runs, and then who closed the cycle.
 */
static int blame_of(const struct cycle *cy, const struct inq_hold *h)
{
	const struct inq_resource *r = inq_case_resource(cy->a->c, h->resource);

	return (inq_blamed_for_hold(cy->a, h).module ? 4 : 0) +
	       (r && inq_resource_is_lock(r->kind) ? 2 : 0) +
	       (inq_actor_same(&h->holder, &cy->closing->waiter) ? 1 : 0);
}

static void collect(void *arg, const struct inq_wait *w, const struct inq_hold *h)
{
	struct cycle *cy = arg;

	inq_ids_add_all(cy->a->c, &cy->f->evidence, w ? &w->evidence : &h->evidence);
	if (h && (!cy->blamed || blame_of(cy, h) > blame_of(cy, cy->blamed)))
		cy->blamed = h;
}

static const char *title(struct inq_analysis *a, const struct inq_core *core)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	size_t named = 0;

	for (size_t i = 0; i < core->nr_nodes; i++) {
		struct inq_actor actor = inq_node_actor(a->c, &a->g, core->nodes[i]);

		if (actor.kind == INQ_ACTOR_NONE)
			continue;
		if (named == 3 && core->nr_actors > 4) {
			inq_strbuf_addf(&sb, " and %zu others", core->nr_actors - named);
			break;
		}
		if (named)
			inq_strbuf_add(&sb, named + 1 == core->nr_actors ? " and " : ", ");
		inq_strbuf_add(&sb, inq_say_actor(a->c, &actor));
		named++;
	}
	return inq_say(a->c, "%s wait for each other in a cycle", inq_strbuf_str(&sb));
}

static void look_at(struct inq_analysis *a, const struct inq_core *core)
{
	struct cycle cy = {.a = a, .conf = INQ_CONF_CERTAIN, .closing_s = -1};

	inq_core_each_link(a, core, judge, &cy);
	if (!cy.closing)
		return;
	cy.conf = inq_hang_conf(core, cy.conf);
	/* work that waits for itself through nothing but other work is workqueue-stall */
	if ((cy.work && !cy.lock) || cy.conf == INQ_CONF_NONE)
		return;
	cy.f = inq_finding_add(a, INQ_ANSWER_HANG, "deadlock", cy.conf, core);
	if (!cy.f)
		return;
	inq_core_each_link(a, core, collect, &cy);
	cy.f->culprit = cy.closing->waiter;
	if (cy.blamed) {
		cy.f->culprit = cy.blamed->holder;
		inq_finding_blame_hold(a, cy.f, cy.blamed);
		cy.f->resource = cy.blamed->resource;
	} else {
		inq_finding_blame_waiter(a, cy.f, cy.closing);
	}
	cy.f->title = title(a, core);
}

void inq_rule_deadlock(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		if (a->g.cores[i].cycle && a->g.cores[i].nr_actors > 1)
			look_at(a, &a->g.cores[i]);
	}
}
