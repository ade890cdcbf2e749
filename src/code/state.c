// SPDX-License-Identifier: GPL-2.0-or-later
/* What one instruction does to the registers and stack slots. */
#include "code/state.h"

#include <stdlib.h>
#include <string.h>

#include "util/bisect.h"
#include "util/banned.h"

enum { MAX_SLOTS = 512 };

void inq_state_init(struct inq_state *s, struct inq_values *vals)
{
	*s = (struct inq_state){.vals = vals};
	for (unsigned int r = 0; r < INQ_NR_REGS_MAX; r++)
		s->regs[r] = r < vals->fn->code->arch->nr_regs ? inq_node_entry(vals, (inq_reg)r)
							       : vals->unknown;
}

bool inq_state_copy(struct inq_state *dst, const struct inq_state *src)
{
	struct inq_slot *slots = dst->slots;
	unsigned int max = dst->max_slots;

	if (src->nr_slots > max) {
		max = src->nr_slots + 8;
		slots = realloc(slots, max * sizeof(*slots));
		if (!slots)
			return false;
	}
	if (src->nr_slots)
		memcpy(slots, src->slots, src->nr_slots * sizeof(*slots));
	*dst = *src;
	dst->slots = slots;
	dst->max_slots = max;
	return true;
}

void inq_state_deinit(struct inq_state *s)
{
	free(s->slots);
	s->slots = NULL;
	s->nr_slots = s->max_slots = 0;
}

/* Index of the first slot that ends behind @off. */
static unsigned int slot_index(const struct inq_state *s, int64_t off)
{
	return (unsigned int)inq_bisect(s->nr_slots, i, s->slots[i].off + s->slots[i].size <= off);
}

const struct inq_slot *inq_state_find_slot(const struct inq_state *s, int64_t off)
{
	unsigned int i = slot_index(s, off);

	return i < s->nr_slots && s->slots[i].off == off ? &s->slots[i] : NULL;
}

static void remove_slots(struct inq_state *s, unsigned int from, unsigned int n)
{
	memmove(s->slots + from, s->slots + from + n, (s->nr_slots - from - n) * sizeof(*s->slots));
	s->nr_slots -= n;
}

static void kill_range(struct inq_state *s, int64_t off, int64_t size)
{
	unsigned int from = slot_index(s, off), to = from;

	while (to < s->nr_slots && s->slots[to].off < off + size)
		to++;
	if (to > from)
		remove_slots(s, from, to - from);
}

void inq_state_set_slot(struct inq_state *s, int64_t off, uint8_t size, const struct inq_value *v)
{
	unsigned int at;

	kill_range(s, off, size);
	if (s->nr_slots >= MAX_SLOTS)
		return;
	if (s->nr_slots == s->max_slots) {
		unsigned int max = s->max_slots ? s->max_slots * 2 : 16;
		struct inq_slot *slots = realloc(s->slots, max * sizeof(*slots));

		if (!slots) {
			s->failed = true;
			return;
		}
		s->slots = slots;
		s->max_slots = max;
	}
	at = slot_index(s, off);
	memmove(s->slots + at + 1, s->slots + at, (s->nr_slots - at) * sizeof(*s->slots));
	s->slots[at] = (struct inq_slot){off, size, v};
	s->nr_slots++;
}

static const struct inq_arch *arch_of(const struct inq_state *s)
{
	return s->vals->fn->code->arch;
}

/* A saved register: honest code lets nobody overwrite it. */
static bool is_saved_reg(const struct inq_state *s, const struct inq_slot *slot)
{
	return slot->v->kind == INQ_VAL_ENTRY && inq_reg_in(arch_of(s)->callee_saved, slot->v->reg);
}

static void remember_escape(struct inq_state *s, const struct inq_value *v)
{
	struct inq_values *vals = s->vals;
	int64_t off;

	/* Arguments on the stack, and above, are the caller's. */
	if (!inq_value_stack_offset(vals, v, &off) || off >= -INQ_CALL_PUSH)
		return;
	for (unsigned int i = 0; i < vals->nr_escaped; i++)
		if (vals->escaped[i] == off)
			return;
	if (vals->nr_escaped == array_size(vals->escaped))
		return;
	vals->escaped[vals->nr_escaped++] = off;
	vals->escapes_grew = true;
}

