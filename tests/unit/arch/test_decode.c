// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes in, neutral form out: each case says the whole form as one line of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arch.h"
#include "util/strbuf.h"

#include "util/banned.h"

static const char *const op_names[] = {
	[INQ_OP_OTHER] = "other",   [INQ_OP_NOP] = "nop",     [INQ_OP_MOV] = "mov",
	[INQ_OP_MOVSX] = "movsx",   [INQ_OP_LEA] = "lea",     [INQ_OP_ADD] = "add",
	[INQ_OP_SUB] = "sub",	    [INQ_OP_AND] = "and",     [INQ_OP_OR] = "or",
	[INQ_OP_XOR] = "xor",	    [INQ_OP_SHL] = "shl",     [INQ_OP_SHR] = "shr",
	[INQ_OP_SAR] = "sar",	    [INQ_OP_MUL] = "mul",     [INQ_OP_CMP] = "cmp",
	[INQ_OP_TEST] = "test",	    [INQ_OP_XCHG] = "xchg",   [INQ_OP_CMPXCHG] = "cmpxchg",
	[INQ_OP_XADD] = "xadd",	    [INQ_OP_PUSH] = "push",   [INQ_OP_POP] = "pop",
	[INQ_OP_LEAVE] = "leave",   [INQ_OP_CALL] = "call",   [INQ_OP_JMP] = "jmp",
	[INQ_OP_JCC] = "jcc",	    [INQ_OP_RET] = "ret",     [INQ_OP_TRAP] = "trap",
	[INQ_OP_CLI] = "cli",	    [INQ_OP_STI] = "sti",     [INQ_OP_PUSHF] = "pushf",
	[INQ_OP_POPF] = "popf",	    [INQ_OP_HLT] = "hlt",     [INQ_OP_DIV] = "div",
	[INQ_OP_STRING] = "string", [INQ_OP_BIT_TEST] = "bt", [INQ_OP_BIT_SET] = "bts",
	[INQ_OP_BIT_CLEAR] = "btr",
};

static const char *reg_name(inq_reg reg)
{
	return reg < inq_arch_x86_64.nr_regs ? inq_arch_x86_64.reg_names[reg] : "-";
}

static void add_mem(struct inq_strbuf *sb, const struct inq_mem *m)
{
	inq_strbuf_add(sb, "[");
	if (m->percpu)
		inq_strbuf_add(sb, "percpu:");
	if (m->other_seg)
		inq_strbuf_add(sb, "seg:");
	if (m->base != INQ_REG_NONE)
		inq_strbuf_addf(sb, "%s", reg_name(m->base));
	if (m->index != INQ_REG_NONE)
		inq_strbuf_addf(sb, "+%s*%u", reg_name(m->index), m->scale);
	if (m->disp < 0 && m->disp > -0x10000)
		inq_strbuf_addf(sb, "-%#llx", (unsigned long long)-m->disp);
	else if (m->disp)
		inq_strbuf_addf(sb, "+%#llx", (unsigned long long)m->disp);
	inq_strbuf_add(sb, "]");
}

static void add_operand(struct inq_strbuf *sb, const struct inq_operand *o)
{
	inq_strbuf_add(sb, " ");
	switch (o->kind) {
	case INQ_OPERAND_NONE:
		inq_strbuf_add(sb, "?");
		break;
	case INQ_OPERAND_REG:
		inq_strbuf_addf(sb, "%s%s", reg_name(o->reg), o->high_byte ? ".high" : "");
		break;
	case INQ_OPERAND_IMM:
		inq_strbuf_addf(sb, "%lld", (long long)o->imm);
		break;
	case INQ_OPERAND_MEM:
		add_mem(sb, &o->mem);
		break;
	}
	inq_strbuf_addf(sb, ":%u", o->size);
	if (o->kind != INQ_OPERAND_IMM)
		inq_strbuf_addf(sb, "%s%s", o->read ? "r" : "", o->written ? "w" : "");
}

