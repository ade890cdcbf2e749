// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * log: the kernel log as events: oopses, lockup and stall reports, panics, ...
 *
 * A report is several lines: the first line makes the event, the lines behind it complete
 * it ("CPU: 0 PID: 3423 Comm: java", "RIP: 0010:f+0x23/0x80").  Lines of several CPUs may
 * be interleaved, so a completing line counts only for an event of the same caller, where
 * records tell their caller, else for the newest one within a second.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/log.h"
#include "inspect/log_oops.h"
#include "inspect/now.h"

#include "util/banned.h"

enum { EVENTS_MAX = 4096 };

/* How a line that opens an event is told, by its text; the first row that fits wins. */
struct log_pattern {
	const char *start; /* the line starts with it, or NULL */
	const char *has;   /* and holds it, or NULL */
	enum inq_event_kind kind;
};
static const struct log_pattern patterns[] = {
	{"BUG: kernel NULL pointer dereference", NULL, INQ_EVENT_OOPS},
	{"BUG: unable to handle", NULL, INQ_EVENT_OOPS},
	{"BUG: stack guard page was hit", NULL, INQ_EVENT_OOPS},
	{"BUG: TASK stack guard page was hit", NULL, INQ_EVENT_OOPS},
	{"BUG: IRQ stack guard page was hit", NULL, INQ_EVENT_OOPS},
	{"kernel stack overflow", NULL, INQ_EVENT_OOPS},
	{"general protection fault", NULL, INQ_EVENT_OOPS},
	{"divide error:", NULL, INQ_EVENT_OOPS},
	{"double fault:", NULL, INQ_EVENT_OOPS},
	{"stack segment:", NULL, INQ_EVENT_OOPS},
	{"int3: ", "[#", INQ_EVENT_OOPS},
	{"traps: PANIC: double fault", NULL, INQ_EVENT_OOPS},
	{"PANIC: double fault", NULL, INQ_EVENT_OOPS},
	{"kernel BUG at ", NULL, INQ_EVENT_BUG},
	{NULL, "kernel BUG at ", INQ_EVENT_BUG},
	{"WARNING: ", " at ", INQ_EVENT_WARN},
	{NULL, "BUG: soft lockup - CPU#", INQ_EVENT_SOFT_LOCKUP},
	{NULL, "hard LOCKUP on cpu", INQ_EVENT_HARD_LOCKUP},
	{"rcu: INFO: ", "detected", INQ_EVENT_RCU_STALL},
	{"INFO: rcu_", "detected", INQ_EVENT_RCU_STALL},
	{"INFO: task ", " blocked for more than ", INQ_EVENT_HUNG_TASK},
	{"INFO: task ", " blocked on ", INQ_EVENT_OTHER},
	{"Kernel panic - not syncing", NULL, INQ_EVENT_PANIC},
	{"sysrq: ", NULL, INQ_EVENT_SYSRQ},
	{"Out of memory", NULL, INQ_EVENT_OOM},
	{"Memory cgroup out of memory", NULL, INQ_EVENT_OOM},
	{NULL, "invoked oom-killer", INQ_EVENT_OOM},
	{"mce: [Hardware Error]", NULL, INQ_EVENT_MCE},
	{"mce: CPU", "Machine Check", INQ_EVENT_MCE},
	{"list_add corruption", NULL, INQ_EVENT_CORRUPTION},
	{"list_add double add", NULL, INQ_EVENT_CORRUPTION},
	{"list_del corruption", NULL, INQ_EVENT_CORRUPTION},
	{"BUG: Bad page", NULL, INQ_EVENT_CORRUPTION},
	{"BUG: KASAN", NULL, INQ_EVENT_CORRUPTION},
	{"BUG: KFENCE", NULL, INQ_EVENT_CORRUPTION},
	{"BUG ", "): ", INQ_EVENT_CORRUPTION}, /* SLUB: "BUG kmalloc-64 (Tainted: G): ..." */
	/* lib/refcount.c: what the warning behind it is about */
	{"refcount_t: ", NULL, INQ_EVENT_OTHER},
	{"BUG: scheduling while atomic", NULL, INQ_EVENT_ATOMIC_SLEEP},
	{"BUG: sleeping function called from invalid context", NULL, INQ_EVENT_ATOMIC_SLEEP},
	{"BUG: workqueue lockup", NULL, INQ_EVENT_WORKQUEUE},
	/* kernel/time/timer.c, kernel/workqueue.c, kernel/exit.c, init/main.c */
	{"timer: ", " preempt leak: ", INQ_EVENT_LEAK},
	{"BUG: workqueue leaked ", NULL, INQ_EVENT_LEAK},
	{"note: ", " exited with preempt_count ", INQ_EVENT_LEAK},
	{"initcall ", "preemption imbalance", INQ_EVENT_LEAK},
};

