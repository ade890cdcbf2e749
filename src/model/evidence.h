/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_EVIDENCE_H
#define INQ_MODEL_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/base.h"

/* Part of the case (model/case.h): facts that a reader can check. */

enum inq_evidence_kind {
	INQ_EV_MEMORY,	 /**< a value in the dump's memory */
	INQ_EV_REGISTER, /**< a saved register */
	INQ_EV_CODE,	 /**< what instructions do */
	INQ_EV_STACK,	 /**< frames of a stack */
	INQ_EV_LOG,	 /**< a line of the kernel log */
	INQ_EV_DERIVED,	 /**< follows from other evidence */
};

/** One checkable fact.  Printed as e1, e2, ... (index + 1). */
struct inq_evidence {
	enum inq_evidence_kind kind;
	const char *text; /**< "task_struct.nsproxy of java (3423) = 0x0" */
	uint64_t addr;	  /**< where; valid when has_addr */
	uint64_t value;	  /**< what; valid when has_value */
	bool has_addr, has_value;
	enum inq_confidence
		conf; /**< how the fact was got: field/register certain, residue possible */
	const char *check_inquest; /**< arguments after "inquest": "read VMCORE ffff... 8"; NULL:
				      none */
	const char *check_crash;   /**< a crash command: "rd ffff..."; NULL: none */
};

#endif
