// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/banned.h"

struct inq_case *inq_case_create(void)
{
	struct inq_case *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->arena = INQ_ARENA_INIT;
	c->dump.uptime_s = -1;
	c->verdict.culprit = INQ_ACTOR_INIT;
	c->verdict.finding = c->verdict.trigger_finding = INQ_NONE;
	c->verdict.resource = c->verdict.fault = INQ_NONE;
	return c;
}

void inq_case_destroy(struct inq_case *c)
{
	if (!c)
		return;
	inq_hashmap_deinit(&c->evidence_index);
	inq_hashmap_deinit(&c->resource_index);
	inq_arena_deinit(&c->arena);
	free(c);
}

bool inq_case_failed(const struct inq_case *c)
{
	return c->arena.failed;
}

bool inq_table_grow(struct inq_arena *a, void **v, size_t n, size_t *max, size_t elem_size)
{
	size_t want = *max ? *max * 2 : 8;
	void *p;

	if (n < *max)
		return true;
	/* ids are int32_t */
	if (want > INT32_MAX) {
		a->failed = true;
		return false;
	}
	p = inq_arena_calloc(a, want, elem_size);
	if (!p)
		return false;
	if (n)
		memcpy(p, *v, n * elem_size);
	*v = p;
	*max = want;
	return true;
}

void inq_ids_add(struct inq_case *c, struct inq_ids *ids, inq_id id)
{
	inq_id *e;

	if (id == INQ_NONE)
		return;
	for (size_t i = 0; i < ids->n; i++) {
		if (ids->v[i] == id)
			return;
	}
	e = inq_case_add(c, ids);
	if (e)
		*e = id;
}

void inq_ids_add_all(struct inq_case *c, struct inq_ids *ids, const struct inq_ids *more)
{
	for (size_t i = 0; i < more->n; i++)
		inq_ids_add(c, ids, more->v[i]);
}

/* A key of the evidence index; collisions are told apart by the text itself. */
static uint64_t evidence_key(enum inq_evidence_kind kind, const char *text)
{
	unsigned char k = (unsigned char)kind;

	return inq_hash_bytes(inq_hash_bytes(INQ_HASH_START, &k, 1), text, strlen(text));
}

inq_id inq_evidence_vadd(struct inq_case *c, enum inq_evidence_kind kind, const char *fmt,
			 va_list ap)
{
	cleanup_free char *text = NULL;
	struct inq_evidence *e;
	uint64_t key, at;

	if (vasprintf(&text, fmt, ap) < 0) {
		text = NULL;
		c->arena.failed = true;
		return INQ_NONE;
	}
	key = evidence_key(kind, text);
	if (inq_hashmap_get(&c->evidence_index, key, &at) && at < c->evidence.n &&
	    c->evidence.v[at].kind == kind && inq_str_same(c->evidence.v[at].text, text))
		return (inq_id)at;
	e = inq_case_add(c, &c->evidence);
	if (!e)
		return INQ_NONE;
	e->kind = kind;
	e->text = inq_arena_strdup(&c->arena, text);
	e->conf = kind == INQ_EV_DERIVED ? INQ_CONF_NONE : INQ_CONF_CERTAIN;
	if (!inq_hashmap_put(&c->evidence_index, key, c->evidence.n - 1))
		c->arena.failed = true;
	return (inq_id)(c->evidence.n - 1);
}

inq_id inq_evidence_add(struct inq_case *c, enum inq_evidence_kind kind, const char *fmt, ...)
{
	va_list ap;
	inq_id id;

	va_start(ap, fmt);
	id = inq_evidence_vadd(c, kind, fmt, ap);
	va_end(ap);
	return id;
}

struct inq_evidence *inq_evidence_at(struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->evidence.n ? &c->evidence.v[id] : NULL;
}

void inq_evidence_set_value(struct inq_case *c, inq_id id, uint64_t addr, uint64_t value)
{
	struct inq_evidence *e = inq_evidence_at(c, id);

	if (!e)
		return;
	e->addr = addr;
	e->value = value;
	e->has_addr = e->has_value = true;
}

void inq_evidence_set_checks(struct inq_case *c, inq_id id, const char *inquest, const char *crash)
{
	struct inq_evidence *e = inq_evidence_at(c, id);

	if (!e)
		return;
	e->check_inquest = inq_arena_strdup(&c->arena, inquest);
	e->check_crash = inq_arena_strdup(&c->arena, crash);
}

