/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_CHAIN_H
#define INQ_ANALYZE_CHAIN_H

#include "analyze/analysis.h"

/*
 * The verdict's chain: its steps in the order of what happened.  chain.c begins and ends it; the
 * parts between have files of their own.
 */

/** Add a step to the verdict's chain; its evidence is empty.  NULL: no memory. */
struct inq_chain_step *inq_chain_add(struct inq_analysis *a, double t_s, const char *text);

/** Let @step (NULL: nothing happens) rest on evidence @ev (INQ_NONE: none), or on all of @ids. */
void inq_chain_cite(struct inq_analysis *a, struct inq_chain_step *step, inq_id ev);
void inq_chain_cite_all(struct inq_analysis *a, struct inq_chain_step *step,
			const struct inq_ids *ids);

/** The task whose PID is @tgid, a process's first thread; INQ_NONE: none. */
inq_id inq_chain_process_of(const struct inq_case *c, int32_t tgid);

/** What the culprit of hang @cand took and waits for, or how the cycle closes. */
void inq_chain_tell_hang(struct inq_analysis *a, const struct inq_candidate *cand);
/** What led to death @f, and what it was; the verdict's fault is set. */
void inq_chain_tell_death(struct inq_analysis *a, const struct inq_finding *f);
/** The step of the fault of @finding alone. */
void inq_chain_tell_fault(struct inq_analysis *a, const struct inq_finding *finding);
/** Who waits for the culprit, alike waits folded into one. */
void inq_chain_tell_spread(struct inq_analysis *a, const struct inq_candidate *cand);

#endif
