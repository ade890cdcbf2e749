// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What SLUB keeps of each object under slub_debug=U (mm/slub.c, set_track(), get_track()):
 *
 *	object + kmem_cache.inuse (+ 8 where the free pointer lies behind the object)
 *		struct track of the allocation, struct track of the free
 *
 * A track has the caller and a stack: in addrs[], since 5.19 (5cf909c553e9) in the stack depot:
 *
 *	handle = { pool, offset / 16, ... }	the record is at stack_pools[pool] + offset
 *	struct stack_record { ..., size, handle, entries[] }
 *
 * The pools were called slabs before 6.3 (961c949b012f), are counted from 1 since 6.9
 * (a6c1d9cb9a68), and in a table that is allocated since 6.10.  A record repeats its handle: that
 * tells which of these it is.
 */
#include "inspect/slab_tracks.h"

#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/names.h"
#include "inspect/slab.h"
#include "inspect/task_fields.h"
#include "kernel/symtab.h"
#include "util/vec.h"

#include "util/banned.h"

enum {
	CACHE_FLAGS,
	CACHE_INUSE,
	CACHE_OFFSET,
	TRACK_ADDR,
	TRACK_HANDLE,
	TRACK_ADDRS,
	TRACK_CPU,
	TRACK_PID,
	TRACK_WHEN,
	PARTS_POOL,
	PARTS_POOL_FROM_1,
	PARTS_OFFSET,
	RECORD_SIZE,
	RECORD_HANDLE,
	RECORD_ENTRIES,
	TASK_STARTED,
	TRACK_NR
};
static const struct inq_field_def track_defs[TRACK_NR] = {
	[CACHE_FLAGS] = {"kmem_cache", "flags", INQ_REQUIRED},
	[CACHE_INUSE] = {"kmem_cache", "inuse", INQ_REQUIRED},
	[CACHE_OFFSET] = {"kmem_cache", "offset", INQ_REQUIRED},
	[TRACK_ADDR] = {"track", "addr", INQ_REQUIRED},
	[TRACK_HANDLE] = {"track", "handle", INQ_OPTIONAL},
	[TRACK_ADDRS] = {"track", "addrs", INQ_OPTIONAL},
	[TRACK_CPU] = {"track", "cpu", INQ_REQUIRED},
	[TRACK_PID] = {"track", "pid", INQ_REQUIRED},
	[TRACK_WHEN] = {"track", "when", INQ_REQUIRED},
	[PARTS_POOL] = {"handle_parts", "pool_index|slabindex", INQ_OPTIONAL},
	[PARTS_POOL_FROM_1] = {"handle_parts", "pool_index_plus_1", INQ_OPTIONAL},
	[PARTS_OFFSET] = {"handle_parts", "offset", INQ_OPTIONAL},
	[RECORD_SIZE] = {"stack_record", "size", INQ_OPTIONAL},
	[RECORD_HANDLE] = {"stack_record", "handle", INQ_OPTIONAL},
	[RECORD_ENTRIES] = {"stack_record", "entries", INQ_OPTIONAL},
	/* start_boottime since 5.5 (cf25e24db61c) */
	[TASK_STARTED] = {"task_struct", "start_boottime|real_start_time", INQ_OPTIONAL},
};

enum {
	STORE_USER = 0x10000, /* SLAB_STORE_USER before 6.9 */
	STACK_MAX = 64,
	STACK_ALIGN = 4, /* DEPOT_STACK_ALIGN: log2 */
	POOLS_MAX = 1 << 21,
	PID_LIMIT = 1 << 22,
	CLOCKS_APART_S = 1, /* at most: pids come again much later than that */
};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[TRACK_NR];
	size_t track_size;
};

static bool reader_init(struct reader *rd, struct inq_inspect *in)
{
	cleanup_error struct inq_error *err =
		inq_fields_resolve(in->k, track_defs, rd->f, TRACK_NR);

	rd->in = in;
	return !err && inq_struct_size(in->k, "track", &rd->track_size);
}

