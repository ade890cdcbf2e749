// SPDX-License-Identifier: GPL-2.0-or-later
/* x86-64: registers and where the kernel keeps them. */
#include "arch/x86_64.h"

#include <string.h>

#include "kernel/fields.h"
#include "kernel/types.h"

#include "util/banned.h"

static const char *const reg_names[INQ_X86_NR_REGS] = {
	"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
	"r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
};

/*
 * struct pt_regs, which user_regs_struct of NT_PRSTATUS begins with as well
 * (an ABI: it can't change); named as the kernel does.
 *
 *	r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss
 */
enum { SLOT_IP = 32, SLOT_FLAGS, SLOT_CS, SLOT_ORIG, SLOT_SS };

static const struct {
	const char *name;
	uint8_t slot; /* a register, or SLOT_* */
} gregs[] = {
	{"r15", INQ_X86_R15}, {"r14", INQ_X86_R14}, {"r13", INQ_X86_R13},  {"r12", INQ_X86_R12},
	{"bp", INQ_X86_RBP},  {"bx", INQ_X86_RBX},  {"r11", INQ_X86_R11},  {"r10", INQ_X86_R10},
	{"r9", INQ_X86_R9},   {"r8", INQ_X86_R8},   {"ax", INQ_X86_RAX},   {"cx", INQ_X86_RCX},
	{"dx", INQ_X86_RDX},  {"si", INQ_X86_RSI},  {"di", INQ_X86_RDI},   {"orig_ax", SLOT_ORIG},
	{"ip", SLOT_IP},      {"cs", SLOT_CS},	    {"flags", SLOT_FLAGS}, {"sp", INQ_X86_RSP},
	{"ss", SLOT_SS},
};

/* pr_reg follows siginfo, signal sets, four ids and four times: the same in every ELF of x86-64. */
enum { PRSTATUS_REGS = 112 };

static struct inq_reg_slot *slot_of(struct inq_regs_layout *l, uint8_t slot)
{
	switch (slot) {
	case SLOT_IP:
		return &l->ip;
	case SLOT_FLAGS:
		return &l->flags;
	case SLOT_CS:
		return &l->mode;
	case SLOT_ORIG:
		return &l->orig;
	case SLOT_SS:
		return NULL;
	default:
		return &l->reg[slot];
	}
}

static void abi_layout(struct inq_regs_layout *ret)
{
	*ret = (struct inq_regs_layout){.size = 8 * array_size(gregs)};
	for (size_t i = 0; i < array_size(gregs); i++) {
		struct inq_reg_slot *s = slot_of(ret, gregs[i].slot);

		if (s)
			*s = (struct inq_reg_slot){.offset = (uint32_t)(8 * i), .size = 8};
	}
	ret->mode.size = 2;
}

static bool member_slot(struct inq_type t, const char *path, struct inq_reg_slot *ret)
{
	struct inq_member m;
	size_t size;

	if (!inq_type_member(t, path, &m))
		return false;
	size = inq_type_size(m.type);
	if (!size || size > 8)
		return false;
	*ret = (struct inq_reg_slot){.offset = m.offset, .size = (uint8_t)size};
	return true;
}

static void pt_regs_layout(struct inq_kernel *k, struct inq_regs_layout *ret)
{
	struct inq_regs_layout l = {0};
	struct inq_type t;

	abi_layout(ret);
	if (!inq_type_find_struct(k, "pt_regs", &t))
		return;
	l.size = (uint32_t)inq_type_size(t);
	for (size_t i = 0; i < array_size(gregs); i++) {
		struct inq_reg_slot *s = slot_of(&l, gregs[i].slot);

		/* A struct pt_regs that isn't ours: the ABI is the better guess. */
		if (s && !member_slot(t, gregs[i].name, s))
			return;
	}
	/* A union with flags of FRED since 6.9 (ee63291aa825): cs itself is 16 bits. */
	if (l.mode.size > 2)
		l.mode.size = 2;
	if (l.size && l.size <= 1024)
		*ret = l;
}

