/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_MEMORY_H
#define INQ_MODEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base.h"

/* Part of the case (model/case.h): what memory is, and who has it. */

/** Who allocated or freed an object, as the allocator's debugging keeps it. */
struct inq_track {
	const char *cache; /**< "kmalloc-64" */
	uint64_t object;   /**< its address */
	bool freed;	   /**< false: allocated */
	inq_id stack;	   /**< frame 0 called the allocator; INQ_NONE: not known */
	int32_t cpu, pid;  /**< that it ran on, and for; -1: unknown */
	inq_id task;	   /**< of pid: one that is gone is dead and has no address */
	double ago_s;	   /**< before the dump; <0: unknown */
	inq_id evidence;
};

/** A machine check that a CPU saw, and that was not survived. */
struct inq_machine_check {
	int32_t cpu, bank; /**< -1: unknown */
	uint64_t status;   /**< the bank's status word */
	bool has_addr;
	uint64_t addr;		/**< physical */
	const char *text;	/**< what the status says, in words */
	const char *address_is; /**< what lies at addr; NULL: not known */
	inq_id evidence;
};

/** Who or what has how much memory; only where it ran out. */
struct inq_memory_use {
	const char *what; /**< "total", "free", "slab", "shmem", "page cache", "process", "slab
			     cache", "vmalloc", "huge pages", "page tables", "kernel stacks" */
	const char *name; /**< of a slab cache; who asked for vmalloc memory; NULL */
	inq_id track;	  /**< of a slab cache: in tracks, one of those who allocated most */
	inq_id task;	  /**< of a process: its first thread; else INQ_NONE */
	int64_t bytes;
	inq_id evidence;
};

#endif
