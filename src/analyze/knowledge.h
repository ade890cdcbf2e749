/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_KNOWLEDGE_H
#define INQ_ANALYZE_KNOWLEDGE_H

#include "model/case.h"

/** Contexts a rule of the kernel speaks of; bits. */
enum inq_know_context {
	INQ_KNOW_TASK = 1 << 0,
	INQ_KNOW_INTERRUPT = 1 << 1, /**< softirq, irq, NMI */
};

/**
 * A rule of the kernel: where all conditions that are set hold of a verdict, it was broken.
 * Unset (0, NULL) means any.
 */
struct inq_knowledge {
	const char *class_;	  /**< verdict's class */
	const char *member;	  /**< "task_struct.nsproxy": the bad pointer came from it */
	const char *function;	  /**< is on the culprit's stack */
	unsigned int context;	  /**< of the faulting or waiting code; enum inq_know_context */
	enum inq_exit_stage exit; /**< the culprit's task got at least that far */
	enum inq_resource_kind waits_for; /**< one of the verdict's waits is for such a thing */
	enum inq_resource_kind holds;	  /**< the culprit holds such a thing */
	enum inq_tristate irqs;		  /**< interrupts on the culprit's CPU */
	bool no_fault;			  /**< and no fault set it off */
	bool holder_below;  /**< the lock was taken by the code that the wait interrupted */
	const char *rule;   /**< what the kernel demands */
	const char *where;  /**< where that is written */
	const char *why;    /**< how this case breaks it */
	const char *remedy; /**< what to do instead; NULL: nothing in general */
};

extern const struct inq_knowledge inq_knowledge_base[];
extern const size_t inq_knowledge_nr;

#endif
