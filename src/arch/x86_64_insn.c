// SPDX-License-Identifier: GPL-2.0-or-later
/* x86-64 instructions, from Zydis to the neutral form of arch/insn.h. */
#include "arch/x86_64.h"

#include <stdio.h>

#include <Zydis/Zydis.h>

#include "util/cleanup.h"

#include "util/banned.h"

/* Number of general register @reg, of any width; INQ_REG_NONE: it is none. */
static inq_reg reg_number(ZydisRegister reg)
{
	ZydisRegister whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);

	if (whole < ZYDIS_REGISTER_RAX || whole > ZYDIS_REGISTER_R15)
		return INQ_REG_NONE;
	return (inq_reg)(whole - ZYDIS_REGISTER_RAX);
}

static bool is_high_byte(ZydisRegister reg)
{
	return reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH;
}

static uint64_t reg_bit(inq_reg reg)
{
	return reg == INQ_REG_NONE ? 0 : UINT64_C(1) << reg;
}

static bool is_string(const ZydisDecodedInstruction *z)
{
	return z->meta.category == ZYDIS_CATEGORY_STRINGOP;
}

/* What a mnemonic means where its operands can be described; all others are OTHER. */
static const struct {
	ZydisMnemonic mnemonic;
	enum inq_op op;
} ops_by_mnemonic[] = {
	/* clang-format off */
	{ZYDIS_MNEMONIC_NOP, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_ENDBR32, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_ENDBR64, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_PAUSE, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_LFENCE, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_MFENCE, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_SFENCE, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_CLAC, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_STAC, INQ_OP_NOP},
	{ZYDIS_MNEMONIC_MOV, INQ_OP_MOV},
	{ZYDIS_MNEMONIC_MOVZX, INQ_OP_MOV},
	{ZYDIS_MNEMONIC_MOVNTI, INQ_OP_MOV},
	{ZYDIS_MNEMONIC_MOVSX, INQ_OP_MOVSX},
	{ZYDIS_MNEMONIC_MOVSXD, INQ_OP_MOVSX},
	{ZYDIS_MNEMONIC_CBW, INQ_OP_MOVSX},
	{ZYDIS_MNEMONIC_CWDE, INQ_OP_MOVSX},
	{ZYDIS_MNEMONIC_CDQE, INQ_OP_MOVSX},
	{ZYDIS_MNEMONIC_LEA, INQ_OP_LEA},
	{ZYDIS_MNEMONIC_ADD, INQ_OP_ADD},
	{ZYDIS_MNEMONIC_INC, INQ_OP_ADD},
	{ZYDIS_MNEMONIC_SUB, INQ_OP_SUB},
	{ZYDIS_MNEMONIC_DEC, INQ_OP_SUB},
	{ZYDIS_MNEMONIC_AND, INQ_OP_AND},
	{ZYDIS_MNEMONIC_OR, INQ_OP_OR},
	{ZYDIS_MNEMONIC_XOR, INQ_OP_XOR},
	{ZYDIS_MNEMONIC_SHL, INQ_OP_SHL},
	{ZYDIS_MNEMONIC_SHR, INQ_OP_SHR},
	{ZYDIS_MNEMONIC_SAR, INQ_OP_SAR},
	{ZYDIS_MNEMONIC_IMUL, INQ_OP_MUL},
	{ZYDIS_MNEMONIC_CMP, INQ_OP_CMP},
	{ZYDIS_MNEMONIC_TEST, INQ_OP_TEST},
	{ZYDIS_MNEMONIC_XCHG, INQ_OP_XCHG},
	{ZYDIS_MNEMONIC_CMPXCHG, INQ_OP_CMPXCHG},
	{ZYDIS_MNEMONIC_XADD, INQ_OP_XADD},
	{ZYDIS_MNEMONIC_PUSH, INQ_OP_PUSH},
	{ZYDIS_MNEMONIC_POP, INQ_OP_POP},
	{ZYDIS_MNEMONIC_LEAVE, INQ_OP_LEAVE},
	{ZYDIS_MNEMONIC_CALL, INQ_OP_CALL},
	{ZYDIS_MNEMONIC_JMP, INQ_OP_JMP},
	{ZYDIS_MNEMONIC_RET, INQ_OP_RET},
	{ZYDIS_MNEMONIC_IRET, INQ_OP_RET},
	{ZYDIS_MNEMONIC_IRETD, INQ_OP_RET},
	{ZYDIS_MNEMONIC_IRETQ, INQ_OP_RET},
	{ZYDIS_MNEMONIC_SYSRET, INQ_OP_RET},
	{ZYDIS_MNEMONIC_SYSEXIT, INQ_OP_RET},
	{ZYDIS_MNEMONIC_UD0, INQ_OP_TRAP},
	{ZYDIS_MNEMONIC_UD1, INQ_OP_TRAP},
	{ZYDIS_MNEMONIC_UD2, INQ_OP_TRAP},
	{ZYDIS_MNEMONIC_INT1, INQ_OP_TRAP},
	{ZYDIS_MNEMONIC_INT3, INQ_OP_TRAP},
	{ZYDIS_MNEMONIC_CLI, INQ_OP_CLI},
	{ZYDIS_MNEMONIC_STI, INQ_OP_STI},
	{ZYDIS_MNEMONIC_PUSHF, INQ_OP_PUSHF},
	{ZYDIS_MNEMONIC_PUSHFD, INQ_OP_PUSHF},
	{ZYDIS_MNEMONIC_PUSHFQ, INQ_OP_PUSHF},
	{ZYDIS_MNEMONIC_POPF, INQ_OP_POPF},
	{ZYDIS_MNEMONIC_POPFD, INQ_OP_POPF},
	{ZYDIS_MNEMONIC_POPFQ, INQ_OP_POPF},
	{ZYDIS_MNEMONIC_HLT, INQ_OP_HLT},
	{ZYDIS_MNEMONIC_MWAIT, INQ_OP_HLT},
	{ZYDIS_MNEMONIC_MWAITX, INQ_OP_HLT},
	{ZYDIS_MNEMONIC_DIV, INQ_OP_DIV},
	{ZYDIS_MNEMONIC_IDIV, INQ_OP_DIV},
	{ZYDIS_MNEMONIC_BT, INQ_OP_BIT_TEST},
	{ZYDIS_MNEMONIC_BTS, INQ_OP_BIT_SET},
	{ZYDIS_MNEMONIC_BTR, INQ_OP_BIT_CLEAR},
	/* clang-format on */
};

