// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/describe.h"

#include <inttypes.h>

#include "util/banned.h"

void inq_describe_task(const struct inq_case *c, inq_id task, struct inq_strbuf *sb)
{
	const struct inq_task *t = inq_case_task(c, task);

	if (!t)
		inq_strbuf_add(sb, "an unknown task");
	else if (t->pid == 0)
		inq_strbuf_add(sb, "the idle task");
	else if (!t->comm && !t->addr)
		inq_strbuf_addf(sb, "process %d, which is gone", t->pid);
	else
		inq_strbuf_addf(sb, "%s (%d)", t->comm ? t->comm : "?", t->pid);
}

static void describe_on_cpu(const struct inq_case *c, const struct inq_actor *a,
			    struct inq_strbuf *sb)
{
	const struct inq_task *t = inq_case_task(c, a->task);

	if (t && t->pid == 0) {
		inq_strbuf_addf(sb, "CPU %d's idle task", a->cpu);
		return;
	}
	inq_strbuf_addf(sb, "CPU %d ", a->cpu);
	inq_describe_task(c, a->task, sb);
}

void inq_describe_actor(const struct inq_case *c, const struct inq_actor *a, struct inq_strbuf *sb)
{
	switch (a->kind) {
	case INQ_ACTOR_NONE:
		inq_strbuf_add(sb, "nobody");
		return;
	case INQ_ACTOR_TASK:
		if (a->cpu >= 0)
			describe_on_cpu(c, a, sb);
		else
			inq_describe_task(c, a->task, sb);
		return;
	case INQ_ACTOR_CPU:
	case INQ_ACTOR_INTERRUPT:
		if (a->task == INQ_NONE)
			inq_strbuf_addf(sb, "CPU %d", a->cpu);
		else
			describe_on_cpu(c, a, sb);
		return;
	}
}

/* What the text says instead of the contract's word: the thing itself may have the name, or be of
 * what has it. */
static const char *resource_words(const struct inq_resource *r)
{
	switch (r->kind) {
	case INQ_RES_IPI:
		return "IPI";
	case INQ_RES_RCU:
		return "RCU";
	case INQ_RES_IO:
		return r->name ? "I/O of" : "I/O";
	case INQ_RES_HANDLER:
		return r->name ? "handler of" : "handler";
	default:
		return inq_resource_kind_name(r->kind);
	}
}

void inq_describe_resource(const struct inq_case *c, inq_id resource, struct inq_strbuf *sb)
{
	const struct inq_resource *r = inq_case_resource(c, resource);

	if (!r) {
		inq_strbuf_add(sb, "something unknown");
		return;
	}
	inq_strbuf_add(sb, resource_words(r));
	if (r->name)
		inq_strbuf_addf(sb, " %s%s%s", r->name, r->whose ? " of " : "",
				r->whose ? r->whose : "");
	else if (r->addr)
		inq_strbuf_addf(sb, " at 0x%" PRIx64, r->addr);
	if (r->name && r->module)
		inq_strbuf_addf(sb, " [%s]", r->module);
}

void inq_describe_place(const char *symbol, uint64_t offset, const char *module, uint64_t ip,
			struct inq_strbuf *sb)
{
	if (symbol)
		inq_strbuf_addf(sb, "%s+0x%" PRIx64, symbol, offset);
	else
		inq_strbuf_addf(sb, "0x%016" PRIx64, ip);
	if (module)
		inq_strbuf_addf(sb, " [%s]", module);
}
