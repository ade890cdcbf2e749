/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_ANALYZE_RULES_SLAB_CHECKS_H
#define INQ_ANALYZE_RULES_SLAB_CHECKS_H

#include "analyze/analysis.h"

/*
 * What the slab allocator's own checks found ("BUG kmalloc-64 (Tainted: G): Right Redzone
 * overwritten").  Some catch the offender in the act; others only tell that an object was
 * written beyond its end, or after it was freed: then its owner, or who freed it, is named as
 * possible, and who ran into it only as who noticed.
 */

/**
 * Put blame and title for report @e into @f, whose function and culprit are those of who ran into
 * it.  False: @e is no report of the slab allocator's.
 */
bool inq_slab_check_tell(struct inq_analysis *a, struct inq_finding *f, const struct inq_event *e);

#endif
