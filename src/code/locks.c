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
		[INQ_LOCK_PERCPU_READ] = "percpu_rwsem (read)",
		[INQ_LOCK_PERCPU_WRITE] = "percpu_rwsem (write)",
		[INQ_LOCK_RTMUTEX] = "rt_mutex",
		[INQ_LOCK_RT_SPINLOCK] = "spinlock",
		[INQ_LOCK_RT_READ] = "rwlock (read)",
		[INQ_LOCK_RT_WRITE] = "rwlock (write)",
		[INQ_LOCK_SEMAPHORE] = "semaphore",
		[INQ_LOCK_BIT_SPINLOCK] = "bit spinlock",
		[INQ_LOCK_SEQCOUNT] = "seqcount",
		[INQ_LOCK_WORD] = "lock word",
		[INQ_LOCK_SOCK] = "socket lock",
		[INQ_LOCK_SRCU] = "SRCU reader section",
	};

	return kind < INQ_LOCK_NR && names[kind] ? names[kind] : "lock";
}

bool inq_lock_kind_is_shared(enum inq_lock_kind kind)
{
	return kind == INQ_LOCK_RWLOCK_READ || kind == INQ_LOCK_RWSEM_READ ||
	       kind == INQ_LOCK_PERCPU_READ || kind == INQ_LOCK_SRCU || kind == INQ_LOCK_RT_READ;
}

#define SPIN  INQ_LOCK_SPINLOCK
#define READ  INQ_LOCK_RWLOCK_READ
#define WRITE INQ_LOCK_RWLOCK_WRITE
#define MUTEX INQ_LOCK_MUTEX
#define DOWNR INQ_LOCK_RWSEM_READ
#define DOWNW INQ_LOCK_RWSEM_WRITE
#define PCPUR INQ_LOCK_PERCPU_READ
#define PCPUW INQ_LOCK_PERCPU_WRITE
#define RT    INQ_LOCK_RTMUTEX
#define RTSP  INQ_LOCK_RT_SPINLOCK
#define RTRD  INQ_LOCK_RT_READ
#define RTWR  INQ_LOCK_RT_WRITE
#define SEMA  INQ_LOCK_SEMAPHORE
#define SOCK  INQ_LOCK_SOCK
#define SRCU  INQ_LOCK_SRCU
#define ACQ   INQ_LOCK_ACQUIRE
#define TRY   INQ_LOCK_TRY
#define INTR  INQ_LOCK_TRY_INT
#define REL   INQ_LOCK_RELEASE
#define DGR   INQ_LOCK_DOWNGRADE
#define MARK  INQ_LOCK_MARK

/*
 * Names of 5.10 to 7.x, sorted (strcmp), the lock in argument 0 where nothing else is
 * said.  Slow paths are rows, too: they acquire, and a frame in one waits.  The wrappers that
 * Debian, Red Hat and SUSE kernels inline aren't here.
 */
