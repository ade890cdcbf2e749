// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * On PREEMPT_RT most locks are made of rt_mutexes (rt_mutex_base since 5.15, 830e6acc8a1c):
 *
 *	spinlock_t    lock      its owner word: task_struct | bit 0 has waiters
 *	mutex         rtmutex
 *	rwlock_t      rwbase_rt
 *	rw_semaphore  rwbase_rt
 *
 *	rwbase_rt     readers   bit 31 nobody wants to write (the rest: readers); bit 30 a writer
 *has it; neither: so many readers are left, and a writer waits for them rtmutex   the writer's,
 *from when it begins to wait for readers; those who come later queue here
 *
 * (kernel/locking/rwbase_rt.c, 943f0edb754f; in the RT patches before, rwlock_t is an rt_rw_lock
 *and both have `readers` and `rtmutex` themselves, with the same bits.)
 */
#include "inspect/rt_locks.h"

#include <inttypes.h>

#include "inspect/facts.h"
#include "inspect/sleeping_locks.h"

#include "util/banned.h"

enum { WAITER_LOCK, BLOCKED_ON, RW_READERS, RW_OWNER, SEM_READERS, SEM_OWNER, RT_NR };
static const struct inq_field_def rt_defs[RT_NR] = {
	[WAITER_LOCK] = {"rt_mutex_waiter", "lock", INQ_OPTIONAL},
	[BLOCKED_ON] = {"task_struct", "pi_blocked_on", INQ_OPTIONAL},
	[RW_READERS] = {"rwbase_rt|rt_rw_lock", "readers.counter", INQ_OPTIONAL},
	[RW_OWNER] = {"rwbase_rt|rt_rw_lock", "rtmutex.owner", INQ_OPTIONAL},
	[SEM_READERS] = {"rw_semaphore", "rwbase.readers.counter|readers.counter", INQ_OPTIONAL},
	[SEM_OWNER] = {"rw_semaphore", "rwbase.rtmutex.owner|rtmutex.owner", INQ_OPTIONAL},
};

static const uint32_t no_writer = UINT32_C(1) << 31; /* READER_BIAS */
static const uint32_t written = UINT32_C(1) << 30;   /* WRITER_BIAS */
static const uint64_t has_waiters = 1;
/* More readers than this are no readers. */
enum { READERS_MAX = 1 << 22 };

static const struct inq_field *fields_of(struct inq_inspect *in)
{
	struct inq_field *f;
	struct inq_error *err;

	if (in->rt_fields)
		return in->rt_fields;
	f = inq_arena_calloc(&in->c->arena, RT_NR, sizeof(*f));
	if (!f)
		return NULL;
	err = inq_fields_resolve(in->k, rt_defs, f, RT_NR);
	inq_error_destroy(err);
	if (!err) /* all are optional: else it is NOMEM, and will show again */
		in->rt_fields = f;
	return in->rt_fields;
}

struct rw_state {
	const struct inq_field *word; /* that `value` was read from */
	uint64_t value;
	uint32_t readers;
	uint64_t writer; /* that has it; 0: none */
	uint64_t waits;	 /* the writer that waits for readers to go; 0: none */
	bool corrupt;
};

static bool read_state(struct inq_inspect *in, uint64_t addr, const struct inq_field *readers,
		       const struct inq_field *owner, struct rw_state *ret)
{
	uint64_t n, task;

	if (!inq_field_try_u64(in->k, readers, addr, &n) ||
	    !inq_field_try_u64(in->k, owner, addr, &task))
		return false;
	*ret = (struct rw_state){.word = readers, .value = n};
	task &= ~has_waiters;
	if (n == written) {
		ret->writer = task;
		return true;
	}
	ret->readers = (uint32_t)n & ~no_writer;
	ret->waits = n & no_writer ? 0 : task;
	ret->corrupt = ret->readers > READERS_MAX;
	return true;
}

