/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ARCH_ARCH_H
#define INQ_ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/insn.h"
#include "kernel/kernel.h"
#include "util/error.h"

/** What kind of execution a stretch of a stack belongs to. */
enum inq_context {
	INQ_CTX_TASK,
	INQ_CTX_SOFTIRQ,
	INQ_CTX_IRQ,
	INQ_CTX_EXCEPTION,
	INQ_CTX_NMI,
	INQ_CTX_USER,
};

enum { INQ_NR_REGS_MAX = 32 };

/** Register values, each known or not.  Indexed by inq_reg. */
struct inq_regs {
	uint64_t val[INQ_NR_REGS_MAX]; /**< valid where `known` has the bit */
	uint64_t known;		       /**< bit per register */
	uint64_t ip;		       /**< instruction pointer */
	uint64_t flags;		       /**< processor flags; valid where has_flags */
	bool has_flags;
	bool user; /**< they are of user mode */
	uint64_t
		orig_syscall; /**< x86 orig_ax: system call number or ~0/vector; valid in pt_regs */
};

static inline bool inq_regs_get(const struct inq_regs *r, inq_reg reg, uint64_t *ret)
{
	if (reg >= INQ_NR_REGS_MAX || !(r->known >> reg & 1))
		return false;
	*ret = r->val[reg];
	return true;
}

static inline void inq_regs_set(struct inq_regs *r, inq_reg reg, uint64_t val)
{
	r->val[reg] = val;
	r->known |= UINT64_C(1) << reg;
}

/** Where a structure in memory keeps one value; size 0: nowhere. */
struct inq_reg_slot {
	uint32_t offset; /**< bytes */
	uint8_t size;	 /**< bytes, 1 to 8 */
};

/** A structure that holds registers (pt_regs, a switched-out task's frame), from the dump's types.
 */
struct inq_regs_layout {
	uint32_t size; /**< bytes; 0: unknown */
	struct inq_reg_slot reg[INQ_NR_REGS_MAX];
	struct inq_reg_slot ip, flags;
	struct inq_reg_slot mode; /**< tells user from kernel mode (x86: cs) */
	struct inq_reg_slot orig; /**< for inq_regs.orig_syscall */
};

/** What reading registers out of kernel structures needs, resolved once per dump. */
struct inq_arch_layout {
	struct inq_regs_layout pt_regs;
	struct inq_regs_layout task_frame; /**< what a switch leaves at `task_sp` */
	struct inq_reg_slot task_sp;	   /**< in task_struct: saved stack pointer */
};

/** A stack that the kernel runs on. */
enum inq_stack_kind {
	INQ_STACK_TASK,
	INQ_STACK_IRQ,
	INQ_STACK_EXCEPTION, /**< an IST stack: see `name` */
	INQ_STACK_NMI,
	INQ_STACK_ENTRY, /**< the entry trampoline */
};
struct inq_stack_range {
	enum inq_stack_kind kind;
	const char *name;    /**< static: "task", "irq", "#DF", "NMI", "#DB", "#MC", "#VC" */
	uint64_t start, end; /**< [start, end) */
};

/**
 * One machine architecture.  To add one: write arch/NAME.c (this struct) and
 * arch/NAME_insn.c (decode), add a row in arch.c, teach dump/ its name, give the
 * unwinder its saved-register layout here, and run the unit tests of arch/ on it.
 * Every slot must be filled.
 */
struct inq_arch {
	const char *name;	      /**< as dump's info.arch */
	unsigned int nr_regs;	      /**< general registers, [0, nr_regs) */
	const char *const *reg_names; /**< "rax"...; nr_regs of them */
	inq_reg sp, fp;
	inq_reg ret_reg;     /**< where a function returns its value */
	inq_reg arg_regs[6]; /**< C calling convention */
	unsigned int nr_arg_regs;
	inq_reg syscall_regs[6]; /**< arguments of a system call, in user mode's registers */
	unsigned int nr_syscall_regs;
	uint64_t callee_saved; /**< bit per register that a function preserves, sp excluded */
	unsigned int insn_max; /**< longest instruction, bytes */
	unsigned int direct_call_len; /**< the usual direct call's, bytes */
	unsigned char trap_byte;  /**< a one-byte breakpoint: what removed code is filled with */
	uint64_t thread_size;	  /**< default; inspect may read a better one */
	uint64_t irq_enable_flag; /**< bit in flags */

