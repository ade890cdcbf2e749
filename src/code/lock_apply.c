// SPDX-License-Identifier: GPL-2.0-or-later
/* What one event does to a lock set: acquires, tries, releases under whatever name. */
#include "code/lockset.h"

#include "util/banned.h"

struct inq_lock_elt *inq_lockset_find(struct inq_lock_set *set, const struct inq_value *expr)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].expr == expr)
			return &set->v[i];
	return NULL;
}

/* The element of @expr, UNTOUCHED when it is new; NULL: no room. */
struct inq_lock_elt *inq_lockset_get(struct inq_lock_set *set, const struct inq_value *expr,
				     enum inq_lock_kind kind)
{
	struct inq_lock_elt *e = inq_lockset_find(set, expr);

	if (e || set->n >= INQ_LOCKSET_MAX)
		return e;
	e = inq_vec_push(set);
	if (e) {
		e->expr = expr;
		e->kind = kind;
		e->mask = INQ_LS_UNTOUCHED;
	}
	return e;
}

/* How a lock stands after it has been taken. */
static unsigned char acquired(unsigned char mask)
{
	unsigned char to = 0;

	if (mask & (INQ_LS_UNTOUCHED | INQ_LS_HELD))
		to |= INQ_LS_HELD;
	if (mask & INQ_LS_RELEASED)
		to |= INQ_LS_UNTOUCHED;
	return to;
}

static unsigned char released(unsigned char mask)
{
	unsigned char to = 0;

	if (mask & (INQ_LS_UNTOUCHED | INQ_LS_RELEASED))
		to |= INQ_LS_RELEASED;
	if (mask & INQ_LS_HELD)
		to |= INQ_LS_UNTOUCHED;
	return to;
}

const struct inq_value *inq_lock_split(const struct inq_value *v, int64_t *c)
{
	*c = 0;
	if (v->kind == INQ_VAL_CONST) {
		*c = v->c;
		return NULL;
	}
	if (v->kind != INQ_VAL_ADD || v->b)
		return v;
	*c = v->c;
	return v->a;
}

static bool is_opaque(const struct inq_value *v)
{
	return v->kind == INQ_VAL_CLOBBER || v->kind == INQ_VAL_CALL;
}

/* An argument or a variable itself, at some offset: its name can't mean another's. */
static bool is_plain(const struct inq_value *v)
{
	int64_t c;
	const struct inq_value *base = inq_lock_split(v, &c);

	return !base || base->kind == INQ_VAL_ENTRY || base->kind == INQ_VAL_PERCPU_BASE;
}

/* May @x and @y, different expressions, be the same address?  @ret_like: it is likely. */
static bool may_alias(const struct inq_value *x, const struct inq_value *y, bool *ret_like)
{
	int64_t cx, cy;
	const struct inq_value *bx = inq_lock_split(x, &cx), *by = inq_lock_split(y, &cy);

	if (bx == by)
		return false; /* a constant apart */
	*ret_like = (bx && by && cx == cy) || is_opaque(x) || is_opaque(y);
	return true;
}

static enum inq_lock_kind writer_of(enum inq_lock_kind kind)
{
	switch (kind) {
	case INQ_LOCK_RWLOCK_READ:
		return INQ_LOCK_RWLOCK_WRITE;
	case INQ_LOCK_RWSEM_READ:
		return INQ_LOCK_RWSEM_WRITE;
	case INQ_LOCK_PERCPU_READ:
		return INQ_LOCK_PERCPU_WRITE;
	case INQ_LOCK_RT_READ:
		return INQ_LOCK_RT_WRITE;
	default:
		return kind;
	}
}

static bool same_family(enum inq_lock_kind a, enum inq_lock_kind b)
{
	return writer_of(a) == writer_of(b);
}

/*
 * A release of @expr that nothing held matches by name.  It may be the release of what we
 * know under another name: then that is no longer held for certain.
 */
static bool release_unknown(struct inq_lock_set *set, const struct inq_value *expr,
			    enum inq_lock_kind kind, uint64_t site)
{
	struct inq_lock_elt *like = NULL, *e;
	unsigned int likes = 0, candidates = 0, plain = 0;

	for (size_t i = 0; i < set->n; i++) {
		bool is_like = false;

		e = &set->v[i];
		if (!(e->mask & INQ_LS_HELD) || !same_family(e->kind, kind) ||
		    !may_alias(e->expr, expr, &is_like))
			continue;
		candidates++;
		plain += is_plain(e->expr) && is_plain(expr);
		likes += is_like;
		if (is_like || !like)
			like = e;
	}
	/* The only one of its kind here, or the only one at this offset of its object. */
	if (likes == 1 || (candidates == 1 && !plain)) {
		like->mask = released(like->mask);
		like->try_site = 0;
		return true;
	}
	for (size_t i = 0; i < set->n && candidates; i++) {
		bool is_like;

		e = &set->v[i];
		if (e->mask & INQ_LS_HELD && same_family(e->kind, kind) &&
		    may_alias(e->expr, expr, &is_like)) {
			e->mask |= INQ_LS_UNTOUCHED;
			e->try_site = 0;
		}
	}
	e = inq_lockset_get(set, expr, kind);
	if (!e)
		return set->n >= INQ_LOCKSET_MAX;
	e->mask = candidates ? INQ_LS_RELEASED | INQ_LS_UNTOUCHED : released(e->mask);
	e->site = site;
	return true;
}

