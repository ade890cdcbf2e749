// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules/loops.h"
#include "util/banned.h"

/*
 * irqs-off-loop: a CPU runs on with interrupts off, waiting for no lock.  Nothing can be
 * reported there (without an NMI watchdog): others who wait for its answers are.
 */
void inq_rule_irqs_off_loop(struct inq_analysis *a)
{
	for (int32_t nr = 0; (size_t)nr < a->c->cpus.n; nr++) {
		const struct inq_core *core;
		enum inq_confidence conf;

		if (inq_loops_with_irqs_off(a->c, nr) && inq_cpu_loops(a, nr, &core, &conf))
			inq_loop_report(a, nr, "irqs-off-loop",
					"with interrupts off: it answers nobody", core, conf);
	}
}
