// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sleeping locks as memory holds them: who owns each, and who queues.
 *
 *	mutex         owner: task_struct | 7 flag bits (3ca0ff571b09, 4.10); 0 free
 *	rw_semaphore  count: bit 0 writer, bit 1 waiters, bit 2 handoff, bits 8-62 readers
 *	              owner: task_struct | bit 0 "readers own it", a mere hint then
 *	              (64489e78004c, 5.3)
 *	rt_mutex      owner: task_struct | bit 0 has waiters
 *	semaphore     count; last_holder where DETECT_HUNG_TASK_BLOCKER keeps it
 *	completion    done
 *
 * On PREEMPT_RT mutexes and spinlocks are rt_mutexes inside, and what has readers is in rt_locks.c.
 */
#include "inspect/sleeping_locks.h"

#include <inttypes.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/names.h"
#include "inspect/percpu_rwsem.h"
#include "inspect/rt_locks.h"
#include "inspect/slab.h"
#include "inspect/spinlocks.h"
#include "kernel/lists.h"

#include "util/banned.h"

enum {
	MUTEX_OWNER,
	MUTEX_WAITERS,
	MUTEX_WAITER_LIST,
	MUTEX_WAITER_TASK,
	RWSEM_COUNT,
	RWSEM_OWNER,
	RWSEM_WAITERS,
	RWSEM_WAITER_LIST,
	RWSEM_WAITER_TASK,
	RTMUTEX_OWNER,
	SPINLOCK_OWNER,
	SEM_COUNT,
	SEM_LAST_HOLDER,
	SEM_WAITERS,
	SEM_WAITER_LIST,
	SEM_WAITER_TASK,
	COMPLETION_DONE,
	COMPLETION_WAITERS,
	COMPLETION_WAITER_LIST,
	COMPLETION_WAITER_TASK,
	LOCKS_NR
};
static const struct inq_field_def lock_defs[LOCKS_NR] = {
	/* PREEMPT_RT: an rt_mutex; in its patches before 5.15 called `lock` */
	[MUTEX_OWNER] = {"mutex", "owner.counter|rtmutex.owner|lock.owner", INQ_OPTIONAL},
	[MUTEX_WAITERS] = {"mutex", "wait_list", INQ_OPTIONAL},
	[MUTEX_WAITER_LIST] = {"mutex_waiter", "list", INQ_OPTIONAL},
	[MUTEX_WAITER_TASK] = {"mutex_waiter", "task", INQ_OPTIONAL},
	[RWSEM_COUNT] = {"rw_semaphore", "count.counter", INQ_OPTIONAL},
	[RWSEM_OWNER] = {"rw_semaphore", "owner.counter", INQ_OPTIONAL},
	[RWSEM_WAITERS] = {"rw_semaphore", "wait_list", INQ_OPTIONAL},
	[RWSEM_WAITER_LIST] = {"rwsem_waiter", "list", INQ_OPTIONAL},
	[RWSEM_WAITER_TASK] = {"rwsem_waiter", "task", INQ_OPTIONAL},
	/* rt_mutex_base since 5.15 (830e6acc8a1c) */
	[RTMUTEX_OWNER] = {"rt_mutex_base|rt_mutex", "owner", INQ_OPTIONAL},
	/* PREEMPT_RT: no other kernel's spinlock_t has an owner */
	[SPINLOCK_OWNER] = {"spinlock", "lock.owner", INQ_OPTIONAL},
	[SEM_COUNT] = {"semaphore", "count", INQ_OPTIONAL},
	/* with CONFIG_DETECT_HUNG_TASK_BLOCKER, 6.16 ("hung_task: show the blocker task if the
	 * task is hung on semaphore") */
	[SEM_LAST_HOLDER] = {"semaphore", "last_holder", INQ_OPTIONAL},
	[SEM_WAITERS] = {"semaphore", "wait_list", INQ_OPTIONAL},
	[SEM_WAITER_LIST] = {"semaphore_waiter", "list", INQ_OPTIONAL},
	[SEM_WAITER_TASK] = {"semaphore_waiter", "task", INQ_OPTIONAL},
	[COMPLETION_DONE] = {"completion", "done", INQ_OPTIONAL},
	/* swait since 5.7 (a5c6234e1028) */
	[COMPLETION_WAITERS] = {"completion", "wait.task_list|wait.head", INQ_OPTIONAL},
	[COMPLETION_WAITER_LIST] = {"swait_queue", "task_list", INQ_OPTIONAL},
	[COMPLETION_WAITER_TASK] = {"swait_queue", "task", INQ_OPTIONAL},
};

