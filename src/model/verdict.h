/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_VERDICT_H
#define INQ_MODEL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/actors.h"
#include "model/base.h"

/* Part of the case (model/case.h): what was concluded from the facts. */

/** A rule of the kernel that the case broke. */
struct inq_rule_broken {
	const char *rule;  /**< "interrupt context must not ..." */
	const char *where; /**< "include/linux/nsproxy.h, rule 3" */
	const char *why;   /**< why it applies here */
	struct inq_ids evidence;
};

struct inq_gap {
	const char *what; /**< "task list" */
	const char *why;  /**< "task_struct.tasks: page excluded" */
	bool has_addr;
	uint64_t addr;
	const char *leans; /**< what leans on it; NULL */
};

/** What a rule found.  Rules make these; the verdict is chosen from them. */
struct inq_finding {
	const char *class_; /**< the contract's class; static */
	const char *title;  /**< one line */
	enum inq_confidence conf;
	struct inq_actor culprit;
	const char *function; /**< where the culprit stands or what it did; NULL */
	const char *module;   /**< of function; NULL: the image */
	const char *taker;    /**< function that took the lock, where that is another one; NULL */
	inq_id resource;      /**< the lock; INQ_NONE */
	inq_id fault;	      /**< INQ_NONE */
	struct inq_ids caused_by; /**< finding ids */
	struct inq_ids evidence;
	struct inq_ids waits; /**< waits of the cycle / to the culprit */
	const char *advice;   /**< how to learn what is not known, e.g. "boot with ..."; NULL */
	double weight;	      /**< of a hang how many it holds up; of a death 1 where a check of the
				 kernel's own says more than the BUG() that it ended in, else 0 */
};

struct inq_chain_step {
	const char *text;
	double t_s; /**< <0: unknown */
	struct inq_ids evidence;
};

/** What a function has of a stack that overflowed. */
struct inq_stack_use {
	const char *function, *module;
	uint32_t frames; /**< of it on the stack */
	uint64_t bytes;	 /**< of all of them */
	bool in_cycle;	 /**< it is one of functions that call each other without end */
};

struct inq_victim {
	struct inq_actor actor;
	inq_id wait; /**< how it waits */
};

struct inq_verdict {
	const char *class_;  /**< "none" where nothing is wrong */
	const char *trigger; /**< class of the first cause; NULL: the same */
	const char *title;
	const char *first_cause; /**< a line; NULL */
	enum inq_confidence conf;
	char signature[17]; /**< 16 hex digits */
	struct inq_actor culprit;
	const char *culprit_kind; /**< "task", "interrupt", "cpu"; NULL: none */
	const char *function, *module;
	inq_id finding;		/**< that it was made from; INQ_NONE */
	inq_id trigger_finding; /**< INQ_NONE */
	inq_id resource;
	inq_id fault;
	struct inq_actor panicker; /**< who called panic() or crashed; NONE: nobody, or unknown */
	const char *panic_note; /**< why the culprit is another one than the panicker; NULL: it is
				   not */
	struct inq_ids origins; /**< origin ids, innermost first: how the culprit came there */
	inq_id process;		/**< of the culprit; INQ_NONE: no user process, or unknown */
	inq_table(struct inq_chain_step) chain;
	inq_table(struct inq_victim) victims;
	struct inq_ids others;	   /**< findings: what else is wrong, and not by this */
	uint32_t innocent_waiters; /**< waiting for honest reasons, in no chain to the culprit */
	inq_table(struct inq_rule_broken) rules;
	inq_table(struct inq_stack_use) stack_use; /**< of a stack overflow, largest first */
	inq_table(const char *) next_steps; /**< what to look at, as commands or source places */
};

#endif
