/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_KALLSYMS_LOAD_H
#define INQ_KERNEL_KALLSYMS_LOAD_H

#include "dump/dump.h"
#include "kernel/kallsyms.h"
#include "util/error.h"

/**
 * Read the tables that VMCOREINFO points to (since 6.0: 5fd8fea935a10, f09bddbd86619).
 * Errors: NOTFOUND (VMCOREINFO names no kallsyms), BADDATA, those of reading, NOMEM.
 */
struct inq_error *inq_kallsyms_load(struct inq_dump *dump,
				    struct inq_kallsyms **ret) inq_must_check;

/**
 * Find the tables by their shape in the kernel image (4.20 to 5.19: names before markers before
 * tokens) and read them.  Cost: reads .rodata from its end down to them, some 10 MB.
 * Errors: NOTFOUND, NOMEM.
 */
struct inq_error *inq_kallsyms_scan(struct inq_dump *dump,
				    struct inq_kallsyms **ret) inq_must_check;

#endif
