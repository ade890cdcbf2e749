// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * queue-refs: a disk's queue that is to be frozen: what keeps it from that, and who waits until it
 * is thawed again.
 *
 *	blk_mq_freeze_queue_wait(q)	until q_usage_counter is zero: a reference for each request,
 *					and for each task that is on its way into the queue
 *	blk_queue_enter(q), __bio_queue_enter(q)	until mq_freeze_depth is zero again
 *
 * Requests that the device has are `block`'s business.  Where it has none, the references that
 * are left are those of requests that somebody was given and neither sent nor gave back, as far as
 * such are found: allocated, never started, on no list.
 *
 * The first wait becomes one for references, the second is held by who freezes the queue.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"

#include "util/banned.h"

enum {
	QUEUE_REF,
	QUEUE_DEPTH,
	QUEUE_DISK,
	QUEUE_CTX,
	DISK_NAME,
	REF_DATA,
	REF_COUNT,
	CTX_HCTX,
	HCTX_TAGS,
	HCTX_SCHED_TAGS,
	TAGS_NR,
	TAGS_STATIC,
	RQ_QUEUE,
	RQ_STATE,
	RQ_REF,
	RQ_LIST,
	QUEUE_NR
};
static const struct inq_field_def queue_defs[QUEUE_NR] = {
	[QUEUE_REF] = {"request_queue", "q_usage_counter", INQ_REQUIRED},
	[QUEUE_DEPTH] = {"request_queue", "mq_freeze_depth", INQ_REQUIRED},
	/* since 5.15 (d152c682f03c) */
	[QUEUE_DISK] = {"request_queue", "disk", INQ_OPTIONAL},
	[QUEUE_CTX] = {"request_queue", "queue_ctx", INQ_OPTIONAL},
	[DISK_NAME] = {"gendisk", "disk_name", INQ_OPTIONAL},
	/* since 5.10 (2b0d3d3e4fcf) */
	[REF_DATA] = {"percpu_ref", "data", INQ_REQUIRED},
	[REF_COUNT] = {"percpu_ref_data", "count.counter", INQ_REQUIRED},
	[CTX_HCTX] = {"blk_mq_ctx", "hctxs[0]", INQ_OPTIONAL},
	[HCTX_TAGS] = {"blk_mq_hw_ctx", "tags", INQ_OPTIONAL},
	[HCTX_SCHED_TAGS] = {"blk_mq_hw_ctx", "sched_tags", INQ_OPTIONAL},
	[TAGS_NR] = {"blk_mq_tags", "nr_tags", INQ_OPTIONAL},
	[TAGS_STATIC] = {"blk_mq_tags", "static_rqs", INQ_OPTIONAL},
	[RQ_QUEUE] = {"request", "q", INQ_OPTIONAL},
	[RQ_STATE] = {"request", "state", INQ_OPTIONAL},
	/* an atomic_t since 5.17 (0a467d0fdd95) */
	[RQ_REF] = {"request", "ref.refs.counter|ref.counter", INQ_OPTIONAL},
	[RQ_LIST] = {"request", "queuelist", INQ_OPTIONAL},
};

enum { RQ_IDLE = 0 /* MQ_RQ_IDLE */, TAGS_MAX = 65536, TAGS_IN_ALL_MAX = 1 << 20 };
/* percpu_ref_data.count while the CPUs' own counts have not been added up yet has the top bit. */
static const int64_t references_max = INT64_C(1) << 32;

static const char *const freezers[] = {"blk_mq_freeze_queue_wait", NULL};
static const char *const enterers[] = {"blk_queue_enter", "__bio_queue_enter", NULL};
/* Who stands in these may have a reference of its own, and no request yet. */
static const char *const insiders[] = {"__submit_bio", "submit_bio_noacct", "blk_mq_submit_bio",
				       "blk_mq_get_tag", NULL};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[QUEUE_NR];
	uint64_t left; /* of TAGS_IN_ALL_MAX */
};

/* Requests that somebody was given and has neither sent nor given back. */
struct kept {
	uint64_t n, first;
};

static bool follow(const struct reader *rd, int field, uint64_t base, uint64_t *ret)
{
	return base && inq_field_try_u64(rd->in->k, &rd->f[field], base, ret) && *ret;
}

/* ---- requests ---------------------------------------------------------------------- */

static bool is_kept(const struct reader *rd, uint64_t rq, uint64_t queue)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t q, state, refs, next;

	return follow(rd, RQ_QUEUE, rq, &q) && q == queue &&
	       inq_field_try_u64(k, &rd->f[RQ_STATE], rq, &state) && state == RQ_IDLE &&
	       follow(rd, RQ_REF, rq, &refs) && rd->f[RQ_LIST].found &&
	       inq_dump_try_u64(k->dump, rq + rd->f[RQ_LIST].offset, &next) &&
	       next == rq + rd->f[RQ_LIST].offset;
}