static const struct inq_lock_primitive primitives[] = {
	{"__down", SEMA, ACQ, 0, false},
	{"__down_interruptible", SEMA, INTR, 0, false},
	{"__down_killable", SEMA, INTR, 0, false},
	{"__down_read", DOWNR, ACQ, 0, false},
	{"__down_read_interruptible", DOWNR, INTR, 0, false},
	{"__down_read_killable", DOWNR, INTR, 0, false},
	{"__down_timeout", SEMA, INTR, 0, false},
	{"__down_write", DOWNW, ACQ, 0, false},
	{"__down_write_killable", DOWNW, INTR, 0, false},
	{"__lock_sock", SOCK, ACQ, 0, false},
	{"__mutex_lock", MUTEX, INTR, 0, false},
	{"__mutex_lock_common", MUTEX, INTR, 0, false},
	{"__mutex_lock_interruptible_slowpath", MUTEX, INTR, 0, false},
	{"__mutex_lock_killable_slowpath", MUTEX, INTR, 0, false},
	{"__mutex_lock_slowpath", MUTEX, ACQ, 0, false},
	{"__mutex_unlock_slowpath", MUTEX, REL, 0, false},
	{"__native_queued_spin_unlock", SPIN, REL, 0, false},
	{"__percpu_down_read", PCPUR, ACQ, 0, false},
	{"__percpu_up_read", PCPUR, REL, 0, false},
	{"__pv_queued_spin_lock_slowpath", SPIN, ACQ, 0, true},
	{"__pv_queued_spin_unlock", SPIN, REL, 0, false},
	{"__pv_queued_spin_unlock_slowpath", SPIN, REL, 0, false},
	{"__raw_callee_save___native_queued_spin_unlock", SPIN, REL, 0, false},
	{"__raw_callee_save___pv_queued_spin_unlock", SPIN, REL, 0, false},
	{"__raw_read_lock", READ, ACQ, 0, true},
	{"__raw_read_lock_bh", READ, ACQ, 0, true},
	{"__raw_read_lock_irq", READ, ACQ, 0, true},
	{"__raw_read_lock_irqsave", READ, ACQ, 0, true},
	{"__raw_read_unlock", READ, REL, 0, false},
	{"__raw_read_unlock_bh", READ, REL, 0, false},
	{"__raw_read_unlock_irq", READ, REL, 0, false},
	{"__raw_read_unlock_irqrestore", READ, REL, 0, false},
	{"__raw_spin_lock", SPIN, ACQ, 0, true},
	{"__raw_spin_lock_bh", SPIN, ACQ, 0, true},
	{"__raw_spin_lock_irq", SPIN, ACQ, 0, true},
	{"__raw_spin_lock_irqsave", SPIN, ACQ, 0, true},
	{"__raw_spin_trylock", SPIN, TRY, 0, true},
	{"__raw_spin_unlock", SPIN, REL, 0, false},
	{"__raw_spin_unlock_bh", SPIN, REL, 0, false},
	{"__raw_spin_unlock_irq", SPIN, REL, 0, false},
	{"__raw_spin_unlock_irqrestore", SPIN, REL, 0, false},
	{"__raw_write_lock", WRITE, ACQ, 0, true},
	{"__raw_write_lock_bh", WRITE, ACQ, 0, true},
	{"__raw_write_lock_irq", WRITE, ACQ, 0, true},
	{"__raw_write_lock_irqsave", WRITE, ACQ, 0, true},
	{"__raw_write_unlock", WRITE, REL, 0, false},
	{"__raw_write_unlock_bh", WRITE, REL, 0, false},
	{"__raw_write_unlock_irq", WRITE, REL, 0, false},
	{"__raw_write_unlock_irqrestore", WRITE, REL, 0, false},
	{"__read_rt_lock", RTRD, ACQ, 0, false},
	{"__read_rt_trylock", RTRD, TRY, 0, false},
	{"__read_rt_unlock", RTRD, REL, 0, false},
	{"__rt_mutex_lock", RT, ACQ, 0, false},
	{"__rt_mutex_slowlock", RT, ACQ, 0, false},
	{"__rt_mutex_slowlock_locked", RT, ACQ, 0, false},
	{"__rt_mutex_unlock", RT, REL, 0, false},
	{"__rt_spin_lock", RTSP, ACQ, 0, false},
	{"__rt_spin_unlock", RTSP, REL, 0, false},
	{"__rwbase_read_lock", DOWNR, ACQ, 0, false},
	{"__srcu_read_lock", SRCU, ACQ, 0, false},
	{"__srcu_read_lock_nmisafe", SRCU, ACQ, 0, false},
	{"__srcu_read_unlock", SRCU, REL, 0, false},
	{"__srcu_read_unlock_nmisafe", SRCU, REL, 0, false},
	{"__up_read", DOWNR, REL, 0, false},
	{"__up_write", DOWNW, REL, 0, false},
	{"__write_rt_lock", RTWR, ACQ, 0, false},
	{"__write_rt_trylock", RTWR, TRY, 0, false},
	{"__write_rt_unlock", RTWR, REL, 0, false},
	{"__ww_mutex_lock", MUTEX, INTR, 0, false},
	{"__ww_mutex_lock_interruptible_slowpath", MUTEX, INTR, 0, false},
	{"__ww_mutex_lock_slowpath", MUTEX, INTR, 0, false},
	{"_atomic_dec_and_lock", SPIN, TRY, 1, true},
	{"_atomic_dec_and_lock_irqsave", SPIN, TRY, 1, true},
	{"_atomic_dec_and_raw_lock", SPIN, TRY, 1, true},
	{"_atomic_dec_and_raw_lock_irqsave", SPIN, TRY, 1, true},
	{"_down_write_nest_lock", DOWNW, ACQ, 0, false},
	{"_mutex_lock_killable", MUTEX, INTR, 0, false},
	{"_mutex_lock_nest_lock", MUTEX, ACQ, 0, false},
	{"_mutex_trylock_nest_lock", MUTEX, TRY, 0, false},
	{"_raw_read_lock", READ, ACQ, 0, true},
	{"_raw_read_lock_bh", READ, ACQ, 0, true},
	{"_raw_read_lock_irq", READ, ACQ, 0, true},
	{"_raw_read_lock_irqsave", READ, ACQ, 0, true},
	{"_raw_read_trylock", READ, TRY, 0, true},
	{"_raw_read_unlock", READ, REL, 0, false},
	{"_raw_read_unlock_bh", READ, REL, 0, false},
	{"_raw_read_unlock_irq", READ, REL, 0, false},
	{"_raw_read_unlock_irqrestore", READ, REL, 0, false},
	{"_raw_spin_lock", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_bh", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_bh_nested", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_irq", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_irqsave", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_irqsave_nested", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_nest_lock", SPIN, ACQ, 0, true},
	{"_raw_spin_lock_nested", SPIN, ACQ, 0, true},
	{"_raw_spin_trylock", SPIN, TRY, 0, true},
	{"_raw_spin_trylock_bh", SPIN, TRY, 0, true},
	{"_raw_spin_trylock_irq", SPIN, TRY, 0, true},
	{"_raw_spin_trylock_irqsave", SPIN, TRY, 0, true},
	{"_raw_spin_unlock", SPIN, REL, 0, false},
	{"_raw_spin_unlock_bh", SPIN, REL, 0, false},
	{"_raw_spin_unlock_irq", SPIN, REL, 0, false},
	{"_raw_spin_unlock_irqrestore", SPIN, REL, 0, false},
	{"_raw_write_lock", WRITE, ACQ, 0, true},
	{"_raw_write_lock_bh", WRITE, ACQ, 0, true},
	{"_raw_write_lock_irq", WRITE, ACQ, 0, true},
	{"_raw_write_lock_irqsave", WRITE, ACQ, 0, true},
	{"_raw_write_lock_nested", WRITE, ACQ, 0, true},
	{"_raw_write_trylock", WRITE, TRY, 0, true},
	{"_raw_write_unlock", WRITE, REL, 0, false},
	{"_raw_write_unlock_bh", WRITE, REL, 0, false},
	{"_raw_write_unlock_irq", WRITE, REL, 0, false},
	{"_raw_write_unlock_irqrestore", WRITE, REL, 0, false},
	{"_rt_mutex_lock_nest_lock", RT, ACQ, 0, false},
	{"atomic_dec_and_mutex_lock", MUTEX, TRY, 1, false},
	{"do_raw_spin_lock", SPIN, ACQ, 0, true},
	{"do_raw_spin_trylock", SPIN, TRY, 0, true},
	{"do_raw_spin_unlock", SPIN, REL, 0, false},
	{"down", SEMA, ACQ, 0, false},
	{"down_interruptible", SEMA, INTR, 0, false},
	{"down_killable", SEMA, INTR, 0, false},
	{"down_read", DOWNR, ACQ, 0, false},
	{"down_read_interruptible", DOWNR, INTR, 0, false},
	{"down_read_killable", DOWNR, INTR, 0, false},
	{"down_read_killable_nested", DOWNR, INTR, 0, false},
	{"down_read_nested", DOWNR, ACQ, 0, false},
	{"down_read_non_owner", DOWNR, ACQ, 0, false},
	{"down_read_trylock", DOWNR, TRY, 0, false},
	{"down_timeout", SEMA, INTR, 0, false},
	{"down_trylock", SEMA, INTR, 0, false},
	{"down_write", DOWNW, ACQ, 0, false},
	{"down_write_killable", DOWNW, INTR, 0, false},
	{"down_write_killable_nested", DOWNW, INTR, 0, false},
	{"down_write_nested", DOWNW, ACQ, 0, false},
	{"down_write_trylock", DOWNW, TRY, 0, false},
	{"downgrade_write", DOWNR, DGR, 0, false},
	{"lock_sock_nested", SOCK, ACQ, 0, false},
	{"mutex_lock", MUTEX, ACQ, 0, false},
	{"mutex_lock_interruptible", MUTEX, INTR, 0, false},
	{"mutex_lock_interruptible_nested", MUTEX, INTR, 0, false},
	{"mutex_lock_io", MUTEX, ACQ, 0, false},
	{"mutex_lock_io_nested", MUTEX, ACQ, 0, false},
	{"mutex_lock_killable", MUTEX, INTR, 0, false},
	{"mutex_lock_killable_nested", MUTEX, INTR, 0, false},
	{"mutex_lock_nested", MUTEX, ACQ, 0, false},
	{"mutex_trylock", MUTEX, TRY, 0, false},
	{"mutex_trylock_recursive", MUTEX, TRY, 0, false},
	{"mutex_unlock", MUTEX, REL, 0, false},
	{"native_queued_spin_lock_slowpath", SPIN, ACQ, 0, true},
	{"native_queued_spin_unlock", SPIN, REL, 0, false},
	{"percpu_down_write", PCPUW, ACQ, 0, false},
	{"percpu_rwsem_wait", PCPUR, ACQ, 0, false},
	{"percpu_up_write", PCPUW, REL, 0, false},
	{"queued_read_lock_slowpath", READ, ACQ, 0, true},
	{"queued_spin_lock_slowpath", SPIN, ACQ, 0, true},
	{"queued_write_lock_slowpath", WRITE, ACQ, 0, true},
	{"rcuwait_wake_up", PCPUR, MARK, 0, false},
	{"release_sock", SOCK, REL, 0, false},
	{"resilient_queued_spin_lock_slowpath", SPIN, ACQ, 0, true},
	{"rt_mutex_lock", RT, ACQ, 0, false},
	{"rt_mutex_lock_interruptible", RT, INTR, 0, false},
	{"rt_mutex_lock_killable", RT, INTR, 0, false},
	{"rt_mutex_lock_nested", RT, ACQ, 0, false},
	{"rt_mutex_slowlock", RT, ACQ, 0, false},
	{"rt_mutex_slowlock_block", RT, ACQ, 0, false},
	{"rt_mutex_slowunlock", RT, REL, 0, false},
	{"rt_mutex_trylock", RT, TRY, 0, false},
	{"rt_mutex_unlock", RT, REL, 0, false},
	{"rt_read_lock", RTRD, ACQ, 0, false},
	{"rt_read_trylock", RTRD, TRY, 0, false},
	{"rt_read_unlock", RTRD, REL, 0, false},
	{"rt_spin_lock", RTSP, ACQ, 0, false},
	{"rt_spin_lock_nest_lock", RTSP, ACQ, 0, false},
	{"rt_spin_lock_nested", RTSP, ACQ, 0, false},
	{"rt_spin_lock_slowlock", RTSP, ACQ, 0, false},
	{"rt_spin_lock_slowlock_locked", RTSP, ACQ, 0, false},
	{"rt_spin_trylock", RTSP, TRY, 0, false},
	{"rt_spin_trylock_bh", RTSP, TRY, 0, false},
	{"rt_spin_unlock", RTSP, REL, 0, false},
	{"rt_write_lock", RTWR, ACQ, 0, false},
	{"rt_write_lock_nested", RTWR, ACQ, 0, false},
	{"rt_write_trylock", RTWR, TRY, 0, false},
	{"rt_write_unlock", RTWR, REL, 0, false},
	{"rtlock_slowlock", RT, ACQ, 0, false},
	{"rtlock_slowlock_locked", RT, ACQ, 0, false},
	{"rwbase_write_lock", DOWNW, ACQ, 0, false},
	{"rwsem_down_read_slowpath", DOWNR, ACQ, 0, false},
	{"rwsem_down_write_slowpath", DOWNW, ACQ, 0, false},
	{"up", SEMA, REL, 0, false},
	{"up_read", DOWNR, REL, 0, false},
	{"up_read_non_owner", DOWNR, REL, 0, false},
	{"up_write", DOWNW, REL, 0, false},
	{"ww_mutex_lock", MUTEX, INTR, 0, false},
	{"ww_mutex_lock_interruptible", MUTEX, INTR, 0, false},
	{"ww_mutex_lock_slow", MUTEX, ACQ, 0, false},
	{"ww_mutex_trylock", MUTEX, TRY, 0, false},
	{"ww_mutex_unlock", MUTEX, REL, 0, false},
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

const struct inq_lock_primitive *inq_lock_primitive_of(const char *symbol, const char *module)
{
	return symbol && !module ? inq_lock_primitive(symbol) : NULL;
}

bool inq_lock_primitive_takes(const struct inq_lock_primitive *p)
{
	return p && (p->effect == INQ_LOCK_ACQUIRE || p->effect == INQ_LOCK_TRY ||
		     p->effect == INQ_LOCK_TRY_INT);
}
