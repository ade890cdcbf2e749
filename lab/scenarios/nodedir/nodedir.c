// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A directory of nodes that grows while a second thread keeps its statistics. Growing takes the directory, then the
 * statistics; the statistics' refresh takes them the other way round.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_RWLOCK(dir_lock);		/* protects nodes */
static DEFINE_SPINLOCK(stat_lock);	/* protects grown, refreshed */
static unsigned long nodes, grown, refreshed;
static struct task_struct *threads[2];

static noinline void dir_grow(void)
{
	write_lock(&dir_lock);
	nodes++;
	udelay(200);
	spin_lock(&stat_lock);
	grown++;
	spin_unlock(&stat_lock);
	write_unlock(&dir_lock);
}

static noinline void stat_refresh(void)
{
#ifdef NODEDIR_FIXED
	read_lock(&dir_lock);
	spin_lock(&stat_lock);
	refreshed += nodes & 1;
	udelay(200);
	spin_unlock(&stat_lock);
	read_unlock(&dir_lock);
#else
	spin_lock(&stat_lock);
	udelay(200);
	read_lock(&dir_lock);
	refreshed += nodes & 1;
	read_unlock(&dir_lock);
	spin_unlock(&stat_lock);
#endif
}

static int dir_thread(void *arg)
{
	while (!kthread_should_stop()) {
		dir_grow();
		usleep_range(100, 300);
	}
	return 0;
}

static int stat_thread(void *arg)
{
	while (!kthread_should_stop()) {
		stat_refresh();
		usleep_range(100, 300);
	}
	return 0;
}

static struct task_struct *start(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, name);

	if (!IS_ERR(t)) {
		kthread_bind(t, cpu);
		wake_up_process(t);
	}
	return t;
}

static int __init nodedir_init(void)
{
	threads[0] = start(dir_thread, "dirgrow", 1);
	threads[1] = start(stat_thread, "dirstat", 2);
	return PTR_ERR_OR_ZERO(threads[0]);
}

static void __exit nodedir_exit(void)
{
	kthread_stop(threads[0]);
	kthread_stop(threads[1]);
}

module_init(nodedir_init);
module_exit(nodedir_exit);
MODULE_DESCRIPTION("inquest lab: a directory of nodes");
MODULE_LICENSE("GPL");
