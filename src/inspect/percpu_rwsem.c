// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * percpu_rw_semaphore, since 5.7 (7f26482a872c):
 *
 *	rss          whether readers must take the slow path
 *	read_count   per CPU, moved up where a reader comes and down where it goes, be that on
 *	             another CPU: only their sum means something
 *	writer.task  the writer that waits for the readers to go
 *	block        1: a writer has it, or waits for the readers to go; new readers wait
 */
#include "inspect/percpu_rwsem.h"

#include <inttypes.h>

#include "inspect/facts.h"

#include "util/banned.h"

enum { SEM_COUNTS, SEM_WRITER, SEM_BLOCK, SEM_NR };
static const struct inq_field_def sem_defs[SEM_NR] = {
	[SEM_COUNTS] = {"percpu_rw_semaphore", "read_count", INQ_REQUIRED},
	[SEM_WRITER] = {"percpu_rw_semaphore", "writer.task", INQ_REQUIRED},
	[SEM_BLOCK] = {"percpu_rw_semaphore", "block.counter", INQ_REQUIRED},
};

/* More readers than this are no readers. */
enum { READERS_MAX = 1 << 22 };

struct state {
	uint64_t block, writer; /* a task_struct; 0: none waits */
	int32_t readers;
};

static bool add_up(struct inq_inspect *in, uint64_t counts, int32_t *ret)
{
	uint32_t sum = 0;

	for (unsigned int cpu = 0; cpu < in->k->nr_cpus; cpu++) {
		uint64_t at = inq_percpu_addr(in->k, counts, cpu), n;

		if (!at)
			continue;
		if (!inq_dump_try_uint(in->k->dump, at, sizeof(sum), &n))
			return false;
		sum += (uint32_t)n;
	}
	*ret = (int32_t)sum;
	return true;
}

static bool read_state(struct inq_inspect *in, uint64_t addr, const struct inq_field *f,
		       struct state *ret)
{
	uint64_t counts;

	return inq_field_try_u64(in->k, &f[SEM_COUNTS], addr, &counts) &&
	       inq_field_try_u64(in->k, &f[SEM_WRITER], addr, &ret->writer) &&
	       inq_field_try_u64(in->k, &f[SEM_BLOCK], addr, &ret->block) &&
	       add_up(in, counts, &ret->readers);
}

static const char *detail_of(struct inq_inspect *in, const struct state *s)
{
	const char *writer = s->writer ? ", for whom a writer waits" : "";

	if (s->readers < 0 || s->readers > READERS_MAX)
		return inq_arena_printf(&in->c->arena,
					"its CPUs' counts of readers add up to %" PRId32,
					s->readers);
	if (s->readers)
		return inq_arena_printf(&in->c->arena, "held by %" PRId32 " reader%s%s", s->readers,
					s->readers == 1 ? "" : "s", writer);
	if (!s->block)
		return "free";
	return s->writer ? "a writer is about to have it" : "held by a writer";
}

static void fill(struct inq_inspect *in, struct inq_resource *r, const struct inq_field *f,
		 const struct state *s)
{
	r->has_word = true;
	r->word = s->block;
	r->detail = detail_of(in, s);
	r->corrupt = s->readers < 0 || s->readers > READERS_MAX;
	r->readers = s->readers > 0 && !r->corrupt ? (uint32_t)s->readers : 0;
	r->ev_word = inq_fact_memory(in, r->addr + f->offset, f->size, s->block,
				     "percpu_rw_semaphore %s: block is %" PRIu64 ", %s",
				     r->name ? r->name : "", s->block, r->detail ? r->detail : "");
}

void inq_percpu_rwsem_read(struct inq_inspect *in, inq_id id)
{
	struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_field f[SEM_NR];
	struct inq_error *err = inq_fields_resolve(in->k, sem_defs, f, SEM_NR);
	struct state s;

	if (!r || err || !read_state(in, r->addr, f, &s)) {
		if (r)
			inq_gap_add(in->c, "lock owner", r->addr,
				    "the percpu_rw_semaphore can't be read");
		inq_error_destroy(err);
		return;
	}
	fill(in, r, &f[SEM_BLOCK], &s);
	if (s.writer && !inq_hashmap_put(&in->queued_on, s.writer, r->addr))
		in->c->arena.failed = true;
}