static void look_at_tags(struct reader *rd, uint64_t tags, uint64_t queue, struct kept *ret)
{
	uint64_t nr, rqs, rq;

	if (!follow(rd, TAGS_NR, tags, &nr) || nr > TAGS_MAX ||
	    !follow(rd, TAGS_STATIC, tags, &rqs))
		return;
	for (uint64_t i = 0; i < nr && rd->left; i++) {
		rd->left--;
		if (!inq_dump_try_u64(rd->in->k->dump, rqs + i * 8, &rq) || !is_kept(rd, rq, queue))
			continue;
		if (!ret->n++)
			ret->first = rq;
	}
}

/* Of each CPU's hardware queue, each once where neighbours share it. */
static struct kept find_kept(struct reader *rd, uint64_t queue)
{
	uint64_t ctxs, hctx, tags, last = 0;
	struct kept found = {0};

	if (!follow(rd, QUEUE_CTX, queue, &ctxs))
		return found;
	for (unsigned int cpu = 0; cpu < rd->in->k->nr_cpus; cpu++) {
		uint64_t ctx = inq_percpu_addr(rd->in->k, ctxs, cpu);

		if (!follow(rd, CTX_HCTX, ctx, &hctx) || hctx == last)
			continue;
		last = hctx;
		/* with a scheduler requests have its tags, until the device gets them */
		if (follow(rd, HCTX_SCHED_TAGS, hctx, &tags) || follow(rd, HCTX_TAGS, hctx, &tags))
			look_at_tags(rd, tags, queue, &found);
	}
	return found;
}

/* ---- who waits for the references ---------------------------------------------------- */

static const struct inq_stack *waiter_stack(const struct inq_case *c, const struct inq_wait *w)
{
	const struct inq_task *t = inq_case_task(c, w->waiter.task);

	return t && !t->on_cpu ? inq_case_stack(c, t->stack) : NULL;
}

/* The queue that the waiter of @w names in one of the functions @names; 0: it is in none. */
static uint64_t queue_of(struct inq_inspect *in, const struct inq_wait *w, const char *const *names)
{
	const struct inq_stack *s = waiter_stack(in->c, w);
	int frame = s ? inq_fact_find_frame(s, 0, names) : -1;
	enum inq_certainty how;
	uint64_t queue;

	if (frame < 0 ||
	    !inq_frame_arg(in->code, &in->ustacks.v[in->c->tasks.v[w->waiter.task].stack],
			   (size_t)frame, 0, 0, &queue, &how) ||
	    how < INQ_LIKELY || !in->arch->is_kernel_addr(in->k, queue))
		return 0;
	return queue;
}

static bool read_count(const struct reader *rd, uint64_t queue, uint64_t *ret_data, int64_t *ret)
{
	uint64_t count;

	if (!follow(rd, REF_DATA, queue + rd->f[QUEUE_REF].offset, ret_data) ||
	    !inq_field_try_u64(rd->in->k, &rd->f[REF_COUNT], *ret_data, &count))
		return false;
	*ret = (int64_t)count;
	return *ret >= 0 && *ret < references_max;
}

static const char *disk_name(const struct reader *rd, uint64_t queue)
{
	char name[64];
	uint64_t disk;

	if (!follow(rd, QUEUE_DISK, queue, &disk) ||
	    !inq_field_try_str(rd->in->k, &rd->f[DISK_NAME], disk, name, sizeof(name)) || !name[0])
		return NULL;
	return inq_arena_strdup(&rd->in->c->arena, name);
}

/* Whether a blocked task stands in code that has a reference to some queue. */
static bool somebody_is_inside(const struct inq_case *c)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_stack *s = waiter_stack(c, &c->waits.v[i]);

		if (s && inq_fact_find_frame(s, 0, insiders) >= 0 &&
		    inq_fact_find_frame(s, 0, enterers) < 0)
			return true;
	}
	return false;
}

static void say_kept(struct reader *rd, struct inq_resource *r, const struct kept *kept)
{
	struct inq_inspect *in = rd->in;

	inq_ids_add(in->c, &r->ev_signaller,
		    inq_fact_memory(in, kept->first + rd->f[RQ_REF].offset, rd->f[RQ_REF].size, 1,
				    "request 0x%" PRIx64 " of it was allocated, was never started "
				    "and is on no list (request.ref)",
				    kept->first));
}

