// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/duration.h"

#include <string.h>

#include "util/banned.h"

/* Twice the default watchdog_thresh, which is when the kernel itself complains, seconds. */
#define UNKNOWN_THRESH_S 20

inq_id inq_event_last(const struct inq_case *c, enum inq_event_kind kind, int32_t cpu, int32_t pid)
{
	for (size_t i = c->events.n; i-- > 0;) {
		const struct inq_event *e = &c->events.v[i];

		if (e->kind == kind && (cpu < 0 || e->cpu == cpu) && (pid < 0 || e->pid == pid))
			return (inq_id)i;
	}
	return INQ_NONE;
}

bool inq_cpu_is_past_threshold(const struct inq_case *c, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, nr);

	return cpu && (cpu->lockup || cpu->panic_cpu ||
		       (cpu->irqs == INQ_NO && cpu->timer_s >= INQ_LONG_SPIN_S));
}

bool inq_cpu_ticks(const struct inq_case *c, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, nr);

	return cpu && cpu->timer_s >= 0 && cpu->timer_s < INQ_LONG_SPIN_S;
}

double inq_cpu_stuck_seconds(const struct inq_case *c, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, nr);
	inq_id soft = inq_event_last(c, INQ_EVENT_SOFT_LOCKUP, nr, -1);

	if (!cpu)
		return -1;
	if (cpu->stuck_s >= 0)
		return cpu->stuck_s;
	/* only with the watchdog's own word for it that the report is still true */
	if (soft != INQ_NONE && cpu->lockup)
		return c->events.v[soft].duration_s;
	return cpu->timer_s;
}

bool inq_cpu_is_stuck(const struct inq_case *c, int32_t nr)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, nr);

	if (!cpu || cpu->state == INQ_CPU_IDLE || cpu->state == INQ_CPU_USER ||
	    cpu->state == INQ_CPU_STOPPED)
		return false;
	/* what the panicking CPU does afterwards says nothing about before */
	if (cpu->panic_cpu)
		return inq_event_last(c, INQ_EVENT_SOFT_LOCKUP, nr, -1) != INQ_NONE ||
		       inq_event_last(c, INQ_EVENT_HARD_LOCKUP, nr, -1) != INQ_NONE;
	/* no tick for so long: interrupts were off all the while */
	if (cpu->irqs == INQ_NO && cpu->timer_s >= INQ_LONG_SPIN_S)
		return true;
	/* the detector would wait longer: it also knows code that is slow, not stuck */
	return cpu->lockup || cpu->starved_s >= INQ_LONG_SPIN_S ||
	       (c->dump.watchdog_thresh_s <= 0 && cpu->stuck_s >= UNKNOWN_THRESH_S);
}

double inq_wait_seconds(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);

	if (w->since_s >= 0)
		return w->since_s;
	if (w->waiter.cpu >= 0)
		return inq_cpu_is_stuck(c, w->waiter.cpu) ? inq_cpu_stuck_seconds(c, w->waiter.cpu)
							  : -1;
	return t && !t->on_cpu ? t->since_s : -1;
}

/* A short timeout of the hung task detector says what this machine calls long. */
static double long_sleep_seconds(const struct inq_case *c)
{
	double timeout = c->dump.hung_task_timeout_s;

	if (timeout <= 0 || timeout > INQ_LONG_SLEEP_S)
		return INQ_LONG_SLEEP_S;
	return timeout > INQ_LONG_SPIN_S ? timeout : INQ_LONG_SPIN_S;
}

bool inq_wait_is_long(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	double s = inq_wait_seconds(c, w);

	if (w->waiter.cpu >= 0 && inq_cpu_is_stuck(c, w->waiter.cpu))
		return true;
	/* the watchdog ran that long ago: the wait began some time after that */
	if (w->since_how && strcmp(w->since_how, "watchdog") == 0)
		return false;
	if (s >= 0)
		return s >= (w->spins ? INQ_LONG_SPIN_S : long_sleep_seconds(c));
	/* the detector saw it not switch for its whole timeout, and it is still blocked */
	return t && t->run == INQ_RUN_BLOCKED && t->pid > 0 &&
	       inq_event_last(c, INQ_EVENT_HUNG_TASK, -1, t->pid) != INQ_NONE;
}

bool inq_task_is_starved(const struct inq_case *c, inq_id task)
{
	const struct inq_task *t = inq_case_task(c, task);
	const struct inq_cpu *cpu = t ? inq_case_cpu(c, t->cpu) : NULL;
	const struct inq_task *now = cpu ? inq_case_task(c, cpu->task) : NULL;

	return now && now != t && now->rt && now->on_cpu && t->run == INQ_RUN_QUEUED &&
	       !t->on_cpu && !t->rt && t->queued_s >= long_sleep_seconds(c);
}

const struct inq_task *inq_task_still_hung(const struct inq_case *c)
{
	for (size_t i = 0; i < c->events.n; i++) {
		const struct inq_event *e = &c->events.v[i];

		for (size_t k = 0; e->kind == INQ_EVENT_HUNG_TASK && e->pid > 0 && k < c->tasks.n;
		     k++) {
			const struct inq_task *t = &c->tasks.v[k];

			if (t->pid == e->pid && t->run == INQ_RUN_BLOCKED && e->t_s >= 0 &&
			    t->since_s > c->dump.uptime_s - e->t_s)
				return t;
		}
	}
	return NULL;
}