/* How many reports can be under way at the same time: one for each of the last callers. */
enum { OPEN_MAX = 64 };

struct event_reader {
	struct inq_inspect *in;
	struct open_report {
		uint32_t caller;
		inq_id event;
	} open[OPEN_MAX]; /* the newest of each caller */
	size_t nr_open;	  /* in all; the oldest gives way */
	bool room_gap;	  /* the gap for too many events was made */
	size_t n_events;
	struct {
		char what[64]; /* "Right Redzone overwritten"; "": none */
		uint32_t caller;
	} check; /* the newest of SLUB's */
	struct inq_log_newest newest;
};

static const struct log_pattern *match(const char *line)
{
	static const char oops[] = "Oops: ";

	/* since 6.10 what die() says starts with it */
	if (strncmp(line, oops, sizeof(oops) - 1) == 0)
		line += sizeof(oops) - 1;
	for (size_t i = 0; i < array_size(patterns); i++) {
		const struct log_pattern *p = &patterns[i];

		if (p->start && strncmp(line, p->start, strlen(p->start)) != 0)
			continue;
		if (p->has && !strstr(line, p->has))
			continue;
		return p;
	}
	return NULL;
}

/* The number behind @key in @line. */
static bool number_after(const char *line, const char *key, int base, uint64_t *ret)
{
	const char *at = strstr(line, key);
	char *end;
	uint64_t v;

	if (!at)
		return false;
	at += strlen(key);
	v = strtoull(at, &end, base);
	if (end == at)
		return false;
	*ret = v;
	return true;
}

static void comm_between(struct inq_inspect *in, struct inq_event *e, const char *start,
			 const char *end)
{
	if (end > start && end - start < 64)
		e->comm = inq_arena_strndup(&in->c->arena, start, (size_t)(end - start));
}

/* "[comm:123]" at the end of lockup reports, comm may hold colons. */
static void bracketed_task(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	const char *open = strstr(line, "! ["), *colon;

	open = open ? open + 2 : strrchr(line, '[');
	colon = open ? strrchr(open, ':') : NULL;
	if (!colon || !strchr(colon, ']'))
		return;
	e->pid = (int32_t)strtol(colon + 1, NULL, 10);
	comm_between(in, e, open + 1, colon);
}

/* "INFO: task comm:123 blocked for more than 120 seconds." */
static void hung_task(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	const char *task = line + strlen("INFO: task ");
	const char *blocked = strstr(line, " blocked for more than ");
	const char *colon = blocked;
	uint64_t s;

	while (colon > task && *colon != ':')
		colon--;
	if (colon <= task)
		return;
	e->pid = (int32_t)strtol(colon + 1, NULL, 10);
	comm_between(in, e, task, colon);
	if (number_after(line, "blocked for more than ", 10, &s))
		e->duration_s = (double)s;
}

/* "f+0x1/0x2 [mod]", "f [mod]" */
static void symbol_at(struct inq_inspect *in, struct inq_event *e, const char *at)
{
	size_t n = strcspn(at, "+ ");
	const char *open = at + strcspn(at, " ");

	if (!n || e->symbol)
		return;
	e->symbol = inq_arena_strndup(&in->c->arena, at, n);
	if (strncmp(open, " [", 2) == 0)
		e->module = inq_arena_strndup(&in->c->arena, open + 2, strcspn(open + 2, " ]"));
}

/*
 * "timer: f+0x0/0x50 [mod] preempt leak: ...", "initcall f+0x0/0x10 [mod] returned with ...";
 * "note: comm[123] exited with preempt_count 1"; "BUG: workqueue leaked lock or atomic:
 * kworker/0:1/0x00000001/22", in newer kernels "...: kworker/0:1[22]".
 */
static void leak(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	const char *who = strstr(line, ": "), *end;

	if (strncmp(line, "initcall ", 9) == 0) {
		symbol_at(in, e, line + 9);
		return;
	}
	if (!who)
		return;
	who += 2;
	if (strncmp(line, "timer: ", 7) == 0) {
		symbol_at(in, e, who);
		return;
	}
	if (strncmp(line, "BUG: ", 5) == 0) {
		who = strstr(who, ": ");
		if (!who)
			return;
		who += 2;
	}
	end = strstr(who, "/0x");
	if (end)
		e->pid = (int32_t)strtol(end + 1 + strcspn(end + 1, "/") + 1, NULL, 10);
	else if ((end = strrchr(who, '[')) != NULL)
		e->pid = (int32_t)strtol(end + 1, NULL, 10);
	if (end)
		comm_between(in, e, who, end);
}

