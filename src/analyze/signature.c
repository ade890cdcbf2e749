// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stacks.h"
#include "util/strbuf.h"
#include "util/banned.h"

/*
 * What goes in: class, trigger, kind and name of the lock, function and module that are to
 * blame, whether a task or an interrupt waits for itself, and of a fault its function, module and
 * the type-level path.  What stays out: addresses, PIDs, CPU numbers, task names, log texts,
 * offsets, line numbers, durations, victims.  Parts are lines, so that no two can be confused.
 */
static void add_part(struct inq_strbuf *sb, const char *what, const char *s)
{
	inq_strbuf_addf(sb, "%s=%s\n", what, s ? s : "");
}

static void add_symbol(struct inq_strbuf *sb, const char *what, const char *symbol)
{
	inq_strbuf_addf(sb, "%s=", what);
	if (symbol)
		inq_strbuf_addn(sb, symbol, inq_base_length(symbol));
	inq_strbuf_addc(sb, '\n');
}

/*
 * The variable that the lock is, or is part of: "locks[3].lock", "locks+0x20" and "locks[0].lock"
 * are one bug; which of them it is called hangs on whether the module has types.  So does the name
 * of a lock in the heap, which is left out.
 */
static void add_name(struct inq_strbuf *sb, const struct inq_resource *r)
{
	inq_strbuf_add(sb, "lock=");
	if (r->name && !r->slab)
		inq_strbuf_addn(sb, r->name, strcspn(r->name, ".+["));
	inq_strbuf_addc(sb, '\n');
}

/* An element's number, or the register that it is in, is of this run and this build. */
static void add_path(struct inq_strbuf *sb, const char *path)
{
	inq_strbuf_add(sb, "expression=");
	for (; path && *path; path++) {
		inq_strbuf_addc(sb, *path);
		if (*path == '[')
			path += strcspn(path, "]") - 1;
	}
	inq_strbuf_addc(sb, '\n');
}

/* The members of the path, without their objects' names: they hang on inlining. */
static void add_fault(struct inq_strbuf *sb, const struct inq_verdict *v, const struct inq_fault *f)
{
	if (!f)
		return;
	/* a check's own function is called and inlined otherwise in each kernel */
	if (f->kind == INQ_FAULT_OPCODE && v->function && !inq_function_is(f->symbol, v->function))
		return;
	add_symbol(sb, "fault", f->symbol);
	add_part(sb, "fault-module", f->module);
	/* what a module's own types tell hangs on whether it has any */
	add_path(sb, f->shape ? f->shape : f->typed ? f->expression : f->bad_member);
}

/* The functions of a cycle, whoever comes first in this dump. */
struct functions {
	const char *names[16];
	size_t n;
};

static void note_function(void *arg, const struct inq_wait *w, const struct inq_hold *h)
{
	struct functions *fns = arg;

	(void)w;
	if (h && h->function && fns->n < array_size(fns->names))
		fns->names[fns->n++] = h->function;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_cycle(const struct inq_analysis *a, struct inq_strbuf *sb,
		      const struct inq_core *core)
{
	struct functions fns = {.n = 0};

	inq_core_each_link(a, core, note_function, &fns);
	qsort(fns.names, fns.n, sizeof(fns.names[0]), by_name);
	for (size_t i = 0; i < fns.n; i++)
		add_symbol(sb, "cycle", fns.names[i]);
}

/*
 * Functions that call each other until the stack is full: which of them meets its end is chance.
 * False: it was no such recursion.
 */
static bool add_recursion(struct inq_strbuf *sb, const struct inq_verdict *v)
{
	struct functions fns = {.n = 0};

	for (size_t i = 0; i < v->stack_use.n && fns.n < array_size(fns.names); i++) {
		const struct inq_stack_use *use = &v->stack_use.v[i];

		if (use->in_cycle && use->function)
			fns.names[fns.n++] = use->function;
	}
	qsort(fns.names, fns.n, sizeof(fns.names[0]), by_name);
	for (size_t i = 0; i < fns.n; i++)
		add_symbol(sb, "recursion", fns.names[i]);
	return fns.n > 0;
}

/* Without a function to blame: what the first waiter does. */
static void add_waiter(const struct inq_analysis *a, struct inq_strbuf *sb,
		       const struct inq_core *core)
{
	const struct inq_wait *w = core->nr_waits ? &a->c->waits.v[core->waits[0]] : NULL;
	inq_node n = w ? inq_graph_node_of(a->c, &a->g, &w->waiter) : -1;
	const struct inq_stack *s = n >= 0 ? inq_node_stack(a, n) : NULL;
	inq_id frame = s ? inq_stack_innermost(s, 0, s->n) : INQ_NONE;

	if (frame != INQ_NONE)
		add_symbol(sb, "waiter", s->v[frame].symbol);
}

/* Who used the memory up is the bug; nobody else's name is part of it. */
static void add_consumer(const struct inq_case *c, struct inq_strbuf *sb)
{
	const struct inq_task *t = inq_case_task(c, c->verdict.culprit.task);
	const struct inq_memory_use *most = NULL;

	for (size_t i = 0; i < c->memory.n && !t; i++) {
		const struct inq_memory_use *u = &c->memory.v[i];

		if (u->what && strcmp(u->what, "total") != 0 && u->task == INQ_NONE &&
		    (!most || u->bytes > most->bytes))
			most = u;
	}
	add_part(sb, "consumer", t ? t->comm : (most ? most->what : NULL));
}

void inq_signature_make(struct inq_analysis *a, const struct inq_candidate *cand)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_verdict *v = &a->c->verdict;
	const struct inq_resource *r = inq_case_resource(a->c, v->resource);
	const struct inq_fault *f = inq_case_fault(a->c, v->fault);
	const struct inq_task *t;
	bool recursion;
	bool in_cycle = cand && cand->core && cand->core->cycle && cand->core->nr_actors > 1;

	add_part(&sb, "class", v->class_);
	add_part(&sb, "trigger", v->trigger);
	/* of a cycle's locks none is more the one than the others */
	if (r && !in_cycle) {
		add_part(&sb, "kind", inq_resource_kind_name(r->kind));
		add_name(&sb, r);
		add_part(&sb, "lock-module", r->module);
	}
	/* the same section that its own code enters twice is another bug than one interrupted;
	 * who sleeps for it (PREEMPT_RT) may be either */
	t = inq_case_task(a->c, v->culprit.task);
	if (v->class_ && strcmp(v->class_, "self-deadlock") == 0 && t && t->on_cpu &&
	    v->culprit.kind == INQ_ACTOR_TASK)
		add_part(&sb, "in", "task");
	recursion = add_recursion(&sb, v);
	if (in_cycle) {
		add_cycle(a, &sb, cand->core);
	} else if (!recursion) {
		add_symbol(&sb, "function", v->function);
		add_part(&sb, "module", v->module);
	}
	if (cand && cand->core && !v->function && !(r && r->name && !r->slab))
		add_waiter(a, &sb, cand->core);
	if (!recursion)
		add_fault(&sb, v, f);
	if (v->class_ && strcmp(v->class_, "out-of-memory") == 0)
		add_consumer(a->c, &sb);
	snprintf(v->signature, sizeof(v->signature), "%016" PRIx64,
		 inq_hash_bytes(INQ_HASH_START, inq_strbuf_str(&sb), sb.len));
	a->c->arena.failed |= sb.failed;
}
