/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_ORIGIN_H
#define INQ_REPORT_ORIGIN_H

#include "model/case.h"
#include "report/json_out.h"
#include "report/page.h"

/* How the culprit came to where it stands, and who its process is. */

/** In text: a line "from", a line "process"; nothing for what is not known. */
void inq_origin_text(struct inq_page *p, unsigned int label);

/** In JSON: the member "origin" of the verdict, null where nothing is known. */
void inq_origin_json(const struct inq_case *c, struct inq_json *j);

#endif
