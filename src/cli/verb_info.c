// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"

#include "util/banned.h"

static void line(const char *name, const char *value)
{
	printf("%12s: ", name);
	inq_print_text(value && value[0] ? value : "?");
	putchar('\n');
}

enum inq_exit inq_verb_info(struct inq_session *s, int argc, char **argv)
{
	struct inq_error *err = inq_inspect_run_until(s->inspect, "log");
	const struct inq_dump_facts *d = &s->inspect->c->dump;

	(void)argv;
	if (argc)
		return inq_verb_usage("info", "takes no arguments");
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	line("DUMPFILE", s->path);
	line("FORMAT", d->format);
	line("MACHINE", d->arch);
	line("NODENAME", d->nodename);
	line("RELEASE", d->release);
	line("VERSION", d->version);
	line("BUILD ID", d->build_id);
	line("SYMBOLS", d->symbols);
	line("TYPES", d->types);
	line("UNWINDER", d->unwinder);
	printf("%12s: %u\n%12s: %u\n", "CPUS", d->cpus, "TASKS", d->tasks);
	if (d->uptime_s >= 0)
		printf("%12s: %.1f s\n", "UPTIME", d->uptime_s);
	line("PANIC", d->panic_message ? d->panic_message : "none in the log");
	return INQ_EXIT_OK;
}