static bool value(const struct reader *rd, int field, uint64_t base, uint64_t *ret)
{
	return inq_field_try_u64(rd->in->k, &rd->f[field], base, ret);
}

/* enum _slab_flag_bits since 6.9 (cc61eb851bc0): the flags got names that types keep. */
static uint64_t store_user_flag(struct inq_kernel *k)
{
	int64_t bit;

	if (inq_type_enum_value(k, "_slab_flag_bits", "_SLAB_STORE_USER", &bit) && bit >= 0 &&
	    bit < 32)
		return UINT64_C(1) << bit;
	return STORE_USER;
}

/* Where the track of @object is; 0: the cache keeps none. */
static uint64_t place_of(const struct reader *rd, uint64_t cache, uint64_t object, bool freed)
{
	uint64_t flags, inuse, offset;

	if (!value(rd, CACHE_FLAGS, cache, &flags) || !(flags & store_user_flag(rd->in->k)) ||
	    !value(rd, CACHE_INUSE, cache, &inuse) || !value(rd, CACHE_OFFSET, cache, &offset))
		return 0;
	return object + inuse + (offset >= inuse ? sizeof(uint64_t) : 0) +
	       (freed ? rd->track_size : 0);
}

/* The entry of the depot's table of pools at @table; 0: none. */
static uint64_t record_in(const struct reader *rd, uint64_t table, uint64_t handle, uint64_t index,
			  uint64_t offset)
{
	uint64_t pool, record, again;

	if (!table || index >= POOLS_MAX ||
	    !inq_dump_try_u64(rd->in->k->dump, table + index * sizeof(uint64_t), &pool) || !pool)
		return 0;
	record = pool + (offset << STACK_ALIGN);
	/* the record's own handle has its flags, too: the reference may carry others */
	return inq_dump_try_uint(rd->in->k->dump, record + rd->f[RECORD_HANDLE].offset, 4,
				 &again) &&
			       again == handle
		       ? record
		       : 0;
}

/* The depot's record of the track at @track; 0: none. */
static uint64_t record_of(const struct reader *rd, uint64_t track)
{
	bool from_1 = rd->f[PARTS_POOL_FROM_1].found;
	uint64_t at = track + rd->f[TRACK_HANDLE].offset, table, handle, index, offset, record;

	if (!rd->f[TRACK_HANDLE].found || !rd->f[RECORD_HANDLE].found ||
	    !value(rd, TRACK_HANDLE, track, &handle) || !handle ||
	    !value(rd, from_1 ? PARTS_POOL_FROM_1 : PARTS_POOL, at, &index) ||
	    !value(rd, PARTS_OFFSET, at, &offset) || (from_1 && !index))
		return 0;
	index -= from_1;
	table = inq_symbol_addr(rd->in->k, "stack_pools");
	if (!table)
		table = inq_symbol_addr(rd->in->k, "stack_slabs");
	record = record_in(rd, table, handle, index, offset);
	if (!record && table && inq_dump_try_u64(rd->in->k->dump, table, &table))
		record = record_in(rd, table, handle, index, offset);
	return record;
}

/* The stack that was kept, innermost first, into @ret; how many. */
static size_t stack_of(const struct reader *rd, uint64_t track, uint64_t *ret)
{
	uint64_t at = track + rd->f[TRACK_ADDRS].offset, n = 0, record;
	size_t got = 0;

	if (rd->f[TRACK_ADDRS].found) {
		n = rd->f[TRACK_ADDRS].size / sizeof(uint64_t);
	} else if ((record = record_of(rd, track)) != 0 && rd->f[RECORD_ENTRIES].found) {
		at = record + rd->f[RECORD_ENTRIES].offset;
		if (!value(rd, RECORD_SIZE, record, &n))
			n = 0;
	}
	while (got < n && got < STACK_MAX &&
	       inq_dump_try_u64(rd->in->k->dump, at + got * sizeof(uint64_t), &ret[got]) &&
	       inq_kernel_is_text(rd->in->k, ret[got]))
		got++;
	return got;
}

