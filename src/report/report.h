/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_REPORT_H
#define INQ_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "model/case.h"
#include "util/error.h"

/** How a report is to look. */
struct inq_report_options {
	bool color;	    /**< with ANSI colours (text) */
	bool quiet;	    /**< the verdict only (text); without the raw facts (json) */
	bool verbose;	    /**< nothing folded, nothing cut (text) */
	unsigned int width; /**< columns of the terminal; 0: 100 */
};

/** A report format: one file, one row in the table of report.c. */
struct inq_report_format {
	const char *name;  /**< as in --format */
	const char *about; /**< one line for --help */
	/** Write the whole report to @out.  Errors of @out are looked at by the caller. */
	struct inq_error *(*write)(const struct inq_case *c, const struct inq_report_options *opt,
				   FILE *out);
};

/** The format called @name; NULL: there is none. */
const struct inq_report_format *inq_report_format_find(const char *name);

/**
 * Write the report of an analyzed case to @out.  Whatever text the case holds, the output is
 * valid UTF-8 without control characters.  Errors: NOTFOUND (no such format), NOMEM,
 * OS (@out can't be written).
 */
struct inq_error *inq_report_write(const struct inq_case *c, const char *format,
				   const struct inq_report_options *opt, FILE *out) inq_must_check;

#endif
