/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_CASE_H
#define INQ_MODEL_CASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/actors.h"
#include "model/base.h"
#include "model/event.h"
#include "model/evidence.h"
#include "model/fault.h"
#include "model/memory.h"
#include "model/origin.h"
#include "model/stack.h"
#include "model/verdict.h"
#include "model/waits.h"
#include "util/arena.h"
#include "util/cleanup.h"
#include "util/hashmap.h"

/*
 * A case: everything that was read from one dump, as plain facts, and what was
 * concluded from them.  No I/O, no kernel types, no pointers into the dump: inspect fills
 * the facts, analyze the findings and the verdict, report words both.
 *
 * All of it lives in the case's arena and is freed with it.  Strings are owned by the
 * arena and NUL-terminated; NULL is unknown.  Objects refer to each other by index into the
 * case's tables (-1: none), so a case can be saved and read again.
 */

/** What the dump is. */
struct inq_dump_facts {
	const char *path; /**< as given on the command line */
	const char *format, *arch, *release, *version, *build_id, *nodename;
	const char *symbols, *types, *unwinder;
	const char *lines; /**< where source lines are from: "dwarf"; NULL: nothing */
	uint32_t cpus, tasks;
	double uptime_s;   /**< <0: unknown */
	int64_t dumped_at; /**< 0: unknown */
	bool complete;
	bool panicked;		      /**< the kernel called panic() or crashed by itself */
	const char *panic_message;    /**< NULL */
	uint64_t taint;		      /**< tainted_mask */
	const char *taints;	      /**< its flags in words; NULL: none */
	const char *tainting_modules; /**< "demo (OE), other (P)"; NULL: none */
	const char *live_patches;     /**< names; NULL: none */
	const char *kprobes;	      /**< where probes stand; NULL: none */
	const char *last_unloaded;  /**< module that was unloaded last; NULL: none, or not known */
	double watchdog_thresh_s;   /**< 0: unknown */
	double hung_task_timeout_s; /**< of khungtaskd; 0: unknown, or switched off */
};

struct inq_case {
	struct inq_arena arena;
	struct inq_dump_facts dump;
	inq_table(struct inq_cpu) cpus; /**< index is the CPU number */
	inq_table(struct inq_task) tasks;
	inq_table(struct inq_stack) stacks;
	inq_table(struct inq_resource) resources;
	inq_table(struct inq_hold) holds;
	inq_table(struct inq_leak) leaks;
	inq_table(struct inq_wait) waits;
	inq_table(struct inq_fault) faults;
	inq_table(struct inq_track) tracks;
	inq_table(struct inq_machine_check) machine_checks;
	inq_table(struct inq_origin) origins;
	inq_table(struct inq_process) processes;
	inq_table(struct inq_memory_use) memory;
	inq_table(struct inq_event) events; /**< sorted by t_s once inspect is done */
	inq_table(struct inq_evidence) evidence;
	inq_table(struct inq_gap) gaps;
	inq_table(struct inq_finding) findings;
	struct inq_verdict verdict;
	struct inq_hashmap evidence_index; /**< of inq_evidence_add() */
	struct inq_hashmap resource_index; /**< of inq_resource_find_or_add() */
};

/** An empty case, all unknown.  NULL: no memory. */
struct inq_case *inq_case_create(void);
void inq_case_destroy(struct inq_case *c);
/** Whether an allocation of it has failed: then it is not whole and no report may be made. */
bool inq_case_failed(const struct inq_case *c);

/**
 * Make references that point nowhere INQ_NONE (actors: NONE), so that what comes after need
 * not doubt them.  Done after loading and at the start of inq_analyze().
 */
void inq_case_mend(struct inq_case *c);

/** Grow an inq_table in @c's arena by one zeroed element and return it; NULL: no memory. */
#define inq_case_add(c, table)                                                                     \
	({                                                                                         \
		__typeof__((table)->v) inq_e_ = NULL;                                              \
		void *inq_p_ = (void *)(table)->v;                                                 \
		if (inq_table_grow(&(c)->arena, &inq_p_, (table)->n, &(table)->max,                \
				   sizeof(*(table)->v))) {                                         \
			(table)->v = inq_p_;                                                       \
			inq_e_ = &(table)->v[(table)->n++];                                        \
		}                                                                                  \
		inq_e_;                                                                            \
	})
bool inq_table_grow(struct inq_arena *a, void **v, size_t n, size_t *max, size_t elem_size);

/** Append @id to @ids; INQ_NONE and ids already there are skipped. */
void inq_ids_add(struct inq_case *c, struct inq_ids *ids, inq_id id);
void inq_ids_add_all(struct inq_case *c, struct inq_ids *ids, const struct inq_ids *more);

/**
 * Add evidence; returns its id (INQ_NONE: no memory).  Evidence of equal kind and text comes
 * once: the text tells what it is about.  Confidence starts as certain (derived: none).  Set
 * addr, value and checks by the functions below.
 */
inq_id inq_evidence_add(struct inq_case *c, enum inq_evidence_kind kind, const char *fmt, ...)
	inq_printf(3, 4);
inq_id inq_evidence_vadd(struct inq_case *c, enum inq_evidence_kind kind, const char *fmt,
			 va_list ap) inq_printf(3, 0);
