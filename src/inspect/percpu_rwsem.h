/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_PERCPU_RWSEM_H
#define INQ_INSPECT_PERCPU_RWSEM_H

#include "inspect/inspect.h"

/**
 * Read the percpu_rw_semaphore of resource @id into it: its word (`block`), how many readers hold
 * it, who waits for them.  A task that waits in its `writer` goes into in->queued_on.  What can't
 * be read is a gap.  Who the readers are the lock does not know: they are found by their code.
 */
void inq_percpu_rwsem_read(struct inq_inspect *in, inq_id id);

#endif