/* "     last function: f [mod]"; "     preempt=0x1 lock=0->0 RCU=0->0 workfn=f [mod]" */
static void complete_leak(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	static const char *const keys[] = {"last function: ", "workfn="};

	for (size_t i = 0; i < array_size(keys); i++) {
		const char *at = strstr(line, keys[i]);

		if (at)
			symbol_at(in, e, at + strlen(keys[i]));
	}
}

static void parse_opening(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	uint64_t v;

	if (number_after(line, "CPU#", 10, &v) || number_after(line, "on cpu ", 10, &v) ||
	    number_after(line, "CPU: ", 10, &v))
		e->cpu = (int32_t)v;
	if (number_after(line, "PID: ", 10, &v))
		e->pid = (int32_t)v;
	if (number_after(line, "stuck for ", 10, &v))
		e->duration_s = (double)v;
	if (number_after(line, "address: ", 16, &v) || number_after(line, "address ", 16, &v))
		e->addr = v;
	if (e->kind == INQ_EVENT_SOFT_LOCKUP)
		bracketed_task(in, e, line);
	if (e->kind == INQ_EVENT_HUNG_TASK)
		hung_task(in, e, line);
	if (e->kind == INQ_EVENT_LEAK)
		leak(in, e, line);
}

/* "CPU: 0 PID: 3423 Comm: java Tainted: ..."; since 6.12 "CPU: 0 UID: 0 PID: ..." */
static bool complete_who(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	const char *comm = strstr(line, " Comm: ");
	const char *end;
	uint64_t v;

	if (strncmp(line, "CPU: ", 5) != 0 || !comm)
		return false;
	if (e->cpu < 0 && number_after(line, "CPU: ", 10, &v))
		e->cpu = (int32_t)v;
	if (e->pid < 0 && number_after(line, " PID: ", 10, &v))
		e->pid = (int32_t)v;
	comm += strlen(" Comm: ");
	/* kernel/panic.c, lib/dump_stack.c: what may follow the name */
	end = strstr(comm, " Kdump: loaded");
	if (!end)
		end = strstr(comm, " Tainted:");
	if (!end)
		end = strstr(comm, " Not tainted");
	if (!e->comm && end)
		comm_between(in, e, comm, end);
	return true;
}

/* "RIP: 0010:sym+0x23/0x80 [mod]": the first kernel-mode one. */
static bool complete_rip(struct inq_inspect *in, struct inq_event *e, const char *line)
{
	const char *sym, *end, *open, *close;

	if (strncmp(line, "RIP: 0010:", 10) != 0)
		return false;
	sym = line + 10;
	end = strchr(sym, '+');
	if (e->symbol || e->ip)
		return true;
	if (!end) {
		if (strncmp(sym, "0x", 2) == 0)
			e->ip = strtoull(sym, NULL, 16);
		return true;
	}
	e->symbol = inq_arena_strndup(&in->c->arena, sym, (size_t)(end - sym));
	e->offset = strtoull(end + 1, NULL, 16);
	open = strchr(end, '[');
	close = open ? strpbrk(open, " ]") : NULL;
	if (close)
		e->module = inq_arena_strndup(&in->c->arena, open + 1, (size_t)(close - open - 1));
	return true;
}

/* The report that @caller has under way; NULL: none.  Without PRINTK_CALLER all callers are 0. */
static struct open_report *open_of(struct event_reader *rd, uint32_t caller)
{
	for (size_t i = 0; i < rd->nr_open && i < OPEN_MAX; i++) {
		if (rd->open[i].caller == caller)
			return &rd->open[i];
	}
	return NULL;
}

static void open_report(struct event_reader *rd, uint32_t caller, inq_id event)
{
	struct open_report *o = open_of(rd, caller);

	if (!o)
		o = &rd->open[rd->nr_open++ % OPEN_MAX];
	*o = (struct open_report){caller, event};
}

/* SLUB: "Object 0xffff888003041840 @offset=2112 fp=0x..." ("INFO: Object 0x..." before 5.13) */
static void complete_damage(struct inq_event *e, const char *line)
{
	const char *at = strstr(line, "Object 0x");
	uint64_t v;

	if (at && strstr(at, " @offset=") && !e->addr && number_after(at, "Object ", 16, &v))
		e->addr = v;
}

