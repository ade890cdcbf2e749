/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_IPI_TAKEN_H
#define INQ_INSPECT_IPI_TAKEN_H

#include "inspect/inspect.h"
#include "kernel/fields.h"

/** A call that a CPU waits for and that another one has begun. */
struct inq_ipi_taken {
	uint64_t csd;	 /**< on the stack of the one who waits */
	uint64_t flags;	 /**< of it */
	uint32_t target; /**< the CPU that runs its function */
	inq_id proof;	 /**< evidence of that; INQ_NONE: it is the call's own argument */
};

/**
 * try: the call that @cpu waits for in frame @frame, in smp_call_function_single(), when its csd is
 * on no queue any more: the target took it off, and calls its function before it unlocks it.
 * @flags, @func: fields of __call_single_data.
 */
bool inq_ipi_find_taken(struct inq_inspect *in, const struct inq_cpu *cpu, int frame,
			const struct inq_field *flags, const struct inq_field *func,
			struct inq_ipi_taken *ret);

#endif
