// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/utf8.h"
#include "util/banned.h"

static const char *const style_codes[] = {
	[INQ_STYLE_PLAIN] = "",		 [INQ_STYLE_HEADING] = "\033[1m",
	[INQ_STYLE_BAD] = "\033[1;31m",	 [INQ_STYLE_SURE] = "\033[32m",
	[INQ_STYLE_UNSURE] = "\033[33m", [INQ_STYLE_DIM] = "\033[2m",
};

static void style_on(struct inq_page *p, enum inq_style style)
{
	if (p->color && style != INQ_STYLE_PLAIN)
		inq_strbuf_add(&p->out, style_codes[style]);
}

static void style_off(struct inq_page *p, enum inq_style style)
{
	if (p->color && style != INQ_STYLE_PLAIN)
		inq_strbuf_add(&p->out, "\033[0m");
}

void inq_page_add(struct inq_page *p, enum inq_style style, const char *s)
{
	style_on(p, style);
	inq_printable(&p->out, s ? s : "?");
	style_off(p, style);
}

void inq_page_addf(struct inq_page *p, enum inq_style style, const char *fmt, ...)
{
	cleanup_free char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		p->out.failed = true;
		return;
	}
	/* the line's end is ours; one in the middle came with the text */
	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	else
		n = 0;
	inq_page_add(p, style, text);
	if (n)
		inq_strbuf_addc(&p->out, '\n');
}

void inq_page_heading(struct inq_page *p, const char *s)
{
	inq_strbuf_addc(&p->out, '\n');
	inq_page_add(p, INQ_STYLE_HEADING, s);
	inq_strbuf_addc(&p->out, '\n');
}

static void new_line(struct inq_page *p, unsigned int indent)
{
	inq_strbuf_addc(&p->out, '\n');
	for (unsigned int i = 0; i < indent; i++)
		inq_strbuf_addc(&p->out, ' ');
}

/* Append the words of @text; *@column is where the line stands. */
static void wrap_words(struct inq_page *p, enum inq_style style, unsigned int indent,
		       const char *text, unsigned int *column)
{
	cleanup_strbuf struct inq_strbuf word = INQ_STRBUF_INIT;
	bool styled = false;
	size_t n;

	for (; *text; text += n) {
		unsigned int columns;

		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (!n)
			break;
		inq_strbuf_reset(&word);
		inq_strbuf_addn(&word, text, n);
		columns = (unsigned int)inq_columns(inq_strbuf_str(&word));
		if (*column > indent && *column + 1 + columns > p->width) {
			style_off(p, styled ? style : INQ_STYLE_PLAIN);
			new_line(p, indent);
			*column = indent;
			styled = false;
		} else if (*column > indent) {
			inq_strbuf_addc(&p->out, ' ');
			++*column;
		}
		if (!styled)
			style_on(p, style);
		styled = true;
		inq_strbuf_add(&p->out, inq_strbuf_str(&word));
		*column += columns;
	}
	style_off(p, styled ? style : INQ_STYLE_PLAIN);
	p->out.failed |= word.failed;
}

void inq_page_wrap(struct inq_page *p, enum inq_style style, const char *label, unsigned int indent,
		   const char *text, const char *tail)
{
	cleanup_strbuf struct inq_strbuf safe = INQ_STRBUF_INIT;
	unsigned int column = (unsigned int)inq_columns(label);

	inq_printable(&safe, text ? text : "?");
	inq_strbuf_add(&p->out, label);
	for (; column < indent; column++)
		inq_strbuf_addc(&p->out, ' ');
	column = indent;
	wrap_words(p, style, indent, inq_strbuf_str(&safe), &column);
	if (tail && *tail) {
		/* on a line of its own rather than torn apart */
		if (column + 1 + inq_columns(tail) > p->width &&
		    indent + inq_columns(tail) < p->width) {
			new_line(p, indent);
			column = indent;
		}
		wrap_words(p, INQ_STYLE_DIM, indent, tail, &column);
	}
	inq_strbuf_addc(&p->out, '\n');
	p->out.failed |= safe.failed;
}

void inq_page_ids(struct inq_strbuf *sb, const struct inq_ids *ids, size_t max)
{
	for (size_t i = 0; i < ids->n && i < max; i++)
		inq_strbuf_addf(sb, "%se%d", i ? " " : "[", ids->v[i] + 1);
	if (ids->n)
		inq_strbuf_add(sb, ids->n > max ? " ...]" : "]");
}
