/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_PAGE_H
#define INQ_REPORT_PAGE_H

#include <stdbool.h>

#include "model/case.h"
#include "util/strbuf.h"

/* Text for a terminal: width, colour, wrapping; made harmless on its way in. */

enum inq_style {
	INQ_STYLE_PLAIN,
	INQ_STYLE_HEADING, /**< bold */
	INQ_STYLE_BAD,	   /**< red: what killed it */
	INQ_STYLE_SURE,	   /**< green */
	INQ_STYLE_UNSURE,  /**< yellow */
	INQ_STYLE_DIM,	   /**< evidence, details */
};

struct inq_page {
	struct inq_strbuf out;
	unsigned int width; /**< columns */
	bool color;
	bool verbose;
	const struct inq_case *c;
};

/** Append @s (sanitised) in @style. */
void inq_page_add(struct inq_page *p, enum inq_style style, const char *s);
/** Append printf-formatted text, sanitised but for a newline at its end, in @style. */
void inq_page_addf(struct inq_page *p, enum inq_style style, const char *fmt, ...) inq_printf(3, 4);
/** A heading on a line of its own, with an empty line before. */
void inq_page_heading(struct inq_page *p, const char *s);

/**
 * A paragraph: @label padded to @indent columns, then @text wrapped between @indent and the
 * page's width, then @tail (NULL: none; dim, kept together where it fits).  Words longer than a
 * line are cut only by the terminal.
 */
void inq_page_wrap(struct inq_page *p, enum inq_style style, const char *label, unsigned int indent,
		   const char *text, const char *tail);

/** "[e1 e2]"; at most @max ids, then "..."; nothing for none.  Appends to @sb. */
void inq_page_ids(struct inq_strbuf *sb, const struct inq_ids *ids, size_t max);

#endif
