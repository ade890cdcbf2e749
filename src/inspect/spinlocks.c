// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spinlocks: which CPUs spin for which lock.
 *
 * A CPU spins where a frame of its stack stands in one of the spinning primitives, be it the
 * innermost frame or one that an interrupt, an NMI or the crash path came on top of.  The
 * lock is the primitive's argument.  Adds waits and the locks with their words.
 */
#include "inspect/spinlocks.h"

#include <inttypes.h>

#include "code/frames.h"
#include "code/path.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/mcs_queue.h"
#include "inspect/names.h"
#include "util/strbuf.h"

#include "util/banned.h"

/* Of a queue so many are named. */
enum { QUEUE_MAX = 16, READERS_MAX = 1 << 22 /* PID_MAX_LIMIT */ };

enum inq_resource_kind inq_lock_resource_kind(enum inq_lock_kind kind)
{
	switch (kind) {
	case INQ_LOCK_SPINLOCK:
		return INQ_RES_SPINLOCK;
	case INQ_LOCK_RWLOCK_READ:
	case INQ_LOCK_RWLOCK_WRITE:
		return INQ_RES_RWLOCK;
	case INQ_LOCK_MUTEX:
		return INQ_RES_MUTEX;
	case INQ_LOCK_RWSEM_READ:
	case INQ_LOCK_RWSEM_WRITE:
		return INQ_RES_RWSEM;
	case INQ_LOCK_PERCPU_READ:
	case INQ_LOCK_PERCPU_WRITE:
		return INQ_RES_PERCPU_RWSEM;
	case INQ_LOCK_RTMUTEX:
		return INQ_RES_RTMUTEX;
	case INQ_LOCK_RT_SPINLOCK:
		return INQ_RES_RT_SPINLOCK;
	case INQ_LOCK_RT_READ:
	case INQ_LOCK_RT_WRITE:
		return INQ_RES_RT_RWLOCK;
	case INQ_LOCK_SEMAPHORE:
		return INQ_RES_SEMAPHORE;
	case INQ_LOCK_BIT_SPINLOCK:
		return INQ_RES_BIT_SPINLOCK;
	case INQ_LOCK_SEQCOUNT:
		return INQ_RES_SEQCOUNT;
	case INQ_LOCK_WORD:
		return INQ_RES_LOCK_WORD;
	case INQ_LOCK_SRCU:
		return INQ_RES_RCU;
	default:
		return INQ_RES_UNKNOWN;
	}
}

/* "queued: CPU 2, then 0"; where only the end can be seen: "queue ends with CPU 0". */
static const char *queue_text(struct inq_inspect *in, uint32_t word)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	int32_t cpus[QUEUE_MAX];
	size_t n = inq_mcs_queue(in, word, cpus, QUEUE_MAX);
	const char *text;

	if (n < 2)
		return inq_arena_printf(&in->c->arena, "queue ends with CPU %u", (word >> 18) - 1);
	inq_strbuf_addf(&sb, "queued: CPU %" PRId32, cpus[0]);
	for (size_t i = 1; i < n; i++)
		inq_strbuf_addf(&sb, ", then %" PRId32, cpus[i]);
	text = inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
	return text ? text : "a queue";
}

/*
 * A queued spinlock's 32 bits (include/asm-generic/qspinlock_types.h): 7-0 locked (0 or 1; 3 for
 * a hashed PV lock), 8 pending, 17-16 and 31-18 the MCS tail (0, or CPU + 1).  Test-and-set
 * locks of guests use 0 and 1.
 */
static const char *spin_word(struct inq_inspect *in, uint32_t word, bool *ret_corrupt)
{
	unsigned int locked = word & 0xff, pending = word >> 8 & 0xff, tail = word >> 18;

	*ret_corrupt =
		(locked != 0 && locked != 1 && locked != 3) || pending > 1 || tail > in->k->nr_cpus;
	if (*ret_corrupt)
		return "no spinlock's value";
	if (!locked && !pending && !tail)
		return "free";
	if (tail)
		return inq_arena_printf(&in->c->arena, "%s%s, %s",
					locked ? "locked" : "handed over",
					pending ? ", one pending" : "", queue_text(in, word));
	return pending ? "locked, one pending" : "locked";
}

