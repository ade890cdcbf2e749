/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_SLAB_TRACKS_H
#define INQ_INSPECT_SLAB_TRACKS_H

#include "inspect/inspect.h"

/**
 * Who allocated (or, @freed, who freed last) the slab object that @addr lies in, where the cache
 * keeps that (slub_debug=U): an index into the case's tracks, added when new.  INQ_NONE: it keeps
 * nothing, or what it keeps can't be right.  An object in use may have a track of an earlier life
 * as the one who freed it.
 */
inq_id inq_slab_track(struct inq_inspect *in, uint64_t addr, bool freed);

/** The address that called the allocator for the object at @object of the kmem_cache at @cache;
 * 0: not kept.  For those who look at all objects of a cache. */
uint64_t inq_slab_track_caller(struct inq_inspect *in, uint64_t cache, uint64_t object, bool freed);

#endif
