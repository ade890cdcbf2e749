// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/lock_use.h"

#include "code/lockset.h"

#include "util/banned.h"

/* Functions that are looked at: the one that takes it, and its callers. */
enum { FRAMES_MAX = 3 };

static bool takes(const struct inq_lock_event *ev)
{
	return ev->what == INQ_LE_ACQUIRE || ev->what == INQ_LE_TRY || ev->what == INQ_LE_TRY_INT ||
	       (ev->what == INQ_LE_SUMMARY && ev->mask & INQ_LS_HELD);
}

static bool gives_back(const struct inq_lock_event *ev)
{
	return ev->what == INQ_LE_RELEASE ||
	       (ev->what == INQ_LE_SUMMARY && ev->mask & INQ_LS_RELEASED);
}

/* The event at @insn that takes the lock; NULL: none. */
static const struct inq_lock_event *taking(const struct inq_lock_events *events, unsigned int insn,
					   enum inq_lock_kind kind)
{
	for (size_t i = 0; i < events->n; i++) {
		const struct inq_lock_event *ev = &events->v[i];

		if (ev->insn == insn && ev->kind == kind && takes(ev))
			return ev;
	}
	return NULL;
}

static bool is_given_back(const struct inq_lock_events *events, enum inq_lock_kind kind)
{
	for (size_t i = 0; i < events->n; i++) {
		if (events->v[i].kind == kind && gives_back(&events->v[i]))
			return true;
	}
	return false;
}

static bool is_left_held(const struct inq_lock_summary *sum, const struct inq_value *expr)
{
	for (size_t i = 0; i < sum->n; i++) {
		if (sum->v[i].expr == expr && sum->v[i].mask & INQ_LS_HELD)
			return true;
	}
	return false;
}

/* One function that is about to take the lock by its instruction @insn. */
static struct inq_error *look_at(struct inq_code_func *fn, unsigned int insn,
				 enum inq_lock_kind kind, enum inq_lock_use *ret)
{
	struct inq_lock_events events = {0};
	const struct inq_lock_summary *sum;
	const struct inq_lock_event *ev;
	struct inq_error *err = inq_lock_summary_get(fn, 0, &sum);

	*ret = INQ_LOCK_USE_UNKNOWN;
	if (!err)
		err = inq_lock_events_find(fn, 0, &events);
	ev = err ? NULL : taking(&events, insn, kind);
	if (ev && is_given_back(&events, kind))
		*ret = is_left_held(sum, ev->expr) ? INQ_LOCK_USE_KEPT : INQ_LOCK_USE_LOCK;
	else if (ev && is_left_held(sum, ev->expr))
		*ret = INQ_LOCK_USE_EVENT;
	inq_vec_deinit(&events);
	return err;
}

struct inq_error *inq_lock_use_of(struct inq_code *c, const struct inq_ustack *s, size_t frame,
				  enum inq_lock_kind kind, enum inq_lock_use *ret)
{
	enum inq_lock_use use = INQ_LOCK_USE_UNKNOWN;
	struct inq_error *err = NULL;

	for (size_t i = frame; !err && i < s->n && i - frame < FRAMES_MAX; i++) {
		enum inq_lock_use here = INQ_LOCK_USE_UNKNOWN;
		struct inq_code_func *fn;
		int insn;

		err = s->v[i].exact_ip ? NULL : inq_code_func(c, s->v[i].ip - 1, &fn);
		if (s->v[i].exact_ip || err)
			break;
		insn = inq_function_insn_before(&fn->f, s->v[i].ip);
		if (insn >= 0)
			err = look_at(fn, (unsigned int)insn, kind, &here);
		if (here != INQ_LOCK_USE_UNKNOWN)
			use = here;
		if (here !=
		    INQ_LOCK_USE_EVENT) /* only who leaves it held leaves it to its caller */
			break;
	}
	if (err && err->code != INQ_ERR_NOMEM) {
		inq_error_destroy(err);
		err = NULL;
	}
	*ret = use;
	return err;
}
