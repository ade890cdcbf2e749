// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules.h"

#include <inttypes.h>
#include <string.h>

#include "analyze/duration.h"
#include "analyze/tracks.h"
#include "util/banned.h"

/*
 * out-of-memory: the kernel panicked because it had no memory left and nobody to kill.  Who
 * asked for the last page is an accident; who has most of it is the culprit, where one has
 * far more than others and than the kernel itself.
 */
enum { SHARE = 4 /* one who has less than 1/4 of all memory did not use it up */ };

static int64_t bytes_of(const struct inq_case *c, const char *what)
{
	int64_t sum = 0;

	for (size_t i = 0; i < c->memory.n; i++) {
		const struct inq_memory_use *u = &c->memory.v[i];

		if (u->what && strcmp(u->what, what) == 0 && u->bytes > 0 &&
		    sum <= INT64_MAX - u->bytes)
			sum += u->bytes;
	}
	return sum;
}

static const char *comm_of(const struct inq_case *c, const struct inq_memory_use *u)
{
	const struct inq_task *t = inq_case_task(c, u->task);

	return t && t->comm ? t->comm : "?";
}

/* All processes of the same name: ten workers count together. */
static int64_t bytes_of_kin(const struct inq_case *c, const char *comm, size_t *ret_n)
{
	int64_t sum = 0;

	*ret_n = 0;
	for (size_t i = 0; i < c->memory.n; i++) {
		const struct inq_memory_use *u = &c->memory.v[i];

		if (u->task == INQ_NONE || strcmp(comm_of(c, u), comm) != 0 || u->bytes <= 0 ||
		    sum > INT64_MAX - u->bytes)
			continue;
		sum += u->bytes;
		++*ret_n;
	}
	return sum;
}

static const struct inq_memory_use *largest_process(const struct inq_case *c)
{
	const struct inq_memory_use *best = NULL;

	for (size_t i = 0; i < c->memory.n; i++) {
		const struct inq_memory_use *u = &c->memory.v[i];

		if (u->task != INQ_NONE && (!best || u->bytes > best->bytes))
			best = u;
	}
	return best;
}

/* Of all others together, by name, the largest. */
static int64_t runner_up(const struct inq_case *c, const char *comm)
{
	int64_t most = 0;

	for (size_t i = 0; i < c->memory.n; i++) {
		const struct inq_memory_use *u = &c->memory.v[i];

		if (u->task != INQ_NONE && strcmp(comm_of(c, u), comm) != 0 && u->bytes > most)
			most = u->bytes;
	}
	return most;
}

static const char *megabytes(struct inq_case *c, int64_t bytes)
{
	return inq_say(c, "%" PRId64 " MB", bytes >> 20);
}

/* Names the process that has most, in *@ret_words ("; f has ..."); false: nobody stands out. */
static bool blame(struct inq_analysis *a, struct inq_finding *f, const char **ret_words)
{
	const struct inq_memory_use *u = largest_process(a->c);
	int64_t total = bytes_of(a->c, "total"), sum, kernel;
	const char *comm;
	size_t n;

	if (!u || !total)
		return false;
	comm = comm_of(a->c, u);
	sum = bytes_of_kin(a->c, comm, &n);
	kernel = bytes_of(a->c, "slab");
	if (sum < total / SHARE || sum <= kernel || sum / 2 < runner_up(a->c, comm))
		return false;
	f->culprit = (struct inq_actor){.kind = INQ_ACTOR_TASK, .cpu = -1, .task = u->task};
	inq_ids_add(a->c, &f->evidence, u->evidence);
	*ret_words = n > 1 ? inq_say(a->c, "; %zu processes %s have %s of %s", n, comm,
				     megabytes(a->c, sum), megabytes(a->c, total))
			   : inq_say(a->c, "; %s has %s of %s", inq_say_actor(a->c, &f->culprit),
				     megabytes(a->c, sum), megabytes(a->c, total));
	return true;
}