enum {
	OWNER_FLAGS = 7,
	RWSEM_WRITER = 1,
	RWSEM_OWNED_BY_READERS = 1,
	RWSEM_READER_SHIFT = 8,
	READERS_MAX = 1 << 22, /* PID_MAX_LIMIT */
	WAITERS_MAX = 1 << 20,
};

struct lock_reader {
	struct inq_inspect *in;
	const struct inq_field *f; /* in->lock_fields */
};

static bool reader_init(struct inq_inspect *in, struct lock_reader *rd)
{
	struct inq_error *err;
	struct inq_field *f;

	if (!in->lock_fields) {
		f = inq_arena_calloc(&in->c->arena, LOCKS_NR, sizeof(*f));
		if (!f)
			return false;
		err = inq_fields_resolve(in->k, lock_defs, f, LOCKS_NR);
		inq_error_destroy(err);
		if (err) /* all are optional: it is NOMEM, and will show again */
			return false;
		in->lock_fields = f;
	}
	*rd = (struct lock_reader){.in = in, .f = in->lock_fields};
	return true;
}

static void set_word(struct lock_reader *rd, inq_id id, int field, uint64_t value,
		     const char *detail)
{
	struct inq_resource *r = inq_case_resource(rd->in->c, id);

	r->has_word = true;
	r->word = value;
	r->detail = detail;
	r->ev_word =
		inq_fact_memory(rd->in, r->addr + rd->f[field].offset, rd->f[field].size, value,
				"%s %s: %s (0x%" PRIx64 ")", inq_resource_kind_name(r->kind),
				r->name ? r->name : "", detail ? detail : "its word", value);
}

/*
 * The owner word names no living task.  It may be one that has died; but memory that was never
 * a task_struct says that something else has written there.
 */
static void owner_is_no_task(struct inq_inspect *in, struct inq_resource *r, uint64_t task)
{
	struct inq_slab_object o;

	r->owner_gone = true;
	if (!in->arch->is_kernel_addr(in->k, task)) {
		r->corrupt = true;
		r->detail = inq_arena_printf(
			&in->c->arena, "its owner word 0x%" PRIx64 " is no kernel address", task);
	} else if (inq_slab_find(in, task, &o) && strcmp(o.cache, "task_struct") != 0) {
		r->corrupt = true;
		r->detail = inq_arena_printf(&in->c->arena,
					     "its owner word 0x%" PRIx64
					     " names an object of %s, which is no task",
					     task, o.cache);
	} else {
		r->detail = inq_arena_printf(&in->c->arena,
					     "its owner word names 0x%" PRIx64 ", which is no task",
					     task);
	}
}

void inq_lock_owner_add(struct inq_inspect *in, inq_id id, uint64_t task)
{
	struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_hold *h;
	uint64_t known;

	if (!inq_hashmap_get(&in->task_ids, task, &known)) {
		owner_is_no_task(in, r, task);
		return;
	}
	h = inq_case_add(in->c, &in->c->holds);
	if (!h)
		return;
	h->resource = id;
	h->holder = INQ_ACTOR_INIT;
	h->holder.kind = INQ_ACTOR_TASK;
	h->holder.task = (inq_id)known;
	h->holder.cpu = in->c->tasks.v[known].on_cpu ? in->c->tasks.v[known].cpu : -1;
	h->how = INQ_HELD_FIELD;
	h->every_path = true;
	h->conf = INQ_CONF_CERTAIN;
	h->frame = INQ_NONE;
	inq_ids_add(in->c, &h->evidence, r->ev_word);
}

static void read_mutex(struct lock_reader *rd, inq_id id, uint64_t addr, int field)
{
	struct inq_inspect *in = rd->in;
	uint64_t owner, task;

	if (!inq_field_try_u64(in->k, &rd->f[field], addr, &owner)) {
		inq_gap_add(in->c, "lock owner", addr, "the lock's memory can't be read");
		return;
	}
	task = owner & ~(uint64_t)OWNER_FLAGS;
	if (!task) {
		set_word(rd, id, field, owner, owner ? "no owner, but waiters" : "free");
		return;
	}
	set_word(rd, id, field, owner,
		 inq_arena_printf(&in->c->arena, "owner is task_struct 0x%" PRIx64, task));
	inq_lock_owner_add(in, id, task);
}

/* Fewer than none are what up_read() leaves behind that was called once too often. */
static bool are_readers(int64_t n)
{
	return n >= 0 && n <= READERS_MAX;
}

