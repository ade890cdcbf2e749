// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include "util/banned.h"

/* io-stall: waiting for I/O that a device was given and has not completed. */
void inq_rule_io_stall(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->g.nr_cores; i++) {
		const struct inq_core *core = &a->g.cores[i];
		const struct inq_resource *r;
		const struct inq_wait *w;
		enum inq_confidence conf;
		struct inq_finding *f;

		if (core->cycle || !core->nr_waits)
			continue;
		w = &a->c->waits.v[core->waits[0]];
		r = inq_case_resource(a->c, inq_node_resource(&a->g, core->nodes[0]));
		if (!r || r->kind != INQ_RES_IO)
			continue;
		/* without the request in hand the device may have nothing to do with it */
		conf = inq_hang_conf(core,
				     r->addr ? inq_wait_conf(w)
					     : inq_conf_min(inq_wait_conf(w), INQ_CONF_POSSIBLE));
		if (conf == INQ_CONF_NONE)
			continue;
		f = inq_finding_add(a, INQ_ANSWER_HANG, "io-stall", conf, core);
		if (!f)
			return;
		f->resource = w->resource;
		f->function = w->function;
		f->module = r->module;
		inq_ids_add_all(a->c, &f->evidence, &w->evidence);
		inq_ids_add(a->c, &f->evidence, r->ev_word);
		f->title = inq_say(a->c, "%s%s has not completed its I/O for %s; %s waits",
				   r->name ? "device " : "a device", r->name ? r->name : "",
				   inq_say_seconds(a->c, core->longest_s),
				   inq_say_actor(a->c, &w->waiter));
	}
}
