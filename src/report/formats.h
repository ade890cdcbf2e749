/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_FORMATS_H
#define INQ_REPORT_FORMATS_H

#include "report/report.h"

/* The formats' writers; see struct inq_report_format. */
struct inq_error *inq_report_text(const struct inq_case *c, const struct inq_report_options *opt,
				  FILE *out);
struct inq_error *inq_report_json(const struct inq_case *c, const struct inq_report_options *opt,
				  FILE *out);

#endif
