// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipi: which CPU waits for which other CPU to run a function.
 *
 * smp_call_function_many_cond() puts a csd (call_single_data) for each target into its own
 * CPU's cfd_data, queues it on the target's call_single_queue, and spins until the target
 * clears CSD_FLAG_LOCK in it.  So, for a CPU whose stack waits there, each csd of its own
 * cfd_data that is still locked is a wait for that target.  A single call uses a csd on the
 * caller's stack or the per-CPU csd_data: it is found on the target's queue, until the target
 * begins it (ipi_taken.c).  node.src and node.dst say nothing without CONFIG_CSD_LOCK_WAIT_DEBUG
 * and are not used.
 */
#include <inttypes.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/ipi_taken.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { CFD_CSD, CSD_FLAGS, CSD_FUNC, CSD_INFO, CSD_LLIST, IPI_NR };
static const struct inq_field_def ipi_defs[IPI_NR] = {
	/* `pcpu` from 5.13 (a5aa5ce30080) to 6.3, holding the csd at its start */
	[CFD_CSD] = {"call_function_data", "csd|pcpu", INQ_REQUIRED},
	[CSD_FLAGS] = {"__call_single_data", "node.u_flags|flags", INQ_REQUIRED},
	[CSD_FUNC] = {"__call_single_data", "func", INQ_REQUIRED},
	[CSD_INFO] = {"__call_single_data", "info", INQ_REQUIRED},
	[CSD_LLIST] = {"__call_single_data", "node.llist|llist", INQ_REQUIRED},
};

enum { CSD_FLAG_LOCK = 0x01, QUEUE_MAX = 65536 };

static const char *const many_functions[] = {"smp_call_function_many_cond",
					     "smp_call_function_many", NULL};
static const char *const single_functions[] = {
	"smp_call_function_single", "smp_call_function_single_async", "generic_exec_single", NULL};

struct ipi_reader {
	struct inq_inspect *in;
	struct inq_field f[IPI_NR];
	uint64_t cfd_data;	    /* per-CPU symbol value */
	uint64_t csd_data;	    /* per-CPU symbol value; 0: none */
	uint64_t call_single_queue; /* per-CPU symbol value */
};

/* What a csd asks for, as "flush_tlb_func". */
static const char *csd_function(struct ipi_reader *rd, uint64_t csd)
{
	struct inq_symbol sym;
	uint64_t func;

	if (!inq_field_try_u64(rd->in->k, &rd->f[CSD_FUNC], csd, &func) ||
	    !inq_symbol_by_addr(rd->in->k, func, &sym) || sym.addr != func)
		return NULL;
	return inq_arena_strdup(&rd->in->c->arena, sym.name);
}

static bool csd_locked(struct ipi_reader *rd, uint64_t csd, uint64_t *ret_flags)
{
	return inq_field_try_u64(rd->in->k, &rd->f[CSD_FLAGS], csd, ret_flags) &&
	       (*ret_flags & CSD_FLAG_LOCK);
}

static inq_id ipi_resource(struct ipi_reader *rd, uint64_t csd, const char *function)
{
	inq_id id = inq_resource_find_or_add(rd->in->c, INQ_RES_IPI, csd);
	struct inq_resource *r = inq_case_resource(rd->in->c, id);

	if (r && !r->name)
		r->name = function;
	return id;
}

static struct inq_wait *add_wait(struct ipi_reader *rd, const struct inq_cpu *cpu, int frame,
				 uint64_t csd, uint64_t flags, unsigned int target)
{
	struct inq_inspect *in = rd->in;
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	const char *function = csd_function(rd, csd);
	inq_id resource = ipi_resource(rd, csd, function);
	struct inq_wait *w = inq_edge_spin(in, cpu, resource, (size_t)frame);

	if (!w)
		return NULL;
	w->target = inq_edge_cpu(in, (int32_t)target);
	w->function = function;
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_memory(in, csd + rd->f[CSD_FLAGS].offset, 4, flags,
				    "CPU %d waits for CPU %u to run %s: its csd is still locked "
				    "(flags 0x%" PRIx64 ")",
				    cpu->nr, target, function ? function : "a function", flags));
	inq_ids_add(in->c, &w->evidence,
		    inq_fact_stack(in, cpu->nr, -1, "CPU %d waits in %s", cpu->nr,
				   inq_fact_symbol(in, s->v[frame].ip)));
	return w;
}