static bool release(struct inq_lock_set *set, const struct inq_lock_event *ev, uint64_t site)
{
	struct inq_lock_elt *e = inq_lockset_find(set, ev->expr);

	if (!e || !(e->mask & INQ_LS_HELD))
		return release_unknown(set, ev->expr, ev->kind, site);
	e->mask = released(e->mask);
	e->try_site = 0;
	e->site = site;
	return true;
}

static void try_lock(struct inq_lock_elt *e, bool zero_is_taken, uint64_t site)
{
	unsigned char taken = acquired(e->mask);

	e->if_zero = zero_is_taken ? taken : e->mask;
	e->if_nonzero = zero_is_taken ? e->mask : taken;
	e->mask |= taken;
	e->try_site = site;
	e->site = site;
}

/* How a lock that stood in one of the ways of @mask stands after a callee has done one of @does. */
static unsigned char done(unsigned char mask, unsigned char does)
{
	unsigned char to = does & INQ_LS_UNTOUCHED ? mask : 0;

	if (does & INQ_LS_HELD)
		to |= acquired(mask);
	if (does & INQ_LS_RELEASED)
		to |= released(mask);
	return to;
}

/* A callee leaves the lock in one of the ways of @ev->mask. */
static bool apply_summary(struct inq_lock_set *set, const struct inq_lock_event *ev, uint64_t site)
{
	struct inq_lock_elt *e = inq_lockset_find(set, ev->expr);

	if (ev->mask == INQ_LS_RELEASED)
		return release(set, ev, site);
	e = inq_lockset_get(set, ev->expr, ev->kind);
	if (!e)
		return set->n >= INQ_LOCKSET_MAX;
	e->try_site = ev->if_zero && ev->if_nonzero ? site : 0;
	e->if_zero = done(e->mask, ev->if_zero);
	e->if_nonzero = done(e->mask, ev->if_nonzero);
	e->mask = done(e->mask, ev->mask);
	e->site = site;
	return true;
}

/* Whoever increments a sequence counter begins a section, or ends the one that it is in. */
static bool step(struct inq_lock_set *set, const struct inq_lock_event *ev, uint64_t site)
{
	struct inq_lock_elt *e = inq_lockset_get(set, ev->expr, ev->kind);
	unsigned char mask = e ? e->mask : 0;

	if (!e)
		return set->n >= INQ_LOCKSET_MAX;
	e->mask = mask & (INQ_LS_HELD | INQ_LS_RELEASED) ? INQ_LS_UNTOUCHED : 0;
	if (mask & INQ_LS_UNTOUCHED)
		e->mask |= INQ_LS_HELD;
	e->try_site = 0;
	e->site = site;
	return true;
}

bool inq_lockset_apply(const struct inq_arch *arch, struct inq_lock_set *set,
		       const struct inq_lock_event *ev, uint64_t site)
{
	struct inq_lock_elt *e;

	(void)arch;
	switch (ev->what) {
	case INQ_LE_RELEASE:
		return release(set, ev, site);
	case INQ_LE_SUMMARY:
		return apply_summary(set, ev, site);
	case INQ_LE_STORE0:
	case INQ_LE_ATOMIC:
		e = inq_lockset_find(set, ev->expr);
		if (e && e->mask & INQ_LS_HELD &&
		    (ev->what == INQ_LE_STORE0 || e->kind == INQ_LOCK_RWLOCK_READ)) {
			e->mask = released(e->mask);
			e->try_site = 0;
		}
		return true;
	case INQ_LE_STEP:
		return step(set, ev, site);
	case INQ_LE_DOWNGRADE:
		e = inq_lockset_get(set, ev->expr, ev->kind);
		if (e) {
			e->kind = ev->kind;
			e->downgraded = true;
		}
		return e || set->n >= INQ_LOCKSET_MAX;
	default:
		break;
	}
	e = inq_lockset_get(set, ev->expr, ev->kind);
	if (!e)
		return set->n >= INQ_LOCKSET_MAX;
	e->kind = ev->kind;
	e->downgraded = false;
	if (ev->what == INQ_LE_ACQUIRE) {
		e->mask = acquired(e->mask);
		e->try_site = 0;
		e->site = site;
	} else {
		try_lock(e, ev->what == INQ_LE_TRY_INT, site);
	}
	return true;
}
