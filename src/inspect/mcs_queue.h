/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_MCS_QUEUE_H
#define INQ_INSPECT_MCS_QUEUE_H

#include "inspect/inspect.h"

/**
 * The order in which CPUs queue for the queued spinlock whose word is @word: the MCS queue that
 * ends at the word's tail.  @cpus gets up to @max CPU numbers, first in line first.  Returns how
 * many; 0: no queue, or it can't be read.  The queue's head may be missing where a link isn't there
 * yet. Cost: reads 4 nodes of each CPU, once per lock.
 */
size_t inq_mcs_queue(struct inq_inspect *in, uint32_t word, int32_t *cpus, size_t max);

#endif
