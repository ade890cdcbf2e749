// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/formats.h"

#include <string.h>

#include "model/describe.h"
#include "report/check.h"
#include "report/facts.h"
#include "report/holders.h"
#include "report/json_out.h"
#include "report/origin.h"
#include "util/banned.h"

/* What one JSON report is written with. */
struct writer {
	const struct inq_case *c;
	struct inq_json j;
	struct inq_strbuf text; /* scratch */
};

static void put_id(struct writer *w, const char *key, char letter, inq_id id)
{
	inq_strbuf_reset(&w->text);
	inq_strbuf_addf(&w->text, "%c%d", letter, id + 1);
	inq_json_str(&w->j, key, inq_strbuf_str(&w->text));
}

static void put_ids(struct writer *w, const char *key, char letter, const struct inq_ids *ids)
{
	inq_json_array(&w->j, key, true);
	for (size_t i = 0; i < ids->n; i++)
		put_id(w, NULL, letter, ids->v[i]);
	inq_json_end(&w->j);
}

static void put_addr(struct writer *w, const char *key, uint64_t addr, bool known)
{
	if (known)
		inq_json_addr(&w->j, key, addr);
	else
		inq_json_null(&w->j, key);
}

static void put_cpu_nr(struct writer *w, const char *key, int32_t cpu)
{
	if (cpu < 0)
		inq_json_null(&w->j, key);
	else
		inq_json_int(&w->j, key, cpu);
}

static void put_pid_comm(struct writer *w, inq_id task)
{
	const struct inq_task *t = inq_case_task(w->c, task);

	if (t)
		inq_json_int(&w->j, "pid", t->pid);
	else
		inq_json_null(&w->j, "pid");
	inq_json_str(&w->j, "comm", t ? t->comm : NULL);
}

static void put_culprit(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;
	const struct inq_task *t = inq_case_task(w->c, v->culprit.task);

	if (!v->culprit_kind && !v->function) {
		inq_json_null(&w->j, "culprit");
		return;
	}
	inq_json_object(&w->j, "culprit", true);
	inq_json_str(&w->j, "kind", v->culprit_kind);
	put_cpu_nr(w, "cpu", v->culprit.cpu);
	put_pid_comm(w, v->culprit.task);
	put_addr(w, "task", t ? t->addr : 0, t && t->addr);
	inq_json_str(&w->j, "function", v->function);
	inq_json_str(&w->j, "module", v->module);
	inq_json_end(&w->j);
}

/* Who panicked, as other tools show it. */
static void put_panic(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;
	const struct inq_task *t = inq_case_task(w->c, v->panicker.task);

	if (v->panicker.kind == INQ_ACTOR_NONE) {
		inq_json_null(&w->j, "panic");
		return;
	}
	inq_json_object(&w->j, "panic", true);
	put_cpu_nr(w, "cpu", v->panicker.cpu);
	put_pid_comm(w, v->panicker.task);
	put_addr(w, "task", t ? t->addr : 0, t && t->addr);
	inq_json_str(&w->j, "message", w->c->dump.panic_message);
	inq_json_str(&w->j, "note", v->panic_note);
	inq_json_end(&w->j);
}

static void put_resource(struct writer *w, const char *key, inq_id id, bool verdict)
{
	const struct inq_resource *r = inq_case_resource(w->c, id);

	if (!r) {
		inq_json_null(&w->j, key);
		return;
	}
	inq_json_object(&w->j, key, true);
	inq_json_str(&w->j, "kind", inq_resource_kind_name(r->kind));
	put_addr(w, "address", r->addr, r->addr != 0);
	inq_json_str(&w->j, "name", r->name);
	if (verdict) {
		inq_json_str(&w->j, "module", r->module);
		put_addr(w, "word", r->word, r->has_word);
		inq_json_str(&w->j, "detail", r->detail);
	}
	inq_json_end(&w->j);
}

/* A function as its source calls it, without the compiler's .isra.0 and so on. */
static void put_function(struct writer *w, const char *key, const char *symbol)
{
	char name[256];

	if (symbol)
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(symbol, "."), symbol);
	inq_json_str(&w->j, key, symbol ? name : NULL);
}

