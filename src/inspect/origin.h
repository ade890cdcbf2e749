/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_ORIGIN_H
#define INQ_INSPECT_ORIGIN_H

#include "inspect/inspect.h"

/**
 * How execution came to frame @frame of stack @stack, which is on @cpu, in a line: "system call
 * write(fd=3 -> /dev/x, buf=0x7ffc..., count=5)", "timer function f", "interrupt 11 (virtio0),
 * handler g".  In the case's arena; NULL: not known.
 */
const char *inq_origin_of(struct inq_inspect *in, inq_id stack, size_t frame, inq_id task,
			  int32_t cpu);

/** The same for a stack that the log tells of, @evidence: its frame 0. */
const char *inq_origin_of_log(struct inq_inspect *in, inq_id stack, inq_id task, inq_id evidence);

#endif