static void add_mask(struct inq_strbuf *sb, const char *what, uint64_t mask)
{
	const char *sep = "";

	if (!mask)
		return;
	inq_strbuf_addf(sb, " %s(", what);
	for (unsigned int i = 0; i < 64; i++) {
		if (!(mask >> i & 1))
			continue;
		inq_strbuf_addf(sb, "%s%s", sep, reg_name((inq_reg)i));
		sep = " ";
	}
	inq_strbuf_add(sb, ")");
}

static void format(struct inq_strbuf *sb, const struct inq_insn *i)
{
	static const char *const conds[] = {"", ".eq", ".ne", ".carry", ".nocarry", ".other"};

	inq_strbuf_addf(sb, "%s%s%s%s", i->atomic ? "atomic " : "", i->rep ? "rep " : "",
			op_names[i->op], conds[i->cond]);
	if (i->target)
		inq_strbuf_addf(sb, " ->%#llx", (unsigned long long)i->target);
	for (unsigned int n = 0; n < i->nr_operands; n++)
		add_operand(sb, &i->operands[n]);
	add_mask(sb, "reads", i->reads);
	add_mask(sb, "writes", i->writes);
	if (i->reads_mem)
		inq_strbuf_add(sb, " rmem");
	if (i->writes_mem)
		inq_strbuf_add(sb, " wmem");
}

enum { ADDR = 0x1000 };

