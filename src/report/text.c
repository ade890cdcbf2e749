// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/formats.h"

#include "report/utf8.h"
#include "util/banned.h"

struct inq_error *inq_report_text(const struct inq_case *c, const struct inq_report_options *opt,
				  FILE *out)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	(void)opt;
	inq_strbuf_add(&sb, "VERDICT   ");
	inq_printable(&sb, c->verdict.title ? c->verdict.title : "?");
	inq_strbuf_addf(&sb, "   %s\n", inq_confidence_name(c->verdict.conf));
	fputs(inq_strbuf_str(&sb), out);
	return sb.failed ? &inq_enomem : NULL;
}
