/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_PATH_H
#define INQ_CODE_PATH_H

#include "code/frames.h"
#include "kernel/types.h"
#include "util/arena.h"

/** One step of an access path, from the root outwards. */
struct inq_path_step {
	const char *expr;     /**< C text so far: "current", "current->nsproxy" */
	const char *member;   /**< "task_struct.nsproxy"; NULL for a root */
	struct inq_type type; /**< of the value, when known */
	uint64_t addr;	      /**< where it was loaded from; 0: not from memory */
	uint64_t value;	      /**< as memory holds it now; valid when has_value */
	bool has_value;
	inq_reg reg;	    /**< register that held it at the access; INQ_REG_NONE: none */
	uint64_t reg_value; /**< valid when reg is one */
	uint64_t site;	    /**< address of the loading instruction; 0: none */
};

/** How a memory access came to its address, as a C programmer would write it. */
struct inq_path {
	const char *expr; /**< "current->nsproxy->uts_ns"; never NULL, may be "*(rax + 0x8)" */
	bool typed;	  /**< expr has types all along */
	const char
		*bad; /**< the sub-expression whose value is the bad pointer: "current->nsproxy" */
	const char *bad_member; /**< "task_struct.nsproxy", of an argument the one that it was
					   loaded from by who passed it; NULL: no member */
	uint64_t bad_value;	/**< the bad pointer */
	uint32_t offset;	/**< of the access from the bad pointer */
	/** the same way in offsets alone, "+18 of +40", where expr hangs on a module's own types
	 * and names, or has none; NULL: expr is in the kernel's terms */
	const char *shape;
	const struct inq_path_step *steps; /**< root first; without the access itself */
	size_t nr_steps;
	/** Where the root is an argument: what was passed, in the terms of who came by it, else of
	 * the caller ("priv->dev"); NULL: no argument, or not known */
	const char *origin;
	size_t origin_frame; /**< whose terms; valid with @origin */
	/** The frame whose function came by the bad pointer: it loaded or made it, and passed it
	 * on to those further in.  The access' own frame where it was not passed. */
	size_t blame_frame;
};

/**
 * The access path of the memory operand of the instruction at frame @frame's exact ip of
 * @s: forward values of values.h read backwards from the operand, across callers for arguments.
 * Of several operands, the one whose address can't be read.  A division: the path of its divisor,
 * which is then the bad value itself.  A frame that stands behind an indirect
 * call: the path of the pointer that was called, which is then the bad value itself (for a jump
 * to nowhere ask the frame around the one whose ip is no code).
 * Copy, string, list and locking helpers are looked through: the path is their caller's.
 * Strings and steps are in @arena.  NOTSUP: the instruction reads or writes no memory.  NOTFOUND:
 * no instruction of a function is there.
 */
struct inq_error *inq_path_of_access(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				     unsigned int cpu, struct inq_arena *arena,
				     struct inq_path *ret) inq_must_check;

/**
 * What argument @n (from 0) of frame @frame's function points to, in the terms of its caller:
 * "&t->lock" gives "t->lock" in *@ret_expr and "id_table.lock.owner.counter" in *@ret_member, down
 * to the innermost scalar; both in @arena, NULL where that can't be said with types.
 * Errors: NOMEM.
 */
struct inq_error *inq_path_of_argument(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				       unsigned int cpu, unsigned int n, struct inq_arena *arena,
				       const char **ret_expr,
				       const char **ret_member) inq_must_check;

/** The same for the address @v, an expression of frame @frame's own function. */
struct inq_error *inq_path_of_pointer(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				      unsigned int cpu, const struct inq_value *v,
				      struct inq_arena *arena, const char **ret_expr,
				      const char **ret_member) inq_must_check;

#endif
