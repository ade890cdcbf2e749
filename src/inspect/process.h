/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_PROCESS_H
#define INQ_INSPECT_PROCESS_H

#include "inspect/inspect.h"

/**
 * Who @task is: program, command line, user, cgroup and container, PID namespace, terminal, as far
 * as the dump has them.  Read once into c->processes; INQ_NONE: @task is a kernel thread, or is
 * known by name only.
 */
inq_id inq_process_read(struct inq_inspect *in, inq_id task);

#endif
