/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_SPREAD_H
#define INQ_ANALYZE_SPREAD_H

#include "analyze/analysis.h"

/** Add a step to the verdict's chain; its evidence is empty.  NULL: no memory. */
struct inq_chain_step *inq_chain_add(struct inq_analysis *a, double t_s, const char *text);

/** Add the steps that tell who waits for the culprit, alike waits folded into one. */
void inq_spread_tell(struct inq_analysis *a, const struct inq_candidate *cand);

#endif
