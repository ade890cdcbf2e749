// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "cli/verbs.h"
#include "code/locks.h"
#include "inspect/facts.h"
#include "inspect/names.h"

#include "util/banned.h"

static void print_held(struct inq_session *s, const struct inq_stack *st,
		       const struct inq_held_lock *h)
{
	struct inq_inspect *in = s->inspect;
	const char *name = h->addr ? inq_name_of(in, h->addr, NULL) : NULL;

	printf(" #%-2zu ", h->frame);
	inq_print_text(st->v[h->frame].symbol ? st->v[h->frame].symbol : "?");
	printf(" holds %s ", inq_lock_kind_name(h->kind));
	if (h->addr)
		printf("%016" PRIx64 " ", h->addr);
	inq_print_text(name ? name : "(no name)");
	printf(", taken at %s, on %s path\n", inq_fact_symbol(in, h->site),
	       h->every_path ? "every" : "some");
}

static enum inq_exit print_stack(struct inq_session *s, inq_id stack, int32_t cpu)
{
	const struct inq_stack *st = inq_case_stack(s->inspect->c, stack);
	struct inq_held_locks held = {0};
	struct inq_error *err;

	if (!st) {
		inq_complain_of(s->path, "its stack is not in the dump");
		return INQ_EXIT_NO_CASE;
	}
	err = inq_locks_held(s->inspect->code, &s->inspect->ustacks.v[stack],
			     cpu < 0 ? 0 : (unsigned int)cpu, 0, st->n, &held);
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	for (size_t i = 0; i < held.n; i++)
		print_held(s, st, &held.v[i]);
	if (!held.n)
		puts(" no lock is known to be held by the code on this stack");
	inq_held_locks_deinit(&held);
	return INQ_EXIT_OK;
}

static enum inq_exit print_pid(struct inq_session *s, uint64_t pid)
{
	struct inq_case *c = s->inspect->c;

	for (size_t i = 0; i < c->tasks.n; i++) {
		if ((uint64_t)c->tasks.v[i].pid == pid)
			return print_stack(s, inq_fact_task_stack(s->inspect, (inq_id)i),
					   c->tasks.v[i].cpu);
	}
	inq_complain_of(s->path, "no task %" PRIu64 "", pid);
	return INQ_EXIT_NO_CASE;
}

enum inq_exit inq_verb_locks(struct inq_session *s, int argc, char **argv)
{
	struct inq_error *err = inq_inspect_run_until(s->inspect, "cpus");
	uint64_t n = 0;
	bool bad = false, by_cpu;

	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	by_cpu = inq_take_option(&argc, argv, "--cpu", &n, &bad);
	if (bad || argc > 1 || (argc && (by_cpu || !inq_parse_number(argv[0], &n))))
		return inq_verb_usage("locks", "takes [--cpu N | PID]");
	if (argc)
		return print_pid(s, n);
	if (by_cpu && !inq_case_cpu(s->inspect->c, n > INT32_MAX ? -1 : (int32_t)n)) {
		inq_complain_of(s->path, "no CPU %" PRIu64, n);
		return INQ_EXIT_NO_CASE;
	}
	for (size_t i = 0; i < s->inspect->c->cpus.n; i++) {
		const struct inq_cpu *cpu = &s->inspect->c->cpus.v[i];

		if ((by_cpu && cpu->nr != (int32_t)n) || cpu->stack == INQ_NONE)
			continue;
		printf("CPU %d:\n", cpu->nr);
		print_stack(s, cpu->stack, cpu->nr);
	}
	return INQ_EXIT_OK;
}