static const struct {
	const char *bytes;  /* hex */
	const char *expect; /* the form */
} cases[] = {
	/* clang-format off */
	/* mov %rsi, %rdi */
	{"4889f7", "mov rdi:8w rsi:8r reads(rsi) writes(rdi)"},
	/* mov 8(%rdi), %rax */
	{"488b4708", "mov rax:8w [rdi+0x8]:8r reads(rdi) writes(rax) rmem"},
	/* mov %rax, -8(%rbp) */
	{"488945f8", "mov [rbp-0x8]:8w rax:8r reads(rax rbp) wmem"},
	/* mov %gs:0x1f500, %rax */
	{"65488b042500f50100", "mov rax:8w [percpu:+0x1f500]:8r writes(rax) rmem"},
	/* mov %gs:0x10(%rip), %rax */
	{"65488b0510000000", "mov rax:8w [percpu:+0x1018]:8r writes(rax) rmem"},
	/* mov 0x100(%rip), %rax */
	{"488b0500010000", "mov rax:8w [+0x1107]:8r writes(rax) rmem"},
	/* mov %rdx, 0x20(%rax,%rcx,8) */
	{"488954c820", "mov [rax+rcx*8+0x20]:8w rdx:8r reads(rax rcx rdx) wmem"},
	/* mov %fs:0x28, %rax */
	{"64488b042528000000", "mov rax:8w [seg:+0x28]:8r writes(rax) rmem"},
	/* movabs $0xffffffff82000000, %rax */
	{"48b800000082ffffffff", "mov rax:8w -2113929216:8 writes(rax)"},
	/* mov $0xffffffff82000000, %rdi */
	{"48c7c700000082", "mov rdi:8w -2113929216:4 writes(rdi)"},
	/* mov $0xffffffff, %eax */
	{"b8ffffffff", "mov rax:4w 4294967295:4 writes(rax)"},
	/* movl $-1, 8(%rax) */
	{"c74008ffffffff", "mov [rax+0x8]:4w -1:4 reads(rax) wmem"},
	/* movb $1, (%rdi) */
	{"c60701", "mov [rdi]:1w 1:1 reads(rdi) wmem"},
	/* mov %ah, %dl */
	{"88e2", "mov rdx:1w rax.high:1r reads(rax) writes(rdx)"},
	/* movzbl (%rdi), %eax */
	{"0fb607", "mov rax:4w [rdi]:1r reads(rdi) writes(rax) rmem"},
	/* movzwl %ax, %eax */
	{"0fb7c0", "mov rax:4w rax:2r reads(rax) writes(rax)"},
	/* movslq %edi, %rax */
	{"4863c7", "movsx rax:8w rdi:4r reads(rdi) writes(rax)"},
	/* movsbl (%rsi), %eax */
	{"0fbe06", "movsx rax:4w [rsi]:1r reads(rsi) writes(rax) rmem"},
	/* cltq */
	{"4898", "movsx rax:8w rax:4r reads(rax) writes(rax)"},
	/* cwtl */
	{"98", "movsx rax:4w rax:2r reads(rax) writes(rax)"},
	/* cqto */
	{"4899", "other reads(rax) writes(rdx)"},
	/* lea 8(%rdi,%rsi,4), %rax */
	{"488d44b708", "lea rax:8w [rdi+rsi*4+0x8]:8 reads(rsi rdi) writes(rax)"},
	/* lea 0x100(%rip), %rdi */
	{"488d3d00010000", "lea rdi:8w [+0x1107]:8 writes(rdi)"},
	/* lea (%edi,%esi), %eax */
	{"678d0437", "other rax:4w [seg:rdi+rsi*1]:4 reads(rsi rdi) writes(rax)"},
	/* mov (%edi), %rax */
	{"67488b07", "mov rax:8w [seg:rdi]:8r reads(rdi) writes(rax) rmem"},
	/* add $0x10, %rsp */
	{"4883c410", "add rsp:8rw 16:1 reads(rsp) writes(rsp)"},
	/* add %rax, %gs:(%rdi) */
	{"65480107", "add [percpu:rdi]:8rw rax:8r reads(rax rdi) rmem wmem"},
	/* inc %eax */
	{"ffc0", "add rax:4rw 1:4 reads(rax) writes(rax)"},
	/* decl %gs:0x1f4c0(%rip) */
	{"65ff0dc0f40100", "sub [percpu:+0x204c7]:4rw 1:4 rmem wmem"},
	/* sub $-128, %rsp */
	{"4883ec80", "sub rsp:8rw -128:1 reads(rsp) writes(rsp)"},
	/* sub %rax, %rax */
	{"4829c0", "mov rax:8w 0:8 writes(rax)"},
	/* and $0xfffffffffffffff0, %rsp */
	{"4883e4f0", "and rsp:8rw -16:1 reads(rsp) writes(rsp)"},
	/* and $0, %eax */
	{"83e000", "mov rax:4w 0:4 writes(rax)"},
	/* andl $0xfffffff0, (%rdi) */
	{"8327f0", "and [rdi]:4rw -16:1 reads(rdi) rmem wmem"},
	/* or $-1, %eax */
	{"83c8ff", "mov rax:4w 4294967295:4 writes(rax)"},
	/* or $1, %rax */
	{"4883c801", "or rax:8rw 1:1 reads(rax) writes(rax)"},
	/* xor %eax, %eax */
	{"31c0", "mov rax:4w 0:4 writes(rax)"},
	/* xor %r12, %r12 */
	{"4d31e4", "mov r12:8w 0:8 writes(r12)"},
	/* xor %rax, %rbx */
	{"4831c3", "xor rbx:8rw rax:8r reads(rax rbx) writes(rbx)"},
	/* shl $4, %rax */
	{"48c1e004", "shl rax:8rw 4:1 reads(rax) writes(rax)"},
	/* shl %rax */
	{"48d1e0", "shl rax:8rw 1:1 reads(rax) writes(rax)"},
	/* shr %cl, %edx */
	{"d3ea", "shr rdx:4rw rcx:1r reads(rcx rdx) writes(rdx)"},
	/* sar $0x3f, %rax */
	{"48c1f83f", "sar rax:8rw 63:1 reads(rax) writes(rax)"},
	/* imul $0x18, %rdi, %rax */
	{"486bc718", "mul rax:8w rdi:8r 24:1 reads(rdi) writes(rax)"},
	/* imul %rcx, %rax */
	{"480fafc1", "mul rax:8w rax:8r rcx:8r reads(rax rcx) writes(rax)"},
	/* mul %rcx */
	{"48f7e1", "other rcx:8r reads(rax rcx) writes(rax rdx)"},
	/* imul %rcx */
	{"48f7e9", "other rcx:8r reads(rax rcx) writes(rax rdx)"},
	/* cmpl $0, 8(%rdi) */
	{"837f0800", "cmp [rdi+0x8]:4r 0:1 reads(rdi) rmem"},
	/* cmp %rax, %rbx */
	{"4839c3", "cmp rbx:8r rax:8r reads(rax rbx)"},
	/* test %rax, %rax */
	{"4885c0", "test rax:8r rax:8r reads(rax)"},
	/* test $1, %dil */
	{"40f6c701", "test rdi:1r 1:1 reads(rdi)"},
	/* xchg %rax, (%rdi) */
	{"488707", "atomic xchg [rdi]:8rw rax:8rw reads(rax rdi) writes(rax) rmem wmem"},
	/* xchg %rax, %rbx */
	{"4893", "xchg rbx:8rw rax:8rw reads(rax rbx) writes(rax rbx)"},
	/* xchg %ax, %ax */
	{"6690", "nop"},
	/* lock cmpxchg %rdx, (%rdi) */
	{"f0480fb117", "atomic cmpxchg [rdi]:8rw rdx:8r reads(rax rdx rdi) writes(rax) rmem wmem"},
	/* cmpxchg %edx, %gs:8 */
	{"650fb1142508000000", "cmpxchg [percpu:+0x8]:4rw rdx:4r reads(rax rdx) writes(rax) rmem wmem"},
	/* lock xadd %eax, (%rdi) */
	{"f00fc107", "atomic xadd [rdi]:4rw rax:4rw reads(rax rdi) writes(rax) rmem wmem"},
	/* lock cmpxchg16b (%rdi) */
	{"f0480fc70f", "atomic other [rdi]:16rw reads(rax rcx rdx rbx rdi) writes(rax rdx) rmem wmem"},
	/* lock decl (%rdi) */
	{"f0ff0f", "atomic sub [rdi]:4rw 1:4 reads(rdi) rmem wmem"},
	/* lock btsq $0, (%rdi) */
	{"f0480fba2f00", "atomic bts [rdi]:8rw 0:1 reads(rdi) rmem wmem"},
	/* btrq $3, (%rdi) */
	{"480fba3703", "btr [rdi]:8rw 3:1 reads(rdi) rmem wmem"},
	/* bt %eax, %ecx */
	{"0fa3c1", "bt rcx:4r rax:4r reads(rax rcx)"},
	/* lock orb $1, 2(%rdi) */
	{"f0804f0201", "atomic or [rdi+0x2]:1rw 1:1 reads(rdi) rmem wmem"},
	/* push %rbp */
	{"55", "push rbp:8r reads(rsp rbp) writes(rsp)"},
	/* push $5 */
	{"6a05", "push 5:1 reads(rsp) writes(rsp)"},
	/* push 8(%rdi) */
	{"ff7708", "push [rdi+0x8]:8r reads(rsp rdi) writes(rsp) rmem"},
	/* pop %rbx */
	{"5b", "pop rbx:8w reads(rsp) writes(rbx rsp)"},
	/* pop %gs:8 */
	{"658f042508000000", "pop [percpu:+0x8]:8w reads(rsp) writes(rsp) wmem"},
	/* leave */
	{"c9", "leave reads(rsp rbp) writes(rsp rbp)"},
	/* call .+0x105 */
	{"e800010000", "call ->0x1105 reads(rsp) writes(rsp)"},
	/* call *%rax */
	{"ffd0", "call rax:8r reads(rax rsp) writes(rsp)"},
	/* call *8(%rax) */
	{"ff5008", "call [rax+0x8]:8r reads(rax rsp) writes(rsp) rmem"},
	/* call *%gs:8 */
	{"65ff142508000000", "call [percpu:+0x8]:8r reads(rsp) writes(rsp) rmem"},
	/* jmp .+0x22 */
	{"eb20", "jmp ->0x1022"},
	/* jmp *%rax */
	{"ffe0", "jmp rax:8r reads(rax)"},
	/* jmp *0x100(,%rax,8) */
	{"ff24c500010000", "jmp [+rax*8+0x100]:8r reads(rax) rmem"},
	/* je .+0x12 */
	{"7410", "jcc.eq ->0x1012"},
	/* jne .+0x102 */
	{"0f85fc000000", "jcc.ne ->0x1102"},
	/* ja .-0x10 */
	{"77ee", "jcc.other ->0xff0"},
	/* jb .-0x10 */
	{"72ee", "jcc.carry ->0xff0"},
	/* jae .-0x10 */
	{"73ee", "jcc.nocarry ->0xff0"},
	/* jrcxz .+0x10 */
	{"e30e", "jcc.other ->0x1010 reads(rcx)"},
	/* ret */
	{"c3", "ret reads(rsp) writes(rsp)"},
	/* rep ret */
	{"f3c3", "ret reads(rsp) writes(rsp)"},
	/* iretq */
	{"48cf", "ret reads(rsp) writes(rsp)"},
	/* sysretq */
	{"480f07", "ret reads(rcx r11)"},
	/* ud2 */
	{"0f0b", "trap"},
	/* int3 */
	{"cc", "trap"},
	/* ud1 %esp, %ecx */
	{"0fb9cc", "trap"},
	/* int $0x80 */
	{"cd80", "other -128:1"},
	/* cli */
	{"fa", "cli"},
	/* sti */
	{"fb", "sti"},
	/* pushfq */
	{"9c", "pushf reads(rsp) writes(rsp)"},
	/* popfq */
	{"9d", "popf reads(rsp) writes(rsp)"},
	/* hlt */
	{"f4", "hlt"},
	/* mwait */
	{"0f01c9", "hlt reads(rax rcx)"},
	/* nop */
	{"90", "nop"},
	/* nopl 0(%rax,%rax,1) */
	{"0f1f0400", "nop"},
	/* nopw %cs:0(%rax,%rax,1) */
	{"2e660f1f0400", "nop"},
	/* endbr64 */
	{"f30f1efa", "nop"},
	/* pause */
	{"f390", "nop"},
	/* lfence */
	{"0faee8", "nop"},
	/* prefetcht0 (%rdi) */
	{"0f180f", "nop"},
	/* stac */
	{"0f01cb", "nop"},
	/* div %rcx */
	{"48f7f1", "div rcx:8r reads(rax rcx rdx) writes(rax rdx)"},
	/* idivl 4(%rdi) */
	{"f77f04", "div [rdi+0x4]:4r reads(rax rdx rdi) writes(rax rdx) rmem"},
	/* rep movsq */
	{"f348a5", "rep string reads(rcx rsi rdi) writes(rcx rsi rdi) rmem wmem"},
	/* rep stosq */
	{"f348ab", "rep string reads(rax rcx rdi) writes(rcx rdi) rmem wmem"},
	/* movsb */
	{"a4", "string reads(rsi rdi) writes(rsi rdi) rmem wmem"},
	/* repe cmpsb */
	{"f3a6", "rep string reads(rcx rsi rdi) writes(rcx rsi rdi) rmem"},
	/* lodsb */
	{"ac", "string reads(rsi) writes(rax rsi) rmem"},
	/* sete %al */
	{"0f94c0", "other rax:1w writes(rax)"},
	/* setne 4(%rdi) */
	{"0f954704", "other [rdi+0x4]:1w reads(rdi) wmem"},
	/* cmovne %rdx, %rax */
	{"480f45c2", "other rax:8rw rdx:8r reads(rax rdx) writes(rax)"},
	/* cmove %edx, %eax */
	{"0f44c2", "other rax:4rw rdx:4r reads(rax rdx) writes(rax)"},
	/* cmove (%rdx), %rax */
	{"480f4402", "other rax:8rw [rdx]:8r reads(rax rdx) writes(rax) rmem"},
	/* mov %cr3, %rax */
	{"0f20d8", "other rax:8w ?:8r writes(rax)"},
	/* mov %rax, %cr3 */
	{"0f22d8", "other ?:8w rax:8r reads(rax)"},
	/* mov %ds, %eax */
	{"8cd8", "other rax:4w ?:2r writes(rax)"},
	/* rdtsc */
	{"0f31", "other writes(rax rdx)"},
	/* rdmsr */
	{"0f32", "other reads(rcx) writes(rax rdx)"},
	/* wrmsr */
	{"0f30", "other reads(rax rcx rdx)"},
	/* cpuid */
	{"0fa2", "other reads(rax rcx) writes(rax rcx rdx rbx)"},
	/* swapgs */
	{"0f01f8", "other"},
	/* neg %rax */
	{"48f7d8", "other rax:8rw reads(rax) writes(rax)"},
	/* not %rax */
	{"48f7d0", "other rax:8rw reads(rax) writes(rax)"},
	/* adc %rdx, %rax */
	{"4811d0", "other rax:8rw rdx:8r reads(rax rdx) writes(rax)"},
	/* sbb %eax, %eax */
	{"19c0", "other rax:4rw rax:4r reads(rax) writes(rax)"},
	/* bt $9, %rax */
	{"480fbae009", "bt rax:8r 9:1 reads(rax)"},
	/* btr %rax, (%rdi) */
	{"480fb307", "btr [rdi]:8rw rax:8r reads(rax rdi) rmem wmem"},
	/* bsf %rdi, %rax */
	{"480fbcc7", "other rax:8w rdi:8r reads(rdi) writes(rax)"},
	/* tzcnt %rdi, %rax */
	{"f3480fbcc7", "other rax:8w rdi:8r reads(rdi) writes(rax)"},
	/* popcnt %rdi, %rax */
	{"f3480fb8c7", "other rax:8w rdi:8r reads(rdi) writes(rax)"},
	/* bswap %rax */
	{"480fc8", "other rax:8rw reads(rax) writes(rax)"},
	/* xlat */
	{"d7", "other reads(rbx) writes(rax) rmem"},
	/* verw 0x10(%rip) */
	{"0f002d10000000", "other [+0x1017]:2r rmem"},
	/* movdqu (%rdi), %xmm0 */
	{"f30f6f07", "other ?:16w [rdi]:16r reads(rdi) rmem"},
	/* movq %xmm0, %rax */
	{"66480f7ec0", "other rax:8w ?:8r writes(rax)"},
	/* cs call .+0x106 */
	{"2ee800010000", "call ->0x1106 reads(rsp) writes(rsp)"},
	/* notrack jmp *%rax */
	{"3effe0", "jmp rax:8r reads(rax)"},
	/* fxsave (%rdi) */
	{"0fae07", "other [rdi]:0w reads(rdi) wmem"},
	/* shld $3, %rax, %rdx */
	{"480fa4c203", "other rdx:8rw rax:8r 3:1 reads(rax rdx) writes(rdx)"},
	/* rol $3, %rax */
	{"48c1c003", "other rax:8rw 3:1 reads(rax) writes(rax)"},
	/* movnti %rax, (%rdi) */
	{"480fc307", "mov [rdi]:8w rax:8r reads(rax rdi) wmem"},
	/* clflush (%rdi) */
	{"0fae3f", "other [rdi]:64r reads(rdi) rmem"},
	/* crc32b %dl, %eax */
	{"f20f38f0c2", "other rax:4rw rdx:1r reads(rax rdx) writes(rax)"},
	/* invlpg (%rdi) */
	{"0f013f", "other [rdi]:1r reads(rdi) rmem"},
	/* cld */
	{"fc", "other"},
	/* loop .-2 */
	{"e2fc", "jcc.other ->0xffe reads(rcx) writes(rcx)"},
	/* lock addl $0, -4(%rsp) */
	{"f0834424fc00", "atomic add [rsp-0x4]:4rw 0:1 reads(rsp) rmem wmem"},
	/* incq (%rdi) */
	{"48ff07", "add [rdi]:8rw 1:8 reads(rdi) rmem wmem"},
	/* clang-format on */
};