static const struct inq_memory_use *largest_of_kernel(const struct inq_case *c)
{
	const struct inq_memory_use *best = NULL;

	for (size_t i = 0; i < c->memory.n; i++) {
		const struct inq_memory_use *u = &c->memory.v[i];

		if (u->what &&
		    (strcmp(u->what, "slab cache") == 0 || strcmp(u->what, "vmalloc") == 0 ||
		     strcmp(u->what, "huge pages") == 0) &&
		    (!best || u->bytes > best->bytes))
			best = u;
	}
	return best;
}

/* What the kernel itself has, where that is much. */
static const char *kernel_words(struct inq_analysis *a, struct inq_finding *f)
{
	static const char *const kinds[] = {"slab", "shmem", "page tables"};
	int64_t total = bytes_of(a->c, "total");
	const char *words = "";

	for (size_t k = 0; k < array_size(kinds); k++) {
		int64_t bytes = bytes_of(a->c, kinds[k]);

		if (!total || bytes < total / SHARE)
			continue;
		words = inq_say(a->c, "%s; %s has %s of %s", words, kinds[k],
				megabytes(a->c, bytes), megabytes(a->c, total));
		for (size_t i = 0; i < a->c->memory.n; i++) {
			if (strcmp(a->c->memory.v[i].what, kinds[k]) == 0)
				inq_ids_add(a->c, &f->evidence, a->c->memory.v[i].evidence);
		}
	}
	return words;
}

/*
 * Who has what the kernel itself used up: the slab cache or the vmalloc memory that has most, with
 * the function that allocated it where that is known.
 */
static void blame_kernel(struct inq_analysis *a, struct inq_finding *f, const char **ret_words)
{
	const struct inq_memory_use *u = largest_of_kernel(a->c);
	int64_t total = bytes_of(a->c, "total");
	const struct inq_track *t = u ? inq_case_track(a->c, u->track) : NULL;
	const struct inq_frame *frame = t ? inq_track_frame(a->c, t) : NULL;

	if (!u || !total || u->bytes < total / SHARE)
		return;
	inq_ids_add(a->c, &f->evidence, u->evidence);
	*ret_words =
		inq_say(a->c, "; %s%s%s has %s of %s", u->what,
			!u->name			  ? ""
			: strcmp(u->what, "vmalloc") == 0 ? " memory of "
							  : " ",
			u->name ? u->name : "", megabytes(a->c, u->bytes), megabytes(a->c, total));
	if (!frame || !frame->symbol) {
		if (u->name && strcmp(u->what, "slab cache") == 0)
			f->advice = inq_say(a->c,
					    "who allocates from %s is not recorded: boot with "
					    "slub_debug=U,%s, and the next dump names it",
					    u->name, u->name);
		return;
	}
	inq_ids_add(a->c, &f->evidence, t->evidence);
	*ret_words = inq_say(a->c, "%s, most of it %s", *ret_words, inq_say_track(a->c, t));
	if (frame->module) {
		f->culprit = inq_track_actor(a->c, t);
		f->function = frame->symbol;
		f->module = frame->module;
	}
}

void inq_rule_out_of_memory(struct inq_analysis *a)
{
	inq_id id = inq_event_last(a->c, INQ_EVENT_OOM, -1, -1);
	const char *message = inq_plain_panic_message(a->c->dump.panic_message);
	const char *who = "", *kernel;
	struct inq_finding *f;
	bool process;

	if (a->end != INQ_END_OOM)
		return;
	f = inq_finding_add(a, INQ_ANSWER_DEATH, "out-of-memory", INQ_CONF_CERTAIN, NULL);
	if (!f)
		return;
	if (id != INQ_NONE)
		inq_ids_add(a->c, &f->evidence, a->c->events.v[id].evidence);
	/* that memory ran out is certain; that the largest is to blame is not */
	process = blame(a, f, &who);
	if (!process)
		blame_kernel(a, f, &who);
	if (f->culprit.kind != INQ_ACTOR_NONE)
		f->conf = INQ_CONF_LIKELY;
	kernel = kernel_words(a, f);
	/* a cache is a part of what the kernel has */
	f->title = inq_say(a->c, "the kernel ran out of memory and panicked (%s)%s%s", message,
			   process ? who : kernel, process ? kernel : who);
}
