// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/origin.h"

#include <inttypes.h>

#include "util/strbuf.h"
#include "util/banned.h"

enum { GENERATIONS = 8 };

/* What an inner origin has said already. */
static bool is_implied(const struct inq_origin *outer, const struct inq_origin *inner)
{
	return outer->kind == INQ_ORIGIN_KTHREAD || outer->kind == INQ_ORIGIN_IPI ||
	       (outer->kind == INQ_ORIGIN_SOFTIRQ &&
		(inner->kind == INQ_ORIGIN_TIMER || inner->kind == INQ_ORIGIN_TASKLET ||
		 inner->kind == INQ_ORIGIN_RCU));
}

static void put_from(struct inq_page *p, unsigned int label)
{
	const struct inq_ids *ids = &p->c->verdict.origins;
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	cleanup_strbuf struct inq_strbuf tail = INQ_STRBUF_INIT;
	const struct inq_origin *inner = NULL;

	for (size_t i = 0; i < ids->n; i++) {
		const struct inq_origin *o = inq_case_origin(p->c, ids->v[i]);

		if (!o || !o->text || (inner && is_implied(o, inner)))
			continue;
		inq_strbuf_addf(&sb, "%s%s", inner ? "; in " : "", o->text);
		inner = o;
		if (!tail.len)
			inq_page_ids(&tail, &o->evidence, p->verbose ? o->evidence.n : 4);
	}
	if (inner)
		inq_page_wrap(p, INQ_STYLE_PLAIN, "from", label, inq_strbuf_str(&sb),
			      inq_strbuf_str(&tail));
	p->out.failed |= sb.failed || tail.failed;
}

static const struct inq_task *parent_of(const struct inq_case *c, const struct inq_task *t)
{
	for (size_t i = 0; t->ppid > 0 && i < c->tasks.n; i++) {
		if (c->tasks.v[i].tgid == t->ppid && c->tasks.v[i].pid == t->ppid)
			return &c->tasks.v[i];
	}
	return NULL;
}

/* The parents of @t up to init, nearest first; returns how many of @max. */
static size_t parents_of(const struct inq_case *c, const struct inq_task *t,
			 const struct inq_task **ret, size_t max)
{
	size_t n = 0;

	for (t = t ? parent_of(c, t) : NULL; t && n < max; t = parent_of(c, t))
		ret[n++] = t;
	return n;
}

static void put_process(struct inq_page *p, unsigned int label)
{
	const struct inq_process *pr = inq_case_process(p->c, p->c->verdict.process);
	const struct inq_task *t = inq_case_task(p->c, p->c->verdict.culprit.task);
	const struct inq_task *parents[GENERATIONS];
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	cleanup_strbuf struct inq_strbuf tail = INQ_STRBUF_INIT;
	size_t n = parents_of(p->c, t, parents, GENERATIONS);

	if (!pr)
		return;
	if (pr->cmdline)
		inq_strbuf_addf(&sb, "\"%s\"", pr->cmdline);
	if (pr->exe)
		inq_strbuf_addf(&sb, "%s%s", sb.len ? " = " : "", pr->exe);
	if (pr->uid >= 0)
		inq_strbuf_addf(&sb, "%suid %" PRId64, sb.len ? ", " : "", pr->uid);
	if (pr->tty)
		inq_strbuf_addf(&sb, ", %s", pr->tty);
	if (pr->container)
		inq_strbuf_addf(&sb, ", container %s%s%.12s", pr->runtime ? pr->runtime : "",
				pr->runtime ? " " : "", pr->container);
	if (pr->cgroup && pr->cgroup[1])
		inq_strbuf_addf(&sb, ", cgroup %s", pr->cgroup);
	if (pr->pid_ns_level > 0)
		inq_strbuf_addf(&sb, ", pid %d in its namespace", pr->ns_pid);
	for (size_t i = 0; i < n; i++)
		inq_strbuf_addf(&sb, "%s%s (%d)", i ? ", of " : ", child of ",
				parents[i]->comm ? parents[i]->comm : "?", parents[i]->pid);
	inq_page_ids(&tail, &pr->evidence, pr->evidence.n);
	if (sb.len)
		inq_page_wrap(p, INQ_STYLE_PLAIN, "process", label, inq_strbuf_str(&sb),
			      inq_strbuf_str(&tail));
	p->out.failed |= sb.failed || tail.failed;
}

