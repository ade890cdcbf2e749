/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_DURATION_H
#define INQ_ANALYZE_DURATION_H

#include "model/case.h"

/*
 * Duration decides: a healthy busy machine shows spinning, IPI waits and queues of blocked
 * tasks for milliseconds.
 */

/** A spinning wait longer than this is no contention any more, seconds. */
#define INQ_LONG_SPIN_S 2.0
/** The same for a sleeping wait, seconds: this, or khungtaskd's timeout where that is shorter. */
#define INQ_LONG_SLEEP_S 5.0

/**
 * How long @w lasts, from its own record, the CPU's watchdog or the task's last switch; <0:
 * unknown.
 */
double inq_wait_seconds(const struct inq_case *c, const struct inq_wait *w);

/** Whether @w lasts longer than contention explains, by its duration or by a detector. */
bool inq_wait_is_long(const struct inq_case *c, const struct inq_wait *w);

/**
 * Whether CPU @nr has made no progress for so long that it is no contention any more.  CPUs that
 * are idle, in user mode or stopped by the panic are not stuck, whatever their clocks say.
 */
bool inq_cpu_is_stuck(const struct inq_case *c, int32_t nr);

/**
 * Whether the kernel's own detector would call it stuck, too: what nobody can explain by code that
 * is slow.
 */
bool inq_cpu_is_past_threshold(const struct inq_case *c, int32_t nr);

/**
 * Whether CPU @nr takes interrupts all the while: its tick ran a moment ago.  Where it was stopped
 * with interrupts off, then in an interrupt on top of what it really does.
 */
bool inq_cpu_ticks(const struct inq_case *c, int32_t nr);

/**
 * Whether task @task is runnable and has long got no turn, because a real-time task has its CPU.
 */
bool inq_task_is_starved(const struct inq_case *c, inq_id task);

/** A task that the hung task detector has complained of and that has not run since; NULL: none. */
const struct inq_task *inq_task_still_hung(const struct inq_case *c);

/** How long it has been stuck, seconds; <0: unknown. */
double inq_cpu_stuck_seconds(const struct inq_case *c, int32_t nr);

/** The last report of a detector (@kind) about CPU @cpu or task @pid (-1: any); INQ_NONE. */
inq_id inq_event_last(const struct inq_case *c, enum inq_event_kind kind, int32_t cpu, int32_t pid);

#endif
