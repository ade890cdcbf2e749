/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_RULES_LOOPS_H
#define INQ_ANALYZE_RULES_LOOPS_H

#include "analyze/rules.h"

/**
 * Whether CPU @nr runs kernel code for too long and waits for nothing that we know of;
 * *@ret_core is the core of those who wait for it (NULL: nobody), *@ret_conf how sure.
 */
bool inq_cpu_loops(const struct inq_analysis *a, int32_t nr, const struct inq_core **ret_core,
		   enum inq_confidence *ret_conf);

/** Whether interrupts are off in what CPU @nr really does: an interrupt in passing is looked
 * through. */
bool inq_loops_with_irqs_off(const struct inq_case *c, int32_t nr);

/** A finding of @class_ about the loop on CPU @nr. */
void inq_loop_report(struct inq_analysis *a, int32_t nr, const char *class_, const char *how,
		     const struct inq_core *core, enum inq_confidence conf);

#endif
