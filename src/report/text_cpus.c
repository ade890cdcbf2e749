// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <libsmartcols/libsmartcols.h>
#include <string.h>

#include "model/describe.h"
#include "report/utf8.h"
#include "util/banned.h"

enum column { COL_CPU, COL_STATE, COL_CONTEXT, COL_IRQS, COL_STUCK, COL_TASK, COL_WHERE, COL_NR };

static const char *const headings[COL_NR] = {
	[COL_CPU] = "CPU",	   [COL_STATE] = "STATE",	 [COL_CONTEXT] = "CONTEXT",
	[COL_IRQS] = "IRQS",	   [COL_STUCK] = "WATCHDOG RAN", [COL_TASK] = "TASK",
	[COL_WHERE] = "INNERMOST",
};

static struct libscols_table *new_table(void)
{
	struct libscols_table *t = scols_new_table();

	for (size_t i = 0; t && i < COL_NR; i++) {
		if (!scols_table_new_column(t, headings[i], 0,
					    i == COL_CPU || i == COL_STUCK ? SCOLS_FL_RIGHT : 0)) {
			scols_unref_table(t);
			return NULL;
		}
	}
	return t;
}

static bool set(struct libscols_line *l, enum column col, const char *s)
{
	cleanup_strbuf struct inq_strbuf safe = INQ_STRBUF_INIT;

	inq_printable(&safe, s);
	return !safe.failed && scols_line_set_data(l, col, inq_strbuf_str(&safe)) == 0;
}

static bool set_stack(const struct inq_case *c, const struct inq_cpu *cpu, struct libscols_line *l)
{
	const struct inq_stack *s = inq_case_stack(c, cpu->stack);
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	if (!s || !s->n)
		return set(l, COL_CONTEXT, cpu->state == INQ_CPU_USER ? "user" : "-") &&
		       set(l, COL_WHERE, "-");
	inq_describe_place(s->v[0].symbol, s->v[0].offset, s->v[0].module, s->v[0].ip, &sb);
	return !sb.failed && set(l, COL_CONTEXT, inq_frame_context_name(s->v[0].context)) &&
	       set(l, COL_WHERE, inq_strbuf_str(&sb));
}

static bool add_cpu(const struct inq_case *c, const struct inq_cpu *cpu, struct libscols_table *t)
{
	struct libscols_line *l = scols_table_new_line(t, NULL);
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	if (!l)
		return false;
	inq_strbuf_addf(&sb, "%d", cpu->nr);
	if (!set(l, COL_CPU, inq_strbuf_str(&sb)))
		return false;
	inq_strbuf_reset(&sb);
	inq_describe_task(c, cpu->task, &sb);
	if (!set(l, COL_TASK, inq_strbuf_str(&sb)))
		return false;
	inq_strbuf_reset(&sb);
	if (cpu->stuck_s >= 0)
		inq_strbuf_addf(&sb, "%.1f s ago", cpu->stuck_s);
	else
		inq_strbuf_addc(&sb, '-');
	return !sb.failed && set(l, COL_STUCK, inq_strbuf_str(&sb)) &&
	       set(l, COL_STATE, inq_cpu_state_name(cpu->state)) &&
	       set(l, COL_IRQS, inq_tristate_name(cpu->irqs)) && set_stack(c, cpu, l);
}

/* Every line of @text, indented and without blanks at its end. */
static void put_indented(struct inq_page *p, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		size_t end = n;

		while (end && text[end - 1] == ' ')
			end--;
		inq_strbuf_add(&p->out, "  ");
		inq_strbuf_addn(&p->out, text, end);
		inq_strbuf_addc(&p->out, '\n');
		text += n + (text[n] == '\n');
	}
}

static struct inq_error *fill_and_print(struct inq_page *p, struct libscols_table *t, size_t *idle)
{
	enum { MANY = 64 };
	cleanup_free char *text = NULL;
	size_t shown = 0;

	for (size_t i = 0; i < p->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &p->c->cpus.v[i];

		/* idle CPUs answer: they tell nothing, and there may be hundreds */
		if (!p->verbose &&
		    ((cpu->state == INQ_CPU_IDLE && p->c->cpus.n > 16) || shown >= MANY)) {
			++*idle;
			continue;
		}
		shown++;
		if (!add_cpu(p->c, cpu, t))
			return &inq_enomem;
	}
	if (scols_print_table_to_string(t, &text) != 0 || !text)
		return &inq_enomem;
	put_indented(p, text);
	return NULL;
}

struct inq_error *inq_text_cpus(struct inq_page *p)
{
	struct libscols_table *t;
	struct inq_error *err;
	size_t idle = 0;

	if (!p->c->cpus.n)
		return NULL;
	t = new_table();
	if (!t)
		return &inq_enomem;
	inq_page_heading(p, "CPUS");
	err = fill_and_print(p, t, &idle);
	if (idle)
		inq_page_addf(p, INQ_STYLE_DIM, "  %zu more, most of them idle (-v)\n", idle);
	scols_unref_table(t);
	return err;
}
