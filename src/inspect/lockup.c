// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lockup: since when has each CPU not run its watchdog, and not even its tick?
 *
 * The soft lockup detector (kernel/watchdog.c) runs softlockup_fn() in each CPU's stopper
 * thread every sample period (9cf57731b63e, 4.19); that sets per-CPU watchdog_touch_ts.  A
 * stopper that can't run means that no ordinary task can.  watchdog_touch_ts is in units of
 * 2^30 ns of the log clock (get_timestamp()).  A run queue's clock moves with the tick: where
 * it stands still on a busy CPU, its interrupts are off.
 */
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { TOUCH_UNIT_SHIFT = 30 };
/* A CPU's tick may be late by its own period and by an interrupt in progress. */
static const double tick_late_s = 1.0;

static void set_times(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		struct inq_task *t = &in->c->tasks.v[i];

		t->since_s = inq_fact_since(in, t->on_cpu ? t->arrived_ns : t->last_ran_ns);
	}
	for (size_t i = 0; i < in->c->cpus.n; i++)
		in->c->cpus.v[i].timer_s = inq_fact_since(in, in->c->cpus.v[i].clock_ns);
}

static bool is_idle(const struct inq_inspect *in, const struct inq_cpu *cpu)
{
	const struct inq_task *t = inq_case_task(in->c, cpu->task);

	return t && t->pid == 0;
}

static void add_timeline(struct inq_inspect *in, double t_s, const char *source, int32_t cpu,
			 inq_id evidence, const char *text)
{
	struct inq_event *e = inq_case_add(in->c, &in->c->events);

	if (!e)
		return;
	*e = (struct inq_event){.t_s = t_s,
				.kind = INQ_EVENT_OTHER,
				.source = source,
				.text = text,
				.cpu = cpu,
				.pid = -1,
				.duration_s = -1,
				.evidence = evidence,
				.notable = true};
}

static void read_touch(struct inq_inspect *in, struct inq_cpu *cpu, uint64_t var)
{
	uint64_t addr = inq_percpu_addr(in->k, var, (unsigned int)cpu->nr);
	uint64_t touch;
	double thresh = in->c->dump.watchdog_thresh_s * 2;

	/* 0 and ~0 are orders to start over, not times. */
	if (!addr || !inq_dump_try_u64(in->k->dump, addr, &touch) || touch == 0 ||
	    touch >> (64 - TOUCH_UNIT_SHIFT))
		return;
	cpu->stuck_s = inq_fact_since(in, touch << TOUCH_UNIT_SHIFT);
	if (cpu->stuck_s < 0)
		return;
	cpu->lockup = thresh > 0 && cpu->stuck_s > thresh && !is_idle(in, cpu);
	cpu->ev_stuck = inq_fact_memory(in, addr, 8, touch,
					"CPU %d: its watchdog last ran at t=%.1f, %.1f s before "
					"the dump (watchdog_touch_ts = 0x%" PRIx64 ")",
					cpu->nr, inq_fact_seconds(touch << TOUCH_UNIT_SHIFT),
					cpu->stuck_s, touch);
	if (cpu->lockup)
		add_timeline(in, inq_fact_seconds(touch << TOUCH_UNIT_SHIFT), "watchdog", cpu->nr,
			     cpu->ev_stuck,
			     inq_arena_printf(&in->c->arena,
					      "CPU %d runs its watchdog for the last time",
					      cpu->nr));
}

static void read_tick(struct inq_inspect *in, struct inq_cpu *cpu)
{
	if (cpu->timer_s < tick_late_s || is_idle(in, cpu) || !cpu->online)
		return;
	add_timeline(in, inq_fact_seconds(cpu->clock_ns), "timer", cpu->nr, cpu->ev_stuck,
		     inq_arena_printf(&in->c->arena, "last timer tick on CPU %d", cpu->nr));
}

struct inq_error *inq_inspect_lockup(struct inq_inspect *in)
{
	uint64_t touch = inq_symbol_addr(in->k, "watchdog_touch_ts");

	set_times(in);
	if (!touch)
		inq_gap_add(in->c, "lockup detector", 0, "no watchdog_touch_ts in this kernel");
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		struct inq_cpu *cpu = &in->c->cpus.v[i];

		if (touch)
			read_touch(in, cpu, touch);
		read_tick(in, cpu);
	}
	return NULL;
}
