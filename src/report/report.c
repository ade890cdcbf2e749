// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "report/formats.h"
#include "util/banned.h"

static const struct inq_report_format formats[] = {
	{"text", "for a person: one screen, then the details", inq_report_text},
	{"json", "for a machine: schema inquest.case/1", inq_report_json},
};

const struct inq_report_format *inq_report_format_find(const char *name)
{
	for (size_t i = 0; i < array_size(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

struct inq_error *inq_report_write(const struct inq_case *c, const char *format,
				   const struct inq_report_options *opt, FILE *out)
{
	const struct inq_report_format *f = inq_report_format_find(format);
	struct inq_error *err;

	if (!f)
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "no report format '%s'", format);
	if (inq_case_failed(c))
		return &inq_enomem;
	err = f->write(c, opt, out);
	if (err)
		return err;
	if (fflush(out) != 0 || ferror(out))
		return inq_error_create(INQ_ERR_OS, 0, "writing the report: %s", strerror(errno));
	return NULL;
}