static void task_layout(struct inq_kernel *k, struct inq_arch_layout *ret)
{
	static const struct {
		const char *name;
		uint8_t slot;
	} members[] = {
		{"r15", INQ_X86_R15},  {"r14", INQ_X86_R14}, {"r13", INQ_X86_R13},
		{"r12", INQ_X86_R12},  {"bx", INQ_X86_RBX},  {"bp", INQ_X86_RBP},
		{"ret_addr", SLOT_IP},
	};
	struct inq_regs_layout l = {0};
	struct inq_type t;

	if (!inq_type_find_struct(k, "task_struct", &t) ||
	    !member_slot(t, "thread.sp", &ret->task_sp))
		return;
	if (!inq_type_find_struct(k, "inactive_task_frame", &t))
		return;
	l.size = (uint32_t)inq_type_size(t);
	for (size_t i = 0; i < array_size(members); i++)
		member_slot(t, members[i].name, slot_of(&l, members[i].slot));
	if (l.ip.size == 8 && l.size <= 1024)
		ret->task_frame = l;
}

static void x86_64_layout(struct inq_kernel *k, struct inq_arch_layout *ret)
{
	*ret = (struct inq_arch_layout){0};
	pt_regs_layout(k, &ret->pt_regs);
	task_layout(k, ret);
}

static bool get_slot(const struct inq_reg_slot *s, const unsigned char *bytes, size_t len,
		     uint64_t *ret)
{
	uint64_t v = 0;

	if (!s->size || s->offset > len || len - s->offset < s->size)
		return false;
	memcpy(&v, bytes + s->offset, s->size);
	*ret = v;
	return true;
}

static void get_regs(const struct inq_regs_layout *l, const unsigned char *bytes, size_t len,
		     struct inq_regs *ret)
{
	uint64_t v;

	*ret = (struct inq_regs){.orig_syscall = UINT64_MAX};
	for (unsigned int i = 0; i < INQ_X86_NR_REGS; i++)
		if (get_slot(&l->reg[i], bytes, len, &v))
			inq_regs_set(ret, (inq_reg)i, v);
	get_slot(&l->ip, bytes, len, &ret->ip);
	ret->has_flags = get_slot(&l->flags, bytes, len, &ret->flags);
	if (get_slot(&l->mode, bytes, len, &v))
		ret->user = (v & 3) == 3;
	get_slot(&l->orig, bytes, len, &ret->orig_syscall);
}

static struct inq_error *regs_from_prstatus(const void *note, size_t len, struct inq_regs *ret)
{
	struct inq_regs_layout l;

	abi_layout(&l);
	if (len < PRSTATUS_REGS + l.size)
		return inq_error_create(INQ_ERR_BADDATA, 0, "NT_PRSTATUS: %zu bytes", len);
	get_regs(&l, (const unsigned char *)note + PRSTATUS_REGS, l.size, ret);
	return NULL;
}

static struct inq_error *read_pt_regs(struct inq_kernel *k, const struct inq_arch_layout *l,
				      uint64_t addr, struct inq_regs *ret)
{
	struct inq_regs_layout mine = {0};
	const struct inq_regs_layout *r = l ? &l->pt_regs : &mine;
	unsigned char bytes[1024];
	struct inq_error *err;

	if (!l)
		pt_regs_layout(k, &mine);
	err = inq_dump_read(k->dump, addr, bytes, r->size, "pt_regs");
	if (err)
		return err;
	get_regs(r, bytes, r->size, ret);
	return NULL;
}

static struct inq_error *read_switched(struct inq_kernel *k, const struct inq_arch_layout *l,
				       uint64_t sp, struct inq_regs *ret)
{
	unsigned char bytes[1024];
	struct inq_error *err =
		inq_dump_read(k->dump, sp, bytes, l->task_frame.size, "inactive_task_frame");

	if (err)
		return err;
	get_regs(&l->task_frame, bytes, l->task_frame.size, ret);
	inq_regs_set(ret, INQ_X86_RSP, sp + l->task_frame.size);
	return NULL;
}

