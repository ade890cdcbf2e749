/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_VERDICT_H
#define INQ_ANALYZE_VERDICT_H

#include "analyze/analysis.h"

/**
 * Choose the verdict from the candidates and tell it: class, trigger, culprit, chain,
 * victims, rules broken, signature, next steps.  Without a candidate: "none".
 */
void inq_verdict_make(struct inq_analysis *a);

/** Fill the verdict's chain (chain.c); class, finding, trigger and victims are set. */
void inq_chain_make(struct inq_analysis *a, const struct inq_candidate *cand);

/** Fill how the culprit came to where it stands, and who its process is (origin.c); culprit,
 * function and fault are set. */
void inq_verdict_origin(struct inq_analysis *a);

/** The frame of the verdict's function on the culprit's stack (origin.c); NULL: none is there. */
const struct inq_frame *inq_verdict_frame(const struct inq_analysis *a);

/**
 * Of two hangs: the surer one, then the one that the panic complained of, then the one that holds
 * up more, then the longer one (verdict.c).
 */
bool inq_hang_is_better(const struct inq_analysis *a, const struct inq_candidate *x,
			const struct inq_candidate *y);

/**
 * Fill the verdict's others: what else is wrong, independently of @cand which it is made of; the
 * trigger is set.  Hangs by inq_hang_is_better(), one of each core, then oopses that the machine
 * survived (others.c).
 */
void inq_others_make(struct inq_analysis *a, const struct inq_candidate *cand);

/** Fill who panicked, and why that is not the culprit (panicker.c); culprit and victims are set. */
void inq_verdict_panicker(struct inq_analysis *a);

/** Fill what to look at next (next.c). */
void inq_next_steps_make(struct inq_analysis *a);

/** Fill the rules broken (knowledge.c). */
void inq_knowledge_apply(struct inq_analysis *a, const struct inq_candidate *cand);

/**
 * The verdict's signature: 16 hex digits that are the same for the same bug on another
 * machine, boot, CPU, process or build, made of class, trigger, lock, functions, expression.
 */
void inq_signature_make(struct inq_analysis *a, const struct inq_candidate *cand);

#endif