/* @count references are left, and the device has no request. */
static void fill(struct reader *rd, struct inq_resource *r, uint64_t queue, uint64_t data,
		 int64_t count)
{
	struct inq_inspect *in = rd->in;
	struct kept kept = find_kept(rd, queue);

	r->name = "request_queue.q_usage_counter";
	r->whose = disk_name(rd, queue);
	r->has_word = true;
	r->word = (uint64_t)count;
	r->came = !count;
	r->detail = inq_arena_printf(&in->c->arena, "%" PRId64 " left", count);
	r->ev_word = inq_fact_memory(
		in, data + rd->f[REF_COUNT].offset, rd->f[REF_COUNT].size, r->word,
		"%s: %" PRId64 " references to the queue are left (percpu_ref_data.count)",
		r->whose ? r->whose : "a disk", count);
	if (kept.n)
		say_kept(rd, r, &kept);
	if (count && kept.n == r->word)
		r->never = inq_arena_printf(
			&in->c->arena,
			"%" PRIu64 " of its requests was allocated and never sent nor given back",
			kept.n);
	else if (count && !somebody_is_inside(in->c))
		r->signaller = inq_arena_printf(
			&in->c->arena,
			"%" PRId64 " references are left, and no request is on its way", count);
}

static void look_at_freezer(struct reader *rd, size_t wait)
{
	struct inq_inspect *in = rd->in;
	struct inq_wait *w = &in->c->waits.v[wait];
	const struct inq_resource *now = inq_case_resource(in->c, w->resource);
	uint64_t queue = queue_of(in, w, freezers), data;
	struct inq_resource *r;
	int64_t count;
	inq_id id;

	/* the device has its requests: a wait for these */
	if (!queue || !now || now->addr != queue || !read_count(rd, queue, &data, &count))
		return;
	id = inq_resource_find_or_add(in->c, INQ_RES_REFERENCES, queue + rd->f[QUEUE_REF].offset);
	r = inq_case_resource(in->c, id);
	if (!r)
		return;
	if (!r->name)
		fill(rd, r, queue, data, count);
	w->resource = id;
	inq_ids_add(in->c, &w->evidence, r->ev_word);
}

/* ---- who waits for the queue to be thawed --------------------------------------------- */

static void look_at_enterer(struct reader *rd, size_t wait)
{
	struct inq_inspect *in = rd->in;
	inq_id resource = in->c->waits.v[wait].resource;
	struct inq_resource *r = inq_case_resource(in->c, resource);
	uint64_t queue = queue_of(in, &in->c->waits.v[wait], enterers), depth;
	inq_id ev = INQ_NONE;

	if (!queue || !r || r->kind != INQ_RES_WAIT_QUEUE ||
	    !follow(rd, QUEUE_DEPTH, queue, &depth))
		return;
	if (!r->name) {
		r->name = "request_queue.mq_freeze_wq";
		r->whose = disk_name(rd, queue);
	}
	for (size_t i = 0; i < in->c->waits.n; i++) {
		const struct inq_wait *w = &in->c->waits.v[i];

		if (i == wait || queue_of(in, w, freezers) != queue)
			continue;
		if (ev == INQ_NONE)
			ev = inq_fact_memory(in, queue + rd->f[QUEUE_DEPTH].offset,
					     rd->f[QUEUE_DEPTH].size, depth,
					     "%s: its queue is frozen, or about to be "
					     "(request_queue.mq_freeze_depth = %" PRIu64 ")",
					     r->whose ? r->whose : "a disk", depth);
		inq_edge_hold(in, resource, inq_edge_task(in, w->waiter.task), ev);
	}
}

static bool a_queue_is_frozen(const struct inq_case *c)
{
	for (size_t i = 0; i < c->waits.n; i++) {
		const struct inq_stack *s = waiter_stack(c, &c->waits.v[i]);

		if (s && inq_fact_find_frame(s, 0, freezers) >= 0)
			return true;
	}
	return false;
}

struct inq_error *inq_inspect_queue_refs(struct inq_inspect *in)
{
	struct reader rd = {.in = in, .left = TAGS_IN_ALL_MAX};
	cleanup_error struct inq_error *err = NULL;

	if (!a_queue_is_frozen(in->c))
		return NULL;
	err = inq_fields_resolve(in->k, queue_defs, rd.f, QUEUE_NR);
	if (err) {
		inq_gap_add(in->c, "references to a disk's queue", 0, "%s", err->message);
		return NULL;
	}
	for (size_t i = 0; i < in->c->waits.n && !inq_case_failed(in->c); i++)
		look_at_freezer(&rd, i);
	for (size_t i = 0; i < in->c->waits.n && !inq_case_failed(in->c); i++)
		look_at_enterer(&rd, i);
	return NULL;
}