/*
 * A queued rwlock (include/asm-generic/qrwlock.h): 7-0 locked by a writer (0xff) or not (0), 8 a
 * writer waits, from bit 9 the number of readers, those that wait in interrupts included.  Waiters
 * queue for a spinlock behind the word.  More readers than there can be tasks: fewer than none.
 */
static const char *rwlock_word(struct inq_inspect *in, uint32_t word, bool *ret_corrupt)
{
	unsigned int locked = word & 0xff, readers = word >> 9;

	*ret_corrupt = readers > READERS_MAX;
	if (*ret_corrupt)
		return inq_arena_printf(&in->c->arena, "it counts -%u readers",
					(1U << 23) - readers);
	*ret_corrupt = locked != 0 && locked != 0xff;
	if (*ret_corrupt)
		return "no rwlock's value";
	if (locked)
		return "held by a writer";
	if (readers)
		return inq_arena_printf(&in->c->arena, "held by %u reader%s%s", readers,
					readers == 1 ? "" : "s",
					word & 0x1ff ? ", a writer waits" : "");
	return word ? "a writer waits" : "free";
}

/* Those that wait for an rwlock queue for the spinlock behind its word: in their order, if several.
 */
static const char *with_queue(struct inq_inspect *in, uint64_t wait_lock, const char *text)
{
	uint64_t word;

	if (!inq_dump_try_uint(in->k->dump, wait_lock, 4, &word) || !(word >> 18) ||
	    word >> 18 > in->k->nr_cpus)
		return text;
	return inq_arena_printf(&in->c->arena, "%s, %s", text, queue_text(in, (uint32_t)word));
}

static void read_word(struct inq_inspect *in, struct inq_resource *r)
{
	uint64_t word;

	if (!inq_dump_try_uint(in->k->dump, r->addr, 4, &word))
		return;
	r->has_word = true;
	r->word = word;
	if (r->kind == INQ_RES_SPINLOCK)
		r->detail = spin_word(in, (uint32_t)word, &r->corrupt);
	else
		r->detail =
			with_queue(in, r->addr + 4, rwlock_word(in, (uint32_t)word, &r->corrupt));
	r->ev_word = inq_fact_memory(
		in, r->addr, 4, word, "%s %s = 0x%" PRIx64 ": %s", inq_resource_kind_name(r->kind),
		r->name ? r->name : "lock word", word, r->detail ? r->detail : "?");
}

inq_id inq_lock_resource(struct inq_inspect *in, enum inq_lock_kind kind, uint64_t addr)
{
	inq_id id = inq_resource_find_or_add(in->c, inq_lock_resource_kind(kind), addr);
	struct inq_resource *r = inq_case_resource(in->c, id);

	if (!r || r->name || r->has_word || !addr)
		return id;
	r->ev_word = INQ_NONE;
	inq_name_resource(in, r, NULL);
	r->module = inq_name_module(in, addr);
	if (r->kind == INQ_RES_SPINLOCK || r->kind == INQ_RES_RWLOCK)
		read_word(in, r);
	return id;
}

static void set_name(struct inq_inspect *in, struct inq_resource *r, const char *member)
{
	if (!member)
		return;
	r->name = inq_name_at(in, member, r->addr);
	r->slab = r->name;
}