/* The csds of @cpu's own cfd_data that their targets have not answered. */
static void many_waits(struct ipi_reader *rd, const struct inq_cpu *cpu, int frame)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t cfd = inq_percpu_addr(k, rd->cfd_data, (unsigned int)cpu->nr);
	uint64_t pcpu, flags;

	if (!cfd || !inq_field_try_u64(k, &rd->f[CFD_CSD], cfd, &pcpu)) {
		inq_gap_add(rd->in->c, "IPI wait", cfd, "CPU %d: its cfd_data can't be read",
			    cpu->nr);
		return;
	}
	for (unsigned int target = 0; target < k->nr_cpus; target++) {
		uint64_t csd = inq_percpu_addr(k, pcpu, target);

		if ((int32_t)target != cpu->nr && csd && csd_locked(rd, csd, &flags))
			add_wait(rd, cpu, frame, csd, flags, target);
	}
}

/* Whether @csd is @cpu's: on the stack of its task, or its own csd_data. */
static bool csd_of_cpu(struct ipi_reader *rd, const struct inq_cpu *cpu, uint64_t csd)
{
	const struct inq_ustack *us = &rd->in->ustacks.v[cpu->stack];
	uint64_t own;

	for (size_t i = 0; i + 1 < us->n; i++) {
		if (csd >= us->v[i].sp && csd < us->v[i + 1].sp)
			return true;
	}
	own = rd->csd_data ? inq_percpu_addr(rd->in->k, rd->csd_data, (unsigned int)cpu->nr) : 0;
	return own && csd == own;
}

/* A single call that its target has begun. */
static void taken_wait(struct ipi_reader *rd, const struct inq_cpu *cpu, int frame)
{
	struct inq_ipi_taken t;
	struct inq_wait *w;

	if (!inq_ipi_find_taken(rd->in, cpu, frame, &rd->f[CSD_FLAGS], &rd->f[CSD_FUNC], &t))
		return;
	w = add_wait(rd, cpu, frame, t.csd, t.flags, t.target);
	if (w && t.proof != INQ_NONE)
		inq_ids_add(rd->in->c, &w->evidence, t.proof);
	else if (w)
		w->conf = INQ_CONF_LIKELY;
}

/* A single call's csd stands on its target's queue until the target takes it off. */
static bool single_wait(struct ipi_reader *rd, const struct inq_cpu *cpu, int frame)
{
	struct inq_kernel *k = rd->in->k;
	bool found = false;

	for (unsigned int target = 0; target < k->nr_cpus; target++) {
		uint64_t queue = inq_percpu_addr(k, rd->call_single_queue, target);
		struct inq_list_walk w = inq_slist_walk_init(k, queue, QUEUE_MAX);
		uint64_t node, flags;

		if (!queue || (int32_t)target == cpu->nr)
			continue;
		while (inq_list_walk_next(&w, &node)) {
			uint64_t csd = node - rd->f[CSD_LLIST].offset;

			if (!csd_of_cpu(rd, cpu, csd) || !csd_locked(rd, csd, &flags))
				continue;
			add_wait(rd, cpu, frame, csd, flags, target);
			found = true;
		}
	}
	return found;
}

struct inq_error *inq_inspect_ipi(struct inq_inspect *in)
{
	struct ipi_reader rd = {.in = in};
	cleanup_error struct inq_error *err = inq_fields_resolve(in->k, ipi_defs, rd.f, IPI_NR);

	rd.cfd_data = inq_symbol_addr(in->k, "cfd_data");
	rd.csd_data = inq_symbol_addr(in->k, "csd_data");
	rd.call_single_queue = inq_symbol_addr(in->k, "call_single_queue");
	if (err || !rd.cfd_data || !rd.call_single_queue) {
		inq_gap_add(in->c, "IPI waits", 0, "%s", err ? err->message : "no cfd_data");
		return NULL;
	}
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];
		const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
		int frame;

		if (!s)
			continue;
		frame = inq_fact_find_frame(s, 0, many_functions);
		if (frame >= 0)
			many_waits(&rd, cpu, frame);
		frame = inq_fact_find_frame(s, 0, single_functions);
		if (frame >= 0 && !single_wait(&rd, cpu, frame))
			taken_wait(&rd, cpu, frame);
	}
	return NULL;
}
