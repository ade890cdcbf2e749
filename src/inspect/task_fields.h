/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_TASK_FIELDS_H
#define INQ_INSPECT_TASK_FIELDS_H

#include "inspect/inspect.h"
#include "kernel/fields.h"

/** Members of task_struct that more than one inspector reads. */
enum inq_task_field {
	TASK_PID,
	TASK_TGID,
	TASK_COMM,
	TASK_STATE,
	TASK_EXIT_STATE,
	TASK_FLAGS,
	TASK_CPU,
	TASK_ON_CPU,
	TASK_ON_RQ,
	TASK_STACK,
	TASK_MM,
	TASK_NSPROXY,
	TASK_REAL_PARENT,
	TASK_TASKS,
	TASK_THREAD_NODE,
	TASK_SIGNAL,
	TASK_EXEC_START,
	TASK_LAST_ARRIVAL,
	TASK_LAST_QUEUED,
	TASK_PRIO,
	TASK_FIELDS_NR,
};

/**
 * Resolve them once per dump into in->task_fields.  Errors: NOMEM, NOTFOUND (names the
 * member that is missing).
 */
struct inq_error *inq_task_fields(struct inq_inspect *in) inq_must_check;

/**
 * Add the task at @addr to the case, or return its id when it is there already.
 * INQ_NONE: @addr can't be a task (unreadable, or absurd pid and comm), or no memory.
 */
inq_id inq_task_add(struct inq_inspect *in, uint64_t addr, bool listed);

/** The lowest address of the stack of the task at @task; 0: unknown. */
uint64_t inq_task_stack_base(struct inq_inspect *in, uint64_t task);

#endif
