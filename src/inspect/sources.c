// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sources: file and line of what stands on the stacks that a report may show, where debug
 * information was given.  Fills source and inlined of frames, adds evidence to faults; gaps for
 * modules' types that could not be read.
 */
#include "kernel/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/modules.h"
#include "util/cleanup.h"
#include "util/hashmap.h"
#include "util/strbuf.h"

#include "util/banned.h"

/* Look-ups cost up to 10 ms in a unit that was not read yet. */
enum { LOOKUPS_MAX = 4000, NAMED = 2 };

struct reader {
	struct inq_inspect *in;
	struct inq_hashmap known; /* address -> the struct inq_frame that has its lines */
	size_t left;
};

static const char *keep(struct inq_inspect *in, struct inq_strbuf *sb)
{
	in->c->arena.failed |= sb->failed;
	return sb->len ? inq_arena_strdup(&in->c->arena, inq_strbuf_str(sb)) : NULL;
}

static void set_lines(struct inq_inspect *in, struct inq_frame *f,
		      const struct inq_source_line *lines, size_t n)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	bool more = false;

	if (!n || !lines[0].file)
		return;
	f->source = inq_arena_printf(&in->c->arena, "%s:%u", lines[0].file, lines[0].line);
	in->c->dump.lines = "dwarf";
	/* of a long chain its ends tell most */
	for (size_t i = 1; i < n && lines[i - 1].function; i++) {
		if (i > NAMED && i + 1 < n) {
			more = true;
			continue;
		}
		inq_strbuf_addf(&sb, "%s%s()",
				i == 1 ? ""
				: more ? " in ... "
				       : " in ",
				lines[i - 1].function);
	}
	if (sb.len && lines[n - 1].file)
		inq_strbuf_addf(&sb, " inlined at %s:%u", lines[n - 1].file, lines[n - 1].line);
	f->inlined = keep(in, &sb);
}

static void read_frame(struct reader *rd, struct inq_frame *f)
{
	struct inq_source_line lines[INQ_SOURCE_DEPTH];
	/* a call is before its return address */
	uint64_t addr = f->exact_ip ? f->ip : f->ip - 1, known;

	if (f->source || f->context == INQ_FRAME_USER || !f->symbol)
		return;
	if (inq_hashmap_get(&rd->known, addr, &known)) {
		const struct inq_frame *same = (const struct inq_frame *)(uintptr_t)known;

		f->source = same->source;
		f->inlined = same->inlined;
		return;
	}
	if (!rd->left)
		return;
	rd->left--;
	set_lines(rd->in, f, lines, inq_source_of(rd->in->k, addr, lines, INQ_SOURCE_DEPTH));
	if (!inq_hashmap_put(&rd->known, addr, (uint64_t)(uintptr_t)f))
		rd->in->c->arena.failed = true;
}

static void read_stack(struct reader *rd, inq_id stack)
{
	struct inq_stack *s = inq_case_stack(rd->in->c, stack);

	for (size_t i = 0; s && i < s->n; i++)
		read_frame(rd, &s->v[i]);
}

static void read_actor(struct reader *rd, const struct inq_actor *a)
{
	const struct inq_task *t = inq_case_task(rd->in->c, a->task);

	if (t && a->cpu < 0)
		read_stack(rd, t->stack);
}

static void read_fault(struct reader *rd, struct inq_fault *f)
{
	const struct inq_frame *fr;
	char inquest[64], crash[64];
	inq_id ev;

	read_stack(rd, f->stack);
	fr = inq_case_frame(rd->in->c, f->stack, f->frame);
	if (!fr || !fr->source)
		return;
	ev = inq_evidence_add(rd->in->c, INQ_EV_CODE, "%s is %s%s%s%s, by the debug information",
			      inq_fact_symbol(rd->in, f->ip), fr->source, fr->inlined ? " (" : "",
			      fr->inlined ? fr->inlined : "", fr->inlined ? ")" : "");
	snprintf(inquest, sizeof(inquest), "sym %%V 0x%" PRIx64, f->ip);
	snprintf(crash, sizeof(crash), "sym %" PRIx64, f->ip);
	inq_evidence_set_checks(rd->in->c, ev, inquest, crash);
	inq_ids_add(rd->in->c, &f->ev_code, ev);
}

/* All who ask for a module's types have done so by now. */
static void lost_types(struct inq_inspect *in)
{
	const struct inq_module *v;
	size_t n;

	v = inq_modules(in->k, &n);
	for (size_t i = 0; i < n; i++) {
		const char *why = inq_module_types_lost(in->k, &v[i]);

		if (why)
			inq_gap_add(in->c, "types of a module", v[i].btf_data,
				    "%s has BTF that can't be read (%s): what is its own is told "
				    "in offsets",
				    v[i].name, why);
	}
}

struct inq_error *inq_inspect_sources(struct inq_inspect *in)
{
	struct reader rd = {.in = in, .left = LOOKUPS_MAX};
	struct inq_case *c = in->c;

	lost_types(in);
	if (!inq_source_available(in->k))
		return NULL;
	for (size_t i = 0; i < c->faults.n; i++)
		read_fault(&rd, &c->faults.v[i]);
	for (size_t i = 0; i < c->cpus.n; i++) {
		if (c->cpus.v[i].state != INQ_CPU_IDLE)
			read_stack(&rd, c->cpus.v[i].stack);
	}
	for (size_t i = 0; i < c->holds.n; i++)
		read_actor(&rd, &c->holds.v[i].holder);
	for (size_t i = 0; i < c->waits.n; i++)
		read_actor(&rd, &c->waits.v[i].waiter);
	if (rd.left < LOOKUPS_MAX && !c->dump.lines)
		inq_gap_add(c, "source lines", 0,
			    "no debug information for anything on the stacks in the files given");
	for (size_t i = 0; inq_source_note(in->k, i); i++)
		inq_gap_add(c, "debug information of a module", 0, "%s", inq_source_note(in->k, i));
	inq_hashmap_deinit(&rd.known);
	return NULL;
}
