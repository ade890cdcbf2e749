// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "model/describe.h"
#include "report/check.h"
#include "report/formats.h"
#include "report/origin.h"
#include "report/utf8.h"
#include "util/banned.h"

/*
 * One screen for the person who was woken up: what happened, in order, who waits, which rule
 * was broken, what to look at.  Then the details, each sentence's evidence with the command
 * that shows it.
 */

enum { LABEL = 10, DEFAULT_WIDTH = 100, MIN_WIDTH = 60 };

static enum inq_style conf_style(enum inq_confidence conf)
{
	return conf == INQ_CONF_CERTAIN ? INQ_STYLE_SURE : INQ_STYLE_UNSURE;
}

static void put_culprit(struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	if (!v->culprit_kind && !v->function)
		return;
	if (!v->culprit_kind) {
		inq_strbuf_add(&sb, "not known who ran it");
	} else if (v->culprit.kind == INQ_ACTOR_INTERRUPT) {
		inq_strbuf_addf(&sb, "an interrupt on CPU %d, on top of ", v->culprit.cpu);
		inq_describe_task(p->c, v->culprit.task, &sb);
	} else {
		inq_describe_actor(p->c, &v->culprit, &sb);
	}
	if (v->function)
		inq_strbuf_addf(&sb, ", in %s", v->function);
	if (v->function && v->module)
		inq_strbuf_addf(&sb, " [%s]", v->module);
	inq_page_wrap(p, INQ_STYLE_PLAIN, "culprit", LABEL, inq_strbuf_str(&sb), NULL);
	p->out.failed |= sb.failed;
}

static void put_verdict(struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;
	bool none = !v->class_ || strcmp(v->class_, "none") == 0;

	inq_page_wrap(p, none ? INQ_STYLE_HEADING : INQ_STYLE_BAD, "VERDICT", LABEL, v->title,
		      NULL);
}

static void put_summary(struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;

	inq_page_addf(p, INQ_STYLE_PLAIN, "%-*s", LABEL, "class");
	inq_page_addf(p, INQ_STYLE_HEADING, "%s", v->class_ ? v->class_ : "?");
	if (v->trigger)
		inq_page_addf(p, INQ_STYLE_PLAIN, ", set off by %s", v->trigger);
	inq_page_add(p, INQ_STYLE_PLAIN, "; ");
	inq_page_addf(p, conf_style(v->conf), "%s", inq_confidence_name(v->conf));
	inq_page_addf(p, INQ_STYLE_DIM, "; signature %s\n", v->signature);
}

/* What else is wrong, and not by this. */
static void put_others(struct inq_page *p)
{
	const struct inq_ids *others = &p->c->verdict.others;

	for (size_t i = 0; i < others->n; i++) {
		const struct inq_finding *f = &p->c->findings.v[others->v[i]];

		inq_page_wrap(p, INQ_STYLE_PLAIN, i ? "" : "also", LABEL, f->title, NULL);
	}
}

static void put_chain(struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;
	enum { STEP = 5, TIME = 11 };
	bool times = false;

	if (!v->chain.n)
		return;
	for (size_t i = 0; i < v->chain.n; i++)
		times |= v->chain.v[i].t_s >= 0;
	inq_page_heading(p, v->finding == INQ_NONE ? "WHAT WAS LOOKED AT" : "WHAT HAPPENED");
	for (size_t i = 0; i < v->chain.n; i++) {
		const struct inq_chain_step *s = &v->chain.v[i];
		cleanup_strbuf struct inq_strbuf label = INQ_STRBUF_INIT;
		cleanup_strbuf struct inq_strbuf tail = INQ_STRBUF_INIT;

		inq_strbuf_addf(&label, "%3zu  ", i + 1);
		if (s->t_s >= 0)
			inq_strbuf_addf(&label, "t=%.3f", s->t_s);
		inq_page_ids(&tail, &s->evidence, p->verbose ? s->evidence.n : 6);
		inq_page_wrap(p, INQ_STYLE_PLAIN, inq_strbuf_str(&label),
			      times ? STEP + TIME : STEP,
			      /* a sentence that stands above is not read twice */
			      inq_str_same(s->text, v->title) ? "what the verdict says" : s->text,
			      inq_strbuf_str(&tail));
		p->out.failed |= label.failed || tail.failed;
	}
}

static void put_rules(struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;

	if (!v->rules.n)
		return;
	inq_page_heading(p, v->rules.n == 1 ? "RULE BROKEN" : "RULES BROKEN");
	for (size_t i = 0; i < v->rules.n; i++) {
		const struct inq_rule_broken *r = &v->rules.v[i];
		cleanup_strbuf struct inq_strbuf tail = INQ_STRBUF_INIT;

		inq_page_ids(&tail, &r->evidence, p->verbose ? r->evidence.n : 6);
		inq_page_wrap(p, INQ_STYLE_PLAIN, "  rule", LABEL, r->rule, NULL);
		inq_page_wrap(p, INQ_STYLE_PLAIN, "  here", LABEL, r->why, inq_strbuf_str(&tail));
		inq_page_wrap(p, INQ_STYLE_PLAIN, "  source", LABEL, r->where, NULL);
		p->out.failed |= tail.failed;
	}
}

