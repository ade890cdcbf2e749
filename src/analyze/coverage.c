// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/coverage.h"

#include <string.h>

#include "util/banned.h"

static bool is_of_tasks(const char *gap)
{
	return gap && (strstr(gap, "task list") || strstr(gap, "threads of a process"));
}

struct inq_coverage inq_coverage_of(const struct inq_case *c)
{
	struct inq_coverage cov = {0};
	size_t lists = 0;

	for (size_t i = 0; i < c->tasks.n; i++) {
		const struct inq_stack *s = inq_case_stack(c, c->tasks.v[i].stack);

		/* the dead have no stack any more; who runs is counted with its CPU */
		if (c->tasks.v[i].run == INQ_RUN_DEAD || c->tasks.v[i].on_cpu)
			continue;
		if (s && s->complete)
			cov.looked_at++;
		else
			cov.missing++;
	}
	for (size_t i = 0; i < c->cpus.n; i++) {
		const struct inq_stack *s = inq_case_stack(c, c->cpus.v[i].stack);

		if (!c->cpus.v[i].online)
			continue;
		if (c->cpus.v[i].state == INQ_CPU_USER || (s && s->complete))
			cov.looked_at++;
		else
			cov.missing++;
	}
	/* a list that broke off is worse than any stack */
	for (size_t i = 0; i < c->gaps.n; i++)
		lists += is_of_tasks(c->gaps.v[i].what);
	cov.missing += lists;
	cov.all_tasks = !lists;
	cov.whole = !cov.missing && cov.looked_at;
	return cov;
}
