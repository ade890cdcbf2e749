// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include <inttypes.h>
#include <string.h>

#include "analyze/blame.h"
#include "analyze/stack_use.h"
#include "analyze/stacks.h"
#include "analyze/tracks.h"
#include "util/banned.h"

/*
 * Faults: null-dereference, use-after-free, wild-access, bad-call, general-protection,
 * divide-error, stack-overflow, bug-on, by what the address or the instruction shows.  Every
 * fault is a finding; which of them is the cause, a trigger or a consequence is the verdict's
 * business.
 */

enum {
	NULL_PAGE = 4096,   /* the kernel itself calls faults below it NULL dereferences */
	MAX_OFFSET = 65536, /* of a member from a bad pointer */
	PF_FETCH = 0x10,    /* x86 page fault error code: instruction fetch */
	MAX_ERRNO = 4095,
};

/* What include/linux/poison.h and the allocators write where nothing may be used any more. */
static const char *poison_of(uint64_t v)
{
	/* LIST_POISON1, LIST_POISON2 and friends: POISON_POINTER_DELTA of x86-64 */
	if (v - UINT64_C(0xdead000000000000) < 0x1000)
		return "list poison: the entry was already deleted";
	/* POISON_FREE of SLUB */
	if (v - UINT64_C(0x6b6b6b6b6b6b6b6b) < MAX_OFFSET)
		return "slab poison 0x6b: the object was already freed";
	return NULL;
}

static uint64_t bad_pointer(const struct inq_fault *f)
{
	return f->has_bad_value ? f->bad_value : f->addr;
}

static bool mentions(const struct inq_case *c, enum inq_event_kind kind, const char *part)
{
	for (size_t i = 0; i < c->events.n; i++) {
		const struct inq_event *e = &c->events.v[i];

		if (e->kind == kind && e->text && strstr(e->text, part))
			return true;
	}
	return false;
}

static bool hit_a_guard_page(const struct inq_case *c)
{
	/* arch/x86/kernel/traps.c, handle_stack_overflow(); "kernel stack overflow" before 5.16 */
	return mentions(c, INQ_EVENT_OOPS, "stack guard page") ||
	       mentions(c, INQ_EVENT_OOPS, "kernel stack overflow");
}

/*
 * The freed object that the bad pointer itself was loaded from; NULL: none that is known to be
 * free. What led there may have been freed since, for good reasons: its pointer was still good.
 */
static const char *freed_object(const struct inq_fault *f)
{
	for (size_t i = f->nr_path; i-- > 0;) {
		if (f->path[i].addr)
			return f->path[i].object_freed ? f->path[i].object : NULL;
	}
	return NULL;
}

static const char *page_fault_class(const struct inq_case *c, const struct inq_fault *f)
{
	uint64_t bad = bad_pointer(f);

	if ((f->has_error_code && (f->error_code & PF_FETCH)) || (f->has_addr && f->addr == f->ip))
		return "bad-call";
	if (hit_a_guard_page(c))
		return "stack-overflow";
	if (((f->has_bad_value || f->has_addr) && poison_of(bad)) || freed_object(f) ||
	    f->address_freed)
		return "use-after-free";
	if (f->has_bad_value ? f->bad_value == 0 : f->has_addr && f->addr < NULL_PAGE)
		return "null-dereference";
	if (f->has_addr && f->addr < NULL_PAGE)
		return "null-dereference";
	return "wild-access";
}

static const char *general_protection_class(const struct inq_fault *f)
{
	if (((f->has_bad_value || f->has_addr) && poison_of(bad_pointer(f))) || freed_object(f))
		return "use-after-free";
	if (f->has_addr && poison_of(f->addr))
		return "use-after-free";
	return "general-protection";
}

/* The contract's class of a fault by what its address or instruction shows; NULL: none of them. */
static const char *class_of(const struct inq_case *c, const struct inq_fault *f)
{
	switch (f->kind) {
	case INQ_FAULT_PAGE:
		return page_fault_class(c, f);
	case INQ_FAULT_GP:
		return general_protection_class(f);
	case INQ_FAULT_OPCODE:
		return "bug-on";
	case INQ_FAULT_DIVIDE:
		return "divide-error";
	case INQ_FAULT_DOUBLE:
		return "stack-overflow";
	case INQ_FAULT_BREAKPOINT:
		return f->symbol ? NULL : "bad-call";
	case INQ_FAULT_OTHER:
		break;
	}
	return NULL;
}

/* What a warning complains of is a line of its own before it: "refcount_t: underflow; ..." */
static const char *complaint_of(struct inq_case *c, const struct inq_event *warning)
{
	const double together_s = 0.1;

	for (size_t i = 0; i < c->events.n; i++) {
		const struct inq_event *e = &c->events.v[i];

		if (e->text && strncmp(e->text, "refcount_t: ", 12) == 0 && e->t_s >= 0 &&
		    e->t_s <= warning->t_s && e->t_s > warning->t_s - together_s)
			return inq_say(c, " (\"%s\")", e->text);
	}
	return "";
}

