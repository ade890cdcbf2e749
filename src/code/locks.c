// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's locking primitives by name. */
#include "code/locks.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

const char *inq_lock_kind_name(enum inq_lock_kind kind)
{
	static const char *const names[INQ_LOCK_NR] = {
		[INQ_LOCK_NONE] = "none",
		[INQ_LOCK_SPINLOCK] = "spinlock",
		[INQ_LOCK_RWLOCK_READ] = "rwlock (read)",
		[INQ_LOCK_RWLOCK_WRITE] = "rwlock (write)",
		[INQ_LOCK_MUTEX] = "mutex",
		[INQ_LOCK_RWSEM_READ] = "rwsem (read)",
		[INQ_LOCK_RWSEM_WRITE] = "rwsem (write)",
		[INQ_LOCK_RTMUTEX] = "rt_mutex",
		[INQ_LOCK_SEMAPHORE] = "semaphore",
		[INQ_LOCK_BIT_SPINLOCK] = "bit spinlock",
		[INQ_LOCK_SEQLOCK] = "seqlock",
		[INQ_LOCK_SOCK] = "socket lock",
	};

	return kind < INQ_LOCK_NR && names[kind] ? names[kind] : "lock";
}

#define SPIN  INQ_LOCK_SPINLOCK
#define READ  INQ_LOCK_RWLOCK_READ
#define WRITE INQ_LOCK_RWLOCK_WRITE
#define MUTEX INQ_LOCK_MUTEX
#define DOWNR INQ_LOCK_RWSEM_READ
#define DOWNW INQ_LOCK_RWSEM_WRITE
#define RT    INQ_LOCK_RTMUTEX
#define SEMA  INQ_LOCK_SEMAPHORE
#define SOCK  INQ_LOCK_SOCK
#define ACQ   INQ_LOCK_ACQUIRE
#define TRY   INQ_LOCK_TRY
#define INTR  INQ_LOCK_TRY_INT
#define REL   INQ_LOCK_RELEASE
#define DGR   INQ_LOCK_DOWNGRADE

/*
 * Names of 5.10 to 7.x, sorted (strcmp), the lock in argument 0 where nothing else is
 * said.  Slow paths are rows, too: they acquire, and a frame in one waits.  The wrappers that
 * Debian, Red Hat and SUSE kernels inline aren't here.
 */
static const struct inq_lock_primitive primitives[] = {
#include "code/primitives.inc"
};

static int compare(const void *key, const void *row)
{
	const char *name = key;
	const struct inq_lock_primitive *p = row;
	size_t n = strcspn(name, ".");
	int r = strncmp(name, p->name, n);

	return r ? r : -(int)(unsigned char)p->name[n];
}

const struct inq_lock_primitive *inq_lock_primitive(const char *symbol)
{
	const struct inq_lock_primitive *p;

	p = bsearch(symbol, primitives, array_size(primitives), sizeof(*primitives), compare);
	/* A .cold part is no entry. */
	return p && inq_symbol_is(symbol, p->name) ? p : NULL;
}