/*
 * Somebody with the addresses that got out may have written: the first word of each such
 * object, and what was set to a constant above it.  Spilled values beside them are
 * assumed to stay: that is a guess, but a rare loss.
 */
static void kill_escaped(struct inq_state *s)
{
	const struct inq_values *vals = s->vals;
	int64_t lowest = INT64_MAX;

	for (unsigned int i = 0; i < vals->nr_escaped; i++) {
		kill_range(s, vals->escaped[i], 1);
		if (vals->escaped[i] < lowest)
			lowest = vals->escaped[i];
	}
	for (unsigned int i = 0; i < s->nr_slots;) {
		const struct inq_slot *slot = &s->slots[i];

		if (slot->off > lowest && slot->v->kind == INQ_VAL_CONST)
			remove_slots(s, i, 1);
		else
			i++;
	}
}

/* A write to the stack at a place that we don't know. */
static void kill_unsaved(struct inq_state *s)
{
	for (unsigned int i = 0; i < s->nr_slots;) {
		if (is_saved_reg(s, &s->slots[i]))
			i++;
		else
			remove_slots(s, i, 1);
	}
}

static bool stack_based(struct inq_values *vals, const struct inq_value *v)
{
	int64_t off;

	for (int depth = 0; v && depth < 8; depth++) {
		if (inq_value_stack_offset(vals, v, &off))
			return true;
		if (v->kind != INQ_VAL_ADD)
			return false;
		if (v->b && inq_value_stack_offset(vals, v->b, &off))
			return true;
		v = v->a;
	}
	return false;
}

static const struct inq_value *load(struct inq_state *s, const struct inq_value *addr, uint8_t size,
				    uint64_t site)
{
	const struct inq_slot *slot;
	int64_t off;

	if (inq_value_stack_offset(s->vals, addr, &off)) {
		slot = inq_state_find_slot(s, off);
		if (slot && slot->size == size)
			return slot->v;
		if (slot && slot->size > size)
			return inq_node_trunc(s->vals, slot->v, size);
	}
	return inq_node_load(s->vals, addr, size, site);
}

/* @v NULL: something that we don't know. */
static void store(struct inq_state *s, const struct inq_value *addr, uint8_t size,
		  const struct inq_value *v)
{
	int64_t off;

	if (inq_value_stack_offset(s->vals, addr, &off)) {
		if (v && (size == 8 || size == 4 || size == 2 || size == 1))
			inq_state_set_slot(s, off, size, inq_node_trunc(s->vals, v, size));
		else
			kill_range(s, off, size ? size : 64);
		return;
	}
	if (v)
		remember_escape(s, v);
	if (stack_based(s->vals, addr))
		kill_unsaved(s);
}

const struct inq_value *inq_state_address(struct inq_values *vals, const struct inq_state *s,
					  const struct inq_mem *mem)
{
	const struct inq_value *v = NULL;

	if (mem->other_seg)
		return vals->unknown;
	if (mem->percpu)
		v = inq_node_percpu(vals);
	if (mem->base < INQ_NR_REGS_MAX)
		v = v ? inq_node_add(vals, v, s->regs[mem->base]) : s->regs[mem->base];
	if (mem->index < INQ_NR_REGS_MAX) {
		const struct inq_value *i =
			inq_node_scale(vals, s->regs[mem->index], mem->scale ? mem->scale : 1);

		v = v ? inq_node_add(vals, v, i) : i;
	}
	return v ? inq_node_addc(vals, v, mem->disp) : inq_node_const(vals, mem->disp);
}

static const struct inq_value *get_reg(const struct inq_state *s, inq_reg reg)
{
	return reg < INQ_NR_REGS_MAX ? s->regs[reg] : s->vals->unknown;
}

