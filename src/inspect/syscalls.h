/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SYSCALLS_H
#define INQ_INSPECT_SYSCALLS_H

#include "inspect/inspect.h"

/**
 * try: the system call that stack @stack is in, into @o: name, number, arguments by name with
 * what they stand for, text.  @task: whose stack it is, for its files and user memory; INQ_NONE:
 * arguments stay numbers.  False: it is in none, or nothing names it.
 */
bool inq_syscall_decode(struct inq_inspect *in, inq_id stack, inq_id task, struct inq_origin *o);

/** What an ioctl's number says of itself, "_IOW('L', 3, 8 bytes)", in the arena; NULL: nothing.
 * (include/uapi/asm-generic/ioctl.h) */
const char *inq_ioctl_words(struct inq_inspect *in, uint32_t cmd);

#endif
