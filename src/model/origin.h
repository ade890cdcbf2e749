/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_ORIGIN_H
#define INQ_MODEL_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base.h"

/* Part of the case (model/case.h): how execution came to where it is, and whose process it is. */

/** What made the kernel run code: who called from outside of it, or what dispatched it. */
enum inq_origin_kind {
	INQ_ORIGIN_UNKNOWN,
	INQ_ORIGIN_SYSCALL,
	INQ_ORIGIN_EXCEPTION, /**< of user mode: a page fault and the like */
	INQ_ORIGIN_KTHREAD,   /**< the function of a kernel thread */
	INQ_ORIGIN_WORK,
	INQ_ORIGIN_INTERRUPT, /**< a device's */
	INQ_ORIGIN_IRQ_THREAD,
	INQ_ORIGIN_TIMER,
	INQ_ORIGIN_HRTIMER,
	INQ_ORIGIN_SOFTIRQ,
	INQ_ORIGIN_TASKLET,
	INQ_ORIGIN_RCU,
	INQ_ORIGIN_IPI, /**< a function that another CPU asked for */
	INQ_ORIGIN_NOTIFIER,
	INQ_ORIGIN_KPROBE,
	INQ_ORIGIN_NETFILTER,
	INQ_ORIGIN_INITCALL, /**< of a module that is being loaded, or of booting */
	INQ_ORIGIN_SYSRQ,
	INQ_ORIGIN_NMI,
	INQ_ORIGIN_NR,
};

/** An argument of a system call. */
struct inq_origin_arg {
	const char *name;
	uint64_t value;
	const char *is; /**< what it stands for: "/dev/null", "_IOW('L', 3, 8 bytes)"; NULL */
};

/** One dispatcher on a stack: what is further in than its frame was called by it. */
struct inq_origin {
	enum inq_origin_kind kind;
	inq_id stack;
	inq_id frame;	  /**< its frame's number; of entries from user mode the number of frames */
	const char *text; /**< in one line */
	const char *name; /**< of the system call, device, softirq, queue, chain; NULL: none */
	int64_t number;	  /**< of the system call, interrupt, notifier's event; -1: none */
	const char *function, *module; /**< that it called; NULL: unknown; NULL: the image */
	uint64_t object;	       /**< timer, work, tasklet, rcu_head, ...; 0: unknown */
	const char *object_is;	       /**< what lies there; NULL */
	struct inq_origin_arg *args;   /**< of a system call */
	size_t nr_args;
	struct inq_ids evidence;
};

/** Who a process is, as far as its pages are in the dump.  NULL or -1: unknown. */
struct inq_process {
	inq_id task;
	const char *exe;       /**< path of its program */
	const char *cmdline;   /**< its arguments, with spaces between them */
	const char *cgroup;    /**< path; "/" for the root */
	const char *container; /**< id in that path */
	const char *runtime;   /**< "docker", "kubepods", ... out of that path */
	const char *tty;
	int64_t uid;
	int32_t pid_ns_level; /**< 0: the first one */
	int32_t ns_pid;	      /**< its pid in its own namespace */
	struct inq_ids evidence;
};

#endif