/* Which function has how much of a stack that overflowed. */
static void put_stack_use(struct inq_page *p)
{
	enum { MANY = 12 };
	const struct inq_verdict *v = &p->c->verdict;
	size_t n = !p->verbose && v->stack_use.n > MANY ? MANY : v->stack_use.n;

	if (!n)
		return;
	inq_page_heading(p, "STACK USE");
	inq_page_addf(p, INQ_STYLE_DIM, "  %8s  %6s  %8s  %s\n", "BYTES", "FRAMES", "EACH",
		      "FUNCTION");
	for (size_t i = 0; i < n; i++) {
		const struct inq_stack_use *u = &v->stack_use.v[i];

		inq_page_addf(p, INQ_STYLE_PLAIN, "  %8" PRIu64 "  %6u  %8" PRIu64 "  %s%s%s%s%s\n",
			      u->bytes, u->frames, u->frames ? u->bytes / u->frames : 0,
			      u->function ? u->function : "?", u->module ? " [" : "",
			      u->module ? u->module : "", u->module ? "]" : "",
			      u->in_cycle ? "  (round and round)" : "");
	}
	if (n < v->stack_use.n)
		inq_page_addf(p, INQ_STYLE_DIM, "  ... %zu more functions (-v)\n",
			      v->stack_use.n - n);
}

static void put_next(struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;

	if (!v->next_steps.n)
		return;
	inq_page_heading(p, "WHAT TO LOOK AT NEXT");
	for (size_t i = 0; i < v->next_steps.n; i++) {
		cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

		inq_check_expand(&sb, v->next_steps.v[i], p->c->dump.path);
		inq_page_wrap(p, INQ_STYLE_PLAIN, "  -", 4, inq_strbuf_str(&sb), NULL);
		p->out.failed |= sb.failed;
	}
}

static void put_fact(struct inq_page *p, const char *what, const char *fact)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	if (!fact)
		return;
	inq_strbuf_add(&sb, what);
	inq_strbuf_add(&sb, fact);
	inq_page_wrap(p, INQ_STYLE_PLAIN, "", 2, inq_strbuf_str(&sb), NULL);
	p->out.failed |= sb.failed;
}

static void put_dump(struct inq_page *p)
{
	const struct inq_dump_facts *d = &p->c->dump;
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_strbuf_addf(&sb, "%s: Linux %s, %s, %s%s, %u CPU%s, %u task%s",
			d->path ? d->path : "a saved case",
			d->release ? d->release : "of unknown release", d->arch ? d->arch : "?",
			d->format ? d->format : "unknown format",
			d->complete ? "" : " (incomplete)", d->cpus, d->cpus == 1 ? "" : "s",
			d->tasks, d->tasks == 1 ? "" : "s");
	if (d->nodename)
		inq_strbuf_addf(&sb, ", host %s", d->nodename);
	if (d->uptime_s >= 0)
		inq_strbuf_addf(&sb, ", up %.1f s", d->uptime_s);
	inq_strbuf_addf(&sb, "; symbols: %s, types: %s", d->symbols ? d->symbols : "none",
			d->types ? d->types : "none");
	inq_page_heading(p, "DUMP");
	inq_page_wrap(p, INQ_STYLE_PLAIN, "", 2, inq_strbuf_str(&sb), NULL);
	put_fact(p, "tainted: ", d->taints);
	put_fact(p, "modules that taint: ", d->tainting_modules);
	put_fact(p, "live patches: ", d->live_patches);
	put_fact(p, "kprobes: ", d->kprobes);
	if (p->c->verdict.innocent_waiters)
		inq_page_addf(p, INQ_STYLE_PLAIN,
			      "  %u other waiter%s, in no chain to this verdict\n",
			      p->c->verdict.innocent_waiters,
			      p->c->verdict.innocent_waiters == 1 ? "" : "s");
	p->out.failed |= sb.failed;
}

static struct inq_error *put_all(struct inq_page *p, bool quiet)
{
	cleanup_with(inq_holders_deinit) struct inq_holders holders = {0};
	struct inq_error *err = inq_holders_init(p->c, &holders);
	const struct inq_verdict *v = &p->c->verdict;

	if (err)
		return err;
	put_verdict(p);
	put_summary(p);
	if (v->first_cause)
		inq_page_wrap(p, INQ_STYLE_PLAIN, "cause", LABEL, v->first_cause, NULL);
	put_culprit(p);
	inq_origin_text(p, LABEL);
	if (v->panic_note)
		inq_page_wrap(p, INQ_STYLE_PLAIN, "panic", LABEL, v->panic_note, NULL);
	put_others(p);
	if (quiet)
		return NULL;
	put_chain(p);
	inq_text_waits(p, &holders);
	put_rules(p);
	put_stack_use(p);
	put_next(p);
	put_dump(p);
	err = inq_text_cpus(p);
	if (err)
		return err;
	inq_text_stacks(p);
	inq_text_timeline(p);
	inq_text_evidence(p);
	inq_text_gaps(p);
	return NULL;
}

struct inq_error *inq_report_text(const struct inq_case *c, const struct inq_report_options *opt,
				  FILE *out)
{
	struct inq_page p = {.out = INQ_STRBUF_INIT,
			     .width = opt->width ? opt->width : DEFAULT_WIDTH,
			     .color = opt->color,
			     .verbose = opt->verbose,
			     .c = c};
	struct inq_error *err;

	if (p.width < MIN_WIDTH)
		p.width = MIN_WIDTH;
	err = put_all(&p, opt->quiet);
	if (!err && p.out.failed)
		err = &inq_enomem;
	if (!err)
		fwrite(inq_strbuf_str(&p.out), 1, p.out.len, out);
	inq_strbuf_deinit(&p.out);
	return err;
}
