/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_FAULT_H
#define INQ_MODEL_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base.h"
#include "model/stack.h"

/* Part of the case (model/case.h): exceptions in kernel mode. */

enum inq_fault_kind {
	INQ_FAULT_PAGE,	  /**< page fault in kernel mode */
	INQ_FAULT_GP,	  /**< general protection */
	INQ_FAULT_OPCODE, /**< ud2: BUG or WARN, or really invalid */
	INQ_FAULT_DIVIDE,
	INQ_FAULT_DOUBLE,
	INQ_FAULT_BREAKPOINT, /**< int3 where none was set: what removed code is filled with */
	INQ_FAULT_OTHER,
};

struct inq_path_fact {
	const char *expr;   /**< "current->nsproxy" */
	const char *member; /**< "task_struct.nsproxy"; NULL: a root */
	uint64_t addr;	    /**< it was loaded from; 0: not from memory */
	bool has_memory, has_reg;
	uint64_t memory, reg; /**< its value in memory now, and in the saved register */
	const char *reg_name; /**< "rax" */
	const char *
		object; /**< what it was loaded from: "freed object of kmalloc-64"; NULL: unknown */
	bool object_freed; /**< that memory is known to be free */
};

/** An exception that was taken in kernel mode, found on a stack or in the log. */
struct inq_fault {
	enum inq_fault_kind kind;
	bool on_stack; /**< its pt_regs is on a stack of the dump; false: only in the log */
	int32_t cpu;
	inq_id task;			/**< current then */
	enum inq_frame_context context; /**< of the code that faulted */
	inq_id stack;			/**< that it is on */
	inq_id frame;			/**< faulting frame in it */
	uint64_t ip;
	const char *symbol; /**< function of ip */
	uint64_t offset;    /**< in symbol */
	const char *module;
	bool has_addr;
	uint64_t addr; /**< faulting address */
	bool has_error_code;
	uint64_t error_code;	/**< x86 page fault: 1 present, 2 write, 4 user, 0x10 fetch */
	const char *insn;	/**< its disassembly */
	const char *expression; /**< access path; NULL: unknown */
	bool typed;		/**< expression has types all along */
	const char *shape; /**< its offsets, "+18 of +40", where it hangs on a module's types or has
			      none; NULL: expression is in the kernel's terms */
	const char *bad;   /**< sub-expression whose value is the bad pointer */
	const char *bad_member; /**< "task_struct.nsproxy" */
	uint64_t bad_value;
	bool has_bad_value;
	uint32_t access_offset;	    /**< of the access from the bad pointer */
	struct inq_path_fact *path; /**< nr_path steps, root first */
	size_t nr_path;
	double t_s;		/**< log clock; <0: unknown */
	const char *address_is; /**< what lies at the bad value or address; NULL: not looked up */
	bool address_freed;	/**< that was freed, or given back */
	const char *from; /**< how execution came there: "system call write(...)", "timer function
			     f"; NULL */
	/** The bad value in the terms of blame ("f->source"); NULL: not known */
	const char *origin;
	/** Function that came by the bad pointer and passed it on; NULL: symbol */
	const char *blame;
	const char *blame_module; /**< of blame; NULL: the image */
	inq_id freed_by;	  /**< in tracks: who freed the object that the bad value lies in */
	inq_id allocated_by;	  /**< likewise, who allocated it */
	struct inq_ids ev_where, ev_memory, ev_register, ev_code;
};

/** Whether the bad pointer is NULL, or what was passed on is the address of a member behind one. */
bool inq_fault_is_null(const struct inq_fault *f);

#endif
