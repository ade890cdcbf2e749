/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_NOW_H
#define INQ_INSPECT_NOW_H

#include "inspect/inspect.h"

/** The newest two stamps of the log, ns; 0: none. */
struct inq_log_newest {
	uint64_t first, second;
};

/** Keep @ns, a record's stamp, if it is one of the newest two. */
static inline void inq_log_newest_add(struct inq_log_newest *n, uint64_t ns)
{
	if (ns > n->first)
		*n = (struct inq_log_newest){ns, n->first};
	else if (ns > n->second)
		n->second = ns;
}

/**
 * Set in->now_ns, the dump's moment: the newest of the run queues' clocks (c->cpus has them), the
 * log's stamps and jiffies.  All durations are counted from it, so one damaged clock would have
 * everybody hang for centuries: a clock that is more than a day ahead and shows more than twice
 * what any other does is not believed; it becomes a gap, and its CPU's is forgotten.
 */
void inq_now_find(struct inq_inspect *in, const struct inq_log_newest *log);

#endif
