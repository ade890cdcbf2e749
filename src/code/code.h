/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_CODE_H
#define INQ_CODE_CODE_H

#include "code/function.h"
#include "code/locks.h"
#include "code/object.h"
#include "code/values.h"
#include "kernel/types.h"
#include "util/arena.h"
#include "util/hashmap.h"
#include "util/vec.h"

/*
 * Private to the code floor: its context, and the window through which it sees
 * a dump.  The window has a second implementation, in the unit tests: code from byte
 * buffers, no dump.
 */
struct inq_code_env {
	/** must: @len bytes at @addr */
	struct inq_error *(*read)(void *ctx, uint64_t addr, void *buf, size_t len);
	/** try: the same */
	bool (*try_read)(void *ctx, uint64_t addr, void *buf, size_t len);
	/** the symbol that @addr lies in */
	bool (*symbol_at)(void *ctx, uint64_t addr, struct inq_symbol *ret);
	/** the per-CPU variable at @value of the per-CPU area */
	bool (*percpu_symbol)(void *ctx, uint64_t value, struct inq_symbol *ret);
	/** the symbol called @name */
	bool (*symbol_named)(void *ctx, const char *name, struct inq_symbol *ret);
	/** per-CPU base of @cpu */
	bool (*percpu_base)(void *ctx, unsigned int cpu, uint64_t *ret);
	bool (*func_type)(void *ctx, const char *name, const struct inq_module *module,
			  struct inq_type *ret);
	bool (*var_type)(void *ctx, const char *name, const struct inq_module *module,
			 struct inq_type *ret);
	bool (*struct_type)(void *ctx, const char *name, struct inq_type *ret);
	/** the next struct that code of w->module may use; see inq_struct_walk_next() */
	bool (*next_struct)(void *ctx, struct inq_struct_walk *w, struct inq_type *ret);
	/** whether execution goes on behind the trap instruction at @addr: a WARN */
	bool (*trap_returns)(void *ctx, uint64_t addr);
	/** whether @addr may be dereferenced by the kernel at all, by its form */
	bool (*is_kernel_addr)(void *ctx, uint64_t addr);
};

/** What a call or jump to an address means, by the name of what is there. */
enum inq_callee_role {
	INQ_CALLEE_NORMAL,
	INQ_CALLEE_NORETURN,
	INQ_CALLEE_NOTHING,   /**< tracing hooks and the like: as if the call weren't there */
	INQ_CALLEE_PRESERVES, /**< leaves all registers but the returned value as they are */
	INQ_CALLEE_RETURN,    /**< jumping there is returning */
	INQ_CALLEE_INDIRECT,  /**< calls or jumps to where register `reg` points */
	INQ_CALLEE_SWITCH,    /**< the context switch: returns in another task */
};

struct inq_lock_primitive;

struct inq_callee {
	uint64_t addr;
	const char *name; /**< "" when there is no symbol */
	const struct inq_module *module;
	uint64_t start, size; /**< of the symbol */
	bool is_start;	      /**< addr is the symbol's first instruction */
	enum inq_callee_role role;
	inq_reg reg;			       /**< of INDIRECT */
	const struct inq_lock_primitive *lock; /**< NULL: no locking primitive */
};

struct inq_values;
struct inq_lock_summary;

enum { INQ_LOCK_WATCHES_MAX = 4 };

/** A function and what is known of it. */
struct inq_code_func {
	struct inq_function f;
	struct inq_code *code;
	struct inq_arena arena;	   /**< f's arrays, and all of its values */
	struct inq_values *values; /**< NULL: not analysed yet */
	struct inq_lock_summary *summary;
	bool summary_busy;	      /**< being made: recursion */
	bool lockless;		      /**< nothing in it has to do with locks */
	struct inq_hashmap lock_sets; /**< instruction -> struct inq_lock_set * */
	bool looked_deep;	      /**< summary, lockless and lock_sets are of that kind */
	unsigned int looked_for;      /**< likewise: of so many watches */
	bool returns_known;
	const struct inq_value *returns; /**< what it returns on every way; NULL: not known */
};

struct inq_insn_vec {
	struct inq_insn *v;
	size_t n;
	size_t max;
};

struct inq_code {
	const struct inq_code_env *env;
	void *env_ctx;
	void (*env_destroy)(void *ctx);
	const struct inq_arch *arch;
	inq_object_fn object_at;    /**< NULL: not set */
	void *objects;		    /**< its argument */
	struct inq_arena arena;	    /**< callees */
	struct inq_hashmap callees; /**< address -> struct inq_callee * */
	struct inq_hashmap by_addr; /**< address asked for -> struct inq_code_func * */
	struct inq_hashmap by_start;
	struct inq_hashmap pointees; /**< pointer (and member) -> what infer.c found */
	struct inq_hashmap shapes;   /**< address of a variable -> struct inq_variable_shape * */
	inq_vec(struct inq_code_func *) funcs;
	struct inq_insn_vec scratch;
	uint64_t this_cpu_off;	/**< per-CPU variable that holds the per-CPU base; 0: none */
	uint64_t percpu_offset; /**< array of all CPUs' bases; 0: none */
	bool names_looked_up;
	bool deep;					     /**< inq_locks_look_deep() */
	struct inq_lock_watch watches[INQ_LOCK_WATCHES_MAX]; /**< inq_locks_watch() */
	unsigned int nr_watches;
	/** Offsets in struct percpu_rw_semaphore, once `percpu_rwsem_known`; <0: not known. */
	int64_t percpu_rwsem_count, percpu_rwsem_writer;
	bool percpu_rwsem_known;
};

/** Like inq_code_create(), with another window; @ctx is given to its functions. */
struct inq_error *inq_code_create_env(const struct inq_code_env *env, void *ctx,
				      const struct inq_arch *arch,
				      struct inq_code **ret) inq_must_check;

/** The window on a real dump (env.c). */
extern const struct inq_code_env inq_code_kernel_env;
struct inq_error *inq_code_kernel_env_create(struct inq_kernel *k, const struct inq_arch *arch,
					     void **ret) inq_must_check;
void inq_code_kernel_env_destroy(void *ctx);

/** must: the function that @addr lies in, with our side of it. */
struct inq_error *inq_code_func(struct inq_code *c, uint64_t addr,
				struct inq_code_func **ret) inq_must_check;

/** What lies at @addr, cached; NULL: no memory. */
const struct inq_callee *inq_code_callee(struct inq_code *c, uint64_t addr);

/** Build @fn->f from its symbol; fn->f.sym is set (function.c, cfg.c). */
struct inq_error *inq_function_build(struct inq_code_func *fn) inq_must_check;
struct inq_error *inq_function_make_blocks(struct inq_code_func *fn) inq_must_check;

/** Block of instruction @insn. */
unsigned int inq_function_block_of(const struct inq_function *f, unsigned int insn);

/** Whether register @reg is one of the mask @bits. */
static inline bool inq_reg_in(uint64_t bits, inq_reg reg)
{
	return reg < INQ_NR_REGS_MAX && (bits >> reg & 1);
}

#endif
