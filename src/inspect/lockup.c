// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lockup: since when has each CPU not run its watchdog, and not even its tick?
 *
 * The soft lockup detector (kernel/watchdog.c) runs softlockup_fn() in each CPU's stopper
 * thread every sample period (9cf57731b63e, 4.19); that sets per-CPU watchdog_touch_ts.  A
 * stopper that can't run means that no ordinary task can.  watchdog_touch_ts is in units of
 * 2^30 ns of the log clock (get_timestamp()).  A sample period later the timer asks again: from
 * then on a stopper that hasn't run is starved, long before the detector's own threshold is
 * reached.
 *
 * Before watchdog_report_ts (fef06efc2ebaa, 5.13; 5.10's stable series has the commits before it)
 * a report of a soft lockup starts watchdog_touch_ts over, and so does who writes much to a
 * console: then it is the report itself that says since when, as long as its task never left the
 * CPU.
 *
 * Each CPU's tick is an hrtimer (tick_sched.sched_timer) that moves its own expiry on when it
 * runs: an expiry that lies behind that of the other CPUs says when the tick last ran, and so
 * since when interrupts are off.  (A run queue's clock would not do: other CPUs move it, too.)
 */
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/task_fields.h"
#include "kernel/fields.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { TOUCH_UNIT_SHIFT = 30 };
static const double touch_unit_s = (double)(1 << TOUCH_UNIT_SHIFT) / 1e9;
/* A tick may be late by its own period and by an interrupt in progress. */
static const double tick_late_s = 1.0;

enum { TS_EXPIRES, TS_STOPPED, TS_FLAGS, TS_IDLE_ENTRY, TS_NR };
static const struct inq_field_def ts_defs[TS_NR] = {
	[TS_EXPIRES] = {"tick_sched", "sched_timer.node.expires", INQ_OPTIONAL},
	/* bits of `flags` since 6.9 (a478ffb2ae23) */
	[TS_STOPPED] = {"tick_sched", "tick_stopped", INQ_OPTIONAL},
	[TS_FLAGS] = {"tick_sched", "flags", INQ_OPTIONAL},
	[TS_IDLE_ENTRY] = {"tick_sched", "idle_entrytime", INQ_OPTIONAL},
};
enum { TS_FLAG_STOPPED = 0x2 };

/* The tick of @cpu: when its timer will expire next, ns of CLOCK_MONOTONIC; 0: it is stopped. */
static uint64_t tick_expiry(struct inq_inspect *in, const struct inq_field *f, uint64_t ts)
{
	uint64_t expires, stopped = 0, flags = 0;

	if (!inq_field_try_u64(in->k, &f[TS_EXPIRES], ts, &expires) || (int64_t)expires <= 0)
		return 0;
	inq_field_try_u64(in->k, &f[TS_STOPPED], ts, &stopped);
	inq_field_try_u64(in->k, &f[TS_FLAGS], ts, &flags);
	return stopped || (flags & TS_FLAG_STOPPED && !f[TS_STOPPED].found) ? 0 : expires;
}

/* How long ago each CPU's tick last ran: how far its expiry lies behind the newest one. */
static void read_ticks(struct inq_inspect *in)
{
	uint64_t var = inq_symbol_addr(in->k, "tick_cpu_sched"), newest = 0, ts, v;
	struct inq_field f[TS_NR];
	struct inq_error *err = inq_fields_resolve(in->k, ts_defs, f, TS_NR);

	inq_error_destroy(err);
	if (err || !var)
		return;
	for (unsigned int i = 0; i < in->k->nr_cpus; i++) {
		ts = inq_percpu_addr(in->k, var, i);
		v = ts ? tick_expiry(in, f, ts) : 0;
		newest = v > newest ? v : newest;
		if (ts && inq_field_try_u64(in->k, &f[TS_IDLE_ENTRY], ts, &v) && v > newest)
			newest = v;
	}
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		ts = inq_percpu_addr(in->k, var, (unsigned int)i);
		v = ts ? tick_expiry(in, f, ts) : 0;
		if (v)
			in->c->cpus.v[i].timer_s = inq_fact_seconds(newest - v);
	}
}

static void set_times(struct inq_inspect *in)
{
	uint64_t queued;

	for (size_t i = 0; i < in->c->tasks.n; i++) {
		struct inq_task *t = &in->c->tasks.v[i];

		t->since_s = inq_fact_since(in, t->on_cpu ? t->arrived_ns : t->last_ran_ns);
		if (t->run == INQ_RUN_QUEUED && in->task_fields &&
		    inq_field_try_u64(in->k, &in->task_fields[TASK_LAST_QUEUED], t->addr,
				      &queued) &&
		    queued)
			t->queued_s = inq_fact_since(in, queued);
	}
	read_ticks(in);
}

enum { WD_QUEUED, WD_BASE, BASE_RUNNING, WD_NR };
static const struct inq_field_def watchdog_defs[WD_NR] = {
	/* 7.2 has a flag of its own; before, HRTIMER_STATE_ENQUEUED */
	[WD_QUEUED] = {"hrtimer", "is_queued|state", INQ_OPTIONAL},
	[WD_BASE] = {"hrtimer", "base", INQ_OPTIONAL},
	[BASE_RUNNING] = {"hrtimer_clock_base", "running", INQ_OPTIONAL},
};

/*
 * Whether the CPU has a watchdog at all: not where an administrator turned it off, nor on CPUs that
 * are outside of watchdog_cpumask; what it left behind there says nothing.
 */
static enum inq_tristate is_watched(struct inq_inspect *in, const struct inq_field *f, int32_t nr)
{
	uint64_t var = inq_symbol_addr(in->k, "watchdog_hrtimer");
	uint64_t timer = var ? inq_percpu_addr(in->k, var, (unsigned int)nr) : 0;
	uint64_t queued, base, running;

	if (!timer || !inq_field_try_u64(in->k, &f[WD_QUEUED], timer, &queued))
		return INQ_UNKNOWN3;
	if (queued & 1)
		return INQ_YES;
	/* the detector itself runs there, and has panicked */
	return inq_field_try_u64(in->k, &f[WD_BASE], timer, &base) &&
			       inq_field_try_u64(in->k, &f[BASE_RUNNING], base, &running) &&
			       running == timer
		       ? INQ_YES
		       : INQ_NO;
}

/* In its idle loop, or without a stack that would say otherwise. */
static bool is_idle(const struct inq_inspect *in, const struct inq_cpu *cpu)
{
	const struct inq_task *t = inq_case_task(in->c, cpu->task);

	return t && t->pid == 0 && (cpu->stack == INQ_NONE || inq_fact_is_idle(in, cpu, 0));
}

/*
 * Time stands still for CPUs and tasks when the kernel panics, but the panicking CPU may go on
 * for long: what counts is the moment of the panic.
 */
static void set_moment(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->events.n; i++) {
		const struct inq_event *e = &in->c->events.v[i];

		if (e->kind != INQ_EVENT_PANIC)
			continue;
		if (e->t_s > 0 && e->t_s < inq_fact_seconds(in->now_ns))
			in->now_ns = (uint64_t)(e->t_s * 1e9);
		return;
	}
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

/* kernel/watchdog.c: set_sample_period() */
static double sample_period_s(const struct inq_case *c)
{
	return c->dump.watchdog_thresh_s * 2 / 5;
}

/* Whether what report @e found on @cpu goes on; @touch_s: the watchdog's time, < 0: started over.
 */
static bool still_true(const struct inq_inspect *in, const struct inq_cpu *cpu,
		       const struct inq_event *e, double touch_s)
{
	const struct inq_task *t = inq_case_task(in->c, cpu->task);

	if (e->kind != INQ_EVENT_SOFT_LOCKUP || e->cpu != cpu->nr || e->duration_s < 0 || !t ||
	    e->pid != t->pid)
		return false;
	if (t->arrived_ns)
		return inq_fact_seconds(t->arrived_ns) <= e->t_s - e->duration_s + 2 * touch_unit_s;
	/* an idle task has no such time: the watchdog's must be of the report, or just behind it */
	return touch_s < 0 || (touch_s >= e->t_s - 2 * touch_unit_s &&
			       touch_s <= e->t_s + sample_period_s(in->c) + 2 * touch_unit_s);
}

/* Since when @cpu is stuck by the reports in the log that still hold, seconds; < 0: by none. */
static double reported_since(struct inq_inspect *in, const struct inq_cpu *cpu, double touch_s)
{
	double since = -1;

	if (inq_symbol_addr(in->k, "watchdog_report_ts"))
		return -1;
	for (size_t i = in->c->events.n; i-- > 0;) {
		const struct inq_event *e = &in->c->events.v[i];

		if (!still_true(in, cpu, e, touch_s) || e->duration_s >= e->t_s)
			continue;
		since = e->t_s - e->duration_s;
		touch_s = since;
	}
	return since;
}

/*
 * The stopper was asked for again one period after it ran, and a CPU that lets it run does so at
 * once. The unit is coarse: it may have run almost one later than it says.
 */
static double starved_seconds(const struct inq_case *c, double stuck_s)
{
	double s = stuck_s - touch_unit_s - sample_period_s(c);

	return c->dump.watchdog_thresh_s > 0 && s > 0 ? s : 0;
}

/* When @cpu's watchdog last ran by watchdog_touch_ts, seconds; < 0: that says nothing. */
static double touched_at(struct inq_inspect *in, const struct inq_field *f,
			 const struct inq_cpu *cpu, uint64_t touch)
{
	enum inq_tristate watched = is_watched(in, f, cpu->nr);

	/* ~0 is an order to start over (SOFTLOCKUP_RESET since 5.6), 0 what a CPU has that never
	 * was watched */
	if (watched == INQ_NO || (touch == 0 && watched != INQ_YES) ||
	    touch >> (64 - TOUCH_UNIT_SHIFT))
		return -1;
	return (double)touch * touch_unit_s;
}

static void set_stuck(struct inq_inspect *in, struct inq_cpu *cpu, double since)
{
	double thresh = in->c->dump.watchdog_thresh_s * 2;
	double s = inq_fact_seconds(in->now_ns) - since;

	if (s < 0)
		return;
	cpu->stuck_s = s;
	cpu->starved_s = starved_seconds(in->c, s);
	cpu->lockup = thresh > 0 && s > thresh && !is_idle(in, cpu);
}

static void read_touch(struct inq_inspect *in, const struct inq_field *f, struct inq_cpu *cpu,
		       uint64_t var)
{
	uint64_t addr = inq_percpu_addr(in->k, var, (unsigned int)cpu->nr), touch;
	double since, reported;

	if (!addr || !inq_dump_try_u64(in->k->dump, addr, &touch))
		return;
	since = touched_at(in, f, cpu, touch);
	reported = reported_since(in, cpu, since);
	if (reported >= 0)
		since = reported;
	if (since >= 0)
		set_stuck(in, cpu, since);
	if (cpu->stuck_s < 0)
		return;
	cpu->ev_stuck = inq_fact_memory(
		in, addr, 8, touch,
		"CPU %d: its watchdog last ran at t=%.1f, %.1f s before the dump (%s0x%" PRIx64 ")",
		cpu->nr, since, cpu->stuck_s,
		reported >= 0 ? "by the log, whose report started it over: watchdog_touch_ts = "
			      : "watchdog_touch_ts = ",
		touch);
	if (cpu->lockup)
		add_timeline(in, since, "watchdog", cpu->nr, cpu->ev_stuck,
			     inq_arena_printf(&in->c->arena,
					      "CPU %d runs its watchdog for the last time",
					      cpu->nr));
}

static void read_tick(struct inq_inspect *in, struct inq_cpu *cpu)
{
	if (cpu->timer_s < tick_late_s || is_idle(in, cpu) || !cpu->online)
		return;
	add_timeline(in, inq_fact_seconds(in->now_ns) - cpu->timer_s, "timer", cpu->nr,
		     cpu->ev_stuck,
		     inq_arena_printf(&in->c->arena, "last timer tick on CPU %d", cpu->nr));
}

struct inq_error *inq_inspect_lockup(struct inq_inspect *in)
{
	uint64_t touch = inq_symbol_addr(in->k, "watchdog_touch_ts");
	struct inq_field f[WD_NR] = {0};

	inq_error_destroy(inq_fields_resolve(in->k, watchdog_defs, f, WD_NR));
	set_moment(in);
	set_times(in);
	if (!touch)
		inq_gap_add(in->c, "lockup detector", 0, "no watchdog_touch_ts in this kernel");
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		struct inq_cpu *cpu = &in->c->cpus.v[i];

		if (touch)
			read_touch(in, f, cpu, touch);
		read_tick(in, cpu);
	}
	return NULL;
}