static const char *detail_of(struct inq_inspect *in, const struct rw_state *s)
{
	if (s->value == written)
		return "held by a writer";
	if (s->corrupt)
		return inq_arena_printf(&in->c->arena, "its count of readers is %" PRIu32,
					s->readers);
	if (s->readers)
		return inq_arena_printf(&in->c->arena, "held by %" PRIu32 " reader%s%s", s->readers,
					s->readers == 1 ? "" : "s",
					s->waits ? ", for whom a writer waits" : "");
	return s->waits ? "a writer is about to have it" : "free";
}

static void fill(struct inq_inspect *in, inq_id id, const struct rw_state *s)
{
	struct inq_resource *r = inq_case_resource(in->c, id);

	r->has_word = true;
	r->word = s->value;
	r->detail = detail_of(in, s);
	r->corrupt = s->corrupt;
	r->readers = s->corrupt ? 0 : s->readers;
	r->unheld = s->value != written && !s->readers;
	r->ev_word = inq_fact_memory(in, r->addr + s->word->offset, s->word->size, s->value,
				     "%s %s: %s (readers 0x%" PRIx64 ")",
				     inq_resource_kind_name(r->kind), r->name ? r->name : "",
				     r->detail ? r->detail : "", s->value);
	if (s->writer)
		inq_lock_owner_add(in, id, s->writer);
	if (s->waits && !inq_hashmap_put(&in->queued_on, s->waits, r->addr))
		in->c->arena.failed = true;
}

bool inq_rt_rw_read(struct inq_inspect *in, inq_id id)
{
	const struct inq_field *f = fields_of(in);
	struct inq_resource *r = inq_case_resource(in->c, id);
	bool sem = r && r->kind == INQ_RES_RWSEM;
	struct rw_state s;

	if (!f || !r || !f[sem ? SEM_READERS : RW_READERS].found ||
	    !f[sem ? SEM_OWNER : RW_OWNER].found)
		return false;
	if (read_state(in, r->addr, &f[sem ? SEM_READERS : RW_READERS],
		       &f[sem ? SEM_OWNER : RW_OWNER], &s))
		fill(in, id, &s);
	else
		inq_gap_add(in->c, "lock owner", r->addr, "the lock's memory can't be read");
	return true;
}

/* Where in a lock of @kind its rt_mutex is: an offset that is not there is one too large. */
static uint64_t offset_in(struct inq_inspect *in, const struct inq_field *f,
			  enum inq_resource_kind kind)
{
	size_t owner;

	if (!inq_struct_offset(in->k, "rt_mutex_base", "owner", &owner) &&
	    !inq_struct_offset(in->k, "rt_mutex", "owner", &owner))
		return UINT64_MAX;
	switch (kind) {
	case INQ_RES_RT_RWLOCK:
		return f[RW_OWNER].found ? f[RW_OWNER].offset - owner : UINT64_MAX;
	case INQ_RES_RWSEM:
		return f[SEM_OWNER].found ? f[SEM_OWNER].offset - owner : UINT64_MAX;
	case INQ_RES_MUTEX:
	case INQ_RES_RTMUTEX:
	case INQ_RES_RT_SPINLOCK:
		return 0;
	default:
		return UINT64_MAX;
	}
}

uint64_t inq_rt_blocked_on(struct inq_inspect *in, uint64_t task, enum inq_resource_kind kind)
{
	const struct inq_field *f = fields_of(in);
	uint64_t waiter, lock, offset;

	if (!f || !inq_field_try_u64(in->k, &f[BLOCKED_ON], task, &waiter) || !waiter ||
	    !in->arch->is_kernel_addr(in->k, waiter) ||
	    !inq_field_try_u64(in->k, &f[WAITER_LOCK], waiter, &lock) ||
	    !in->arch->is_kernel_addr(in->k, lock))
		return 0;
	offset = offset_in(in, f, kind);
	return offset == UINT64_MAX ? 0 : lock - offset;
}
