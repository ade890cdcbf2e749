// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include <string.h>

#include "analyze/blame.h"
#include "analyze/duration.h"
#include "analyze/rules/slab_checks.h"
#include "analyze/stacks.h"
#include "util/banned.h"

/*
 * memory-corruption: the kernel found its own data damaged (list checks, stack protector, slab
 * checks, bad page) and died of it: by panic, or by the BUG() that such a check ends in.
 *
 * Some checks catch the offender in the act: an entry deleted or added twice, an object freed
 * twice, a function whose own frame was overrun.  Others only tell that somebody wrote
 * before: then who noticed is named as just that.
 */

/* The trap that the panicking CPU died of; INQ_NONE: none on its stack. */
static inq_id fatal_trap(const struct inq_analysis *a, const struct inq_cpu *cpu)
{
	inq_id found = INQ_NONE;

	for (size_t i = 0; cpu && i < a->c->faults.n; i++) {
		const struct inq_fault *f = &a->c->faults.v[i];

		if (f->on_stack && f->cpu == cpu->nr && f->kind == INQ_FAULT_OPCODE &&
		    (found == INQ_NONE || f->frame > a->c->faults.v[found].frame))
			found = (inq_id)i;
	}
	return found;
}

/* BUG_ON(object == fp) of set_freepointer() and its like: in the allocator's ways to free. */
static bool is_double_free(const struct inq_analysis *a, inq_id trap)
{
	const struct inq_fault *f = inq_case_fault(a->c, trap);

	return f && a->end == INQ_END_FAULT && !f->module && inq_is_slab_free(f->symbol) &&
	       inq_event_last(a->c, INQ_EVENT_BUG, -1, -1) != INQ_NONE;
}

/* What a failed check proves of who ran into it; NULL: only that something is damaged. */
static const char *own_doing(const struct inq_event *e)
{
	if (!e || !e->text)
		return NULL;
	/* lib/list_debug.c */
	if (strstr(e->text, "LIST_POISON"))
		return "deletes a list entry that is deleted already (LIST_POISON)";
	if (strstr(e->text, "list_add double add"))
		return "adds a list entry that is in the list already";
	return NULL;
}

static const char *damage(const struct inq_event *e)
{
	if (e && e->text && strstr(e->text, "list_del corruption"))
		return "finds the list damaged that it deletes an entry from";
	/* lib/list_debug.c since 5.19 */
	if (e && e->text && strstr(e->text, "list_add corruption") &&
	    (strstr(e->text, "prev is NULL") || strstr(e->text, "next is NULL")))
		return "adds an entry to a list whose links are NULL: never set up, or cleared";
	if (e && e->text && strstr(e->text, "list_add corruption"))
		return "finds the list damaged that it adds an entry to";
	return NULL;
}

/* The frame that called the check; INQ_NONE: not on the stack. */
static inq_id check_frame(const struct inq_analysis *a, const struct inq_stack *s, inq_id trap)
{
	const struct inq_fault *f = inq_case_fault(a->c, trap);
	inq_id at;

	if (f && f->stack != INQ_NONE && inq_case_stack(a->c, f->stack) == s)
		return f->frame;
	at = inq_stack_find(s, "__stack_chk_fail");
	if (at == INQ_NONE)
		at = inq_stack_find(s, "panic");
	return at == INQ_NONE || (size_t)at + 1 >= s->n ? INQ_NONE : at + 1;
}

/* "... stack is corrupted in: f+0x76/0x80 [mod]" (kernel/panic.c, __stack_chk_fail()) */
static bool names_function(struct inq_analysis *a, struct inq_finding *f)
{
	const char *s = a->c->dump.panic_message, *open, *close;

	s = s ? strstr(s, "stack is corrupted in: ") : NULL;
	if (!s)
		return false;
	s += strlen("stack is corrupted in: ");
	if (strncmp(s, "0x", 2) == 0 || !strchr(s, '+'))
		return false;
	f->function = inq_say(a->c, "%.*s", (int)strcspn(s, "+"), s);
	open = strchr(s, '[');
	close = open ? strpbrk(open, " ]") : NULL;
	f->module = close ? inq_say(a->c, "%.*s", (int)(close - open - 1), open + 1) : NULL;
	return true;
}

