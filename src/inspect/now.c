// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/now.h"

#include "inspect/facts.h"
#include "util/banned.h"

#define DAY_NS UINT64_C(86400000000000)
/* jiffies start 300 s before 2^32 (INITIAL_JIFFIES), and time is counted from there */
#define JIFFIES_WRAP	UINT64_C(0x100000000)
#define BOOT_TO_WRAP_NS UINT64_C(300000000000)

/* How long jiffies have been counted; 0: unknown. */
static uint64_t jiffies_ns(struct inq_inspect *in)
{
	uint64_t jiffies, tick_ns, start;

	if (!inq_kernel_try_global(in->k, "jiffies_64", 8, &jiffies) ||
	    !inq_kernel_try_global(in->k, "tick_nsec", 8, &tick_ns) || !tick_ns ||
	    tick_ns > UINT64_C(1000000000))
		return 0;
	start = JIFFIES_WRAP - BOOT_TO_WRAP_NS / tick_ns;
	if (jiffies <= start || jiffies - start > UINT64_MAX / tick_ns)
		return 0;
	return (jiffies - start) * tick_ns;
}

/* The newest of all clocks that show less than @below. */
static uint64_t newest_below(struct inq_inspect *in, const struct inq_log_newest *log,
			     uint64_t below)
{
	const uint64_t others[] = {log->first, log->second, jiffies_ns(in)};
	uint64_t newest = 0;

	for (size_t i = 0; i < array_size(others); i++)
		newest = others[i] < below && others[i] > newest ? others[i] : newest;
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		uint64_t ns = in->c->cpus.v[i].clock_ns;

		newest = ns < below && ns > newest ? ns : newest;
	}
	return newest;
}

/* Whether a clock that shows @ns can be right where the next one shows @next. */
static bool is_believed(uint64_t ns, uint64_t next)
{
	return !next || ns < DAY_NS || ns - next <= DAY_NS || ns / 2 <= next;
}

static void disbelieve(struct inq_inspect *in, uint64_t ns, uint64_t next)
{
	const char *whose = "the log's newest stamp";

	for (size_t i = 0; i < in->c->cpus.n; i++) {
		struct inq_cpu *cpu = &in->c->cpus.v[i];

		if (cpu->clock_ns != ns)
			continue;
		cpu->clock_ns = 0;
		whose = inq_arena_printf(&in->c->arena, "the clock of CPU %d", cpu->nr);
	}
	inq_gap_add(in->c, "clocks", 0, "%s shows %.1f s, all others %.1f s or less: damaged",
		    whose ? whose : "one", inq_fact_seconds(ns), inq_fact_seconds(next));
}

void inq_now_find(struct inq_inspect *in, const struct inq_log_newest *log)
{
	uint64_t ns = newest_below(in, log, UINT64_MAX), next;

	while ((next = newest_below(in, log, ns)) && !is_believed(ns, next)) {
		disbelieve(in, ns, next);
		ns = next;
	}
	in->now_ns = ns;
}
