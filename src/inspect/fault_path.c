// SPDX-License-Identifier: GPL-2.0-or-later
/* A fault's access path: which pointer was bad, where it came from, what lies there, who freed
 * that. */
#include "inspect/fault_path.h"

#include <inttypes.h>
#include <stdio.h>

#include "code/path.h"
#include "inspect/address.h"
#include "inspect/facts.h"
#include "inspect/slab_tracks.h"
#include "kernel/symtab.h"

#include "util/banned.h"

/*
 * Whether what step @i was loaded from may have been given back since, and rightly: a function of
 * the kernel's further out read it, and called on.  kthread() has its thread's argument from what
 * who made the thread frees then.
 */
static bool may_be_of_before(struct inq_inspect *in, const struct inq_path *p, size_t i,
			     uint64_t access)
{
	const struct inq_path_step *step = &p->steps[i];
	struct inq_symbol loader, fn;

	if (i + 1 == p->nr_steps && step->value)
		return false;
	return step->site && inq_symbol_by_addr(in->k, step->site, &loader) && !loader.module &&
	       inq_symbol_by_addr(in->k, access, &fn) && loader.addr != fn.addr;
}

/* @access: the code that used the bad value. */
static void copy_steps(struct inq_inspect *in, struct inq_fault *f, const struct inq_path *p,
		       uint64_t access)
{
	f->path = inq_arena_calloc(&in->c->arena, p->nr_steps, sizeof(*f->path));
	f->nr_path = f->path ? p->nr_steps : 0;
	for (size_t i = 0; i < f->nr_path; i++) {
		const struct inq_path_step *step = &p->steps[i];
		struct inq_path_fact *fact = &f->path[i];

		fact->expr = step->expr;
		fact->member = step->member;
		fact->addr = step->addr;
		fact->has_memory = step->has_value && step->addr;
		fact->memory = step->value;
		fact->has_reg = step->reg != INQ_REG_NONE;
		fact->reg = step->reg_value;
		if (fact->has_reg)
			fact->reg_name = in->arch->reg_names[step->reg];
		if (step->addr) {
			struct inq_address a = inq_address_describe(in, step->addr);

			if (a.freed && may_be_of_before(in, p, i, access))
				continue;
			fact->object = a.text;
			fact->object_freed = a.freed;
		}
	}
}

/* Who freed, and who allocated, what the bad value was loaded from, where the allocator knows. */
static void lookup_tracks(struct inq_inspect *in, struct inq_fault *f)
{
	size_t at = f->nr_path;

	while (at > 0 && !f->path[at - 1].addr)
		at--;
	if (!at)
		return;
	f->allocated_by = inq_slab_track(in, f->path[at - 1].addr, false);
	if (f->path[at - 1].object_freed)
		f->freed_by = inq_slab_track(in, f->path[at - 1].addr, true);
}

/* Evidence for each step of the path: its value in memory, and in the saved register. */
static void step_evidence(struct inq_inspect *in, struct inq_fault *f)
{
	const struct inq_frame *frame = &inq_case_stack(in->c, f->stack)->v[f->frame];

	for (size_t i = 0; i < f->nr_path; i++) {
		const struct inq_path_fact *p = &f->path[i];

		if (p->has_memory)
			inq_ids_add(in->c, &f->ev_memory,
				    inq_fact_memory(in, p->addr, 8, p->memory,
						    "%s = 0x%" PRIx64 " in memory%s%s%s", p->expr,
						    p->memory, p->member ? " (" : "",
						    p->member ? p->member : "",
						    p->member ? ")" : ""));
		if (p->has_reg) {
			inq_id ev = inq_evidence_add(in->c, INQ_EV_REGISTER,
						     "%s = 0x%" PRIx64 " in %s, %s when %s faulted",
						     p->expr, p->reg, p->reg_name,
						     f->on_stack ? "saved" : "in the log",
						     inq_fact_symbol(in, f->ip));
			char inquest[96], crash[64];

			if (f->on_stack && frame->pt_regs) {
				inq_evidence_set_value(in->c, ev, frame->pt_regs, p->reg);
				snprintf(inquest, sizeof(inquest), "regs %%V 0x%" PRIx64,
					 frame->pt_regs);
				snprintf(crash, sizeof(crash), "struct pt_regs %" PRIx64,
					 frame->pt_regs);
			} else if (f->on_stack) {
				snprintf(inquest, sizeof(inquest), "regs %%V --cpu %d", f->cpu);
				snprintf(crash, sizeof(crash), "bt -c %d", f->cpu);
			} else {
				snprintf(inquest, sizeof(inquest), "log %%V");
				snprintf(crash, sizeof(crash), "log");
			}
			inq_evidence_set_checks(in->c, ev, inquest, crash);
			if (inq_evidence_at(in->c, ev))
				inq_evidence_at(in->c, ev)->conf =
					f->on_stack ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
			inq_ids_add(in->c, &f->ev_register, ev);
		}
	}
}

