/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ARCH_X86_64_H
#define INQ_ARCH_X86_64_H

/* What the x86-64 files of this folder share; others use arch.h alone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

/** General registers in hardware order. */
enum {
	INQ_X86_RAX,
	INQ_X86_RCX,
	INQ_X86_RDX,
	INQ_X86_RBX,
	INQ_X86_RSP,
	INQ_X86_RBP,
	INQ_X86_RSI,
	INQ_X86_RDI,
	INQ_X86_R8,
	INQ_X86_R9,
	INQ_X86_R10,
	INQ_X86_R11,
	INQ_X86_R12,
	INQ_X86_R13,
	INQ_X86_R14,
	INQ_X86_R15,
	INQ_X86_NR_REGS,
};

/** inq_arch.decode and inq_arch.format_insn. */
bool inq_x86_64_decode(const unsigned char *bytes, size_t len, uint64_t addr, struct inq_insn *ret);
void inq_x86_64_format_insn(const unsigned char *bytes, size_t len, uint64_t addr, char *buf,
			    size_t size);
/** inq_arch.cpu_stacks and inq_arch.entry_context. */
size_t inq_x86_64_cpu_stacks(struct inq_kernel *k, unsigned int cpu, struct inq_stack_range *ret,
			     size_t max);
bool inq_x86_64_entry_context(const char *symbol, enum inq_context *ret);
/** inq_arch.page_of and inq_arch.page_address. */
uint64_t inq_x86_64_page_of(struct inq_kernel *k, uint64_t addr);
uint64_t inq_x86_64_page_address(struct inq_kernel *k, uint64_t page);
bool inq_x86_64_user_address(struct inq_kernel *k, uint64_t root, uint64_t addr, uint64_t *ret);
/** inq_arch.describe_machine_check. */
void inq_x86_64_describe_machine_check(uint64_t status, char *buf, size_t size);
/** inq_arch.region_of. */
const char *inq_x86_64_region_of(struct inq_kernel *k, uint64_t addr);

#endif
