/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_LOG_OOPS_H
#define INQ_INSPECT_LOG_OOPS_H

#include "inspect/inspect.h"

enum { INQ_LOG_OOPSES = 64, INQ_LOG_FRAMES = 24 };

/** An oops as the log prints it: what is left of one whose task is gone. */
struct inq_log_oops {
	inq_id event;
	const char *at; /**< where, as printed: "f+0x9/0x20 [mod]" or hex; NULL: not printed */
	struct inq_regs regs; /**< at the fault; ip 0: not printed, or no symbol of this dump */
	uint64_t callers[INQ_LOG_FRAMES];	   /**< return addresses, innermost first */
	enum inq_context contexts[INQ_LOG_FRAMES]; /**< of callers */
	size_t nr_callers;
	enum inq_context context;  /**< of the code that faulted */
	struct inq_regs user_regs; /**< that user mode came in with; valid when has_user */
	bool has_rip, has_user, in_trace;
	bool marked;	 /**< a "<TASK>" or "<IRQ>" was seen */
	bool trace_done; /**< frames that follow belong to nothing that is known */
	bool done;
	enum inq_context now; /**< of the frames that follow */
};

/** A line that belongs to event @event (of kinds OOPS, BUG); other lines are ignored. */
void inq_log_oops_line(struct inq_inspect *in, inq_id event, const char *line);

/** What was noted of @event; NULL: nothing. */
const struct inq_log_oops *inq_log_oops_of(const struct inq_inspect *in, inq_id event);

/**
 * Whether frame 0 of stack @us stands where the oops happened, by stack pointer and place: the same
 * address, or the same text (of two functions with one name the other may have been taken for it).
 */
bool inq_log_oops_is_at(struct inq_inspect *in, const struct inq_log_oops *o,
			const struct inq_ustack *us);

/**
 * A stack of it: frame 0 faulted, with its registers, callers without theirs, and the registers of
 * user mode where the log has them and a task's own code faulted.  Returns its id;
 * INQ_NONE: the log doesn't tell, or no memory.
 */
inq_id inq_log_oops_stack(struct inq_inspect *in, const struct inq_log_oops *o);

#endif
