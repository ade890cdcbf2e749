/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_ORIGIN_H
#define INQ_INSPECT_ORIGIN_H

#include "inspect/inspect.h"

/**
 * How execution came to frame @frame of stack @stack, which is on @cpu: "system call
 * write(fd=0x3, buf=0x7ffc..., count=0x5)", "timer function f", "interrupt 11 (virtio0)", "work
 * function g".  In the case's arena; NULL: not known.
 */
const char *inq_origin_of(struct inq_inspect *in, inq_id stack, size_t frame, unsigned int cpu);

#endif
