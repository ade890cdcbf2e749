/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_STACKS_H
#define INQ_ANALYZE_STACKS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/case.h"
#include "util/strbuf.h"

/* What function names on a stack say. */

/** Length of @symbol without compiler suffixes (".isra.0", ".constprop.0", ".cold"). */
size_t inq_base_length(const char *symbol);
/** Whether @symbol is the function @name, compiler suffixes aside.  NULL is no function. */
bool inq_function_is(const char *symbol, const char *name);

/**
 * Whether a frame of this name is machinery through which every story goes (lock slow paths,
 * interrupt entry, scheduler, oops handling), so that it tells nothing about this one.
 */
bool inq_function_is_generic(const char *symbol);

/** The frame of @s that runs function @name; -1: none.  The innermost of several. */
inq_id inq_stack_find(const struct inq_stack *s, const char *name);

/**
 * The frame in [@from, @to) of @s that tells most about what runs there: the outermost of a
 * module, else the outermost that is not generic.  Stays where the innermost function
 * changes with the moment of the dump.  -1: none.
 */
inq_id inq_stack_teller(const struct inq_stack *s, size_t from, size_t to);

/** The innermost frame in [@from, @to) that is not generic; -1: none. */
inq_id inq_stack_innermost(const struct inq_stack *s, size_t from, size_t to);

/** Where the run of frames of the same context that @frame is in ends (exclusive). */
size_t inq_stack_context_end(const struct inq_stack *s, size_t frame);

/** Append "beat -> send": frames [@from, @to) outermost first, generic ones left out. */
void inq_stack_path(const struct inq_stack *s, size_t from, size_t to, struct inq_strbuf *sb);

/**
 * The same with the machinery between left in ("page_fault_oops -> oops_end -> kmsg_dump ->
 * send"): only entry code at the outer and lock slow paths at the inner end are left out.
 */
void inq_stack_whole_path(const struct inq_stack *s, size_t from, size_t to, struct inq_strbuf *sb);

/** What interrupted: "timer interrupt", "softirq", "IPI", "page fault"...; by frames around
 * @frame in the same context.  Static. */
const char *inq_stack_context_words(const struct inq_stack *s, size_t frame);

#endif
