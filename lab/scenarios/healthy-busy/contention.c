// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Contention that looks bad in a snapshot and is healthy: kernel threads that queue on a mutex, on a
 * reader-writer semaphore and on a spinlock, each held for a millisecond or less. A snapshot shows tasks in
 * state D behind a sleeping mutex holder, and CPUs in the slow path of a spinlock; none waits for long.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#define THREADS 8

static DEFINE_MUTEX(queue_mutex);
static DECLARE_RWSEM(table_rwsem);
static DEFINE_SPINLOCK(stats_lock);
static unsigned long rounds;
static struct task_struct *threads[THREADS];

static noinline void use_mutex(void)
{
	mutex_lock(&queue_mutex);
	usleep_range(300, 600);
	mutex_unlock(&queue_mutex);
}

static noinline void use_rwsem(bool write)
{
	if (write) {
		down_write(&table_rwsem);
		usleep_range(200, 400);
		up_write(&table_rwsem);
	} else {
		down_read(&table_rwsem);
		usleep_range(200, 400);
		up_read(&table_rwsem);
	}
}

static noinline void use_spinlock(void)
{
	spin_lock(&stats_lock);
	rounds++;
	udelay(100);
	spin_unlock(&stats_lock);
}

static int contend(void *arg)
{
	long number = (long)arg;

	while (!kthread_should_stop()) {
		use_mutex();
		use_rwsem(number % 4 == 0);
		for (int i = 0; i < 10; i++)
			use_spinlock();
		usleep_range(500, 1500);
	}
	return 0;
}

static void stop_threads(void)
{
	for (long i = 0; i < THREADS; i++)
		if (threads[i])
			kthread_stop(threads[i]);
}

static int __init contention_init(void)
{
	for (long i = 0; i < THREADS; i++) {
		struct task_struct *task = kthread_run(contend, (void *)i, "contend/%ld", i);

		if (IS_ERR(task)) {
			stop_threads();
			return PTR_ERR(task);
		}
		threads[i] = task;
	}
	return 0;
}

static void __exit contention_exit(void)
{
	stop_threads();
}

module_init(contention_init);
module_exit(contention_exit);
MODULE_DESCRIPTION("inquest lab: healthy contention");
MODULE_LICENSE("GPL");