/* "BUG at fs/x.c:12"; "BUG()" where the log doesn't say. */
static const char *bug_words(struct inq_case *c, const struct inq_fault *f)
{
	static const char at[] = "kernel BUG at ";
	const struct inq_event *found = NULL;
	const char *place;

	for (size_t i = 0; i < c->events.n; i++) {
		const struct inq_event *e = &c->events.v[i];

		if (f->t_s >= 0 && e->t_s == f->t_s && e->text &&
		    (e->kind == INQ_EVENT_BUG || e->kind == INQ_EVENT_WARN))
			found = e;
	}
	if (found && found->kind == INQ_EVENT_WARN)
		return inq_say(c, "a warning%s, which panic_on_warn made fatal,",
			       complaint_of(c, found));
	place = found ? strstr(found->text, at) : NULL;
	if (!place)
		return "BUG()";
	place += sizeof(at) - 1;
	return inq_say(c, "BUG at %.*s", (int)strcspn(place, "!"), place);
}

/* What was done to the bad value: "NULL dereference of X", "call of X". */
static const char *what_happened(struct inq_case *c, const struct inq_fault *f, const char *class_)
{
	const char *expr = f->expression ? f->expression : NULL;
	const char *poison = poison_of(bad_pointer(f));

	if (strcmp(class_, "null-dereference") == 0)
		return expr ? inq_say(c, "NULL dereference of %s", expr)
			    : inq_say(c, "NULL dereference (address 0x%" PRIx64 ")", f->addr);
	if (strcmp(class_, "use-after-free") == 0)
		return inq_say(c, "use after free of %s (%s)", expr ? expr : "an object",
			       poison		 ? poison
			       : freed_object(f) ? inq_say(c, "loaded from a %s", freed_object(f))
			       : f->address_freed && f->address_is ? f->address_is
								   : "poisoned");
	if (strcmp(class_, "bad-call") == 0)
		return inq_say(c, "call of %s0x%" PRIx64 ", where there is no code",
			       expr ? inq_say(c, "%s = ", expr) : "", f->addr);
	if (strcmp(class_, "divide-error") == 0)
		return expr ? inq_say(c, "division by %s = 0x%" PRIx64, expr, f->bad_value)
			    : "division by zero";
	if (strcmp(class_, "stack-overflow") == 0)
		return "kernel stack overflow";
	if (strcmp(class_, "bug-on") == 0)
		return bug_words(c, f);
	if (f->has_bad_value && f->bad_value >= (uint64_t)-MAX_ERRNO)
		return inq_say(c, "error code %" PRId64 " used as the pointer %s",
			       (int64_t)f->bad_value, f->bad ? f->bad : "");
	if (expr)
		return inq_say(c, "access to %s at the bad address 0x%" PRIx64, expr, f->addr);
	return f->has_addr ? inq_say(c, "access to the bad address 0x%" PRIx64, f->addr)
			   : "access to a non-canonical address";
}

/* Code that freed it through a pointer, or by a jump, is not on the stack; who called it is. */
static bool is_machinery(const struct inq_frame *f)
{
	return !f->module && inq_is_dispatcher(f->symbol);
}

/*
 * Another task's stack that the bad value was read from: what was there, in a list or a queue, may
 * have been left by a function that has returned since.  NULL: it was not.
 */
static const char *foreign_stack(struct inq_case *c, const struct inq_fault *f)
{
	static const char stack[] = "the stack of ";
	const struct inq_path_fact *last = f->nr_path ? &f->path[f->nr_path - 1] : NULL;
	const struct inq_task *t = inq_case_task(c, f->task);

	if (!last || !last->object || strncmp(last->object, stack, sizeof(stack) - 1) != 0)
		return NULL;
	if (t && strcmp(last->object,
			inq_say(c, "%s%s (%d)", stack, t->comm ? t->comm : "?", t->pid)) == 0)
		return NULL;
	return last->object;
}

/* "NULL dereference of current->nsproxy->uts_ns at fill+0x23 [demo]" */
static const char *title_of(struct inq_case *c, const struct inq_fault *f)
{
	const char *class_ = class_of(c, f);

	const struct inq_track *t = inq_case_track(c, f->freed_by);
	const struct inq_frame *freer = t ? inq_track_frame(c, t) : NULL;
	const char *left = foreign_stack(c, f);

	return inq_say(c, "%s at %s%s%s%s%s", class_ ? what_happened(c, f, class_) : "exception",
		       inq_say_place(c, f->symbol, f->offset, f->module, f->ip),
		       freer && !is_machinery(freer) ? ", freed by " : "",
		       freer && !is_machinery(freer)
			       ? inq_say_function(c, freer->symbol, freer->module)
			       : "",
		       left ? ", read from " : "", left ? left : "");
}