/* What happened; addresses of the complaint stay in its evidence. */
static const char *title_of(struct inq_analysis *a, const struct inq_finding *f,
			    const struct inq_event *e, bool double_free)
{
	const char *message = inq_plain_panic_message(a->c->dump.panic_message);
	const char *who = inq_say_function(a->c, f->function, f->module), *what = NULL;

	if (double_free)
		what = "frees an object that is free already, or whose freelist is damaged";
	else if (e)
		what = own_doing(e) ? own_doing(e) : damage(e);
	else if (message && strstr(message, "stack-protector"))
		what = "wrote beyond a variable of its own on the stack (stack protector)";
	if (f->function && what)
		return inq_say(a->c, "%s %s", who, what);
	return inq_say(a->c, "the kernel found its data damaged%s%s: %s",
		       f->function && f->module ? " in " : "", f->function && f->module ? who : "",
		       e && e->text ? e->text
		       : message    ? message
				    : "see the log");
}

static void blame(struct inq_analysis *a, struct inq_finding *f, const struct inq_cpu *cpu,
		  inq_id trap)
{
	const struct inq_stack *s = cpu ? inq_case_stack(a->c, cpu->stack) : NULL;
	inq_id at = check_frame(a, s, trap);
	size_t frame;

	if (cpu)
		f->culprit = inq_actor_at(a->c, cpu, at == INQ_NONE ? 0 : (size_t)at);
	if (names_function(a, f) || at == INQ_NONE)
		return;
	frame = inq_blame_frame(s, (size_t)at);
	f->culprit = inq_actor_at(a->c, cpu, frame);
	/* a stack that ends before who is to blame */
	if (!s->v[frame].module && inq_is_complainer(s->v[frame].symbol)) {
		f->conf = inq_conf_min(f->conf, INQ_CONF_LIKELY);
		return;
	}
	f->function = s->v[frame].symbol;
	f->module = s->v[frame].module;
}

/*
 * Who runs into damage is not who did it.  A module that finds its own data so is the first
 * suspect; code of the kernel, and whoever called it, are not.
 */
static void acquit(struct inq_analysis *a, struct inq_finding *f, const struct inq_event *e)
{
	if (!e || own_doing(e) || !(damage(e) || strstr(e->text, "Bad page")))
		return;
	f->conf = inq_conf_min(f->conf, INQ_CONF_LIKELY);
	if (f->module)
		return;
	f->title = inq_say(a->c, "%s; %s noticed", f->title,
			   inq_say_function(a->c, f->function, NULL));
	f->culprit = INQ_ACTOR_INIT;
	f->function = NULL;
}

static bool is_fatal(const struct inq_analysis *a, const struct inq_event *e)
{
	inq_id bug = inq_event_last(a->c, INQ_EVENT_BUG, -1, -1);
	double dt;

	if (a->end == INQ_END_CORRUPTION)
		return true;
	/* the BUG() comes right behind the complaint */
	if (!e || bug == INQ_NONE || a->end != INQ_END_FAULT)
		return false;
	dt = a->c->events.v[bug].t_s - e->t_s;
	return dt >= -0.001 && dt < 0.1;
}

void inq_rule_memory_corruption(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_CORRUPTION, -1, -1);
	const struct inq_event *e = id == INQ_NONE ? NULL : &a->c->events.v[id];
	const struct inq_cpu *cpu = inq_panic_cpu(a->c);
	inq_id trap = fatal_trap(a, cpu);
	bool double_free = is_double_free(a, trap), stack = a->end == INQ_END_CORRUPTION;
	struct inq_finding *f;

	if (!is_fatal(a, e)) {
		e = NULL;
		if (!double_free)
			return;
	}
	f = inq_finding_add(a, INQ_ANSWER_DEATH, "memory-corruption",
			    e ? INQ_CONF_CERTAIN : INQ_CONF_LIKELY, NULL);
	if (!f)
		return;
	f->fault = stack ? INQ_NONE : trap;
	blame(a, f, cpu, f->fault);
	if (e)
		inq_ids_add(a->c, &f->evidence, e->evidence);
	if (f->fault != INQ_NONE) {
		inq_ids_add_all(a->c, &f->evidence, &a->c->faults.v[trap].ev_where);
		inq_ids_add_all(a->c, &f->evidence, &a->c->faults.v[trap].ev_code);
	} else if (cpu) {
		inq_ids_add(a->c, &f->evidence, cpu->ev_state);
	}
	f->weight = 1;
	if (!inq_slab_check_tell(a, f, e))
		f->title = title_of(a, f, e, double_free);
	if (double_free && !e)
		f->advice = "who freed it first is not recorded: boot with slub_debug=FU, and the "
			    "next dump names it";
	acquit(a, f, e);
}
