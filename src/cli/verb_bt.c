// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "cli/verbs.h"
#include "inspect/facts.h"
#include "kernel/symtab.h"

#include "util/banned.h"

static void print_frame(size_t i, const struct inq_frame *f, const struct inq_uframe *uf)
{
	if (f->context == INQ_FRAME_USER) {
		printf("      user mode at %016" PRIx64 "\n", f->ip);
		return;
	}
	printf(" #%-2zu [%016" PRIx64 "] ", i, f->sp);
	inq_print_text(f->symbol ? f->symbol : "?");
	printf("+0x%" PRIx64 " at %016" PRIx64, f->offset, f->ip);
	if (f->module) {
		fputs(" [", stdout);
		inq_print_text(f->module);
		putchar(']');
	}
	if (strcmp(f->how, "orc") != 0)
		printf("  (%s)", f->how);
	if (f->pt_regs)
		printf("  pt_regs %016" PRIx64, f->pt_regs);
	if (f->exact_ip && uf && uf->regs.has_flags)
		printf("  flags 0x%" PRIx64, uf->regs.flags);
	putchar('\n');
}

static void print_frames(const struct inq_stack *s, const struct inq_ustack *us)
{
	for (size_t i = 0; i < s->n; i++) {
		if (i == 0 || s->v[i - 1].context != s->v[i].context)
			printf("  --- %s ---\n", inq_frame_context_name(s->v[i].context));
		print_frame(i, &s->v[i], i < us->n ? &us->v[i] : NULL);
	}
	if (!s->complete)
		printf("  the stack ends early: %s at %016" PRIx64 "\n", s->end, s->end_addr);
	if (!s->has_user_regs)
		return;
	printf("  user mode: ip %016" PRIx64 " sp %016" PRIx64, s->user_ip, s->user_sp);
	if (us->user_regs.has_flags)
		printf(" flags 0x%" PRIx64, us->user_regs.flags);
	if (s->syscall_nr >= 0)
		printf(" system call %" PRId64, s->syscall_nr);
	putchar('\n');
}

static void print_stack(struct inq_session *s, inq_id task, int32_t cpu, inq_id stack)
{
	const struct inq_task *t = inq_case_task(s->inspect->c, task);
	const struct inq_stack *st = inq_case_stack(s->inspect->c, stack);

	printf("PID: %d  TASK: %016" PRIx64 "  CPU: %d  COMMAND: \"", t ? t->pid : -1,
	       t ? t->addr : 0, cpu);
	inq_print_text(t && t->comm ? t->comm : "?");
	puts("\"");
	if (st)
		print_frames(st, &s->inspect->ustacks.v[stack]);
	else
		puts("  (no stack: its registers or memory are not in the dump)");
}

static void print_cpu(struct inq_session *s, const struct inq_cpu *cpu)
{
	print_stack(s, cpu->task, cpu->nr, cpu->stack);
}

static void print_task(struct inq_session *s, inq_id id)
{
	const struct inq_task *t = inq_case_task(s->inspect->c, id);

	if (t->on_cpu && inq_case_cpu(s->inspect->c, t->cpu))
		print_cpu(s, inq_case_cpu(s->inspect->c, t->cpu));
	else
		print_stack(s, id, t->cpu, inq_fact_task_stack(s->inspect, id));
}

/* All tasks with pid (or task_struct address) @n; false: none. */
static bool print_number(struct inq_session *s, uint64_t n)
{
	bool any = false;

	for (size_t i = 0; i < s->inspect->c->tasks.n; i++) {
		const struct inq_task *t = &s->inspect->c->tasks.v[i];

		if ((uint64_t)t->pid != n && t->addr != n)
			continue;
		print_task(s, (inq_id)i);
		any = true;
	}
	return any;
}

enum inq_exit inq_verb_bt(struct inq_session *s, int argc, char **argv)
{
	struct inq_error *err = inq_inspect_run_until(s->inspect, "cpus");
	bool all = argc == 1 && strcmp(argv[0], "-a") == 0;
	bool bad = false, by_cpu;
	uint64_t n = 0;

	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	by_cpu = inq_take_option(&argc, argv, "--cpu", &n, &bad) ||
		 inq_take_option(&argc, argv, "-c", &n, &bad);
	if (bad || argc > 1 || (by_cpu && argc))
		return inq_verb_usage("bt", "takes [PID | TASK | --cpu N | -a]");
	if (!by_cpu && argc == 1 && !all) {
		if (!inq_parse_number(argv[0], &n))
			return inq_verb_usage("bt", "%s is no PID and no task_struct", argv[0]);
		if (print_number(s, n))
			return INQ_EXIT_OK;
		inq_complain_of(s->path, "no task %s", argv[0]);
		return INQ_EXIT_NO_CASE;
	}
	if (by_cpu && !inq_case_cpu(s->inspect->c, n > INT32_MAX ? -1 : (int32_t)n)) {
		inq_complain_of(s->path, "no CPU %" PRIu64 "", n);
		return INQ_EXIT_NO_CASE;
	}
	for (size_t i = 0; i < s->inspect->c->cpus.n; i++) {
		if (!by_cpu || s->inspect->c->cpus.v[i].nr == (int32_t)n)
			print_cpu(s, &s->inspect->c->cpus.v[i]);
	}
	return INQ_EXIT_OK;
}