static void read_rwsem(struct lock_reader *rd, inq_id id, uint64_t addr)
{
	struct inq_inspect *in = rd->in;
	uint64_t count, owner, task;

	if (!inq_field_try_u64(in->k, &rd->f[RWSEM_COUNT], addr, &count) ||
	    !inq_field_try_u64(in->k, &rd->f[RWSEM_OWNER], addr, &owner)) {
		inq_gap_add(in->c, "lock owner", addr, "the rw_semaphore can't be read");
		return;
	}
	task = owner & ~(uint64_t)OWNER_FLAGS;
	if (count & RWSEM_WRITER) {
		set_word(rd, id, RWSEM_COUNT, count, "held by a writer");
		if (task && !(owner & RWSEM_OWNED_BY_READERS))
			inq_lock_owner_add(in, id, task);
		return;
	}
	if (!are_readers((int64_t)count >> RWSEM_READER_SHIFT)) {
		set_word(rd, id, RWSEM_COUNT, count,
			 inq_arena_printf(&in->c->arena, "its count of readers is %" PRId64,
					  (int64_t)count >> RWSEM_READER_SHIFT));
		inq_case_resource(in->c, id)->corrupt = true;
		return;
	}
	if (count >> RWSEM_READER_SHIFT) {
		/* The owner word names the last reader to come, who may long have gone: no holder.
		 */
		set_word(rd, id, RWSEM_COUNT, count,
			 inq_arena_printf(&in->c->arena, "held by %" PRIu64 " reader%s",
					  count >> RWSEM_READER_SHIFT,
					  count >> RWSEM_READER_SHIFT == 1 ? "" : "s"));
		inq_case_resource(in->c, id)->readers = (uint32_t)(count >> RWSEM_READER_SHIFT);
		return;
	}
	set_word(rd, id, RWSEM_COUNT, count, count ? "not held, but waiters" : "free");
}

static void read_rw(struct lock_reader *rd, inq_id id, uint64_t addr)
{
	if (!inq_rt_rw_read(rd->in, id) && inq_case_resource(rd->in->c, id)->kind == INQ_RES_RWSEM)
		read_rwsem(rd, id, addr);
}

static void read_semaphore(struct lock_reader *rd, inq_id id, uint64_t addr)
{
	uint64_t count;

	if (!inq_field_try_u64(rd->in->k, &rd->f[SEM_COUNT], addr, &count))
		return;
	set_word(rd, id, SEM_COUNT, count,
		 inq_arena_printf(&rd->in->c->arena, "count %" PRIu64, count));
}

static void read_completion(struct lock_reader *rd, inq_id id, uint64_t addr)
{
	uint64_t done;

	if (inq_field_try_u64(rd->in->k, &rd->f[COMPLETION_DONE], addr, &done))
		set_word(rd, id, COMPLETION_DONE, done, done ? "completed" : "not completed");
}

static bool waits_for(const struct inq_case *c, inq_id task, inq_id resource)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		if (c->waits.v[i].waiter.task == task && c->waits.v[i].resource == resource)
			return true;
	}
	return false;
}

/*
 * Whoever took a semaphore last has it when takers give it back, and nothing is left.  But who
 * waits for one more of several may get it from another holder: the code tells.
 */
static void add_last_holder(struct lock_reader *rd, inq_id id)
{
	struct inq_inspect *in = rd->in;
	const struct inq_resource *r = inq_case_resource(in->c, id);
	uint64_t addr = r->addr, task, known;
	size_t n = in->c->holds.n;

	if (!r->has_word || r->word || !r->given_back || r->kept ||
	    !inq_field_try_u64(in->k, &rd->f[SEM_LAST_HOLDER], addr, &task) ||
	    !inq_hashmap_get(&in->task_ids, task, &known) || waits_for(in->c, (inq_id)known, id))
		return;
	inq_lock_owner_add(in, id, task);
	if (in->c->holds.n == n)
		return;
	in->c->holds.v[n].conf = INQ_CONF_LIKELY;
	inq_ids_add(in->c, &in->c->holds.v[n].evidence,
		    inq_fact_memory(in, addr + rd->f[SEM_LAST_HOLDER].offset, 8, task,
				    "the last to take it was %s",
				    inq_fact_task_name(in, in->c->holds.v[n].holder.task)));
}

void inq_semaphore_last_holders(struct inq_inspect *in)
{
	struct lock_reader rd;

	if (!reader_init(in, &rd) || !rd.f[SEM_LAST_HOLDER].found)
		return;
	for (size_t i = 0; i < in->c->resources.n; i++) {
		if (in->c->resources.v[i].kind == INQ_RES_SEMAPHORE)
			add_last_holder(&rd, (inq_id)i);
	}
}

