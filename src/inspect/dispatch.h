/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_DISPATCH_H
#define INQ_INSPECT_DISPATCH_H

#include "inspect/inspect.h"

/**
 * try: whether frame @frame of stack @stack (of @cpu; 0 where it is on none) is the kernel's code
 * that calls what others registered: timers, handlers of interrupts, work, callbacks.  Into @o:
 * kind, function, object, name, text, evidence.  False: it is no such frame.
 */
bool inq_dispatch_read(struct inq_inspect *in, inq_id stack, size_t frame, unsigned int cpu,
		       struct inq_origin *o);

#endif
