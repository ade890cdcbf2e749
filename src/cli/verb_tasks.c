// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "cli/verbs.h"

#include "util/banned.h"

static bool wanted(const struct inq_task *t, const char *what)
{
	uint64_t n;

	if (!what)
		return true;
	if (inq_parse_number(what, &n) && ((uint64_t)t->pid == n || t->addr == n))
		return true;
	return t->comm && strcmp(t->comm, what) == 0;
}

static void print_task(const struct inq_task *t)
{
	printf("%c %6d %6d %4d  %016" PRIx64 "  %-10s", t->on_cpu ? '>' : ' ', t->pid, t->ppid,
	       t->cpu, t->addr, inq_task_run_name(t->run));
	if (t->since_s >= 0)
		printf(" %9.1f  ", t->since_s);
	else
		printf(" %9s  ", "?");
	inq_print_text(t->comm ? t->comm : "?");
	if (t->exit != INQ_EXIT_NO)
		printf("  (%s)", inq_exit_stage_name(t->exit));
	putchar('\n');
}

enum inq_exit inq_verb_tasks(struct inq_session *s, int argc, char **argv)
{
	const char *what = argc ? argv[0] : NULL;
	struct inq_error *err;

	if (argc > 1)
		return inq_verb_usage("tasks", "takes [PID | COMM]");
	err = inq_inspect_run_until(s->inspect, "lockup");
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	printf("  %6s %6s %4s  %-16s  %-10s %9s  %s\n", "PID", "PPID", "CPU", "TASK", "STATE",
	       "SINCE[s]", "COMM");
	for (size_t i = 0; i < s->inspect->c->tasks.n; i++) {
		if (wanted(&s->inspect->c->tasks.v[i], what))
			print_task(&s->inspect->c->tasks.v[i]);
	}
	return INQ_EXIT_OK;
}
