/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_LOG_H
#define INQ_INSPECT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "util/error.h"

/** One record of the kernel log. */
struct inq_log_record {
	uint64_t seq;
	uint64_t ts_ns;	    /**< log clock (local_clock()) */
	unsigned int level; /**< 0 emergency to 7 debug */
	uint32_t caller_id; /**< task's pid, or 0x80000000 + CPU; 0 without PRINTK_CALLER */
	const char *text;   /**< NUL-terminated, may hold newlines; borrowed during the call */
	size_t len;
};

/** Called for each record, oldest first; false ends the walk. */
typedef bool (*inq_log_fn)(const struct inq_log_record *r, void *arg);

/**
 * Walk the printk ring buffer.  @ret_lost: records that could not be read whole (being
 * written, or in missing pages).  Cost: reads what the log holds, some 100 KB.
 * Errors: NOTFOUND (no `prb`, or no types), FAULT/EXCLUDED, BADDATA (sizes that can't be).
 */
struct inq_error *inq_log_walk(struct inq_kernel *k, inq_log_fn fn, void *arg,
			       size_t *ret_lost) inq_must_check;

#endif
