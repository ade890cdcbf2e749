/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_PENDING_CALLS_H
#define INQ_INSPECT_PENDING_CALLS_H

#include "inspect/inspect.h"

/** What the kernel is to call by itself, later: given to two functions one by one. */
struct inq_pending {
	struct inq_inspect *in; /**< borrowed */
	/** Something (@what: "a pending timer") will call @func, which it holds at @at. */
	void (*call)(void *arg, uint64_t func, const char *what, uint64_t at);
	/** A timer will wake the task_struct @task: a sleep with a timeout. */
	void (*wake)(void *arg, uint64_t task);
	void *arg;
	const char *gap;	       /**< what could not be looked at; NULL: everything was */
	size_t timers, works, actions; /**< how many of each there are */
};

/**
 * Look at the timers and high resolution timers of all CPUs, the queued and the delayed works,
 * and the handlers of all interrupts that have a vector (x86).  @p->in and the functions are the
 * caller's; the rest is filled.  Bounded in each of them; memory that is short sets the case's
 * arena to failed.
 */
void inq_pending_calls(struct inq_pending *p);

#endif
