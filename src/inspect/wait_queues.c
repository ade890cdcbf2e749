// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wait_queues: the wait queue that a task stands in, from the struct wait_queue_entry on its
 * stack.
 *
 *	wait_queue_head { lock; head } <-> entry.entry <-> entry.entry <-> back to head
 *
 * Of the nodes of that ring only the head is no entry: what lies before an entry's list is the
 * function that wakes it, before the head's it is the lock.
 */
#include "inspect/wait_queues.h"

#include <string.h>

#include "kernel/fields.h"
#include "kernel/lists.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { STACK_MAX = 2048, FRAMES_MAX = 6, RING_MAX = 1 << 17 };

enum { ENTRY_PRIVATE, ENTRY_FUNC, ENTRY_LIST, HEAD_LIST, QUEUE_NR };
static const struct inq_field_def queue_defs[QUEUE_NR] = {
	/* wait_queue_t, "struct __wait_queue", before 4.13 (ac6424b981bc) */
	[ENTRY_PRIVATE] = {"wait_queue_entry|__wait_queue", "private", INQ_REQUIRED},
	[ENTRY_FUNC] = {"wait_queue_entry|__wait_queue", "func", INQ_REQUIRED},
	[ENTRY_LIST] = {"wait_queue_entry|__wait_queue", "entry|task_list", INQ_REQUIRED},
	[HEAD_LIST] = {"wait_queue_head|__wait_queue_head", "head|task_list", INQ_REQUIRED},
};

static bool wakes(struct inq_inspect *in, const struct inq_field *f, uint64_t entry,
		  uint64_t *ret_func)
{
	return inq_field_try_u64(in->k, &f[ENTRY_FUNC], entry, ret_func) &&
	       inq_kernel_is_text(in->k, *ret_func);
}

/* Whether the list node at @node is linked: both neighbours lead back to it. */
static bool is_linked(struct inq_inspect *in, uint64_t node)
{
	struct inq_dump *d = in->k->dump;
	uint64_t next, prev, back, forth;

	return inq_dump_try_u64(d, node, &next) && inq_dump_try_u64(d, node + 8, &prev) &&
	       next != node && inq_dump_try_u64(d, next + 8, &back) && back == node &&
	       inq_dump_try_u64(d, prev, &forth) && forth == node;
}

/* Remember the head for each of the ring's nodes: thousands may stand in one queue. */
static void remember(struct inq_inspect *in, uint64_t first, uint64_t head)
{
	struct inq_list_walk w = inq_list_walk_init(in->k, first, RING_MAX);
	uint64_t node = first;

	do {
		if (!inq_hashmap_put(&in->queue_heads, node, head))
			in->c->arena.failed = true;
	} while (!in->c->arena.failed && inq_list_walk_next(&w, &node));
}

/* The one node of the ring of @first that is no entry; 0: none, or several. */
static uint64_t find_head(struct inq_inspect *in, const struct inq_field *f, uint64_t first)
{
	struct inq_list_walk w = inq_list_walk_init(in->k, first, RING_MAX);
	uint64_t node, func, head = 0;
	size_t others = 0;

	if (inq_hashmap_get(&in->queue_heads, first, &head))
		return head;
	while (inq_list_walk_next(&w, &node)) {
		if (wakes(in, f, node - f[ENTRY_LIST].offset, &func))
			continue;
		head = node;
		others++;
	}
	if (w.end != INQ_WALK_DONE || others != 1)
		head = 0;
	remember(in, first, head);
	return head;
}

/* The linked queue entry at @addr, if there is one. */
static bool entry_at(struct inq_inspect *in, const struct inq_field *f, uint64_t addr,
		     struct inq_queued *ret)
{
	uint64_t head;

	if (!wakes(in, f, addr, &ret->func) || !is_linked(in, addr + f[ENTRY_LIST].offset))
		return false;
	head = find_head(in, f, addr + f[ENTRY_LIST].offset);
	if (!head)
		return false;
	ret->entry = addr;
	ret->private = f[ENTRY_PRIVATE].offset;
	ret->head = head - f[HEAD_LIST].offset;
	return true;
}

bool inq_wait_queue_of(struct inq_inspect *in, inq_id task, size_t from, struct inq_queued *ret)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_stack *s = t ? inq_case_stack(in->c, t->stack) : NULL;
	uint64_t words[STACK_MAX / sizeof(uint64_t)];
	struct inq_field f[QUEUE_NR];
	struct inq_error *err;
	size_t last, n;

	if (!s || from >= s->n)
		return false;
	err = inq_fields_resolve(in->k, queue_defs, f, QUEUE_NR);
	inq_error_destroy(err);
	if (err)
		return false;
	n = inq_dump_read_prefix(in->k->dump, s->v[from].sp, words, sizeof(words)) / 8;
	last = from;
	for (size_t i = 0; i < n; i++) {
		uint64_t addr = s->v[from].sp + i * 8;

		while (last < s->n && last - from < FRAMES_MAX &&
		       (last + 1 >= s->n || s->v[last + 1].sp <= addr))
			last++;
		if (last >= s->n || last - from >= FRAMES_MAX || s->v[last].pt_regs)
			break;
		if (words[i] == t->addr && entry_at(in, f, addr - f[ENTRY_PRIVATE].offset, ret)) {
			ret->frame = last;
			return true;
		}
	}
	return false;
}
