// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "model/describe.h"
#include "util/hashmap.h"
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

/* Two stacks look alike when their functions do. */
static uint64_t shape_of(const struct inq_stack *s)
{
	uint64_t hash = INQ_HASH_START;

	for (size_t i = 0; i < s->n; i++) {
		const char *name = s->v[i].symbol ? s->v[i].symbol : "?";

		hash = inq_hash_bytes(hash, name, strlen(name) + 1);
	}
	return hash;
}

static inq_id stack_of(const struct inq_case *c, const struct inq_actor *who)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, who->cpu);
	const struct inq_task *t = inq_case_task(c, who->task);

	if (cpu && inq_case_stack(c, cpu->stack))
		return cpu->stack;
	return t && inq_case_stack(c, t->stack) ? t->stack : INQ_NONE;
}

static void put_actor(struct inq_page *p, struct inq_hashmap *seen, const struct inq_actor *who,
		      const char *role)
{
	cleanup_strbuf struct inq_strbuf name = INQ_STRBUF_INIT;
	inq_id stack = stack_of(p->c, who);
	uint64_t shape;

	if (stack == INQ_NONE || !p->c->stacks.v[stack].n)
		return;
	inq_describe_actor(p->c, who, &name);
	shape = shape_of(&p->c->stacks.v[stack]);
	if (inq_hashmap_get(seen, (uint64_t)stack | UINT64_C(1) << 63, NULL))
		return; /* this very stack is there already */
	if (!p->verbose && inq_hashmap_get(seen, shape, NULL)) {
		inq_page_addf(p, INQ_STYLE_PLAIN, "  %s (%s): the same functions as above\n",
			      inq_strbuf_str(&name), role);
		return;
	}
	inq_page_addf(p, INQ_STYLE_HEADING, "  %s (%s)\n", inq_strbuf_str(&name), role);
	put_stack(p, stack, who);
	p->out.failed |= name.failed || !inq_hashmap_put(seen, shape, 1) ||
			 !inq_hashmap_put(seen, (uint64_t)stack | UINT64_C(1) << 63, 1);
}

void inq_text_stacks(struct inq_page *p)
{
	enum { MANY = 6 };
	const struct inq_verdict *v = &p->c->verdict;
	struct inq_hashmap seen = INQ_HASHMAP_INIT;
	size_t many = p->verbose ? SIZE_MAX : MANY;

	if (v->culprit.kind != INQ_ACTOR_NONE || v->finding != INQ_NONE || p->verbose)
		inq_page_heading(p, "STACKS");
	put_actor(p, &seen, &v->culprit, "culprit");
	if (v->finding != INQ_NONE) {
		const struct inq_ids *waits = &p->c->findings.v[v->finding].waits;

		for (size_t i = 0; i < waits->n && i < many; i++)
			put_actor(p, &seen, &p->c->waits.v[waits->v[i]].waiter, "waits");
	}
	for (size_t i = 0; i < v->victims.n && i < many; i++)
		put_actor(p, &seen, &v->victims.v[i].actor, "victim");
	for (size_t i = 0; i < p->c->cpus.n && p->verbose; i++) {
		struct inq_actor who = {
			.kind = INQ_ACTOR_CPU, .cpu = (int32_t)i, .task = p->c->cpus.v[i].task};

		put_actor(p, &seen, &who, inq_cpu_state_name(p->c->cpus.v[i].state));
	}
	inq_hashmap_deinit(&seen);
}
