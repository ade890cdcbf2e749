// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IPIs whose target has begun them. A csd on the caller's stack is taken off the target's queue
 * before its function is called, and unlocked behind that: nothing leads from the csd to the target
 * then. But the target's flush keeps its address, in a register that inner functions save; and the
 * CPU was an argument of the call.
 */
#include "inspect/ipi_taken.h"

#include <inttypes.h>

#include "code/frames.h"
#include "inspect/facts.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { CSD_FLAG_LOCK = 0x01, FRAME_BYTES_MAX = 4096 };

/* Its own name since 5.19 (16bf5a5e1ec5), before without underscores. */
static const char *const flush_functions[] = {"__flush_smp_call_function_queue",
					      "flush_smp_call_function_queue", NULL};
static const char *const single_function[] = {"smp_call_function_single", NULL};

/* Where frame @i of @us ends, when it can be told. */
static uint64_t frame_end(const struct inq_ustack *us, size_t i)
{
	uint64_t end = us->v[i].cfa;

	if (!end && i + 1 < us->n && us->v[i + 1].stack == us->v[i].stack)
		end = us->v[i + 1].sp;
	return end > us->v[i].sp && end - us->v[i].sp <= FRAME_BYTES_MAX ? end : us->v[i].sp;
}

static bool is_function(struct inq_inspect *in, uint64_t addr)
{
	struct inq_symbol sym;

	return inq_kernel_is_text(in->k, addr) && inq_symbol_by_addr(in->k, addr, &sym) &&
	       sym.addr == addr;
}

/* The locked csd in one frame. */
static bool csd_in_frame(struct inq_inspect *in, const struct inq_ustack *us, size_t i,
			 const struct inq_field *flags, const struct inq_field *func,
			 struct inq_ipi_taken *ret)
{
	uint64_t end = frame_end(us, i), fn;

	for (uint64_t at = us->v[i].sp; at < end; at += 8) {
		if (inq_field_try_u64(in->k, flags, at, &ret->flags) &&
		    (ret->flags & CSD_FLAG_LOCK) && ret->flags <= UINT8_MAX &&
		    inq_field_try_u64(in->k, func, at, &fn) && is_function(in, fn)) {
			ret->csd = at;
			return true;
		}
	}
	return false;
}

/* Does one frame hold @value, in a register or in its memory? Where; 0: no. */
static uint64_t frame_holds(struct inq_inspect *in, const struct inq_ustack *us, size_t i,
			    uint64_t value)
{
	uint64_t end = frame_end(us, i), v;

	for (uint64_t at = us->v[i].sp; at < end; at += 8)
		if (inq_dump_try_u64(in->k->dump, at, &v) && v == value)
			return at;
	for (unsigned int r = 0; i == 0 && r < in->arch->nr_regs; r++)
		if (in->arch->callee_saved >> r & 1 &&
		    inq_regs_get(&us->v[i].regs, (inq_reg)r, &v) && v == value)
			return us->v[i].ip;
	return 0;
}

/* Whether @cpu runs the function of csd @csd: its flush, and all inside, has the address. */
static bool runs_it(struct inq_inspect *in, const struct inq_cpu *cpu, uint64_t csd,
		    inq_id *ret_proof)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	int flush = s ? inq_fact_find_frame(s, 0, flush_functions) : -1;

	for (int i = 0; i <= flush; i++) {
		const struct inq_ustack *us = &in->ustacks.v[cpu->stack];
		uint64_t at = frame_holds(in, us, (size_t)i, csd);

		if (!at)
			continue;
		*ret_proof = inq_fact_stack(in, cpu->nr, -1,
					    "CPU %d runs what the csd at 0x%" PRIx64
					    " asks for: its address is kept in %s",
					    cpu->nr, csd, inq_fact_symbol(in, us->v[i].ip));
		return true;
	}
	return false;
}

bool inq_ipi_find_taken(struct inq_inspect *in, const struct inq_cpu *cpu, int frame,
			const struct inq_field *flags, const struct inq_field *func,
			struct inq_ipi_taken *ret)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	const struct inq_ustack *us = &in->ustacks.v[cpu->stack];
	struct inq_ipi_taken t = {.proof = INQ_NONE};
	enum inq_certainty how;
	uint64_t arg;
	int single = inq_fact_find_frame(s, (size_t)frame, single_function);

	if (single < 0 || !csd_in_frame(in, us, (size_t)single, flags, func, &t))
		return false;
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		if (in->c->cpus.v[i].nr == cpu->nr ||
		    !runs_it(in, &in->c->cpus.v[i], t.csd, &t.proof))
			continue;
		t.target = (uint32_t)in->c->cpus.v[i].nr;
		*ret = t;
		return true;
	}
	if (!inq_frame_arg(in->code, us, (size_t)single, 0, 0, &arg, &how))
		return false;
	t.target = (uint32_t)arg;
	if ((int32_t)t.target == cpu->nr || t.target >= in->k->nr_cpus)
		return false;
	*ret = t;
	return true;
}
