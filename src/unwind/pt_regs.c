// SPDX-License-Identifier: GPL-2.0-or-later
/* From entry code to what it interrupted. */
#include "unwind/unwind_priv.h"

#include "util/banned.h"

static enum inq_step unreadable(struct inq_unwind_state *s, uint64_t addr)
{
	s->end = INQ_UNWIND_UNREADABLE;
	s->end_addr = addr;
	return INQ_STEP_END;
}

static bool read_slot(struct inq_unwind_state *s, uint64_t addr, const struct inq_reg_slot *slot,
		      uint64_t *ret)
{
	return slot->size && inq_dump_try_uint(s->u->k->dump, addr + slot->offset, slot->size, ret);
}

/*
 * Only the frame that the processor pushed, at the end of where the pt_regs will be.
 * Of the other registers, the frame pointer alone is sure not to have been used yet.
 */
static bool read_partial(struct inq_unwind_state *s, uint64_t regs, struct inq_regs *ret)
{
	const struct inq_regs_layout *l = &s->u->layout.pt_regs;
	inq_reg sp_reg = s->u->arch->sp, fp_reg = s->u->arch->fp;
	uint64_t ip, flags, mode, sp, fp;

	if (!read_slot(s, regs, &l->ip, &ip) || !read_slot(s, regs, &l->flags, &flags) ||
	    !read_slot(s, regs, &l->mode, &mode) || !read_slot(s, regs, &l->reg[sp_reg], &sp))
		return false;
	*ret = (struct inq_regs){.ip = ip, .flags = flags, .has_flags = true};
	ret->orig_syscall = UINT64_MAX;
	ret->user = (mode & 3) == 3;
	inq_regs_set(ret, sp_reg, sp);
	if (inq_regs_get(&s->regs, fp_reg, &fp) && !ret->user)
		inq_regs_set(ret, fp_reg, fp);
	return true;
}

static bool read_whole(struct inq_unwind_state *s, uint64_t addr, struct inq_regs *ret)
{
	cleanup_error struct inq_error *err = NULL;

	err = s->u->arch->read_pt_regs(s->u->k, &s->u->layout, addr, ret);
	return !err;
}

enum inq_step inq_step_pt_regs(struct inq_unwind_state *s, uint64_t addr, bool whole)
{
	const struct inq_regs_layout *l = &s->u->layout.pt_regs;
	uint64_t first = whole ? 0 : l->ip.offset, base = addr - first, sp;
	struct inq_regs regs;
	size_t stack, old = s->stack;

	/* The registers themselves must be on a stack, further out than where we stand. */
	if (!inq_unwind_stack_of(s, addr, l->size - first, &stack))
		return unreadable(s, addr);
	if (whole ? !read_whole(s, base, &regs) : !read_partial(s, base, &regs))
		return unreadable(s, addr);
	if (regs.user) {
		s->regs = regs;
		s->pt_regs = base;
		return INQ_STEP_USER;
	}
	/* A kernel thread's empty pt_regs at the very end of its stack. */
	if (!regs.ip && base + l->size == s->stacks[stack].end) {
		s->end = INQ_UNWIND_COMPLETE;
		return INQ_STEP_END;
	}
	if (!inq_regs_get(&regs, s->u->arch->sp, &sp) || !inq_unwind_stack_of(s, sp, 8, &stack)) {
		s->end = INQ_UNWIND_BAD_FRAME;
		s->end_addr = regs.ip;
		return INQ_STEP_END;
	}
	if (stack != old && s->visited >> stack & 1) {
		s->end = INQ_UNWIND_LOOP;
		s->end_addr = sp;
		return INQ_STEP_END;
	}
	s->regs = regs;
	s->pt_regs = base;
	s->stack = stack;
	if (stack != old)
		s->visited |= UINT32_C(1) << old;
	s->exact = s->literal = true;
	s->how = INQ_HOW_REGS;
	return INQ_STEP_OK;
}