const struct inq_value *inq_state_operand(struct inq_state *s, const struct inq_insn *insn,
					  const struct inq_operand *op)
{
	switch (op->kind) {
	case INQ_OPERAND_REG:
		if (op->high_byte)
			return inq_node_clobber(s->vals, insn->addr, INQ_REG_NONE);
		return inq_node_trunc(s->vals, get_reg(s, op->reg), op->size);
	case INQ_OPERAND_IMM:
		return inq_node_const(s->vals, op->imm);
	case INQ_OPERAND_MEM:
		return load(s, inq_state_address(s->vals, s, &op->mem), op->size, insn->addr);
	default:
		return s->vals->unknown;
	}
}

static void clobber(struct inq_state *s, const struct inq_insn *insn, inq_reg reg)
{
	if (reg < INQ_NR_REGS_MAX)
		s->regs[reg] = inq_node_clobber(s->vals, insn->addr, reg);
}

/* @v NULL: unknown */
static void write_operand(struct inq_state *s, const struct inq_insn *insn,
			  const struct inq_operand *op, const struct inq_value *v)
{
	if (op->kind == INQ_OPERAND_REG && op->reg < INQ_NR_REGS_MAX) {
		if (!v || op->size < 4 || op->high_byte)
			clobber(s, insn, op->reg);
		else
			s->regs[op->reg] = inq_node_trunc(s->vals, v, op->size);
	} else if (op->kind == INQ_OPERAND_MEM) {
		store(s, inq_state_address(s->vals, s, &op->mem), op->size, v);
	}
}

static void step_call(struct inq_state *s, const struct inq_insn *insn)
{
	struct inq_code *c = s->vals->fn->code;
	const struct inq_arch *arch = c->arch;
	const struct inq_callee *callee = insn->target ? inq_code_callee(c, insn->target) : NULL;
	bool preserves = callee && callee->role == INQ_CALLEE_PRESERVES;

	for (unsigned int i = 0; i < arch->nr_arg_regs; i++)
		remember_escape(s, get_reg(s, arch->arg_regs[i]));
	kill_escaped(s);
	for (unsigned int r = 0; r < arch->nr_regs && !preserves; r++)
		if (r != arch->sp && !inq_reg_in(arch->callee_saved, (inq_reg)r))
			clobber(s, insn, (inq_reg)r);
	if (arch->ret_reg < INQ_NR_REGS_MAX)
		s->regs[arch->ret_reg] = inq_node_call(s->vals, insn->addr, insn->target);
}

static void push(struct inq_state *s, const struct inq_value *v)
{
	inq_reg sp = arch_of(s)->sp;

	s->regs[sp] = inq_node_addc(s->vals, s->regs[sp], -8);
	store(s, s->regs[sp], 8, v);
}

static const struct inq_value *pop(struct inq_state *s, uint64_t site)
{
	inq_reg sp = arch_of(s)->sp;
	const struct inq_value *v = load(s, s->regs[sp], 8, site);

	s->regs[sp] = inq_node_addc(s->vals, s->regs[sp], 8);
	return v;
}

static void step_leave(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_arch *arch = arch_of(s);

	s->regs[arch->sp] = s->regs[arch->fp];
	s->regs[arch->fp] = pop(s, insn->addr);
}

static void step_string(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_operand *op = &insn->operands[0];
	const struct inq_value *addr;
	int64_t off;

	if (!insn->writes_mem || !insn->nr_operands || op->kind != INQ_OPERAND_MEM)
		return;
	addr = inq_state_address(s->vals, s, &op->mem);
	if (!inq_value_stack_offset(s->vals, addr, &off)) {
		store(s, addr, op->size, NULL);
		return;
	}
	/* How far it goes isn't followed: up to the saved registers at most. */
	for (unsigned int i = slot_index(s, off); i < s->nr_slots;) {
		if (is_saved_reg(s, &s->slots[i]))
			i++;
		else
			remove_slots(s, i, 1);
	}
}