static bool has_gap(const struct inq_case *c, const char *what, const char *why, uint64_t addr)
{
	enum { LOOK_BACK = 64 }; /* repetitions come close together */

	for (size_t i = c->gaps.n; i-- > 0 && c->gaps.n - i <= LOOK_BACK;) {
		const struct inq_gap *g = &c->gaps.v[i];

		if (g->addr == addr && g->what && g->why && strcmp(g->what, what) == 0 &&
		    strcmp(g->why, why) == 0)
			return true;
	}
	return false;
}

void inq_gap_add(struct inq_case *c, const char *what, uint64_t addr, const char *fmt, ...)
{
	cleanup_free char *why = NULL;
	struct inq_gap *g;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&why, fmt, ap);
	va_end(ap);
	if (n < 0) {
		why = NULL;
		c->arena.failed = true;
		return;
	}
	if (has_gap(c, what, why, addr))
		return;
	g = inq_case_add(c, &c->gaps);
	if (!g)
		return;
	g->what = inq_arena_strdup(&c->arena, what);
	g->why = inq_arena_strdup(&c->arena, why);
	g->has_addr = addr != 0;
	g->addr = addr;
}

/* Kernel addresses are 8-aligned or spare their top bits: the kind fits beside them. */
static uint64_t resource_key(enum inq_resource_kind kind, uint64_t addr)
{
	return addr ^ ((uint64_t)kind << 56);
}

inq_id inq_resource_find(const struct inq_case *c, enum inq_resource_kind kind, uint64_t addr)
{
	uint64_t at;

	if (addr && inq_hashmap_get(&c->resource_index, resource_key(kind, addr), &at) &&
	    at < c->resources.n && c->resources.v[at].kind == kind &&
	    c->resources.v[at].addr == addr)
		return (inq_id)at;
	return INQ_NONE;
}

bool inq_resource_is_any(const struct inq_case *c, enum inq_resource_kind kind)
{
	for (size_t i = 0; i < c->resources.n; i++) {
		if (c->resources.v[i].kind == kind)
			return true;
	}
	return false;
}

inq_id inq_resource_find_or_add(struct inq_case *c, enum inq_resource_kind kind, uint64_t addr)
{
	inq_id known = inq_resource_find(c, kind, addr);
	struct inq_resource *r;

	if (known != INQ_NONE)
		return known;
	r = inq_case_add(c, &c->resources);
	if (!r)
		return INQ_NONE;
	r->kind = kind;
	r->addr = addr;
	r->ev_word = INQ_NONE;
	if (addr &&
	    !inq_hashmap_put(&c->resource_index, resource_key(kind, addr), c->resources.n - 1))
		c->arena.failed = true;
	return (inq_id)(c->resources.n - 1);
}

/* The CPU that an actor executes on, -1 for a task off the CPU. */
static int32_t actor_cpu(const struct inq_actor *a)
{
	return a->kind == INQ_ACTOR_NONE ? -1 : a->cpu;
}

bool inq_actor_same(const struct inq_actor *a, const struct inq_actor *b)
{
	if (a->kind == INQ_ACTOR_NONE || b->kind == INQ_ACTOR_NONE)
		return false;
	if (actor_cpu(a) >= 0 && actor_cpu(b) >= 0)
		return actor_cpu(a) == actor_cpu(b);
	return a->task != INQ_NONE && a->task == b->task;
}

inq_id inq_actor_stack(const struct inq_case *c, const struct inq_actor *a)
{
	const struct inq_cpu *cpu = inq_case_cpu(c, a->cpu);
	const struct inq_task *t = inq_case_task(c, a->task);

	if (cpu && inq_case_stack(c, cpu->stack))
		return cpu->stack;
	return t && inq_case_stack(c, t->stack) ? t->stack : INQ_NONE;
}

uint64_t inq_stack_shape(const struct inq_stack *s)
{
	uint64_t hash = INQ_HASH_START;

	for (size_t i = 0; i < s->n; i++) {
		const char *name = s->v[i].symbol ? s->v[i].symbol : "?";

		hash = inq_hash_bytes(hash, name, strlen(name) + 1);
	}
	return hash;
}

static void mend_id(inq_id *id, size_t n)
{
	if (*id < 0 || (size_t)*id >= n)
		*id = INQ_NONE;
}

static void mend_ids(struct inq_ids *ids, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < ids->n; i++) {
		if (ids->v[i] >= 0 && (size_t)ids->v[i] < n)
			ids->v[kept++] = ids->v[i];
	}
	ids->n = kept;
}

