/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_DESCRIBE_H
#define INQ_MODEL_DESCRIBE_H

#include "model/case.h"
#include "util/strbuf.h"

/*
 * One way to name things, wherever they are named.  All append to @sb; unknown things
 * get an honest name ("an unknown task").  Names come from the dump and are not
 * sanitised here: report does that when it prints.
 */

/** "java (3423)"; "the idle task". */
void inq_describe_task(const struct inq_case *c, inq_id task, struct inq_strbuf *sb);
/** "CPU 0 java (3423)" or "CPU 0's idle task" on a CPU, "java (3423)" off it. */
void inq_describe_actor(const struct inq_case *c, const struct inq_actor *a, struct inq_strbuf *sb);
/** "spinlock a_lock [demo]", "mutex at 0xffff888003a41000", "IPI". */
void inq_describe_resource(const struct inq_case *c, inq_id resource, struct inq_strbuf *sb);
/** "func+0x23 [demo]"; the address without a symbol. */
void inq_describe_place(const char *symbol, uint64_t offset, const char *module, uint64_t ip,
			struct inq_strbuf *sb);

#endif
