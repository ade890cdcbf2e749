/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ARCH_INSN_H
#define INQ_ARCH_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The neutral form of one machine instruction.  arch/NAME_insn.c makes it from
 * a disassembler's output; code/ and unwind/ know nothing else of the machine.
 */

/** General registers, numbered by the arch: [0, inq_arch.nr_regs), at most 63. */
typedef uint8_t inq_reg;
#define INQ_REG_NONE ((inq_reg)0xff)

/*
 * A register operand that is written with size 4 has its upper half cleared; with
 * size 1 or 2 the rest of the register is kept (and `reads` does not say so).
 */
enum inq_op {
	INQ_OP_OTHER, /**< anything else: writes what `writes` says, values unknown */
	INQ_OP_NOP,   /**< also endbr, pause, fences, prefetches, stac: no operands, no effects */
	INQ_OP_MOV,   /**< dst = src (a zero-extending move too) */
	INQ_OP_MOVSX, /**< dst = sign-extended src; also cdqe and its kin */
	INQ_OP_LEA,   /**< dst = address of the memory operand */
	INQ_OP_ADD,   /**< dst += src; also inc (src: 1) */
	INQ_OP_SUB,   /**< dst -= src; also dec (src: 1) */
	INQ_OP_AND,
	INQ_OP_OR,
	INQ_OP_XOR, /**< `xor r, r`, `sub r, r`, `and r, 0` come as MOV r, 0; `or r, -1` as MOV */
	INQ_OP_SHL,
	INQ_OP_SHR,
	INQ_OP_SAR,
	INQ_OP_MUL, /**< dst = operand 1 * operand 2, always three; a widening one is OTHER */
	INQ_OP_CMP, /**< operands 0 and 1 */
	INQ_OP_TEST,
	INQ_OP_XCHG,	/**< operands 0 and 1 exchange; on memory always atomic */
	INQ_OP_CMPXCHG, /**< accumulator with operand 0, operand 1 new value */
	INQ_OP_XADD,
	INQ_OP_PUSH, /**< operand 0 */
	INQ_OP_POP,
	INQ_OP_LEAVE,
	INQ_OP_CALL, /**< direct when `target` is set; else operand 0 */
	INQ_OP_JMP,  /**< likewise */
	INQ_OP_JCC,  /**< conditional, to `target` */
	INQ_OP_RET,  /**< also iret, sysret, eret */
	INQ_OP_TRAP, /**< ud2, int3, ...: does not fall through unless the kernel resumes it */
	INQ_OP_CLI,  /**< interrupts off */
	INQ_OP_STI,  /**< interrupts on */
	INQ_OP_PUSHF,
	INQ_OP_POPF,
	INQ_OP_HLT,    /**< waits for an interrupt; also mwait */
	INQ_OP_DIV,    /**< may raise a divide error */
	INQ_OP_STRING, /**< movs, stos, lods, cmps, scas; `rep`: repeated */
	/** A bit of operand 0, its number in operand 1, into the carry; then it is set, cleared: of
	 * memory a register may name a bit beyond the operand.  Values are unknown, as of OTHER */
	INQ_OP_BIT_TEST,
	INQ_OP_BIT_SET,
	INQ_OP_BIT_CLEAR,
};

/** The condition of a JCC, as far as slices and path conditions use it. */
enum inq_cond {
	INQ_COND_NONE,
	INQ_COND_EQ, /**< equal / zero */
	INQ_COND_NE,
	INQ_COND_CARRY, /**< below, unsigned; behind a BIT operation: the bit was set */
	INQ_COND_NO_CARRY,
	INQ_COND_OTHER,
};

enum inq_operand_kind {
	INQ_OPERAND_NONE,
	INQ_OPERAND_REG,
	INQ_OPERAND_IMM,
	INQ_OPERAND_MEM,
};

/** An address: seg_base + base + index * scale + disp.  An ip-relative one is already absolute in
 * disp. */
struct inq_mem {
	inq_reg base;	/**< INQ_REG_NONE: none */
	inq_reg index;	/**< INQ_REG_NONE: none */
	uint8_t scale;	/**< 1, 2, 4, 8 */
	bool percpu;	/**< through the per-CPU segment (x86: gs) */
	bool other_seg; /**< through another segment, or not of 64-bit registers: address unknown */
	int64_t disp;
};

struct inq_operand {
	enum inq_operand_kind kind;
	uint8_t size; /**< bytes that it reads or writes; 0: unknown, or more than 255 */
	bool read;    /**< its value is used (a conditionally written register counts too) */
	bool written;
	bool high_byte; /**< x86's ah, bh, ch, dh of `reg` */
	inq_reg reg;	/**< of REG */
	int64_t imm;	/**< of IMM: sign-extended from the operation's size; a MOV into a 4-byte
			   register: zero-extended, what the register then holds */
	struct inq_mem mem; /**< of MEM */
};

enum { INQ_INSN_OPERANDS = 4 };

struct inq_insn {
	uint64_t addr;
	uint8_t len; /**< bytes; > 0 */
	enum inq_op op;
	enum inq_cond cond;	  /**< of JCC, SETcc/CMOVcc come as OTHER with exact reads/writes */
	bool atomic;		  /**< lock prefix, or xchg with memory */
	bool rep;		  /**< of STRING: repeated by its count register */
	uint64_t target;	  /**< of a direct CALL/JMP/JCC; 0: indirect or none */
	unsigned int nr_operands; /**< visible ones, destination first; direct branches: 0 */
	struct inq_operand operands[INQ_INSN_OPERANDS];
	uint64_t reads;	 /**< bit per general register read, implicit ones too */
	uint64_t writes; /**< bit per general register written, implicit ones too; of a CALL only
			      its own (the stack pointer), not what the callee clobbers */
	bool reads_mem,
		writes_mem; /**< explicit or implicit (stack excluded for push/pop/call/ret) */
};

#endif