static size_t parse_hex(const char *s, unsigned char *ret, size_t max)
{
	size_t n = 0;
	unsigned int byte;
	int used;

	while (n < max && sscanf(s, "%2x%n", &byte, &used) == 1) {
		ret[n++] = (unsigned char)byte;
		s += used;
	}
	return n;
}

static void instruction_has_its_neutral_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
		unsigned char bytes[16];
		struct inq_insn insn;
		size_t len = parse_hex(cases[i].bytes, bytes, sizeof(bytes));

		assert_true(inq_arch_x86_64.decode(bytes, len, ADDR, &insn));
		assert_int_equal(insn.addr, ADDR);
		assert_int_equal(insn.len, len);
		format(&sb, &insn);
		if (strcmp(inq_strbuf_str(&sb), cases[i].expect))
			print_message("%s\n\tgot:  %s\n\twant: %s\n", cases[i].bytes,
				      inq_strbuf_str(&sb), cases[i].expect);
		assert_string_equal(inq_strbuf_str(&sb), cases[i].expect);
	}
}

static void cut_or_invalid_bytes_are_no_instruction(void **state)
{
	static const unsigned char cut[] = {0x48, 0x8b, 0x47}; /* mov rax, [rdi+?] */
	static const unsigned char invalid[] = {0x06, 0x90};   /* push es: not in 64-bit mode */
	struct inq_insn insn = {.len = 77};

	(void)state;
	assert_false(inq_arch_x86_64.decode(cut, sizeof(cut), ADDR, &insn));
	assert_false(inq_arch_x86_64.decode(cut, 0, ADDR, &insn));
	assert_false(inq_arch_x86_64.decode(invalid, sizeof(invalid), ADDR, &insn));
	assert_int_equal(insn.len, 77);
}

