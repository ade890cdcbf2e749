// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"
#include "inspect/address.h"

#include "util/banned.h"

enum inq_exit inq_verb_what(struct inq_session *s, int argc, char **argv)
{
	struct inq_error *err;
	struct inq_address a;
	uint64_t addr;

	if (argc != 1 || !inq_parse_address(s, argv[0], &addr))
		return inq_verb_usage("what", "takes one ADDRESS");
	err = inq_inspect_run_until(s->inspect, "cpus");
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	a = inq_address_describe(s->inspect, addr);
	printf("%016" PRIx64 ": ", addr);
	inq_print_text(a.text);
	putchar('\n');
	return INQ_EXIT_OK;
}