static enum inq_op op_of(const ZydisDecodedInstruction *z)
{
	switch (z->meta.category) {
	case ZYDIS_CATEGORY_STRINGOP:
		return INQ_OP_STRING;
	case ZYDIS_CATEGORY_COND_BR:
		return INQ_OP_JCC;
	case ZYDIS_CATEGORY_NOP:
	case ZYDIS_CATEGORY_WIDENOP:
	case ZYDIS_CATEGORY_PREFETCH:
		return INQ_OP_NOP;
	default:
		break;
	}
	for (size_t i = 0; i < array_size(ops_by_mnemonic); i++)
		if (ops_by_mnemonic[i].mnemonic == z->mnemonic)
			return ops_by_mnemonic[i].op;
	return INQ_OP_OTHER;
}

static enum inq_cond cond_of(ZydisMnemonic m)
{
	switch (m) {
	case ZYDIS_MNEMONIC_JZ:
		return INQ_COND_EQ;
	case ZYDIS_MNEMONIC_JNZ:
		return INQ_COND_NE;
	case ZYDIS_MNEMONIC_JB:
		return INQ_COND_CARRY;
	case ZYDIS_MNEMONIC_JNB:
		return INQ_COND_NO_CARRY;
	default:
		return INQ_COND_OTHER;
	}
}

/* An address part that is no 64-bit general register makes the whole address unknown. */
static inq_reg address_reg(ZydisRegister reg, struct inq_mem *m)
{
	if (reg == ZYDIS_REGISTER_NONE)
		return INQ_REG_NONE;
	if (ZydisRegisterGetClass(reg) != ZYDIS_REGCLASS_GPR64)
		m->other_seg = true;
	return reg_number(reg);
}