/*
 * A function that ends in the call of the allocator jumps there, and is on no stack: the call that
 * returns to @caller went to it.  0: it did not (or went through a pointer).
 */
static uint64_t tail_caller(struct inq_inspect *in, uint64_t caller)
{
	uint64_t at = caller - in->arch->direct_call_len;
	struct inq_insn call;
	cleanup_error struct inq_error *err = inq_insn_read(in->k, in->arch, at, &call);

	return !err && call.op == INQ_OP_CALL && call.target && at + call.len == caller &&
			       inq_name_module(in, call.target)
		       ? call.target
		       : 0;
}

static bool push(struct inq_ustack *us, uint64_t ip, bool exact)
{
	struct inq_uframe *f = inq_vec_push(us);

	if (f)
		*f = (struct inq_uframe){.ip = ip, .how = INQ_HOW_ORC, .exact_ip = exact};
	return f != NULL;
}

/* A stack of the case: the caller, and whoever called that. */
static inq_id add_stack(const struct reader *rd, uint64_t track, uint64_t caller)
{
	struct inq_ustack us = {.end = INQ_UNWIND_NO_DATA};
	uint64_t kept[STACK_MAX];
	size_t n = stack_of(rd, track, kept), from = 0;

	while (from < n && kept[from] != caller)
		from++;
	if (from == n) {
		n = 1;
		from = 0;
		kept[0] = caller;
	}
	if (tail_caller(rd->in, caller) && !push(&us, tail_caller(rd->in, caller), true))
		return INQ_NONE;
	for (size_t i = from; i < n; i++) {
		if (!push(&us, kept[i], false)) {
			inq_ustack_deinit(&us);
			return INQ_NONE;
		}
	}
	return inq_fact_add_stack(rd->in, &us);
}

/* Seconds between @when (jiffies) and the dump; negative: unknown. */
static double seconds_since(struct inq_inspect *in, uint64_t when)
{
	uint64_t jiffies, tick_ns;

	if (!inq_kernel_try_global(in->k, "jiffies_64", 8, &jiffies) || when > jiffies ||
	    !inq_kernel_try_global(in->k, "tick_nsec", 8, &tick_ns) || !tick_ns ||
	    tick_ns > UINT64_C(1000000000))
		return -1;
	return (double)(jiffies - when) * (double)tick_ns / 1e9;
}

/* The living task that has @pid and had it then. */
static inq_id task_of(const struct reader *rd, int32_t pid, double ago_s)
{
	struct inq_case *c = rd->in->c;
	uint64_t started;

	for (size_t i = 0; pid > 0 && i < c->tasks.n; i++) {
		if (c->tasks.v[i].pid != pid || !c->tasks.v[i].listed)
			continue;
		if (rd->f[TASK_STARTED].found && ago_s >= 0 &&
		    (!value(rd, TASK_STARTED, c->tasks.v[i].addr, &started) ||
		     inq_fact_since(rd->in, started) + CLOCKS_APART_S < ago_s))
			return INQ_NONE;
		return (inq_id)i;
	}
	return INQ_NONE;
}

/* The task, or what stands for one that is gone. */
static inq_id task_or_ghost(const struct reader *rd, int32_t pid, double ago_s)
{
	inq_id id = task_of(rd, pid, ago_s);
	struct inq_case *c = rd->in->c;
	struct inq_task *t;

	for (size_t i = 0; id == INQ_NONE && pid > 0 && i < c->tasks.n; i++) {
		if (c->tasks.v[i].pid == pid && !c->tasks.v[i].addr && !c->tasks.v[i].comm)
			return (inq_id)i;
	}
	if (id != INQ_NONE || pid <= 0)
		return id;
	t = inq_case_add(c, &c->tasks);
	if (!t)
		return INQ_NONE;
	*t = (struct inq_task){.pid = pid,
			       .tgid = -1,
			       .ppid = -1,
			       .cpu = -1,
			       .run = INQ_RUN_DEAD,
			       .exit = INQ_EXIT_DEAD,
			       .since_s = -1,
			       .queued_s = -1,
			       .stack = INQ_NONE,
			       .ev_exit = INQ_NONE};
	return (inq_id)(c->tasks.n - 1);
}