void inq_origin_text(struct inq_page *p, unsigned int label)
{
	put_from(p, label);
	put_process(p, label);
}

static void json_number(struct inq_json *j, const char *key, int64_t v)
{
	if (v < 0)
		inq_json_null(j, key);
	else
		inq_json_int(j, key, v);
}

static void json_args(const struct inq_origin *o, struct inq_json *j)
{
	inq_json_array(j, "args", false);
	for (size_t i = 0; i < o->nr_args; i++) {
		inq_json_object(j, NULL, true);
		inq_json_str(j, "name", o->args[i].name);
		inq_json_addr(j, "value", o->args[i].value);
		inq_json_str(j, "is", o->args[i].is);
		inq_json_end(j);
	}
	inq_json_end(j);
}

static void json_evidence(const struct inq_ids *ids, struct inq_json *j)
{
	char id[16];

	inq_json_array(j, "evidence", true);
	for (size_t i = 0; i < ids->n; i++) {
		snprintf(id, sizeof(id), "e%d", ids->v[i] + 1);
		inq_json_str(j, NULL, id);
	}
	inq_json_end(j);
}

static void json_origin(const struct inq_origin *o, struct inq_json *j)
{
	inq_json_str(j, "kind", inq_origin_kind_name(o->kind));
	inq_json_str(j, "text", o->text);
	inq_json_str(j, "name", o->name);
	json_number(j, "number", o->number);
	inq_json_str(j, "function", o->function);
	inq_json_str(j, "module", o->module);
	if (o->object)
		inq_json_addr(j, "object", o->object);
	else
		inq_json_null(j, "object");
	inq_json_str(j, "object_is", o->object_is);
	json_args(o, j);
	json_evidence(&o->evidence, j);
}

static void json_parents(const struct inq_case *c, struct inq_json *j)
{
	const struct inq_task *t = inq_case_task(c, c->verdict.culprit.task);
	const struct inq_task *parents[GENERATIONS];
	size_t n = parents_of(c, t, parents, GENERATIONS);

	inq_json_array(j, "parents", false);
	for (size_t i = 0; i < n; i++) {
		inq_json_object(j, NULL, true);
		inq_json_int(j, "pid", parents[i]->pid);
		inq_json_str(j, "comm", parents[i]->comm);
		inq_json_end(j);
	}
	inq_json_end(j);
}

static void json_process(const struct inq_case *c, struct inq_json *j)
{
	const struct inq_process *p = inq_case_process(c, c->verdict.process);

	if (!p) {
		inq_json_null(j, "process");
		return;
	}
	inq_json_object(j, "process", false);
	inq_json_str(j, "exe", p->exe);
	inq_json_str(j, "cmdline", p->cmdline);
	json_number(j, "uid", p->uid);
	inq_json_str(j, "cgroup", p->cgroup);
	inq_json_str(j, "container", p->container);
	inq_json_str(j, "runtime", p->runtime);
	inq_json_str(j, "tty", p->tty);
	json_number(j, "pid_ns_level", p->pid_ns_level);
	json_number(j, "ns_pid", p->ns_pid);
	json_parents(c, j);
	json_evidence(&p->evidence, j);
	inq_json_end(j);
}

void inq_origin_json(const struct inq_case *c, struct inq_json *j)
{
	const struct inq_ids *ids = &c->verdict.origins;
	const struct inq_origin *first = ids->n ? inq_case_origin(c, ids->v[0]) : NULL;

	if (!first && c->verdict.process == INQ_NONE) {
		inq_json_null(j, "origin");
		return;
	}
	inq_json_object(j, "origin", false);
	json_origin(first ? first : &(struct inq_origin){.number = -1}, j);
	inq_json_array(j, "outer", false);
	for (size_t i = 1; i < ids->n; i++) {
		inq_json_object(j, NULL, false);
		json_origin(inq_case_origin(c, ids->v[i]), j);
		inq_json_end(j);
	}
	inq_json_end(j);
	json_process(c, j);
	inq_json_end(j);
}