static void put_fault(struct writer *w)
{
	const struct inq_fault *f = inq_case_fault(w->c, w->c->verdict.fault);
	const struct inq_frame *fr = f ? inq_case_frame(w->c, f->stack, f->frame) : NULL;

	if (!f) {
		inq_json_null(&w->j, "fault");
		return;
	}
	inq_json_object(&w->j, "fault", false);
	put_addr(w, "address", f->addr, f->has_addr);
	put_addr(w, "ip", f->ip, f->ip != 0);
	put_function(w, "symbol", f->symbol);
	inq_json_int(&w->j, "offset", (int64_t)f->offset);
	inq_json_str(&w->j, "module", f->module);
	inq_json_str(&w->j, "expression", f->expression);
	inq_json_str(&w->j, "null_member", inq_fault_is_null(f) ? f->bad_member : NULL);
	inq_json_str(&w->j, "bad", f->bad);
	put_addr(w, "bad_value", f->bad_value, f->has_bad_value);
	inq_json_str(&w->j, "instruction", f->insn);
	inq_json_str(&w->j, "source", fr ? fr->source : NULL);
	inq_json_str(&w->j, "inlined", fr ? fr->inlined : NULL);
	inq_json_end(&w->j);
}

static void put_chain(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;

	inq_json_array(&w->j, "chain", false);
	for (size_t i = 0; i < v->chain.n; i++) {
		inq_json_object(&w->j, NULL, true);
		inq_json_int(&w->j, "n", (int64_t)i + 1);
		inq_json_seconds(&w->j, "t_s", v->chain.v[i].t_s);
		inq_json_str(&w->j, "text", v->chain.v[i].text);
		put_ids(w, "evidence", 'e', &v->chain.v[i].evidence);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_waits_for(struct writer *w, const struct inq_wait *wait)
{
	if (!wait) {
		inq_json_null(&w->j, "waits_for");
		inq_json_null(&w->j, "since_s");
		return;
	}
	inq_strbuf_reset(&w->text);
	inq_describe_resource(w->c, wait->resource, &w->text);
	if (wait->target.kind != INQ_ACTOR_NONE) {
		inq_strbuf_add(&w->text, ": ");
		inq_describe_actor(w->c, &wait->target, &w->text);
	}
	inq_json_str(&w->j, "waits_for", inq_strbuf_str(&w->text));
	inq_json_seconds(&w->j, "since_s", wait->since_s);
}

static const struct inq_wait *wait_at(const struct inq_case *c, inq_id id)
{
	return id >= 0 && (size_t)id < c->waits.n ? &c->waits.v[id] : NULL;
}

static void put_victims(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;

	inq_json_array(&w->j, "victims", false);
	for (size_t i = 0; i < v->victims.n; i++) {
		inq_json_object(&w->j, NULL, true);
		put_cpu_nr(w, "cpu", v->victims.v[i].actor.cpu);
		put_pid_comm(w, v->victims.v[i].actor.task);
		put_waits_for(w, wait_at(w->c, v->victims.v[i].wait));
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_rules(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;

	inq_json_array(&w->j, "rules_broken", false);
	for (size_t i = 0; i < v->rules.n; i++) {
		inq_json_object(&w->j, NULL, false);
		inq_json_str(&w->j, "rule", v->rules.v[i].rule);
		inq_json_str(&w->j, "where", v->rules.v[i].where);
		inq_json_str(&w->j, "why", v->rules.v[i].why);
		put_ids(w, "evidence", 'e', &v->rules.v[i].evidence);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
	inq_json_array(&w->j, "next_steps", false);
	for (size_t i = 0; i < v->next_steps.n; i++) {
		inq_strbuf_reset(&w->text);
		inq_check_expand(&w->text, v->next_steps.v[i], w->c->dump.path);
		inq_json_str(&w->j, NULL, inq_strbuf_str(&w->text));
	}
	inq_json_end(&w->j);
}

/* Absent where the stack did not overflow. */
static void put_stack_use(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;

	if (!v->stack_use.n)
		return;
	inq_json_array(&w->j, "stack_use", false);
	for (size_t i = 0; i < v->stack_use.n; i++) {
		const struct inq_stack_use *u = &v->stack_use.v[i];

		inq_json_object(&w->j, NULL, true);
		inq_json_str(&w->j, "function", u->function);
		inq_json_str(&w->j, "module", u->module);
		inq_json_int(&w->j, "frames", u->frames);
		inq_json_int(&w->j, "bytes", (int64_t)u->bytes);
		inq_json_bool(&w->j, "in_cycle", u->in_cycle);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_verdict(struct writer *w)
{
	const struct inq_verdict *v = &w->c->verdict;

	inq_json_object(&w->j, "verdict", false);
	inq_json_str(&w->j, "class", v->class_);
	inq_json_str(&w->j, "trigger", v->trigger);
	inq_json_str(&w->j, "title", v->title);
	inq_json_str(&w->j, "first_cause", v->first_cause);
	inq_json_str(&w->j, "confidence", inq_confidence_name(v->conf));
	inq_json_str(&w->j, "signature", v->signature);
	put_culprit(w);
	put_panic(w);
	inq_origin_json(w->c, &w->j);
	put_resource(w, "lock", v->resource, true);
	put_fault(w);
	put_chain(w);
	put_victims(w);
	inq_json_int(&w->j, "innocent_waiters", v->innocent_waiters);
	put_ids(w, "also_wrong", 'f', &v->others);
	put_rules(w);
	put_stack_use(w);
	inq_json_end(&w->j);
}

static void put_findings(struct writer *w)
{
	inq_json_array(&w->j, "findings", false);
	for (size_t i = 0; i < w->c->findings.n; i++) {
		const struct inq_finding *f = &w->c->findings.v[i];

		inq_json_object(&w->j, NULL, false);
		put_id(w, "id", 'f', (inq_id)i);
		inq_json_str(&w->j, "class", f->class_);
		inq_json_str(&w->j, "title", f->title);
		inq_json_str(&w->j, "confidence", inq_confidence_name(f->conf));
		put_ids(w, "caused_by", 'f', &f->caused_by);
		put_ids(w, "evidence", 'e', &f->evidence);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_check(struct writer *w, const struct inq_evidence *e)
{
	inq_json_object(&w->j, "check", true);
	inq_strbuf_reset(&w->text);
	if (e->check_inquest)
		inq_check_command(&w->text, e->check_inquest, w->c->dump.path);
	inq_json_str(&w->j, "inquest", e->check_inquest ? inq_strbuf_str(&w->text) : NULL);
	inq_json_str(&w->j, "crash", e->check_crash);
	inq_json_end(&w->j);
}

static void put_evidence(struct writer *w)
{
	inq_json_array(&w->j, "evidence", false);
	for (size_t i = 0; i < w->c->evidence.n; i++) {
		const struct inq_evidence *e = &w->c->evidence.v[i];

		inq_json_object(&w->j, NULL, true);
		put_id(w, "id", 'e', (inq_id)i);
		inq_json_str(&w->j, "kind", inq_evidence_kind_name(e->kind));
		inq_json_str(&w->j, "text", e->text);
		put_addr(w, "address", e->addr, e->has_addr);
		put_addr(w, "value", e->value, e->has_value);
		inq_json_str(&w->j, "confidence", inq_confidence_name(e->conf));
		put_check(w, e);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_frame(struct writer *w, const struct inq_frame *f)
{
	bool code = f->how && strcmp(f->how, "code") == 0;

	inq_json_object(&w->j, NULL, true);
	inq_json_addr(&w->j, "ip", f->ip);
	inq_json_str(&w->j, "symbol", f->symbol);
	inq_json_int(&w->j, "offset", (int64_t)f->offset);
	inq_json_str(&w->j, "module", f->module);
	inq_json_addr(&w->j, "sp", f->sp);
	/* What the code did to the stack pointer is a way to scan, to those who know four words. */
	inq_json_str(&w->j, "how", code ? "scan" : f->how);
	if (code)
		inq_json_str(&w->j, "technique", f->how);
	if (f->source)
		inq_json_str(&w->j, "source", f->source);
	if (f->inlined)
		inq_json_str(&w->j, "inlined", f->inlined);
	inq_json_end(&w->j);
}

/* The frames of one context after the other, innermost first. */
static void put_stacks(struct writer *w, inq_id id)
{
	const struct inq_stack *s = inq_case_stack(w->c, id);

	inq_json_array(&w->j, "stacks", false);
	for (size_t i = 0; s && i < s->n;) {
		enum inq_frame_context context = s->v[i].context;

		inq_json_object(&w->j, NULL, false);
		inq_json_str(&w->j, "context", inq_frame_context_name(context));
		inq_json_array(&w->j, "frames", false);
		for (; i < s->n && s->v[i].context == context; i++)
			put_frame(w, &s->v[i]);
		inq_json_end(&w->j);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_cpus(struct writer *w)
{
	inq_json_array(&w->j, "cpus", false);
	for (size_t i = 0; i < w->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &w->c->cpus.v[i];
		const struct inq_task *t = inq_case_task(w->c, cpu->task);

		inq_json_object(&w->j, NULL, false);
		inq_json_int(&w->j, "cpu", cpu->nr);
		inq_json_str(&w->j, "state", inq_cpu_state_name(cpu->state));
		inq_json_str(&w->j, "irqs", inq_tristate_name(cpu->irqs));
		if (cpu->has_preempt_count)
			inq_json_int(&w->j, "preempt_count", cpu->preempt_count);
		else
			inq_json_null(&w->j, "preempt_count");
		inq_json_seconds(&w->j, "stuck_s", cpu->stuck_s);
		inq_json_object(&w->j, "task", true);
		put_pid_comm(w, cpu->task);
		put_addr(w, "address", t ? t->addr : 0, t && t->addr);
		inq_json_end(&w->j);
		put_stacks(w, cpu->stack);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_actor(struct writer *w, const char *key, const struct inq_actor *a)
{
	if (a->kind == INQ_ACTOR_NONE) {
		inq_json_null(&w->j, key);
		return;
	}
	inq_json_object(&w->j, key, true);
	inq_json_str(&w->j, "kind", a->kind == INQ_ACTOR_TASK ? "task" : "cpu");
	put_cpu_nr(w, "cpu", a->cpu);
	put_pid_comm(w, a->task);
	inq_json_end(&w->j);
}

static struct inq_error *put_waits(struct writer *w)
{
	cleanup_with(inq_holders_deinit) struct inq_holders holders = {0};
	struct inq_error *err = inq_holders_init(w->c, &holders);

	if (err)
		return err;
	inq_json_array(&w->j, "waits", false);
	for (size_t i = 0; i < w->c->waits.n; i++) {
		const struct inq_wait *wait = &w->c->waits.v[i];
		const struct inq_hold *h = inq_holders_get(w->c, &holders, wait->resource);

		inq_json_object(&w->j, NULL, true);
		put_actor(w, "waiter", &wait->waiter);
		put_resource(w, "for", wait->resource, false);
		put_actor(w, "holder", h ? &h->holder : &wait->target);
		inq_json_str(&w->j, "holder_how", h ? inq_holder_how_name(h->how) : "none");
		inq_json_seconds(&w->j, "since_s", wait->since_s);
		put_ids(w, "evidence", 'e', &wait->evidence);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
	return NULL;
}

static void put_timeline(struct writer *w)
{
	inq_json_array(&w->j, "timeline", false);
	for (size_t i = 0; i < w->c->events.n; i++) {
		const struct inq_event *e = &w->c->events.v[i];

		if (!e->notable)
			continue;
		inq_json_object(&w->j, NULL, true);
		inq_json_seconds(&w->j, "t_s", e->t_s);
		inq_json_str(&w->j, "text", e->text);
		inq_json_str(&w->j, "source", e->source);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

static void put_gaps(struct writer *w)
{
	inq_json_array(&w->j, "gaps", false);
	for (size_t i = 0; i < w->c->gaps.n; i++) {
		const struct inq_gap *g = &w->c->gaps.v[i];

		inq_json_object(&w->j, NULL, true);
		inq_json_str(&w->j, "what", g->what);
		inq_json_str(&w->j, "why", g->why);
		put_addr(w, "address", g->addr, g->has_addr);
		inq_json_str(&w->j, "leans", g->leans);
		inq_json_end(&w->j);
	}
	inq_json_end(&w->j);
}

struct inq_error *inq_report_json(const struct inq_case *c, const struct inq_report_options *opt,
				  FILE *out)
{
	struct writer w = {.c = c, .j = {.out = out}, .text = INQ_STRBUF_INIT};
	struct inq_error *err;

	inq_json_object(&w.j, NULL, false);
	inq_json_str(&w.j, "schema", "inquest.case/1");
	inq_json_object(&w.j, "dump", false);
	inq_facts_write_dump(c, &w.j);
	inq_json_end(&w.j);
	put_verdict(&w);
	put_findings(&w);
	put_evidence(&w);
	put_cpus(&w);
	err = put_waits(&w);
	put_timeline(&w);
	put_gaps(&w);
	if (!opt->quiet) {
		inq_json_object(&w.j, "facts", false);
		inq_facts_write(c, &w.j);
		inq_json_end(&w.j);
	}
	inq_json_end(&w.j);
	fputc('\n', out);
	if (!err && w.text.failed)
		err = &inq_enomem;
	inq_strbuf_deinit(&w.text);
	return err;
}
