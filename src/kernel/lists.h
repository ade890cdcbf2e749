/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_LISTS_H
#define INQ_KERNEL_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"

/*
 * Bounded walkers of the kernel's containers.  Each one stops by itself at a
 * cycle that does not go through the head, at an unreadable node and at its
 * bound, and says which: a walk of a damaged list ends, with all nodes up to the damage.
 *
 *	struct inq_list_walk w = inq_list_walk_init(k, head, 10000);
 *	uint64_t node;
 *	while (inq_list_walk_next(&w, &node))
 *		use(node - offset);
 *	if (w.end != INQ_WALK_DONE) gap(inq_walk_end_name(w.end), w.addr);
 */
enum inq_walk_end {
	INQ_WALK_DONE,	     /**< came round to the head, or to NULL where that ends it */
	INQ_WALK_UNREADABLE, /**< a node can't be read */
	INQ_WALK_CYCLE,	     /**< a node came again that is not the head */
	INQ_WALK_BOUND,	     /**< more nodes than the bound */
};

struct inq_list_walk {
	struct inq_kernel *k;
	uint64_t head;	     /**< address of the struct list_head / llist first pointer */
	uint64_t next;	     /**< next node; 0: ended */
	uint64_t left;	     /**< nodes that may still come */
	uint64_t tortoise;   /**< cycle check (Brent) */
	uint64_t power, lam; /**< cycle check */
	uint64_t addr;	     /**< where it ended when not DONE */
	bool circular;	     /**< list_head; false: NULL-terminated (hlist, llist) */
	enum inq_walk_end end;
};

/** Walk a circular struct list_head at @head. */
struct inq_list_walk inq_list_walk_init(struct inq_kernel *k, uint64_t head, uint64_t bound);
/** Walk a NULL-terminated singly linked list (hlist_head, llist_head) whose first pointer is at
 * @head; hlist_nulls end marks (bit 0) end it too. */
struct inq_list_walk inq_slist_walk_init(struct inq_kernel *k, uint64_t head, uint64_t bound);
/** The next node in *@ret; false: see `end`. */
bool inq_list_walk_next(struct inq_list_walk *w, uint64_t *ret);
/** "unreadable node", "cycle", "too long". Static. */
const char *inq_walk_end_name(enum inq_walk_end end);

#endif
