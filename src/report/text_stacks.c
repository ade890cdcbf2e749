// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "model/describe.h"
#include "util/hashmap.h"
#include "util/vec.h"
#include "util/banned.h"

/* What happened at frame @i of the stack of CPU @cpu / task @task: marks beside the frame. */
static void add_marks(const struct inq_page *p, inq_id stack, const struct inq_actor *who, inq_id i,
		      struct inq_strbuf *sb)
{
	const struct inq_case *c = p->c;

	for (size_t k = 0; k < c->faults.n; k++) {
		const struct inq_fault *f = &c->faults.v[k];

		if (f->on_stack && f->stack == stack && f->frame == i)
			inq_strbuf_addf(sb, "  <== faulted here%s%s", f->expression ? ": " : "",
					f->expression ? f->expression : "");
	}
	for (size_t k = 0; k < c->holds.n; k++) {
		const struct inq_hold *h = &c->holds.v[k];

		if (h->frame != i || h->conf < INQ_CONF_LIKELY || !inq_actor_same(&h->holder, who))
			continue;
		inq_strbuf_add(sb, "  <== holds ");
		inq_describe_resource(c, h->resource, sb);
	}
	for (size_t k = 0; k < c->waits.n; k++) {
		const struct inq_wait *w = &c->waits.v[k];

		if (w->frame != i || !inq_actor_same(&w->waiter, who))
			continue;
		inq_strbuf_add(sb, "  <== waits for ");
		inq_describe_resource(c, w->resource, sb);
		if (w->target.kind != INQ_ACTOR_NONE) {
			inq_strbuf_add(sb, ": ");
			inq_describe_actor(c, &w->target, sb);
		}
	}
}

static void put_frame(struct inq_page *p, inq_id stack, const struct inq_actor *who, size_t i)
{
	const struct inq_frame *f = &p->c->stacks.v[stack].v[i];
	cleanup_strbuf struct inq_strbuf place = INQ_STRBUF_INIT;
	cleanup_strbuf struct inq_strbuf marks = INQ_STRBUF_INIT;

	inq_describe_place(f->symbol, f->offset, f->module, f->ip, &place);
	add_marks(p, stack, who, (inq_id)i, &marks);
	inq_page_addf(p, INQ_STYLE_PLAIN, "    #%-3zu %016" PRIx64 "  %s", i, f->ip,
		      inq_strbuf_str(&place));
	if (f->source)
		inq_page_addf(p, INQ_STYLE_DIM, "  %s", f->source);
	if (f->inlined)
		inq_page_addf(p, INQ_STYLE_DIM, " (%s)", f->inlined);
	if (f->how && strcmp(f->how, "scan") == 0)
		inq_page_add(p, INQ_STYLE_DIM, "  (found by scanning: may be stale)");
	if (marks.len)
		inq_page_add(p, INQ_STYLE_BAD, inq_strbuf_str(&marks));
	inq_strbuf_addc(&p->out, '\n');
	p->out.failed |= place.failed || marks.failed;
}

static const char *context_heading(enum inq_frame_context context)
{
	switch (context) {
	case INQ_FRAME_TASK:
		return "task";
	case INQ_FRAME_SOFTIRQ:
		return "softirq";
	case INQ_FRAME_IRQ:
		return "interrupt";
	case INQ_FRAME_EXCEPTION:
		return "exception";
	case INQ_FRAME_NMI:
		return "NMI";
	case INQ_FRAME_USER:
		return "user";
	}
	return "?";
}

static void put_stack(struct inq_page *p, inq_id stack, const struct inq_actor *who)
{
	enum { MANY = 64 };
	const struct inq_stack *s = inq_case_stack(p->c, stack);
	size_t n = !p->verbose && s->n > MANY ? MANY : s->n;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || s->v[i].context != s->v[i - 1].context)
			inq_page_addf(p, INQ_STYLE_DIM, "   %s:\n",
				      context_heading(s->v[i].context));
		put_frame(p, stack, who, i);
	}
	if (n < s->n)
		inq_page_addf(p, INQ_STYLE_DIM, "    ... %zu more frames (-v)\n", s->n - n);
	else if (!s->complete)
		inq_page_addf(p, INQ_STYLE_UNSURE,
			      "    the stack could not be followed further%s%s\n",
			      s->end ? ": " : "", s->end ? s->end : "");
	else if (s->has_user_regs)
		inq_page_addf(p, INQ_STYLE_DIM, "    entered from user mode at 0x%" PRIx64 "%s\n",
			      s->user_ip, s->syscall_nr >= 0 ? " by a system call" : "");
}

/* Actors whose stacks run through the same functions: one stack is printed for all. */
struct kind {
	struct inq_actor some[4]; /* the first few; the stack is the first one's */
	const char *role;
	size_t n;
};