/*
 * A jump to where no code is, data of the kernel's or a module's included: who jumped is the
 * frame around it.  Text that was given back is filled with int3 (2e45474ab14f).
 */
static bool is_bad_jump(const struct inq_inspect *in, const struct inq_fault *f)
{
	unsigned char byte;

	if (f->kind == INQ_FAULT_BREAKPOINT)
		return !f->symbol;
	if (f->kind != INQ_FAULT_PAGE && f->kind != INQ_FAULT_GP)
		return false;
	if (f->has_addr && f->addr == f->ip)
		return true;
	return f->symbol ? !inq_kernel_is_text(in->k, f->ip)
			 : !inq_dump_try_read(in->k->dump, f->ip, &byte, 1);
}

/* The address that was jumped to is the one that faulted; int3 leaves ip behind itself. */
static void jump_address(struct inq_fault *f)
{
	if (f->kind == INQ_FAULT_GP || (f->has_addr && f->kind == INQ_FAULT_PAGE))
		return;
	f->addr = f->ip - (f->kind == INQ_FAULT_BREAKPOINT);
	f->has_addr = true;
}

/* The expression, the bad value in it, and who came by that. */
static void take_path(struct inq_fault *f, const struct inq_stack *s, const struct inq_path *p)
{
	f->expression = p->expr;
	f->typed = p->typed;
	f->shape = p->shape;
	f->bad = p->bad;
	f->bad_member = p->bad_member;
	f->bad_value = p->bad_value;
	f->has_bad_value = p->bad != NULL;
	if (p->blame_frame > (size_t)f->frame && p->origin_frame == p->blame_frame)
		f->origin = p->origin;
	f->access_offset = p->offset;
	if (!f->has_addr && p->bad) {
		f->addr = p->bad_value + (uint64_t)(int64_t)(int32_t)p->offset;
		f->has_addr = true;
	}
	if (p->blame_frame < s->n && p->blame_frame > (size_t)f->frame) {
		f->blame = s->v[p->blame_frame].symbol;
		f->blame_module = s->v[p->blame_frame].module;
	}
}

static struct inq_error *fault_path(struct inq_inspect *in, struct inq_fault *f, unsigned int cpu)
{
	const struct inq_stack *s = inq_case_stack(in->c, f->stack);
	size_t frame = (size_t)f->frame + is_bad_jump(in, f);
	struct inq_path path = {0};
	struct inq_error *err;

	/* what could not be reached was the stack itself, whatever the instruction's operand */
	if (f->kind == INQ_FAULT_DOUBLE)
		return NULL;
	if (frame > (size_t)f->frame)
		jump_address(f);
	err = inq_path_of_access(in->code, &in->ustacks.v[f->stack], frame, cpu, &in->c->arena,
				 &path);
	if (frame > (size_t)f->frame && frame < s->n) {
		f->blame = s->v[frame].symbol;
		f->blame_module = s->v[frame].module;
	}
	if (err && err->code == INQ_ERR_NOMEM)
		return err;
	if (err) {
		if (f->kind == INQ_FAULT_PAGE || f->kind == INQ_FAULT_GP)
			inq_gap_add(in->c, "access path", f->ip, "%s", err->message);
		inq_error_destroy(err);
		return NULL;
	}
	take_path(f, s, &path);
	copy_steps(in, f, &path, frame < s->n ? s->v[frame].ip - !s->v[frame].exact_ip : f->ip);
	step_evidence(in, f);
	lookup_tracks(in, f);
	return NULL;
}

/* What lies at the bad pointer: for a small offset from NULL nobody need ask. */
static void describe_address(struct inq_inspect *in, struct inq_fault *f)
{
	uint64_t addr = f->has_addr ? f->addr : f->bad_value;

	if (!f->has_addr && !f->has_bad_value)
		return;
	if (f->kind != INQ_FAULT_PAGE && f->kind != INQ_FAULT_GP)
		return;
	if (addr && f->has_bad_value && !f->bad_value && 0 - addr <= 65536) {
		f->address_is = "a small offset below NULL";
	} else if (addr >= 65536) {
		struct inq_address a = inq_address_describe(in, addr);

		f->address_is = a.text;
		f->address_freed = a.freed;
	}
}

struct inq_error *inq_fault_explain(struct inq_inspect *in, struct inq_fault *f, unsigned int cpu)
{
	struct inq_error *err = fault_path(in, f, cpu);

	if (!err)
		describe_address(in, f);
	return err;
}