static void convert_mem(const ZydisDecodedInstruction *z, const ZydisDecodedOperand *o,
			uint64_t addr, struct inq_mem *ret)
{
	ZyanU64 abs;

	*ret = (struct inq_mem){.base = INQ_REG_NONE, .index = INQ_REG_NONE, .scale = 1};
	ret->percpu = o->mem.segment == ZYDIS_REGISTER_GS;
	ret->other_seg = o->mem.segment == ZYDIS_REGISTER_FS;
	ret->disp = o->mem.disp.has_displacement ? o->mem.disp.value : 0;
	if (o->mem.base == ZYDIS_REGISTER_RIP || o->mem.base == ZYDIS_REGISTER_EIP) {
		if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(z, o, addr, &abs)))
			ret->disp = (int64_t)abs;
		else
			ret->other_seg = true;
		return;
	}
	ret->base = address_reg(o->mem.base, ret);
	ret->index = address_reg(o->mem.index, ret);
	if (o->mem.scale)
		ret->scale = o->mem.scale;
}

static void convert_operand(const ZydisDecodedInstruction *z, const ZydisDecodedOperand *o,
			    uint64_t addr, struct inq_operand *ret)
{
	*ret = (struct inq_operand){.reg = INQ_REG_NONE};
	ret->size = o->size / 8 <= UINT8_MAX ? o->size / 8 : 0;
	ret->read = o->actions & ZYDIS_OPERAND_ACTION_MASK_READ;
	ret->written = o->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;
	/* A value that may stay is part of the result. */
	if (o->actions & ZYDIS_OPERAND_ACTION_CONDWRITE)
		ret->read = true;
	switch (o->type) {
	case ZYDIS_OPERAND_TYPE_REGISTER:
		ret->reg = reg_number(o->reg.value);
		ret->high_byte = is_high_byte(o->reg.value);
		ret->kind = ret->reg == INQ_REG_NONE ? INQ_OPERAND_NONE : INQ_OPERAND_REG;
		break;
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		ret->kind = INQ_OPERAND_IMM;
		ret->imm = o->imm.value.s;
		ret->read = true;
		break;
	case ZYDIS_OPERAND_TYPE_MEMORY:
		ret->kind = INQ_OPERAND_MEM;
		convert_mem(z, o, addr, &ret->mem);
		break;
	default:
		break;
	}
}

static bool uses_stack_itself(enum inq_op op)
{
	switch (op) {
	case INQ_OP_PUSH:
	case INQ_OP_POP:
	case INQ_OP_CALL:
	case INQ_OP_RET:
	case INQ_OP_LEAVE:
	case INQ_OP_PUSHF:
	case INQ_OP_POPF:
		return true;
	default:
		return false;
	}
}

/* Add what operand @op, visible or not, reads and writes. */
static void add_effects(struct inq_insn *insn, const struct inq_operand *op, bool hidden,
			bool is_address)
{
	if (op->kind == INQ_OPERAND_REG) {
		if (op->read)
			insn->reads |= reg_bit(op->reg);
		if (op->written)
			insn->writes |= reg_bit(op->reg);
	} else if (op->kind == INQ_OPERAND_MEM) {
		if (hidden && uses_stack_itself(insn->op))
			return;
		insn->reads |= reg_bit(op->mem.base) | reg_bit(op->mem.index);
		insn->reads_mem |= op->read && !is_address;
		insn->writes_mem |= op->written && !is_address;
	}
}

static int64_t truncate_imm(int64_t imm, unsigned int size)
{
	switch (size) {
	case 1:
		return (int8_t)imm;
	case 2:
		return (int16_t)imm;
	case 4:
		return (int32_t)imm;
	default:
		return imm;
	}
}

static struct inq_operand imm_operand(int64_t imm, uint8_t size)
{
	return (struct inq_operand){.kind = INQ_OPERAND_IMM,
				    .size = size,
				    .read = true,
				    .reg = INQ_REG_NONE,
				    .imm = imm};
}