struct kinds {
	struct kind *v;
	size_t n;
	size_t max;
	struct inq_hashmap shapes; /* shape of a stack -> its kind */
	struct inq_hashmap seen;   /* stacks that are in some kind */
};

enum { NAMED = 4 };

static void add_actor(struct inq_page *p, struct kinds *ks, const struct inq_actor *who,
		      const char *role)
{
	inq_id stack = inq_actor_stack(p->c, who);
	struct kind *kind;
	uint64_t shape, at;

	if (stack == INQ_NONE || !p->c->stacks.v[stack].n ||
	    inq_hashmap_get(&ks->seen, (uint64_t)stack, NULL))
		return;
	shape = inq_stack_shape(&p->c->stacks.v[stack]);
	if (p->verbose || !inq_hashmap_get(&ks->shapes, shape, &at)) {
		at = ks->n;
		kind = inq_vec_push(ks);
		if (!kind) {
			p->out.failed = true;
			return;
		}
		*kind = (struct kind){.role = role};
	}
	kind = &ks->v[at];
	if (kind->n < NAMED)
		kind->some[kind->n] = *who;
	kind->n++;
	p->out.failed |= !inq_hashmap_put(&ks->shapes, shape, at) ||
			 !inq_hashmap_put(&ks->seen, (uint64_t)stack, 1);
}

/* "reader (176) (waits)", the stack, "reader (177) and 1665 others: the same functions" */
static void put_kind(struct inq_page *p, const struct kind *kind)
{
	cleanup_strbuf struct inq_strbuf name = INQ_STRBUF_INIT;
	cleanup_strbuf struct inq_strbuf more = INQ_STRBUF_INIT;
	size_t named = kind->n < NAMED ? kind->n : NAMED;

	inq_describe_actor(p->c, &kind->some[0], &name);
	inq_page_addf(p, INQ_STYLE_HEADING, "  %s (%s)\n", inq_strbuf_str(&name), kind->role);
	put_stack(p, inq_actor_stack(p->c, &kind->some[0]), &kind->some[0]);
	for (size_t i = 1; i < named; i++) {
		if (i > 1)
			inq_strbuf_add(&more, i + 1 == kind->n ? " and " : ", ");
		inq_describe_actor(p->c, &kind->some[i], &more);
	}
	if (kind->n > named)
		inq_strbuf_addf(&more, " and %zu others", kind->n - named);
	if (more.len)
		inq_page_addf(p, INQ_STYLE_PLAIN, "  %s: the same functions as above\n",
			      inq_strbuf_str(&more));
	p->out.failed |= name.failed || more.failed;
}

/* Who is to blame may be another one than who faulted: who freed an object, and who used it. */
static void add_faulter(struct inq_page *p, struct kinds *ks)
{
	const struct inq_fault *f = inq_case_fault(p->c, p->c->verdict.fault);
	struct inq_actor who;

	if (!f || !f->on_stack)
		return;
	who = (struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = f->cpu, .task = f->task};
	add_actor(p, ks, &who, "faulted");
}

static void find_kinds(struct inq_page *p, struct kinds *ks)
{
	const struct inq_verdict *v = &p->c->verdict;

	add_actor(p, ks, &v->culprit, "culprit");
	add_faulter(p, ks);
	if (v->finding != INQ_NONE) {
		const struct inq_ids *waits = &p->c->findings.v[v->finding].waits;

		for (size_t i = 0; i < waits->n; i++)
			add_actor(p, ks, &p->c->waits.v[waits->v[i]].waiter, "waits");
	}
	for (size_t i = 0; i < v->victims.n; i++)
		add_actor(p, ks, &v->victims.v[i].actor, "victim");
	for (size_t i = 0; i < p->c->cpus.n && p->verbose; i++) {
		struct inq_actor who = {
			.kind = INQ_ACTOR_CPU, .cpu = (int32_t)i, .task = p->c->cpus.v[i].task};

		add_actor(p, ks, &who, inq_cpu_state_name(p->c->cpus.v[i].state));
	}
}

void inq_text_stacks(struct inq_page *p)
{
	enum { MANY = 7 }; /* kinds of stack; more only when asked for */
	struct kinds ks = {0};
	size_t shown;

	find_kinds(p, &ks);
	if (ks.n)
		inq_page_heading(p, "STACKS");
	shown = p->verbose || ks.n <= MANY ? ks.n : MANY;
	for (size_t i = 0; i < shown; i++)
		put_kind(p, &ks.v[i]);
	if (shown < ks.n)
		inq_page_addf(p, INQ_STYLE_DIM, "  ... and %zu other kinds of stack (-v)\n",
			      ks.n - shown);
	inq_hashmap_deinit(&ks.shapes);
	inq_hashmap_deinit(&ks.seen);
	inq_vec_deinit(&ks);
}