static void step_movsx(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_operand *dst = &insn->operands[0], *src = &insn->operands[1];
	const struct inq_value *v = inq_state_operand(s, insn, src);

	v = inq_node_binopc(s->vals, INQ_OP_MOVSX, v, src->size);
	write_operand(s, insn, dst, v);
}

static void step_binary(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_operand *dst = &insn->operands[0];
	const struct inq_value *a = inq_state_operand(s, insn, dst);
	const struct inq_value *b = inq_state_operand(s, insn, &insn->operands[1]);

	/* The sign that a narrow one shifts in is not the 64-bit value's. */
	if (dst->size < 8 && insn->op == INQ_OP_SAR)
		write_operand(s, insn, dst, NULL);
	else
		write_operand(s, insn, dst, inq_node_binop(s->vals, insn->op, a, b));
}

static void step_mul(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_value *a = inq_state_operand(s, insn, &insn->operands[1]);
	const struct inq_value *b = inq_state_operand(s, insn, &insn->operands[2]);

	write_operand(s, insn, &insn->operands[0], inq_node_binop(s->vals, INQ_OP_MUL, a, b));
}

static void step_xchg(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_operand *x = &insn->operands[0], *y = &insn->operands[1];
	const struct inq_value *a = inq_state_operand(s, insn, x);
	const struct inq_value *b = inq_state_operand(s, insn, y);
	bool mem = x->kind == INQ_OPERAND_MEM || y->kind == INQ_OPERAND_MEM;

	/* What memory held at that moment is nobody's later load. */
	if (mem)
		a = b = NULL;
	write_operand(s, insn, x, b);
	write_operand(s, insn, y, a);
}

/* Everything that is written, and nothing known of it. */
static void step_other(struct inq_state *s, const struct inq_insn *insn)
{
	for (unsigned int i = 0; i < insn->nr_operands; i++)
		if (insn->operands[i].kind == INQ_OPERAND_MEM && insn->operands[i].written)
			write_operand(s, insn, &insn->operands[i], NULL);
	for (unsigned int r = 0; r < arch_of(s)->nr_regs; r++)
		if (inq_reg_in(insn->writes, (inq_reg)r))
			clobber(s, insn, (inq_reg)r);
}

void inq_state_step(struct inq_state *s, const struct inq_insn *insn)
{
	const struct inq_operand *op = insn->operands;
	const struct inq_value *v;

	switch (insn->op) {
	case INQ_OP_MOV:
		write_operand(s, insn, &op[0], inq_state_operand(s, insn, &op[1]));
		break;
	case INQ_OP_MOVSX:
		step_movsx(s, insn);
		break;
	case INQ_OP_LEA:
		write_operand(s, insn, &op[0], inq_state_address(s->vals, s, &op[1].mem));
		break;
	case INQ_OP_ADD:
	case INQ_OP_SUB:
	case INQ_OP_AND:
	case INQ_OP_OR:
	case INQ_OP_XOR:
	case INQ_OP_SHL:
	case INQ_OP_SHR:
	case INQ_OP_SAR:
		step_binary(s, insn);
		break;
	case INQ_OP_MUL:
		step_mul(s, insn);
		break;
	case INQ_OP_XCHG:
		step_xchg(s, insn);
		break;
	case INQ_OP_PUSH:
		push(s, insn->nr_operands ? inq_state_operand(s, insn, &op[0]) : NULL);
		break;
	case INQ_OP_POP:
		v = pop(s, insn->addr);
		if (insn->nr_operands)
			write_operand(s, insn, &op[0], v);
		break;
	case INQ_OP_PUSHF:
		push(s, NULL);
		break;
	case INQ_OP_POPF:
		pop(s, insn->addr);
		break;
	case INQ_OP_LEAVE:
		step_leave(s, insn);
		break;
	case INQ_OP_CALL:
		step_call(s, insn);
		break;
	case INQ_OP_STRING:
		step_string(s, insn);
		step_other(s, insn);
		break;
	case INQ_OP_CMP:
	case INQ_OP_TEST:
	case INQ_OP_NOP:
		break;
	default:
		step_other(s, insn);
		break;
	}
}
