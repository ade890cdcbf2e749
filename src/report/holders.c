// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/holders.h"

#include "util/banned.h"

static bool is_better(const struct inq_hold *x, const struct inq_hold *y)
{
	if (x->conf != y->conf)
		return x->conf > y->conf;
	/* field, code, stack: the smaller the surer; NONE is 0 and last */
	return x->how != INQ_HELD_NONE && (y->how == INQ_HELD_NONE || x->how < y->how);
}

struct inq_error *inq_holders_init(const struct inq_case *c, struct inq_holders *ret)
{
	inq_id *v = calloc(c->resources.n + 1, sizeof(*v));

	if (!v)
		return &inq_enomem;
	for (size_t i = 0; i < c->resources.n; i++)
		v[i] = INQ_NONE;
	for (size_t i = 0; i < c->holds.n; i++) {
		inq_id r = c->holds.v[i].resource;

		if (inq_case_resource(c, r) &&
		    (v[r] == INQ_NONE || is_better(&c->holds.v[i], &c->holds.v[v[r]])))
			v[r] = (inq_id)i;
	}
	ret->v = v;
	return NULL;
}

void inq_holders_deinit(struct inq_holders *h)
{
	free(h->v);
	h->v = NULL;
}

const struct inq_hold *inq_holders_get(const struct inq_case *c, const struct inq_holders *h,
				       inq_id resource)
{
	if (!inq_case_resource(c, resource) || h->v[resource] == INQ_NONE)
		return NULL;
	return &c->holds.v[h->v[resource]];
}
