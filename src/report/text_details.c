// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <inttypes.h>

#include "report/check.h"
#include "util/banned.h"

void inq_text_timeline(struct inq_page *p)
{
	enum { MANY = 40, INDENT = 27 };
	size_t notable = 0, skipped = 0;

	for (size_t i = 0; i < p->c->events.n; i++)
		notable += p->c->events.v[i].notable;
	if (!notable)
		return;
	inq_page_heading(p, "TIMELINE");
	if (!p->verbose && notable > MANY)
		skipped = notable - MANY;
	if (skipped)
		inq_page_addf(p, INQ_STYLE_DIM, "  ... %zu earlier (-v)\n", skipped);
	for (size_t i = 0; i < p->c->events.n; i++) {
		const struct inq_event *e = &p->c->events.v[i];
		cleanup_strbuf struct inq_strbuf label = INQ_STRBUF_INIT;

		if (!e->notable)
			continue;
		if (skipped) {
			skipped--;
			continue;
		}
		if (e->t_s >= 0)
			inq_strbuf_addf(&label, "  %12.6f  %s", e->t_s,
					e->source ? e->source : "?");
		else
			inq_strbuf_addf(&label, "  %12s  %s", "?", e->source ? e->source : "?");
		inq_page_wrap(p, INQ_STYLE_PLAIN, inq_strbuf_str(&label), INDENT, e->text, NULL);
		p->out.failed |= label.failed;
	}
}

static void mark_ids(bool *cited, size_t n, const struct inq_ids *ids)
{
	for (size_t i = 0; i < ids->n; i++) {
		if (ids->v[i] >= 0 && (size_t)ids->v[i] < n)
			cited[ids->v[i]] = true;
	}
}

/* What the first screen cites; with -v all. */
static bool *cited_evidence(const struct inq_page *p)
{
	const struct inq_verdict *v = &p->c->verdict;
	size_t n = p->c->evidence.n;
	bool *cited = calloc(n + 1, sizeof(*cited));

	if (!cited)
		return NULL;
	for (size_t i = 0; i < v->chain.n; i++)
		mark_ids(cited, n, &v->chain.v[i].evidence);
	for (size_t i = 0; i < v->rules.n; i++)
		mark_ids(cited, n, &v->rules.v[i].evidence);
	for (size_t i = 0; i < v->origins.n; i++) {
		if (inq_case_origin(p->c, v->origins.v[i]))
			mark_ids(cited, n, &inq_case_origin(p->c, v->origins.v[i])->evidence);
	}
	if (inq_case_process(p->c, v->process))
		mark_ids(cited, n, &inq_case_process(p->c, v->process)->evidence);
	for (size_t i = 0; i < n && p->verbose; i++)
		cited[i] = true;
	return cited;
}

static void put_evidence(struct inq_page *p, size_t i)
{
	enum { INDENT = 18, WITH_ADDRESS = 38 };
	const struct inq_evidence *e = &p->c->evidence.v[i];
	cleanup_strbuf struct inq_strbuf label = INQ_STRBUF_INIT;
	cleanup_strbuf struct inq_strbuf check = INQ_STRBUF_INIT;

	inq_strbuf_addf(&label, "  e%-4zu %-9s ", i + 1, inq_evidence_kind_name(e->kind));
	if (e->has_addr)
		inq_strbuf_addf(&label, "0x%016" PRIx64, e->addr);
	inq_page_wrap(p, INQ_STYLE_PLAIN, inq_strbuf_str(&label),
		      e->has_addr ? WITH_ADDRESS : INDENT, e->text, NULL);
	if (e->check_inquest)
		inq_check_command(&check, e->check_inquest, p->c->dump.path);
	if (e->check_inquest && e->check_crash)
		inq_strbuf_add(&check, " | ");
	if (e->check_crash)
		inq_strbuf_addf(&check, "crash> %s", e->check_crash);
	if (check.len)
		inq_page_wrap(p, INQ_STYLE_DIM, "        check", INDENT, inq_strbuf_str(&check),
			      NULL);
	p->out.failed |= label.failed || check.failed;
}

void inq_text_evidence(struct inq_page *p)
{
	cleanup_free bool *cited = NULL;
	size_t left = 0;

	if (!p->c->evidence.n)
		return;
	cited = cited_evidence(p);
	if (!cited) {
		p->out.failed = true;
		return;
	}
	inq_page_heading(p, "EVIDENCE");
	for (size_t i = 0; i < p->c->evidence.n; i++) {
		if (cited[i])
			put_evidence(p, i);
		else
			left++;
	}
	if (left)
		inq_page_addf(p, INQ_STYLE_DIM, "  %zu more facts, not cited above (-v)\n", left);
}

void inq_text_gaps(struct inq_page *p)
{
	enum { MANY = 12, INDENT = 4 };
	size_t n = p->c->gaps.n;

	if (!n)
		return;
	inq_page_heading(p, "NOT SEEN");
	for (size_t i = 0; i < n && (p->verbose || i < MANY); i++) {
		const struct inq_gap *g = &p->c->gaps.v[i];
		cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

		inq_strbuf_addf(&sb, "%s: %s", g->what ? g->what : "?", g->why ? g->why : "?");
		if (g->has_addr)
			inq_strbuf_addf(&sb, " (at 0x%" PRIx64 ")", g->addr);
		if (g->leans)
			inq_strbuf_addf(&sb, "; leans on it: %s", g->leans);
		inq_page_wrap(p, INQ_STYLE_UNSURE, "  -", INDENT, inq_strbuf_str(&sb), NULL);
		p->out.failed |= sb.failed;
	}
	if (!p->verbose && n > MANY)
		inq_page_addf(p, INQ_STYLE_DIM, "  ... and %zu more (-v)\n", n - MANY);
}
