// SPDX-License-Identifier: GPL-2.0-or-later
/* x86-64: the stacks of a CPU, and which entry code runs what. */
#include "arch/x86_64.h"

#include <string.h>

#include "kernel/fields.h"
#include "kernel/symtab.h"
#include "kernel/types.h"

#include "util/banned.h"

enum { PAGE = 4096, IRQ_STACK_DEFAULT = 16384, STACK_MAX = 1 << 20 };

/*
 * The hard interrupt stack, which softirqs use too.  The variable was per-CPU on
 * its own, a member of pcpu_hot from 6.2 (d7b6d709a76a) to 6.14, and is its own again
 * since 6.15 (c6a0918072ea).
 */
static bool irq_stack_top(struct inq_kernel *k, unsigned int cpu, uint64_t *ret)
{
	uint64_t hot = inq_symbol_addr(k, "pcpu_hot"), addr;
	size_t off;

	if (inq_kernel_try_percpu(k, "hardirq_stack_ptr", cpu, 8, ret))
		return *ret;
	if (!hot || !inq_struct_offset(k, "pcpu_hot", "hardirq_stack_ptr", &off))
		return false;
	addr = inq_percpu_addr(k, hot, cpu);
	return addr && inq_dump_try_u64(k->dump, addr + off, ret) && *ret;
}

static bool irq_stack(struct inq_kernel *k, unsigned int cpu, struct inq_stack_range *ret)
{
	size_t size;
	uint64_t top;

	if (!irq_stack_top(k, cpu, &top) || top > UINT64_MAX - PAGE)
		return false;
	/* It points below the top word since 5.12 (951c2a51ae75). */
	top = (top + PAGE - 1) / PAGE * PAGE;
	if (!inq_struct_size(k, "irq_stack", &size) || size % PAGE || !size || size > STACK_MAX)
		size = IRQ_STACK_DEFAULT;
	if (top < size)
		return false;
	*ret = (struct inq_stack_range){.kind = INQ_STACK_IRQ, .name = "irq"};
	ret->start = top - size;
	ret->end = top;
	return true;
}

/* The IST stacks, as struct cea_exception_stacks names them. */
static const struct {
	const char *member;
	const char *name;
	enum inq_stack_kind kind;
} ist[] = {
	{"DF_stack", "#DF", INQ_STACK_EXCEPTION}, {"NMI_stack", "NMI", INQ_STACK_NMI},
	{"DB_stack", "#DB", INQ_STACK_EXCEPTION}, {"MCE_stack", "#MC", INQ_STACK_EXCEPTION},
	{"VC_stack", "#VC", INQ_STACK_EXCEPTION}, {"VC2_stack", "#VC2", INQ_STACK_EXCEPTION},
};

static size_t exception_stacks(struct inq_kernel *k, uint64_t base, struct inq_stack_range *ret,
			       size_t max)
{
	struct inq_member m;
	struct inq_type t;
	size_t n = 0;

	if (!inq_type_find_struct(k, "cea_exception_stacks", &t))
		return 0;
	for (size_t i = 0; i < array_size(ist) && n < max; i++) {
		size_t size;

		if (!inq_type_member(t, ist[i].member, &m))
			continue;
		size = inq_type_size(m.type);
		if (!size || size > STACK_MAX || base > UINT64_MAX - m.offset - size)
			continue;
		ret[n++] = (struct inq_stack_range){.kind = ist[i].kind,
						    .name = ist[i].name,
						    .start = base + m.offset,
						    .end = base + m.offset + size};
	}
	return n;
}

/* The trampoline stack of user entries lies in the same cpu_entry_area. */
static bool entry_stack(struct inq_kernel *k, uint64_t estacks, struct inq_stack_range *ret)
{
	struct inq_member m, area;
	struct inq_type t;
	uint64_t cea;
	size_t size;

	if (!inq_type_find_struct(k, "cpu_entry_area", &t) ||
	    !inq_type_member(t, "estacks", &area) || !inq_type_member(t, "entry_stack_page", &m))
		return false;
	size = inq_type_size(m.type);
	cea = estacks - area.offset;
	if (!size || size > STACK_MAX || cea > estacks || cea > UINT64_MAX - m.offset - size)
		return false;
	*ret = (struct inq_stack_range){.kind = INQ_STACK_ENTRY, .name = "entry"};
	ret->start = cea + m.offset;
	ret->end = cea + m.offset + size;
	return true;
}

