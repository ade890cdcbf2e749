// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "cli/verbs.h"
#include "inspect/log.h"

#include "util/banned.h"

struct log_query {
	const char *text; /* only records that hold it; NULL: all */
	uint64_t seq;	  /* only this record, when has_seq */
	bool has_seq;
};

static bool print_record(const struct inq_log_record *r, void *arg)
{
	const struct log_query *q = arg;

	if ((q->has_seq && r->seq != q->seq) || (q->text && !strstr(r->text, q->text)))
		return true;
	printf("[%5" PRIu64 ".%06" PRIu64 "] ", r->ts_ns / 1000000000,
	       r->ts_ns % 1000000000 / 1000);
	inq_print_text(r->text);
	putchar('\n');
	return true;
}

enum inq_exit inq_verb_log(struct inq_session *s, int argc, char **argv)
{
	struct log_query q = {0};
	struct inq_error *err;
	bool bad = false;
	size_t lost = 0;

	q.has_seq = inq_take_option(&argc, argv, "--seq", &q.seq, &bad);
	if (bad || argc > 1)
		return inq_verb_usage("log", "takes [--seq N] [TEXT]");
	q.text = argc ? argv[0] : NULL;
	err = inq_log_walk(s->kernel, print_record, &q, &lost);
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	if (lost && !q.has_seq && !q.text)
		inq_complain_of(s->path, "%zu log records could not be read", lost);
	return INQ_EXIT_OK;
}