static void become_mov_const(struct inq_insn *insn, int64_t value)
{
	struct inq_operand *dst = &insn->operands[0];

	insn->op = INQ_OP_MOV;
	insn->reads = 0;
	dst->read = false;
	insn->operands[1] = imm_operand(value, dst->size);
	insn->nr_operands = 2;
}

static void become_nop(struct inq_insn *insn)
{
	insn->op = INQ_OP_NOP;
	insn->nr_operands = 0;
	insn->reads = insn->writes = 0;
	insn->reads_mem = insn->writes_mem = false;
}

static bool same_reg(const struct inq_operand *a, const struct inq_operand *b)
{
	return a->kind == INQ_OPERAND_REG && b->kind == INQ_OPERAND_REG && a->reg == b->reg &&
	       a->size == b->size && a->high_byte == b->high_byte;
}

/* Operations whose result doesn't depend on what was in the register. */
static void find_constants(struct inq_insn *insn)
{
	const struct inq_operand *a = &insn->operands[0], *b = &insn->operands[1];
	bool same = same_reg(a, b);

	if (insn->nr_operands != 2 || a->kind != INQ_OPERAND_REG)
		return;
	if ((insn->op == INQ_OP_XOR || insn->op == INQ_OP_SUB) && same)
		become_mov_const(insn, 0);
	else if (insn->op == INQ_OP_AND && b->kind == INQ_OPERAND_IMM && !b->imm)
		become_mov_const(insn, 0);
	else if (insn->op == INQ_OP_OR && b->kind == INQ_OPERAND_IMM && b->imm == -1)
		become_mov_const(insn, a->size == 4 ? (int64_t)UINT32_MAX : -1);
	else if (insn->op == INQ_OP_XCHG && same && a->size != 4)
		become_nop(insn);
}

static void set_immediates(struct inq_insn *insn)
{
	struct inq_operand *dst = &insn->operands[0];

	for (unsigned int i = 0; i < insn->nr_operands; i++) {
		struct inq_operand *o = &insn->operands[i];

		if (o->kind == INQ_OPERAND_IMM)
			o->imm = truncate_imm(o->imm, i ? dst->size : o->size);
	}
	/* A move of 32 bits clears the upper half: then the constant is what the register holds. */
	if (insn->op == INQ_OP_MOV && dst->kind == INQ_OPERAND_REG && dst->size == 4 &&
	    insn->operands[1].kind == INQ_OPERAND_IMM)
		insn->operands[1].imm = (uint32_t)insn->operands[1].imm;
}

static void add_implied_operands(const ZydisDecodedInstruction *z, struct inq_insn *insn)
{
	struct inq_operand *v = insn->operands;

	switch (z->mnemonic) {
	case ZYDIS_MNEMONIC_INC:
	case ZYDIS_MNEMONIC_DEC:
		v[1] = imm_operand(1, v[0].size);
		insn->nr_operands = 2;
		break;
	case ZYDIS_MNEMONIC_CBW:
	case ZYDIS_MNEMONIC_CWDE:
	case ZYDIS_MNEMONIC_CDQE:
		v[0] = (struct inq_operand){.kind = INQ_OPERAND_REG, .written = true};
		v[0].size = z->operand_width / 8;
		v[1] = v[0];
		v[1].size /= 2;
		v[1].written = false;
		v[1].read = true;
		insn->nr_operands = 2;
		break;
	case ZYDIS_MNEMONIC_IMUL:
		if (insn->nr_operands != 2)
			break;
		v[2] = v[1];
		v[1] = v[0];
		v[1].written = false;
		v[0].read = false;
		insn->nr_operands = 3;
		break;
	default:
		break;
	}
}

/* The operations that are described by their operands need operands that we can describe. */
static bool is_described(const struct inq_insn *insn)
{
	if (insn->op == INQ_OP_MUL && insn->nr_operands != 3)
		return false;
	if (insn->op == INQ_OP_LEA && insn->operands[1].mem.other_seg)
		return false;
	if (insn->op < INQ_OP_MOV || insn->op > INQ_OP_XADD)
		return true;
	for (unsigned int i = 0; i < insn->nr_operands; i++)
		if (insn->operands[i].kind == INQ_OPERAND_NONE)
			return false;
	return true;
}