static void complete(struct event_reader *rd, const struct inq_log_record *r, const char *line)
{
	const struct open_report *o = open_of(rd, r->caller_id);
	struct inq_event *e = o ? &rd->in->c->events.v[o->event] : NULL;

	if (!e || inq_fact_seconds(r->ts_ns) - e->t_s > 1.0)
		return;
	if (e->kind == INQ_EVENT_LEAK) {
		complete_leak(rd->in, e, line);
		return;
	}
	if (e->kind == INQ_EVENT_CORRUPTION)
		complete_damage(e, line);
	if (!complete_who(rd->in, e, line))
		complete_rip(rd->in, e, line);
	if (e->kind == INQ_EVENT_OOPS || e->kind == INQ_EVENT_BUG)
		inq_log_oops_line(rd->in, o->event, line);
}

/*
 * SLUB: "[Right Redzone overwritten] 0xff..80-0xff..80 @offset=128. First byte 0x0 instead of
 * 0xcc", before a report that says "Object corrupt" alone (since 6.15; before that the report's
 * first line said it).
 */
static void note_check(struct event_reader *rd, const struct inq_log_record *r, const char *line)
{
	const char *end = strstr(line, " overwritten] 0x");
	size_t n = end ? (size_t)(end - line) + strlen(" overwritten") - 1 : 0;

	if (line[0] != '[' || !end || n >= sizeof(rd->check.what))
		return;
	memcpy(rd->check.what, line + 1, n);
	rd->check.what[n] = '\0';
	rd->check.caller = r->caller_id;
}

/* The text of a report whose first line is @line, with what the check before it said. */
static const char *text_of(struct event_reader *rd, const struct inq_log_record *r,
			   const char *line)
{
	static const char vague[] = "): Object corrupt";
	const char *at = strstr(line, vague);

	if (!at || at[sizeof(vague) - 1] || !rd->check.what[0] || rd->check.caller != r->caller_id)
		return inq_arena_strdup(&rd->in->c->arena, line);
	return inq_arena_printf(&rd->in->c->arena, "%.*s): %s", (int)(at - line), line,
				rd->check.what);
}

static void add_event(struct event_reader *rd, const struct log_pattern *p,
		      const struct inq_log_record *r, const char *line)
{
	struct inq_inspect *in = rd->in;
	struct inq_event *e;

	if (rd->n_events++ >= EVENTS_MAX) {
		if (!rd->room_gap)
			inq_gap_add(in->c, "kernel log", 0,
				    "more than %d reports: the rest is not listed", EVENTS_MAX);
		rd->room_gap = true;
		return;
	}
	e = inq_case_add(in->c, &in->c->events);
	if (!e)
		return;
	*e = (struct inq_event){.t_s = inq_fact_seconds(r->ts_ns),
				.kind = p->kind,
				.source = "log",
				.cpu = -1,
				.pid = -1,
				.duration_s = -1,
				.notable = p->kind != INQ_EVENT_OTHER};
	e->text = text_of(rd, r, line);
	rd->check.what[0] = '\0';
	parse_opening(in, e, line);
	e->evidence = inq_fact_log(in, r, line);
	open_report(rd, r->caller_id, (inq_id)(in->c->events.n - 1));
	if (p->kind == INQ_EVENT_PANIC && !in->c->dump.panic_message)
		in->c->dump.panic_message = e->text;
}

static void read_line(struct event_reader *rd, const struct inq_log_record *r, const char *line)
{
	const struct log_pattern *p = match(line);

	note_check(rd, r, line);
	if (p)
		add_event(rd, p, r, line);
	else
		complete(rd, r, line);
}

static bool read_record(const struct inq_log_record *r, void *arg)
{
	struct event_reader *rd = arg;
	char line[1024];

	inq_log_newest_add(&rd->newest, r->ts_ns);
	for (const char *at = r->text; *at;) {
		size_t n = strcspn(at, "\n");
		size_t fit = n < sizeof(line) - 1 ? n : sizeof(line) - 1;

		memcpy(line, at, fit);
		line[fit] = '\0';
		read_line(rd, r, line);
		at += n;
		at += *at == '\n';
	}
	return !inq_case_failed(rd->in->c);
}

struct inq_error *inq_inspect_log(struct inq_inspect *in)
{
	struct event_reader rd = {.in = in};
	cleanup_error struct inq_error *err = NULL;
	size_t lost = 0;

	err = inq_log_walk(in->k, read_record, &rd, &lost);
	if (err)
		inq_gap_add(in->c, "kernel log", err->addr, "%s", err->message);
	else if (lost > 1) /* the newest one may be under way */
		inq_gap_add(in->c, "kernel log", 0, "%zu records could not be read", lost);
	inq_now_find(in, &rd.newest);
	if (in->now_ns)
		in->c->dump.uptime_s = inq_fact_seconds(in->now_ns);
	return NULL;
}