	/** try: decode one instruction at @addr from @bytes (@len of them). */
	bool (*decode)(const unsigned char *bytes, size_t len, uint64_t addr, struct inq_insn *ret);
	/** Disassembly of one instruction for people ("mov rax, [rdi+0x8]"), always terminated. */
	void (*format_insn)(const unsigned char *bytes, size_t len, uint64_t addr, char *buf,
			    size_t size);
	/** must: registers out of an NT_PRSTATUS note. */
	struct inq_error *(*regs_from_prstatus)(const void *note, size_t len, struct inq_regs *ret);
	/** Resolve the layouts that the readers below use; what the dump's types don't tell and no
	 * ABI fixes stays size 0. */
	void (*layout)(struct inq_kernel *k, struct inq_arch_layout *ret);
	/** must: registers out of a struct pt_regs at @addr. @l NULL: resolve it now (slower). */
	struct inq_error *(*read_pt_regs)(struct inq_kernel *k, const struct inq_arch_layout *l,
					  uint64_t addr, struct inq_regs *ret);
	/** must: registers of switched-out @task; ip is where it will return to.  @l as above. */
	struct inq_error *(*read_task)(struct inq_kernel *k, const struct inq_arch_layout *l,
				       uint64_t task, struct inq_regs *ret);
	/** must: likewise, where the stack of that task ended at @sp when it was switched out. */
	struct inq_error *(*read_switched)(struct inq_kernel *k, const struct inq_arch_layout *l,
					   uint64_t sp, struct inq_regs *ret);
	/** The function that pushes what read_switched() reads, right after its return address. */
	const char *switch_symbol;
	/** must: read_pt_regs() without a layout at hand. */
	struct inq_error *(*regs_from_pt_regs)(struct inq_kernel *k, uint64_t addr,
					       struct inq_regs *ret);
	/** must: registers of a task that is switched out (x86: inactive_task_frame at thread.sp).
	 */
	struct inq_error *(*regs_from_task)(struct inq_kernel *k, uint64_t task,
					    struct inq_regs *ret);
	/** sizeof(struct pt_regs), 0 unknown */
	size_t (*pt_regs_size)(struct inq_kernel *k);
	/** The stacks of @cpu (not task stacks); returns how many of @max were filled. */
	size_t (*cpu_stacks)(struct inq_kernel *k, unsigned int cpu, struct inq_stack_range *ret,
			     size_t max);
	/** The context that an entry-code symbol opens ("asm_exc_page_fault": exception). False:
	 * none. */
	bool (*entry_context)(const char *symbol, enum inq_context *ret);
	/** Whether a call of @symbol is really an indirect call (x86: retpolines). */
	bool (*is_call_thunk)(const char *symbol);
	/** Whether @addr is a kernel address by its form (canonical, upper half). */
	bool (*is_kernel_addr)(struct inq_kernel *k, uint64_t addr);
	/** Address of the struct page of direct-mapped address @addr; 0: it is none. */
	uint64_t (*page_of)(struct inq_kernel *k, uint64_t addr);
	/** The direct-mapped address of struct page @page; 0: unknown. */
	uint64_t (*page_address)(struct inq_kernel *k, uint64_t page);
	/** The direct-mapped address of user address @addr under page table root @root (mm->pgd).
	 * False: not mapped, swapped out, or a table is not in the dump. */
	bool (*user_address)(struct inq_kernel *k, uint64_t root, uint64_t addr, uint64_t *ret);
	/** What part of the kernel's address space @addr is in, whether mapped or not: "the direct
	 * map", "the vmalloc area"; static, NULL: no known one. */
	const char *(*region_of)(struct inq_kernel *k, uint64_t addr);
	/** What status word @status of a machine check says, in words, into @buf, always
	 * terminated: "uncorrected error in the L1 cache (data), a data read". */
	void (*describe_machine_check)(uint64_t status, char *buf, size_t size);
};

/** The architecture called @name; NULL: unknown. */
const struct inq_arch *inq_arch_by_name(const char *name);

/** must: decode the instruction at @addr of kernel text. */
struct inq_error *inq_insn_read(struct inq_kernel *k, const struct inq_arch *arch, uint64_t addr,
				struct inq_insn *ret) inq_must_check;

extern const struct inq_arch inq_arch_x86_64;

#endif