/** The evidence itself, NULL for INQ_NONE.  Borrowed until the next addition. */
struct inq_evidence *inq_evidence_at(struct inq_case *c, inq_id id);
/** Set where and what: `value` read at `addr`. */
void inq_evidence_set_value(struct inq_case *c, inq_id id, uint64_t addr, uint64_t value);
/** Set the commands that show it, copied; either may be NULL.  The vmcore is written as %V. */
void inq_evidence_set_checks(struct inq_case *c, inq_id id, const char *inquest, const char *crash);

/** Add a gap, unless the same one came shortly before.  @addr 0: none. */
void inq_gap_add(struct inq_case *c, const char *what, uint64_t addr, const char *fmt, ...)
	inq_printf(4, 5);

/** The resource at @addr of @kind, added when new. @addr 0: always a new one. */
inq_id inq_resource_find_or_add(struct inq_case *c, enum inq_resource_kind kind, uint64_t addr);
/** The resource at @addr of @kind; INQ_NONE: not in the case. */
inq_id inq_resource_find(const struct inq_case *c, enum inq_resource_kind kind, uint64_t addr);
/** Whether the case has any resource of @kind. */
bool inq_resource_is_any(const struct inq_case *c, enum inq_resource_kind kind);

/** Words of the contract.  Static. */
const char *inq_resource_kind_name(enum inq_resource_kind kind); /**< "spinlock", "wait-queue" */
/** The same, but each kind has another: "rt-spinlock" is a spinlock, too. */
const char *inq_resource_kind_word(enum inq_resource_kind kind);
/** Whether it is a lock, which one holds, rather than an event that one waits for. */
bool inq_resource_is_lock(enum inq_resource_kind kind);
/** Those whose waiters spin, and whose holders must not sleep. */
bool inq_resource_is_spinning_lock(enum inq_resource_kind kind);
/** Whether its waiters sleep: a lock, and no spinning one. */
bool inq_resource_is_sleeping_lock(enum inq_resource_kind kind);
/** Whether @r is something that is waited for until somebody signals it: nobody holds it. */
bool inq_resource_is_event(const struct inq_resource *r);
/** Whether @r, a sleeping lock or an event, says by its word that nobody has it, or that it has
 * come: who still sleeps for it was not woken.  False: it doesn't say so, or isn't known. */
bool inq_resource_is_free(const struct inq_resource *r);
const char *inq_confidence_name(enum inq_confidence conf); /**< "certain", ... */
const char *inq_evidence_kind_name(enum inq_evidence_kind kind);
const char *inq_cpu_state_name(enum inq_cpu_state state); /**< "spin-wait", ... */
const char *inq_frame_context_name(enum inq_frame_context context);
const char *inq_holder_how_name(enum inq_holder_how how); /**< "field", "code", ... */
const char *inq_task_run_name(enum inq_task_run run);
const char *inq_exit_stage_name(enum inq_exit_stage stage);
const char *inq_tristate_name(enum inq_tristate t);	     /**< "on", "off", "unknown" */
const char *inq_actor_kind_name(enum inq_actor_kind kind);   /**< "task", "cpu", ... */
const char *inq_fault_kind_name(enum inq_fault_kind kind);   /**< "page-fault", ... */
const char *inq_event_kind_name(enum inq_event_kind kind);   /**< "oops", "soft-lockup", ... */
const char *inq_origin_kind_name(enum inq_origin_kind kind); /**< "system-call", "timer", ... */

static inline struct inq_task *inq_case_task(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->tasks.n ? &c->tasks.v[id] : NULL;
}
static inline struct inq_stack *inq_case_stack(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->stacks.n ? &c->stacks.v[id] : NULL;
}
static inline struct inq_frame *inq_case_frame(const struct inq_case *c, inq_id stack, inq_id frame)
{
	struct inq_stack *s = inq_case_stack(c, stack);

	return s && frame >= 0 && (size_t)frame < s->n ? &s->v[frame] : NULL;
}
static inline struct inq_resource *inq_case_resource(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->resources.n ? &c->resources.v[id] : NULL;
}
static inline struct inq_fault *inq_case_fault(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->faults.n ? &c->faults.v[id] : NULL;
}
static inline struct inq_track *inq_case_track(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->tracks.n ? &c->tracks.v[id] : NULL;
}
static inline struct inq_cpu *inq_case_cpu(const struct inq_case *c, int32_t nr)
{
	return nr >= 0 && (size_t)nr < c->cpus.n ? &c->cpus.v[nr] : NULL;
}

static inline struct inq_origin *inq_case_origin(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->origins.n ? &c->origins.v[id] : NULL;
}
static inline struct inq_process *inq_case_process(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->processes.n ? &c->processes.v[id] : NULL;
}

/** What is known of the process that @task belongs to; INQ_NONE: nothing. */
inq_id inq_process_of(const struct inq_case *c, inq_id task);

/**
 * How execution came to frame @frame of @stack: origins that apply, innermost first, into @ret,
 * at most @max.  Whoever was interrupted has nothing to do with what interrupted it.
 */
size_t inq_origins_at(const struct inq_case *c, inq_id stack, inq_id frame, inq_id *ret,
		      size_t max);

/** Whether two actors are the same executor (same task, or same CPU while on it). */
bool inq_actor_same(const struct inq_actor *a, const struct inq_actor *b);

/** The stack that an actor is on: its CPU's, else its task's. INQ_NONE: not followed. */
inq_id inq_actor_stack(const struct inq_case *c, const struct inq_actor *a);
/** A number that two stacks share when they run through the same functions. */
uint64_t inq_stack_shape(const struct inq_stack *s);

#endif