/* "kernel BUG at file:line!" belongs to an invalid opcode; without it ud2 may be anything. */
static enum inq_confidence fault_conf(const struct inq_case *c, const struct inq_fault *f,
				      const char *class_)
{
	if (f->kind == INQ_FAULT_OPCODE && !mentions(c, INQ_EVENT_BUG, "") &&
	    !mentions(c, INQ_EVENT_WARN, ""))
		return INQ_CONF_LIKELY;
	if (f->kind == INQ_FAULT_DOUBLE && !hit_a_guard_page(c))
		return INQ_CONF_LIKELY;
	if (strcmp(class_, "wild-access") == 0 && !f->has_addr)
		return INQ_CONF_LIKELY;
	if (strcmp(class_, "use-after-free") == 0 && !f->has_bad_value)
		return INQ_CONF_LIKELY;
	return f->on_stack ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY;
}

/*
 * The frame of the function that @finding blames: of the library on behalf of a module, it is the
 * module's.  Other code of the kernel stands for itself.
 */
static void blame_user(const struct inq_stack *s, const struct inq_fault *f,
		       struct inq_finding *finding)
{
	size_t frame = (size_t)f->frame;

	if (finding->module || !inq_is_library(finding->function))
		return;
	while (frame + 1 < s->n && (s->v[frame].module || !s->v[frame].symbol ||
				    strcmp(s->v[frame].symbol, finding->function) != 0))
		frame++;
	frame = inq_user_of_library(s, frame);
	if (!s->v[frame].module)
		return;
	finding->function = s->v[frame].symbol;
	finding->module = s->v[frame].module;
}

/* Who came by the bad pointer, or broke what was checked, rather than who touched it. */
static void blame(const struct inq_analysis *a, const struct inq_fault *f,
		  struct inq_finding *finding)
{
	const struct inq_stack *s = inq_case_stack(a->c, f->stack);
	const struct inq_cpu *cpu = inq_case_cpu(a->c, f->cpu);
	size_t frame;

	finding->culprit = (struct inq_actor){
		.kind = f->context == INQ_FRAME_TASK ? INQ_ACTOR_TASK : INQ_ACTOR_INTERRUPT,
		.cpu = f->cpu,
		.task = f->task};
	finding->function = f->symbol;
	finding->module = f->module;
	if (f->blame && (f->blame_module || !inq_is_dispatcher(f->blame))) {
		finding->function = f->blame;
		finding->module = f->blame_module;
	}
	if (!s || f->frame < 0 || (size_t)f->frame >= s->n)
		return;
	if (cpu && cpu->stack == f->stack &&
	    inq_actor_at(a->c, cpu, (size_t)f->frame).kind != INQ_ACTOR_INTERRUPT)
		finding->culprit.kind = INQ_ACTOR_TASK;
	blame_user(s, f, finding);
	if (f->kind != INQ_FAULT_OPCODE || f->blame || f->module || !inq_is_complainer(f->symbol))
		return;
	frame = inq_blame_frame(s, (size_t)f->frame);
	finding->function = s->v[frame].symbol;
	finding->module = s->v[frame].module;
}

/*
 * A module's function that freed the object is to blame for its use afterwards, unless RCU freed
 * it: then the reader kept its pointer for too long.  Whether it freed too early or another one
 * used too late is a matter of who owned it: likely at most.
 */
static void blame_freer(const struct inq_analysis *a, const struct inq_fault *f,
			struct inq_finding *finding)
{
	const struct inq_track *t = inq_case_track(a->c, f->freed_by);
	const struct inq_frame *frame = t ? inq_track_frame(a->c, t) : NULL;

	if (!t || strcmp(finding->class_, "use-after-free") != 0)
		return;
	inq_ids_add(a->c, &finding->evidence, t->evidence);
	if (!frame || !frame->symbol || !frame->module || inq_track_is_deferred(a->c, t))
		return;
	finding->culprit = inq_track_actor(a->c, t);
	finding->function = frame->symbol;
	finding->module = frame->module;
	finding->conf = inq_conf_min(finding->conf, INQ_CONF_LIKELY);
}

/* Whose frames ate the stack, not whose was the last. */
static void blame_eater(const struct inq_analysis *a, const struct inq_fault *f,
			struct inq_finding *finding)
{
	const struct inq_frame *eater;
	bool recursion = false;