static void set_branch(const ZydisDecodedInstruction *z, const ZydisDecodedOperand *ops,
		       struct inq_insn *insn)
{
	ZyanU64 target;

	if (insn->op == INQ_OP_JCC)
		insn->cond = cond_of(z->mnemonic);
	if (insn->op != INQ_OP_CALL && insn->op != INQ_OP_JMP && insn->op != INQ_OP_JCC)
		return;
	if (ops[0].type != ZYDIS_OPERAND_TYPE_IMMEDIATE || !ops[0].imm.is_relative)
		return;
	if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(z, &ops[0], insn->addr, &target)))
		insn->target = target;
	insn->nr_operands = 0;
}

static void convert(const ZydisDecodedInstruction *z, const ZydisDecodedOperand *ops,
		    struct inq_insn *insn)
{
	insn->op = op_of(z);
	insn->len = z->length;
	insn->rep = z->attributes &
		    (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE);
	insn->rep &= is_string(z);
	for (unsigned int i = 0; i < z->operand_count; i++) {
		bool hidden = ops[i].visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN;
		bool is_address = ops[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
				  ops[i].mem.type == ZYDIS_MEMOP_TYPE_AGEN;
		struct inq_operand op;

		convert_operand(z, &ops[i], insn->addr, &op);
		if (is_address)
			op.read = op.written = false;
		add_effects(insn, &op, hidden, is_address);
		if (!hidden && insn->nr_operands < INQ_INSN_OPERANDS)
			insn->operands[insn->nr_operands++] = op;
	}
}

/* Zydis 4.0 forgets that cmps and scas move on. */
static void add_string_steps(struct inq_insn *insn)
{
	if (insn->op == INQ_OP_STRING)
		insn->writes |= insn->reads & (reg_bit(INQ_X86_RSI) | reg_bit(INQ_X86_RDI));
}

bool inq_x86_64_decode(const unsigned char *bytes, size_t len, uint64_t addr, struct inq_insn *ret)
{
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction z;
	ZydisDecoder decoder;
	struct inq_insn insn = {.addr = addr};

	if (ZYAN_FAILED(
		    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) ||
	    ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, bytes, len, &z, ops)))
		return false;
	convert(&z, ops, &insn);
	add_string_steps(&insn);
	set_branch(&z, ops, &insn);
	add_implied_operands(&z, &insn);
	set_immediates(&insn);
	find_constants(&insn);
	if (!is_described(&insn))
		insn.op = INQ_OP_OTHER;
	if (insn.op == INQ_OP_NOP || insn.op == INQ_OP_TRAP) {
		enum inq_op op = insn.op;

		become_nop(&insn);
		insn.op = op;
	}
	insn.atomic =
		z.attributes & ZYDIS_ATTRIB_HAS_LOCK || (insn.op == INQ_OP_XCHG && insn.writes_mem);
	*ret = insn;
	return true;
}

void inq_x86_64_format_insn(const unsigned char *bytes, size_t len, uint64_t addr, char *buf,
			    size_t size)
{
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction z;
	ZydisDecoder decoder;
	ZydisFormatter f;

	if (!size)
		return;
	if (ZYAN_FAILED(
		    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) ||
	    ZYAN_FAILED(ZydisFormatterInit(&f, ZYDIS_FORMATTER_STYLE_INTEL)) ||
	    ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, bytes, len, &z, ops)))
		goto bad;
	ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
	ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_DISP_PADDING, ZYDIS_PADDING_DISABLED);
	ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_IMM_PADDING, ZYDIS_PADDING_DISABLED);
	ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE,
				  ZYDIS_PADDING_DISABLED);
	if (ZYAN_FAILED(ZydisFormatterFormatInstruction(&f, &z, ops, z.operand_count_visible, buf,
							size, addr, NULL)))
		goto bad;
	return;
bad:
	snprintf(buf, size, "(bad)");
}
