// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/rules/slab_checks.h"

#include <string.h>

#include "analyze/tracks.h"
#include "util/banned.h"

/* Who is to blame for what a check found. */
enum guilty {
	DOER,  /* who ran into the check */
	OWNER, /* who has the object, or its neighbour */
	FREER, /* who freed it, or kept a pointer to it */
	NOBODY,
};

/* mm/slub.c; the words before and behind the name of the cache */
static const struct {
	const char *part; /* of the report's first line */
	enum guilty guilty;
	const char *words, *more;
} checks[] = {
	{"already free", DOER, "frees an object of ", " that is free already"},
	{"Invalid object pointer", DOER, "frees what is no object of ", ""},
	{"edzone", OWNER, "something wrote beyond the bounds of an object of ", ""},
	{"padding overwritten", OWNER, "something wrote beyond the bounds of an object of ", ""},
	{"oison overwritten", FREER, "something wrote to an object of ", " after it was freed"},
	{"Object corrupt", NOBODY, "an object of ", " was found damaged"},
	{"reepointer corrupt", NOBODY, "the pointer in a free object of ", " was overwritten"},
	{"reechain corrupt", NOBODY, "the pointer in a free object of ", " was overwritten"},
};

/* "kmalloc-64" of "BUG kmalloc-64 (Tainted: G): ..." */
static const char *cache_of(struct inq_case *c, const char *text)
{
	const char *at = text + strlen("BUG ");

	return inq_say(c, "%.*s", (int)strcspn(at, " "), at);
}

/* Name the one of @t as possible; false: no module's function did it. */
static bool blame_track(struct inq_analysis *a, struct inq_finding *f, const struct inq_track *t)
{
	const struct inq_frame *frame = t ? inq_track_frame(a->c, t) : NULL;

	if (!frame || !frame->symbol || !frame->module)
		return false;
	/* whose object it is may be told by that; which process wrote is not */
	f->culprit = (struct inq_actor){.kind = inq_case_cpu(a->c, t->cpu) ? INQ_ACTOR_CPU
									   : INQ_ACTOR_NONE,
					.cpu = t->cpu,
					.task = INQ_NONE};
	f->function = frame->symbol;
	f->module = frame->module;
	return true;
}

/* ", allocated by ..., freed by ..." */
static const char *history(struct inq_analysis *a, struct inq_finding *f, uint64_t object)
{
	const char *words = "";

	for (int freed = 0; freed < 2; freed++) {
		const struct inq_track *t = inq_track_of(a->c, object, freed);

		if (!t)
			continue;
		words = inq_say(a->c, "%s; it was %s", words, inq_say_track(a->c, t));
		inq_ids_add(a->c, &f->evidence, t->evidence);
	}
	return words;
}

bool inq_slab_check_tell(struct inq_analysis *a, struct inq_finding *f, const struct inq_event *e)
{
	const char *noticed = inq_say_function(a->c, f->function, f->module), *past;
	size_t i = 0;

	if (!e || !e->text || strncmp(e->text, "BUG ", 4) != 0 || !strstr(e->text, "): "))
		return false;
	while (i < array_size(checks) && !strstr(e->text, checks[i].part))
		i++;
	if (i == array_size(checks))
		return false;
	past = history(a, f, e->addr);
	if (!*past)
		f->advice = inq_say(a->c,
				    "who allocated and freed it is not recorded: boot with "
				    "slub_debug=U,%s, and the next dump names them",
				    cache_of(a->c, e->text));
	if (checks[i].guilty == DOER) {
		f->conf = inq_conf_min(f->conf, INQ_CONF_LIKELY);
		f->title = inq_say(a->c, "%s %s%s%s%s", noticed, checks[i].words,
				   cache_of(a->c, e->text), checks[i].more, past);
		return true;
	}
	f->conf = INQ_CONF_POSSIBLE;
	if (checks[i].guilty != NOBODY)
		blame_track(a, f, inq_track_of(a->c, e->addr, checks[i].guilty == FREER));
	f->title =
		inq_say(a->c, "%s%s%s (%s); %s noticed%s", checks[i].words, cache_of(a->c, e->text),
			checks[i].more, strstr(e->text, "): ") + 3, noticed, past);
	return true;
}
