// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/analyze.h"

#include <string.h>

#include "util/banned.h"

struct inq_error *inq_analyze(struct inq_case *c)
{
	struct inq_verdict *v = &c->verdict;

	v->class_ = "none";
	v->title = "Nothing wrong found";
	v->conf = INQ_CONF_POSSIBLE;
	memcpy(v->signature, "0000000000000000", sizeof(v->signature));
	return inq_case_failed(c) ? &inq_enomem : NULL;
}