size_t inq_x86_64_cpu_stacks(struct inq_kernel *k, unsigned int cpu, struct inq_stack_range *ret,
			     size_t max)
{
	uint64_t estacks;
	size_t n = 0;

	if (n < max && irq_stack(k, cpu, &ret[n]))
		n++;
	if (!inq_kernel_try_percpu(k, "cea_exception_stacks", cpu, 8, &estacks) || !estacks)
		return n;
	n += exception_stacks(k, estacks, ret + n, max - n);
	if (n < max && entry_stack(k, estacks, &ret[n]))
		n++;
	return n;
}

/*
 * By name, since entry code has one name per vector: the first rule that fits.
 * Names of 5.8 and later (the rewrite of the entry code); FRED's since 6.9.
 */
static const struct {
	const char *name;
	bool prefix;
	enum inq_context ctx;
} entries[] = {
	/* NMI and the labels inside it */
	{"asm_exc_nmi", true, INQ_CTX_NMI},
	{"asm_xenpv_exc_nmi", true, INQ_CTX_NMI},
	{"asm_fred_exc_nmi", true, INQ_CTX_NMI},
	{"fred_exc_nmi", false, INQ_CTX_NMI},
	{"xen_asm_exc_xennmi", true, INQ_CTX_NMI},
	{"first_nmi", false, INQ_CTX_NMI},
	{"repeat_nmi", false, INQ_CTX_NMI},
	{"end_repeat_nmi", false, INQ_CTX_NMI},
	{"nested_nmi", false, INQ_CTX_NMI},
	{"nested_nmi_out", false, INQ_CTX_NMI},
	{"nmi_no_fsgsbase", false, INQ_CTX_NMI},
	{"nmi_swapgs", false, INQ_CTX_NMI},
	{"nmi_restore", false, INQ_CTX_NMI},
	/* interrupts */
	{"asm_exc_xen_hypervisor_callback", false, INQ_CTX_IRQ},
	{"xen_asm_exc_xen_hypervisor_callback", false, INQ_CTX_IRQ},
	{"asm_sysvec_", true, INQ_CTX_IRQ},
	{"xen_asm_sysvec_", true, INQ_CTX_IRQ},
	{"asm_common_interrupt", false, INQ_CTX_IRQ},
	{"asm_spurious_interrupt", true, INQ_CTX_IRQ},
	{"irq_entries_start", true, INQ_CTX_IRQ},
	{"spurious_entries_start", true, INQ_CTX_IRQ},
	{"common_interrupt_return", false, INQ_CTX_IRQ},
	{"ret_from_intr", false, INQ_CTX_IRQ},
	{"fred_extint", false, INQ_CTX_IRQ},
	/* system calls and a task's first steps */
	{"entry_SYSCALL_", true, INQ_CTX_TASK},
	{"entry_SYSENTER_", true, INQ_CTX_TASK},
	{"entry_SYSRETQ_", true, INQ_CTX_TASK},
	{"entry_INT80_", true, INQ_CTX_TASK},
	{"asm_int80_emulation", false, INQ_CTX_TASK},
	{"asm_fred_entrypoint_user", true, INQ_CTX_TASK},
	{"ret_from_fork", true, INQ_CTX_TASK},
	/* the other vectors */
	{"asm_fred_entrypoint_kernel", true, INQ_CTX_EXCEPTION},
	{"asm_exc_", true, INQ_CTX_EXCEPTION},
	{"xen_asm_exc_", true, INQ_CTX_EXCEPTION},
	{"error_return", false, INQ_CTX_EXCEPTION},
	{"paranoid_exit", false, INQ_CTX_EXCEPTION},
	{"early_idt_handler", true, INQ_CTX_EXCEPTION},
};

bool inq_x86_64_entry_context(const char *symbol, enum inq_context *ret)
{
	for (size_t i = 0; i < array_size(entries); i++) {
		size_t len = strlen(entries[i].name);

		if (strncmp(symbol, entries[i].name, len) || (!entries[i].prefix && symbol[len]))
			continue;
		*ret = entries[i].ctx;
		return true;
	}
	return false;
}