/* Whatever the bytes, masks name general registers only and lengths stay inside. */
static void random_bytes_stay_in_bounds(void **state)
{
	uint64_t x = 88172645463325252u;

	(void)state;
	for (unsigned int i = 0; i < 200000; i++) {
		unsigned char bytes[15];
		char text[64];
		struct inq_insn insn;

		for (size_t j = 0; j < sizeof(bytes); j++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			bytes[j] = (unsigned char)(x >> 24);
		}
		inq_arch_x86_64.format_insn(bytes, sizeof(bytes), ADDR, text, 1 + i % 63);
		assert_non_null(memchr(text, 0, 1 + i % 63));
		if (!inq_arch_x86_64.decode(bytes, sizeof(bytes), ADDR, &insn))
			continue;
		assert_in_range(insn.len, 1, 15);
		assert_in_range(insn.nr_operands, 0, INQ_INSN_OPERANDS);
		assert_int_equal((insn.reads | insn.writes) >> 16, 0);
		for (unsigned int n = 0; n < insn.nr_operands; n++) {
			const struct inq_operand *o = &insn.operands[n];

			if (o->kind == INQ_OPERAND_REG)
				assert_in_range(o->reg, 0, 15);
		}
	}
}

static void disassembly_reads_like_intel_syntax(void **state)
{
	static const struct {
		const char *bytes, *expect;
	} text[] = {
		{"488b4708", "mov rax, [rdi+0x8]"},
		{"65488b042500f50100", "mov rax, gs:[0x1f500]"},
		{"e8fbffffff", "call 0x1000"},
		{"f0480fb117", "lock cmpxchg [rdi], rdx"},
		{"0f0b", "ud2"},
		{"06", "(bad)"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(text); i++) {
		unsigned char bytes[16];
		char buf[64];

		inq_arch_x86_64.format_insn(bytes, parse_hex(text[i].bytes, bytes, sizeof(bytes)),
					    ADDR, buf, sizeof(buf));
		if (strcmp(buf, text[i].expect))
			print_message("%s: %s\n", text[i].bytes, buf);
		assert_string_equal(buf, text[i].expect);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instruction_has_its_neutral_form),
		cmocka_unit_test(cut_or_invalid_bytes_are_no_instruction),
		cmocka_unit_test(random_bytes_stay_in_bounds),
		cmocka_unit_test(disassembly_reads_like_intel_syntax),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
