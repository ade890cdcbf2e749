/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_EVENT_H
#define INQ_MODEL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/base.h"

/* Part of the case (model/case.h): what the log and the clocks tell. */

enum inq_event_kind {
	INQ_EVENT_OTHER,
	INQ_EVENT_OOPS, /**< BUG: unable to handle ..., general protection fault, Oops: */
	INQ_EVENT_BUG,	/**< kernel BUG at file:line */
	INQ_EVENT_WARN,
	INQ_EVENT_PANIC,
	INQ_EVENT_SOFT_LOCKUP,
	INQ_EVENT_HARD_LOCKUP,
	INQ_EVENT_RCU_STALL,
	INQ_EVENT_HUNG_TASK,
	INQ_EVENT_SYSRQ,
	INQ_EVENT_OOM,
	INQ_EVENT_MCE,
	INQ_EVENT_CORRUPTION,	/**< list corruption, stack protector, slab, bad page */
	INQ_EVENT_ATOMIC_SLEEP, /**< scheduling while atomic */
	INQ_EVENT_WORKQUEUE,	/**< workqueue lockup */
	INQ_EVENT_TASK_EXIT,	/**< from the task's own fields */
	INQ_EVENT_LEAK, /**< code or a task ended with preemption off: a lock was not released */
};

struct inq_event {
	double t_s; /**< log clock, seconds; <0: unknown */
	enum inq_event_kind kind;
	const char *source; /**< "log", "sched", "watchdog", "timer", "derived"; static */
	const char *text;
	int32_t cpu;	    /**< -1: not said */
	int32_t pid;	    /**< -1: not said */
	const char *comm;   /**< NULL: not said */
	double duration_s;  /**< "stuck for 22s"; <0: not said */
	uint64_t addr, ip;  /**< of an oops: address and RIP; 0: not said */
	const char *symbol; /**< of an oops: RIP's function; of a leak: what ended so */
	const char *module; /**< of symbol; NULL: the image, or not said */
	uint64_t offset;    /**< in symbol, as far as it is said */
	inq_id evidence;
	bool notable; /**< belongs in the report's timeline */
};

#endif
