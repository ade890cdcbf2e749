// SPDX-License-Identifier: GPL-2.0-or-later
/* One frame outwards by its ORC entry. */
#include "arch/x86_64.h"
#include "unwind/unwind_priv.h"

#include "util/banned.h"

/* ORC is x86-64's: its registers by our numbers. */
static inq_reg base_register(enum inq_orc_reg reg)
{
	switch (reg) {
	case INQ_ORC_REG_AX:
		return INQ_X86_RAX;
	case INQ_ORC_REG_DX:
		return INQ_X86_RDX;
	case INQ_ORC_REG_DI:
		return INQ_X86_RDI;
	case INQ_ORC_REG_BP:
	case INQ_ORC_REG_BP_INDIRECT:
		return INQ_X86_RBP;
	case INQ_ORC_REG_SP:
	case INQ_ORC_REG_SP_INDIRECT:
		return INQ_X86_RSP;
	case INQ_ORC_REG_R10:
		return INQ_X86_R10;
	case INQ_ORC_REG_R13:
		return INQ_X86_R13;
	default:
		return INQ_REG_NONE;
	}
}

/* The address that the entry calls the previous sp; INQ_STEP_OK when *@ret is set. */
static enum inq_step previous_sp(struct inq_unwind_state *s, const struct inq_orc_entry *e,
				 uint64_t *ret)
{
	uint64_t v, off = (uint64_t)(int64_t)e->sp_offset;

	if (!inq_regs_get(&s->regs, base_register(e->sp_reg), &v))
		return INQ_STEP_NO;
	if (e->sp_reg == INQ_ORC_REG_BP_INDIRECT || e->sp_reg == INQ_ORC_REG_SP_INDIRECT) {
		bool sp = e->sp_reg == INQ_ORC_REG_SP_INDIRECT;
		uint64_t at = sp ? v : v + off;

		if (!inq_unwind_read(s, at, &v)) {
			s->end = INQ_UNWIND_UNREADABLE;
			s->end_addr = at;
			return INQ_STEP_END;
		}
		*ret = sp ? v + off : v;
		return INQ_STEP_OK;
	}
	*ret = v + off;
	return INQ_STEP_OK;
}

static bool previous_fp(struct inq_unwind_state *s, const struct inq_orc_entry *e, uint64_t cfa,
			uint64_t *ret)
{
	uint64_t off = (uint64_t)(int64_t)e->bp_offset, bp = 0;
	bool known = inq_regs_get(&s->regs, INQ_X86_RBP, &bp);

	switch (e->bp_reg) {
	case INQ_ORC_REG_UNDEFINED:
		*ret = bp;
		return known;
	case INQ_ORC_REG_PREV_SP:
		return inq_unwind_read(s, cfa + off, ret);
	case INQ_ORC_REG_BP:
		return known && inq_unwind_read(s, bp + off, ret);
	default:
		return false;
	}
}

static enum inq_step leave_call(struct inq_unwind_state *s, const struct inq_orc_entry *e,
				uint64_t cfa)
{
	uint64_t ip, fp = 0;
	bool fp_known;
	enum inq_step step;

	if (!inq_unwind_read(s, cfa - 8, &ip)) {
		s->end = INQ_UNWIND_UNREADABLE;
		s->end_addr = cfa - 8;
		return INQ_STEP_END;
	}
	fp_known = previous_fp(s, e, cfa, &fp);
	step = inq_step_call(s, ip, cfa, fp_known, fp, INQ_HOW_ORC);
	if (step == INQ_STEP_OK)
		s->literal = e->signal;
	return step;
}

enum inq_step inq_step_orc(struct inq_unwind_state *s, uint64_t *ret_cfa)
{
	struct inq_orc_entry e;
	enum inq_step step;
	uint64_t cfa;

	if (!inq_orc_find(&s->u->orc, s->literal ? s->regs.ip : s->regs.ip - 1, &e))
		return INQ_STEP_NO;
	if (e.type == INQ_ORC_UNDEFINED)
		return INQ_STEP_NO;
	if (e.type == INQ_ORC_END) {
		s->end = INQ_UNWIND_COMPLETE;
		return INQ_STEP_END;
	}
	step = previous_sp(s, &e, &cfa);
	if (step != INQ_STEP_OK)
		return step;
	if (e.type == INQ_ORC_CALL) {
		*ret_cfa = cfa;
		return leave_call(s, &e, cfa);
	}
	step = inq_step_pt_regs(s, cfa, e.type == INQ_ORC_REGS);
	if (step == INQ_STEP_OK)
		s->literal = e.signal;
	return step;
}
