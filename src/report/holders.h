/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_HOLDERS_H
#define INQ_REPORT_HOLDERS_H

#include "model/case.h"
#include "util/error.h"

/** The best known hold of each resource, for looking up the other end of a wait. */
struct inq_holders {
	inq_id *v; /**< hold of each resource; INQ_NONE: none */
};

/** Errors: NOMEM. */
struct inq_error *inq_holders_init(const struct inq_case *c,
				   struct inq_holders *ret) inq_must_check;
void inq_holders_deinit(struct inq_holders *h);
/** Hold of @resource; NULL: none. */
const struct inq_hold *inq_holders_get(const struct inq_case *c, const struct inq_holders *h,
				       inq_id resource);

#endif
