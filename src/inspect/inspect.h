/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_INSPECT_H
#define INQ_INSPECT_INSPECT_H

#include "arch/arch.h"
#include "code/function.h"
#include "kernel/fields.h"
#include "kernel/kernel.h"
#include "model/case.h"
#include "unwind/unwind.h"
#include "util/error.h"
#include "util/hashmap.h"

struct inq_log_oops;

/**
 * The reading of one dump into a case.  Inspectors get it as their only argument: they
 * read through `k`, `unwinder` and `code`, and write facts to `c`.
 *
 * An inspector never fails as a whole.  What it can't read becomes a gap; what it found
 * before that stays.
 */
struct inq_inspect {
	struct inq_kernel *k;	       /**< borrowed */
	const struct inq_arch *arch;   /**< static */
	struct inq_unwinder *unwinder; /**< owned */
	struct inq_code *code;	       /**< owned */
	struct inq_case *c;	       /**< owned */
	/** Unwinder's view of c->stacks, same index; for inspectors that ask about code. */
	struct {
		struct inq_ustack *v;
		size_t n;
		size_t max;
	} ustacks;
	struct inq_hashmap task_ids;   /**< task_struct address -> index in c->tasks */
	struct inq_hashmap locks_read; /**< resource id + 1 of each sleeping lock that was read */
	/** task_struct address -> address of the sleeping lock whose wait list has it. */
	struct inq_hashmap queued_on;
	struct inq_hashmap queue_heads; /**< list node of a wait queue -> that of its head;
					   wait_queues.c's own */
	/** The first task of each mm_struct, sorted by its address; names.c's own, in the case's
	 * arena. */
	struct inq_mm_user {
		uint64_t mm;
		inq_id task;
	} * mm_users;
	size_t nr_mm_users;
	size_t mm_users_of;		     /**< number of tasks that mm_users was made of */
	const struct inq_field *task_fields; /**< TASK_FIELDS_NR, resolved; NULL: no types */
	const struct inq_field *lock_fields; /**< sleeping_locks.c's own; NULL: not yet */
	const struct inq_field *rt_fields;   /**< rt_locks.c's own; NULL: not yet */
	/** What the log prints of oopses: log_oops.h; in the case's arena. */
	inq_table(struct inq_log_oops) oopses;
	/** The dump's moment on the log clock, ns: the newest of all run queue clocks and
	 * log records, or that of the panic; 0: unknown. */
	uint64_t now_ns;
	uint64_t thread_size; /**< bytes of a task's stack */
};

/**
 * Make the context of @k (which must outlive it): unwinder, code, an empty case.
 * Errors: NOMEM; NOTSUP for an architecture without support.
 */
struct inq_error *inq_inspect_create(struct inq_kernel *k, const char *path,
				     struct inq_inspect **ret) inq_must_check;
void inq_inspect_destroy(struct inq_inspect *in);

/** Run all inspectors, in the order of their table.  Errors: NOMEM only. */
struct inq_error *inq_inspect_run(struct inq_inspect *in) inq_must_check;

/**
 * Run the inspectors up to and with the one called @name ("tasks", "cpus", ...): for
 * verbs that need no more.  NOTFOUND: no such inspector.
 */
struct inq_error *inq_inspect_run_until(struct inq_inspect *in, const char *name) inq_must_check;

/** One inspector. */
struct inq_inspector {
	const char *name;
	/** Errors: NOMEM only, everything else is a gap. */
	struct inq_error *(*run)(struct inq_inspect *in);
};

#endif