static const char *who_words(struct inq_inspect *in, const struct inq_track *t)
{
	const struct inq_task *task = inq_case_task(in->c, t->task);

	if (task && task->addr)
		return inq_arena_printf(&in->c->arena, ", by %s", inq_fact_task_name(in, t->task));
	return t->pid > 0
		       ? inq_arena_printf(&in->c->arena, ", by process %d, which is gone", t->pid)
		       : "";
}

static void add_evidence(const struct reader *rd, struct inq_track *t, uint64_t at, uint64_t caller)
{
	struct inq_inspect *in = rd->in;
	const char *ago = t->ago_s < 0 ? ""
				       : inq_arena_printf(&in->c->arena, ", %.2f s before the dump",
							  t->ago_s);

	t->evidence = inq_fact_memory(in, at + rd->f[TRACK_ADDR].offset, sizeof(uint64_t), caller,
				      "the object of %s at 0x%" PRIx64
				      " was %s by a call in %s on CPU %d%s%s (struct track)",
				      t->cache, t->object, t->freed ? "freed" : "allocated",
				      inq_fact_symbol(in, caller), t->cpu, who_words(in, t),
				      ago ? ago : "");
}

/* The track at @at into the case. */
static inq_id read_track(const struct reader *rd, const struct inq_slab_object *o, uint64_t at,
			 bool freed)
{
	uint64_t caller, cpu, pid, when;
	struct inq_track *t, read = {.cache = o->cache, .object = o->addr, .freed = freed};

	if (!value(rd, TRACK_ADDR, at, &caller) || !inq_kernel_is_text(rd->in->k, caller) ||
	    !value(rd, TRACK_CPU, at, &cpu) || cpu >= rd->in->k->nr_cpus ||
	    !value(rd, TRACK_PID, at, &pid) || pid >= PID_LIMIT ||
	    !value(rd, TRACK_WHEN, at, &when))
		return INQ_NONE;
	read.cpu = (int32_t)cpu;
	read.pid = (int32_t)pid;
	read.ago_s = seconds_since(rd->in, when);
	read.task = task_or_ghost(rd, read.pid, read.ago_s);
	read.stack = add_stack(rd, at, caller);
	add_evidence(rd, &read, at, caller);
	t = inq_case_add(rd->in->c, &rd->in->c->tracks);
	if (!t)
		return INQ_NONE;
	*t = read;
	return (inq_id)(rd->in->c->tracks.n - 1);
}

inq_id inq_slab_track(struct inq_inspect *in, uint64_t addr, bool freed)
{
	struct inq_slab_object o;
	struct reader rd;
	uint64_t at;

	if (!inq_slab_find(in, addr, &o) || !reader_init(&rd, in))
		return INQ_NONE;
	for (size_t i = 0; i < in->c->tracks.n; i++) {
		if (in->c->tracks.v[i].object == o.addr && in->c->tracks.v[i].freed == freed)
			return (inq_id)i;
	}
	at = place_of(&rd, o.cache_addr, o.addr, freed);
	return at ? read_track(&rd, &o, at, freed) : INQ_NONE;
}

uint64_t inq_slab_track_caller(struct inq_inspect *in, uint64_t cache, uint64_t object, bool freed)
{
	struct reader rd;
	uint64_t at, caller;

	if (!reader_init(&rd, in))
		return 0;
	at = place_of(&rd, cache, object, freed);
	return at && value(&rd, TRACK_ADDR, at, &caller) && inq_kernel_is_text(in->k, caller)
		       ? caller
		       : 0;
}