struct waiter_fields {
	enum inq_resource_kind kind;
	const char *type;
	int list, node, task;
};
static const struct waiter_fields waiter_rows[] = {
	{INQ_RES_MUTEX, "mutex", MUTEX_WAITERS, MUTEX_WAITER_LIST, MUTEX_WAITER_TASK},
	{INQ_RES_RWSEM, "rw_semaphore", RWSEM_WAITERS, RWSEM_WAITER_LIST, RWSEM_WAITER_TASK},
	{INQ_RES_SEMAPHORE, "semaphore", SEM_WAITERS, SEM_WAITER_LIST, SEM_WAITER_TASK},
	{INQ_RES_COMPLETION, "completion", COMPLETION_WAITERS, COMPLETION_WAITER_LIST,
	 COMPLETION_WAITER_TASK},
};

/* Remember who stands in the wait list of the lock at @addr. */
static void read_waiters(struct lock_reader *rd, enum inq_resource_kind kind, uint64_t addr)
{
	const struct waiter_fields *row = NULL;
	struct inq_list_walk w;
	uint64_t node, task;

	for (size_t i = 0; i < array_size(waiter_rows); i++) {
		if (waiter_rows[i].kind == kind)
			row = &waiter_rows[i];
	}
	if (!row || !rd->f[row->list].found || !rd->f[row->node].found || !rd->f[row->task].found)
		return;
	w = inq_list_walk_init(rd->in->k, addr + rd->f[row->list].offset, WAITERS_MAX);
	while (inq_list_walk_next(&w, &node)) {
		if (inq_field_try_u64(rd->in->k, &rd->f[row->task], node - rd->f[row->node].offset,
				      &task) &&
		    !inq_hashmap_put(&rd->in->queued_on, task, addr))
			rd->in->c->arena.failed = true;
	}
	if (w.end != INQ_WALK_DONE)
		inq_gap_add(rd->in->c, "wait list", w.addr, "%s", inq_walk_end_name(w.end));
}

/* What a lock of @kind looks like as an element of an array; NULL: can't be told. */
static const struct inq_name_element *
element_of(const struct lock_reader *rd, enum inq_resource_kind kind, struct inq_name_element *ret)
{
	for (size_t i = 0; i < array_size(waiter_rows); i++) {
		const struct inq_field *list = &rd->f[waiter_rows[i].list];

		if (waiter_rows[i].kind != kind || !list->found)
			continue;
		ret->list = list->offset;
		return inq_struct_size(rd->in->k, waiter_rows[i].type, &ret->size) ? ret : NULL;
	}
	return NULL;
}

inq_id inq_sleeping_lock(struct inq_inspect *in, enum inq_resource_kind kind, uint64_t addr)
{
	inq_id id = inq_resource_find_or_add(in->c, kind, addr);
	struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_name_element element;
	struct lock_reader rd;
	uint64_t known;

	/* One that can't be read has no word, and is not tried again for each of its waiters. */
	if (!r || !addr || inq_hashmap_get(&in->locks_read, (uint64_t)id + 1, &known) ||
	    !reader_init(in, &rd))
		return id;
	if (!inq_hashmap_put(&in->locks_read, (uint64_t)id + 1, 1))
		in->c->arena.failed = true;
	inq_name_resource(in, r, element_of(&rd, kind, &element));
	r->module = inq_name_module(in, addr);
	if (kind == INQ_RES_MUTEX)
		read_mutex(&rd, id, addr, MUTEX_OWNER);
	else if (kind == INQ_RES_RTMUTEX || kind == INQ_RES_FUTEX)
		read_mutex(&rd, id, addr, RTMUTEX_OWNER);
	else if (kind == INQ_RES_RT_SPINLOCK)
		read_mutex(&rd, id, addr, SPINLOCK_OWNER);
	else if (kind == INQ_RES_RT_RWLOCK || kind == INQ_RES_RWSEM)
		read_rw(&rd, id, addr);
	else if (kind == INQ_RES_PERCPU_RWSEM)
		inq_percpu_rwsem_read(in, id);
	else if (kind == INQ_RES_SEMAPHORE)
		read_semaphore(&rd, id, addr);
	else if (kind == INQ_RES_COMPLETION)
		read_completion(&rd, id, addr);
	read_waiters(&rd, kind, addr);
	return id;
}

inq_id inq_any_lock(struct inq_inspect *in, enum inq_lock_kind kind, uint64_t addr)
{
	enum inq_resource_kind res = inq_lock_resource_kind(kind);

	return inq_resource_is_sleeping_lock(res) ? inq_sleeping_lock(in, res, addr)
						  : inq_lock_resource(in, kind, addr);
}
