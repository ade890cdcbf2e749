// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/analysis.h"

#include <stdarg.h>
#include <string.h>

#include "model/describe.h"
#include "util/banned.h"

/* The waits that make the core, then a few of those that end in it. */
static void add_waits(struct inq_analysis *a, const struct inq_core *core, struct inq_ids *waits)
{
	enum { MANY = 16 };

	for (size_t i = 0; core->cycle && i < core->nr_nodes && waits->n < MANY; i++) {
		const struct inq_wait *w = inq_core_own_wait(a, core, core->nodes[i]);

		if (w)
			inq_ids_add(a->c, waits, (inq_id)(w - a->c->waits.v));
	}
	for (size_t i = 0; i < core->nr_waits && waits->n < MANY; i++)
		inq_ids_add(a->c, waits, core->waits[i]);
}

const struct inq_wait *inq_core_own_wait(const struct inq_analysis *a, const struct inq_core *core,
					 inq_node node)
{
	for (uint32_t k = a->g.first[node]; k < a->g.first[node + 1]; k++) {
		const struct inq_edge *e = &a->g.edges[k];

		if (e->wait != INQ_NONE && inq_core_has(&a->g, core, e->to))
			return &a->c->waits.v[e->wait];
	}
	return NULL;
}

struct inq_finding *inq_finding_add(struct inq_analysis *a, enum inq_answer answer,
				    const char *class_, enum inq_confidence conf,
				    const struct inq_core *core)
{
	struct inq_candidate *cand = inq_case_add(a->c, &a->candidates);
	struct inq_finding *f = inq_case_add(a->c, &a->c->findings);

	if (!f || !cand)
		return NULL;
	*cand = (struct inq_candidate){
		.finding = (inq_id)(a->c->findings.n - 1), .answer = answer, .core = core};
	*f = (struct inq_finding){.class_ = class_,
				  .title = class_,
				  .conf = conf,
				  .culprit = INQ_ACTOR_INIT,
				  .resource = INQ_NONE,
				  .fault = INQ_NONE};
	if (core) {
		f->weight = (double)core->nr_victims;
		add_waits(a, core, &f->waits);
	}
	return f;
}

enum inq_confidence inq_hold_conf(const struct inq_hold *h)
{
	enum inq_confidence most = INQ_CONF_NONE;

	switch (h->how) {
	case INQ_HELD_NONE:
		break;
	case INQ_HELD_FIELD:
		most = INQ_CONF_CERTAIN;
		break;
	case INQ_HELD_CODE:
		most = h->every_path ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
		break;
	case INQ_HELD_STACK:
		most = INQ_CONF_POSSIBLE;
		break;
	}
	return h->conf == INQ_CONF_NONE ? inq_conf_min(most, INQ_CONF_POSSIBLE)
					: inq_conf_min(most, h->conf);
}

enum inq_confidence inq_wait_conf(const struct inq_wait *w)
{
	return w->conf == INQ_CONF_NONE ? INQ_CONF_POSSIBLE : w->conf;
}

enum inq_confidence inq_hang_conf(const struct inq_core *core, enum inq_confidence links)
{
	if (core->cycle && links == INQ_CONF_CERTAIN)
		return links;
	return core->long_wait ? links : INQ_CONF_NONE;
}

void inq_core_each_link(const struct inq_analysis *a, const struct inq_core *core,
			void (*fn)(void *arg, const struct inq_wait *w, const struct inq_hold *h),
			void *arg)
{
	for (size_t i = 0; i < core->nr_nodes; i++) {
		inq_node n = core->nodes[i];

		for (uint32_t k = a->g.first[n]; k < a->g.first[n + 1]; k++) {
			const struct inq_edge *e = &a->g.edges[k];

			if (!inq_core_has(&a->g, core, e->to))
				continue;
			fn(arg, e->wait == INQ_NONE ? NULL : &a->c->waits.v[e->wait],
			   e->hold == INQ_NONE ? NULL : &a->c->holds.v[e->hold]);
		}
	}
}

/*
 * Whether @x says better than @y what is wrong: it is surer. But on PREEMPT_RT who has a spinlock
 * is in a read-side section for as long (rt_spin_lock()), and then it is the lock.
 */