static struct inq_error *read_task(struct inq_kernel *k, const struct inq_arch_layout *l,
				   uint64_t task, struct inq_regs *ret)
{
	struct inq_arch_layout mine = {0};
	unsigned char bytes[1024];
	uint64_t sp;

	if (!l)
		task_layout(k, &mine);
	l = l ? l : &mine;
	if (!l->task_sp.size || !l->task_frame.size)
		return inq_error_create(INQ_ERR_NOTFOUND, task,
					"no type for a switched-out task's registers");
	if (!inq_dump_try_uint(k->dump, task + l->task_sp.offset, l->task_sp.size, &sp))
		return inq_dump_read(k->dump, task + l->task_sp.offset, bytes, l->task_sp.size,
				     "task_struct.thread.sp");
	return read_switched(k, l, sp, ret);
}

static struct inq_error *regs_from_pt_regs(struct inq_kernel *k, uint64_t addr,
					   struct inq_regs *ret)
{
	return read_pt_regs(k, NULL, addr, ret);
}

static struct inq_error *regs_from_task(struct inq_kernel *k, uint64_t task, struct inq_regs *ret)
{
	return read_task(k, NULL, task, ret);
}

static size_t pt_regs_size(struct inq_kernel *k)
{
	struct inq_regs_layout l;

	pt_regs_layout(k, &l);
	return l.size;
}

static bool is_kernel_addr(struct inq_kernel *k, uint64_t addr)
{
	uint64_t l5;

	if (addr >= UINT64_C(0xffff800000000000))
		return true;
	if (addr < UINT64_C(0xff00000000000000))
		return false;
	return inq_dump_vmcoreinfo_num(k->dump, "NUMBER(pgtable_l5_enabled)", 10, &l5) && l5;
}

static bool is_call_thunk(const char *symbol)
{
	return !strncmp(symbol, "__x86_indirect_", 15);
}

#define BIT(reg) (UINT64_C(1) << (reg))

const struct inq_arch inq_arch_x86_64 = {
	.name = "x86_64",
	.nr_regs = INQ_X86_NR_REGS,
	.reg_names = reg_names,
	.sp = INQ_X86_RSP,
	.fp = INQ_X86_RBP,
	.ret_reg = INQ_X86_RAX,
	.arg_regs = {INQ_X86_RDI, INQ_X86_RSI, INQ_X86_RDX, INQ_X86_RCX, INQ_X86_R8, INQ_X86_R9},
	.nr_arg_regs = 6,
	.syscall_regs = {INQ_X86_RDI, INQ_X86_RSI, INQ_X86_RDX, INQ_X86_R10, INQ_X86_R8,
			 INQ_X86_R9},
	.nr_syscall_regs = 6,
	.callee_saved = BIT(INQ_X86_RBX) | BIT(INQ_X86_RBP) | BIT(INQ_X86_R12) | BIT(INQ_X86_R13) |
			BIT(INQ_X86_R14) | BIT(INQ_X86_R15),
	.insn_max = 15,
	.direct_call_len = 5,
	.trap_byte = 0xcc,
	.thread_size = 16384,
	.irq_enable_flag = 1 << 9,
	.decode = inq_x86_64_decode,
	.format_insn = inq_x86_64_format_insn,
	.regs_from_prstatus = regs_from_prstatus,
	.layout = x86_64_layout,
	.read_pt_regs = read_pt_regs,
	.read_task = read_task,
	.read_switched = read_switched,
	.switch_symbol = "__switch_to_asm",
	.regs_from_pt_regs = regs_from_pt_regs,
	.regs_from_task = regs_from_task,
	.pt_regs_size = pt_regs_size,
	.cpu_stacks = inq_x86_64_cpu_stacks,
	.entry_context = inq_x86_64_entry_context,
	.is_call_thunk = is_call_thunk,
	.is_kernel_addr = is_kernel_addr,
	.page_of = inq_x86_64_page_of,
	.page_address = inq_x86_64_page_address,
	.user_address = inq_x86_64_user_address,
	.region_of = inq_x86_64_region_of,
	.describe_machine_check = inq_x86_64_describe_machine_check,
};