	if (strcmp(finding->class_, "stack-overflow") != 0)
		return;
	/* the value that the instruction used is good: who it came from did nothing wrong */
	finding->function = f->symbol;
	finding->module = f->module;
	eater = inq_stack_use_blame(a->c, f, &recursion);
	if (recursion)
		finding->title =
			inq_say(a->c, "%s: %s", finding->title, inq_say_recursion(a->c, f));
	if (!eater)
		return;
	finding->function = eater->symbol;
	finding->module = eater->module;
	if (!recursion)
		finding->conf = inq_conf_min(finding->conf, INQ_CONF_LIKELY);
}

static void report(struct inq_analysis *a, inq_id id)
{
	const struct inq_fault *f = &a->c->faults.v[id];
	const char *class_ = class_of(a->c, f);
	struct inq_finding *finding;

	if (!class_)
		return;
	finding = inq_finding_add(a, INQ_ANSWER_DEATH, class_, fault_conf(a->c, f, class_), NULL);
	if (!finding)
		return;
	finding->fault = id;
	blame(a, f, finding);
	inq_ids_add_all(a->c, &finding->evidence, &f->ev_where);
	inq_ids_add_all(a->c, &finding->evidence, &f->ev_memory);
	inq_ids_add_all(a->c, &finding->evidence, &f->ev_register);
	inq_ids_add_all(a->c, &finding->evidence, &f->ev_code);
	finding->title = title_of(a->c, f);
	if (foreign_stack(a->c, f))
		finding->conf = inq_conf_min(finding->conf, INQ_CONF_LIKELY);
	blame_freer(a, f, finding);
	blame_eater(a, f, finding);
	if (finding->function && f->symbol && f->kind == INQ_FAULT_OPCODE &&
	    strcmp(finding->function, f->symbol) != 0)
		finding->title =
			inq_say(a->c, "%s, on behalf of %s", finding->title,
				inq_say_function(a->c, finding->function, finding->module));
}

/* An oops that only the log tells of. */
static const char *class_of_event(const struct inq_event *e)
{
	static const struct {
		const char *part, *class_;
	} texts[] = {
		{"stack guard page", "stack-overflow"},
		{"kernel stack overflow", "stack-overflow"},
		{"NULL pointer dereference", "null-dereference"},
		{"general protection fault", "general-protection"},
		{"divide error", "divide-error"},
		{"int3: ", "bad-call"},
		{"double fault", "stack-overflow"},
		{"kernel BUG at", "bug-on"},
		{"nable to handle page fault", "wild-access"},
		{"nable to handle kernel paging request", "wild-access"},
	};

	if (e->kind != INQ_EVENT_OOPS && e->kind != INQ_EVENT_BUG)
		return NULL;
	for (size_t i = 0; e->text && i < array_size(texts); i++) {
		if (strstr(e->text, texts[i].part))
			return texts[i].class_;
	}
	return NULL;
}

/* The fault of this case that the event tells of: same function, same CPU or unknown. */
static bool is_known(const struct inq_case *c, const struct inq_event *e)
{
	for (size_t i = 0; i < c->faults.n; i++) {
		const struct inq_fault *f = &c->faults.v[i];

		if (e->ip ? e->ip == f->ip
			  : !e->symbol || (f->symbol && strcmp(e->symbol, f->symbol) == 0))
			return true;
	}
	return false;
}

static void report_event(struct inq_analysis *a, inq_id id)
{
	const struct inq_event *e = &a->c->events.v[id];
	const char *class_ = class_of_event(e);
	struct inq_finding *f;

	if (!class_ || is_known(a->c, e))
		return;
	f = inq_finding_add(a, INQ_ANSWER_DEATH, class_, INQ_CONF_LIKELY, NULL);
	if (!f)
		return;
	if (poison_of(e->addr))
		f->class_ = "use-after-free";
	f->function = e->symbol;
	f->culprit.cpu = e->cpu;
	if (e->cpu >= 0)
		f->culprit.kind = INQ_ACTOR_CPU;
	inq_ids_add(a->c, &f->evidence, e->evidence);
	f->title = inq_say(a->c, "%s%s%s", e->text, e->symbol ? " in " : "",
			   e->symbol ? e->symbol : "");
}

/* The crash that sysrq asks for was a NULL write before 5.4 (8341f2f222d7). */
static bool is_asked_for(const struct inq_analysis *a, const char *symbol)
{
	return a->end == INQ_END_SYSRQ && symbol && inq_function_is(symbol, "sysrq_handle_crash");
}

void inq_rule_faults(struct inq_analysis *a)
{
	for (size_t i = 0; i < a->c->faults.n; i++)
		if (!is_asked_for(a, a->c->faults.v[i].symbol))
			report(a, (inq_id)i);
	for (size_t i = 0; i < a->c->events.n; i++)
		if (!is_asked_for(a, a->c->events.v[i].symbol))
			report_event(a, (inq_id)i);
}
