// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * damage: the objects that the allocator's own checks reported: who allocated and who freed each,
 * into the case's tracks (mm/slub.c, object_err() and friends; the log names the object).
 */
#include "inspect/inspectors.h"
#include "inspect/slab_tracks.h"

#include "util/banned.h"

enum { REPORTS_MAX = 16 };

struct inq_error *inq_inspect_damage(struct inq_inspect *in)
{
	size_t n = 0;

	/* the last ones: what the kernel died of */
	for (size_t i = in->c->events.n; i-- > 0 && n < REPORTS_MAX;) {
		const struct inq_event *e = &in->c->events.v[i];

		if (e->kind != INQ_EVENT_CORRUPTION || !e->addr)
			continue;
		inq_slab_track(in, e->addr, false);
		inq_slab_track(in, e->addr, true);
		n++;
	}
	return NULL;
}
