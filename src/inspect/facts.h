/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_FACTS_H
#define INQ_INSPECT_FACTS_H

#include "inspect/inspect.h"
#include "inspect/log.h"
#include "kernel/fields.h"

/*
 * Helpers that several inspectors share: evidence with the commands that show it, CPU
 * variables that moved between kernels, times.
 */

/** Evidence: member @member of the @type at @base is @value.  The text is made. */
inq_id inq_fact_member(struct inq_inspect *in, const char *type, const char *member, uint64_t base,
		       const struct inq_field *f, uint64_t value, const char *whose);

/** Evidence: @size bytes at @addr are @value; @fmt says what that is. */
inq_id inq_fact_memory(struct inq_inspect *in, uint64_t addr, size_t size, uint64_t value,
		       const char *fmt, ...) inq_printf(5, 6);

/** Evidence: a frame range of @cpu's stack (or of task @pid when @cpu is -1). */
inq_id inq_fact_stack(struct inq_inspect *in, int32_t cpu, int32_t pid, const char *fmt, ...)
	inq_printf(4, 5);

/** Evidence: what the code at @addr does. */
inq_id inq_fact_code(struct inq_inspect *in, uint64_t addr, const char *fmt, ...) inq_printf(3, 4);

/** Evidence: the kernel log says @line, in record @r. */
inq_id inq_fact_log(struct inq_inspect *in, const struct inq_log_record *r, const char *line);

/** "name (pid)" in the case's arena, for a task id; "?" when unknown. */
const char *inq_fact_task_name(struct inq_inspect *in, inq_id task);

/** "sym+0x12 [module]" in the case's arena. */
const char *inq_fact_symbol(struct inq_inspect *in, uint64_t addr);

/**
 * Address of @cpu's copy of a per-CPU variable that is a variable of its own in some
 * kernels and a member of struct pcpu_hot in others (6.2, e57ef2ed97c1, to 6.14).
 * @name: the variable; @member: in pcpu_hot.  0: neither.
 */
uint64_t inq_fact_percpu_hot(struct inq_kernel *k, const char *name, const char *member,
			     unsigned int cpu);

/** Seconds on the log clock, and since then until the dump; negative: unknown. */
double inq_fact_seconds(uint64_t ns);
double inq_fact_since(const struct inq_inspect *in, uint64_t ns);

/**
 * For how long @cpu, which waits spinning, can't have done anything else, seconds; negative:
 * unknown.  With interrupts off since its last tick; else since its watchdog last ran, when that
 * is longer ago than the watchdog's period explains.  @ret_how: "timer", "watchdog" or NULL.
 */
double inq_fact_cpu_wait(const struct inq_cpu *cpu, const char **ret_how);

/** Add the unwound stack @us (ownership moves in) as a model stack; returns its id. */
inq_id inq_fact_add_stack(struct inq_inspect *in, struct inq_ustack *us);

/** The stack of a task that is not on a CPU, unwound on first use.  INQ_NONE: can't. */
inq_id inq_fact_task_stack(struct inq_inspect *in, inq_id task);
/** The same of any task: of one on a CPU that CPU's. */
inq_id inq_fact_stack_now(struct inq_inspect *in, inq_id task);

/** Frame number of the innermost frame at or above @from whose function is one of @names
 *  (NULL-terminated, without compiler suffixes); -1: none.  They are names of the kernel image: a
 *  module's function of the same name is another one. */
int inq_fact_find_frame(const struct inq_stack *s, size_t from, const char *const *names);

/** Whether frame symbol @symbol is @name but for compiler suffixes; NULL is nothing. */
bool inq_fact_is(const char *symbol, const char *name);

/**
 * Whether @cpu idles in frames [@from, end) of its stack: its idle task, in its own idle loop, not
 * in an interrupt on top of it.
 */
bool inq_fact_is_idle(const struct inq_inspect *in, const struct inq_cpu *cpu, size_t from);

/** The actor that runs frame @frame of @cpu's stack: its task, or an interrupt on top. */
struct inq_actor inq_fact_actor(struct inq_inspect *in, int32_t cpu, inq_id stack, size_t frame);

#endif
