// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that no table describes (STACK_FRAME_NON_STANDARD: crash and kexec code, which
 * every kdump's panicking CPU stands in): follow their instructions from the entry to
 * where the frame stands, counting what they push.
 */
#include <stdlib.h>

#include "kernel/symtab.h"
#include "unwind/unwind_priv.h"

#include "util/banned.h"

enum {
	FUNCTION_MAX = 16384, /* bytes */
	WORK_MAX = 1024,      /* branches that wait to be followed */
	UNKNOWN = -1,
};

/* Before an instruction.  Depths are bytes below the sp at the function's entry. */
struct place {
	bool seen;
	int depth;    /* of sp; UNKNOWN: realigned */
	int fp_saved; /* of the caller's fp; 0: still in the register; UNKNOWN: lost */
	int fp_depth; /* that fp points to; UNKNOWN: it is no frame pointer */
};

struct follow {
	struct inq_unwinder *u;
	uint64_t start, size;
	struct place *places; /* by offset from start */
	unsigned int work[WORK_MAX];
	unsigned int nr_work;
};

static bool is_reg(const struct inq_operand *o, inq_reg reg)
{
	return o->kind == INQ_OPERAND_REG && o->reg == reg;
}

static void move_sp(struct place *p, int64_t by)
{
	if (p->depth == UNKNOWN || by < -FUNCTION_MAX || by > FUNCTION_MAX || p->depth - by < 0 ||
	    p->depth - by > FUNCTION_MAX)
		p->depth = UNKNOWN;
	else
		p->depth -= (int)by;
}

static void write_fp(struct place *p, const struct inq_insn *i, inq_reg sp)
{
	p->fp_depth = UNKNOWN;
	if (i->op == INQ_OP_MOV && is_reg(&i->operands[1], sp))
		p->fp_depth = p->depth;
	if (i->op == INQ_OP_POP && p->fp_saved > 0 && p->fp_saved == p->depth)
		p->fp_saved = 0;
	else if (!p->fp_saved)
		p->fp_saved = UNKNOWN;
}

/* What @i does to the stack and frame pointers. */
static void apply(struct place *p, const struct inq_insn *i, inq_reg sp, inq_reg fp)
{
	bool writes_sp = i->writes >> sp & 1;

	if (i->op == INQ_OP_PUSH && is_reg(&i->operands[0], fp) && !p->fp_saved &&
	    p->depth != UNKNOWN)
		p->fp_saved = p->depth + 8;
	if (i->op == INQ_OP_LEAVE) {
		p->depth = p->fp_depth;
		if (p->fp_saved > 0 && p->fp_saved == p->depth)
			p->fp_saved = 0;
		p->fp_depth = UNKNOWN;
		move_sp(p, 8);
		return;
	}
	if (i->writes >> fp & 1)
		write_fp(p, i, sp);
	switch (i->op) {
	case INQ_OP_PUSH:
	case INQ_OP_PUSHF:
		move_sp(p, -8);
		return;
	case INQ_OP_POP:
	case INQ_OP_POPF:
		move_sp(p, 8);
		return;
	case INQ_OP_CALL:
		return;
	case INQ_OP_ADD:
	case INQ_OP_SUB:
		if (writes_sp && i->operands[1].kind == INQ_OPERAND_IMM)
			move_sp(p, i->op == INQ_OP_ADD ? i->operands[1].imm : -i->operands[1].imm);
		else if (writes_sp)
			p->depth = UNKNOWN;
		return;
	case INQ_OP_LEA:
		if (writes_sp && i->operands[1].mem.base == sp &&
		    i->operands[1].mem.index == INQ_REG_NONE)
			move_sp(p, i->operands[1].mem.disp);
		else if (writes_sp)
			p->depth = UNKNOWN;
		return;
	default:
		if (writes_sp)
			p->depth = UNKNOWN;
	}
}

static void reach(struct follow *f, uint64_t addr, const struct place *p)
{
	uint64_t off = addr - f->start;

	if (addr < f->start || off >= f->size || f->places[off].seen || f->nr_work == WORK_MAX)
		return;
	f->places[off] = *p;
	f->places[off].seen = true;
	f->work[f->nr_work++] = (unsigned int)off;
}

static void follow_all(struct follow *f)
{
	const struct inq_arch *arch = f->u->arch;
	struct place entry = {.depth = 0, .fp_depth = UNKNOWN};

	reach(f, f->start, &entry);
	while (f->nr_work) {
		unsigned int off = f->work[--f->nr_work];
		struct place p = f->places[off];
		unsigned char bytes[32];
		struct inq_insn i;
		size_t len =
			inq_dump_read_prefix(f->u->k->dump, f->start + off, bytes, arch->insn_max);

		if (!len || !arch->decode(bytes, len, f->start + off, &i))
			continue;
		apply(&p, &i, arch->sp, arch->fp);
		if (i.op == INQ_OP_JMP || i.op == INQ_OP_JCC)
			reach(f, i.target, &p);
		if (i.op != INQ_OP_JMP && i.op != INQ_OP_RET)
			reach(f, i.addr + i.len, &p);
	}
}

/* The state of the function that @s stands in; false: its code doesn't tell. */
static bool find_place(struct inq_unwind_state *s, struct place *ret)
{
	struct follow f = {.u = s->u};
	struct inq_symbol sym;
	uint64_t off;

	if (!inq_symbol_by_addr(s->u->k, s->exact ? s->regs.ip : s->regs.ip - 1, &sym))
		return false;
	f.start = sym.addr;
	f.size = sym.size && sym.size < FUNCTION_MAX ? sym.size : FUNCTION_MAX;
	off = s->regs.ip - f.start;
	if (off > f.size)
		return false;
	f.places = calloc(f.size + 1, sizeof(*f.places));
	if (!f.places)
		return false;
	/* One more, for a call that ends the function and doesn't return. */
	f.size++;
	follow_all(&f);
	*ret = f.places[off];
	free(f.places);
	return ret->seen;
}

static bool caller_fp(struct inq_unwind_state *s, const struct place *p, uint64_t cfa,
		      uint64_t *ret)
{
	if (!p->fp_saved)
		return inq_regs_get(&s->regs, s->u->arch->fp, ret);
	if (p->fp_saved == UNKNOWN)
		return false;
	return inq_unwind_read(s, cfa - 8 - (uint64_t)p->fp_saved, ret);
}

enum inq_step inq_step_code(struct inq_unwind_state *s, uint64_t *ret_cfa)
{
	uint64_t base, cfa, ip, fp = 0;
	bool fp_known;
	struct inq_insn call;
	struct place p;

	if (!find_place(s, &p))
		return INQ_STEP_NO;
	if (p.depth != UNKNOWN && inq_regs_get(&s->regs, s->u->arch->sp, &base))
		cfa = base + (uint64_t)p.depth + 8;
	else if (p.fp_depth != UNKNOWN && inq_regs_get(&s->regs, s->u->arch->fp, &base))
		cfa = base + (uint64_t)p.fp_depth + 8;
	else
		return INQ_STEP_NO;
	if (!inq_unwind_read(s, cfa - 8, &ip) || !inq_unwind_is_code(s->u, ip) ||
	    !inq_unwind_call_before(s->u, ip, &call))
		return INQ_STEP_NO;
	fp_known = caller_fp(s, &p, cfa, &fp);
	*ret_cfa = cfa;
	return inq_step_call(s, ip, cfa, fp_known, fp, INQ_HOW_CODE);
}
