/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_TRACKS_H
#define INQ_ANALYZE_TRACKS_H

#include "analyze/analysis.h"

/* What the allocator's tracks say of who allocated and who freed an object. */

/**
 * The frame of @t's stack that did it: the innermost of a module, else the innermost that is no
 * helper of the allocator's.  NULL: not known.  Borrowed from the case.
 */
const struct inq_frame *inq_track_frame(const struct inq_case *c, const struct inq_track *t);

/**
 * Whether RCU freed it, after a grace period: then who freed it did right, and who kept a pointer
 * beyond its read-side section did not.
 */
bool inq_track_is_deferred(const struct inq_case *c, const struct inq_track *t);

/** The track of who allocated (@freed: who freed) the object at @object; NULL: none. */
const struct inq_track *inq_track_of(const struct inq_case *c, uint64_t object, bool freed);

/** Who did it: the task, or an interrupt's CPU. */
struct inq_actor inq_track_actor(const struct inq_case *c, const struct inq_track *t);

/** "freed by sessadm (121), CPU 0, in f [mod] (called by g), 0.5 s before the dump". */
const char *inq_say_track(struct inq_case *c, const struct inq_track *t);

#endif