static bool tells_more(const struct inq_case *c, const struct inq_hold *x, const struct inq_hold *y)
{
	enum inq_resource_kind kx = inq_case_resource(c, x->resource)->kind;
	enum inq_resource_kind ky = inq_case_resource(c, y->resource)->kind;
	bool lock_x = kx == INQ_RES_RT_SPINLOCK || kx == INQ_RES_RT_RWLOCK;
	bool lock_y = ky == INQ_RES_RT_SPINLOCK || ky == INQ_RES_RT_RWLOCK;

	if ((lock_x && ky == INQ_RES_RCU) || (lock_y && kx == INQ_RES_RCU))
		return lock_x;
	return inq_hold_conf(x) > inq_hold_conf(y);
}

const struct inq_hold *inq_core_hold(const struct inq_analysis *a, const struct inq_core *core)
{
	const struct inq_hold *best = NULL;

	for (size_t i = 0; i < core->nr_waits; i++) {
		inq_id r = a->c->waits.v[core->waits[i]].resource;
		inq_node n = (inq_node)(a->g.nr_cpus + a->g.nr_tasks) + r;

		if (!inq_case_resource(a->c, r) || (core->cycle && !inq_core_has(&a->g, core, n)))
			continue;
		for (uint32_t k = a->g.first[n]; k < a->g.first[n + 1]; k++) {
			const struct inq_hold *h = &a->c->holds.v[a->g.edges[k].hold];

			if (!inq_core_has(&a->g, core, a->g.edges[k].to))
				continue;
			if (!best || tells_more(a->c, h, best))
				best = h;
		}
		/* thousands may wait for the same lock: the first few tell */
		if (best && i > 64)
			break;
	}
	return best;
}

const struct inq_stack *inq_node_stack(const struct inq_analysis *a, inq_node node)
{
	const struct inq_task *t = inq_case_task(a->c, inq_node_task(a->c, &a->g, node));

	if (inq_node_is_cpu(&a->g, node) && a->c->cpus.v[node].stack != INQ_NONE)
		return inq_case_stack(a->c, a->c->cpus.v[node].stack);
	return t ? inq_case_stack(a->c, t->stack) : NULL;
}

const struct inq_cpu *inq_panic_cpu(const struct inq_case *c)
{
	for (size_t i = 0; i < c->cpus.n; i++) {
		if (c->cpus.v[i].panic_cpu)
			return &c->cpus.v[i];
	}
	return NULL;
}

const char *inq_plain_panic_message(const char *s)
{
	static const char prefix[] = "Kernel panic - not syncing: ";

	return s && strncmp(s, prefix, sizeof(prefix) - 1) == 0 ? s + sizeof(prefix) - 1 : s;
}

static const char *keep(struct inq_case *c, struct inq_strbuf *sb)
{
	const char *s = sb->failed ? NULL : inq_arena_strdup(&c->arena, inq_strbuf_str(sb));

	c->arena.failed |= sb->failed;
	return s ? s : "";
}

const char *inq_say_actor(struct inq_case *c, const struct inq_actor *actor)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_describe_actor(c, actor, &sb);
	return keep(c, &sb);
}

const char *inq_say_resource(struct inq_case *c, inq_id resource)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_describe_resource(c, resource, &sb);
	return keep(c, &sb);
}

const char *inq_say_place(struct inq_case *c, const char *symbol, uint64_t offset,
			  const char *module, uint64_t ip)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_describe_place(symbol, offset, module, ip, &sb);
	return keep(c, &sb);
}

const char *inq_say_function(struct inq_case *c, const char *function, const char *module)
{
	if (!function)
		return "unknown code";
	return module ? inq_say(c, "%s [%s]", function, module) : function;
}

const char *inq_say_seconds(struct inq_case *c, double s)
{
	return s < 0 ? "an unknown time" : inq_say(c, "%.1f s", s);
}

const char *inq_say(struct inq_case *c, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = inq_arena_vprintf(&c->arena, fmt, ap);
	va_end(ap);
	return text ? text : "";
}

bool inq_lock_is_section(const struct inq_resource *r)
{
	return r->kind == INQ_RES_RT_SPINLOCK && !r->module && r->whose;
}
