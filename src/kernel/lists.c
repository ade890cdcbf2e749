// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/lists.h"

#include "util/banned.h"

static struct inq_list_walk walk_init(struct inq_kernel *k, uint64_t head, uint64_t bound,
				      bool circular)
{
	struct inq_list_walk w = {
		.k = k, .head = head, .left = bound, .power = 1, .circular = circular};

	if (!inq_dump_try_u64(k->dump, head, &w.next)) {
		w.end = INQ_WALK_UNREADABLE;
		w.addr = head;
		w.next = 0;
	}
	return w;
}

struct inq_list_walk inq_list_walk_init(struct inq_kernel *k, uint64_t head, uint64_t bound)
{
	return walk_init(k, head, bound, true);
}

struct inq_list_walk inq_slist_walk_init(struct inq_kernel *k, uint64_t head, uint64_t bound)
{
	return walk_init(k, head, bound, false);
}

static bool stop(struct inq_list_walk *w, enum inq_walk_end end, uint64_t addr)
{
	w->end = end;
	w->addr = addr;
	w->next = 0;
	return false;
}

/* Brent's cycle check: the tortoise waits at every power of two. */
static bool comes_again(struct inq_list_walk *w, uint64_t node)
{
	if (node == w->tortoise)
		return true;
	if (w->lam == w->power) {
		w->tortoise = node;
		w->power *= 2;
		w->lam = 0;
	}
	w->lam++;
	return false;
}

static bool at_end(const struct inq_list_walk *w)
{
	if (w->circular)
		return w->next == w->head;
	return !w->next || (w->next & 1);
}

bool inq_list_walk_next(struct inq_list_walk *w, uint64_t *ret)
{
	uint64_t node = w->next, next;

	if (w->end != INQ_WALK_DONE)
		return false;
	if (at_end(w) || !w->k) {
		w->k = NULL;
		return false;
	}
	if (comes_again(w, node))
		return stop(w, INQ_WALK_CYCLE, node);
	if (!w->left)
		return stop(w, INQ_WALK_BOUND, node);
	w->left--;
	if (!node || !inq_dump_try_u64(w->k->dump, node, &next))
		return stop(w, INQ_WALK_UNREADABLE, node);
	w->next = next;
	*ret = node;
	return true;
}

const char *inq_walk_end_name(enum inq_walk_end end)
{
	switch (end) {
	case INQ_WALK_DONE:
		return "complete";
	case INQ_WALK_UNREADABLE:
		return "unreadable node";
	case INQ_WALK_CYCLE:
		return "cycle";
	case INQ_WALK_BOUND:
		return "too long";
	}
	return "unknown";
}