void inq_lock_name_by_argument(struct inq_inspect *in, inq_id id, inq_id stack, size_t frame,
			       unsigned int cpu, unsigned int arg)
{
	struct inq_resource *r = inq_case_resource(in->c, id);
	const char *expr, *member = NULL;
	struct inq_error *err;

	if (!r || r->name || stack == INQ_NONE)
		return;
	err = inq_path_of_argument(in->code, &in->ustacks.v[stack], frame, cpu, arg, &in->c->arena,
				   &expr, &member);
	if (err)
		in->c->arena.failed = true; /* NOMEM is the only error */
	inq_error_destroy(err);
	set_name(in, r, member);
}

void inq_lock_name_by_hold(struct inq_inspect *in, inq_id id, inq_id stack, unsigned int cpu,
			   const struct inq_held_lock *held)
{
	struct inq_resource *r = inq_case_resource(in->c, id);
	const char *expr, *member = NULL;
	struct inq_error *err;

	if (!r || r->name || stack == INQ_NONE || !held->expr)
		return;
	err = inq_path_of_pointer(in->code, &in->ustacks.v[stack], held->frame, cpu, held->expr,
				  &in->c->arena, &expr, &member);
	if (err)
		in->c->arena.failed = true; /* NOMEM is the only error */
	inq_error_destroy(err);
	set_name(in, r, member);
}

static void add_wait(struct inq_inspect *in, const struct inq_cpu *cpu, size_t frame,
		     const struct inq_lock_primitive *p)
{
	const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);
	enum inq_certainty how = INQ_UNKNOWN;
	uint64_t lock = 0;
	struct inq_wait *w;
	inq_id resource, ev;

	inq_frame_arg(in->code, &in->ustacks.v[cpu->stack], frame, (unsigned int)cpu->nr, p->arg,
		      &lock, &how);
	resource = inq_lock_resource(in, p->kind, how == INQ_UNKNOWN ? 0 : lock);
	inq_lock_name_by_argument(in, resource, cpu->stack, frame, (unsigned int)cpu->nr, p->arg);
	w = inq_edge_spin(in, cpu, resource, frame);
	if (!w)
		return;
	w->shared = p->kind == INQ_LOCK_RWLOCK_READ;
	w->conf = how >= INQ_LIKELY	? INQ_CONF_CERTAIN
		  : how == INQ_POSSIBLE ? INQ_CONF_LIKELY
					: INQ_CONF_POSSIBLE;
	ev = inq_fact_stack(in, cpu->nr, -1, "CPU %d spins in %s called from %s", cpu->nr,
			    s->v[frame].symbol,
			    frame + 1 < s->n ? inq_fact_symbol(in, s->v[frame + 1].ip) : "?");
	inq_ids_add(in->c, &w->evidence, ev);
	if (inq_case_resource(in->c, w->resource))
		inq_ids_add(in->c, &w->evidence, inq_case_resource(in->c, w->resource)->ev_word);
}

static const struct inq_lock_primitive *primitive_of(const struct inq_frame *f)
{
	return inq_lock_primitive_of(f->symbol, f->module);
}

/* A slow path and the primitive around it are one wait: the outermost names the lock best. */
static size_t outermost(const struct inq_stack *s, size_t frame)
{
	while (frame + 1 < s->n && !s->v[frame + 1].exact_ip) {
		const struct inq_lock_primitive *p = primitive_of(&s->v[frame + 1]);

		if (!p || !p->spins || p->effect != INQ_LOCK_ACQUIRE)
			break;
		frame++;
	}
	return frame;
}

struct inq_error *inq_inspect_spinlocks(struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &in->c->cpus.v[i];
		const struct inq_stack *s = inq_case_stack(in->c, cpu->stack);

		for (size_t f = 0; s && f < s->n; f++) {
			const struct inq_lock_primitive *p = primitive_of(&s->v[f]);

			if (!p || !p->spins || p->effect != INQ_LOCK_ACQUIRE)
				continue;
			f = outermost(s, f);
			add_wait(in, cpu, f, primitive_of(&s->v[f]));
			s = inq_case_stack(in->c, cpu->stack);
		}
	}
	return NULL;
}