static void mend_actor(const struct inq_case *c, struct inq_actor *a)
{
	mend_id(&a->task, c->tasks.n);
	if (a->cpu < 0 || (size_t)a->cpu >= c->cpus.n)
		a->cpu = -1;
	if ((a->kind == INQ_ACTOR_TASK && a->task == INQ_NONE && a->cpu < 0) ||
	    (a->kind > INQ_ACTOR_TASK && a->cpu < 0))
		*a = INQ_ACTOR_INIT;
}

static void mend_cpus_and_tasks(struct inq_case *c)
{
	for (size_t i = 0; i < c->cpus.n; i++) {
		struct inq_cpu *cpu = &c->cpus.v[i];

		cpu->nr = (int32_t)i;
		mend_id(&cpu->task, c->tasks.n);
		mend_id(&cpu->stack, c->stacks.n);
		mend_id(&cpu->ev_state, c->evidence.n);
		mend_id(&cpu->ev_irqs, c->evidence.n);
		mend_id(&cpu->ev_stuck, c->evidence.n);
		mend_id(&cpu->ev_preempt, c->evidence.n);
	}
	for (size_t i = 0; i < c->tasks.n; i++) {
		mend_id(&c->tasks.v[i].stack, c->stacks.n);
		mend_id(&c->tasks.v[i].ev_exit, c->evidence.n);
	}
}

static void mend_holds_and_waits(struct inq_case *c)
{
	for (size_t i = 0; i < c->holds.n; i++) {
		mend_id(&c->holds.v[i].resource, c->resources.n);
		mend_actor(c, &c->holds.v[i].holder);
		mend_ids(&c->holds.v[i].evidence, c->evidence.n);
	}
	for (size_t i = 0; i < c->leaks.n; i++) {
		mend_id(&c->leaks.v[i].resource, c->resources.n);
		mend_ids(&c->leaks.v[i].evidence, c->evidence.n);
	}
	for (size_t i = 0; i < c->waits.n; i++) {
		mend_id(&c->waits.v[i].resource, c->resources.n);
		mend_actor(c, &c->waits.v[i].waiter);
		mend_actor(c, &c->waits.v[i].target);
		mend_ids(&c->waits.v[i].evidence, c->evidence.n);
	}
}

static void mend_tracks(struct inq_case *c)
{
	for (size_t i = 0; i < c->tracks.n; i++) {
		mend_id(&c->tracks.v[i].stack, c->stacks.n);
		mend_id(&c->tracks.v[i].task, c->tasks.n);
		mend_id(&c->tracks.v[i].evidence, c->evidence.n);
	}
}

static void mend_origins(struct inq_case *c)
{
	for (size_t i = 0; i < c->origins.n; i++) {
		mend_id(&c->origins.v[i].stack, c->stacks.n);
		mend_ids(&c->origins.v[i].evidence, c->evidence.n);
	}
	for (size_t i = 0; i < c->processes.n; i++) {
		mend_id(&c->processes.v[i].task, c->tasks.n);
		mend_ids(&c->processes.v[i].evidence, c->evidence.n);
	}
}

void inq_case_mend(struct inq_case *c)
{
	mend_cpus_and_tasks(c);
	mend_tracks(c);
	mend_origins(c);
	mend_holds_and_waits(c);
	for (size_t i = 0; i < c->resources.n; i++) {
		mend_id(&c->resources.v[i].ev_word, c->evidence.n);
		mend_ids(&c->resources.v[i].ev_signaller, c->evidence.n);
	}
	for (size_t i = 0; i < c->events.n; i++)
		mend_id(&c->events.v[i].evidence, c->evidence.n);
	for (size_t i = 0; i < c->machine_checks.n; i++)
		mend_id(&c->machine_checks.v[i].evidence, c->evidence.n);
	for (size_t i = 0; i < c->memory.n; i++) {
		mend_id(&c->memory.v[i].task, c->tasks.n);
		mend_id(&c->memory.v[i].track, c->tracks.n);
		mend_id(&c->memory.v[i].evidence, c->evidence.n);
	}
	for (size_t i = 0; i < c->faults.n; i++) {
		struct inq_fault *f = &c->faults.v[i];

		mend_id(&f->task, c->tasks.n);
		mend_id(&f->stack, c->stacks.n);
		mend_id(&f->freed_by, c->tracks.n);
		mend_id(&f->allocated_by, c->tracks.n);
		mend_ids(&f->ev_where, c->evidence.n);
		mend_ids(&f->ev_memory, c->evidence.n);
		mend_ids(&f->ev_register, c->evidence.n);
		mend_ids(&f->ev_code, c->evidence.n);
	}
}
