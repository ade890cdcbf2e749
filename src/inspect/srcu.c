// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * srcu: how many readers are in the sections of an srcu_struct that somebody waits for.
 *
 *	srcu_struct.sda		per CPU: srcu_data, with a count of locks and of unlocks for each
 *				of the two indexes; a reader may unlock on another CPU
 *
 * readers = all locks - all unlocks.  Who they are is told by the code on their stacks (holds).
 */
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { SRCU_SDA, SDA_LOCKS, SDA_UNLOCKS, SDA_LOCKS_1, SDA_UNLOCKS_1, SRCU_NR };
static const struct inq_field_def srcu_defs[SRCU_NR] = {
	[SRCU_SDA] = {"srcu_struct", "sda", INQ_REQUIRED},
	/* pairs of counters since 6.14 (56eb8be13f8f), atomic since 6.1 (5d0f5953b60f) */
	[SDA_LOCKS] = {"srcu_data",
		       "srcu_ctrs[0].srcu_locks.counter|srcu_lock_count[0].counter|"
		       "srcu_lock_count[0]",
		       INQ_REQUIRED},
	[SDA_UNLOCKS] = {"srcu_data",
			 "srcu_ctrs[0].srcu_unlocks.counter|srcu_unlock_count[0].counter|"
			 "srcu_unlock_count[0]",
			 INQ_REQUIRED},
	[SDA_LOCKS_1] = {"srcu_data",
			 "srcu_ctrs[1].srcu_locks.counter|srcu_lock_count[1].counter|"
			 "srcu_lock_count[1]",
			 INQ_REQUIRED},
	[SDA_UNLOCKS_1] = {"srcu_data",
			   "srcu_ctrs[1].srcu_unlocks.counter|srcu_unlock_count[1].counter|"
			   "srcu_unlock_count[1]",
			   INQ_REQUIRED},
};

enum { READERS_MAX = 1 << 24 };

static const char *const srcu_functions[] = {"__synchronize_srcu", "synchronize_srcu",
					     "synchronize_srcu_expedited", NULL};

/* Locks minus unlocks of index @idx over all CPUs; false: can't be read. */
static bool count(struct inq_inspect *in, const struct inq_field *f, uint64_t sda, int idx,
		  uint64_t *sum)
{
	uint64_t locks, unlocks;

	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		uint64_t base = inq_percpu_addr(in->k, sda, cpu);

		if (!base)
			continue;
		if (!inq_field_try_u64(in->k, &f[idx ? SDA_LOCKS_1 : SDA_LOCKS], base, &locks) ||
		    !inq_field_try_u64(in->k, &f[idx ? SDA_UNLOCKS_1 : SDA_UNLOCKS], base,
				       &unlocks))
			return false;
		*sum += locks - unlocks;
	}
	return true;
}

static void read_srcu(struct inq_inspect *in, const struct inq_field *f, inq_id id)
{
	struct inq_resource *r = inq_case_resource(in->c, id);
	uint64_t sda, readers = 0;

	if (!inq_field_try_u64(in->k, &f[SRCU_SDA], r->addr, &sda) || !sda ||
	    !count(in, f, sda, 0, &readers) || !count(in, f, sda, 1, &readers)) {
		inq_gap_add(in->c, "SRCU", r->addr, "the readers can't be counted");
		return;
	}
	if (readers > READERS_MAX)
		return;
	r->readers = (uint32_t)readers;
	r->detail = inq_arena_printf(&in->c->arena, "SRCU, %" PRIu64 " readers inside", readers);
	r->ev_word = inq_fact_memory(in, r->addr + f[SRCU_SDA].offset, 8, sda,
				     "srcu_struct at 0x%" PRIx64 ": %" PRIu64
				     " readers, by the locks less the unlocks of all CPUs' "
				     "srcu_data (srcu_struct.sda = 0x%" PRIx64 ")",
				     r->addr, readers, sda);
}

/* Whether the waiter of @w waits for an srcu_struct. */
static bool is_srcu(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_resource *r = inq_case_resource(c, w->resource);
	const struct inq_task *t = inq_case_task(c, w->waiter.task);
	const struct inq_stack *s = t && !t->on_cpu ? inq_case_stack(c, t->stack) : NULL;

	return r && r->kind == INQ_RES_RCU && r->addr && s &&
	       inq_fact_find_frame(s, 0, srcu_functions) >= 0;
}

struct inq_error *inq_inspect_srcu(struct inq_inspect *in)
{
	struct inq_field f[SRCU_NR];
	bool resolved = false;

	for (size_t i = 0; i < in->c->waits.n; i++) {
		inq_id id = in->c->waits.v[i].resource;
		cleanup_error struct inq_error *err = NULL;

		if (!is_srcu(in->c, &in->c->waits.v[i]))
			continue;
		if (!resolved)
			err = inq_fields_resolve(in->k, srcu_defs, f, SRCU_NR);
		if (err) {
			inq_gap_add(in->c, "SRCU", 0, "%s", err->message);
			return NULL;
		}
		resolved = true;
		if (in->c->resources.v[id].ev_word == INQ_NONE)
			read_srcu(in, f, id);
		inq_ids_add(in->c, &in->c->waits.v[i].evidence, in->c->resources.v[id].ev_word);
	}
	return NULL;
}
