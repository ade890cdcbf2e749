// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frozen-fs: is what writers wait for a frozen file system, and which?
 *
 *	super_blocks -> super_block.s_writers.rw_sem[]	one percpu_rw_semaphore per way to write;
 *				who freezes takes all for writing, and returns with them
 *	super_block.s_writers.frozen	SB_FREEZE_COMPLETE: frozen, until somebody thaws it
 *
 * Whoever froze it has long gone back to user space: that nobody is inside the code that took
 * the semaphores is as it should be.  Names the resource after the file system.
 */
#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { SB_LIST, SB_ID, SB_TYPE, SB_FROZEN, SB_SEMS, TYPE_NAME, FS_NR };
static const struct inq_field_def fs_defs[FS_NR] = {
	[SB_LIST] = {"super_block", "s_list", INQ_REQUIRED},
	[SB_ID] = {"super_block", "s_id", INQ_REQUIRED},
	[SB_TYPE] = {"super_block", "s_type", INQ_REQUIRED},
	[SB_FROZEN] = {"super_block", "s_writers.frozen", INQ_REQUIRED},
	[SB_SEMS] = {"super_block", "s_writers.rw_sem", INQ_REQUIRED},
	[TYPE_NAME] = {"file_system_type", "name", INQ_REQUIRED},
};

enum { FREEZE_COMPLETE = 4 /* SB_FREEZE_COMPLETE */, FILE_SYSTEMS_MAX = 65536 };

struct reader {
	struct inq_inspect *in;
	struct inq_field f[FS_NR];
};

/* "ext4 on vda1" */
static const char *name_of(const struct reader *rd, uint64_t sb)
{
	char id[64] = "", type[64] = "";
	uint64_t t;

	inq_field_try_str(rd->in->k, &rd->f[SB_ID], sb, id, sizeof(id));
	if (inq_field_try_u64(rd->in->k, &rd->f[SB_TYPE], sb, &t))
		inq_field_try_str(rd->in->k, &rd->f[TYPE_NAME], t, type, sizeof(type));
	return inq_arena_printf(&rd->in->c->arena, "%s on %s", type[0] ? type : "a file system",
				id[0] ? id : "?");
}

static void look_at(struct reader *rd, struct inq_resource *r, uint64_t sb)
{
	struct inq_inspect *in = rd->in;
	uint64_t frozen;

	if (!inq_field_try_u64(in->k, &rd->f[SB_FROZEN], sb, &frozen))
		return;
	r->name = "super_block.s_writers";
	r->whose = name_of(rd, sb);
	inq_ids_add(in->c, &r->ev_signaller,
		    inq_fact_memory(in, sb + rd->f[SB_FROZEN].offset, rd->f[SB_FROZEN].size, frozen,
				    "%s: super_block.s_writers.frozen is %" PRIu64 "%s", r->whose,
				    frozen, frozen == FREEZE_COMPLETE ? ", frozen" : ""));
	if (frozen == FREEZE_COMPLETE)
		r->never =
			inq_arena_printf(&in->c->arena,
					 "%s is frozen: somebody froze it (fsfreeze, FIFREEZE, a "
					 "snapshot), went away, and nobody has thawed it",
					 r->whose);
}

static void look_at_sb(struct reader *rd, uint64_t sb)
{
	struct inq_case *c = rd->in->c;
	uint64_t sems = sb + rd->f[SB_SEMS].offset;

	for (size_t i = 0; i < c->resources.n; i++) {
		struct inq_resource *r = &c->resources.v[i];

		if (r->kind == INQ_RES_PERCPU_RWSEM && r->addr >= sems &&
		    r->addr - sems < rd->f[SB_SEMS].size)
			look_at(rd, r, sb);
	}
}

struct inq_error *inq_inspect_frozen_fs(struct inq_inspect *in)
{
	struct reader rd = {.in = in};
	uint64_t head = inq_symbol_addr(in->k, "super_blocks"), node;
	cleanup_error struct inq_error *err = NULL;
	struct inq_list_walk w;

	if (!inq_resource_is_any(in->c, INQ_RES_PERCPU_RWSEM) || !head)
		return NULL;
	err = inq_fields_resolve(in->k, fs_defs, rd.f, FS_NR);
	if (err) {
		inq_gap_add(in->c, "frozen file systems", 0, "%s", err->message);
		return NULL;
	}
	w = inq_list_walk_init(in->k, head, FILE_SYSTEMS_MAX);
	while (inq_list_walk_next(&w, &node))
		look_at_sb(&rd, node - rd.f[SB_LIST].offset);
	if (w.end != INQ_WALK_DONE)
		inq_gap_add(in->c, "frozen file systems", w.addr, "%s", inq_walk_end_name(w.end));
	return NULL;
}
